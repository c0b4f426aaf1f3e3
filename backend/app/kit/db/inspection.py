"""Read-only inspection of a database: no row, file or modification time changes.

Opening a SQLite database normally creates files next to it, even to read. So a database without a write-ahead log is
opened as immutable. With a log and its shared-memory index, it is read through them. With a log but no index, an
invalid log, or a rollback journal, SQLite would have to write, so a copy is read.
"""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from sqlalchemy import text

from backend.app.kit.db import sqlite, sqlite_file
from backend.app.kit.db.repair import pages
from backend.app.kit.db.schema import revisions
from backend.app.kit.db.sql import Query
from backend.app.kit.db.tx import ReadSnapshot
from backend.app.kit.errors import StoreUnavailable

if TYPE_CHECKING:
    from backend.app.kit.db.postgres import PostgresDatabase

_TRIES = 3


@contextmanager
def sqlite_snapshot(path: Path) -> Iterator[ReadSnapshot]:
    """Open a snapshot of the database.

    Raises sqlite3.Error and OSError, also if a write during the block made reads inconsistent.
    """
    with ExitStack() as opened:
        before = _signature(path)
        conn, shared = _connect(path, opened)
        opened.enter_context(closing(conn))
        conn.execute("PRAGMA temp_store=MEMORY")
        conn.execute("BEGIN")
        with closing(sqlite.snapshot_on(conn)) as snapshot:
            yield snapshot
        if not shared and _signature(path) != before:
            raise sqlite3.OperationalError("another process wrote to it during the check")


@contextmanager
def sqlite_inspection(path: Path) -> Iterator[ReadSnapshot]:
    """Open a snapshot like `sqlite_snapshot`, but raise StoreUnavailable instead of sqlite3.Error. Raises OSError."""
    try:
        with sqlite_snapshot(path) as snapshot:
            yield snapshot
    except sqlite3.Error as error:
        raise StoreUnavailable(str(error)) from error


@contextmanager
def postgres_inspection(database: "PostgresDatabase") -> Iterator[ReadSnapshot]:
    """Open a snapshot of a PostgreSQL database. Raises StoreUnavailable."""
    import psycopg

    try:
        with database.open_snapshot() as snapshot:
            yield snapshot
    except psycopg.Error as error:
        raise StoreUnavailable(str(error).strip().splitlines()[0]) from error


def _connect(path: Path, opened: ExitStack) -> tuple[sqlite3.Connection, bool]:
    """Return a connection, and whether it takes part in SQLite's locking."""
    parts = {part.name.removeprefix(path.name): part for part in sqlite_file.parts(path)}
    log, journal = (name in parts and parts[name].stat().st_size > 0 for name in ("-wal", "-journal"))
    shared = "-wal" in parts and "-shm" in parts and not journal and (not log or _is_log(parts["-wal"]))
    if shared:
        how = "mode=ro&readonly_shm=1"
    elif not (log or journal):
        how = "mode=ro&immutable=1"
    else:
        folder = Path(opened.enter_context(TemporaryDirectory(prefix="valhalla-look-")))
        for part in parts.values():
            shutil.copyfile(part, folder / part.name)
        path, how = folder / path.name, "mode=rw"
    conn = sqlite3.connect(f"{path.absolute().as_uri()}?{how}", uri=True, isolation_level=None)
    conn.execute(f"PRAGMA busy_timeout={sqlite.BUSY_MS}").close()
    return conn, shared


def has_changes(path: Path) -> bool:
    """Return whether the write-ahead log of the database holds committed changes."""
    with closing(pages.Pages(path, with_log=True)) as found:
        return found.logged > 0


def _is_log(path: Path) -> bool:
    with path.open("rb") as file:
        return pages.has_log_header(file.read(pages.LOG_HEADER))


def _signature(path: Path) -> tuple[int, int, int] | None:
    """Return a value that changes whenever the database file is written.

    Changes to the write-ahead log do not count.
    """
    if not path.exists():
        return None
    stat = path.stat()
    return stat.st_ino, stat.st_size, stat.st_mtime_ns


def fault_of(path: Path) -> str | None:
    """Return the fault found by checking every page and every index, or None.

    A fault counts only if the file did not change during the check. Raises StoreUnavailable and OSError.
    """
    for _ in range(_TRIES):
        before = _signature(path)
        fault = _fault_now(path)
        if fault is None or before == _signature(path):
            return fault
    raise StoreUnavailable("it keeps changing during the check")


def _fault_now(path: Path) -> str | None:
    try:
        return sqlite_file.fault_in(path, partial(sqlite_snapshot, path), texts=True)
    except sqlite3.Error as error:
        raise StoreUnavailable(str(error)) from error


schema_revision = revisions.current


@dataclass(frozen=True, slots=True)
class Server:
    """State of a PostgreSQL server as this user sees it.

    `read_only`: a replica, or a server that refuses writes. `forbidden`: tables that the user may not write to.
    `others`: number of other connections of the service.
    """

    version: int
    schema: str | None
    read_only: bool
    may_create: bool
    keeps_commits: bool
    forbidden: tuple[str, ...]
    others: int


_server = Query(
    text("""
    SELECT CAST(current_setting('server_version_num') AS int), CAST(current_schema() AS text),
        pg_is_in_recovery() OR current_setting('default_transaction_read_only') = 'on',
        coalesce(has_schema_privilege(current_schema(), 'CREATE'), false),
        current_setting('synchronous_commit') <> 'off',
        (SELECT count(*) FROM pg_stat_activity WHERE application_name = 'valhalla'
            AND datname = current_database() AND pid <> pg_backend_pid())
    """)
)
_forbidden = Query(
    text("""
    SELECT tablename FROM pg_tables WHERE schemaname = current_schema()
        AND NOT has_table_privilege(format('%I.%I', schemaname, tablename), 'INSERT') ORDER BY tablename
    """)
)


def server(snapshot: ReadSnapshot) -> Server:
    """Return the state of the PostgreSQL server behind this connection."""
    row = snapshot.one(_server)
    assert row is not None
    version, schema, read_only, may_create, keeps, others = row
    forbidden = tuple(str(found[0]) for found in snapshot.all(_forbidden))
    return Server(version, schema, read_only, may_create, keeps, forbidden, others)
