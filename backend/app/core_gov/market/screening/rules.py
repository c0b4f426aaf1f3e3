"""Screening rules: which sales do not reflect the market, and which deserve a second look. Pure.

The rules follow sale screening in mass appraisal (IAAO, Standard on Verification and Adjustment of Sales). A rule uses
only sales that closed no later than the sale in question, so that a value as of a day never depends on later events. A
sale that a rule excludes is flagged, not deleted, and a person can lift the flag.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from backend.app.core_gov.geography.distance import KM_PER_DEGREE
from backend.app.core_gov.market.columns import EPOCH, UNKNOWN, date_of
from backend.app.core_gov.market.importing.area_units import SQFT_PER_M2
from backend.app.core_gov.market.screening.flags import Flag
from backend.app.core_gov.market.screening.terms import flags_of_terms
from backend.app.kit.arrays import Bools, Floats, Ints

MIN_PRICE = 10_000
"""Price below which a sale is nominal."""

MIN_EARLIER_SALES = 30
"""Minimum number of earlier sales required to call a price an outlier."""

OUTLIER_DEVIATIONS, ORDINARY_DEVIATIONS = 5.0, 3.0
"""Robust standard deviations from the market: above the first is an outlier, up to the second is ordinary."""

MIN_SPREAD = 0.2
"""Minimum spread of the log price per square foot, a factor of about 1.2."""

YEAR, MONTH = 365, 31
NEAR_KM = 0.25
ODD_CENTS = 50_000
"""Prices are mostly multiples of 500; another price twice on one day is no coincidence."""

RESALE_CHANGE = 0.25

_Found = dict[int, list[Flag]]


@dataclass(frozen=True)
class ScreeningEvidence:
    """Sales of a market for screening, one array for each field; days as in `columns`, texts as codes.

    `tie` orders sales of the same day independently of when they were stored. `by_month` marks sales with only the
    month known.
    """

    tie: Ints
    price: Floats
    close_day: Ints
    by_month: Bools
    living_sqft: Floats
    year_built: Floats
    latitude: Floats
    longitude: Floats
    parcel: Ints
    deed: Ints
    property_type: Ints
    terms: Ints
    terms_texts: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.price)


def flags_of_sale(price: float, close_year: int, year_built: float | None, terms: str | None) -> list[Flag]:
    """Return the flags that a sale alone determines."""
    found = list(flags_of_terms(terms)) if terms else []
    if price < MIN_PRICE:
        found.append(Flag("low_price", f"a price of {price:,.0f} is under {MIN_PRICE:,}"))
    if year_built is not None and year_built > close_year:
        found.append(
            Flag("built_after_sale", f"it was sold in {close_year}, before the building of {year_built:.0f} stood")
        )
    return found


def screen(sales: ScreeningEvidence) -> _Found:
    """Return the flags of each sale, by row; rows without flags are left out."""
    found: _Found = defaultdict(list)
    for rule in (_single_sale_flags, _repeated_sales, _multi_parcel_sales, _price_outliers, _resales):
        for row, flag in rule(sales):
            if all(flag.flag != other.flag for other in found[row]):
                found[row].append(flag)
    return found


def _single_sale_flags(sales: ScreeningEvidence) -> Iterator[tuple[int, Flag]]:
    year = _years(sales.close_day)
    flagged = np.array([bool(flags_of_terms(terms)) for terms in sales.terms_texts] + [False])
    for row in np.flatnonzero((sales.price < MIN_PRICE) | (sales.year_built > year) | flagged[sales.terms]):
        built, terms = sales.year_built[row], sales.terms[row]
        for flag in flags_of_sale(
            float(sales.price[row]),
            int(year[row]),
            None if np.isnan(built) else float(built),
            None if terms == UNKNOWN else sales.terms_texts[terms],
        ):
            yield int(row), flag


def _years(days: Ints) -> Ints:
    return days.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + EPOCH.year


# The same parcel, the same deed, the same price


def _repeated_sales(sales: ScreeningEvidence) -> Iterator[tuple[int, Flag]]:
    """Yield flags for the same parcel sold twice on a day, or twice within a month at the same price.

    Of sales with the same price, the first is not flagged.
    """
    for rows in _groups(sales, sales.parcel):
        for at, row in enumerate(rows):
            for other in reversed(rows[:at]):
                if sales.close_day[row] - sales.close_day[other] > MONTH:
                    break
                yield from _same_sale(sales, other, row)


def _same_sale(sales: ScreeningEvidence, first: int, row: int) -> Iterator[tuple[int, Flag]]:
    day, other = _day(sales, row), _day(sales, first)
    if sales.price[first] == sales.price[row]:
        yield row, Flag("duplicate", f"the parcel's sale of {other} has the same price")
    elif sales.close_day[first] == sales.close_day[row] and not (sales.by_month[first] or sales.by_month[row]):
        low, high = sorted((float(sales.price[first]), float(sales.price[row])))
        flag = Flag("duplicate", f"the parcel was sold twice on {day}, for {low:,.0f} and for {high:,.0f}")
        yield first, flag
        yield row, flag


def _multi_parcel_sales(sales: ScreeningEvidence) -> Iterator[tuple[int, Flag]]:
    """Yield flags for several parcels sold under one deed, or on one day at one price."""
    for rows in _groups(sales, sales.deed, sales.close_day):
        if len({int(sales.parcel[row]) for row in rows}) > 1 or sales.parcel[rows[0]] == UNKNOWN:
            for row in rows:
                yield row, Flag("several_parcels", f"one deed of {_day(sales, row)} covers {len(rows)} sales")
    known = np.where((sales.parcel != UNKNOWN) & ~sales.by_month, sales.close_day, UNKNOWN)
    cents = np.round(sales.price * 100).astype(np.int64)
    for rows in _groups(sales, known, cents):
        parcels = {int(sales.parcel[row]) for row in rows}
        if len(parcels) > 1:
            yield from _same_day_and_price(sales, rows, len(parcels))


def _same_day_and_price(sales: ScreeningEvidence, rows: list[int], parcels: int) -> Iterator[tuple[int, Flag]]:
    price = float(sales.price[rows[0]])
    text = f"{price:,.0f} was paid on {_day(sales, rows[0])} for {parcels} parcels"
    odd = round(price * 100) % ODD_CENTS != 0
    for row in rows:
        if odd:
            yield row, Flag("several_parcels", f"{text}, and it is no round price")
        elif any(_near(sales, row, other) for other in rows if sales.parcel[other] != sales.parcel[row]):
            yield row, Flag("several_parcels", f"{text}, some of them beside each other")
        else:
            yield row, Flag("same_price_same_day", text, excludes=False)


def _near(sales: ScreeningEvidence, one: int, other: int) -> bool:
    north = (sales.latitude[one] - sales.latitude[other]) * KM_PER_DEGREE
    east = (sales.longitude[one] - sales.longitude[other]) * KM_PER_DEGREE * np.cos(np.radians(sales.latitude[one]))
    return bool(np.hypot(north, east) <= NEAR_KM)  # unknown coordinates are near nothing


def _resales(sales: ScreeningEvidence) -> Iterator[tuple[int, Flag]]:
    """Yield flags for resales within a year at a very different price, often renovations; they do not exclude."""
    for rows in _groups(sales, sales.parcel):
        for before, row in pairwise(rows):
            days = int(sales.close_day[row] - sales.close_day[before])
            change = sales.price[row] / sales.price[before] - 1
            if 0 < days <= YEAR and abs(change) >= RESALE_CHANGE:
                text = f"it had been sold {days} days before, on {_day(sales, before)}, for {sales.price[before]:,.0f}"
                yield row, Flag("resale", text, excludes=False)


def _groups(sales: ScreeningEvidence, *keys: Ints) -> Iterator[list[int]]:
    """Yield groups of two or more rows with equal, known keys; oldest first."""
    rows = np.flatnonzero(np.all([key != UNKNOWN for key in keys], axis=0))
    order = rows[np.lexsort((sales.tie[rows], sales.close_day[rows], *(key[rows] for key in reversed(keys))))]
    if not len(order):
        return
    new = np.any([np.diff(key[order]) != 0 for key in keys], axis=0)
    for group in np.split(order, np.flatnonzero(new) + 1) if new.sum() < len(order) - 1 else ():
        if len(group) > 1:
            yield group.tolist()


def _day(sales: ScreeningEvidence, row: int) -> str:
    return date_of(int(sales.close_day[row])).isoformat()


# The price of a square foot


@dataclass(frozen=True, slots=True)
class MarketLevel:
    """Market before a month: log price per square foot, its spread, and log living area."""

    price: float
    spread: float
    living: float


def _price_outliers(sales: ScreeningEvidence) -> Iterator[tuple[int, Flag]]:
    rows = np.flatnonzero((sales.living_sqft > 0) & (sales.price >= MIN_PRICE))
    rows = rows[np.argsort(sales.close_day[rows], kind="stable")]
    log_living = np.log(sales.living_sqft[rows])
    log_price = np.log(sales.price[rows]) - log_living
    days, kinds = sales.close_day[rows], sales.property_type[rows]
    months = days.astype("datetime64[D]").astype("datetime64[M]")
    for start in np.flatnonzero(np.append(True, months[1:] != months[:-1])) if len(rows) else ():
        end = int(np.searchsorted(months, months[start], "right"))
        first = months[start].astype("datetime64[D]").astype(np.int64)
        year = int(np.searchsorted(days, first - YEAR))
        past = slice(year if start - year >= MIN_EARLIER_SALES else 0, int(start))
        now = slice(int(start), end)
        for kind in np.unique(kinds[now]):
            level = _level(log_price[past], log_living[past], kinds[past] == kind)
            if level is not None:
                those = np.flatnonzero(kinds[now] == kind) + start
                yield from _outliers(rows[those], log_price[those], log_living[those], level)


def _level(log_price: Floats, log_living: Floats, same_kind: Bools) -> MarketLevel | None:
    """Return the level from sales of the same type, else from all; None if there are too few."""
    if same_kind.sum() >= MIN_EARLIER_SALES:
        log_price, log_living = log_price[same_kind], log_living[same_kind]
    if len(log_price) < MIN_EARLIER_SALES:
        return None
    middle = float(np.median(log_price))
    spread = 1.4826 * float(np.median(np.abs(log_price - middle)))
    return MarketLevel(middle, max(spread, MIN_SPREAD), float(np.median(log_living)))


def _outliers(rows: Ints, log_price: Floats, log_living: Floats, level: MarketLevel) -> Iterator[tuple[int, Flag]]:
    off = (log_price - level.price) / level.spread
    for at in np.flatnonzero(np.abs(off) > ORDINARY_DEVIATIONS):
        flag = _unit_error(float(off[at]), float(log_living[at]), level)
        if flag is None and abs(off[at]) > OUTLIER_DEVIATIONS:
            text = f"{np.exp(log_price[at]):,.2f} a square foot is far outside the market"
            flag = Flag("price_per_sqft", f"{text}, whose middle was {np.exp(level.price):,.2f} in the year before")
        if flag is not None:
            yield int(rows[at]), flag


def _unit_error(off: float, log_living: float, level: MarketLevel) -> Flag | None:
    """Return a flag if the other unit of area would make both area and price ordinary."""
    shift = float(np.log(SQFT_PER_M2))
    mended = log_living + (shift if off > 0 else -shift)
    other = off - (shift if off > 0 else -shift) / level.spread
    ordinary = abs(mended - level.living) < np.log(2.5) and abs(other) <= ORDINARY_DEVIATIONS
    if not ordinary or abs(log_living - level.living) < np.log(2.5):
        return None
    looks = "square metres" if off > 0 else "square feet that were taken for square metres"
    text = f"a living area of {np.exp(log_living):,.0f} sq ft looks like {looks}"
    return Flag("units", f"{text}: the market's middle is {np.exp(level.living):,.0f} sq ft")


def flag_counts(found: Iterable[list[Flag]]) -> dict[str, int]:
    """Count the sales with each flag in force."""
    counts: dict[str, int] = {}
    for each in found:
        for flag in each:
            if flag.active:
                counts[flag.flag] = counts.get(flag.flag, 0) + 1
    return dict(sorted(counts.items()))
