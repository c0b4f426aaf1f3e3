"""Corrections from recent residuals: the current market level, and residuals of neighboring sales.

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
"""Residuals are clipped here: beyond it, the price or the characteristics were wrong."""
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
    """Differences at which a neighbor's weight falls to 1/e: one standard deviation in the market."""
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
    clipped = np.clip(error[start:stop], -_MAX_ERROR, _MAX_ERROR)
    weight, month = np.exp(-age / _MEMORY_DAYS), -age / 30.0
    n, nx, nxx = weight.sum() + shrink, (weight * month).sum(), (weight * month**2).sum() + _SLOPE_SHRINK * shrink
    ny, nxy = (weight * clipped).sum(), (weight * month * clipped).sum()
    level = (ny * nxx - nxy * nx) / (n * nxx - nx * nx)
    return float(np.clip(level, -_MAX_MARKET_FACTOR, _MAX_MARKET_FACTOR))


@dataclass(frozen=True)
class NeighborResiduals:
    """Residuals of neighbors, summarized for each home."""

    correction: Floats
    """Correction to add to the log value."""
    mean_absolute: Floats
    """Mean absolute residual of the neighbors; NaN without neighbors."""
    effective_count: Floats
    """Effective number of neighbors: the sum of their weights."""


def neighbor_residuals(
    near: Neighbors, similarity_weights: Floats, error: Floats, settings: ResidualSettings
) -> NeighborResiduals:
    """Return neighbors' residuals weighted by distance, age and similarity, shrunk toward 0 if they are few.

    `error` is the residual of each row of the history after the market factor. `similarity_weights` are the
    weights of the neighbors apart from their distance.
    """
    known = near.found
    spacing = np.where(known[:, 9], near.km[:, 9], np.inf) if near.km.shape[1] > 9 else np.full(len(near.km), np.inf)
    spacing = np.maximum(np.where(np.isfinite(spacing), spacing, 5.0), 0.05) * settings.spacing
    weight = np.where(known, similarity_weights * np.exp(-np.where(known, near.km, 0.0) / spacing[:, None]), 0.0)
    clipped = np.clip(error[near.rows], -settings.largest, settings.largest) if len(error) else np.zeros_like(weight)
    clipped = np.where(known, clipped, 0.0)
    effective_count = weight.sum(axis=1)
    total_weight = np.maximum(effective_count, 1e-9)
    mean_absolute = np.where(effective_count > 1e-3, (weight * np.abs(clipped)).sum(axis=1) / total_weight, np.nan)
    return NeighborResiduals(
        (weight * clipped).sum(axis=1) / (effective_count + settings.shrink), mean_absolute, effective_count
    )
