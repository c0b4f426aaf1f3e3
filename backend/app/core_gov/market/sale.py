"""Sale as reported by its source, converted to our units and checked."""

from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from operator import attrgetter
from typing import Annotated

from pydantic import Field, WithJsonSchema

from backend.app.core_gov.geography.address_key import address_key_of
from backend.app.core_gov.market.parcels import parcel_keys

MONTH, YEAR = "month", "year"
"""Precision of a closing day of which only the month or the year is known."""

EXTRA = "extra"
"""Key of a sale's further columns, among the units of its fields."""

AGE = "age"
"""Original unit of a year that was stated as an age."""

KEYS_VERSION = 1
"""Version of `matching_keys`, apart from the rules of addresses; increase it whenever a parcel key changes."""


@dataclass(frozen=True, slots=True)
class Sale:
    """Sale of a market, in whole cents, square feet, degrees and ISO days.

    `source_key` identifies it among the sales of its source. `placed_by` says where the coordinates come from if they
    are not the source's own. `dated_by` is "month" or "year" if no more of the closing day is known; the date is then
    the last day of the month, or of the month that the mapping states. `area` is a postal or other small area, `deed`
    the deed number, `terms` the source's words on the circumstances, such as a foreclosure. `row` is the source's own
    row as a JSON object; `units` is another, which names the converted fields and their original units, and has the
    further columns under `EXTRA`. `warnings` are keys of `WARNINGS`. A `keyless` record has a hash of its content as
    its key. `stored_as` is a key under which an earlier version may have stored the sale.
    `left_out` are the values that could not be used: field and reason.
    """

    source_key: str
    price_cents: int
    currency: str
    close_date: str
    dated_by: str | None = None
    contract_date: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    placed_by: str | None = None
    living_sqft: float | None = None
    lot_sqft: float | None = None
    beds: float | None = None
    baths: float | None = None
    year_built: int | None = None
    year_renovated: int | None = None
    grade: float | None = None
    condition: float | None = None
    floors: float | None = None
    basement_sqft: float | None = None
    view: float | None = None
    waterfront: float | None = None
    property_type: str | None = None
    parcel: str | None = None
    address: str | None = None
    city: str | None = None
    postal: str | None = None
    area: str | None = None
    deed: str | None = None
    terms: str | None = None
    row: str = "{}"
    units: str = "{}"
    warnings: tuple[str, ...] = field(default=(), compare=False)
    keyless: bool = field(default=False, compare=False)
    stored_as: str | None = field(default=None, compare=False)
    left_out: tuple[tuple[str, str], ...] = field(default=(), compare=False)


_APART = frozenset({"row", "units", "warnings", "keyless", "stored_as", "left_out"})
SALE_COLUMNS = tuple(each.name for each in fields(Sale) if each.name not in _APART)
"""Columns of a stored sale that come from its source."""

columns_of = attrgetter(*SALE_COLUMNS)
"""Getter of the values of these columns, in order."""


def matching_keys(
    address: str | None, city: str | None, postal: str | None, parcel: str | None, country: str
) -> tuple[str | None, str | None]:
    """Return the keys of address and parcel by which the sales of a property are found; None for an unknown one."""
    return address_key(address, city, postal, country), parcel_keys([parcel])[0]


def keys_of_sales(sales: Sequence[Sale], country: str) -> list[tuple[str | None, str | None]]:
    """Return the matching keys of many sales."""
    addresses = [address_key(sale.address, sale.city, sale.postal, country) for sale in sales]
    return list(zip(addresses, parcel_keys([sale.parcel for sale in sales]), strict=True))


def address_key(address: str | None, city: str | None, postal: str | None, country: str) -> str | None:
    return None if address is None else address_key_of(address, city, None, postal, country)


def sale_id(seq: int) -> str:
    """Return the public id of a stored sale."""
    return f"sale_{seq}"


SaleId = Annotated[
    str,
    Field(min_length=6, max_length=30),
    WithJsonSchema({"type": "string", "minLength": 6, "maxLength": 30, "pattern": "^sale_[0-9]{1,18}$"}),
]
"""Id of a sale."""


def seq_of(name: str) -> int | None:
    """Return the number in a sale id; None for any other text."""
    digits = name.removeprefix("sale_")
    known = digits != name and digits.isascii() and digits.isdecimal() and len(digits) < 19
    return int(digits) if known else None
