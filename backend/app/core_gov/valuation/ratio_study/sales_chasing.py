"""Sales chasing: detection of values that were set with the prices known.

An assessor who values a home after its sale is tempted to adopt the price; a program with look-ahead leakage does the
same. Ratios then cluster at 1, and the study looks too good. There are two signs, neither of them a proof:

- a jump: one and the same ratio near 1 has more than 5 % of the sales (a step in the cumulative distribution);
- a heap: the share of ratios near 1 exceeds that of a normal distribution with their mean and standard deviation by
  5 percentage points (IAAO, Standard on Ratio Studies, appendix E, section 4). Residuals of any good model are more
  peaked than a normal distribution, so this sign alone says little.

Both together are called sales chasing, with the limits of assesspy, the package of the Cook County Assessor's Office.
assesspy samples its normal distribution at random and also counts a gap at 1 as a sign. Here the area under the curve
is computed, and only a heap counts.
"""

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from backend.app.core_gov.valuation.ratio_study.statistics import FLAT
from backend.app.kit.arrays import Floats

NEAR_1 = (0.98, 1.02)
LIMIT = 0.05
MIN_SALES = 30


@dataclass(frozen=True, slots=True)
class SalesChasing:
    """Result of the detection; `found` is None if it is undecided; shares are fractions of the sales."""

    found: bool | None
    sentence: str
    largest_jump: float | None = None
    jump: bool | None = None
    share_near_one: float | None = None
    expected_near_one: float | None = None
    heap: bool | None = None


def detect_sales_chasing(ratios: Floats) -> SalesChasing:
    """Look for both signs in the ratios of a study."""
    if len(ratios) < MIN_SALES:
        return SalesChasing(None, f"needs at least {MIN_SALES} sales")
    jump = _largest_jump(ratios)
    share = float(np.mean((ratios >= NEAR_1[0]) & (ratios <= NEAR_1[1])))
    expected = _normal_share(ratios)
    jumps, heaps = jump > LIMIT, share - expected > LIMIT
    return SalesChasing(jumps and heaps, _sentence(jumps, heaps), jump, jumps, share, expected, heaps)


def _largest_jump(ratios: Floats) -> float:
    """Return the largest share of sales with one ratio near 1, ratios rounded to four decimals."""
    near = ratios[(ratios > NEAR_1[0]) & (ratios < NEAR_1[1])]
    _, counts = np.unique(near.round(4), return_counts=True)
    return float(counts.max(initial=0) / len(ratios))


def _normal_share(ratios: Floats) -> float:
    """Return the share near 1 of a normal distribution with the mean and standard deviation of the ratios."""
    mean, deviation = float(np.mean(ratios)), float(np.std(ratios))
    if deviation <= FLAT * mean:
        return 0.0  # one ratio for all sales is no coincidence: if it is 1, the prices were known
    normal = NormalDist(mean, deviation)
    return normal.cdf(NEAR_1[1]) - normal.cdf(NEAR_1[0])


def _sentence(jumps: bool, heaps: bool) -> str:
    if jumps and heaps:
        return "ratios jump and cluster at 1: the values may have been set with the prices known"
    if jumps:
        return "many sales have the same ratio near 1, but ratios near 1 are not more frequent than expected"
    if heaps:
        return "more ratios are near 1 than in a normal distribution, without a jump: typical of an accurate model"
    return "no sign of sales chasing"
