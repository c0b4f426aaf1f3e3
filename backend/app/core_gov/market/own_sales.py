"""Sales of one property itself, found by its parcel number or its address.

They are never comparable sales. One sale too many does no harm here, so parcel numbers are compared loosely, without
separators and padding. The address counts where the parcel number of the property or of the sale is unknown, and where
it has a unit or is that of a house. Homes of one building that share its parcel, as cooperatives do, are told apart by
their units.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import permutations

import numpy as np

from backend.app.core_gov.geography.address_key import AddressPlace, is_of_one_home, same_place
from backend.app.core_gov.market import store
from backend.app.core_gov.market.columns import UNKNOWN, Sales
from backend.app.core_gov.market.parcels import parcel_key
from backend.app.core_gov.market.property_types import HOUSES, canonical_type
from backend.app.kit.db import Tx

MAX_AT_ADDRESS = 100
"""Maximum number of sales compared per address; more have an address that is not one home's."""

_POSTAL_AREA = 3
"""Length of the first half of a Canadian postal code; many files have only that."""


@dataclass(frozen=True, slots=True)
class Home:
    """Identification of a property: its parcel number in any spelling, and its address with its key in `place.line`.

    `whole_lines` are the keys of its address with the place in the same line, as some sources write it.
    """

    parcel: str | None
    place: AddressPlace | None
    whole_lines: frozenset[str] = frozenset()


def own_sales(tx: Tx, market: str, sales: Sales, homes: Sequence[Home]) -> list[frozenset[int]]:
    """Return the numbers of each property's own sales in a market; `sales` are those of the market."""
    keys, lines = [parcel_key(home.parcel) for home in homes], [_lines_of(home) for home in homes]
    seqs = _of_classes(sales, [home.parcel if key is not None else None for home, key in zip(homes, keys, strict=True)])
    by_seq = {sale.seq: sale for sale in store.home_sales(tx, market, {seq for each in seqs for seq in each})}
    every_key = {key for key in keys if key is not None}
    by_parcel = _by_key((sale.parcel_key, sale) for sale in store.sales_of_parcels(tx, market, every_key))
    every_line = {line for each in lines for line in each}
    by_line = _by_key((sale.address_key, sale) for sale in store.sales_of_addresses(tx, market, every_line))
    of_parcels = [
        [*by_parcel.get(key, ()), *(by_seq[seq] for seq in own if seq in by_seq)]
        for key, own in zip(keys, seqs, strict=True)
    ]
    return [frozenset(_own_numbers(*each, by_line)) for each in zip(homes, keys, of_parcels, strict=True)]


def _by_key(pairs: Iterable[tuple[str | None, store.HomeSale]]) -> dict[str | None, list[store.HomeSale]]:
    found: dict[str | None, list[store.HomeSale]] = {}
    for key, sale in pairs:
        found.setdefault(key, []).append(sale)
    return found


def _own_numbers(
    home: Home,
    key: str | None,
    of_parcel: Sequence[store.HomeSale],
    by_line: Mapping[str | None, Sequence[store.HomeSale]],
) -> Iterator[int]:
    """Yield the numbers of a property's own sales among those of its parcel and those with its address."""
    if key is not None:
        line = home.place.line if home.place is not None else ""
        yield from (sale.seq for sale in of_parcel if not units_differ(line, sale.address_key or ""))
    for line in _lines_of(home):
        for sale in by_line.get(line, ()):
            if (
                home.place is not None
                and _address_decides(key, sale, line)
                and may_be_same_place(home.place, sale.city, sale.postal)
            ):
                yield sale.seq


def _lines_of(home: Home) -> list[str]:
    """Return the keys of a property's address; none if it is not the address of one home."""
    if home.place is None or not is_of_one_home(home.place.line):
        return []
    return sorted({home.place.line, *home.whole_lines})


def sales_of_same_home(tx: Tx, market: str, country: str) -> dict[int, frozenset[int]]:
    """Return the other sales of the home of each sale, by number, as far as only the address shows them."""
    by_key: defaultdict[str, list[store.HomeSale]] = defaultdict(list)
    for sale in store.sales_at_repeated_addresses(tx, market):
        if is_of_one_home(sale.address_key or ""):
            by_key[sale.address_key or ""].append(sale)
    found: defaultdict[int, set[int]] = defaultdict(set)
    for key, sales in by_key.items():
        for one, other in permutations(sales[:MAX_AT_ADDRESS], 2):
            place = AddressPlace(key, one.city, None, one.postal, country)
            known = one.parcel_key is not None and other.parcel_key is not None
            if not known and may_be_same_place(place, other.city, other.postal):
                found[one.seq].add(other.seq)
    return {seq: frozenset(others) for seq, others in found.items()}


def _address_decides(parcel_key: str | None, sale: store.HomeSale, line: str) -> bool:
    """Return whether a sale with the same address key is of the same home, whatever the parcel numbers say.

    Sources number the same parcels differently. So the address decides where it has a unit or is that of a house.
    """
    one_parcel_unknown = parcel_key is None or sale.parcel_key is None
    return one_parcel_unknown or " unit " in line or canonical_type(sale.property_type or "") in HOUSES


def _of_classes(sales: Sales, parcels: Sequence[str | None]) -> list[list[int]]:
    """Return the numbers of the sales of each parcel, by the strict comparison."""
    codes = [sales.parcels.class_of(parcel) for parcel in parcels]
    found: dict[int, list[int]] = {code: [] for code in codes if code != UNKNOWN}
    rows = np.flatnonzero(np.isin(sales.parcel_class, list(found)))
    for code, seq in zip(sales.parcel_class[rows].tolist(), sales.seq[rows].tolist(), strict=True):
        found[code].append(seq)
    return [found.get(code, []) for code in codes]


def units_differ(one: str, other: str) -> bool:
    """Return whether two address keys both have a unit, and not the same one."""
    units = [key.partition(" unit ")[2] for key in (one, other)]
    return all(units) and units[0] != units[1]


def may_be_same_place(place: AddressPlace, city: str | None, postal: str | None) -> bool:
    """Return whether the city and postal code of a sale agree with a place, as far as they are known.

    If one postal code is only the first half of a Canadian code, the first halves are compared.
    """
    here = place.postal
    if place.country == "CA" and here and postal and _POSTAL_AREA in (len(here.strip()), len(postal.strip())):
        here, postal = here.strip()[:_POSTAL_AREA], postal.strip()[:_POSTAL_AREA]
    return same_place(place._replace(postal=here), AddressPlace(place.line, city, None, postal, place.country))
