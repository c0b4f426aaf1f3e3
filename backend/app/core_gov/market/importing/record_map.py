"""Record maps: descriptions of foreign records, validated and compiled to functions.

A description has the same form in mapping files (TOML) and built-in profiles (`profiles.py`):

    name, country, currency     the source's name; the market's country and currency
    key = ["id", "@close_date"] columns that identify a record, or with @ our own fields
    nulls, date_format          additional words for "unknown"; format of dates, as for strptime, or several
    crs = "EPSG:2926"           coordinate system, if latitude and longitude are columns of its y and x
    encoding, skip              encoding of a text file that is not UTF-8; number of lines before its header
    decimal = ","               decimal mark of all numbers (`cells.number` has the rule without it)
    only = {Column = ["Closed"]}   records with another value there are passed over
    [columns] field = "Column", "{Template} {of columns}", or a table with one of
        column, first = [sources], sum = [sources], join = [columns], year (with month and day, each a source, or
        month = 6 for a year alone), age (a year, from that of the sale), constant
        and conversions: unit, unit_column, values, times, date_format, decimal, optional; width = 10 restores the
        leading zeros of a parcel number that some program parsed as a number
    [constants] field = value
    [extra] name = "Column", or a table as in [columns], with categorical = true for texts; of sales only
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from backend.app.core_gov.market.importing import converters
from backend.app.core_gov.market.importing.extra_fields import ExtraCompiler
from backend.app.core_gov.market.importing.map_fields import FieldCompiler, checked_text
from backend.app.core_gov.market.importing.projection import Projection, projection
from backend.app.core_gov.market.importing.record_fields import Notes, Raw, Read, constant_value, folded
from backend.app.kit.data_files.cells import NULL_WORDS
from backend.app.kit.data_files.column_mapping import read_fields
from backend.app.kit.data_files.csv_table import CsvTable, header_line
from backend.app.kit.data_files.table_file import TableFile
from backend.app.kit.data_files.text_layout import MAX_SKIP, TextLayout, known_encoding
from backend.app.kit.errors import BadInput, Fault
from backend.app.kit.strict_json import check_text
from backend.app.kit.text import list_names, shorten

MAX_NAME = 200
_COORDINATES = frozenset({"latitude", "longitude"})
_TOP = frozenset({
    "name", "country", "currency", "key", "nulls", "date_format", "decimal", "only", "columns", "constants",
    "encoding", "skip", "crs",
})  # fmt: skip


class PassedOver(BadInput):
    """Record that is not wanted, such as a listing that has not closed."""


@dataclass(frozen=True, slots=True)
class RecordMap:
    """Compiled description, ready for use on records.

    `columns` are all columns that it names, `needed` those that a file must have. `required` are the fields without
    which there is no record. `identifying` are the columns of keys, parcel and deed numbers, `address_parts` those of
    house and unit numbers. `not_wanted` returns the reason why a record is passed over, or None, from the columns
    `consulted`. `unit_column` has the unit of an address that does not name it. `layout` is that of its text files,
    `projection` that of its coordinates if they are not degrees. `extra` are the further columns for the model. `uses`
    has the columns that each of `reads` reads.
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
    required: frozenset[str] = frozenset()
    identifying: frozenset[str] = frozenset()
    address_parts: frozenset[str] = frozenset()
    not_wanted: Callable[[Raw], str | None] | None = None
    consulted: frozenset[str] = frozenset()
    unit_column: str | None = None
    layout: TextLayout = field(default_factory=TextLayout)
    projection: Projection | None = None
    extra: Mapping[str, Read] = field(default_factory=dict)
    uses: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def fields(self, raw: Raw, left_out: list[Fault] | None = None) -> tuple[dict[str, Any], Notes]:
        """Return field values and notes. Raises PassedOver if the record is not wanted, BadInput naming each fault.

        With `left_out`, faults of fields that are not required are added to it, and the record is kept without them.
        """
        for column, wanted in self.only.items():
            value = converters.text_of("" if raw.get(column) is None else raw[column])
            if column in raw and folded(value) not in wanted:
                raise PassedOver(f"{column} is {shorten(value) if value else 'empty'}")
        if self.not_wanted is not None and (reason := self.not_wanted(raw)):
            raise PassedOver(reason)
        notes = Notes()
        found = read_fields(self.constants, self.reads, raw, notes, required=self.required, left_out=left_out)
        if self.projection is not None:
            _to_degrees(found, self.projection, notes, left_out)
        return found, notes

    def check_table(self, table: TableFile) -> None:
        """Raise BadInput if a file lacks needed columns, with the option that helps if a later line has them."""
        try:
            self.check_columns(table.columns, table.path.name)
        except BadInput as error:
            line = header_line(table, self.needed) if isinstance(table, CsvTable) and self.needed else None
            if line is None:
                raise
            raise BadInput(f"{error.detail}; line {line + 1} has them: set skip = {line} in the mapping file") from None

    def check_columns(self, columns: Iterable[str], called: str) -> None:
        """Raise BadInput if needed columns are missing, which usually means that it is the wrong file."""
        existing = set(columns)
        for column, name in self.needed.items():
            if column not in existing:
                raise BadInput(
                    f"{called} has no column {column}, which {self.name} needs for {name}; "
                    f"its columns are {list_names(sorted(existing))}"
                )


