"""Compilation of the fields of a record map: each description becomes a function that reads a record."""

import math
import re
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any, NoReturn

from backend.app.core_gov.market.importing import area_units, converters, counts, dates
from backend.app.core_gov.market.importing.area_units import SQFT, unit_of
from backend.app.core_gov.market.importing.converters import Converter, is_null
from backend.app.core_gov.market.importing.record_fields import (
    Notes,
    Raw,
    Read,
    constant_value,
    converted,
    day_of_parts,
    first,
    folded,
    in_currency,
    in_sqft,
    joined,
    of_column,
    scaled,
    total,
    translated,
    year_of_age,
)
from backend.app.core_gov.market.importing.spreadsheet_marks import is_mangled
from backend.app.kit.data_files import cells
from backend.app.kit.data_files.cells import NULL_WORDS
from backend.app.kit.errors import BadInput
from backend.app.kit.text import shorten

CONVERTERS: Mapping[str, Converter] = {
    "money": converters.money,
    "day": dates.day,
    "number": converters.number,
    "count": counts.count,
    "bedrooms": counts.bedrooms,
    "bathrooms": counts.bathrooms,
    "degrees": counts.degrees,
    "area": area_units.area,
    "measure": converters.measure,
    "year": converters.year,
    "text": converters.text,
    "identifier": converters.identifier,
    "postal": converters.postal,
    "word": converters.word,
}

_COUNTS = frozenset({"number", "count", "bedrooms", "bathrooms", "degrees", "measure"})
_AMOUNTS = _COUNTS | {"money", "area"}
_ZERO_IS_UNKNOWN = frozenset({"area", "bathrooms"})
"""Kinds of fields whose first alternative is skipped if it is 0."""
_IN_BRACES = re.compile(r"\{([^{}]*)\}")
_SOURCES = ("column", "first", "sum", "year", "join", "age", "constant")
_OPTIONS = frozenset({"unit", "unit_column", "values", "times", "width", "date_format", "decimal", "optional"})
_KINDS_OF_OPTION: Mapping[str, frozenset[str]] = {
    "unit": frozenset({"area"}),
    "unit_column": frozenset({"area"}),
    "date_format": frozenset({"day"}),
    "width": frozenset({"text", "identifier"}),
    "decimal": _AMOUNTS,
}


