"""SQLite: one thread writes in batches, each with one commit; all others read.

A refused unit does not affect the others. If it had already written something, the whole batch runs again with a
savepoint per unit. A failure of the database itself fails the batch: it is rolled back, and no unit is reported as
done.
"""

import asyncio
import os
import sqlite3
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from functools import partial
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any, Concatenate, Literal, ParamSpec, TypeVar

import structlog

from backend.app.kit.db.base import READER, Database
from backend.app.kit.db.batching import GATHER_S, BatchQueue
from backend.app.kit.db.sql import DialectName, InsertMany, Params
from backend.app.kit.db.tx import Ctx, DeferredAction, ReadSnapshot, Tx, chunk_sizes
from backend.app.kit.db.work_units import Unit, WrittenDocument
from backend.app.kit.errors import AppError, DuplicateKey, StoreFull, StoreReadOnly, StoreUnavailable

P = ParamSpec("P")
T = TypeVar("T")

log = structlog.get_logger("database")

MAX_BATCH = 256
BUSY_MS = 10_000
_STORE_FAILURES = {
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_CORRUPT,
    sqlite3.SQLITE_NOTADB,
    sqlite3.SQLITE_NOMEM,
    sqlite3.SQLITE_PROTOCOL,
    sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_AUTH,
}
_FILE_REPLACED = (
    "the database file was moved or replaced while the service ran; nothing was stored, restart the service"
)


class _BatchFailed(Exception):
    """The database itself failed: no unit of the batch may be reported as done."""

    def __init__(self, cause: AppError) -> None:
        super().__init__(cause.detail)
        self.cause = cause


class _RunInSavepoints(Exception):
    """A unit failed after a write: the batch runs again, with a savepoint per unit."""


WRITER_CACHE_KB = 64_000
"""Most memory for pages in the connection that writes. With SQLite's 2 MB, an import of a million rows with eight
indexes reads and writes each page many times."""

Mode = Literal["ro", "rw", "rwc"]


def connect(path: Path, mode: Mode = "rw") -> sqlite3.Connection:
    """Open a connection set up for durability: WAL, fsync at each commit, no implicit transactions.

    Only `rwc` creates a missing file. A service whose database was removed must not continue with an empty one.
    """
    conn = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode={mode}",
        uri=True,
        isolation_level=None,
        check_same_thread=False,
        cached_statements=512,
    )
    try:
        conn.execute(f"PRAGMA busy_timeout={BUSY_MS}")
        if mode != "ro":
            conn.execute("PRAGMA journal_mode=WAL")
            conn.execute("PRAGMA synchronous=FULL")
            conn.execute("PRAGMA journal_size_limit=67108864")
        conn.execute("PRAGMA temp_store=MEMORY")
    except BaseException:
        conn.close()
        raise
    return conn


def identity(path: Path) -> tuple[int, int] | None:
    """Return device and inode of the file at the path; None if there is none."""
    try:
        stat = os.stat(path)  # noqa: PTH116 - before every batch: a third of what Path.stat takes
    except OSError:
        return None
    return stat.st_dev, stat.st_ino


def is_undecodable(error: sqlite3.Error) -> bool:
    """Return whether the driver failed to decode a text. SQLite itself does not validate texts."""
    return getattr(error, "sqlite_errorcode", None) is None and "Could not decode" in str(error)


def failure_of(error: sqlite3.Error) -> AppError | None:
    """Return the error to raise if the database itself failed; None if the statement is at fault."""
    code = getattr(error, "sqlite_errorcode", None)
    if code is None:
        if is_undecodable(error):
            return StoreUnavailable("the database holds text that is not UTF-8: `valhalla doctor` says where")
        return StoreUnavailable() if isinstance(error, sqlite3.ProgrammingError) else None
    if code == sqlite3.SQLITE_CONSTRAINT_TRIGGER:
        return StoreUnavailable(f"a trigger of the database refuses it ({error}): run `valhalla doctor`")
    primary = code & 0xFF
    if primary == sqlite3.SQLITE_FULL:
        return StoreFull()
    if primary == sqlite3.SQLITE_READONLY:
        moved = code == sqlite3.SQLITE_READONLY_DBMOVED
        kind = StoreUnavailable if moved else StoreReadOnly
        return kind("the data directory is read-only; nothing was stored")
    return StoreUnavailable() if primary in _STORE_FAILURES else None


