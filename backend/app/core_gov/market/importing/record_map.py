"""Record maps: descriptions of foreign records, validated and compiled to functions.

A description has the same form in mapping files (TOML) and built-in profiles (`profiles.py`):

    name, country, currency     the source's name; the market's country and currency
    key = ["id", "@close_date"] columns that identify a record, or with @ our own fields
    nulls, date_format          additional words for "unknown"; format of dates, as for strptime
    only = {Column = ["Closed"]}   records with another value there are passed over
    [columns] field = "Column", "{Template} {of columns}", or a table with one of
        column, first = [sources], sum = [sources], year (with month and day, each a source)
        and conversions: unit, unit_column, values, times, date_format, optional; width = 10 restores the leading
        zeros of a parcel number that some program parsed as a number
    [constants] field = value
"""

import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NoReturn

from backend.app.core_gov.market.importing import converters
from backend.app.core_gov.market.importing.area_units import SQFT, unit_of
from backend.app.core_gov.market.importing.converters import Converter, is_null
from backend.app.core_gov.market.importing.record_fields import (
    Notes,
    Raw,
    Read,
    converted,
    day_of_parts,
    first,
    folded,
    in_sqft,
    of_column,
    scaled,
    total,
    translated,
)
from backend.app.kit.data_files.cells import NULL_WORDS
from backend.app.kit.data_files.column_mapping import read_fields
from backend.app.kit.errors import BadInput
from backend.app.kit.strict_json import check_text
from backend.app.kit.text import list_names, shorten

CONVERTERS: Mapping[str, Converter] = {
    "money": converters.money,
    "day": converters.day,
    "number": converters.number,
    "area": converters.number,
    "measure": converters.measure,
    "year": converters.year,
    "text": converters.text,
    "word": converters.word,
}

_AMOUNTS = frozenset({"money", "number", "area", "measure"})
_IN_BRACES = re.compile(r"\{([^{}]*)\}")
_SOURCES = ("column", "first", "sum", "year")
MAX_NAME = 200
_TOP = frozenset({"name", "country", "currency", "key", "nulls", "date_format", "only", "columns", "constants"})
_OPTIONS = frozenset({"unit", "unit_column", "values", "times", "width", "date_format", "optional"})


class PassedOver(BadInput):
    """Record that is not wanted, such as a listing that has not closed."""


@dataclass(frozen=True, slots=True)
class RecordMap:
    """Compiled description, ready for use on records.

    `columns` are all columns that it names, `needed` those that a file must have.
    """

    name: str
    country: str | None
    currency: str | None
    key: tuple[str, ...]
    only: Mapping[str, frozenset[str]]
    reads: Mapping[str, Read]
    constants: Mapping[str, Any]
    columns: frozenset[str]
    needed: Mapping[str, str]
    nulls: frozenset[str] = field(default=NULL_WORDS)

    def fields(self, raw: Raw) -> tuple[dict[str, Any], Notes]:
        """Return field values and notes. Raises PassedOver if the record is not wanted, BadInput naming each fault."""
        for column, wanted in self.only.items():
            value = converters.text_of("" if raw.get(column) is None else raw[column])
            if column in raw and folded(value) not in wanted:
                raise PassedOver(f"{column} is {shorten(value) if value else 'empty'}")
        notes = Notes()
        return read_fields(self.constants, self.reads, raw, notes), notes

    def check_columns(self, columns: Iterable[str], called: str) -> None:
        """Raise BadInput if needed columns are missing, which usually means that it is the wrong file."""
        existing = set(columns)
        for column, name in self.needed.items():
            if column not in existing:
                raise BadInput(
                    f"{called} has no column {column}, which {self.name} needs for {name}; "
                    f"its columns are {list_names(sorted(existing))}"
                )


def compile_map(
    given: Mapping[str, Any], kinds: Mapping[str, str], required: Iterable[str], called: str, *, lenient: bool = False
) -> RecordMap:
    """Validate and compile a description for fields of given kinds. Raises BadInput.

    `called` names the description in messages. If `lenient`, only the columns of required fields are needed.
    """
    return _MapCompiler(given, kinds, frozenset(required), called, lenient=lenient).compiled()


