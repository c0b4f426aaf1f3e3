"""Encoding of further columns (`[extra]` of a mapping) as features, the same in training and for every later value.

No encoding depends on a price. A number is itself. A category is its rank by frequency in the training sales, from 0;
rare categories, and those that training did not know, share the next rank. A column keeps the kind that it had in
training: if the kind on file has changed since, numbers are read from texts, or numbers count as texts.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

import numpy as np

from backend.app.core_gov.market.columns import UNKNOWN, CategoricalColumn, Codes, ExtraColumns
from backend.app.core_gov.market.source_rows.extra_columns import number_text
from backend.app.kit.arrays import Floats, Ints

MAX_COLUMNS = 40
"""Maximum number of columns that a model uses; those known for most sales are taken."""
MAX_CATEGORIES = 50
MIN_SALES = 20
"""Minimum number of sales that must have a column, or a category."""

_MAX_NUMBER = 1e15
"""Absolute value at which numbers are clipped, so that sums of two are finite."""

Kind = Literal["numeric", "categorical"]


@dataclass(frozen=True)
class ExtraColumn:
    """Further column that a model uses.

    `known` is the share of the training sales that have it, `categories` the frequent categories, the most frequent
    first, and `rank_correlation` Spearman's with the price, of a numeric column.
    """

    name: str
    kind: Kind
    known: float
    categories: tuple[str, ...] = ()
    rank_correlation: float | None = None

    @property
    def feature(self) -> str:
        """Name of the feature of the trees."""
        return f"extra {self.name}"

    def encoded(self, extra: ExtraColumns) -> Floats:
        """Return the column as numbers; NaN where a sale has none."""
        if self.kind == "numeric":
            return _numbers(extra, self.name)
        ranks = {text: float(rank) for rank, text in enumerate(self.categories)}
        column = extra.categorical.get(self.name) or _as_texts(extra, self.name)
        table = [ranks.get(text, float(len(ranks))) for text in column.categories.names]
        return np.array([*table, np.nan])[column.codes]

    def to_json(self) -> dict[str, Any]:
        return asdict(self) | {"categories": list(self.categories)}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "ExtraColumn":
        return cls(**{**stored, "categories": tuple(stored["categories"])})

    @property
    def card(self) -> dict[str, Any]:
        """Entry of the column in the card of a model."""
        found = {"name": self.name, "kind": self.kind, "known": self.known}
        return found | {"rank_correlation": self.rank_correlation}


def _numbers(extra: ExtraColumns, name: str) -> Floats:
    """Return the numbers of a column, also those that are stored as texts."""
    if name in extra.categorical:
        column = extra.categorical[name]
        found = np.array([*map(_number, column.categories.names), np.nan])[column.codes]
    else:
        found = extra.numeric.get(name, np.full(len(extra.seq), np.nan))
    return np.clip(np.where(np.isfinite(found), found, np.nan), -_MAX_NUMBER, _MAX_NUMBER)


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return np.nan


def _as_texts(extra: ExtraColumns, name: str) -> CategoricalColumn:
    """Return a column of numbers as categories; unknown everywhere if there is no such column."""
    numbers = extra.numeric.get(name, np.full(len(extra.seq), np.nan))
    unique, codes = np.unique(numbers[np.isfinite(numbers)], return_inverse=True)
    every = np.full(len(numbers), UNKNOWN, dtype=np.int64)
    every[np.isfinite(numbers)] = codes
    return CategoricalColumn(every, Codes(tuple(map(number_text, unique.tolist()))))


def learned_columns(extra: ExtraColumns, price: Floats) -> tuple[ExtraColumn, ...]:
    """Return the columns that these sales can teach, by name; `price` are the prices of the sales."""
    numeric = [_numeric_column(name, numbers, price) for name, numbers in extra.numeric.items()]
    categorical = [_categorical_column(name, column) for name, column in extra.categorical.items()]
    found = [column for column in (*numeric, *categorical) if column is not None]
    found.sort(key=lambda column: (-column.known, column.name))
    return tuple(sorted(found[:MAX_COLUMNS], key=lambda column: column.name))


def _numeric_column(name: str, numbers: Floats, price: Floats) -> ExtraColumn | None:
    known = np.isfinite(numbers)
    if known.sum() < MIN_SALES:
        return None
    correlation = _rank_correlation(numbers[known], price[known])
    return ExtraColumn(name, "numeric", _share(int(known.sum()), len(numbers)), (), correlation)


def _categorical_column(name: str, column: CategoricalColumn) -> ExtraColumn | None:
    known = column.codes[column.codes != UNKNOWN]
    if len(known) < MIN_SALES:
        return None
    counts = np.bincount(known, minlength=len(column.categories.names))
    by_frequency = np.lexsort((np.arange(len(counts)), -counts))[:MAX_CATEGORIES]
    frequent = [column.categories.names[code] for code in by_frequency if counts[code] >= MIN_SALES]
    return ExtraColumn(name, "categorical", _share(len(known), len(column.codes)), tuple(frequent))


def _share(count: int, total: int) -> float:
    return round(float(count) / total, 4)


def _rank_correlation(one: Floats, other: Floats) -> float | None:
    """Return Spearman's rank correlation, with the mean rank for equal values; None if one of them is constant."""
    ranks = [_mean_ranks(values) for values in (one, other)]
    if any(np.ptp(each) == 0 for each in ranks):
        return None
    return round(float(np.corrcoef(ranks[0], ranks[1])[0, 1]), 4)


def _mean_ranks(values: Floats) -> Floats:
    _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    return np.asarray((last - (counts - 1) / 2)[place])


class RecordedColumns:
    """Further columns as they were recorded with the sales of a market, encoded once for each column of a model."""

    def __init__(self, extra: ExtraColumns) -> None:
        self.extra = extra
        self._encoded: dict[ExtraColumn, Floats] = {}

    def values(self, column: ExtraColumn, rows: Ints) -> Floats:
        """Return the encoded column of the sales in some rows; NaN for the row UNKNOWN."""
        encoded = self._encoded.get(column)
        if encoded is None:
            encoded = self._encoded[column] = np.append(column.encoded(self.extra), np.nan)
        return encoded[rows]  # the last one, -1, is unknown