def _duplicate(error: sqlite3.IntegrityError) -> DuplicateKey | None:
    """Parse `UNIQUE constraint failed: index 'ux_x'` (expression index) or `…: table.column` (column)."""
    text = str(error)
    if not text.startswith("UNIQUE constraint failed: "):
        return None
    return DuplicateKey(text.removeprefix("UNIQUE constraint failed: ").removeprefix("index ").strip("'"))


def _nothing(tx: Tx) -> None:
    """Do nothing: when this unit is done, all earlier ones are."""


class _SqliteRunner:
    dialect: DialectName = "sqlite"
    __slots__ = ("_conn", "execute")

    def __init__(self, conn: sqlite3.Connection) -> None:
        self._conn = conn
        self.execute = conn.execute

    def all(self, text: str, params: Params) -> list[tuple[Any, ...]]:
        return self.execute(text, params).fetchall()

    def one(self, text: str, params: Params) -> tuple[Any, ...] | None:
        row: tuple[Any, ...] | None = self.execute(text, params).fetchone()
        return row

    def run(self, text: str, params: Params) -> None:
        self.count(text, params)

    def count(self, text: str, params: Params) -> int:
        try:
            return self.execute(text, params).rowcount
        except sqlite3.IntegrityError as error:
            raise _duplicate(error) or error from None

    def many(self, text: str, rows: list[Params]) -> None:
        self._conn.executemany(text, rows)

    def insert_many(self, insert: InsertMany, rows: list[Params]) -> None:
        self._conn.executemany(insert.text("sqlite"), map(insert.values, rows))

    def chunks(self, text: str, params: Params) -> Generator[list[tuple[Any, ...]]]:
        sizes = chunk_sizes()
        size = next(sizes)
        with closing(self.execute(text, params)) as cursor:
            while rows := cursor.fetchmany(size):
                yield rows
                size = sizes.send(rows)

    def portions(self, text: str, params: Params, size: int) -> Generator[list[tuple[Any, ...]]]:
        with closing(self.execute(text, params)) as cursor:
            while rows := cursor.fetchmany(size):
                yield rows


def snapshot_on(conn: sqlite3.Connection, ctx: Ctx = READER) -> ReadSnapshot:
    """Return a snapshot reader for a connection with an open transaction."""
    return ReadSnapshot(_SqliteRunner(conn), ctx)


def _run_without_savepoint(conn: sqlite3.Connection, unit: Unit, tx: Tx) -> None:
    """Run a unit without a savepoint. Most never need one: a refused unit has usually written nothing."""
    before = conn.total_changes
    try:
        unit.run(tx)
    except BaseException as error:
        if conn.total_changes != before and conn.in_transaction:
            raise _RunInSavepoints from error
        raise


def _run_in_savepoint(conn: sqlite3.Connection, unit: Unit, tx: Tx) -> None:
    """Run a unit in its own savepoint, so that its writes can be undone alone."""
    conn.execute("SAVEPOINT unit")
    try:
        unit.run(tx)
    except BaseException:
        if conn.in_transaction:
            conn.execute("ROLLBACK TO unit")
            conn.execute("RELEASE unit")
        raise
    conn.execute("RELEASE unit")


RunUnit = Callable[[sqlite3.Connection, Unit, Tx], None]


