"""Recalibration of prediction intervals on the residuals of the latest sales.

Homes are harder to value in some seasons and years than in others, and a model knows only those of its training. The
interval of each later sale is compared with its price, and all intervals are stretched so that 80 % of the latest
prices would have fit (adaptive conformal inference, Gibbs and Candès 2021). Cheap and expensive, new and old, remote
and central homes drift apart, so each dimension has a further stretch of its own, shrunk where sales are few.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from backend.app.kit.arrays import Floats, Ints

TARGET_COVERAGE = 0.8
_MEMORY_DAYS = 120.0
"""Days after which a sale has 1/e of the weight of a new one."""
_SHRINK = 60.0
"""Number of perfectly covered pseudo-sales added to the observed ones."""
_GROUP_MEMORY_DAYS = 365.0
"""Days as in _MEMORY_DAYS for the differences between groups, which change slowly."""
_GROUP_SHRINK = 30.0
_MAX_FACTOR = 1.6
_MIN_WIDTH = 1e-3

GROUP_CENTERS: Mapping[str, tuple[float, ...]] = {
    "level": (-1.4, -0.53, 0.0, 0.53, 1.4),
    "age": (-1.1, 0.0, 1.1),
    "distance": (-1.1, 0.0, 1.1),
}
"""Centers of the groups of each dimension in standard deviations, about those of fifths and thirds."""

_DAYS_KEPT = 8

_Dimension = tuple[str, Floats, Floats]
"""Name of a dimension, the centers of its groups, and the logarithm of the further stretch at each."""


@dataclass(frozen=True)
class Recalibration:
    """Sales that closed after training, in order of closing day."""

    close_day: Ints
    stretch: Floats
    """Factor by which each interval would have to be stretched to just hold the price."""
    scores: Mapping[str, Floats] = field(default_factory=dict)
    """Position of each sale in each dimension of GROUP_CENTERS, in standard deviations from the market's mean."""
    _by_day: dict[tuple[int, frozenset[str]], tuple[float, list[_Dimension]]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )
    """Result of `_of_day` for the latest days."""

    def factors(self, days: Ints, scores: Mapping[str, Floats] | None = None) -> Floats:
        """Return the stretch of each home's interval on the morning of its day; 1 without evidence.

        `scores` are those of the homes, of the same dimensions.
        """
        found = np.ones(len(days))
        for day in np.unique(days):
            homes = np.flatnonzero(days == day)
            found[homes] = self._at(int(day), {name: values[homes] for name, values in (scores or {}).items()})
        return found

    def factor(self, day: int) -> float:
        """Return the stretch of all intervals on the morning of a day, without differences between groups."""
        stop = int(np.searchsorted(self.close_day, day, "left"))
        return _shrunk(self.stretch[:stop], _weights(self.close_day[:stop], day, _MEMORY_DAYS), _SHRINK)

    def _at(self, day: int, scores: Mapping[str, Floats]) -> Floats | float:
        """Return the stretch of homes on one day, dimension after dimension, each on what the ones before leave."""
        key = day, frozenset(scores)
        known = self._by_day.get(key)
        if known is None:
            known = self._of_day(day, key[1])
            if len(self._by_day) >= _DAYS_KEPT:
                self._by_day.clear()
            self._by_day[key] = known
        found: Floats | float
        found, dimensions = known
        for name, centers, logs in dimensions:
            found = found + _between(scores[name], centers, logs)
        return np.clip(np.exp(found), 1 / _MAX_FACTOR, _MAX_FACTOR)

    def _of_day(self, day: int, names: frozenset[str]) -> tuple[float, list[_Dimension]]:
        """Return the logarithm of the stretch of all intervals on a day, and of what each group adds to it."""
        stop = int(np.searchsorted(self.close_day, day, "left"))
        base = np.log(self.factor(day))
        known = np.full(stop, base)
        dimensions = []
        weight = _weights(self.close_day[:stop], day, _GROUP_MEMORY_DAYS)
        for name in (name for name in GROUP_CENTERS if name in self.scores and name in names):
            of_sales, centers = self.scores[name][:stop], np.array(GROUP_CENTERS[name])
            left, group = self.stretch[:stop] / np.exp(known), _nearest_group(of_sales, centers)
            members = [group == each for each in range(len(centers))]
            logs = np.log([_shrunk(left[some], weight[some], _GROUP_SHRINK) for some in members])
            known = known + _between(of_sales, centers, logs)
            dimensions.append((name, centers, logs))
        return base, dimensions


def _weights(close_day: Ints, day: int, memory: float) -> Floats:
    return np.exp(-(day - close_day) / memory)


def _shrunk(stretch: Floats, weight: Floats, pseudo_sales: float) -> float:
    """Return the weighted quantile of the stretches with the finite-sample correction, shrunk toward 1."""
    if not len(stretch):
        return 1.0
    order = np.argsort(stretch, kind="stable")
    cumulative = np.cumsum(weight[order])
    total = float(cumulative[-1])
    share = min(TARGET_COVERAGE * (total + 1), total)
    quantile = float(stretch[order[min(int(np.searchsorted(cumulative, share)), len(order) - 1)]])
    shrinkage = total / (total + pseudo_sales)
    return float(np.clip(quantile, 1 / _MAX_FACTOR, _MAX_FACTOR) ** shrinkage)


def _nearest_group(scores: Floats, centers: Floats) -> Ints:
    """Return the group of each score; no group, -1, if it is unknown."""
    edges = (centers[1:] + centers[:-1]) / 2
    return np.where(np.isfinite(scores), np.searchsorted(edges, scores), -1)


def _between(scores: Floats, centers: Floats, logs: Floats) -> Floats:
    """Interpolate between the centers of the groups; 0 for an unknown score."""
    return np.where(np.isfinite(scores), np.interp(scores, centers, logs), 0.0)


def recalibration(
    close_day: Ints, error: Floats, low: Floats, high: Floats, scores: Mapping[str, Floats] | None = None
) -> Recalibration:
    """Return the recalibration; `error` is log(price / value), `low` and `high` bound its 80 % interval."""
    stretch = np.where(error < 0, error / np.minimum(low, -_MIN_WIDTH), error / np.maximum(high, _MIN_WIDTH))
    return Recalibration(close_day, stretch, scores or {})
