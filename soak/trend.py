"""Trend of a figure over time: a slope that is robust to outliers, and the growth it implies."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

WARM_UP = 0.25
"""Share of a run that is ignored: caches fill, and the allocator reaches its level."""
MAX_POINTS = 600
"""Maximum number of samples in the pairwise comparison."""

Point = tuple[float, float]
"""Seconds since the start of the run, and the value."""


@dataclass(frozen=True, slots=True)
class Trend:
    """Trend of a figure after the warm-up: its median, and the growth that its slope implies over the whole run."""

    level: float
    growth: float

    @property
    def share(self) -> float:
        """Return the growth as a share of the level."""
        return self.growth / self.level if self.level else 0.0


def theil_sen(points: Sequence[Point]) -> float:
    """Return the median of the slopes between all pairs of points (Theil 1950, Sen 1968). 0 without a pair."""
    slopes = [(b[1] - a[1]) / (b[0] - a[0]) for a, b in combinations(thinned(points), 2) if a[0] != b[0]]
    return statistics.median(slopes) if slopes else 0.0


def thinned(points: Sequence[Point]) -> Sequence[Point]:
    """Return every n-th point, at most `MAX_POINTS`."""
    return points[:: -(-len(points) // MAX_POINTS) or 1]


def trend(points: Sequence[Point], run_s: float, since: float = WARM_UP) -> Trend:
    """Return the trend over a run of this many seconds. Raises ValueError if no point is left after the warm-up.

    `since` is the share of the run that is ignored.
    """
    counted = [point for point in points if point[0] >= since * run_s]
    if not counted:
        raise ValueError("there is no sample after the warm-up")
    return Trend(statistics.median(value for _, value in counted), theil_sen(counted) * run_s)
