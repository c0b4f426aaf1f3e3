"""Possible locations of a store: a SQLite file, a PostgreSQL database, a directory of JSON files.

Each can be locked exclusively, inspected, read, and filled.
"""

import sqlite3
import time
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path

import psycopg

from backend.app.kit.archive import directory, unfinished
from backend.app.kit.archive.directory import DirectorySource, DirectoryTarget, PlainSource
from backend.app.kit.archive.folder_lock import locked_folder
from backend.app.kit.archive.manifest import MANIFEST
from backend.app.kit.archive.source import DatabaseSource, Source
from backend.app.kit.archive.tables import ArchiveTable, BadArchive
from backend.app.kit.archive.target import DatabaseTarget, Target
from backend.app.kit.db import ReadSnapshot, Tx, inspection, postgres, sqlite, sqlite_file, state
from backend.app.kit.db.bulk import postgres_bulk, sqlite_bulk
from backend.app.kit.db.migrate import HEAD
from backend.app.kit.db.opening import OPENING_LOCK, reason_of, release_opening_lock
from backend.app.kit.db.schema.reading import table_columns
from backend.app.kit.db.schema.revisions import BadRevision
from backend.app.kit.errors import Conflict, StoreUnavailable
from backend.app.kit.file_lock import IN_USE, LOCK_FILES, OPENING
from backend.app.kit.jobs import leases
from backend.app.kit.jobs.lease_holder import about
from backend.app.kit.json_mirror import change_log, json_files
from backend.app.kit.output.output_file import no_room, sync_folder

PARTIAL = ".partial"
"""Suffix of a store's name until it is complete."""

_SETTLE_S = 5.0
"""Seconds that the server may take to notice a closed connection."""


class StoreLocation(ABC):
    """A location where a store is, or can be created. `str()` gives its name without a password."""

    address: str

    def __eq__(self, other: object) -> bool:
        return isinstance(other, StoreLocation) and (type(self), self.address) == (type(other), other.address)

    def __hash__(self) -> int:
        return hash(self.address)

    @abstractmethod
    def held(self, *, to_read: bool = False) -> AbstractContextManager[None]:
        """Lock the location exclusively. Raises Conflict if it is in use.

        After a failure in the block, no files remain.
        """

    @abstractmethod
    def holds(self, tables: list[ArchiveTable]) -> dict[str, int]:
        """Return the number of items by table or file; empty if there is no store."""

    @abstractmethod
    def source(self, tables: list[ArchiveTable], keys: Iterable[str], version: str) -> AbstractContextManager[Source]:
        """Open the store for reading. Raises BadArchive if there is none."""

    @abstractmethod
    def put_state(self, values: dict[str, str]) -> None:
        """Store values in the state of the store that is there. Raises StoreUnavailable if it cannot be written."""

    @abstractmethod
    def mark(self) -> str | None:
        """Return the mark of an unfinished transfer to this location; None if there is none."""

    @abstractmethod
    def discard(self, tables: list[ArchiveTable]) -> None:
        """Delete an unfinished transfer."""

    @abstractmethod
    def filling(self, tables: list[ArchiveTable], mark: str | None, version: str) -> AbstractContextManager[Target]:
        """Create or resume a store at this location. It is installed if the block ends without an error.

        Without a mark it is all or nothing, and cannot be resumed.
        """


# SQLite


