"""Monthly price index of a market, estimated from its sales, with standard errors.

`month_effects` measures each month; here the signal is separated from the noise. The log price level is modeled as a
random walk around a trend, with a mean-reverting slope (a structural time series: Harvey 1989; for house prices Francke
and Vos 2004, Schwann 1998). A month with few sales borrows from its neighbors, a month without sales is interpolated,
and days after the last sale are extrapolated with a decaying slope and a growing error. The volatilities are not fixed:
the estimate averages over a grid of them, weighted by likelihood.

Without any sale the index is flat, with a standard error of seven percent in the first year: the size of yearly changes
in the counties that FHFA publishes (1976-2024: mean 3.9 %, standard deviation 6.1 %, root mean square 7.3 %).
"""

from dataclasses import dataclass, field
from functools import cached_property
from itertools import product

import numpy as np

from backend.app.core_gov.market.columns import Sales, date_of
from backend.app.core_gov.market.indexes.month_effects import Design, evidence_of
from backend.app.kit.arrays import Floats, Ints

MONTHS_BACK = 240
"""Months before the as-of date within which sales are used."""

SALES_USED = 200_000
"""Maximum number of sales used; larger months are thinned evenly."""

DAYS_PER_MONTH = 365.25 / 12

YEAR_ERROR = 0.073
"""Standard error of a year's log price change without information."""

TREND = 0.04 / 12
"""Monthly standard deviation of a market's permanent trend, which has mean zero."""

WALK = (0.001, 0.002, 0.004, 0.008, 0.016)
"""Monthly standard deviations of the random walk, as a grid."""

SLOPE = (0.001, 0.0025, 0.005, 0.01, 0.02)
"""Monthly standard deviations of the slope, as a grid."""

SLOPE_WEIGHT = (0.3, 0.3, 0.25, 0.1, 0.05)
"""Prior weights of the slopes; with the trend they give the seven percent a year of the counties."""

FADING = (1 / 12, 1 / 4)
"""Monthly decay rates of the slope: over a year, or over a season."""

_ANY_LEVEL = 25.0  # prior variance of the level: nearly uninformative
_MIN_PRICE = 1.0


@dataclass(frozen=True)
class PriceIndex:
    """Log price level at points in time, with the covariance of its errors."""

    as_of: int
    source: str
    months: tuple[str, ...]
    """Months, as in 2015-02, each with its number of sales in `count`."""
    count: Ints
    days: Floats
    """Middle day of each month; for the month of `as_of`, of its elapsed part."""
    effect: Floats = field(repr=False)
    covariance: Design = field(repr=False)
    drift: float
    """Variance added for each month before the first or after the last point."""

    @property
    def level(self) -> Floats:
        """Level of each month, relative to 100 on the as-of date."""
        return np.asarray(100 * np.exp(-self.change(self._middles, self.as_of)[0]))

    @property
    def standard_error(self) -> Floats:
        """Standard error of the log of each level."""
        return self.change(self._middles, self.as_of)[1]

    def change(self, from_day: Ints, to_day: int) -> tuple[Floats, Floats]:
        """Return the log price change from each day to `to_day`, and its standard errors."""
        start = np.atleast_1d(np.asarray(from_day, dtype=np.int64))
        if not len(start):
            return np.empty(0), np.empty(0)
        low, high = int(start.min()), int(start.max())
        if high - low >= len(start):
            return self._change(start, to_day)
        change, error = self._change(np.arange(low, high + 1), to_day)  # days repeat: compute each once
        return change[start - low], error[start - low]

    def _change(self, start: Ints, to_day: int) -> tuple[Floats, Floats]:
        left, share = self._place(start)
        (end,), (part,) = self._place(np.array([to_day]))
        right, last = np.minimum(left + 1, len(self.days) - 1), min(int(end) + 1, len(self.days) - 1)
        to = (1 - part) * self.covariance[end] + part * self.covariance[last]
        to_itself = (1 - part) * to[end] + part * to[last]
        both = (1 - share) * to[left] + share * to[right]
        own = (
            (1 - share) ** 2 * self.covariance[left, left]
            + 2 * share * (1 - share) * self.covariance[left, right]
            + share**2 * self.covariance[right, right]
        )
        beyond = self._beyond(start, np.full(len(start), to_day))
        variance = np.maximum(to_itself - 2 * both + own, 0.0) + self.drift * beyond / DAYS_PER_MONTH
        effect = (1 - part) * self.effect[end] + part * self.effect[last]
        return effect - ((1 - share) * self.effect[left] + share * self.effect[right]), np.sqrt(variance)

    def _place(self, day: Ints) -> tuple[Ints, Floats]:
        """Return the point before each day and the fraction of the way to the next, clamped at the ends."""
        within = np.clip(day.astype(np.float64), self.days[0], self.days[-1])
        left = np.clip(np.searchsorted(self.days, within, side="right") - 1, 0, max(len(self.days) - 2, 0))
        right = np.minimum(left + 1, len(self.days) - 1)
        width = np.where(right > left, self.days[right] - self.days[left], 1.0)
        return left, (within - self.days[left]) / width

    def _beyond(self, start: Ints, end: Ints) -> Floats:
        """Return the number of days between start and end that lie beyond the first or last point."""
        low, high = np.minimum(start, end).astype(np.float64), np.maximum(start, end).astype(np.float64)
        before = np.clip(np.minimum(high, self.days[0]) - low, 0, None)
        after = np.clip(high - np.maximum(low, self.days[-1]), 0, None)
        return np.asarray(before + after)

    @cached_property
    def _middles(self) -> Ints:
        return np.round(self.days[: len(self.months)]).astype(np.int64)


