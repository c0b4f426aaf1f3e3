"""Recreation of missing or changed tables, indexes and triggers, as their migrations made them."""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import text

from backend.app.kit.db import postgres, sqlite
from backend.app.kit.db.opening import reason_of
from backend.app.kit.db.schema.description import VERSION_TABLE, IndexDescription, Schema
from backend.app.kit.db.schema.differences import Difference, Kind
from backend.app.kit.db.sql import DialectName, Query
from backend.app.kit.db.tx import Ctx, ReadSnapshot, Tx
from backend.app.kit.errors import AppError, DuplicateKey, StoreUnavailable
from backend.app.kit.text import shorten

_MAX_NAMED = 3
_SAFE: tuple[Kind, ...] = ("table missing", "index missing", "index changed", "trigger missing", "trigger changed")


@dataclass(slots=True)
class SchemaRepairs:
    """Sentences for what was recreated and what could not be. `tables` are the recreated tables, now empty."""

    made: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    tables: list[str] = field(default_factory=list)


def can_repair(difference: Difference, dialect: DialectName) -> bool:
    """Return whether it can be recreated without changing rows. SQLite cannot add a constraint to an existing table."""
    return difference.kind in _SAFE or (difference.kind == "constraint missing" and dialect == "postgresql")


def repair(tx: Tx, wanted: Schema, found: Iterable[Difference]) -> SchemaRepairs:
    """Recreate everything repairable, each in its own savepoint, so that one failure leaves the others."""
    done = SchemaRepairs()
    repairable = [each for each in found if can_repair(each, tx.dialect)]
    for difference in sorted(repairable, key=lambda each: _order(wanted, each)):
        try:
            with tx.savepoint():
                for statement in _statements(wanted, difference):
                    run(tx, statement)
        except (DuplicateKey, AppError, sqlite3.Error, psycopg.Error) as error:
            done.failed.append(f"{difference.sentence}, and cannot be recreated: {_why(tx, wanted, difference, error)}")
        else:
            done.made.append(f"{difference.sentence.partition(': it is `')[0]}; it was recreated")
            done.tables += [difference.name] * (difference.kind == "table missing")
    return done


def _order(wanted: Schema, difference: Difference) -> tuple[bool, int]:
    """Sort key: tables first, referenced tables before those that refer to them."""
    table = wanted.tables[difference.table]
    return difference.kind != "table missing", len(table.foreign_tables())


def _statements(wanted: Schema, difference: Difference) -> Iterator[str]:
    name, table = difference.name, difference.table
    match difference.kind:
        case "table missing":
            yield wanted.tables[name].create
            yield from (index.create for index in wanted.indexes.values() if index.table == name)
            for trigger in wanted.triggers.values():
                yield from trigger.create if trigger.table == name else ()
        case "constraint missing":
            yield f"ALTER TABLE {table} ADD {name}"
        case "index missing" | "index changed":
            yield f"DROP INDEX IF EXISTS {name}"
            yield wanted.indexes[name].create
        case "trigger missing" | "trigger changed":
            if difference.kind == "trigger changed":
                yield f"DROP TRIGGER {name}" + f" ON {table}" * (len(wanted.triggers[name].create) > 1)
            yield from wanted.triggers[name].create


def run(tx: Tx, statement: str) -> None:
    """Run one statement verbatim."""
    tx.run(Query(text(statement.replace(":", "\\:"))))


def _why(tx: Tx, wanted: Schema, difference: Difference, error: Exception) -> str:
    if isinstance(error, DuplicateKey) and difference.name in wanted.indexes:
        return duplicates(tx, wanted.indexes[difference.name]) or "rows are there twice"
    return "rows are there twice" if isinstance(error, DuplicateKey) else reason_of(error)


def duplicates(tx: Tx, index: IndexDescription) -> str | None:
    """Return a sentence with the first few duplicate keys that violate a unique index; None if there are none."""
    keys = ", ".join(index.keys)
    conditions = [f"{key} IS NOT NULL" for key in index.keys] + ([f"({index.where})"] if index.where else [])
    statement = (
        f"SELECT {keys}, count(*) FROM {index.table} WHERE {' AND '.join(conditions)} "  # noqa: S608 - our own names
        f"GROUP BY {keys} HAVING count(*) > 1 ORDER BY {keys} LIMIT {_MAX_NAMED + 1}"
    )
    found = tx.all(Query(text(statement.replace(":", "\\:"))))
    if not found:
        return None
    named = [f"{', '.join(shorten(str(value)) for value in row[:-1])} ({row[-1]} rows)" for row in found[:_MAX_NAMED]]
    more = " and more" if len(found) > _MAX_NAMED else ""
    return f"{index.table} has rows with the same {_words(index)}: {'; '.join(named)}{more}"


def _words(index: IndexDescription) -> str:
    """Return the names in the keys of an index: `(doc ->> 'email')` gives email."""
    return " and ".join(key.split("'")[1] if "'" in key else key for key in index.keys)


def referring(wanted: Schema, tables: Iterable[str]) -> list[str]:
    """Return the other tables with foreign keys to these tables."""
    gone = set(tables)
    return [table.name for table in wanted.tables.values() if table.foreign_tables() & gone and table.name not in gone]


def rows(tx: ReadSnapshot, table: str, columns: list[str]) -> Iterator[list[tuple[Any, ...]]]:
    """Yield all rows of a table, in lists."""
    names = ", ".join(f'"{name}"' for name in columns)
    return tx.stream(Query(text(f"SELECT {names} FROM {table}")))  # noqa: S608 - names of the catalog


def note_revision(tx: Tx, wanted: Schema, revision: str) -> None:
    """Set `alembic_version` to this revision alone."""
    run(tx, f"DROP TABLE IF EXISTS {VERSION_TABLE}")
    run(tx, wanted.tables[VERSION_TABLE].create)
    run(tx, f"INSERT INTO {VERSION_TABLE} (version_num) VALUES ('{revision}')")  # noqa: S608 - our own


@contextmanager
def changing(database: Path | str, ctx: Ctx) -> Iterator[ReadSnapshot]:
    """Open one transaction on a database that nobody else uses. It commits if the block ends without an error.

    Raises StoreUnavailable.
    """
    try:
        if isinstance(database, Path):
            with closing(sqlite.connect(database)) as conn:
                conn.execute("BEGIN IMMEDIATE")
                yield from _unit(sqlite.snapshot_on(conn, ctx))
                conn.execute("COMMIT")
        else:
            with closing(postgres.connect(database)) as connection, connection.transaction():
                yield from _unit(postgres.snapshot_on(connection, ctx))
    except (sqlite3.Error, psycopg.Error) as error:
        raise StoreUnavailable(f"the schema cannot be changed: {reason_of(error)}") from error


def _unit(tx: ReadSnapshot) -> Iterator[ReadSnapshot]:
    yield tx
    tx.end(tx.deferred)
