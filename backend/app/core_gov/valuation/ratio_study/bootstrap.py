"""Bootstrap intervals of the measures of a ratio study.

A resample of n sales with replacement is a row of n counts, one for each sale. Each measure is computed with these
counts as weights, for many rows at once. The result depends only on the sales, the seed and the number of resamples:
the sales are sorted first.
"""

from dataclasses import dataclass, fields

import numpy as np

from backend.app.core_gov.valuation.ratio_study.statistics import FLAT
from backend.app.kit.arrays import Floats, Ints

SEED = 20_130_401
RESAMPLES = 1_000
MIN_SALES = 30
"""Minimum number of sales; below it, intervals would be too narrow."""

_COUNTS_PER_CHUNK = 50_000  # counts held at once, to fit the CPU cache
_MIN_DEFINED = 0.95


@dataclass(frozen=True, slots=True)
class ConfidenceInterval:
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class ResampledMeasures:
    """Each measure in each resample; NaN where undefined, as when all prices are the same."""

    median_ratio: Floats
    cod: Floats
    prd: Floats
    prb: Floats
    mki: Floats

    def intervals(self) -> dict[str, ConfidenceInterval | None]:
        """Return the central 95 % of each measure; None if too many resamples leave it undefined."""
        return {each.name: _central_interval(getattr(self, each.name)) for each in fields(self)}


MEASURES = tuple(each.name for each in fields(ResampledMeasures))
"""Measures that have bootstrap intervals."""


def resample(
    values: Floats, prices: Floats, resamples: int = RESAMPLES, seed: int = SEED, *, vertical: bool = True
) -> ResampledMeasures:
    """Resample the sales; `vertical=False` skips PRD, PRB and MKI, which saves two thirds of the time."""
    order = np.lexsort((values, prices))
    sales = _StudySales(values[order], prices[order])
    generator = np.random.Generator(np.random.PCG64(seed))
    step = max(1, _COUNTS_PER_CHUNK // len(values))
    parts = [
        sales.measured(_counts(generator, min(step, resamples - done), len(values)), vertical)
        for done in range(0, resamples, step)
    ]
    return ResampledMeasures(*(np.concatenate(each) for each in zip(*parts, strict=True)))


def _counts(generator: np.random.Generator, rows: int, n: int) -> Floats:
    """Return how often each of n sales is drawn in each resample; shape (rows, n)."""
    drawn = generator.integers(0, n, size=(rows, n)) + n * np.arange(rows)[:, None]
    return np.bincount(drawn.ravel(), minlength=rows * n).reshape(rows, n).astype(np.float64)


class _StudySales:
    """Values and prices sorted by price, with precomputed arrays that all resamples share."""

    def __init__(self, values: Floats, prices: Floats) -> None:
        self.values, self.prices, self.ratios = values, prices, values / prices
        self.by_ratio: Ints = np.argsort(self.ratios, kind="stable")
        self.last_of_price: Ints = np.flatnonzero(np.diff(prices, append=np.inf) > 0)
        self.price_group: Ints = np.searchsorted(prices[self.last_of_price], prices)

    def measured(self, counts: Floats, vertical: bool) -> tuple[Floats, Floats, Floats, Floats, Floats]:
        """Return median ratio, COD, PRD, PRB and MKI for each row of counts."""
        medians = self._medians(counts)
        deviation = self.ratios / medians[:, None] - 1
        cod = 100 * np.einsum("rn,rn->r", counts, np.abs(deviation)) / len(self.ratios)
        if not vertical:
            none = np.full(len(counts), np.nan)
            return medians, cod, none, none, none
        return medians, cod, self._prd(counts), self._prb(counts, medians, deviation), self._mki(counts)

    def _medians(self, counts: Floats) -> Floats:
        n, ordered = len(self.ratios), self.ratios[self.by_ratio]
        cumulative = np.cumsum(counts[:, self.by_ratio], axis=1)
        lower = np.argmax(cumulative > (n - 1) // 2, axis=1)
        upper = np.argmax(cumulative > n // 2, axis=1)
        return np.asarray(0.5 * (ordered[lower] + ordered[upper]))

    def _prb(self, counts: Floats, medians: Floats, deviation: Floats) -> Floats:
        n = len(self.ratios)
        doublings = np.log2(self.values / medians[:, None] + self.prices)
        doublings -= np.einsum("rn,rn->r", counts, doublings)[:, None] / n
        weighted = counts * doublings
        spread = np.einsum("rn,rn->r", weighted, doublings)
        return _ratio(np.einsum("rn,rn->r", weighted, deviation), spread, FLAT * n)

    def _prd(self, counts: Floats) -> Floats:
        mean = self._total(counts, self.ratios) / len(self.ratios)
        return mean * self._total(counts, self.prices) / self._total(counts, self.values)

    def _mki(self, counts: Floats) -> Floats:
        """Return MKI; equal prices share their mean rank."""
        n = len(self.ratios)
        cumulative = np.take(np.cumsum(counts, axis=1), self.last_of_price, axis=1)
        ranks = cumulative.copy()
        ranks[:, 1:] += cumulative[:, :-1]
        weighted = np.take(ranks, self.price_group, axis=1)
        weighted *= counts
        of_values = self._total(weighted, self.values) / self._total(counts, self.values) - n
        of_prices = self._total(weighted, self.prices) / self._total(counts, self.prices) - n
        return _ratio(of_values, of_prices, FLAT * n * n)

    @staticmethod
    def _total(counts: Floats, amounts: Floats) -> Floats:
        return np.asarray(np.einsum("rn,n->r", counts, amounts))


def _ratio(numerator: Floats, denominator: Floats, rounding: float) -> Floats:
    """Return the quotient; NaN if the denominator is no more than rounding error."""
    defined = denominator > rounding
    return np.where(defined, numerator / np.where(defined, denominator, 1.0), np.nan)


def _central_interval(measured: Floats) -> ConfidenceInterval | None:
    defined = measured[np.isfinite(measured)]
    if len(defined) < _MIN_DEFINED * len(measured):
        return None
    low, high = np.quantile(defined, [0.025, 0.975])
    return ConfidenceInterval(float(low), float(high))
