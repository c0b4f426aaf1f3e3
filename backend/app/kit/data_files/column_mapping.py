"""Mapping of file columns to typed fields, with constants for fields that are the same in all rows.

A column with the name of a field needs no mapping: `Square Feet` is square_feet.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from backend.app.kit.data_files.cells import NOTHING
from backend.app.kit.errors import BadInput, Fault
from backend.app.kit.text import list_names, shorten

Converter = Callable[[Any], Any]
"""Callback converting a nonempty cell to a field value; None means unknown. Raises ValueError with a sentence."""


@dataclass(frozen=True, slots=True)
class TypedRows:
    """The source of each field. `unused` are the columns that no field uses."""

    columns: tuple[str, ...]
    sources: Mapping[str, int]
    constants: Mapping[str, Any]
    converters: Mapping[str, Converter]
    unused: tuple[str, ...]

    def fields(self, cells: Sequence[Any]) -> dict[str, Any]:
        """Return the fields of a row, without missing values. Raises BadInput naming each fault."""
        found, faults = dict(self.constants), []
        for name, at in self.sources.items():
            if _is_nothing(cells[at]):
                continue
            try:
                value = self.converters[name](cells[at])
            except ValueError as error:
                faults.append(Fault(name, f"{name} {error}"))
                continue
            if value is not None:
                found[name] = value
        if faults:
            raise BadInput.of(faults)
        return found

    def said(self, cells: Sequence[Any]) -> dict[str, str]:
        """Return the nonempty cells of the row as text, by column."""
        return {column: str(cell) for column, cell in zip(self.columns, cells, strict=True) if cell not in (None, "")}


def typed_rows(
    columns: tuple[str, ...],
    converters: Mapping[str, Converter],
    mapping: Mapping[str, str],
    constants: Mapping[str, str],
) -> TypedRows:
    """Map each field to a column or constant. Raises BadInput naming a field or column that does not exist."""
    for name in (*mapping, *constants):
        if name not in converters:
            raise BadInput.field(name, f"{name} is not a field here; the fields are {', '.join(converters)}")
        if name in mapping and name in constants:
            raise BadInput.field(name, f"{name} is given both a column and a constant; give it one of them")
    given = {name: column for name, column in mapping.items() if column}
    named = _by_name(columns, converters, {*mapping, *constants}) | given
    for column in named.values():
        if column not in columns:
            raise BadInput(f"there is no column {column}; the columns are {list_names(columns)}")
    used = frozenset(named.values())
    unused = tuple(column for column in columns if column not in used)
    fixed = {name: _constant(name, converters[name], value) for name, value in constants.items() if value}
    sources = {name: columns.index(column) for name, column in named.items()}
    return TypedRows(columns, sources, fixed, converters, unused)


def one_of(*words: str) -> Converter:
    """Return a converter that accepts one of these words, in any case."""

    def convert(cell: Any) -> str:
        word = str(cell).strip().casefold()
        if word not in words:
            raise ValueError(f"must be one of {', '.join(words)}, not {shorten(word)}")
        return word

    return convert


def pairs(options: Iterable[str]) -> dict[str, str]:
    """Parse `field=…` options into a dict. Raises BadInput for a malformed option or a repeated field."""
    found: dict[str, str] = {}
    for option in options:
        name, equals, value = (part.strip() for part in option.partition("="))
        if not (name and equals):
            raise BadInput(f"{option} is not of the form field=…")
        if name in found:
            raise BadInput.field(name, f"{name} is given twice")
        found[name] = value
    return found


def _is_nothing(cell: Any) -> bool:
    return cell is None or (isinstance(cell, str) and (not cell or cell.casefold() in NOTHING))


def _constant(name: str, convert: Converter, given: str) -> Any:
    try:
        return convert(given)
    except ValueError as error:
        raise BadInput.field(name, f"{name} {error}") from None


def _by_name(columns: tuple[str, ...], converters: Mapping[str, Converter], decided: set[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for column in columns:
        name = re.sub(r"[\s_-]+", "_", column.casefold())
        if name not in converters or name in decided:
            continue
        if name in found:
            raise BadInput.field(name, f"{found[name]} and {column} both look like {name}; map it to one of them")
        found[name] = column
    return found
