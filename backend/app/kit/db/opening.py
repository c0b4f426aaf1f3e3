"""Opening a database: checked, migrated, and by one process at a time.

A SQLite file that fails its check is set aside under a name that says so, and a new one takes its place; the
caller fills it from the JSON files.
"""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import structlog

from backend.app.kit import clock
from backend.app.kit.db import migrate, postgres, sqlite
from backend.app.kit.db.base import Database
from backend.app.kit.errors import StartError, StoreUnavailable
from backend.app.kit.file_lock import try_lock

log = structlog.get_logger("database")

LOCK_WAIT_S = 60.0
_ADVISORY_LOCK = 0x56414C48414C4C41 & 0x7FFFFFFFFFFFFFFF  # "VALHALLA"
MIN_SQLITE = (3, 38, 0)
MIN_POSTGRES = 140000


@contextmanager
def only_one(data_dir: Path) -> Iterator[None]:
    """Held while a store is opened: of several processes that start together, one migrates and adopts."""
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        file = (data_dir / ".opening.lock").open("a")
    except OSError as error:
        raise StartError(f"the data directory {data_dir} cannot be written: {error.strerror}") from None
    with file:
        until = time.monotonic() + LOCK_WAIT_S
        while not try_lock(file):
            if time.monotonic() > until:
                raise StartError(f"another process has been opening {data_dir} for {LOCK_WAIT_S:.0f} s; is it stuck?")
            time.sleep(0.05)
        yield


def open_sqlite(path: Path) -> tuple[Database, Path | None]:
    """The database in `path`, and where an unusable one was set aside to, if there was one."""
    if sqlite3.sqlite_version_info < MIN_SQLITE:
        raise StartError(f"SQLite {sqlite3.sqlite_version} is too old: 3.38 or later is needed")
    aside = None
    if path.exists() and (fault := check_sqlite(path)):
        aside = _set_aside(path)
        log.error("database set aside", file=path.name, moved_to=aside.name, fault=fault)
    try:
        migrate.upgrade(path, _sqlite_revision(path))
        return sqlite.SqliteDatabase(path), aside
    except sqlite3.Error as error:
        raise StartError(f"the database {path} cannot be opened: {error}") from None


def check_sqlite(path: Path) -> str | None:
    """What is wrong with the file, or None. Reads every page, but changes nothing that was committed."""
    try:
        with closing(sqlite.connect(path)) as conn:
            verdict = str(conn.execute("PRAGMA quick_check(1)").fetchone()[0])
    except sqlite3.DatabaseError as error:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if code in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}:
            return str(error)
        raise StartError(f"the database {path} cannot be opened: {error}") from None
    return None if verdict == "ok" else verdict


def _set_aside(path: Path) -> Path:
    aside = path.with_name(f"{path.name}.broken-{clock.stamp()}")
    for suffix in ("", "-wal", "-shm"):
        part = path.with_name(path.name + suffix)
        if part.exists():
            part.rename(aside.with_name(aside.name + suffix))
    return aside


def _sqlite_revision(path: Path) -> str | None:
    with closing(sqlite.connect(path)) as conn:
        try:
            row = conn.execute("SELECT version_num FROM alembic_version").fetchone()
        except sqlite3.OperationalError:
            return None
    return str(row[0]) if row else None


@contextmanager
def open_postgres(url: str, pool: int) -> Iterator[Database]:
    """The database at `url`, migrated; other machines that start now wait until the block is left."""
    try:
        conn = postgres.connect(url)
    except StoreUnavailable as error:
        raise StartError(f"the database in VALHALLA_DATABASE_URL does not answer: {_reason(error)}") from None
    with conn:
        if conn.info.server_version < MIN_POSTGRES:
            raise StartError(f"PostgreSQL {conn.info.server_version // 10000} is too old: 14 or later is needed")
        conn.execute("SELECT pg_advisory_lock(%s)", (_ADVISORY_LOCK,))
        found = conn.execute("SELECT to_regclass('alembic_version')::text").fetchone()
        row = conn.execute("SELECT version_num FROM alembic_version").fetchone() if found and found[0] else None
        migrate.upgrade(url, row[0] if row else None)
        yield postgres.PostgresDatabase(url, pool)


def _reason(error: Exception) -> str:
    """The driver's first line, without the password that it may repeat."""
    return str(error.__cause__ or error).strip().splitlines()[0]
