"""Coverage of prediction intervals: of 90 % intervals, 90 % should hold the price."""

from dataclasses import dataclass

import numpy as np

from backend.app.core_gov.valuation.ratio_study.bootstrap import ConfidenceInterval
from backend.app.core_gov.valuation.ratio_study.measures import MIN_SALES, MeasureVerdict
from backend.app.kit.arrays import Floats

OVERALL_POINTS, QUINTILE_POINTS = 3.0, 5.0
"""Tolerance of the coverage in percentage points: over all sales, and in each quintile of value."""

_NORMAL_95 = 1.959963984540054


@dataclass(frozen=True, slots=True)
class Coverage:
    """Coverage in percent of the sales; `interval` is its 95 % Wilson interval.

    `width` is the median width of the prediction intervals in percent of the value.
    """

    level: int
    n: int
    covered: float | None = None
    interval: ConfidenceInterval | None = None
    points_off: float | None = None
    allowed: float = OVERALL_POINTS
    word: MeasureVerdict | None = None
    below: float | None = None
    above: float | None = None
    width: float | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class CoverageByValue:
    """Coverage of one level: all sales, and quintiles by ascending value."""

    level: int
    overall: Coverage
    quintiles: tuple[Coverage, ...]


def covered_by_value(level: int, values: Floats, prices: Floats, low: Floats, high: Floats) -> CoverageByValue:
    """Return the coverage of a level; sales without an interval (NaN) are left out."""
    known = np.isfinite(low) & np.isfinite(high)
    columns = np.stack([values, prices, low, high])[:, known]
    columns = columns[:, np.lexsort((columns[1], columns[0]))]
    fifths = np.array_split(columns, 5, axis=1)
    return CoverageByValue(
        level,
        _covered(level, columns, OVERALL_POINTS),
        tuple(_covered(level, fifth, QUINTILE_POINTS) for fifth in fifths),
    )


def _covered(level: int, columns: Floats, allowed: float) -> Coverage:
    values, prices, low, high = columns
    n = len(values)
    if n < MIN_SALES:
        return Coverage(level, n, allowed=allowed, note=f"{n} intervals: at least {MIN_SALES} are needed")
    below, above = float(100 * np.mean(prices < low)), float(100 * np.mean(prices > high))
    covered = 100 * float(np.mean((prices >= low) & (prices <= high)))
    word = MeasureVerdict.WITHIN if abs(covered - level) <= allowed else MeasureVerdict.OUTSIDE
    wilson = _wilson(covered / 100, n)
    chance = word is MeasureVerdict.OUTSIDE and wilson.low <= level + allowed and wilson.high >= level - allowed
    note = "the interval overlaps the tolerance: the deviation may be chance" if chance else None
    width = float(100 * np.median((high - low) / values))
    return Coverage(level, n, covered, wilson, covered - level, allowed, word, below, above, width, note)


def _wilson(share: float, n: int) -> ConfidenceInterval:
    """Return Wilson's 95 % score interval of a share (1927), in percent, within 0 to 100."""
    z2 = _NORMAL_95**2
    middle = (share + z2 / (2 * n)) / (1 + z2 / n)
    reach = _NORMAL_95 / (1 + z2 / n) * (share * (1 - share) / n + z2 / (4 * n * n)) ** 0.5
    return ConfidenceInterval(100 * max(0.0, middle - reach), 100 * min(1.0, middle + reach))
