"""Price index from published figures, for markets with too few sales of their own.

A figure is the mean of a period, placed at its midpoint, and known once published. The market differs from the place
that the index covers, so the two diverge as a random walk. Each figure also has an error of its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from backend.app.core_gov.market.columns import EPOCH
from backend.app.core_gov.market.indexes.price_index import DAYS_PER_MONTH, YEAR_ERROR, PriceIndex


@dataclass(frozen=True, slots=True)
class Publisher:
    """Publisher of a price index, with the errors assumed for a market within the index's area.

    `delay` is the number of days from the end of a period to publication. `error` is the standard error of a log
    figure, `apart` that of a year's change of a market relative to the index.
    """

    name: str
    title: str
    country: str
    delay: int
    error: float
    apart: float


PUBLISHERS = {
    "fhfa": Publisher("fhfa", "FHFA house price index, all transactions, by county and year", "US", 90, 0.02, 0.02),
    "statcan": Publisher("statcan", "Statistics Canada new housing price index (18-10-0205)", "CA", 31, 0.01, 0.04),
}
"""Known publishers.

The delays follow the publishers' calendars. The errors are judgments: an index of a whole county is close to its
market, one of new houses in a census area less so. FHFA's counties deviate by 3.6 % a year from the country's median; a
market deviates from its county by less.
"""


@dataclass(frozen=True, slots=True)
class Point:
    """Figure of a period: a year, as in 2014, or a month, as in 2014-05."""

    period: str
    value: float


def published_index(publisher: Publisher, place: str, points: Sequence[Point], as_of: int) -> PriceIndex | None:
    """Return the index published before the morning of a day; None if nothing was published yet."""
    known = sorted((point for point in points if _end(point.period) + publisher.delay < as_of), key=_period)
    if not known:
        return None
    days = np.array([(_start(point.period) + _end(point.period) + 1) / 2 for point in known])
    months = (days - days[0]) / DAYS_PER_MONTH
    apart = publisher.apart**2 / 12 * np.minimum(months[:, None], months[None, :])
    return PriceIndex(
        as_of,
        f"{publisher.title}: {place}, {known[0].period} to {known[-1].period}",
        tuple(point.period for point in known),
        np.zeros(len(known), dtype=np.int64),
        days,
        np.log([point.value for point in known]),
        apart + publisher.error**2 * np.eye(len(known)),
        (YEAR_ERROR**2 + publisher.apart**2) / 12,
    )


def _period(point: Point) -> str:
    return point.period


def _start(period: str) -> int:
    year, _, month = period.partition("-")
    return (date(int(year), int(month or 1), 1) - EPOCH).days


def _end(period: str) -> int:
    """Return the last day of a period."""
    year, _, month = period.partition("-")
    following = date(int(year) + 1, 1, 1) if month in {"", "12"} else date(int(year), int(month) + 1, 1)
    return (following - EPOCH).days - 1
