"""What the latest sales add to a trained model: where the market stands now, and how it erred nearby.

Both are made of the model's errors on sales that closed before the day asked about, those after its training
included: so a model of last spring knows this autumn's market.
"""

from dataclasses import dataclass

import numpy as np

from backend.app.core_gov.valuation.model.sales_history import Neighbors
from backend.app.kit.arrays import Floats, Ints

MARKET_DAYS = 90
"""Older errors say nothing of where the market stands."""
_MEMORY_DAYS = 30.0
"""After so many days a sale counts 1/e of a new one for the level of the market."""
_SLOPE_SHRINK = 2.5
"""How much less likely a movement of some size within a month is than a level as far off."""
_LARGEST_ERROR = 0.3
"""Errors beyond count as that: the price or the traits were wrong, the market did not move."""
_MOST = 0.5


@dataclass(frozen=True)
class Latest:
    """How far the latest sales are listened to: the market's, and those of neighbours as far as they are alike."""

    market_shrink: float = 20.0
    """Sales without error that are added to those seen in the market."""

    shrink: float = 3.0
    """Neighbours without error that are added to those seen."""
    spacing: float = 1.0
    """Distance at which it counts 1/e, in distances to the tenth neighbour."""
    days: float = 365.0
    living: float = 0.4
    grade: float = 1.2
    years: float = 30.0
    """One standard deviation of each in the market: differences after which a neighbour counts 1/e."""
    largest: float = 0.35


def market_factor(close_day: Ints, error: Floats, day: int, shrink: float) -> float:
    """Where the market stands against the model on a day: the end of a line through the latest errors.

    `close_day` is in order; `shrink` is `Latest.market_shrink`. After the last sale the market is taken to stay where
    it was then.
    """
    stop = int(np.searchsorted(close_day, day, "left"))
    if not stop:
        return 0.0
    day = min(day, int(close_day[stop - 1]) + 1)
    start = int(np.searchsorted(close_day, day - MARKET_DAYS, "left"))
    age = (day - close_day[start:stop]).astype(np.float64)
    seen = np.clip(error[start:stop], -_LARGEST_ERROR, _LARGEST_ERROR)
    weight, month = np.exp(-age / _MEMORY_DAYS), -age / 30.0
    n, nx, nxx = weight.sum() + shrink, (weight * month).sum(), (weight * month**2).sum() + _SLOPE_SHRINK * shrink
    ny, nxy = (weight * seen).sum(), (weight * month * seen).sum()
    level = (ny * nxx - nxy * nx) / (n * nxx - nx * nx)
    return float(np.clip(level, -_MOST, _MOST))


@dataclass(frozen=True)
class Local:
    """What the errors nearby say about each home."""

    error: Floats
    """To be added to the logarithm of the value."""
    deviation: Floats
    """The mean size of the errors nearby; NaN without neighbours."""
    support: Floats
    """How many neighbours that makes, each counted as far as it is alike."""


def local_errors(near: Neighbors, likeness: Floats, error: Floats, latest: Latest) -> Local:
    """Errors of neighbours, weighted by distance, time and likeness; drawn to nought where they are few.

    `error` is that of each row of the history after the market's factor; `likeness` is the weight of each neighbour
    apart from its distance.
    """
    known = near.found
    spacing = np.where(known[:, 9], near.km[:, 9], np.inf) if near.km.shape[1] > 9 else np.full(len(near.km), np.inf)
    spacing = np.maximum(np.where(np.isfinite(spacing), spacing, 5.0), 0.05) * latest.spacing
    weight = np.where(known, likeness * np.exp(-np.where(known, near.km, 0.0) / spacing[:, None]), 0.0)
    seen = np.clip(error[near.rows], -latest.largest, latest.largest) if len(error) else np.zeros_like(weight)
    seen = np.where(known, seen, 0.0)
    support = weight.sum(axis=1)
    some = np.maximum(support, 1e-9)
    deviation = np.where(support > 1e-3, (weight * np.abs(seen)).sum(axis=1) / some, np.nan)
    return Local((weight * seen).sum(axis=1) / (support + latest.shrink), deviation, support)
