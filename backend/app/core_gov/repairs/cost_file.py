"""Reader of unit costs from a CSV file with the columns trade, item, unit, low, mid, high and optionally source."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from backend.app.core_gov.market.importing.converters import money
from backend.app.core_gov.repairs.schemas import MAX_COSTS, RepairCostsCreate, UnitCost
from backend.app.kit.data_files.batches import TableRow
from backend.app.kit.data_files.csv_table import read_csv
from backend.app.kit.errors import BadInput
from backend.app.kit.fields import faults_of
from backend.app.kit.text import list_names

_REQUIRED = ("trade", "item", "unit", "low", "mid", "high")
_AMOUNTS = frozenset({"low", "mid", "high"})


def read_costs(path: Path, metadata: Mapping[str, Any]) -> RepairCostsCreate:
    """Return the table of a file; `metadata` holds its currency, source and date. Raises BadInput naming the row."""
    table = read_csv(path)
    columns = {name.strip().casefold(): at for at, name in enumerate(table.columns)}
    known = (*_REQUIRED, "source")
    missing = [name for name in _REQUIRED if name not in columns]
    if missing:
        raise BadInput(f"{path.name} has no column {missing[0]}; the columns are {', '.join(known)}")
    unknown = [name for name in columns if name not in known]
    if unknown:
        raise BadInput(
            f"{path.name} has a column {list_names(unknown[:1])}, which is not known; "
            f"the columns are {', '.join(known)}"
        )
    if table.count > MAX_COSTS:
        raise BadInput(f"{path.name} has {table.count:,} rows; a table of unit costs has {MAX_COSTS:,} at most")
    costs = [_cost(row, columns, str(metadata.get("currency", ""))) for row in table.rows()]
    try:
        return RepairCostsCreate.model_validate({**metadata, "costs": costs})
    except ValidationError as error:
        raise BadInput(f"{path.name}: {faults_of(error)[0].message}") from None


def _cost(row: TableRow, columns: Mapping[str, int], currency: str) -> UnitCost:
    if row.fault:
        raise BadInput(f"row {row.number}: {row.fault}")
    cells = {name: row.cells[at] for name, at in columns.items() if row.cells[at]}
    try:
        return UnitCost.model_validate({name: _value(name, text, currency) for name, text in cells.items()})
    except ValidationError as error:
        raise BadInput(f"row {row.number}: {faults_of(error)[0].message}") from None
    except ValueError as error:
        raise BadInput(f"row {row.number}: {error}") from None


def _value(name: str, text: str, currency: str) -> object:
    if name not in _AMOUNTS:
        return text
    try:
        plain = text.replace(".", "", 1).isdecimal()  # such as 2.001, whose decimals are checked later
        found = money(text, "." if plain else None)
    except ValueError as error:
        raise ValueError(f"{name} {error}") from None
    if found is None:
        return None
    if found.currency not in {None, currency}:
        raise ValueError(f"{name} is in {found.currency}, but the table's currency is {currency}")
    return int(found) if found.is_integer() else float(found)
