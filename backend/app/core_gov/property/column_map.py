"""Mapping of CSV columns to the fields of a property. Pure functions.

The source of a field is a column (`year_built=yr_built`), a template of columns (`address={number} {street}`), or
a constant for all rows. Columns named like a field are mapped automatically; `field=` leaves the field out.
`meta.NAME` stores a column under NAME in `meta`.
"""

import json
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from backend.app.core_gov.geography.regions import COUNTRIES
from backend.app.core_gov.market.importing import area_units, converters, counts
from backend.app.core_gov.market.importing.spreadsheet_marks import is_mangled, without_zeros
from backend.app.core_gov.property.schemas import DEFAULT_COUNTRY, PropertyCreate
from backend.app.kit.data_files.cells import unwrapped, yes_or_no
from backend.app.kit.data_files.column_mapping import check_one_source, columns_by_name, constant, read_fields
from backend.app.kit.errors import BadInput
from backend.app.kit.text import list_names, shorten

Cells = list[str]
Source = Callable[[Cells], str]
Converter = Callable[[str], Any]

NUMBERS = frozenset(
    {
        *("beds", "baths", "sqft", "lot_sqft", "year_built", "latitude", "longitude"),
        *("year_renovated", "grade", "condition", "floors", "basement_sqft", "view"),
    }
)
SOURCE_ROW = "source_row"
"""Key in `meta` under which the unmapped columns of a row are kept, if requested."""

_META = "meta."
_FIELDS = tuple(name for name in PropertyCreate.model_fields if name != "meta")
_IN_BRACES = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """Mapping from the cells of a row to the fields of a property.

    `described` gives the source of each field; `unused` names the columns that no field uses. `identifying` are the
    columns of parcel numbers, `address_parts` those of a template for the address.
    """

    sources: Mapping[str, Callable[[Cells], Any]]
    constants: Mapping[str, Any]
    rest: Mapping[str, int]
    described: Mapping[str, str]
    unused: tuple[str, ...]
    identifying: tuple[str, ...] = ()
    address_parts: tuple[str, ...] = ()

    def fields(self, cells: Cells, whole: tuple[int, ...] = ()) -> dict[str, Any]:
        """Return the fields of a row, converted to their types, without the empty cells. Raises BadInput.

        `whole` are the places of the columns of whole numbers in which `12.0` means `12`.
        """
        found = read_fields(self.constants, self.sources, without_zeros(cells, whole) if whole else cells)
        if found.get("postal") and (country := found.get("country", DEFAULT_COUNTRY)) in COUNTRIES:
            found["postal"] = converters.full_postal(country, found["postal"])
        if found.get("latitude") == found.get("longitude") == 0:
            del found["latitude"], found["longitude"]
        meta = {name[len(_META) :]: found.pop(name) for name in list(found) if name.startswith(_META)}
        if self.rest:
            meta[SOURCE_ROW] = {column: cells[at] for column, at in self.rest.items() if cells[at]}
        return {**found, "meta": meta} if meta else found


def map_columns(
    columns: tuple[str, ...], mapping: Mapping[str, str], constants: Mapping[str, str], *, keep_rest: bool = False
) -> ColumnMap:
    """Return the mapping of columns to fields. Raises BadInput naming an unknown field or column."""
    for name in (*mapping, *constants):
        _check_field(name)
        check_one_source(name, mapping, constants)
    given = {name: text for name, text in mapping.items() if text}
    texts = columns_by_name(columns, _FIELDS, {*mapping, *constants}) | given
    if "address" not in texts and "address" not in constants:
        raise BadInput.field("address", _missing_address(columns))
    used: set[str] = set()
    sources = {name: _reader(_source(columns, text, used), converter(name)) for name, text in texts.items()}
    unused = tuple(column for column in columns if column not in used)
    if keep_rest and _META + SOURCE_ROW in {*texts, *constants}:
        raise BadInput.field(_META + SOURCE_ROW, f"{_META}{SOURCE_ROW} is where the other columns are kept")
    return ColumnMap(
        sources,
        {name: constant(name, converter(name), text) if text else None for name, text in constants.items()},
        {column: at for at, column in enumerate(columns) if column not in used} if keep_rest else {},
        {**texts, **{name: f"always {text}" for name, text in constants.items()}},
        () if keep_rest else unused,
        _named(columns, texts.get("parcel", "")),
        _named(columns, texts.get("address", "")) if "{" in texts.get("address", "") else (),
    )


