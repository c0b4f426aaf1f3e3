"""Baselines for market data: the same kind of work with as little code as possible."""

import csv
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.county import County

_NOT_LEARNED_FROM = {"id", "date", "price"}
_TREES = 300

Floats = NDArray[np.float64]


def import_csv(file: Path, database: Path) -> None:
    """Import the rows of the file as text into one SQLite table, with one statement in one transaction."""
    with file.open(newline="", encoding="utf-8") as rows, closing(sqlite3.connect(database)) as connection:
        reader = csv.reader(rows)
        columns = next(reader)
        connection.execute(f"CREATE TABLE sales ({', '.join(columns)})")
        connection.executemany(f"INSERT INTO sales VALUES ({', '.join('?' * len(columns))})", reader)
        connection.commit()


def numbers_of(county: County) -> tuple[Floats, Floats]:
    """Return the feature columns for a price model, and the logarithms of the prices."""
    rows = list(county.rows())
    names = [name for name in rows[0] if name not in _NOT_LEARNED_FROM]
    matrix = np.array([[_number(row[name]) for name in names] for row in rows])
    return matrix, np.log([float(row["price"]) for row in rows])


def _number(text: str) -> float:
    return float({"True": "1", "False": "0"}.get(text, text))


def fit_trees(matrix: Floats, log_price: Floats) -> None:
    """Fit one tree ensemble of scikit-learn, with its default number of threads."""
    from sklearn.ensemble import HistGradientBoostingRegressor

    HistGradientBoostingRegressor(max_iter=_TREES, early_stopping=False, random_state=0).fit(matrix, log_price)


def resample_medians(ratios: Floats, resamples: int) -> Any:
    """Return the medians of many bootstrap resamples, computed at once."""
    chance = np.random.default_rng(0)
    return np.median(ratios[chance.integers(0, len(ratios), (resamples, len(ratios)))], axis=1)
