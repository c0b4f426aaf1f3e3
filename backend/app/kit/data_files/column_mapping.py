"""Mapping of file columns to typed fields, with constants for fields that are the same in all rows.

A column with the name of a field needs no mapping: `Square Feet` is square_feet.
"""

import re
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from backend.app.kit.data_files.cells import NULL_WORDS
from backend.app.kit.errors import BadInput, Fault
from backend.app.kit.text import list_names

Converter = Callable[[Any], Any]
"""Callback converting a nonempty cell to a field value; None means unknown. Raises ValueError with a sentence."""


@dataclass(frozen=True, slots=True)
class TypedRows:
    """The source of each field. `unused` are the columns that no field uses."""

    columns: tuple[str, ...]
    sources: Mapping[str, int]
    constants: Mapping[str, Any]
    readers: Mapping[str, Callable[[Sequence[Any]], Any]]
    unused: tuple[str, ...]

    def fields(
        self, cells: Sequence[Any], *, required: Container[str] = (), left_out: list[Fault] | None = None
    ) -> dict[str, Any]:
        """Return the fields of a row, without missing values. Raises BadInput as `read_fields` does."""
        return read_fields(self.constants, self.readers, cells, required=required, left_out=left_out)

    def cells_by_column(self, cells: Sequence[Any]) -> dict[str, str]:
        """Return the nonempty cells of the row as text."""
        return {column: str(cell) for column, cell in zip(self.columns, cells, strict=True) if cell not in (None, "")}

    def require(self, *names: str, hint: str = "") -> None:
        """Raise BadInput if none of the fields has a column or a constant."""
        if not any(name in self.sources or name in self.constants for name in names):
            raise BadInput.field(
                names[0],
                f"{names[0]} is required, and no column has its name: map it to one of {list_names(self.columns)}, as "
                f"in --map {names[0]}=COLUMN, or give it once for all rows, as in --set {names[0]}=VALUE{hint}",
            )


def typed_rows(
    columns: tuple[str, ...],
    converters: Mapping[str, Converter],
    mapping: Mapping[str, str],
    constants: Mapping[str, str],
) -> TypedRows:
    """Map each field to a column or constant. Raises BadInput naming a field or column that does not exist."""
    for name in (*mapping, *constants):
        if name not in converters:
            raise BadInput.field(name, f"{name} is not a field; the fields are {', '.join(converters)}")
        check_one_source(name, mapping, constants)
    given = {name: column for name, column in mapping.items() if column}
    named = columns_by_name(columns, converters, {*mapping, *constants}) | given
    for column in named.values():
        if column not in columns:
            raise BadInput(f"there is no column {column}; the columns are {list_names(columns)}")
    used = frozenset(named.values())
    unused = tuple(column for column in columns if column not in used)
    fixed = {name: constant(name, converters[name], value) for name, value in constants.items() if value}
    sources = {name: columns.index(column) for name, column in named.items()}
    readers = {name: _reader(at, converters[name]) for name, at in sources.items()}
    return TypedRows(columns, sources, fixed, readers, unused)


def read_fields(
    constants: Mapping[str, Any],
    readers: Mapping[str, Callable[..., Any]],
    *row: Any,
    required: Container[str] = (),
    left_out: list[Fault] | None = None,
) -> dict[str, Any]:
    """Return the constants and the fields that the readers find in a row.

    Raises BadInput naming each fault. If `left_out` is given, the faults of fields that are not `required` are added to
    it instead.
    """
    found, faults = dict(constants), list[Fault]()
    for name, read in readers.items():
        try:
            value = read(*row)
        except ValueError as error:
            (faults if left_out is None or name in required else left_out).append(Fault(name, f"{name} {error}"))
            continue
        if value is not None:
            found[name] = value
    if faults:
        raise BadInput.of(faults)
    return found


def check_one_source(name: str, mapping: Mapping[str, str], constants: Mapping[str, str]) -> None:
    """Raise BadInput for a field with both a column and a constant."""
    if name in mapping and name in constants:
        raise BadInput.field(name, f"{name} has both a column and a constant; choose one")


def pairs(options: Iterable[str]) -> dict[str, str]:
    """Parse `field=…` options into a dict. Raises BadInput for a malformed option or a repeated field."""
    found: dict[str, str] = {}
    for option in options:
        name, equals, value = (part.strip() for part in option.partition("="))
        if not (name and equals):
            raise BadInput(f"{option} must be FIELD=VALUE")
        if name in found:
            raise BadInput.field(name, f"{name} is given twice")
        found[name] = value
    return found


def _reader(at: int, convert: Converter) -> Callable[[Sequence[Any]], Any]:
    def read(cells: Sequence[Any]) -> Any:
        cell = cells[at]
        unknown = cell is None or (isinstance(cell, str) and (not cell or cell.casefold() in NULL_WORDS))
        return None if unknown else convert(cell)

    return read


def constant(name: str, convert: Converter, text: str) -> Any:
    """Convert a constant. Raises BadInput naming the field."""
    try:
        return convert(text)
    except ValueError as error:
        raise BadInput.field(name, f"{name} {error}") from None


def columns_by_name(columns: Iterable[str], fields: Container[str], mapped: Container[str] = ()) -> dict[str, str]:
    """Return the columns named like a field that is not mapped yet: `Year Built` is year_built. Raises BadInput."""
    found: dict[str, str] = {}
    for column in columns:
        name = re.sub(r"[\s_-]+", "_", column.casefold())
        if name not in fields or name in mapped:
            continue
        if name in found:
            raise BadInput.field(name, f"{found[name]} and {column} both look like {name}; map it to one of them")
        found[name] = column
    return found
