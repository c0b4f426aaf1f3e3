"""Order and uniqueness checks for the rows of an archive, as strict as a database.

The keys of a table go into a temporary on-disk database with the same unique indexes. So memory is bounded for any
number of rows, and the check finds exactly what a restore would fail on.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from sqlalchemy import Column, Index, UniqueConstraint
from sqlalchemy.dialects import sqlite
from sqlalchemy.schema import CreateIndex
from sqlalchemy.sql.visitors import iterate

from backend.app.kit.archive.tables import ArchiveTable

_BATCH = 5_000
_DIALECT = sqlite.dialect()
Row = tuple[Any, ...]


class KeyConflict(Exception):
    """Two lines that violate a constraint together. The message names both and the reason."""


class KeyCheck:
    """The keys of one table, checked as its lines are added in order."""

    def __init__(self, conn: sqlite3.Connection, table: ArchiveTable) -> None:
        self._conn, self._table = conn, table
        self._columns = _unique_columns(table)
        self._rows: list[Row] = []
        self._last: tuple[Any, ...] | None = None
        if self._columns:
            self._make()

    def _make(self) -> None:
        table = self._table.table
        columns = ", ".join(f"{name} {table.c[name].type.compile(_DIALECT)}" for name in self._columns)
        self._conn.execute(f"CREATE TABLE {table.name} (line INTEGER PRIMARY KEY, {columns})")
        for number, names in enumerate(_constraints(self._table)):
            self._conn.execute(f"CREATE UNIQUE INDEX constraint_{number} ON {table.name} ({', '.join(names)})")
        for index in _indexes(self._table):
            self._conn.execute(str(CreateIndex(index).compile(dialect=_DIALECT)))
        marks = ", ".join("?" * (len(self._columns) + 1))
        self._insert = f"INSERT INTO {table.name} VALUES ({marks})"  # noqa: S608 - our own names

    def add(self, number: int, found: dict[str, Any], line: bytes) -> None:
        """Add a line. Raises KeyConflict, for this or an earlier line, if it conflicts with another."""
        if self._table.records is None:
            self._check_order(number, found)
        if self._columns:
            known = {"id": found.get(self._table.shape.key[0]), "doc": line.decode()} if self._table.records else found
            self._rows.append((number, *(known[name] for name in self._columns)))
            if len(self._rows) >= _BATCH:
                self.flush()

    def _check_order(self, number: int, found: dict[str, Any]) -> None:
        values = tuple(found[name] for name in self._table.shape.key)
        key = tuple(value.encode() if isinstance(value, str) else value for value in values)
        if self._last is not None and key <= self._last:
            shown = _shown(dict(zip(self._table.shape.key, values, strict=True)))
            fault = f"{shown} occurs twice" if key == self._last else f"{shown} is out of order"
            raise KeyConflict(f"lines {number - 1:,} and {number:,}: {fault}")
        self._last = key

    def flush(self) -> None:
        """Check the lines added since the last flush. Call it after the last line."""
        rows, self._rows = self._rows, []
        if not rows:
            return
        self._conn.execute("SAVEPOINT batch")
        try:
            self._conn.executemany(self._insert, rows)
        except sqlite3.IntegrityError:
            self._conn.execute("ROLLBACK TO batch")
            self._find(rows)
        except sqlite3.Error as error:
            self._conn.execute("ROLLBACK TO batch")
            raise KeyConflict(f"lines {rows[0][0]:,} to {rows[-1][0]:,}: {error}") from None
        self._conn.execute("RELEASE batch")

    def _find(self, rows: list[Row]) -> None:
        """Add the rows one by one. Raises KeyConflict for the first that an index refuses."""
        for row in rows:
            try:
                self._conn.execute(self._insert, row)
            except sqlite3.IntegrityError as error:
                other = self._conn.execute(
                    f"{self._insert} ON CONFLICT DO UPDATE SET line = line RETURNING line", row
                ).fetchone()
                raise KeyConflict(f"lines {other[0]:,} and {row[0]:,}: {self._sentence(str(error), row)}") from None

    def _sentence(self, error: str, row: Row) -> str:
        records = self._table.records
        for rule, sentence in records.rules.items() if records else ():
            if rule in error:
                return f"{row[1]!a:.80}: {sentence}"
        names = [part.rpartition(".")[2] for part in error.rpartition(": ")[2].split(", ")]
        if records:
            names = ["id"]
        found = dict(zip(self._columns, row[1:], strict=True))
        return f"{_shown({name: found[name] for name in names if name in found}) or error} occurs twice"


def _shown(values: dict[str, Any]) -> str:
    return ", ".join(f"{name} {value!a:.80}" for name, value in values.items())


def _indexes(table: ArchiveTable) -> list[Index]:
    return [index for index in table.table.indexes if index.unique]


def _constraints(table: ArchiveTable) -> list[list[str]]:
    constraints = [each for each in table.table.constraints if isinstance(each, UniqueConstraint)]
    return [[column.name for column in each.columns] for each in constraints]


def _unique_columns(table: ArchiveTable) -> list[str]:
    """Return the columns of unique indexes and constraints. The key of a typed table is checked by order instead."""
    if table.records:
        return ["id", "doc"] if _indexes(table) else ["id"]
    names = [name for index in _indexes(table) for name in _columns_of(index)]
    return list(dict.fromkeys([*names, *(name for each in _constraints(table) for name in each)]))


def _columns_of(index: Index) -> list[str]:
    """Return the columns of an index, and those of its condition if it is a partial one."""
    condition = index.dialect_options["sqlite"]["where"]
    conditional = [] if condition is None else [each.name for each in iterate(condition) if isinstance(each, Column)]
    return [*(column.name for column in index.columns), *conditional]


@contextmanager
def temporary() -> Iterator[sqlite3.Connection]:
    """Open a temporary on-disk database with a cache of some megabytes. It is deleted at the end."""
    conn = sqlite3.connect("", isolation_level=None)
    try:
        conn.execute("PRAGMA journal_mode=MEMORY")
        conn.execute("PRAGMA synchronous=OFF")
        conn.execute("PRAGMA cache_size=-65536")
        yield conn
    finally:
        with suppress(sqlite3.Error):
            conn.close()
