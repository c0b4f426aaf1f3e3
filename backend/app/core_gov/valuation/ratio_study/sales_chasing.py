"""Whether values look as if the prices had been known when they were set.

Who values a home after its sale is tempted to take the price for the value; a program that looks ahead does the same.
Ratios then heap up at 1, and the study flatters. Two signs, neither of them a proof:

- a jump: one and the same ratio near 1 has more than 5 % of the sales (a step in the cumulative distribution);
- a heap: 5 percentage points more of the ratios are near 1 than of a normal distribution with their mean and
  deviation (IAAO, Standard on Ratio Studies, appendix E, section 4). Errors of any good model are more peaked than a
  normal distribution, so that this sign alone says little.

Both together are called sales chasing, with the limits that assesspy, the package of the Cook County Assessor's
Office, has. It draws its normal distribution at random, and minds a hole at 1 as much as a heap; here the area under
the curve is computed, and only a heap counts.
"""

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from backend.app.core_gov.valuation.ratio_study.statistics import FLAT
from backend.app.kit.arrays import Floats

NEAR_ONE = (0.98, 1.02)
LIMIT = 0.05
LEAST_SALES = 30


@dataclass(frozen=True, slots=True)
class SalesChasing:
    """`found` is None where it cannot be told; shares are fractions of the sales."""

    found: bool | None
    sentence: str
    largest_jump: float | None = None
    jump: bool | None = None
    share_near_one: float | None = None
    expected_near_one: float | None = None
    heap: bool | None = None


def looked_for(ratios: Floats) -> SalesChasing:
    if len(ratios) < LEAST_SALES:
        return SalesChasing(None, f"cannot be told from fewer than {LEAST_SALES} sales")
    jump = _largest_jump(ratios)
    share = float(np.mean((ratios >= NEAR_ONE[0]) & (ratios <= NEAR_ONE[1])))
    expected = _normal_share(ratios)
    jumps, heaps = jump > LIMIT, share - expected > LIMIT
    return SalesChasing(jumps and heaps, _sentence(jumps, heaps), jump, jumps, share, expected, heaps)


def _largest_jump(ratios: Floats) -> float:
    """The largest share of sales with one and the same ratio near 1, to the hundredth of a per cent."""
    near = ratios[(ratios > NEAR_ONE[0]) & (ratios < NEAR_ONE[1])]
    _, counts = np.unique(near.round(4), return_counts=True)
    return float(counts.max(initial=0) / len(ratios))


def _normal_share(ratios: Floats) -> float:
    """The share near 1 of a normal distribution with the mean and the deviation of the ratios."""
    mean, deviation = float(np.mean(ratios)), float(np.std(ratios))
    if deviation <= FLAT * mean:
        return 0.0  # one ratio for all sales: no chance brings that, and if it is 1 the prices were known
    normal = NormalDist(mean, deviation)
    return normal.cdf(NEAR_ONE[1]) - normal.cdf(NEAR_ONE[0])


def _sentence(jumps: bool, heaps: bool) -> str:
    if jumps and heaps:
        return "ratios jump and heap up at 1: the values look as if the prices had been known"
    if jumps:
        return "many sales have the same ratio near 1, but no more ratios are near 1 than chance brings"
    if heaps:
        return "more ratios are near 1 than in a normal distribution, without a jump: errors of a good model look so"
    return "no sign of it"
