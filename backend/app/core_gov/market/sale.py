"""One sale as its source tells it, brought to our units and checked: pure rules."""

from dataclasses import dataclass, field, fields
from operator import attrgetter

MONTH = "month"


@dataclass(frozen=True, slots=True)
class Sale:
    """A sale of a market, in whole cents, square feet, degrees and ISO days.

    `source_key` tells it from the other sales of its source. `placed_by` says what the coordinates are where they
    are not the source's own, `dated_by` is "month" where the day of closing is not known: it is the month's last then.
    `area` is a postal or other small area, `deed` the number of the deed, `terms` what the
    source says of the circumstances, such as a foreclosure. `row` is the source's own row as a JSON object, `units`
    another one that says which fields were converted, and from what; `warnings` are kinds that `WARNINGS` spells out.
    A `keyless` record has a hash of what it says as its key.
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


SALE_COLUMNS = tuple(each.name for each in fields(Sale) if each.name not in {"row", "units", "warnings", "keyless"})
"""The columns of a stored sale that its source decides."""

columns_of = attrgetter(*SALE_COLUMNS)
"""The values of those columns, in their order."""


def sale_id(seq: int) -> str:
    """What a stored sale is called outside of the store."""
    return f"sale_{seq}"


def seq_of(name: str) -> int | None:
    """The number of the sale that `sale_id` named; None for another name."""
    digits = name.removeprefix("sale_")
    known = digits != name and digits.isascii() and digits.isdecimal() and len(digits) < 19
    return int(digits) if known else None
