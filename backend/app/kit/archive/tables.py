"""Archive format of table rows: lines of JSON with the same bytes from every kind of store.

A line of a record table is the stored document itself, in order of creation. A line of a typed table is an object of
its columns, ordered by its number, or otherwise by its key in byte order.
"""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any, Literal, NamedTuple

from sqlalchemy import Double, Integer, Table, column, func, select
from sqlalchemy.sql.elements import ColumnElement

from backend.app.kit import strict_json
from backend.app.kit.db.sql import Query, bytewise, doc_text, metadata
from backend.app.kit.errors import BadInput
from backend.app.kit.fields import Record, fault_of_document
from backend.app.kit.lists.tags import tags_of as document_tags
from backend.app.kit.records import RecordTable

Kind = Literal["documents", "rows"]
Row = tuple[Any, ...]

DOC = "doc"
NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")
"""Valid name of a table or a column."""

MAX_LINE = 64_000_000
"""Maximum bytes of a line. It is far above what a request can carry."""


class BadArchive(BadInput):
    """The input is not what it claims to be, or is incomplete. The sentence says where."""


@dataclass(frozen=True, slots=True)
class Shape:
    """Serialized form of a table.

    `key`: the field of a document, or the columns of a row, that identify it.
    """

    kind: Kind
    key: tuple[str, ...]
    columns: tuple[str, ...]


class CheckedLine(NamedTuple):
    """Content of a line. `fault` is a reason why it is not valid, although it can be stored."""

    found: dict[str, Any]
    fault: str | None


class ArchiveTable:
    """A table in the current schema, with methods to query it and to check its lines.

    `file`: its name in a directory of JSON files. `model`: the record class of a record table.
    """

    def __init__(self, table: Table, file: str, shape: Shape, records: RecordTable[Any] | None = None) -> None:
        self.name, self.table, self.file, self.shape, self.records = table.name, table, file, shape, records
        self.model: type[Record] | None = records.model if records else None
        self.tagged = records is not None and records.tags is not None
        self._types = {each.name: (_python_type(each.type), each.nullable) for each in table.columns}
        self.count = Query(select(func.count()).select_from(table))

    def query(self, columns: Sequence[str]) -> Query:
        """Return the query for all rows, in archive order."""
        if self.shape.kind == "documents":
            c = self.table.c
            return Query(select(c.id, doc_text(c.doc)).select_from(self.table).order_by(c.seq))
        keys = [self.table.c[name] for name in self.shape.key]
        order = [key if isinstance(key.type, Integer) else bytewise(key) for key in keys]
        return Query(select(*(_column(self.table, name) for name in columns)).order_by(*order))

    def check(self, line: bytes) -> CheckedLine:
        """Parse a line, and check whether it is valid in this version.

        Raises BadInput for a line that cannot be stored and read back unchanged.
        """
        try:
            found = strict_json.parse(line)
        except BadInput as error:
            return self._check_stored(line, error)
        return self._checked(found, line)

    def _check_stored(self, line: bytes, error: BadInput) -> CheckedLine:
        """Check a line that would be refused as input, but that a database can store."""
        try:
            found = self._checked(strict_json.on_file(line, infinite=self.model is None), line)
        except BadInput:
            raise error from None
        return CheckedLine(found.found, error.detail.replace("the body", "it"))

    def _checked(self, found: strict_json.Json, line: bytes) -> CheckedLine:
        if not isinstance(found, dict):
            raise BadInput("it is not a JSON object")
        if self.model is None:
            return CheckedLine(found, self._check_row(found, line))
        if not isinstance(found.get(self.shape.key[0]), str):
            raise BadInput(f"it has no {self.shape.key[0]}")
        return CheckedLine(found, fault_of_document(self.model, found))

    def _check_row(self, found: dict[str, Any], line: bytes) -> str | None:
        if tuple(found) != self.shape.columns:
            raise BadInput(f"its columns are not {', '.join(self.shape.columns)}")
        fault = None
        for name, value in found.items():
            kind, nullable = self._types[name]
            if type(value) is int and not -(2**63) <= value < 2**63:
                raise BadInput(f"{name} must be an integer within 64 bits")
            if (type(value) is kind and not _is_infinite(value)) or (value is None and nullable):
                continue
            sentence = f"{name} must be {_KINDS[kind]}"
            if name in self.shape.key or not _is_stored_unchanged(value, kind):
                raise BadInput(sentence)
            fault = fault or sentence
        if row_line(found) != line:
            raise BadInput("it is not written as this version writes it")
        return fault


