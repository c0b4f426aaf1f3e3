"""Statistics of a ratio study, computed from arrays of values and prices.

A ratio is value / price. Values and prices are positive and of one length; the order of the sales does not matter.

Sources of the formulas:
- International Association of Assessing Officers (IAAO), Standard on Ratio Studies, 2013: level, COD, COV, PRD, PRB,
  trimming (appendix B); its tables 1-1, 1-4 and D-2 are tests.
- Gloudemans, R., The Coefficient of Price-Related Bias, Fair & Equitable, August 2011: PRB.
- Quintos, C., A Gini Measure for Vertical Equity in Property Assessments, Journal of Property Tax Assessment &
  Administration 17(2), 2020: the Kakwani index and the modified one.
"""

from dataclasses import dataclass

import numpy as np

from backend.app.kit.arrays import Bools, Floats

FLAT = 1e-12
"""Relative tolerance: smaller differences are rounding error."""


@dataclass(frozen=True, slots=True)
class PriceRelatedBias:
    """PRB with its 95 % interval (Student's t, n - 2 degrees of freedom) and the p value of PRB = 0."""

    slope: float
    low: float
    high: float
    p_value: float


def all_equal(numbers: Floats) -> bool:
    return bool(np.ptp(numbers) <= FLAT * np.abs(numbers).max())


def coefficient_of_dispersion(ratios: Floats) -> float:
    """Return COD: the mean absolute deviation from the median ratio, in percent of the median."""
    median = np.median(ratios)
    return float(100 * np.mean(np.abs(ratios - median)) / median)


def coefficient_of_variation(ratios: Floats) -> float:
    """Return COV: the standard deviation (n - 1) of the ratios, in percent of their mean."""
    return float(100 * np.std(ratios, ddof=1) / np.mean(ratios))


def weighted_mean_ratio(values: Floats, prices: Floats) -> float:
    """Return the sum of values over the sum of prices: the mean ratio weighted by price."""
    return float(values.sum() / prices.sum())


def price_related_differential(values: Floats, prices: Floats) -> float:
    """Return PRD: mean ratio / weighted mean ratio.

    Above 1, expensive houses are valued lower than cheap ones (regressive).
    """
    return float(np.mean(values / prices)) / weighted_mean_ratio(values, prices)


def market_value_proxy(values: Floats, prices: Floats) -> Floats:
    """Return the proxy of market value for PRB and tiers: half price, half value at the level of prices.

    Neither price nor value alone will do. A price that is high by chance has a low ratio, so along prices even perfect
    values look regressive. Along values, those that erred upward have high ratios, which looks progressive.
    """
    return 0.5 * (prices + values / np.median(values / prices))


def price_related_bias(values: Floats, prices: Floats) -> PriceRelatedBias:
    """Return PRB: the change of the ratio, as a share of the median, when market value doubles. Below 0 is regressive.

    The least-squares slope of (ratio - median) / median on log2 of the market value proxy. Requires at least three
    sales, and prices that are not all the same.
    """
    from scipy.special import stdtr, stdtrit

    ratios = values / prices
    median = np.median(ratios)
    share = (ratios - median) / median
    if all_equal(ratios):
        return PriceRelatedBias(0.0, 0.0, 0.0, 1.0)
    doublings = np.log2(market_value_proxy(values, prices))
    doublings = doublings - doublings.mean()
    spread, degrees_of_freedom = float(doublings @ doublings), len(ratios) - 2
    slope = float(doublings @ share) / spread
    residual = share - share.mean() - slope * doublings
    error = float(np.sqrt(residual @ residual / degrees_of_freedom / spread))
    margin = float(stdtrit(degrees_of_freedom, 0.975)) * error
    p_value = 2 * float(stdtr(degrees_of_freedom, -abs(slope) / error)) if error else 0.0
    return PriceRelatedBias(slope, slope - margin, slope + margin, p_value)


def mean_ranks(numbers: Floats) -> Floats:
    """Return ascending ranks from 1; ties share their mean rank."""
    _, group, count = np.unique(numbers, return_inverse=True, return_counts=True)
    last = np.cumsum(count)
    middle = last - (count - 1) / 2
    return middle[group].astype(np.float64)


def concentration(amounts: Floats, ranks: Floats) -> float:
    """Return the Gini concentration of amounts for given ranks, their own or those of another variable."""
    n = len(amounts)
    return float(2 * (amounts @ ranks) / (n * amounts.sum()) - (n + 1) / n)


def kakwani_indices(values: Floats, prices: Floats) -> tuple[float, float]:
    """Return KI and MKI: the concentration of values by price rank, minus and over the Gini coefficient of prices.

    KI below 0 and MKI below 1 are regressive. Equal prices share their rank, so the order of the sales does not matter
    (implementations that sort without this give a different number for each order). Requires prices that are not all
    the same.
    """
    ranks = mean_ranks(prices)
    of_values, of_prices = concentration(values, ranks), concentration(prices, ranks)
    return of_values - of_prices, of_values / of_prices


def percentage_errors(values: Floats, prices: Floats) -> Floats:
    """Return the absolute error of each value in percent of the price."""
    return 100 * np.abs(values - prices) / prices


def forecast_standard_deviation(ratios: Floats) -> float:
    """Return FSD: the standard deviation (n - 1) of (value - price) / price, as a fraction."""
    return float(np.std(ratios, ddof=1))


def outliers(ratios: Floats, fences: float) -> Bools:
    """Mark ratios more than `fences` interquartile ranges beyond the quartiles (IAAO, appendix B: 3 or 1.5).

    Quartiles are interpolated linearly. If half the ratios are the same, the interquartile range is zero and nothing is
    an outlier.
    """
    first, third = np.quantile(ratios, [0.25, 0.75])
    margin = fences * (third - first)
    if third - first <= FLAT * third:
        return np.zeros(len(ratios), dtype=np.bool_)
    return np.asarray((ratios < first - margin) | (ratios > third + margin), dtype=np.bool_)
