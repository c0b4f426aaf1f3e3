"""Screening rules: which sales do not reflect the market, and which deserve a second look. Pure.

The rules follow sale screening in mass appraisal (IAAO, Standard on Verification and Adjustment of Sales). A rule uses
only sales that closed no later than the sale in question, so that a value as of a day never depends on later events. A
sale that a rule excludes is flagged, not deleted, and a person can lift the flag.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import chain, pairwise

import numpy as np

from backend.app.core_gov.geography.distance import KM_PER_DEGREE
from backend.app.core_gov.market.columns import UNKNOWN, date_of
from backend.app.core_gov.market.importing.area_units import SQFT_PER_M2
from backend.app.core_gov.market.screening.flags import Flag
from backend.app.core_gov.market.screening.price_levels import (
    MIN_PRICE,
    YEAR,
    MarketLevel,
    PriceLevels,
    is_new,
    years,
)
from backend.app.core_gov.market.screening.repeated_sales import (
    ScreeningEvidence,
    duplicates,
    groups_of,
    in_other_units,
    same_home,
)
from backend.app.core_gov.market.screening.terms import flags_of_terms
from backend.app.kit.arrays import Bools, Floats, Ints

VERSION = "2"
"""Version of the rules. Increase it with every change of a rule: stores screen their sales again when next opened."""

OUTLIER_DEVIATIONS, ORDINARY_DEVIATIONS = 5.0, 3.0
"""Robust standard deviations from the market: above the first is an outlier, up to the second is ordinary."""

BARE_LOT_SHARE = 0.5
"""Share of the usual price per square foot below which a new home was not finished, or not begun, when it was sold."""

BARE_LOT_DEVIATIONS = 2.0
"""Robust standard deviations below the market that are also required if no sales nearby tell the usual price."""

BARE_LOT_AGE = 1
"""Age of a home in calendar years up to which the sale may be of its lot: assessors estimate the year at the permit."""

NEAR_KM = 0.15
"""Distance of homes beside each other. In King County, homes this close have the same price on a day ten times as often
as homes farther from each other."""

LIST_PRICE_ENDINGS = frozenset({0, 25, 50, 75, 88, 90, 95, 98, 99})
"""Last two digits of most list prices, such as 349,950 and 999,999. Another price twice on a day is no coincidence."""

BUILDER_AGE, BUILDER_SIZES, BUILDER_PRICE = 3, 0.75, 2.0
"""New homes of a builder: calendar years until they are sold, smallest share of the living area of the larger one, and
the multiple of the usual price above which one price was rather paid for both."""

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
    order, levels = sales.order, PriceLevels(sales)
    for row, flag in chain(
        _single_sale_flags(sales),
        recorded_twice.items(),
        _conflicting_sales(sales, order, once),
        _multi_parcel_sales(sales, order, once, levels),
        _price_outliers(levels),
        _bare_lots(sales, levels),
        _resales(sales, order),
    ):
        if all(flag.flag != other.flag for other in found[row]):
            found[row].append(flag)
    return found


def _single_sale_flags(sales: ScreeningEvidence) -> Iterator[tuple[int, Flag]]:
    year = years(sales.close_day)
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


def _multi_parcel_sales(
    sales: ScreeningEvidence, order: Ints, once: Bools, levels: PriceLevels
) -> Iterator[tuple[int, Flag]]:
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
            yield from _same_day_and_price(sales, rows, homes, levels)


def _same_day_and_price(
    sales: ScreeningEvidence, rows: list[int], homes: int, levels: PriceLevels
) -> Iterator[tuple[int, Flag]]:
    price = float(sales.price[rows[0]])
    text = f"{price:,.0f} was paid on {_day(sales, rows[0])} for {homes} homes"
    parcels = [row for row in rows if sales.parcel[row] != UNKNOWN]
    odd = not _is_list_price(price)
    for row in rows:
        if sales.parcel[row] == UNKNOWN:
            others: list[int] = []
        else:
            others = [other for other in parcels if sales.parcel[other] != sales.parcel[row]]
        if odd and any(not _from_builder(sales, row, other, levels) for other in others):
            yield row, Flag("several_parcels", f"{text}, and it is no usual price of a listing")
        elif any(_near(sales, row, other) and not _from_builder(sales, row, other, levels) for other in others):
            yield row, Flag("several_parcels", f"{text}, some of them beside each other")
        else:
            yield row, Flag("same_price_same_day", text, excludes=False)


def _is_list_price(price: float) -> bool:
    dollars, cents = divmod(round(price * 100), 100)
    return cents == 0 and dollars % 100 in LIST_PRICE_ENDINGS


def _from_builder(sales: ScreeningEvidence, one: int, other: int, levels: PriceLevels) -> bool:
    """Return whether two homes sold at one price are new and similar, and the price is a usual one for each."""
    both = [one, other]
    built, living = sales.year_built[both], sales.living_sqft[both]
    new = (built >= years(sales.close_day[both]) - BUILDER_AGE).all()
    if not new or not living.min() >= BUILDER_SIZES * living.max():  # unknown areas are not similar
        return False
    return all((_share_of_usual(row, levels) or 0) <= BUILDER_PRICE for row in both)


def _near(sales: ScreeningEvidence, one: int, other: int) -> bool:
    """Return whether two parcels are beside each other.

    The center of a postal area says nothing about that, and neither does one point for two parcels: a file may have
    such centers in its own columns, and homes in one building are sold separately.
    """
    if sales.in_area[one] or sales.in_area[other]:
        return False
    north = (sales.latitude[one] - sales.latitude[other]) * KM_PER_DEGREE
    east = (sales.longitude[one] - sales.longitude[other]) * KM_PER_DEGREE * np.cos(np.radians(sales.latitude[one]))
    return bool(0 < np.hypot(north, east) <= NEAR_KM)  # unknown coordinates are near nothing


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


def _price_outliers(levels: PriceLevels) -> Iterator[tuple[int, Flag]]:
    starts = levels.month_starts
    for start in np.flatnonzero(np.append(True, starts[1:] != starts[:-1])) if len(starts) else ():
        now = slice(int(start), int(np.searchsorted(starts, starts[start], "right")))
        for kind in np.unique(levels.kinds[now]):
            those = np.flatnonzero(levels.kinds[now] == kind) + start
            level = levels.of_market(int(levels.rows[those[0]]))
            if level is not None:
                yield from _outliers(levels.rows[those], levels.log_price[those], levels.log_living[those], level)


def _bare_lots(sales: ScreeningEvidence, levels: PriceLevels) -> Iterator[tuple[int, Flag]]:
    """Yield flags for new homes at a fraction of the usual price: the lot was sold, or an unfinished home."""
    for row in levels.rows[is_new(sales, BARE_LOT_AGE)[levels.rows]].tolist():
        share = _share_of_usual(row, levels)
        if share is None or share >= BARE_LOT_SHARE:
            continue
        where = "nearby"
        if levels.around(row) is None:
            level, where = levels.of_market(row), "in the market"
            if level is None or np.log(share) > -BARE_LOT_DEVIATIONS * level.spread:
                continue
        price = float(sales.price[row] / sales.living_sqft[row])
        text = f"built in {sales.year_built[row]:.0f}, it cost {price:,.2f} a square foot, less than half of the"
        reason = f"{text} {price / share:,.2f} {where} in the year before: a sale of the lot or of an unfinished home"
        yield row, Flag("bare_lot", reason)


def _share_of_usual(row: int, levels: PriceLevels) -> float | None:
    """Return the price per square foot divided by the usual one nearby, else in the market; None if unknown."""
    price = levels.log_price_of(row)
    usual = None if price is None else levels.usual(row)
    return None if price is None or usual is None else float(np.exp(price - usual))


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
