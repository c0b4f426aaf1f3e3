"""Bulk loading of an empty database, bypassing the writer thread.

The caller must hold the database exclusively.
"""

import sqlite3
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, cast

import psycopg
from alembic import command
from psycopg import errors as pg
from sqlalchemy.exc import SQLAlchemyError

from backend.app.kit.db import inspection, migrate, postgres, sqlite
from backend.app.kit.db.migrate import HEAD
from backend.app.kit.db.opening import reason_of
from backend.app.kit.db.tx import Ctx, ReadSnapshot, Tx
from backend.app.kit.errors import Conflict, StoreFull, StoreUnavailable

Row = tuple[Any, ...]


class Bulk(ABC):
    """A database being loaded. Added rows are kept only after `keep`."""

    tx: ReadSnapshot

    @abstractmethod
    def add(self, table: str, columns: Sequence[str], rows: Sequence[Row]) -> None:
        """Add rows. Raises Conflict if they violate a constraint."""

    @abstractmethod
    def keep(self) -> None: ...

    @abstractmethod
    def advance_sequence(self, table: str) -> None:
        """Set the sequence of the table so that the next row follows the last."""

    @abstractmethod
    def act(self, ctx: Ctx, fn: Callable[[Tx], object]) -> None:
        """Run a unit of work inside the bulk load."""

    @abstractmethod
    def empty(self, table: str) -> None:
        """Delete all rows, even from a table whose triggers refuse deletes."""


# SQLite


class _SqliteBulk(Bulk):
    def __init__(self, conn: sqlite3.Connection) -> None:
        self._conn = conn
        self._begin()

    def _begin(self) -> None:
        self._conn.execute("BEGIN IMMEDIATE")
        self.tx = sqlite.snapshot_on(self._conn)

    def add(self, table: str, columns: Sequence[str], rows: Sequence[Row]) -> None:
        marks = ", ".join("?" * len(columns))
        try:
            self._conn.executemany(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})", rows)  # noqa: S608
        except (sqlite3.IntegrityError, sqlite3.InterfaceError, sqlite3.ProgrammingError, OverflowError) as error:
            raise Conflict(f"{table} has rows that violate a constraint: {error}") from None

    def keep(self) -> None:
        self._conn.execute("COMMIT")
        self._begin()

    def advance_sequence(self, table: str) -> None:
        """Do nothing: SQLite continues from the highest number by itself."""

    def act(self, ctx: Ctx, fn: Callable[[Tx], object]) -> None:
        _act(sqlite.snapshot_on(self._conn, ctx), fn)

    def empty(self, table: str) -> None:
        raise NotImplementedError("delete the file instead")


@contextmanager
def sqlite_bulk(path: Path, revision: str = HEAD) -> Iterator[Bulk]:
    """Fill a SQLite file, which is created if it is missing. It is complete and on disk at the end.

    Raises StoreFull and StoreUnavailable.
    """
    try:
        if not path.exists():
            migrate.upgrade(path, None, revision)
        with closing(sqlite.connect(path)) as conn:
            conn.execute("PRAGMA synchronous=NORMAL")  # an operating system crash may lose the last commits
            conn.execute("PRAGMA cache_size=-65536")
            yield _SqliteBulk(conn)
            conn.execute("ROLLBACK")
            conn.execute("PRAGMA synchronous=FULL")
            conn.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    except (sqlite3.Error, SQLAlchemyError) as error:
        cause = error.__cause__ or error
        if getattr(cause, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_FULL:
            raise StoreFull(f"there is no room in {path.parent}: make room and try again") from error
        raise StoreUnavailable(f"{path} cannot be written: {reason_of(error)}") from error


# PostgreSQL


class _PostgresBulk(Bulk):
    def __init__(self, conn: postgres.Connection) -> None:
        self._conn = conn
        self.tx = postgres.snapshot_on(conn)

    def add(self, table: str, columns: Sequence[str], rows: Sequence[Row]) -> None:
        statement = f"COPY {table} ({', '.join(columns)}) FROM STDIN".encode()
        try:
            with self._conn.cursor() as cursor, cursor.copy(statement) as copy:
                for row in rows:
                    copy.write_row(row)
        except pg.IntegrityError as error:
            reason = f"{error.diag.message_primary} {error.diag.message_detail or ''}".strip()
            raise Conflict(f"{table} has rows that violate a constraint: {reason}") from None

    def keep(self) -> None:
        self._conn.commit()
        self.tx = postgres.snapshot_on(self._conn)

    def advance_sequence(self, table: str) -> None:
        sequence = f"pg_get_serial_sequence('{table}', 'seq')"
        self._conn.execute(f"SELECT setval({sequence}, max(seq)) FROM {table} HAVING count(*) > 0".encode())  # noqa: S608
        self._conn.execute(f"ANALYZE {table}".encode())

    def act(self, ctx: Ctx, fn: Callable[[Tx], object]) -> None:
        _act(postgres.snapshot_on(self._conn, ctx), fn)

    def empty(self, table: str) -> None:
        emptied = [table, *self._referring(table)]
        for statement in (
            *(f"ALTER TABLE {each} DISABLE TRIGGER USER" for each in emptied),
            f"TRUNCATE {table} RESTART IDENTITY CASCADE",
            *(f"ALTER TABLE {each} ENABLE TRIGGER USER" for each in emptied),
        ):
            self._conn.execute(statement.encode())

    def _referring(self, table: str) -> list[str]:
        """Return the tables with a foreign key to a table, which are emptied with it."""
        keys = f"SELECT conrelid::regclass::text FROM pg_constraint WHERE contype = 'f' AND confrelid = '{table}'::regclass"  # noqa: S608, E501
        return [row[0] for row in self._conn.execute(keys.encode()).fetchall()]


@contextmanager
def postgres_bulk(url: str, shown: str) -> Iterator[Bulk]:
    """Fill the database at `url`, after migrating it to the newest schema, in one transaction until `keep`.

    `shown` is the name of the database in error messages.
    """
    engine = migrate.engine_for(url)
    try:
        with engine.connect() as connection:
            connection.begin()
            conn = cast(postgres.Connection, connection.connection.driver_connection)
            if inspection.schema_revision(postgres.snapshot_on(conn)) != HEAD:
                command.upgrade(migrate.config(connection), "head")
            yield _PostgresBulk(conn)
            conn.rollback()
    except (psycopg.Error, SQLAlchemyError) as error:
        if isinstance(error.__cause__ or error, pg.DiskFull):
            raise StoreFull(f"the disk of the server of {shown} is full: make room and try again") from error
        raise StoreUnavailable(f"{shown} cannot be used: {reason_of(error)}") from error
    finally:
        engine.dispose()


def _act(tx: Tx, fn: Callable[[Tx], object]) -> None:
    fn(tx)
    tx.end(tx.deferred)