class _MapCompiler:
    """Validates a description and compiles it. Every error names the description and the field."""

    def __init__(
        self,
        given: Mapping[str, Any],
        kinds: Mapping[str, str],
        required: frozenset[str],
        called: str,
        *,
        lenient: bool,
    ) -> None:
        self.given, self.kinds, self.required, self.called, self.lenient = given, kinds, required, called, lenient
        self.columns: set[str] = set()
        self.needed: dict[str, str] = {}
        self.name = self._text("name") or called.removesuffix(".toml")
        self._check_name()
        self.nulls = NULL_WORDS | {_checked_text(word, f"{called}: nulls").casefold() for word in self._list("nulls")}
        self.form = self._text("date_format")
        if self.form is not None:
            self._check_form(self.form, "")

    def compiled(self) -> RecordMap:
        self._check_keys(self.given, _TOP, self.called)
        reads = {name: self._field(name, spec) for name, spec in self._table("columns").items()}
        constants = {name: self._constant(name, value) for name, value in self._table("constants").items()}
        if both := reads.keys() & constants.keys():
            self._refuse(f"{min(both)} has both a column and a constant")
        if missing := self.required - reads.keys() - constants.keys():
            self._refuse(f"{min(missing)} needs a column in [columns]")
        key = tuple(_checked_text(each, f"{self.called}: key") for each in self._list("key"))
        for each in key:
            self._key(each)
        return RecordMap(
            self.name,
            self._text("country"),
            self._text("currency"),
            key,
            dict(self._only()),
            reads,
            constants,
            frozenset(self.columns),
            self.needed,
            self.nulls,
        )

    # Parts of a description

    def _key(self, name: str) -> None:
        if not name.startswith("@"):
            self._use(name, "key", needed=not self.lenient)
        elif name[1:] not in self.kinds:
            self._refuse(f"key: {name[1:]} is not a field; the fields are {', '.join(self.kinds)}")

    def _only(self) -> Iterator[tuple[str, frozenset[str]]]:
        for column, values in self._table("only").items():
            if not isinstance(values, list) or not values:
                self._refuse(f"only.{column} must be a list of the values to import")
            self._use(column, "status", needed=not self.lenient)
            yield column, frozenset(folded(converters.text_of(value)) for value in values)

    def _field(self, name: str, spec: Any) -> Read:
        if name not in self.kinds:
            self._refuse(f"{name} is not a field; the fields are {', '.join(self.kinds)}")
        return self._source(name, spec, needed=True)

    def _source(self, name: str, spec: Any, *, needed: bool) -> Read:
        """Return the reader of a field, or of a part of it."""
        if isinstance(spec, str):
            spec = {"column": spec}
        if not isinstance(spec, dict):
            self._refuse(f'{name} must be a column\'s name or a table such as {{ column = "Price" }}')
        self._check_keys(spec, _OPTIONS | {*_SOURCES, "month", "day"}, f"{self.called}: {name}")
        kinds = [each for each in _SOURCES if each in spec]
        if len(kinds) != 1:
            self._refuse(f"{name} needs one of column, first, sum and year, and has {' and '.join(kinds) or 'none'}")
        needed = needed and not spec.get("optional", False) and (name in self.required or not self.lenient)
        match kinds[0]:
            case "column":
                return self._column(name, spec, needed=needed)
            case "first":
                return first([self._source(name, part, needed=False) for part in self._parts(name, spec, "first")])
            case "sum":
                if self.kinds[name] not in _AMOUNTS:
                    self._refuse(f"{name} cannot be a sum: it is {_PHRASES[self.kinds[name]]}")
                parts = self._parts(name, spec, "sum")
                return total([self._source(name, part, needed=needed and not at) for at, part in enumerate(parts)])
            case _:
                return self._month(name, spec, needed=needed)

    def _parts(self, name: str, spec: Mapping[str, Any], word: str) -> list[Any]:
        parts = spec[word]
        if not isinstance(parts, list) or not parts:
            self._refuse(f"{name}: {word} must be a list of columns")
        return list(parts)

    def _month(self, name: str, spec: Mapping[str, Any], *, needed: bool) -> Read:
        if self.kinds[name] != "day" or "month" not in spec:
            self._refuse(f"{name}: year and month go together, and only in a date")
        parts = {}
        for part in ("year", "month", "day"):
            if part in spec:
                inner = {"column": spec[part]} if isinstance(spec[part], str) else spec[part]
                parts[part] = self._column(name, inner, needed=needed, convert=converters.number)
        return day_of_parts(name, parts)

    def _column(self, name: str, spec: Mapping[str, Any], *, needed: bool, convert: Converter | None = None) -> Read:
        text = _checked_text(spec.get("column"), f"{self.called}: {name}")
        convert = self._times(name, spec, convert or self._converter(name, spec))
        if "{" in text:
            read = converted(self._template(name, text, needed=needed), convert)
        else:
            self._use(text, name, needed=needed)
            read = of_column(text, self.nulls, convert)
        return read if self.kinds[name] != "area" else self._area(name, spec, read)

    def _times(self, name: str, spec: Mapping[str, Any], convert: Converter) -> Converter:
        if "times" not in spec:
            return convert
        times = spec["times"]
        finite = isinstance(times, int | float) and not isinstance(times, bool) and math.isfinite(times)
        if not finite or self.kinds[name] not in _AMOUNTS:
            self._refuse(f"{name}: times must be a number, and the field an amount, an area or a number")
        return lambda value: scaled(convert(value), times)

    def _area(self, name: str, spec: Mapping[str, Any], read: Read) -> Read:
        try:
            unit = unit_of(_checked_text(spec.get("unit", SQFT), f"{self.called}: {name}: unit"))
        except ValueError as error:
            self._refuse(f"{name} {error}")
        by = None
        if "unit_column" in spec:
            by = self._cell(name, _checked_text(spec["unit_column"], f"{self.called}: {name}"), needed=not self.lenient)
        return in_sqft(name, read, unit, by)

    def _converter(self, name: str, spec: Mapping[str, Any]) -> Converter:
        kind = self.kinds[name]
        convert = CONVERTERS[kind]
        for option, of_kind in (("unit", "area"), ("unit_column", "area"), ("date_format", "day"), ("width", "text")):
            if option in spec and kind != of_kind:
                self._refuse(f"{name} cannot have {option}: it is {_PHRASES[kind]}")
        form = spec.get("date_format", self.form)
        if kind == "day" and form is not None:
            form = _checked_text(form, f"{self.called}: {name}: date_format")
            self._check_form(form, f"{name}: ")
            convert = converters.day_written(form)
        if "width" in spec:
            convert = converters.text_of_width(self._width(name, spec["width"]))
        if "values" not in spec:
            return convert
        values = spec["values"]
        if not isinstance(values, dict) or not values:
            self._refuse(f"{name}: values must be a table from words to values")
        return translated({folded(word): self._constant(name, value) for word, value in values.items()}, convert)

    def _check_form(self, form: str, where: str) -> None:
        try:
            converters.check_date_format(form)
        except ValueError as error:
            self._refuse(f"{where}date_format {error}")

    def _check_name(self) -> None:
        """Raise BadInput unless the name is short and printable: it is stored with every record."""
        check_text(self.name, f"{self.called}: name")
        if len(self.name) > MAX_NAME or not self.name.isprintable():
            self._refuse(f"name must be one line of at most {MAX_NAME} characters")

    def _width(self, name: str, width: Any) -> int:
        if type(width) is not int or not 1 <= width <= 100:
            self._refuse(f"{name}: width must be a whole number from 1 to 100")
        return int(width)

    def _cell(self, name: str, column: str, *, needed: bool) -> Callable[[Raw], Any]:
        self._use(column, name, needed=needed)
        nulls = self.nulls

        def read(raw: Raw) -> Any:
            value = raw.get(column)
            return None if is_null(value, nulls) else value

        return read

    def _template(self, name: str, text: str, *, needed: bool) -> Callable[[Raw], Any]:
        parts = _IN_BRACES.split(text)
        reads = [self._cell(name, column.strip(), needed=needed and not at) for at, column in enumerate(parts[1::2])]
        if not reads:
            self._refuse(f"{name}: {text} has an unclosed brace")
        literals = parts[::2]

        def join(raw: Raw) -> str | None:
            values = ["" if (value := read(raw)) is None else converters.text_of(value) for read in reads]
            if not any(values):
                return None
            return "".join(part for pair in zip(literals, [*values, ""], strict=True) for part in pair).strip()

        return join

    def _constant(self, name: str, value: Any) -> Any:
        if name not in self.kinds:
            self._refuse(f"{name} is not a field; the fields are {', '.join(self.kinds)}")
        try:
            return None if value == "" else CONVERTERS[self.kinds[name]](value)
        except ValueError as error:
            self._refuse(f"{name} {error}")

    def _use(self, column: str, name: str, *, needed: bool) -> None:
        self.columns.add(column)
        if needed:
            self.needed.setdefault(column, name)

    # Typed values of a description

    def _text(self, name: str) -> str | None:
        return _checked_text(self.given[name], f"{self.called}: {name}") if name in self.given else None

    def _list(self, name: str) -> list[Any]:
        found = self.given.get(name, [])
        if not isinstance(found, list):
            self._refuse(f"{name} must be a list")
        return list(found)

    def _table(self, name: str) -> dict[str, Any]:
        found = self.given.get(name, {})
        if not isinstance(found, dict):
            self._refuse(f"{name} must be a table")
        return dict(found)

    def _check_keys(self, table: Mapping[str, Any], known: Iterable[str], where: str) -> None:
        for name in table:
            if name not in known:
                raise BadInput(f"{where}: {name} is not a known key; the keys here are {', '.join(sorted(known))}")

    def _refuse(self, sentence: str) -> NoReturn:
        raise BadInput(f"{self.called}: {sentence}")


_PHRASES = {
    "money": "an amount", "day": "a day", "number": "a number", "area": "an area", "measure": "a number",
    "year": "a year", "text": "a text", "word": "a word",
}  # fmt: skip


def _checked_text(value: Any, where: str) -> str:
    if not isinstance(value, str) or not value.strip():
        raise BadInput(f"{where} must be a nonempty text")
    return value
