"""Recalibration of prediction intervals on the residuals of the latest sales.

Homes are harder to value in some seasons and years than in others, and a model knows only those of its training. The
interval of each later sale is compared with its price, and all intervals are stretched so that 80 % of the latest
prices would have fit (adaptive conformal inference, Gibbs and Candès 2021).
"""

from dataclasses import dataclass

import numpy as np

from backend.app.kit.arrays import Floats, Ints

TARGET_COVERAGE = 0.8
_MEMORY_DAYS = 120.0
"""Days after which a sale has 1/e of the weight of a new one."""
_SHRINK = 60.0
"""Number of perfectly covered pseudo-sales added to the observed ones."""
_MAX_FACTOR = 1.6
_MIN_WIDTH = 1e-3


@dataclass(frozen=True)
class Recalibration:
    """Sales that closed after training, in order of closing day."""

    close_day: Ints
    stretch: Floats
    """Factor by which each interval would have to be stretched to just hold the price."""

    def factors(self, days: Ints) -> Floats:
        """Return the stretch of intervals on the morning of each day; 1 without evidence."""
        unique_days, position = np.unique(days, return_inverse=True)
        return np.array([self.factor(int(day)) for day in unique_days])[position]

    def factor(self, day: int) -> float:
        stop = int(np.searchsorted(self.close_day, day, "left"))
        if not stop:
            return 1.0
        weight = np.exp(-(day - self.close_day[:stop]) / _MEMORY_DAYS)
        order = np.argsort(self.stretch[:stop], kind="stable")
        cumulative = np.cumsum(weight[order])
        quantile = float(self.stretch[order[np.searchsorted(cumulative, TARGET_COVERAGE * cumulative[-1])]])
        shrinkage = float(cumulative[-1] / (cumulative[-1] + _SHRINK))
        return float(np.clip(quantile, 1 / _MAX_FACTOR, _MAX_FACTOR) ** shrinkage)


def recalibration(close_day: Ints, error: Floats, low: Floats, high: Floats) -> Recalibration:
    """Return the recalibration; `error` is log(price / value), `low` and `high` bound its 80 % interval."""
    stretch = np.where(error < 0, error / np.minimum(low, -_MIN_WIDTH), error / np.maximum(high, _MIN_WIDTH))
    return Recalibration(close_day, stretch)
