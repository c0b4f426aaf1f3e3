"""How the rows of a table travel: as lines of JSON, the same bytes from whichever store they come.

A line of a record table is the stored document itself, in the order of creation. A line of a typed table is an object
of its columns, in the order of its number or, where it has none, of its key byte by byte.
"""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any, Literal

from pydantic import ValidationError
from sqlalchemy import Double, Integer, Table, column, func, select
from sqlalchemy.sql.elements import ColumnElement

from backend.app.kit import strict_json
from backend.app.kit.db.sql import Query, bytewise, doc_text, metadata
from backend.app.kit.errors import BadInput
from backend.app.kit.fields import Record, faults_of
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


class Kept:
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
            return Query(select(doc_text(self.table.c.doc)).select_from(self.table).order_by(self.table.c.seq))
        keys = [self.table.c[name] for name in self.shape.key]
        order = [key if isinstance(key.type, Integer) else bytewise(key) for key in keys]
        return Query(select(*(_column(self.table, name) for name in columns)).order_by(*order))

    def check(self, line: bytes) -> Any:
        """What the line holds: raises BadInput when this version could not have written it."""
        found = strict_json.parse(line)
        if not isinstance(found, dict):
            raise BadInput("it is not a JSON object")
        if self.model is None:
            self._check_row(found, line)
        else:
            _check_document(self.model, found)
        return found

    def _check_row(self, found: dict[str, Any], line: bytes) -> None:
        if tuple(found) != self.shape.columns:
            raise BadInput(f"its columns are not {', '.join(self.shape.columns)}")
        for name, value in found.items():
            kind, nullable = self._types[name]
            if type(value) is not kind and not (value is None and nullable):
                raise BadInput(f"{name} must be {_KINDS[kind]}")
            if isinstance(value, float) and not isfinite(value):
                raise BadInput(f"{name} must be a finite number")
        if row_line(found) != line:
            raise BadInput("it is not written as this version writes it")


def _check_document(model: type[Record], found: dict[str, Any]) -> None:
    try:
        model.model_validate(found)
    except ValidationError as error:
        raise BadInput("; ".join(fault.message for fault in faults_of(error))) from None


def _column(table: Table, name: str) -> ColumnElement[Any]:
    """An older schema may have columns that this version does not know."""
    return table.c[name] if name in table.c else column(name)


_KINDS = {str: "a text", int: "an integer", float: "a number with a decimal point"}


def _python_type(kind: object) -> type[int] | type[str] | type[float]:
    if isinstance(kind, Integer):
        return int
    return float if isinstance(kind, Double) else str


def of_records(records: RecordTable[Any]) -> Kept:
    return Kept(records.table, records.file, Shape("documents", (records.key,), (DOC,)), records)


def of_rows(name: str, file: str) -> Kept:
    """A typed table, by its name."""
    table = metadata.tables[name]
    key = tuple(each.name for each in table.primary_key.columns)
    return Kept(table, file, Shape("rows", key, tuple(each.name for each in table.columns)))


def row_line(fields: dict[str, Any]) -> bytes:
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode()


def lines_of(shape: Shape, rows: Iterable[Row]) -> list[bytes]:
    """The lines of rows that the query of the table gave."""
    if shape.kind == "documents":
        return [row[0].encode() for row in rows]
    return [row_line(dict(zip(shape.columns, row, strict=True))) for row in rows]


def rows_of(shape: Shape, lines: Iterable[bytes], after: int) -> tuple[tuple[str, ...], list[Row]]:
    """The columns to fill, and a row of them for each line; documents are numbered on from `after`."""
    if shape.kind == "rows":
        return shape.columns, [tuple(json.loads(line).values()) for line in lines]
    key = shape.key[0]
    rows = [(seq, json.loads(line)[key], line.decode()) for seq, line in enumerate(lines, after + 1)]
    return ("seq", "id", DOC), rows


def tags_of(lines: Iterable[bytes], after: int) -> list[Row]:
    """The tag and the number of each tagging in these documents."""
    return [(tag, seq) for seq, line in enumerate(lines, after + 1) for tag in record_tags(json.loads(line))]
