"""Whether a figure stays where it is: a slope that a few odd samples do not change, and what it would add up to."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

WARM_UP = 0.25
"""The share of a run that is left out: caches fill, and the allocator finds its level."""
AT_MOST = 600
"""So many samples at most are compared, each with each."""

Point = tuple[float, float]
"""When (seconds since the run began), and how much."""


@dataclass(frozen=True, slots=True)
class Trend:
    """How a figure moved after the warm-up: its median, and what its slope adds up to over the whole run."""

    level: float
    growth: float

    @property
    def share(self) -> float:
        """The growth as a share of the level."""
        return self.growth / self.level if self.level else 0.0


def theil_sen(points: Sequence[Point]) -> float:
    """The median of the slopes between any two points (Theil 1950, Sen 1968); 0 when there are no two."""
    slopes = [(b[1] - a[1]) / (b[0] - a[0]) for a, b in combinations(thinned(points), 2) if a[0] != b[0]]
    return statistics.median(slopes) if slopes else 0.0


def thinned(points: Sequence[Point]) -> Sequence[Point]:
    """Every n-th point, so that there are at most `AT_MOST`."""
    return points[:: -(-len(points) // AT_MOST) or 1]


def trend(points: Sequence[Point], run_s: float, since: float = WARM_UP) -> Trend:
    """How the figure moved in a run of so many seconds; raises ValueError when nothing is left after the warm-up.

    `since` is the share of the run that is left out.
    """
    counted = [point for point in points if point[0] >= since * run_s]
    if not counted:
        raise ValueError("there is no sample after the warm-up")
    return Trend(statistics.median(value for _, value in counted), theil_sen(counted) * run_s)