def _named(columns: tuple[str, ...], text: str) -> tuple[str, ...]:
    """Return the columns that the source of a field names."""
    names = (text,) if text in columns else tuple(name.strip() for name in _IN_BRACES.split(text)[1::2])
    return tuple(name for name in names if name in columns)


def converter(name: str) -> Converter:
    """Return the function that converts the non-empty text of a cell to the value of this field.

    The function returns None if the text stands for an unknown value. It raises ValueError with a message.
    """
    return _CONVERTERS.get(name, str)


def _status(text: str) -> str:
    return "_".join(text.casefold().split())


def _tags(text: str) -> list[str]:
    """Return the tags of a cell: separated by semicolons, or a JSON list as `valhalla export` writes it."""
    with suppress(ValueError, RecursionError):
        found = json.loads(text) if text.startswith("[") else None
        if isinstance(found, list) and all(isinstance(tag, str) for tag in found):
            return found
    return [tag.strip() for tag in text.split(";") if tag.strip()]


def _whole(convert: Converter) -> Converter:
    """Return a converter whose numbers without a fraction are integers."""

    def read(text: str) -> Any:
        found = convert(text)
        return int(found) if isinstance(found, float) and found.is_integer() else found

    return read


def _known(convert: Converter) -> Converter:
    """Return a converter for sizes, of which 0 means unknown."""
    return lambda text: convert(text) or None


def _year(text: str) -> int | None:
    """Return a calendar year; 0 and 9999 mean unknown."""
    found = converters.year(text)
    return None if found == _NO_YEAR else found


_NO_YEAR = 9999

_CONVERTERS: dict[str, Converter] = {
    **dict.fromkeys(NUMBERS, _whole(converters.number)),
    **dict.fromkeys(("sqft", "lot_sqft"), _whole(_known(area_units.area))),
    **dict.fromkeys(("latitude", "longitude"), counts.degrees),
    **dict.fromkeys(("year_built", "year_renovated"), _year),
    "beds": _whole(counts.bedrooms),
    "baths": _whole(counts.bathrooms),
    "floors": _whole(_known(counts.count)),
    "basement_sqft": _whole(area_units.area),
    "country": converters.country_code,
    "postal": converters.postal,
    "parcel": converters.identifier,
    "status": _status,
    "waterfront": yes_or_no,
    "tags": _tags,
}


def _check_field(name: str) -> None:
    if name not in _FIELDS and not (name.startswith(_META) and len(name) > len(_META)):
        known = ", ".join(_FIELDS)
        raise BadInput.field(name, f"{name} is not a field of a property; the fields are {known} and meta.NAME")


def _reader(source: Source, convert: Converter) -> Callable[[Cells], Any]:
    return lambda cells: convert(text) if (text := source(cells)) else None


def _source(columns: tuple[str, ...], text: str, used: set[str]) -> Source:
    """Return a function that reads a field's text from a row. Adds the columns that it reads to `used`."""
    if text in columns:
        used.add(text)
        at = columns.index(text)
        return lambda cells: cells[at]
    parts = _IN_BRACES.split(text)
    named = [part.strip() for part in parts[1::2]] or [text]
    for column in named:
        if column not in columns:
            raise BadInput(f"there is no column {column}; the columns are {list_names(columns)}")
    used.update(named)
    return _template(parts[::2], [columns.index(column) for column in named])


def _template(literals: list[str], places_: list[int]) -> Source:
    def join(cells: Cells) -> str:
        values = [unwrapped(cells[at]) for at in places_]
        if not any(values):
            return ""
        if mangled := next((value for value in values if is_mangled(value)), None):
            raise ValueError(f"has {shorten(mangled)}, which a spreadsheet made of another text")
        text = "".join(part for pair in zip(literals, [*values, ""], strict=True) for part in pair)
        return " ".join(text.split())

    return join


def _missing_address(columns: tuple[str, ...]) -> str:
    return (
        f"address is required, and no column has its name: map it to one of {list_names(columns)}, "
        "or to several of them as in address={number} {street}"
    )
