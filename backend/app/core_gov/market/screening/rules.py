"""Screening rules: which sales do not reflect the market, and which deserve a second look. Pure.

The rules follow sale screening in mass appraisal (IAAO, Standard on Verification and Adjustment of Sales). A rule uses
only sales that closed no later than the sale in question, so that a value as of a day never depends on later events. A
sale that a rule excludes is flagged, not deleted, and a person can lift the flag.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, pairwise

import numpy as np

from backend.app.core_gov.geography.distance import KM_PER_DEGREE
from backend.app.core_gov.market.columns import EPOCH, UNKNOWN, date_of
from backend.app.core_gov.market.importing.area_units import SQFT_PER_M2
from backend.app.core_gov.market.screening.flags import Flag
from backend.app.core_gov.market.screening.repeated_sales import (
    ScreeningEvidence,
    duplicates,
    groups_of,
    in_other_units,
    same_home,
)
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

YEAR = 365
NEAR_KM = 0.25
ODD_CENTS = 50_000
"""Prices are mostly multiples of 500; another price twice on one day is no coincidence."""

RESALE_CHANGE = 0.25

_Found = dict[int, list[Flag]]


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
    recorded_twice = duplicates(sales)
    once = np.ones(len(sales), dtype=np.bool_)
    once[list(recorded_twice)] = False
    order = sales.order
    for row, flag in chain(
        _single_sale_flags(sales),
        recorded_twice.items(),
        _conflicting_sales(sales, order, once),
        _multi_parcel_sales(sales, order, once),
        _price_outliers(sales),
        _resales(sales, order),
    ):
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


def _conflicting_sales(sales: ScreeningEvidence, order: Ints, once: Bools) -> Iterator[tuple[int, Flag]]:
    """Yield flags for both records of a parcel that was sold twice on a day at different prices."""
    for rows in groups_of(order, np.where(once & ~sales.by_month, sales.parcel, UNKNOWN), sales.close_day):
        for row in rows:
            others = [other for other in rows if other != row and not in_other_units(sales, row, other)]
            prices = sorted({float(sales.price[other]) for other in (row, *others)})
            if len(prices) > 1:
                low, high = prices[0], prices[-1]
                text = f"the parcel was sold twice on {_day(sales, row)}, for {low:,.0f} and for {high:,.0f}"
                yield row, Flag("duplicate", text)


def _multi_parcel_sales(sales: ScreeningEvidence, order: Ints, once: Bools) -> Iterator[tuple[int, Flag]]:
    """Yield flags for several parcels sold under one deed, or on one day at one price."""
    for rows in groups_of(order, np.where(once, sales.deed, UNKNOWN), sales.close_day):
        if len({int(sales.parcel[row]) for row in rows}) > 1 or sales.parcel[rows[0]] == UNKNOWN:
            for row in rows:
                yield row, Flag("several_parcels", f"one deed of {_day(sales, row)} covers {len(rows)} sales")
    # Without a parcel number, records at an address that are not duplicates are of several homes.
    by_address = np.where(sales.address == UNKNOWN, UNKNOWN, -2 - np.arange(len(sales)))
    home = np.where(sales.parcel == UNKNOWN, by_address, sales.parcel)
    known = np.where((home != UNKNOWN) & ~sales.by_month & once, sales.close_day, UNKNOWN)
    cents = np.round(sales.price * 100).astype(np.int64)
    for rows in groups_of(order, known, cents):
        if (homes := len({int(home[row]) for row in rows})) > 1:
            yield from _same_day_and_price(sales, rows, homes)


def _same_day_and_price(sales: ScreeningEvidence, rows: list[int], homes: int) -> Iterator[tuple[int, Flag]]:
    price = float(sales.price[rows[0]])
    text = f"{price:,.0f} was paid on {_day(sales, rows[0])} for {homes} homes"
    with_parcel = [row for row in rows if sales.parcel[row] != UNKNOWN]
    odd = round(price * 100) % ODD_CENTS != 0 and len({int(sales.parcel[row]) for row in with_parcel}) > 1
    for row in rows:
        if odd and row in with_parcel:
            yield row, Flag("several_parcels", f"{text}, and it is no round price")
        elif row in with_parcel and any(_near(sales, row, other) for other in with_parcel):
            yield row, Flag("several_parcels", f"{text}, some of them beside each other")
        else:
            yield row, Flag("same_price_same_day", text, excludes=False)


def _near(sales: ScreeningEvidence, one: int, other: int) -> bool:
    """Return whether two parcels are beside each other; the center of a postal area says nothing about that."""
    if sales.parcel[one] == sales.parcel[other] or sales.in_area[one] or sales.in_area[other]:
        return False
    north = (sales.latitude[one] - sales.latitude[other]) * KM_PER_DEGREE
    east = (sales.longitude[one] - sales.longitude[other]) * KM_PER_DEGREE * np.cos(np.radians(sales.latitude[one]))
    return bool(np.hypot(north, east) <= NEAR_KM)  # unknown coordinates are near nothing


def _resales(sales: ScreeningEvidence, order: Ints) -> Iterator[tuple[int, Flag]]:
    """Yield flags for resales within a year at a very different price, often renovations; they do not exclude."""
    for key in (sales.parcel, np.where(sales.parcel == UNKNOWN, sales.address, UNKNOWN)):
        for rows in groups_of(order, key):
            for before, row in pairwise(rows):
                days = int(sales.close_day[row] - sales.close_day[before])
                change = sales.price[row] / sales.price[before] - 1
                if not (0 < days <= YEAR and abs(change) >= RESALE_CHANGE):
                    continue
                same = not in_other_units(sales, before, row) if key is sales.parcel else same_home(sales, before, row)
                if same:
                    when = f"{days} days before, on {_day(sales, before)}"
                    text = f"it had been sold {when}, for {sales.price[before]:,.0f}"
                    yield row, Flag("resale", text, excludes=False)


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
