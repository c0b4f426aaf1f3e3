"""Intervals kept in step with the market, by how far its latest sales were from their values.

Homes are harder to value in some seasons and years than in others, and a model knows those of its training. So the
interval of each sale since then is held against the price, and all intervals are stretched by what would have made
four fifths of the latest prices fit (adaptive conformal inference, Gibbs and Candès 2021).
"""

from dataclasses import dataclass

import numpy as np

from backend.app.kit.arrays import Floats, Ints

PROMISED = 0.8
_MEMORY_DAYS = 120.0
"""After so many days a sale counts 1/e of a new one."""
_SHRINK = 60.0
"""Sales on which the intervals were just right that are added to those seen."""
_MOST = 1.6
_NARROWEST = 1e-3


@dataclass(frozen=True)
class Recalibration:
    """The sales that closed after the training, in the order of their days."""

    close_day: Ints
    stretch: Floats
    """By what factor the interval of each had to be stretched to just hold the price."""

    def factors(self, days: Ints) -> Floats:
        """By what factor intervals are to be stretched on the morning of each day; 1 where no sale tells."""
        one, place = np.unique(days, return_inverse=True)
        return np.array([self.factor(int(day)) for day in one])[place]

    def factor(self, day: int) -> float:
        stop = int(np.searchsorted(self.close_day, day, "left"))
        if not stop:
            return 1.0
        weight = np.exp(-(day - self.close_day[:stop]) / _MEMORY_DAYS)
        order = np.argsort(self.stretch[:stop], kind="stable")
        upto = np.cumsum(weight[order])
        needed = float(self.stretch[order[np.searchsorted(upto, PROMISED * upto[-1])]])
        heard = float(upto[-1] / (upto[-1] + _SHRINK))
        return float(np.clip(needed, 1 / _MOST, _MOST) ** heard)


def recalibration(close_day: Ints, error: Floats, low: Floats, high: Floats) -> Recalibration:
    """`error` is the logarithm of each price over its value; `low` and `high` are the ends of its 80 % interval."""
    stretch = np.where(error < 0, error / np.minimum(low, -_NARROWEST), error / np.maximum(high, _NARROWEST))
    return Recalibration(close_day, stretch)
