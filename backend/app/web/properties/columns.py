"""Columns of the table of properties, which people choose."""

from dataclasses import dataclass
from typing import Literal, get_args

ColumnName = Literal[
    "city", "region", "postal", "status", "beds", "baths", "sqft", "lot_sqft", "year_built", "value", "arv", "repairs",
    "spread", "last_contact", "next_action", "owner", "updated_at",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class TableColumn:
    """A column. `sort`: the parameter that sorts by it; `first`: `-` to sort in descending order first."""

    name: str
    label: str
    is_numeric: bool = False
    sort: str | None = None
    first: str = ""
    help: str = ""


_COLUMNS = (
    TableColumn("city", "City", sort="city"),
    TableColumn("region", "Region"),
    TableColumn("postal", "Postal"),
    TableColumn("status", "Status"),
    TableColumn("beds", "Beds", is_numeric=True),
    TableColumn("baths", "Baths", is_numeric=True),
    TableColumn("sqft", "Sq ft", is_numeric=True),
    TableColumn("lot_sqft", "Lot sq ft", is_numeric=True),
    TableColumn("year_built", "Built", is_numeric=True),
    TableColumn("value", "Value", is_numeric=True, sort="value", first="-", help="Latest value as is"),
    TableColumn("arv", "ARV", is_numeric=True, sort="arv", first="-", help="Latest after-repair value"),
    TableColumn("repairs", "Repairs", is_numeric=True, help="Estimated cost of repairs"),
    TableColumn("spread", "Spread", is_numeric=True, help="ARV less value and repairs"),
    TableColumn("last_contact", "Last contact", help="Latest message about the deal of the property"),
    TableColumn("next_action", "Next action", help="Next action of the deal of the property"),
    TableColumn("owner", "Owner"),
    TableColumn("updated_at", "Changed", sort="updated_at", first="-"),
)
COLUMNS = {column.name: column for column in _COLUMNS}
assert tuple(COLUMNS) == get_args(ColumnName)

DEFAULTS = (
    "city",
    "status",
    "beds",
    "baths",
    "sqft",
    "value",
    "arv",
    "repairs",
    "spread",
    "last_contact",
    "next_action",
)
"""Columns that are shown unless others are chosen."""


def chosen_columns(names: list[ColumnName] | None) -> list[TableColumn]:
    """Return the columns in the order of the table."""
    wanted = names or DEFAULTS
    return [column for column in _COLUMNS if column.name in wanted]