def _is_infinite(value: Any) -> bool:
    return isinstance(value, float) and not isfinite(value)


def _is_stored_unchanged(value: Any, kind: type[Any]) -> bool:
    """Return whether a SQLite column keeps a value of another type.

    SQLite converts text that looks like the column type.
    """
    if isinstance(value, float):
        return kind is float or (kind is int and not value.is_integer())
    if not isinstance(value, str) or kind is str:
        return False
    try:
        float(value)
    except ValueError:
        return True
    return False


UNREADABLE = "unreadable"
"""Field of a placeholder document with the original text of an unreadable document."""


def archive_line(key: str, record_id: str, doc: Any) -> bytes:
    """Return the archive line of a document: the stored bytes if they are JSON with the record's id.

    Otherwise, return a placeholder with the record's id and the text in a field, because lines are identified by
    id. Line breaks within a document are replaced with spaces.
    """
    raw = doc.encode("utf-8", "surrogateescape") if isinstance(doc, str) else doc
    raw = raw if isinstance(raw, bytes) else str(raw).encode()
    try:
        found = strict_json.on_file(raw)
    except BadInput:
        found = None
    if isinstance(found, dict) and found.get(key) == record_id:
        return raw.replace(b"\n", b" ")
    return row_line({key: record_id, UNREADABLE: raw.decode("utf-8", "backslashreplace").replace("\0", "\\0")})


def _column(table: Table, name: str) -> ColumnElement[Any]:
    """Return a column, including one of an older schema that this version does not define."""
    return table.c[name] if name in table.c else column(name)


_KINDS = {str: "a text", int: "an integer", float: "a number with a decimal point"}


def _python_type(kind: object) -> type[int] | type[str] | type[float]:
    if isinstance(kind, Integer):
        return int
    return float if isinstance(kind, Double) else str


def of_records(records: RecordTable[Any]) -> ArchiveTable:
    return ArchiveTable(records.table, records.file, Shape("documents", (records.key,), (DOC,)), records)


def of_rows(name: str, file: str) -> ArchiveTable:
    """Return the ArchiveTable of a typed table, by name."""
    table = metadata.tables[name]
    key = tuple(each.name for each in table.primary_key.columns)
    return ArchiveTable(table, file, Shape("rows", key, tuple(each.name for each in table.columns)))


def row_line(fields: dict[str, Any]) -> bytes:
    return as_json(fields).encode("utf-8", "backslashreplace")


def as_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=_as_text)


def _as_text(value: object) -> str:
    """Return bytes that someone stored in a SQLite text column, decoded as text."""
    return value.decode("utf-8", "backslashreplace") if isinstance(value, bytes) else str(value)


def lines_of(shape: Shape, rows: Iterable[Row]) -> list[bytes]:
    """Return the lines for rows of the table's query."""
    if shape.kind == "documents":
        return [archive_line(shape.key[0], *row) for row in rows]
    return [row_line(dict(zip(shape.columns, row, strict=True))) for row in rows]


def rows_of(shape: Shape, lines: Iterable[bytes], after: int) -> tuple[tuple[str, ...], list[Row]]:
    """Return the column names and a row of values for each line. Documents are numbered from `after` + 1."""
    if shape.kind == "rows":
        return shape.columns, [tuple(json.loads(line).values()) for line in lines]
    key = shape.key[0]
    rows = [(seq, _read(line)[key], line.decode()) for seq, line in enumerate(lines, after + 1)]
    return ("seq", "id", DOC), rows


def tags_of(lines: Iterable[bytes], after: int) -> list[Row]:
    """Return (tag, document number) for each tag of these documents."""
    return [(tag, seq) for seq, line in enumerate(lines, after + 1) for tag in document_tags(_read(line))]


def _read(line: bytes) -> dict[str, Any]:
    found = strict_json.on_file(line)
    if not isinstance(found, dict):
        raise BadInput("it is not a JSON object")
    return found
