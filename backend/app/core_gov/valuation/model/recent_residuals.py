"""Corrections from recent residuals: the market level now, and local errors.

Both use the residuals on sales that closed before the day in question, including those after training. A model trained
in spring therefore follows the market of autumn.
"""

from dataclasses import dataclass

import numpy as np

from backend.app.core_gov.valuation.model.sales_history import Neighbors
from backend.app.kit.arrays import Floats, Ints

MARKET_DAYS = 90
"""Days after which a residual no longer counts toward the market level."""
_MEMORY_DAYS = 30.0
"""Days after which a sale has 1/e of the weight of a new one, for the market level."""
_SLOPE_SHRINK = 2.5
"""Shrinkage of the monthly slope relative to that of the level."""
_MAX_ERROR = 0.3
"""Residuals are clipped here: beyond it, the price or the traits were wrong."""
_MAX_MARKET_FACTOR = 0.5


@dataclass(frozen=True)
class ResidualSettings:
    """Weights of recent residuals: of the market, and of similar neighbors."""

    market_shrink: float = 20.0
    """Number of zero-residual pseudo-sales added to the market's."""

    shrink: float = 3.0
    """Number of zero-residual pseudo-neighbors added."""
    spacing: float = 1.0
    """Distance at which the weight is 1/e, in multiples of the distance to the tenth neighbor."""
    days: float = 365.0
    living: float = 0.4
    grade: float = 1.2
    years: float = 30.0
    """Differences at which a neighbor's weight falls to 1/e: one standard deviation of each trait in the market."""
    largest: float = 0.35


def market_factor(close_day: Ints, error: Floats, day: int, shrink: float) -> float:
    """Return the market's log deviation from the model on a day: the end of a line through recent residuals.

    `close_day` is sorted; `shrink` is `ResidualSettings.market_shrink`. After the last sale the market is assumed to
    stay at its level then.
    """
    stop = int(np.searchsorted(close_day, day, "left"))
    if not stop:
        return 0.0
    day = min(day, int(close_day[stop - 1]) + 1)
    start = int(np.searchsorted(close_day, day - MARKET_DAYS, "left"))
    age = (day - close_day[start:stop]).astype(np.float64)
    seen = np.clip(error[start:stop], -_MAX_ERROR, _MAX_ERROR)
    weight, month = np.exp(-age / _MEMORY_DAYS), -age / 30.0
    n, nx, nxx = weight.sum() + shrink, (weight * month).sum(), (weight * month**2).sum() + _SLOPE_SHRINK * shrink
    ny, nxy = (weight * seen).sum(), (weight * month * seen).sum()
    level = (ny * nxx - nxy * nx) / (n * nxx - nx * nx)
    return float(np.clip(level, -_MAX_MARKET_FACTOR, _MAX_MARKET_FACTOR))


@dataclass(frozen=True)
class Local:
    """Residuals of neighbors, summarized for each home."""

    error: Floats
    """Correction to add to the log value."""
    deviation: Floats
    """Mean absolute residual of the neighbors; NaN without neighbors."""
    support: Floats
    """Effective number of neighbors: the sum of their weights."""


def local_errors(near: Neighbors, likeness: Floats, error: Floats, latest: ResidualSettings) -> Local:
    """Return neighbors' residuals weighted by distance, age and similarity, shrunk toward 0 if they are few.

    `error` is the residual of each row of the history after the market factor. `likeness` is the weight of each
    neighbor apart from its distance.
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
