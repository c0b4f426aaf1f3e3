"""Opening of a database: check and migrate it, in one process at a time.

A SQLite file that fails its check is renamed. The database that the caller's `replace` callback makes takes its place.
"""

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING

import structlog
from sqlalchemy.exc import SQLAlchemyError

from backend.app.kit.db import migrate, sqlite, sqlite_file
from backend.app.kit.db.base import Database
from backend.app.kit.db.schema import starting
from backend.app.kit.errors import StartError, StoreUnavailable
from backend.app.kit.file_lock import IN_USE, OPENING, share_lock, try_lock

# A store on SQLite does not need the driver of PostgreSQL, which takes a twentieth of a second to load.
if TYPE_CHECKING:
    from backend.app.kit.db import postgres

log = structlog.get_logger("database")

LOCK_WAIT_S = 60.0
OPENING_LOCK = 0x56414C48414C4C41 & 0x7FFFFFFFFFFFFFFF  # "VALHALLA"
MIN_SQLITE = (3, 38, 0)
MIN_POSTGRES = 140000


Replace = Callable[[Path, Path, str, str], None]
"""Callback that makes a new file from a damaged one: (old path, new path, fault, name of the renamed file)."""


@contextmanager
def only_one(data_dir: Path) -> Iterator[None]:
    """Hold the opening lock, so that only one of several starting processes migrates and adopts."""
    with _lock_file(data_dir / OPENING) as file:
        until = time.monotonic() + LOCK_WAIT_S
        while not try_lock(file):
            if time.monotonic() > until:
                raise StartError(
                    f"another process has been opening {data_dir} for {LOCK_WAIT_S:.0f} s; check whether it hangs"
                )
            time.sleep(0.05)
        yield


def _lock_file(path: Path) -> IO[str]:
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)  # others could read what passwords protect
        return path.open("a")
    except OSError as error:
        raise StartError(f"the data directory {path.parent} cannot be written: {error.strerror}") from None


# SQLite


@dataclass(frozen=True, slots=True)
class OpenedFile:
    """An opened SQLite database.

    `doubtful`: it passed its check but was not shut down cleanly, so it may be an older copy. `copied`: it is doubtful
    and another file than the last one that was opened here, so its tables may be of different moments. Call `close`
    last.
    """

    database: Database
    doubtful: bool
    copied: bool
    close: Callable[[], None]


def open_sqlite(
    path: Path, replace: Replace, on_empty: Callable[[], None] = lambda: None, *, texts: bool = False
) -> OpenedFile:
    """Open the database at `path`, inside `only_one`. A damaged one is replaced. Raises StartError.

    `on_empty` is called before a new database is created, and may refuse. With `texts`, the check after an unclean
    shutdown also decodes every text value.
    """
    if sqlite3.sqlite_version_info < MIN_SQLITE:
        raise StartError(f"SQLite {sqlite3.sqlite_version} is too old: 3.38 or later is needed")
    use = _lock_file(path.with_name(IN_USE))
    try:
        alone = try_lock(use)
        doubtful = _replace_if_damaged(path, replace, on_empty, alone=alone, texts=texts)
        copied = doubtful and not _is_noted(path, use)
        share_lock(use)
        _migrate(path)
        if alone:
            _note_identity(path, use)
        database = sqlite.SqliteDatabase(path)
    except (sqlite3.Error, SQLAlchemyError, OSError) as error:
        use.close()
        raise StartError(f"the database {path} cannot be opened: {reason_of(error)}") from None
    except BaseException:
        use.close()
        raise

    def close() -> None:
        with use:
            database.close()
            if try_lock(use):
                sqlite_file.note_clean_close(path)

    return OpenedFile(database, doubtful, copied, close)


def _identity(path: Path) -> str:
    """Return the numbers of the device and of the file, which a copy does not share."""
    found = path.stat()
    return f"{found.st_dev} {found.st_ino}"


def _is_noted(path: Path, use: IO[str]) -> bool:
    """Return whether the file is the one that was noted in the lock file. Without a readable note, it is not."""
    try:
        return Path(use.name).read_text(errors="replace") == _identity(path)
    except OSError:
        return False