def _to_degrees(fields: dict[str, Any], projection: Projection, notes: Notes, left_out: list[Fault] | None) -> None:
    """Replace projected coordinates by degrees. A point that cannot be is a fault."""
    x, y = fields.get("longitude"), fields.get("latitude")
    if x is None or y is None:
        return
    try:
        fields["latitude"], fields["longitude"] = projection.point(x, y)
        notes["latitude"] = notes["longitude"] = projection.code
    except ValueError as error:
        fields["latitude"] = fields["longitude"] = None
        fault = Fault("coordinates", f"{error}")
        if left_out is None:
            raise BadInput.of([fault]) from None
        left_out.append(fault)


def compile_map(
    given: Mapping[str, Any], kinds: Mapping[str, str], required: Iterable[str], called: str, *, lenient: bool = False
) -> RecordMap:
    """Validate and compile a description for fields of given kinds. Raises BadInput.

    `called` names the description in messages. If `lenient`, only the columns of required fields are needed.
    """
    return _MapCompiler(given, kinds, frozenset(required), called, lenient=lenient).compiled()


class _MapCompiler(FieldCompiler):
    """Validates a description and compiles it."""

    def __init__(
        self,
        given: Mapping[str, Any],
        kinds: Mapping[str, str],
        required: frozenset[str],
        called: str,
        *,
        lenient: bool,
    ) -> None:
        if "crs" in given:
            kinds = {**kinds, **dict.fromkeys(_COORDINATES & kinds.keys(), "number")}
        super().__init__(kinds, required, called, lenient=lenient)
        self.given = given
        self.name = self._text("name") or called.removesuffix(".toml")
        self._check_name()
        self.nulls = NULL_WORDS | {checked_text(word, f"{called}: nulls").casefold() for word in self._list("nulls")}
        self.forms = self.date_formats(given, "")
        self.decimal = self.decimal_mark(given, "")

    def compiled(self) -> RecordMap:
        self.check_keys(self.given, _TOP | ({"extra"} if "close_date" in self.kinds else set()), self.called)
        uses: dict[str, frozenset[str]] = {}
        reads = {name: self._field(name, spec, uses) for name, spec in self._table("columns").items()}
        uses |= {name: uses[name] | uses.get("close_date", frozenset()) for name in self.of_ages}
        constants = {name: self.constant(name, value) for name, value in self._table("constants").items()}
        self.reads = {name: constant_value(value) for name, value in constants.items()} | reads
        if both := reads.keys() & constants.keys():
            self.refuse(f"{min(both)} has both a column and a constant")
        if missing := self.required - reads.keys() - constants.keys():
            self.refuse(f"{min(missing)} needs a column in [columns]")
        key = tuple(checked_text(each, f"{self.called}: key") for each in self._list("key"))
        for each in key:
            self._key(each)
        extra = self._extra()
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
            self.required | {"currency"},
            frozenset(self.identifying),
            frozenset(self.address_parts),
            layout=self._layout(),
            projection=self._projection(),
            extra=extra,
            uses=uses,
        )

    def _field(self, name: str, spec: Any, uses: dict[str, frozenset[str]]) -> Read:
        """Compile a field, and note the columns that it reads."""
        before, self.columns = self.columns, set()
        read = self.field(name, spec)
        uses[name] = frozenset(self.columns)
        self.columns |= before
        return read

    # Parts of a description

    def _key(self, name: str) -> None:
        if not name.startswith("@"):
            self.use(name, "key", needed=not self.lenient)
            self.identifying.add(name)
        elif name[1:] not in self.kinds:
            self.refuse(f"key: {name[1:]} is not a field; the fields are {', '.join(self.kinds)}")

    def _only(self) -> Iterator[tuple[str, frozenset[str]]]:
        for column, values in self._table("only").items():
            if not isinstance(values, list) or not values:
                self.refuse(f"only.{column} must be a list of the values to import")
            self.use(column, "status", needed=not self.lenient)
            yield column, frozenset(folded(converters.text_of(value)) for value in values)

    def _check_name(self) -> None:
        """Raise BadInput unless the name is short and printable: it is stored with every record."""
        check_text(self.name, f"{self.called}: name")
        if len(self.name) > MAX_NAME or not self.name.isprintable():
            self.refuse(f"name must be one line of at most {MAX_NAME} characters")

    def _layout(self) -> TextLayout:
        encoding, skip = self._text("encoding"), self.given.get("skip", 0)
        if type(skip) is not int or not 0 <= skip <= MAX_SKIP:
            self.refuse(f"skip must be the number of lines before the header, from 0 to {MAX_SKIP:,}")
        try:
            return TextLayout(None if encoding is None else known_encoding(encoding), skip)
        except ValueError as error:
            self.refuse(f"encoding {error}")

    def _extra(self) -> dict[str, Read]:
        compiler = ExtraCompiler(self._table("extra"), self.kinds, self)
        found = compiler.compiled()
        self.columns |= compiler.columns
        for column, name in compiler.needed.items():
            self.needed.setdefault(column, f"extra.{name}")
        return found

    def _projection(self) -> Projection | None:
        code = self._text("crs")
        if code is None:
            return None
        if not self.reads.keys() >= _COORDINATES:
            self.refuse("crs needs columns for longitude (its x, the easting) and latitude (its y, the northing)")
        try:
            return projection(code)
        except ValueError as error:
            self.refuse(f"crs {error}")

    # Typed values of a description

    def _text(self, name: str) -> str | None:
        return checked_text(self.given[name], f"{self.called}: {name}") if name in self.given else None

    def _list(self, name: str) -> list[Any]:
        found = self.given.get(name, [])
        if not isinstance(found, list):
            self.refuse(f"{name} must be a list")
        return list(found)

    def _table(self, name: str) -> dict[str, Any]:
        found = self.given.get(name, {})
        if not isinstance(found, dict):
            self.refuse(f"{name} must be a table")
        return dict(found)