class SqliteLocation(StoreLocation):
    def __init__(self, path: Path) -> None:
        self.path, self.address = path, str(path)
        self._partial = path.with_name(path.name + PARTIAL)

    def __str__(self) -> str:
        return str(self.path)

    @contextmanager
    def held(self, *, to_read: bool = False) -> Iterator[None]:
        with locked_folder(self.path.parent, (OPENING, IN_USE), to_read=to_read):
            yield

    def holds(self, tables: list[ArchiveTable]) -> dict[str, int]:
        found: dict[str, int] = {}
        if sqlite_file.parts(self.path):
            try:
                with inspection.sqlite_snapshot(self.path) as snapshot:
                    unfinished.refuse_foreign(snapshot, self.path)
                    found = _counts(snapshot, tables)
            except (OSError, sqlite3.Error) as error:
                raise Conflict(f"{self.path} exists, but cannot be read ({error}); move it away first") from None
        return found or json_records(self.path.parent, tables)

    @contextmanager
    def source(self, tables: list[ArchiveTable], keys: Iterable[str], version: str) -> Iterator[Source]:
        if not self.path.is_file():
            raise BadArchive(f"there is no database {self.path}")
        try:
            with inspection.sqlite_snapshot(self.path) as snapshot:
                yield _whole(snapshot, DatabaseSource(snapshot, str(self), version, tables, keys))
        except (sqlite3.Error, OSError) as error:
            raise StoreUnavailable(f"{self.path} cannot be read: {error}") from error

    def put_state(self, values: dict[str, str]) -> None:
        try:
            with closing(sqlite.connect(self.path)) as conn:
                _put_all(sqlite.snapshot_on(conn), values)
        except sqlite3.Error as error:
            raise StoreUnavailable(f"{self.path} cannot be written: {error}") from error

    def mark(self) -> str | None:
        if not self._partial.exists():
            return None
        try:
            with inspection.sqlite_snapshot(self._partial) as snapshot:
                return state.get(snapshot, state.UNFINISHED) if inspection.schema_revision(snapshot) == HEAD else None
        except (sqlite3.Error, BadRevision):
            return None

    def discard(self, tables: list[ArchiveTable]) -> None:
        unfinished.discard_sqlite(self._partial)

    @contextmanager
    def filling(self, tables: list[ArchiveTable], mark: str | None, version: str) -> Iterator[Target]:
        if mark is None or self.mark() != mark:
            self.discard(tables)
        try:
            with sqlite_bulk(self._partial) as bulk:
                state.put(bulk.tx, state.UNFINISHED, mark or "")
                bulk.keep()
                yield DatabaseTarget(bulk, {table.name: table.shape for table in tables}, tables)
        except BaseException:
            if mark is None:
                self.discard(tables)
            raise
        self._install(tables)

    def _install(self, tables: list[ArchiveTable]) -> None:
        """Replace the existing store, which has no records, with the new one."""
        delete_json_files(self.path.parent, tables)
        for part in sqlite_file.parts(self.path):
            if part != self.path:
                part.unlink()
        self._partial.replace(self.path)
        sync_folder(self.path.parent)
        sqlite_file.note_clean_close(self.path)


def _put_all(tx: Tx, values: dict[str, str]) -> None:
    for key, value in values.items():
        state.put(tx, key, value)


def _whole(snapshot: ReadSnapshot, source: DatabaseSource) -> Source:
    if state.get(snapshot, state.UNFINISHED) is not None:
        raise Conflict(f"{source.where} holds a transfer that was not finished: run the same transfer again first")
    return source


def json_records(root: Path, tables: list[ArchiveTable]) -> dict[str, int]:
    """Return the number of records per JSON file of a data directory, and of changes in the change log."""
    found: dict[str, int] = {}
    for table in tables:
        path = root / table.file
        if table.records and path.is_file() and (records := sum(1 for _ in json_files.each(path))):
            found[table.file] = records
    if recent := sum(1 for _ in change_log.read(root)):
        found[change_log.FOLDER] = recent
    return found


def delete_json_files(root: Path, tables: list[ArchiveTable]) -> None:
    """Delete the JSON files of a store without records. They would be taken for edited files of the new store."""
    for path in (*(root / table.file for table in tables if table.records), root / ".mirror.json"):
        path.unlink(missing_ok=True)


def _counts(snapshot: ReadSnapshot, tables: list[ArchiveTable]) -> dict[str, int]:
    revision = inspection.schema_revision(snapshot)
    if revision is None:
        return {}
    if revision > HEAD:
        raise Conflict(f"the target has schema {revision}, made by a newer Valhalla than this one ({HEAD})")
    source = DatabaseSource(snapshot, "the target", "", tables, ())
    return {name: rows for name, rows in source.counts.items() if rows}


# PostgreSQL


