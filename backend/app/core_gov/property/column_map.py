"""Which column of a foreign table is which field of a property: pure rules.

A field is fed by a column (`year_built=yr_built`), by a template that joins columns (`address={number} {street}`),
or by one constant for all rows. Columns that bear the name of a field need not be mapped; `field=` leaves one out.
`meta.NAME` keeps a column under that name in `meta`.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from backend.app.core_gov.property import places
from backend.app.core_gov.property.schemas import PropertyCreate
from backend.app.kit.errors import BadInput, Fault

Cells = list[str]
Source = Callable[[Cells], str]

NUMBERS = frozenset({"beds", "baths", "sqft", "lot_sqft", "year_built", "latitude", "longitude"})
SOURCE_ROW = "source_row"
"""Where in `meta` the columns go that are no field, when they are to be kept."""

_META = "meta."
_FIELDS = tuple(name for name in PropertyCreate.model_fields if name != "meta")
_NOTHING = frozenset({"na", "n/a", "nan", "null", "none", "-"})
"""What other programs write for a number that is not known."""

_NUMBER = re.compile(r"[+-]?(\d+|\d{1,3}([, \u00a0\u202f]\d{3})+)(\.\d+)?(e[+-]?\d{1,2})?", re.ASCII | re.IGNORECASE)
_SEPARATORS = str.maketrans("", "", ", \u00a0\u202f")
_IN_BRACES = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """How a row becomes the fields of a property.

    `described` says where each field comes from, `unused` names the columns that no field uses.
    """

    sources: Mapping[str, Source]
    constants: Mapping[str, Any]
    rest: Mapping[str, int]
    described: Mapping[str, str]
    unused: tuple[str, ...]

    def fields(self, cells: Cells) -> dict[str, Any]:
        """What the row says, each value in its own type; an empty cell says nothing. Raises BadInput."""
        found, faults = dict(self.constants), []
        for name, source in self.sources.items():
            try:
                value = converted(name, source(cells))
            except ValueError as error:
                faults.append(Fault(name, f"{name} {error}"))
                continue
            if value is not None:
                found[name] = value
        if faults:
            raise BadInput.of(faults)
        meta = {name[len(_META) :]: found.pop(name) for name in list(found) if name.startswith(_META)}
        if self.rest:
            meta[SOURCE_ROW] = {column: cells[at] for column, at in self.rest.items() if cells[at]}
        return {**found, "meta": meta} if meta else found


def map_columns(
    columns: tuple[str, ...], mapping: Mapping[str, str], constants: Mapping[str, str], *, keep_rest: bool = False
) -> ColumnMap:
    """Decides where each field comes from; raises BadInput naming a field or column that does not exist."""
    for name in (*mapping, *constants):
        _check_field(name)
        if name in mapping and name in constants:
            raise BadInput.field(name, f"{name} is given both a column and a constant; give it one of them")
    texts = {**_by_name(columns, {*mapping, *constants}), **{name: text for name, text in mapping.items() if text}}
    if "address" not in texts and "address" not in constants:
        raise BadInput.field("address", _no_address(columns))
    used: set[str] = set()
    sources = {name: _source(columns, text, used) for name, text in texts.items()}
    unused = tuple(column for column in columns if column not in used)
    if keep_rest and _META + SOURCE_ROW in {*texts, *constants}:
        raise BadInput.field(_META + SOURCE_ROW, f"{_META}{SOURCE_ROW} is where the other columns are kept")
    return ColumnMap(
        sources,
        {name: _constant(name, text) for name, text in constants.items()},
        {column: columns.index(column) for column in unused} if keep_rest else {},
        {**texts, **{name: f"always {text}" for name, text in constants.items()}},
        () if keep_rest else unused,
    )


def converted(name: str, text: str) -> Any:
    """The value that a cell means for a field, None for an empty one; raises ValueError with a sentence."""
    if not text or (name in NUMBERS and text.casefold() in _NOTHING):
        return None
    if name in NUMBERS:
        return number(text)
    if name == "country":
        return places.check_country(text) or text
    if name == "status":
        return "_".join(text.casefold().split())
    if name == "tags":
        return [tag.strip() for tag in text.split(";") if tag.strip()]
    return text


def number(text: str) -> int | float:
    """A number as people and programs write it: `1180`, `1,180`, `1 180.5`, `-122.25`, `1.2e3`."""
    if not _NUMBER.fullmatch(text):
        raise ValueError(f"is not a number: {text[:60]}")
    plain = text.translate(_SEPARATORS)
    return int(plain) if plain.lstrip("+-").isdecimal() else float(plain)


def pairs(options: Iterable[str]) -> dict[str, str]:
    """What `field=…` options say, by field; raises BadInput for one of another form, and for a field given twice."""
    found: dict[str, str] = {}
    for option in options:
        name, equals, text = (part.strip() for part in option.partition("="))
        if not (name and equals):
            raise BadInput(f"{option} is not of the form field=…")
        if name in found:
            raise BadInput.field(name, f"{name} is given twice")
        found[name] = text
    return found


def _check_field(name: str) -> None:
    if name not in _FIELDS and not (name.startswith(_META) and len(name) > len(_META)):
        known = ", ".join(_FIELDS)
        raise BadInput.field(name, f"{name} is not a field of a property; the fields are {known} and meta.NAME")


def _constant(name: str, text: str) -> Any:
    try:
        return converted(name, text)
    except ValueError as error:
        raise BadInput.field(name, f"{name} {error}") from None


def _by_name(columns: tuple[str, ...], decided: set[str]) -> dict[str, str]:
    """The columns that bear the name of a field which nobody decided about: `Year Built` is year_built."""
    found: dict[str, str] = {}
    for column in columns:
        name = re.sub(r"[\s_-]+", "_", column.casefold())
        if name not in _FIELDS or name in decided:
            continue
        if name in found:
            raise BadInput.field(name, f"{found[name]} and {column} both look like {name}; map it to one of them")
        found[name] = column
    return found


def _source(columns: tuple[str, ...], text: str, used: set[str]) -> Source:
    """Reads a field's text from a row, and adds the columns that it takes to `used`."""
    if text in columns:
        used.add(text)
        at = columns.index(text)
        return lambda cells: cells[at]
    parts = _IN_BRACES.split(text)
    named = [part.strip() for part in parts[1::2]] or [text]
    for column in named:
        if column not in columns:
            raise BadInput(f"there is no column {column}; the columns are {', '.join(columns)}")
    used.update(named)
    return _template(parts[::2], [columns.index(column) for column in named])


def _template(literals: list[str], places_: list[int]) -> Source:
    def join(cells: Cells) -> str:
        values = [cells[at] for at in places_]
        if not any(values):
            return ""
        text = "".join(part for pair in zip(literals, [*values, ""], strict=True) for part in pair)
        return " ".join(text.split())

    return join


def _no_address(columns: tuple[str, ...]) -> str:
    return (
        f"address is required, and none of the columns is named so: map it to one of {', '.join(columns)}, "
        "or to several of them as in address={number} {street}"
    )
