"""One column of the source rows of a market's sales, such as an assessor's value."""

import json
from dataclasses import dataclass
from typing import Any

from backend.app.core_gov.market.source_rows import store
from backend.app.kit.db import Database
from backend.app.kit.errors import BadInput
from backend.app.kit.text import list_names, shorten

_MAX_NAMED = 100


@dataclass(frozen=True)
class SourceColumn:
    """Values of one column as the source wrote them, by the number of the sale; sales without a value are absent."""

    name: str
    values: dict[int, Any]


def source_column(db: Database, market: str, name: str, since: str) -> SourceColumn:
    """Return a column of the sales that closed from a day on. Raises BadInput if none of them has it."""
    values: dict[int, Any] = {}
    others: dict[str, None] = {}
    with db.open_snapshot() as moment:
        for chunk in store.rows_since(moment, market, since):
            for seq, text in chunk:
                row = json.loads(text)
                if name in row:
                    values[seq] = row[name]
                elif not values and len(others) < _MAX_NAMED:
                    others |= dict.fromkeys(row)
    if not values:
        known = f"; their columns are {list_names([*others])}" if others else ""
        raise BadInput(f"no sale of {market} from {since} on has a column {shorten(name)}{known}")
    return SourceColumn(name, values)
