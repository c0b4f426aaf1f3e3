"""Copying of all readable rows of a damaged SQLite file into a new one."""

import json
import sqlite3
from collections.abc import Callable, Collection, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from alembic.script import ScriptDirectory

from backend.app.kit.db import migrate, sqlite
from backend.app.kit.db.migrate import HEAD
from backend.app.kit.db.repair.salvage import FileView, Row, views

NOT_COPIED = frozenset({"alembic_version", "leases"})
"""Tables created by the migration, or worthless after a restart."""

_INDEX_TABLES = "search_"
"""First letters of the tables of the text index, which is made anew from the records."""

Check = Callable[[str, Row], Row | None]
"""Callback that returns the row of a table as it is to be stored, or None if it is not valid."""

_KINDS = {"TEXT": str, "INTEGER": int, "BIGINT": int, "DOUBLE": float, "DOUBLE PRECISION": float, "FLOAT": float}


@dataclass(slots=True)
class TableTally:
    """Result for one table.

    `lost`: number of rows that are not stored, or a lower bound with `at_least`; None if it is unknown.
    """

    stored: int = 0
    lost: int | None = 0
    at_least: bool = False


@dataclass(slots=True)
class _TargetTable:
    """A target table: types and nullability of its columns, and its primary key."""

    name: str
    columns: dict[str, tuple[type[Any], bool]] = field(default_factory=dict)
    key: tuple[str, ...] = ()

    @property
    def insert(self) -> str:
        marks = ", ".join("?" * len(self.columns))
        return f"INSERT OR IGNORE INTO {self.name} ({', '.join(self.columns)}) VALUES ({marks})"  # noqa: S608

    @property
    def select(self) -> str:
        where = " AND ".join(f"{name} = ?" for name in self.key)
        return f"SELECT {', '.join(self.columns)} FROM {self.name} WHERE {where}"  # noqa: S608

    @property
    def update(self) -> str:
        sets, where = (", ".join(f"{n} = ?" for n in self.columns), " AND ".join(f"{n} = ?" for n in self.key))
        return f"UPDATE {self.name} SET {sets} WHERE {where}"  # noqa: S608

    def typed(self, row: Row) -> Row | None:
        """Return the row with all columns, or None if a value has the wrong type."""
        found: Row = {}
        for name, (kind, nullable) in self.columns.items():
            value = row.get(name)
            if kind is float and type(value) is int:  # SQLite stores whole numbers as integers
                value = float(value)
            if type(value) is not kind and not (value is None and nullable):
                return None
            found[name] = value
        return found


def refill(damaged: Path, target: Path, check: Check, derived: Collection[str] = ()) -> dict[str, TableTally]:
    """Fill `target` with all readable rows of `damaged`, in the current schema. Return a tally per table.

    `derived`: tables that are not copied, because they are computed from others.
    """
    with closing(_Refill(damaged, target, check, {*NOT_COPIED, *derived})) as work:
        for number, view in enumerate(views(damaged)):
            work.take(view, first=number == 0)
        return work.finish()