class FieldCompiler:
    """Compiles the fields of one description. Every error names the description and the field.

    `identifying` collects the columns of keys, parcel and deed numbers, `address_parts` those of house and unit
    numbers.
    """

    def __init__(self, kinds: Mapping[str, str], required: frozenset[str], called: str, *, lenient: bool) -> None:
        self.kinds, self.required, self.called, self.lenient = kinds, required, called, lenient
        self.columns: set[str] = set()
        self.identifying: set[str] = set()
        self.address_parts: set[str] = set()
        self.needed: dict[str, str] = {}
        self.nulls = NULL_WORDS
        self.forms: tuple[str, ...] = ()
        self.decimal: str | None = None
        self.reads: dict[str, Read] = {}
        self.of_ages: set[str] = set()

    def field(self, name: str, spec: Any) -> Read:
        if name not in self.kinds:
            self.refuse(f"{name} is not a field; the fields are {', '.join(self.kinds)}")
        return self._source(name, spec, needed=True)

    def _source(self, name: str, spec: Any, *, needed: bool) -> Read:
        """Return the reader of a field, or of a part of it."""
        if isinstance(spec, str):
            spec = {"column": spec}
        if not isinstance(spec, dict):
            self.refuse(f'{name} must be a column\'s name or a table such as {{ column = "Price" }}')
        self.check_keys(spec, _OPTIONS | {*_SOURCES, "month", "day"}, f"{self.called}: {name}")
        kinds = [each for each in _SOURCES if each in spec]
        if len(kinds) != 1:
            known = "column, first, join" if self.kinds[name] == "text" else "column, first, sum and year"
            self.refuse(f"{name} needs one of {known}, and has {' and '.join(kinds) or 'none'}")
        needed = needed and not spec.get("optional", False) and (name in self.required or not self.lenient)
        match kinds[0]:
            case "column":
                return self._column(name, spec, needed=needed)
            case "first":
                reads = [self._source(name, part, needed=False) for part in self._parts(name, spec, "first")]
                return first(reads, zero_is_unknown=self.kinds[name] in _ZERO_IS_UNKNOWN)
            case "join":
                return self._join(name, self._parts(name, spec, "join"), needed=needed)
            case "age":
                return self._age(name, spec, needed=needed)
            case "constant":
                self.check_keys(spec, ("constant",), f"{self.called}: {name}")
                return constant_value(self.constant(name, spec["constant"]))
            case "sum":
                if self.kinds[name] not in _AMOUNTS:
                    self.refuse(f"{name} cannot be a sum: it is {_PHRASES[self.kinds[name]]}")
                parts = self._parts(name, spec, "sum")
                return total([self._source(name, part, needed=needed and not at) for at, part in enumerate(parts)])
            case _:
                return self._month(name, spec, needed=needed)

    def _parts(self, name: str, spec: Mapping[str, Any], word: str) -> list[Any]:
        parts = spec[word]
        if not isinstance(parts, list) or not parts:
            self.refuse(f"{name}: {word} must be a list of columns")
        return list(parts)

    def _age(self, name: str, spec: Mapping[str, Any], *, needed: bool) -> Read:
        """Return the reader of a year from an age at the sale."""
        if self.kinds[name] != "year" or "close_date" not in self.kinds:
            self.refuse(f"{name} cannot have age: it is for the years of a building that was sold")
        self.check_keys(spec, ("age", "optional"), f"{self.called}: {name}")
        self.of_ages.add(name)
        age = self._column(name, {"column": spec["age"]}, needed=needed, convert=converters.number)
        return year_of_age(name, age, self._sold)

    def _sold(self, raw: Raw, notes: Notes) -> Any:
        read = self.reads.get("close_date")
        return None if read is None else read(raw, notes)

    def _month(self, name: str, spec: Mapping[str, Any], *, needed: bool) -> Read:
        if self.kinds[name] != "day" or "month" not in spec:
            self.refuse(f"{name}: year and month go together, and only in a date; month may be a number from 1 to 12")
        stated = spec["month"] if type(spec["month"]) is int else None
        if stated is not None and (not 1 <= stated <= 12 or "day" in spec):
            self.refuse(f"{name}: month must be a column or a number from 1 to 12, and a number has no day")
        parts = {}
        for part in ("year", "month", "day"):
            if part in spec and not (part == "month" and stated is not None):
                inner = {"column": spec[part]} if isinstance(spec[part], str) else spec[part]
                parts[part] = self._column(name, inner, needed=needed, convert=converters.number)
        return day_of_parts(name, parts, stated)

    def _join(self, name: str, parts: list[Any], *, needed: bool) -> Read:
        if self.kinds[name] != "text":
            self.refuse(f"{name} cannot be joined: it is {_PHRASES[self.kinds[name]]}")
        reads = []
        for at, part in enumerate(parts):
            spec = {"column": part} if isinstance(part, str) else part
            if not isinstance(spec, dict):
                self.refuse(f"{name}: join must be a list of columns")
            self.check_keys(spec, {"column", "prefix"}, f"{self.called}: {name}: join")
            column = checked_text(spec.get("column"), f"{self.called}: {name}: join")
            prefix = checked_text(spec["prefix"], f"{self.called}: {name}: prefix") if "prefix" in spec else ""
            reads.append((self._part(name, column, needed=needed and not at), prefix))
        return converted(joined(reads), self._converter(name, {}))

    def _column(self, name: str, spec: Mapping[str, Any], *, needed: bool, convert: Converter | None = None) -> Read:
        text = checked_text(spec.get("column"), f"{self.called}: {name}")
        convert = self._times(name, spec, convert or self._converter(name, spec))
        if "{" in text:
            read = converted(self._template(name, text, needed=needed), convert)
        else:
            self.use(text, name, needed=needed)
            if self.kinds[name] == "identifier":
                self.identifying.add(text)
            read = of_column(text, self.nulls, convert)
        match self.kinds[name]:
            case "area":
                return self._area(name, spec, read)
            case "money":
                return in_currency(read)
            case _:
                return read

    def _times(self, name: str, spec: Mapping[str, Any], convert: Converter) -> Converter:
        if "times" not in spec:
            return convert
        times = spec["times"]
        finite = isinstance(times, int | float) and not isinstance(times, bool) and math.isfinite(times)
        if not finite or self.kinds[name] not in _AMOUNTS:
            self.refuse(f"{name}: times must be a number, and the field an amount, an area or a number")
        if self.kinds[name] == "area":
            return convert  # the area is multiplied once its unit is known
        return lambda value: scaled(convert(value), times)

    def _area(self, name: str, spec: Mapping[str, Any], read: Read) -> Read:
        try:
            unit = unit_of(checked_text(spec.get("unit", SQFT), f"{self.called}: {name}: unit"))
        except ValueError as error:
            self.refuse(f"{name} {error}")
        given = spec.get("unit_column", [])
        columns = given if isinstance(given, list) else [given]
        texts = [checked_text(column, f"{self.called}: {name}") for column in columns]
        by = [self._cell(name, text, needed=not self.lenient) for text in texts]
        return in_sqft(name, read, unit, by, spec.get("times", 1))

    def _converter(self, name: str, spec: Mapping[str, Any]) -> Converter:
        kind = self.kinds[name]
        convert: Any = area_units.stated_area if kind == "area" else CONVERTERS[kind]
        for option, kinds in _KINDS_OF_OPTION.items():
            if option in spec and kind not in kinds:
                self.refuse(f"{name} cannot have {option}: it is {_PHRASES[kind]}")
        decimal = self.decimal_mark(spec, f"{name}: ") or self.decimal
        if decimal is not None and kind in _AMOUNTS:
            convert = partial(convert, decimal=decimal)
        forms = self.date_formats(spec, f"{name}: ") or self.forms
        if kind == "day" and forms:
            convert = dates.day_written(forms)
        if "width" in spec:
            convert = converters.text_of_width(self._width(name, spec["width"]), convert)
        known: Converter = convert
        if "values" not in spec:
            return known
        values = spec["values"]
        if not isinstance(values, dict) or not values:
            self.refuse(f"{name}: values must be a table from words to values")
        return translated({folded(word): self.constant(name, value) for word, value in values.items()}, known)

    def decimal_mark(self, given: Mapping[str, Any], where: str) -> str | None:
        mark = given.get("decimal")
        if mark not in {None, ".", ","}:
            self.refuse(f'{where}decimal must be "." or ","')
        return mark

    def date_formats(self, given: Mapping[str, Any], where: str) -> tuple[str, ...]:
        """Return the date formats, one or a list; an empty tuple if none is stated."""
        if "date_format" not in given:
            return ()
        stated = given["date_format"]
        forms = stated if isinstance(stated, list) else [stated]
        if not 1 <= len(forms) <= dates.MAX_FORMATS:
            self.refuse(f"{where}date_format must have from 1 to {dates.MAX_FORMATS} formats")
        for form in forms:
            try:
                dates.check_date_format(checked_text(form, f"{self.called}: {where}date_format"))
            except BadInput:
                raise
            except ValueError as error:
                self.refuse(f"{where}date_format {error}")
        return tuple(forms)

    def _width(self, name: str, width: Any) -> int:
        if type(width) is not int or not 1 <= width <= 100:
            self.refuse(f"{name}: width must be a whole number from 1 to 100")
        return int(width)

    def _cell(self, name: str, column: str, *, needed: bool) -> Callable[[Raw], Any]:
        self.use(column, name, needed=needed)
        nulls = self.nulls

        def read(raw: Raw) -> Any:
            value = raw.get(column)
            return None if is_null(value, nulls) else value

        return read

    def _part(self, name: str, column: str, *, needed: bool) -> Callable[[Raw], Any]:
        """Return the reader of a part of a text. It raises ValueError for what a spreadsheet turned to a date."""
        cell = self._cell(name, column, needed=needed)
        if name == "address":
            self.address_parts.add(column)
        if self.kinds[name] == "identifier":
            self.identifying.add(column)

        def read(raw: Raw) -> Any:
            value = cell(raw)
            if isinstance(value, str) and is_mangled(value):
                raise ValueError(f"has {shorten(value)} in {column}, which a spreadsheet made of another text")
            return value

        return read

    def _template(self, name: str, text: str, *, needed: bool) -> Callable[[Raw], Any]:
        parts = _IN_BRACES.split(text)
        reads = [self._part(name, column.strip(), needed=needed and not at) for at, column in enumerate(parts[1::2])]
        if not reads:
            self.refuse(f"{name}: {text} has an unclosed brace")
        literals = parts[::2]

        def join(raw: Raw) -> str | None:
            known = [read(raw) for read in reads]
            values = ["" if value is None else cells.unwrapped(converters.text_of(value)) for value in known]
            if not any(values):
                return None
            return "".join(part for pair in zip(literals, [*values, ""], strict=True) for part in pair).strip()

        return join

    def constant(self, name: str, value: Any) -> Any:
        if name not in self.kinds:
            self.refuse(f"{name} is not a field; the fields are {', '.join(self.kinds)}")
        try:
            return None if value == "" else CONVERTERS[self.kinds[name]](value)
        except ValueError as error:
            self.refuse(f"{name} {error}")

    def use(self, column: str, name: str, *, needed: bool) -> None:
        self.columns.add(column)
        if needed:
            self.needed.setdefault(column, name)

    def check_keys(self, table: Mapping[str, Any], known: Iterable[str], where: str) -> None:
        for name in table:
            if name not in known:
                raise BadInput(f"{where}: {name} is not a known key; the keys here are {', '.join(sorted(known))}")

    def refuse(self, sentence: str) -> NoReturn:
        raise BadInput(f"{self.called}: {sentence}")


_PHRASES = {
    **dict.fromkeys(_COUNTS, "a number"),
    **dict.fromkeys(("text", "identifier", "postal"), "a text"),
    "money": "an amount",
    "day": "a day",
    "area": "an area",
    "year": "a year",
    "word": "a word",
}


def checked_text(value: Any, where: str) -> str:
    if not isinstance(value, str) or not value.strip():
        raise BadInput(f"{where} must be a nonempty text")
    return value