def _note_identity(path: Path, use: IO[str]) -> None:
    """Note the file in the lock file. A disk that is full only costs a recomputation later."""
    with suppress(OSError):
        use.truncate(0)
        use.write(_identity(path))
        use.flush()


def _replace_if_damaged(
    path: Path, replace: Replace, on_empty: Callable[[], None], *, alone: bool, texts: bool
) -> bool:
    """Replace an unusable file. Return whether the remaining file is doubtful.

    If other processes have the file open, they have already checked it, and it must not be replaced.
    """
    if not alone:
        if not path.exists():
            raise StartError(f"{path} is missing while another process has it open: stop that process first")
        return False
    sqlite_file.finish_replacing(path)
    if sqlite_file.is_empty(path):
        on_empty()
    if sqlite_file.take_clean_close(path) or not sqlite_file.parts(path):
        return False
    fault = sqlite_file.check_sqlite(path, texts=texts)
    if fault is not None:
        _replace(path, replace, fault)
    return True


def _replace(path: Path, replace: Replace, fault: str) -> None:
    aside = sqlite_file.aside_of(path)
    new = sqlite_file.replacement_of(path)
    replace(path, new, fault, aside.name)
    sqlite_file.put_in_place(path, new, aside)
    log.error("database set aside", file=path.name, moved_to=aside.name, fault=fault)


def _migrate(path: Path) -> None:
    """Migrate the file to the newest schema, and check the schema against its revision before and after."""
    before = _compared(path)
    if migrate.upgrade(path, before) and before is not None:
        _compared(path)


def _compared(path: Path) -> str | None:
    with closing(sqlite.connect(path, "rwc")) as conn, closing(sqlite.snapshot_on(conn)) as snapshot:
        return starting.require_stated(snapshot)


# PostgreSQL


@contextmanager
def open_postgres(url: str, pool: int, on_empty: Callable[[], None] = lambda: None) -> Iterator[Database]:
    """Open the database at `url` and migrate it. Other machines that start now wait until the block ends.

    `on_empty` is called before tables are created in an empty database, and may refuse.
    """
    import psycopg

    from backend.app.kit.db import postgres

    try:
        conn = postgres.connect(url)
    except StoreUnavailable as error:
        raise StartError(f"the database in VALHALLA_DATABASE_URL does not answer: {reason_of(error)}") from None
    with closing(conn):
        try:
            _prepare(conn, url, on_empty)
        except (psycopg.Error, SQLAlchemyError) as error:
            raise StartError(f"the database in VALHALLA_DATABASE_URL cannot be used: {reason_of(error)}") from None
        try:
            yield postgres.PostgresDatabase(url, pool)
        finally:
            release_opening_lock(conn)


def release_opening_lock(conn: "postgres.Connection") -> None:
    """Release the lock now. The server releases it only some time after the connection is closed."""
    import psycopg

    with suppress(psycopg.Error):
        conn.execute("SELECT pg_advisory_unlock(%s)", (OPENING_LOCK,))


def _prepare(conn: "postgres.Connection", url: str, on_empty: Callable[[], None]) -> None:
    from backend.app.kit.db import postgres

    if conn.info.server_version < MIN_POSTGRES:
        raise StartError(f"PostgreSQL {conn.info.server_version // 10000} is too old: 14 or later is needed")
    conn.execute("SELECT set_config('lock_timeout', %s, false)", (f"{LOCK_WAIT_S:.0f}s",))
    conn.execute("SELECT pg_advisory_lock(%s)", (OPENING_LOCK,))
    snapshot = postgres.snapshot_on(conn)
    before = starting.require_stated(snapshot)
    if before is None:
        on_empty()
    if migrate.upgrade(url, before) and before is not None:
        starting.require(snapshot, migrate.HEAD)


def reason_of(error: Exception) -> str:
    """Return the first line of the driver's message. Later lines may repeat the password."""
    return str(error.__cause__ or error).strip().splitlines()[0]