class _Refill:
    def __init__(self, damaged: Path, target: Path, check: Check, not_copied: Collection[str]) -> None:
        self._path, self._check = target, check
        self._revision = next(filter(None, map(_revision, views(damaged))), HEAD)
        migrate.upgrade(target, None, self._revision)
        self._conn = sqlite.connect(target)
        self._conn.execute("PRAGMA synchronous=NORMAL")
        self._tables = _targets(self._conn, not_copied)
        self._expected: dict[str, tuple[int, bool]] = {}

    def close(self) -> None:
        self._conn.close()

    def take(self, view: FileView, *, first: bool) -> None:
        """Store all rows of a view. Of a row stored before, keep the version changed last."""
        self._conn.execute("BEGIN")
        for name, table in self._tables.items():
            if name in view.tables:
                for _, row in view.rows(name):
                    self._put(table, row)
                if first:
                    self._expected[name] = view.expected(name)
        for name, _, row in view.orphaned_rows(self._fits):
            self._put(self._tables[name], row)
        self._conn.execute("COMMIT")

    def _fits(self, name: str, number: int, row: Row) -> bool:
        typed = self._tables[name].typed(row) if name in self._tables else None
        return typed is not None and self._check(name, typed) is not None

    def _put(self, table: _TargetTable, row: Row) -> bool:
        """Store a row. Return whether it, or a later version of it, is stored."""
        typed = table.typed(row)
        found = None if typed is None else self._check(table.name, typed)
        if found is None:
            return False
        values = tuple(found[name] for name in table.columns)
        if self._insert(table, values):
            return True
        key = tuple(found[name] for name in table.key)
        stored = self._conn.execute(table.select, key).fetchone()
        if stored is None:
            return False
        if _changed_at(dict(zip(table.columns, stored, strict=True))) < _changed_at(found):
            self._conn.execute(table.update, (*values, *key))
        return True

    def _insert(self, table: _TargetTable, values: tuple[Any, ...]) -> bool:
        """Insert a row unless there is one with its key, which a trigger may refuse instead of the key's index."""
        try:
            return bool(self._conn.execute(table.insert, values).rowcount)
        except sqlite3.IntegrityError:
            return False

    def finish(self) -> dict[str, TableTally]:
        self._conn.execute("BEGIN")
        for child, column, parent, key in _references(self._conn):
            if child in self._tables:
                orphans = f"{column} NOT IN (SELECT {key} FROM {parent})"  # noqa: S608
                self._conn.execute(f"DELETE FROM {child} WHERE {orphans}")  # noqa: S608
        for name in self._tables:
            if _exists(self._conn, f"{name}_tags"):
                tags = f"SELECT DISTINCT value, seq FROM {name}, json_each(doc, '$.tags')"  # noqa: S608
                self._conn.execute(f"INSERT INTO {name}_tags (tag, seq) {tags}")
        self._conn.execute("COMMIT")
        tallies = {name: self._tally(name) for name in self._tables}
        self._conn.execute("PRAGMA synchronous=FULL")
        self._conn.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        self._conn.close()
        migrate.upgrade(self._path, self._revision)
        return tallies

    def _tally(self, name: str) -> TableTally:
        stored = self._conn.execute(f"SELECT count(*) FROM {name}").fetchone()[0]  # noqa: S608
        expected, exact = self._expected.get(name, (0, False))
        lost = max(0, expected - stored)
        return TableTally(stored, lost if lost or exact else None, at_least=not exact)


def _revision(view: FileView) -> str | None:
    """Return the migration revision of the damaged file, or None if it cannot be read."""
    known = {script.revision for script in ScriptDirectory.from_config(migrate.config()).walk_revisions()}
    rows = view.rows("alembic_version") if "alembic_version" in view.tables else ()
    return next((str(revision) for _, row in rows if (revision := row.get("version_num")) in known), None)


def _targets(conn: sqlite3.Connection, not_copied: Collection[str]) -> dict[str, _TargetTable]:
    found: dict[str, _TargetTable] = {}
    for (name,) in conn.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
        if name in not_copied or name.startswith(("sqlite_", _INDEX_TABLES)) or name.endswith("_tags"):
            continue
        table = found[name] = _TargetTable(name)
        described = conn.execute('SELECT name, type, "notnull", pk FROM pragma_table_info(?)', (name,)).fetchall()
        for column, kind, required, key in described:
            table.columns[column] = (_KINDS[kind.upper()], not required and not key)
        table.key = tuple(column for column, _, _, key in sorted(described, key=lambda each: each[3]) if key)
    return found


def _exists(conn: sqlite3.Connection, table: str) -> bool:
    return conn.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (table,)).fetchone() is not None


def _references(conn: sqlite3.Connection) -> Iterator[tuple[str, str, str, str]]:
    """Yield table and column of each foreign key, and the table and column that it refers to."""
    for (name,) in conn.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
        keys = conn.execute('SELECT "from", "table", "to" FROM pragma_foreign_key_list(?)', (name,)).fetchall()
        for column, parent, key in keys:
            yield name, column, parent, key


def _changed_at(row: Row) -> str:
    snapshot = row.get("updated_at")
    if snapshot is None and isinstance(doc := row.get("doc"), str):
        snapshot = json.loads(doc).get("updated_at")
    return snapshot if isinstance(snapshot, str) else ""