def estimate_index(sales: Sales, as_of: int) -> PriceIndex:
    """Estimate the index as of a day from the usable sales that closed before it."""
    used = _chosen(sales, as_of)
    first = int(used.day.min()) if len(used) else as_of - 1
    months, days = _calendar(first, as_of)
    month = _month_of(used.day) - _month_of(np.array([first]))[0]
    evidence = evidence_of(used, month, len(months))
    count = np.bincount(month, minlength=len(months))
    points = np.append(days, float(as_of))  # the day itself, to extrapolate beyond the last sale
    effect, covariance, drift = _smoothed(evidence.precision, evidence.weighted, points)
    return PriceIndex(as_of, _source(used, evidence.repeats), months, count, points, effect, covariance, drift)


def _source(used: Sales, repeats: int) -> str:
    if not len(used):
        return (
            "no sales: prices are taken as flat, with the error that yearly changes of counties have (FHFA 1976-2024)"
        )
    span = f"{date_of(int(used.day.min()))} to {date_of(int(used.day.max()))}"
    pairs = f", {repeats:,} of them repeat sales" if repeats else ""
    return f"{len(used):,} {'sale' if len(used) == 1 else 'sales'} of this market agreed {span}{pairs}"


# Selection of sales


def _chosen(sales: Sales, as_of: int) -> Sales:
    """Return the sales used, sorted by day and number, so that their order in the store does not matter."""
    known = (sales.close_day < as_of) & sales.usable & (sales.price >= _MIN_PRICE)
    oldest = _month_of(np.array([as_of]))[0] - MONTHS_BACK
    rows = np.flatnonzero(known & (sales.day <= sales.close_day))
    month = _month_of(sales.day[rows])
    rows, month = rows[month > oldest], month[month > oldest]
    rows = rows[np.lexsort((sales.seq[rows], sales.day[rows]))]
    return sales.take(_thinned(rows, _month_of(sales.day[rows])))


