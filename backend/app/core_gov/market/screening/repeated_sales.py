"""Sales that are on file more than once. Pure.

Two records are of one sale if they have the same price, close within a month of each other, and are of the same home:
the same parcel by the strict comparison, the same address if the parcel number of one is unknown, or the same row of a
source that has no keys. One record is kept, and the others are flagged as its duplicates.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from backend.app.core_gov.geography.address_key import AddressPlace
from backend.app.core_gov.market.columns import UNKNOWN, date_of
from backend.app.core_gov.market.own_sales import may_be_same_place, units_differ
from backend.app.core_gov.market.property_types import HOUSES, canonical_type
from backend.app.core_gov.market.screening.flags import Flag
from backend.app.kit.arrays import Bools, Floats, Ints

MONTH = 31

_IN_BUILDINGS = frozenset({"condominium", "cooperative", "apartment"})
"""Types of homes of which an address has several; without a unit, the address does not tell them apart."""

_SAME_SIZE, _SAME_SIZE_OF_HOUSES = 0.02, 0.10
"""Maximum relative difference of the living area of one home in two records; an address has only one house."""


@dataclass(frozen=True)
class ScreeningEvidence:
    """Sales of a market for screening, one array for each field; days as in `columns`, texts as codes.

    `tie` orders sales of the same day independently of when they were stored. `by_month` marks sales with only the
    month known, `in_area` those whose coordinates are the center of their postal area. `parcel` is the class of the
    parcel number, `content` the code of the row of a source without keys. `address` is the code of an address key, and
    `place` of its city and postal code; both are needed only for sales whose parcel is unknown or soon sold again.
    """

    tie: Ints
    price: Floats
    close_day: Ints
    by_month: Bools
    living_sqft: Floats
    beds: Floats
    year_built: Floats
    latitude: Floats
    longitude: Floats
    in_area: Bools
    parcel: Ints
    content: Ints
    address: Ints
    place: Ints
    deed: Ints
    property_type: Ints
    terms: Ints
    terms_texts: tuple[str, ...]
    type_names: tuple[str, ...] = ()
    address_keys: tuple[str, ...] = ()
    places: tuple[AddressPlace, ...] = ()

    def __len__(self) -> int:
        return len(self.price)

    @property
    def order(self) -> Ints:
        """Rank of each record: by day, then the record with more known facts, then by `tie`."""
        ranks = np.empty(len(self), dtype=np.int64)
        ranks[np.lexsort((self.tie, -self.facts, self.close_day))] = np.arange(len(self))
        return ranks

    @property
    def facts(self) -> Ints:
        """Number of facts that each record knows."""
        numbers = (self.living_sqft, self.beds, self.year_built, np.where(self.in_area, np.nan, self.latitude))
        texts = (self.parcel, self.address, self.property_type, self.terms, self.deed)
        known = [np.isfinite(each) for each in numbers] + [each != UNKNOWN for each in texts]
        return np.asarray(np.sum(known, axis=0), dtype=np.int64)


def groups_of(order: Ints, *keys: Ints) -> Iterator[list[int]]:
    """Yield groups of two or more rows with equal, known keys, each in order of rank."""
    rows = np.flatnonzero(np.all([key != UNKNOWN for key in keys], axis=0))
    sorted_rows = rows[np.lexsort((order[rows], *(key[rows] for key in reversed(keys))))]
    if not len(sorted_rows):
        return
    new = np.any([np.diff(key[sorted_rows]) != 0 for key in keys], axis=0)
    bounds = np.r_[0, np.flatnonzero(new) + 1, len(sorted_rows)]
    several = np.flatnonzero(np.diff(bounds) > 1)
    for start, stop in zip(bounds[several].tolist(), bounds[several + 1].tolist(), strict=True):
        yield sorted_rows[start:stop].tolist()


def duplicates(sales: ScreeningEvidence) -> dict[int, Flag]:
    """Return the records to flag: all records of a sale but the first in order."""
    found: dict[int, Flag] = {}
    order, facts = sales.order, sales.facts
    kinds = (("parcel", sales.parcel), ("source row", sales.content), ("address", sales.address))
    for kind, key in kinds:
        for rows in groups_of(order, key):
            for at, row in enumerate(rows):
                if row not in found and (first := _recorded_before(sales, kind, rows[:at], row)) is not None:
                    found[row] = _flag(sales, kind, first, row, facts)
    return found


def _recorded_before(sales: ScreeningEvidence, kind: str, earlier: list[int], row: int) -> int | None:
    """Return the latest of the earlier records of the same sale, or None."""
    for other in reversed(earlier):
        if sales.close_day[row] - sales.close_day[other] > MONTH:
            return None
        same = same_home(sales, other, row) if kind == "address" else not in_other_units(sales, other, row)
        if sales.price[other] == sales.price[row] and same:
            return other
    return None


def sold_again_soon(parcel: Ints, close_day: Ints) -> Ints:
    """Return the rows of parcels that were sold twice within a month."""
    order = np.lexsort((close_day, parcel))
    soon = (np.diff(parcel[order]) == 0) & (np.diff(close_day[order]) <= MONTH) & (parcel[order[1:]] != UNKNOWN)
    return np.unique(np.concatenate([order[:-1][soon], order[1:][soon]]))


def in_other_units(sales: ScreeningEvidence, one: int, other: int) -> bool:
    """Return whether two records are of different units of a building that is one parcel."""
    return units_differ(_address_key(sales, one), _address_key(sales, other))


def _address_key(sales: ScreeningEvidence, row: int) -> str:
    code = sales.address[row]
    return "" if code == UNKNOWN else sales.address_keys[code]


def same_home(sales: ScreeningEvidence, one: int, other: int) -> bool:
    """Return whether two records with the same address key are of the same home."""
    parcels = {int(sales.parcel[one]), int(sales.parcel[other])} - {UNKNOWN}
    if len(parcels) > 1:
        return False
    here, there = sales.places[sales.place[one]], sales.places[sales.place[other]]
    if not may_be_same_place(here._replace(line="same"), there.city, there.postal):
        return False
    return " unit " in sales.address_keys[sales.address[one]] or _same_house(sales, one, other)


def _same_house(sales: ScreeningEvidence, one: int, other: int) -> bool:
    """Return whether two records at an address without a unit may be of one home, and not of two in a building."""
    types = {canonical_type(sales.type_names[code]) for row in (one, other) if (code := sales.property_type[row]) >= 0}
    if not types.isdisjoint(_IN_BUILDINGS):
        return False
    house = bool(types) and types <= HOUSES
    living, beds = sales.living_sqft[[one, other]], sales.beds[[one, other]]
    if np.isfinite(living).all() and abs(np.diff(living)[0]) > living.max() * (
        _SAME_SIZE_OF_HOUSES if house else _SAME_SIZE
    ):
        return False
    return house or not np.isfinite(beds).all() or beds[0] == beds[1]


def _flag(sales: ScreeningEvidence, kind: str, kept: int, row: int, facts: Ints) -> Flag:
    if sales.close_day[kept] < sales.close_day[row]:
        why = "it closed first"
    elif facts[kept] > facts[row]:
        why = "it has more facts"
    else:
        why = "one of the equal records is chosen by its source key"
    day = date_of(int(sales.close_day[kept])).isoformat()
    return Flag("duplicate", f"recorded twice: the record of {day} has the same {kind} and price and is kept: {why}")
