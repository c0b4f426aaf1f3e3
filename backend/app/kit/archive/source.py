"""Sources of lines: an archive, a database, or a directory of JSON files."""

import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, Protocol

import psycopg
from sqlalchemy import text

from backend.app.kit.archive.keys import KeyCheck, KeyConflict
from backend.app.kit.archive.manifest import Facts, Tally, difference
from backend.app.kit.archive.tables import ArchiveTable, BadArchive, Row, Shape, lines_of
from backend.app.kit.db import Query, ReadSnapshot, Tx, state
from backend.app.kit.db.migrate import HEAD
from backend.app.kit.db.opening import reason_of
from backend.app.kit.db.schema import starting
from backend.app.kit.db.sql import DialectName
from backend.app.kit.errors import BadInput, StoreUnavailable

Lines = Iterator[list[bytes]]

CHUNK, CHUNK_BYTES = 5_000, 16_000_000
"""Maximum lines per chunk, and maximum bytes, which the last line may exceed."""


class Source(Protocol):
    """Tables as lines. `stated` are the facts that the source states, if any.

    `where`: its name in messages. `revision`: its schema. `store`: its stored state. `version`: the version that
    made it.
    """

    where: str
    revision: str
    version: str
    store: dict[str, str]
    shapes: dict[str, Shape]
    counts: dict[str, int]
    stated: dict[str, Facts] | None

    def lines(self, name: str) -> Lines:
        """Yield the lines of a table in order, in lists. Raises BadArchive if there are too few or too many."""
        ...

    def member(self, name: str) -> str:
        """Return the name of a table within the source."""
        ...


class DatabaseSource:
    """A snapshot of a database, at any schema revision."""

    stated: dict[str, Facts] | None = None

    def __init__(
        self, snapshot: ReadSnapshot, where: str, version: str, tables: Iterable[ArchiveTable], keys: Iterable[str]
    ) -> None:
        """Raise BadArchive if the database holds no store, or one of a newer version.

        Raises StoreUnavailable if a table or a column is missing.
        """
        self._snapshot, self.where, self.version = snapshot, where, version
        revision = starting.require_stated(snapshot)
        if revision is None:
            raise BadArchive(f"{where} holds no store yet")
        if revision > HEAD:
            raise BadArchive(f"{where} has schema {revision}, made by a newer Valhalla than this one ({HEAD})")
        self.revision = revision
        self._tables = {table.name: table for table in tables if revision == HEAD or columns(snapshot, table.name)}
        self.shapes = {name: self._shape(table) for name, table in self._tables.items()}
        self.counts = {name: count(snapshot, table) for name, table in self._tables.items()}
        self.store = {key: value for key in keys if (value := state.get(snapshot, key)) is not None}

    def _shape(self, table: ArchiveTable) -> Shape:
        if self.revision == HEAD or table.shape.kind == "documents":
            return table.shape
        return Shape("rows", table.shape.key, tuple(columns(self._snapshot, table.name)))

    def lines(self, name: str) -> Lines:
        return lines_in(self._snapshot, self._tables[name], self.shapes[name], self.where)

    def member(self, name: str) -> str:
        return f"table {name}"


def lines_in(snapshot: ReadSnapshot, table: ArchiveTable, shape: Shape, where: str) -> Lines:
    """Yield the lines of a table of a database, which `where` names in messages."""
    for rows in _rows(snapshot, table.query(shape.columns), where):
        try:
            yield lines_of(shape, rows)
        except (TypeError, AttributeError):
            reason = "holds bytes where text or numbers belong"
            raise BadArchive(f"{where}: table {table.name} {reason}: run `valhalla doctor`") from None


def _rows(snapshot: ReadSnapshot, query: Query, where: str) -> Iterator[list[Row]]:
    try:
        yield from snapshot.stream(query)
    except (sqlite3.Error, psycopg.Error) as error:
        raise StoreUnavailable(f"{where} cannot be read: {reason_of(error)}") from error


_columns: dict[DialectName, Query] = {
    "sqlite": Query(text("SELECT name FROM pragma_table_info(:name) ORDER BY cid")),
    "postgresql": Query(
        text(
            "SELECT CAST(attname AS text) FROM pg_attribute WHERE attrelid = to_regclass(:name) "
            "AND attnum > 0 AND NOT attisdropped ORDER BY attnum"
        )
    ),
}


def columns(tx: Tx, name: str) -> list[str]:
    """Return the columns of a table in the database; an empty list if there is no such table."""
    return [row[0] for row in tx.all(_columns[tx.dialect], name=name)]


def count(tx: Tx, table: ArchiveTable) -> int:
    row = tx.one(table.count)
    return int(row[0]) if row else 0


def chunked(lines: Iterable[bytes]) -> Lines:
    """Yield the lines in chunks of at most CHUNK lines and about CHUNK_BYTES bytes."""
    chunk: list[bytes] = []
    left = CHUNK_BYTES
    for line in lines:
        chunk.append(line)
        left -= len(line)
        if len(chunk) >= CHUNK or left < 0:
            yield chunk
            chunk, left = [], CHUNK_BYTES
    if chunk:
        yield chunk


def skipping(lines: Lines, done: int) -> Lines:
    """Yield the lines after the first `done`."""
    for chunk in lines:
        if len(chunk) > done:
            yield chunk[done:]
        done = max(0, done - len(chunk))


def tallied(source: Source, name: str, tally: Tally) -> Lines:
    """Yield the lines of a table and tally them. Raises BadArchive at the end if they differ from the stated facts."""
    for lines in source.lines(name):
        tally.add(lines)
        yield lines
    stated = source.stated[name] if source.stated else None
    if stated and (fault := difference(stated, tally.facts)):
        raise BadArchive(f"{source.where}: {source.member(name)}: {fault}")


@dataclass(frozen=True, slots=True)
class InvalidRow:
    """A row that can be stored, but is not valid in this version."""

    table: str
    line: int
    key: str
    fault: str

    @property
    def sentence(self) -> str:
        return f"{self.table}, line {self.line:,}, {self.key}: {self.fault}"


MAX_NAMED = 100


@dataclass(slots=True)
class InvalidRows:
    """Invalid rows: their number, and the first of them."""

    count: int = 0
    first: list[InvalidRow] = field(default_factory=list)

    def add(self, invalid: InvalidRow) -> None:
        self.count += 1
        if len(self.first) < MAX_NAMED:
            self.first.append(invalid)


def checked_rows(
    source: Source, table: ArchiveTable, tally: Tally, invalid: InvalidRows, known: KeyCheck | None = None
) -> Iterator[dict[str, Any]]:
    """Yield the content of each line of a table. Raises BadArchive for a line that cannot be stored.

    `invalid` collects lines that can be stored but are not valid in this version. With `known`, lines that violate
    uniqueness or order are refused.
    """
    name = source.member(table.name)
    for number, line in enumerate(chain.from_iterable(tallied(source, table.name, tally)), 1):
        try:
            found, fault = table.check(line)
            if known is not None:
                known.add(number, found, line)
        except KeyConflict as error:
            raise BadArchive(f"{source.where}: {name}, {error}") from None
        except BadInput as error:
            reason = error.detail.replace("the body", "it")
            raise BadArchive(f"{source.where}: {name}, line {number:,}: {reason}") from None
        if fault is not None:
            key = ", ".join(f"{each} {found[each]!a:.80}" for each in table.shape.key)
            invalid.add(InvalidRow(name, number, key, fault[:500]))
        yield found
    if known is not None:
        try:
            known.flush()
        except KeyConflict as error:
            raise BadArchive(f"{source.where}: {name}, {error}") from None