def _thinned(rows: Ints, month: Ints) -> Ints:
    """Return rows evenly thinned in months that exceed their share of sales."""
    if len(rows) <= SALES_USED:
        return rows
    starts = np.flatnonzero(np.diff(month, prepend=-(2**31)))
    sizes = np.diff(starts, append=len(rows))
    share = _share(sizes, SALES_USED)
    place = np.arange(len(rows)) - np.repeat(starts, sizes)
    size = np.repeat(sizes, sizes)
    kept = np.minimum(size, share)
    thinned: Ints = rows[(place * kept) // size != ((place - 1) * kept) // size]
    return thinned


def _share(sizes: Ints, whole: int) -> int:
    """Return the largest cap on sales in a month that keeps the total within `whole`."""
    low, high = 1, int(sizes.max())
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if int(np.minimum(sizes, middle).sum()) <= whole else (low, middle - 1)
    return low


# Time


def _month_of(day: Ints) -> Ints:
    """Return the number of months since January 1970 of each day."""
    month: Ints = np.asarray(day, dtype="datetime64[D]").astype("datetime64[M]").astype(np.int64)
    return month


def _calendar(first: int, as_of: int) -> tuple[tuple[str, ...], Floats]:
    """Return the months from that of `first` to that of the day before `as_of`, and the middle of each."""
    start, stop = (_month_of(np.array([day]))[0] for day in (first, as_of - 1))
    numbers = np.arange(start, max(start, stop) + 1)
    begin = numbers.astype("datetime64[M]").astype("datetime64[D]").astype(np.float64)
    end = np.minimum((numbers + 1).astype("datetime64[M]").astype("datetime64[D]").astype(np.float64), float(as_of))
    return tuple(str(name) for name in numbers.astype("datetime64[M]")), (begin + end) / 2


# Smoothing


@dataclass(frozen=True)
class _Speed:
    """Volatility of prices: monthly standard deviations, decay rate of the slope, and prior weight."""

    walk: float
    slope: float
    fading: float
    weight: float

    def covariance(self, months: Floats) -> Design:
        """Return the covariance of the level: a trend, a random walk, and an integrated Ornstein-Uhlenbeck process."""
        one, other = months[:, None], months[None, :]
        earlier = np.minimum(one, other)
        gone = (
            np.exp(-self.fading * one) + np.exp(-self.fading * other) - np.exp(-self.fading * np.abs(one - other)) - 1
        )
        slope: Design = (self.slope / self.fading) ** 2 * (2 * self.fading * earlier + gone)
        return TREND**2 * one * other + self.walk**2 * earlier + slope

    @property
    def year(self) -> float:
        """Variance of a year's change."""
        return float(self.covariance(np.array([12.0]))[0, 0])


SPEEDS = tuple(
    _Speed(walk, slope, fading, weight)
    for walk, (slope, weight), fading in product(WALK, zip(SLOPE, SLOPE_WEIGHT, strict=True), FADING)
)


def _smoothed(precision: Design, weighted: Floats, days: Floats) -> tuple[Floats, Design, float]:
    """Return the level at each point, its error covariance, and the variance added by a month without sales.

    The last point has no sales of its own. The volatilities are averaged by likelihood.
    """
    root, seen = _observed(precision, weighted)
    found = [_posterior(root, seen, speed.covariance((days - days[0]) / DAYS_PER_MONTH)) for speed in SPEEDS]
    likelihood = np.array([each[2] for each in found])
    share = np.exp(likelihood - likelihood.max()) * np.array([speed.weight for speed in SPEEDS])
    share /= share.sum()
    means = np.stack([each[0] for each in found])
    effect = share @ means
    apart = means - effect
    covariance = np.einsum("s,sij->ij", share, np.stack([each[1] for each in found])) + (apart.T * share) @ apart
    drift = float(share @ np.array([speed.year for speed in SPEEDS])) / 12
    return effect, covariance, drift


def _observed(precision: Design, weighted: Floats) -> tuple[Design, Floats]:
    """Return the normal equations as observations of `root @ effects` with unit error variance."""
    values, vectors = np.linalg.eigh(precision)
    sizes = np.sqrt(np.clip(values, 0, None))
    informative = sizes > 1e-6 * max(float(sizes.max()), 1e-300)  # excludes the common level of all months
    inverse = np.divide(1, sizes, out=np.zeros_like(sizes), where=informative)
    return (vectors * np.where(informative, sizes, 0.0)) @ vectors.T, vectors @ (inverse * (vectors.T @ weighted))


def _posterior(root: Design, seen: Floats, prior: Design) -> tuple[Floats, Design, float]:
    """Return the posterior mean and covariance at all points, and the log likelihood of the observations."""
    prior = prior + _ANY_LEVEL
    reach = prior[:, : len(seen)] @ root
    factor = np.linalg.cholesky(np.eye(len(seen)) + root @ reach[: len(seen)])
    halfway = np.linalg.solve(factor, np.column_stack([reach.T, seen]))
    gain, score = halfway[:, :-1], halfway[:, -1]
    likelihood = -float(np.log(np.diag(factor)).sum()) - float(score @ score) / 2
    return gain.T @ score, prior - gain.T @ gain, likelihood
