"""How the rows of a table travel: as lines of JSON, the same bytes from whichever store they come.

A line of a record table is the stored document itself, in the order of creation. A line of a typed table is an object
of its columns, in the order of its number or, where it has none, of its key byte by byte.
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
from backend.app.kit.records import RecordTable, record_tags

Kind = Literal["documents", "rows"]
Row = tuple[Any, ...]

DOC = "doc"
NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")
"""What a table or a column may be called."""

MAX_LINE = 64_000_000
"""So many bytes a line may have; what a request can carry is a small part of it."""


class BadArchive(BadInput):
    """What was to be read is not what it says it is, or not whole; the sentence says where."""


@dataclass(frozen=True, slots=True)
class Shape:
    """How a table is written down.

    `key` is the field of a document, or the columns of a row, by which one is told from the others.
    """

    kind: Kind
    key: tuple[str, ...]
    columns: tuple[str, ...]


class Checked(NamedTuple):
    """What a line holds; `fault` is what is wrong with it, though it can be stored."""

    found: dict[str, Any]
    fault: str | None


class ArchiveTable:
    """A table as this version knows it: what it takes to write it down, to check its lines and to fill it.

    `file` is its name in a directory of JSON files; a table of records has their `model`.
    """

    def __init__(self, table: Table, file: str, shape: Shape, records: RecordTable[Any] | None = None) -> None:
        self.name, self.table, self.file, self.shape, self.records = table.name, table, file, shape, records
        self.model: type[Record] | None = records.model if records else None
        self.tagged = records is not None and records.tags is not None
        self._types = {each.name: (_python_type(each.type), each.nullable) for each in table.columns}
        self.count = Query(select(func.count()).select_from(table))

    def query(self, columns: Sequence[str]) -> Query:
        """Every row, in the order in which they travel."""
        if self.shape.kind == "documents":
            c = self.table.c
            return Query(select(c.id, doc_text(c.doc)).select_from(self.table).order_by(c.seq))
        keys = [self.table.c[name] for name in self.shape.key]
        order = [key if isinstance(key.type, Integer) else bytewise(key) for key in keys]
        return Query(select(*(_column(self.table, name) for name in columns)).order_by(*order))

    def check(self, line: bytes) -> Checked:
        """What the line holds, and in what it is not as this version would write it.

        Raises BadInput for a line that no store can be filled with and give back.
        """
        try:
            found = strict_json.parse(line)
        except BadInput as error:
            return self._check_looser(line, error)
        return self._checked(found, line)

    def _check_looser(self, line: bytes, error: BadInput) -> Checked:
        """The same for a line that would be refused if it came in, but that a database can keep."""
        try:
            found = self._checked(strict_json.on_file(line, infinite=self.model is None), line)
        except BadInput:
            raise error from None
        return Checked(found.found, error.detail.replace("the body", "it"))

    def _checked(self, found: strict_json.Json, line: bytes) -> Checked:
        if not isinstance(found, dict):
            raise BadInput("it is not a JSON object")
        if self.model is None:
            return Checked(found, self._check_row(found, line))
        if not isinstance(found.get(self.shape.key[0]), str):
            raise BadInput(f"it has no {self.shape.key[0]}")
        return Checked(found, fault_of_document(self.model, found))

    def _check_row(self, found: dict[str, Any], line: bytes) -> str | None:
        if tuple(found) != self.shape.columns:
            raise BadInput(f"its columns are not {', '.join(self.shape.columns)}")
        fault = None
        for name, value in found.items():
            kind, nullable = self._types[name]
            if (type(value) is kind and not _is_infinite(value)) or (value is None and nullable):
                continue
            sentence = f"{name} must be {_KINDS[kind]}"
            if name in self.shape.key or not _stays(value, kind):
                raise BadInput(sentence)
            fault = fault or sentence
        if row_line(found) != line:
            raise BadInput("it is not written as this version writes it")
        return fault


def _is_infinite(value: Any) -> bool:
    return isinstance(value, float) and not isfinite(value)


def _stays(value: Any, kind: type[Any]) -> bool:
    """Whether a column of SQLite gives back a value that is not of its kind; it converts what looks like its kind."""
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
"""The field of a stand-in that has the text of the document that it stands for."""


def carried(key: str, record_id: str, doc: Any) -> bytes:
    """The line that a document travels as: the stored bytes, whatever they say, if they are JSON with the record's id.

    For any other text a stand-in with the record's id travels that has the text in a field: a line is found by the id
    in it. A document written over several lines travels on one.
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
    """An older schema may have columns that this version does not know."""
    return table.c[name] if name in table.c else column(name)


_KINDS = {str: "a text", int: "an integer", float: "a number with a decimal point"}


def _python_type(kind: object) -> type[int] | type[str] | type[float]:
    if isinstance(kind, Integer):
        return int
    return float if isinstance(kind, Double) else str


def of_records(records: RecordTable[Any]) -> ArchiveTable:
    return ArchiveTable(records.table, records.file, Shape("documents", (records.key,), (DOC,)), records)


def of_rows(name: str, file: str) -> ArchiveTable:
    """A typed table, by its name."""
    table = metadata.tables[name]
    key = tuple(each.name for each in table.primary_key.columns)
    return ArchiveTable(table, file, Shape("rows", key, tuple(each.name for each in table.columns)))


def row_line(fields: dict[str, Any]) -> bytes:
    return as_json(fields).encode("utf-8", "backslashreplace")


def as_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=_as_text)


def _as_text(value: object) -> str:
    """Bytes that someone put into a column of SQLite, as the text that they are."""
    return value.decode("utf-8", "backslashreplace") if isinstance(value, bytes) else str(value)


def lines_of(shape: Shape, rows: Iterable[Row]) -> list[bytes]:
    """The lines of rows that the query of the table gave."""
    if shape.kind == "documents":
        return [carried(shape.key[0], *row) for row in rows]
    return [row_line(dict(zip(shape.columns, row, strict=True))) for row in rows]


def rows_of(shape: Shape, lines: Iterable[bytes], after: int) -> tuple[tuple[str, ...], list[Row]]:
    """The columns to fill, and a row of them for each line; documents are numbered on from `after`."""
    if shape.kind == "rows":
        return shape.columns, [tuple(json.loads(line).values()) for line in lines]
    key = shape.key[0]
    rows = [(seq, _read(line)[key], line.decode()) for seq, line in enumerate(lines, after + 1)]
    return ("seq", "id", DOC), rows


def tags_of(lines: Iterable[bytes], after: int) -> list[Row]:
    """The tag and the number of each tagging in these documents."""
    return [(tag, seq) for seq, line in enumerate(lines, after + 1) for tag in _tags(_read(line))]


def _read(line: bytes) -> dict[str, Any]:
    found = strict_json.on_file(line)
    if not isinstance(found, dict):
        raise BadInput("it is not a JSON object")
    return found


def _tags(fields: dict[str, Any]) -> list[str]:
    """The tags of a document, each once, whatever it has in their place."""
    found: Any = record_tags(fields)
    return list(dict.fromkeys(tag for tag in found if isinstance(tag, str))) if isinstance(found, list) else []