class SqliteDatabase(Database):
    dialect: DialectName = "sqlite"

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = path
        self._writer: sqlite3.Connection | None = connect(path)
        self._writer.execute(f"PRAGMA cache_size=-{WRITER_CACHE_KB}")
        self._identity = identity(path)
        self._reader: sqlite3.Connection | None = None
        self._readers: SimpleQueue[sqlite3.Connection] = SimpleQueue()
        self._workers = ThreadPoolExecutor(2, thread_name_prefix="valhalla-report")
        self._queue = BatchQueue("valhalla-writer", self._write_batch, most=MAX_BATCH, gather_s=GATHER_S)

    # Writing

    async def write(self, ctx: Ctx, fn: Callable[Concatenate[Tx, P], T], *args: P.args, **kw: P.kwargs) -> T:
        result: T = await self._queue.answer(ctx, partial(fn, **kw) if kw else fn, args)
        return result

    def write_now(self, ctx: Ctx, fn: Callable[Concatenate[Tx, P], T], *args: P.args, **kw: P.kwargs) -> T:
        result: T = self._queue.answer_now(ctx, partial(fn, **kw) if kw else fn, args)
        return result

    def _write_batch(self, units: list[Unit]) -> None:
        """Run a batch. Every caller gets an answer in any case, because this is the only writer thread."""
        try:
            written = self._commit(units)
        except _BatchFailed as over:
            self._fail(units, over.cause)
        except Exception as error:
            log.error("batch failed", units=len(units), exc_info=error)
            self._fail(units, StoreUnavailable())
        else:
            self.notify(len(units), written)

    def _fail(self, units: list[Unit], cause: AppError) -> None:
        self._drop_writer()
        for unit in units:
            unit.result, unit.error = None, cause

    def _open(self) -> sqlite3.Connection:
        """Open a connection to the original file. Writes to a different file at this path would be lost."""
        self._check_file()
        return connect(self.path)

    def _check_file(self) -> None:
        if identity(self.path) != self._identity:
            raise StoreUnavailable(_FILE_REPLACED)

    def _commit(self, units: list[Unit]) -> list[WrittenDocument]:
        try:
            self._check_file()
            conn = self._writer = self._writer or connect(self.path)
            conn.execute("BEGIN IMMEDIATE")
            try:
                written = self._run_all(conn, units, _run_without_savepoint)
            except _RunInSavepoints:
                conn.execute("ROLLBACK")
                conn.execute("BEGIN IMMEDIATE")
                written = self._run_all(conn, units, _run_in_savepoint)
            conn.execute("COMMIT")
        except sqlite3.Error as error:
            raise _BatchFailed(failure_of(error) or StoreUnavailable()) from error
        except StoreUnavailable as error:
            raise _BatchFailed(error) from error
        return written

    def _run_all(self, conn: sqlite3.Connection, units: list[Unit], run: RunUnit) -> list[WrittenDocument]:
        written: list[WrittenDocument] = []
        left: list[tuple[DeferredAction, Any]] = []
        runner = _SqliteRunner(conn)
        for unit in units:
            unit.result = unit.error = None
            tx = Tx(runner, unit.ctx)
            try:
                run(conn, unit, tx)
            except (_BatchFailed, _RunInSavepoints):
                raise
            except sqlite3.Error as error:
                if cause := failure_of(error):
                    raise _BatchFailed(cause) from error
                unit.error = error
            except Exception as error:  # noqa: BLE001 - passed to the caller of the unit
                unit.error = error
            else:
                written += tx.written
                left += tx.deferred
            if not conn.in_transaction:
                raise _BatchFailed(StoreUnavailable())
        Tx(runner, READER).end(left)
        return written

    def _drop_writer(self) -> None:
        """Discard the connection after a failure. The next batch opens a new one."""
        conn, self._writer = self._writer, None
        if conn is None:
            return
        with suppress(sqlite3.Error), closing(conn):
            if conn.in_transaction:
                conn.execute("ROLLBACK")

    # Reading

    async def read(self, fn: Callable[Concatenate[Tx, P], T], *args: P.args, **kw: P.kwargs) -> T:
        conn = self._reader
        try:
            if conn is None:
                conn = self._reader = self._open()
            return fn(Tx(_SqliteRunner(conn), READER), *args, **kw)
        except sqlite3.Error as error:
            self._reader = None
            if conn is not None:
                conn.close()
            raise failure_of(error) or error from error

    async def snapshot(self, fn: Callable[Concatenate[Tx, P], T], *args: P.args, **kw: P.kwargs) -> T:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._workers, partial(self.snapshot_now, fn, *args, **kw))

    @contextmanager
    def open_snapshot(self) -> Iterator[ReadSnapshot]:
        self._check_file()
        conn = self._reader_connection()
        try:
            conn.execute("BEGIN")
            with closing(ReadSnapshot(_SqliteRunner(conn), READER)) as tx:
                yield tx
            conn.execute("COMMIT")
        except BaseException as error:
            conn.close()  # an unfinished statement would keep its snapshot open
            if isinstance(error, sqlite3.Error):
                raise failure_of(error) or error from error
            raise
        self._readers.put(conn)

    def _reader_connection(self) -> sqlite3.Connection:
        """Return a pooled connection. Opening one costs forty times as much as a short read."""
        with suppress(Empty):
            return self._readers.get_nowait()
        try:
            return self._open()
        except sqlite3.Error as error:
            raise failure_of(error) or error from error

    def waiting(self) -> int:
        return self._queue.waiting()

    def drain(self) -> None:
        self.write_now(READER, _nothing)

    def close(self) -> None:
        self._queue.close()
        self._workers.shutdown()
        while not self._readers.empty():
            self._readers.get().close()
        for conn in (self._reader, self._writer):
            if conn is not None:
                conn.close()
        self._reader = self._writer = None