class PostgresLocation(StoreLocation):
    def __init__(self, url: str) -> None:
        self.url = self.address = url
        self._shown = shown(url)

    def __str__(self) -> str:
        return self._shown

    @contextmanager
    def held(self, *, to_read: bool = False) -> Iterator[None]:
        with self._connection() as conn:
            row = conn.execute("SELECT pg_try_advisory_lock(%s)", (OPENING_LOCK,)).fetchone()
            if row is None or not row[0]:
                raise Conflict(f"{self} is being opened by another process just now; try again in a moment")
            try:
                self._refuse_other_users(conn)
                yield
            finally:
                release_opening_lock(conn)

    def _refuse_other_users(self, conn: postgres.Connection) -> None:
        until = time.monotonic() + _SETTLE_S
        while others := self._others(conn):
            if time.monotonic() > until:
                raise Conflict(f"{self} is in use by {others}: stop that first")
            time.sleep(0.05)

    def _others(self, conn: postgres.Connection) -> str | None:
        with conn.transaction():
            snapshot = postgres.snapshot_on(conn)
            if leases.leases.name in table_columns(snapshot) and (present := leases.present(snapshot)):
                holder = about(present[0])
                who = f"valhalla {holder['kind']}, process {holder['pid']} on {holder['host']}"
                return f"{who} (if it was killed, its lease ends at {present[0].until})"
            connections = inspection.server(snapshot).others
        return f"{connections} connections of Valhalla" if connections else None

    @contextmanager
    def _connection(self) -> Iterator[postgres.Connection]:
        try:
            with closing(postgres.connect(self.url)) as conn:
                yield conn
        except psycopg.Error as error:
            raise StoreUnavailable(f"{self} cannot be used: {reason_of(error)}") from error
        except StoreUnavailable as error:
            if error.__cause__ is None or not isinstance(error.__cause__, psycopg.Error):
                raise
            raise StoreUnavailable(f"{self} cannot be reached: {reason_of(error)}") from None

    @contextmanager
    def _snapshot(self) -> Iterator[ReadSnapshot]:
        with self._connection() as conn:
            conn.execute("SET idle_in_transaction_session_timeout = 0")
            conn.execute("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            with closing(postgres.snapshot_on(conn)) as snapshot:
                yield snapshot

    def holds(self, tables: list[ArchiveTable]) -> dict[str, int]:
        with self._snapshot() as snapshot:
            return _counts(snapshot, tables)

    @contextmanager
    def source(self, tables: list[ArchiveTable], keys: Iterable[str], version: str) -> Iterator[Source]:
        with self._snapshot() as snapshot:
            yield _whole(snapshot, DatabaseSource(snapshot, str(self), version, tables, keys))

    def put_state(self, values: dict[str, str]) -> None:
        with self._connection() as conn, conn.transaction():
            _put_all(postgres.snapshot_on(conn), values)

    def mark(self) -> str | None:
        with self._snapshot() as snapshot:
            return state.get(snapshot, state.UNFINISHED) if inspection.schema_revision(snapshot) else None

    def discard(self, tables: list[ArchiveTable]) -> None:
        with postgres_bulk(self.url, str(self)) as bulk:
            for table in tables:
                bulk.empty(table.name)
            state.forget(bulk.tx, state.UNFINISHED)
            bulk.keep()

    @contextmanager
    def filling(self, tables: list[ArchiveTable], mark: str | None, version: str) -> Iterator[Target]:
        with postgres_bulk(self.url, str(self)) as bulk:
            if mark is not None:
                state.put(bulk.tx, state.UNFINISHED, mark)
                bulk.keep()
            shapes = {table.name: table.shape for table in tables}
            yield DatabaseTarget(bulk, shapes, tables, at_once=mark is None)


def shown(url: str) -> str:
    """Return the URL without its password and parameters."""
    rest = url.partition("://")[2].partition("?")[0]
    credentials, at, place = rest.rpartition("@")
    return f"postgresql://{credentials.partition(':')[0]}{at}{place}"


# JSON


class JsonLocation(StoreLocation):
    def __init__(self, root: Path, new_store: dict[str, str]) -> None:
        """`new_store` is the state of a store whose directory has no manifest."""
        self.root, self.address, self._new_store = root, str(root), new_store
        self._partial = root.with_name(root.name + PARTIAL)

    def __str__(self) -> str:
        return f"{self.root}/"

    @contextmanager
    def held(self, *, to_read: bool = False) -> Iterator[None]:
        with locked_folder(self.root, LOCK_FILES, to_read=True):
            if to_read:
                yield
                return
            beside = f".{self.root.name}.lock"
            with locked_folder(self.root.parent, (beside,)):
                yield
            (self.root.parent / beside).unlink(missing_ok=True)

    def holds(self, tables: list[ArchiveTable]) -> dict[str, int]:
        if not self.root.exists():
            return {}
        if not self.root.is_dir():
            raise Conflict(f"{self.root} is not a directory")
        names = [path.name for path in self.root.iterdir()]
        return dict.fromkeys(names[:1], 1)

    @contextmanager
    def source(self, tables: list[ArchiveTable], keys: Iterable[str], version: str) -> Iterator[Source]:
        if not self.root.is_dir():
            raise BadArchive(f"there is no directory {self.root}")
        if (self.root / MANIFEST).exists():
            yield DirectorySource(self.root, tables, str(self.root))
        else:
            yield PlainSource(self.root, tables, str(self.root), self._new_store)

    def put_state(self, values: dict[str, str]) -> None:
        """Do nothing: a directory has no state, and a store that takes it in begins with a new one."""

    def mark(self) -> str | None:
        try:
            return (self._partial / directory.MARK).read_text(encoding="utf-8")
        except OSError:
            return None

    def discard(self, tables: list[ArchiveTable]) -> None:
        unfinished.discard_directory(self._partial)

    @contextmanager
    def filling(self, tables: list[ArchiveTable], mark: str | None, version: str) -> Iterator[Target]:
        try:
            if mark is None or self.mark() != mark:
                self.discard(tables)
                self._partial.mkdir(parents=True, mode=0o700)
                (self._partial / directory.MARK).write_text(mark or "", encoding="utf-8")
            with closing(DirectoryTarget(self._partial, tables, version)) as target:
                yield target
            if self.root.exists():
                self.root.rmdir()
            self._partial.replace(self.root)
            sync_folder(self.root.parent)
        except OSError as error:
            failed = no_room(error, self.root)
            raise failed or StoreUnavailable(f"{self} cannot be written: {error.strerror}") from error
