"""How far a ratio study's measures would move with other sales: a bootstrap, many resamples at a time.

A resample of n sales with replacement is a row of n counts, one a sale; the measures are weighted ones under these
counts, for all rows at once. The numbers depend on the sales, the seed and the number of resamples only: the sales
are put into one order first.
"""

from dataclasses import dataclass, fields

import numpy as np

from backend.app.core_gov.valuation.ratio_study.statistics import FLAT
from backend.app.kit.arrays import Floats, Ints

SEED = 20_130_401
RESAMPLES = 1_000
LEAST_SALES = 30
"""Below this a resample repeats too few sales: its interval would look surer than it is."""

_AT_A_TIME = 50_000  # counts held at once: the arrays of one step stay in the processor's cache
_LEAST_DEFINED = 0.95


@dataclass(frozen=True, slots=True)
class ConfidenceInterval:
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Resampled:
    """Each measure in each resample; NaN where a resample does not define it, as when all its prices are the same."""

    median_ratio: Floats
    cod: Floats
    prd: Floats
    prb: Floats
    mki: Floats

    def intervals(self) -> dict[str, ConfidenceInterval | None]:
        """The middle 95 % of each measure; None for one that too many resamples do not define."""
        return {each.name: _middle(getattr(self, each.name)) for each in fields(self)}


MEASURES = tuple(each.name for each in fields(Resampled))
"""What there are bootstrap intervals of."""


def resample(
    values: Floats, prices: Floats, resamples: int = RESAMPLES, seed: int = SEED, *, vertical: bool = True
) -> Resampled:
    """So many resamples of the sales; without PRD, PRB and MKI where they are not wanted, which saves two thirds."""
    order = np.lexsort((values, prices))
    sales = _StudySales(values[order], prices[order])
    draws = np.random.Generator(np.random.PCG64(seed))
    step = max(1, _AT_A_TIME // len(values))
    parts = [
        sales.measured(_counts(draws, min(step, resamples - done), len(values)), vertical)
        for done in range(0, resamples, step)
    ]
    return Resampled(*(np.concatenate(each) for each in zip(*parts, strict=True)))


def _counts(draws: np.random.Generator, rows: int, n: int) -> Floats:
    """How often each of n sales is drawn in each of the resamples; shape (rows, n)."""
    drawn = draws.integers(0, n, size=(rows, n)) + n * np.arange(rows)[:, None]
    return np.bincount(drawn.ravel(), minlength=rows * n).reshape(rows, n).astype(np.float64)


class _StudySales:
    """Values and prices in ascending order of price, with what every resample needs of them."""

    def __init__(self, values: Floats, prices: Floats) -> None:
        self.values, self.prices, self.ratios = values, prices, values / prices
        self.by_ratio: Ints = np.argsort(self.ratios, kind="stable")
        self.last_of_price: Ints = np.flatnonzero(np.diff(prices, append=np.inf) > 0)
        self.price_group: Ints = np.searchsorted(prices[self.last_of_price], prices)

    def measured(self, counts: Floats, vertical: bool) -> tuple[Floats, Floats, Floats, Floats, Floats]:
        """Median ratio, COD, PRD, PRB and MKI under each row of counts."""
        medians = self._medians(counts)
        share = self.ratios / medians[:, None] - 1
        cod = 100 * np.einsum("rn,rn->r", counts, np.abs(share)) / len(self.ratios)
        if not vertical:
            none = np.full(len(counts), np.nan)
            return medians, cod, none, none, none
        return medians, cod, self._differential(counts), self._bias(counts, medians, share), self._kakwani(counts)

    def _medians(self, counts: Floats) -> Floats:
        n, ordered = len(self.ratios), self.ratios[self.by_ratio]
        reached = np.cumsum(counts[:, self.by_ratio], axis=1)
        lower = np.argmax(reached > (n - 1) // 2, axis=1)
        upper = np.argmax(reached > n // 2, axis=1)
        return np.asarray(0.5 * (ordered[lower] + ordered[upper]))

    def _bias(self, counts: Floats, medians: Floats, share: Floats) -> Floats:
        n = len(self.ratios)
        doublings = np.log2(self.values / medians[:, None] + self.prices)
        doublings -= np.einsum("rn,rn->r", counts, doublings)[:, None] / n
        weighted = counts * doublings
        spread = np.einsum("rn,rn->r", weighted, doublings)
        return _over(np.einsum("rn,rn->r", weighted, share), spread, FLAT * n)

    def _differential(self, counts: Floats) -> Floats:
        mean = self._total(counts, self.ratios) / len(self.ratios)
        return mean * self._total(counts, self.prices) / self._total(counts, self.values)

    def _kakwani(self, counts: Floats) -> Floats:
        """MKI, with equal prices sharing their mean rank: half of the sales up to them and the sales before them."""
        n = len(self.ratios)
        reached = np.take(np.cumsum(counts, axis=1), self.last_of_price, axis=1)
        places = reached.copy()
        places[:, 1:] += reached[:, :-1]
        weighted = np.take(places, self.price_group, axis=1)
        weighted *= counts
        of_values = self._total(weighted, self.values) / self._total(counts, self.values) - n
        of_prices = self._total(weighted, self.prices) / self._total(counts, self.prices) - n
        return _over(of_values, of_prices, FLAT * n * n)

    @staticmethod
    def _total(counts: Floats, amounts: Floats) -> Floats:
        return np.asarray(np.einsum("rn,n->r", counts, amounts))


def _over(numerator: Floats, denominator: Floats, rounding: float) -> Floats:
    """The quotient; NaN where the denominator is nothing but rounding."""
    defined = denominator > rounding
    return np.where(defined, numerator / np.where(defined, denominator, 1.0), np.nan)


def _middle(measured: Floats) -> ConfidenceInterval | None:
    defined = measured[np.isfinite(measured)]
    if len(defined) < _LEAST_DEFINED * len(measured):
        return None
    low, high = np.quantile(defined, [0.025, 0.975])
    return ConfidenceInterval(float(low), float(high))
