"""SQLite: one thread writes, in batches that are committed once; everyone else reads.

A unit of the batch that is refused does not touch its neighbours: if it had written something already, the whole
batch is done again with a savepoint for each unit. A failure of the database itself ends the batch: all of it is
rolled back and nobody in it is told "done".
"""

import asyncio
import queue
import sqlite3
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

from backend.app.kit.db.base import READER, Database
from backend.app.kit.db.sql import DialectName, Params, Query
from backend.app.kit.db.tx import Ctx, Tx
from backend.app.kit.db.units import Unit, hand_back
from backend.app.kit.errors import AppError, DuplicateKey, StoreFull, StoreUnavailable

P = ParamSpec("P")
T = TypeVar("T")

MAX_BATCH = 256
MAX_WAITING = 20_000
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


class _BatchOver(Exception):
    """The database itself failed: no unit of the batch may be answered as done."""

    def __init__(self, cause: AppError) -> None:
        super().__init__(cause.detail)
        self.cause = cause


class _Spoilt(Exception):
    """A unit failed after it had written something: the batch is done again, each unit in a savepoint."""


def connect(path: Path, *, read_only: bool = False) -> sqlite3.Connection:
    """A connection set up for durability: WAL, an fsync at each commit, no implicit transactions."""
    mode = "ro" if read_only else "rwc"
    conn = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode={mode}",
        uri=True,
        isolation_level=None,
        check_same_thread=False,
        cached_statements=512,
    )
    conn.execute(f"PRAGMA busy_timeout={BUSY_MS}")
    if not read_only:
        conn.execute("PRAGMA journal_mode=WAL")
        conn.execute("PRAGMA synchronous=FULL")
        conn.execute("PRAGMA journal_size_limit=67108864")
    conn.execute("PRAGMA temp_store=MEMORY")
    return conn


def failure_of(error: sqlite3.Error) -> AppError | None:
    """What the database's own failure is for a caller; None when the statement is to blame."""
    code = getattr(error, "sqlite_errorcode", None)
    if code is None:
        return StoreUnavailable() if isinstance(error, sqlite3.ProgrammingError) else None
    primary = code & 0xFF
    if primary == sqlite3.SQLITE_FULL:
        return StoreFull()
    if primary == sqlite3.SQLITE_READONLY:
        return StoreUnavailable("the data directory is read-only; nothing was stored")
    return StoreUnavailable() if primary in _STORE_FAILURES else None


def _duplicate(error: sqlite3.IntegrityError) -> DuplicateKey | None:
    """`UNIQUE constraint failed: index 'ux_x'` for an expression index, `…: table.column` for a column."""
    text = str(error)
    if not text.startswith("UNIQUE constraint failed: "):
        return None
    return DuplicateKey(text.removeprefix("UNIQUE constraint failed: ").removeprefix("index ").strip("'"))


def _nothing(tx: Tx) -> None:
    """A unit whose end says that everything before it is through."""


class _Runner:
    dialect: DialectName = "sqlite"
    __slots__ = ("execute",)

    def __init__(self, conn: sqlite3.Connection) -> None:
        self.execute = conn.execute

    def all(self, text: str, params: Params) -> list[tuple[Any, ...]]:
        return self.execute(text, params).fetchall()

    def one(self, text: str, params: Params) -> tuple[Any, ...] | None:
        row: tuple[Any, ...] | None = self.execute(text, params).fetchone()
        return row

    def run(self, text: str, params: Params) -> int:
        try:
            return self.execute(text, params).rowcount
        except sqlite3.IntegrityError as error:
            raise _duplicate(error) or error from None


def _run_bare(conn: sqlite3.Connection, unit: Unit, tx: Tx) -> None:
    """Runs a unit without a savepoint, which most never need: one that is refused has usually written nothing."""
    before = conn.total_changes
    try:
        unit.run(tx)
    except BaseException as error:
        if conn.total_changes != before and conn.in_transaction:
            raise _Spoilt from error
        raise


def _run_apart(conn: sqlite3.Connection, unit: Unit, tx: Tx) -> None:
    """Runs a unit in a savepoint of its own, so that what it wrote before it failed can be undone alone."""
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
        self._queue: queue.SimpleQueue[Unit | None] = queue.SimpleQueue()
        self._writer: sqlite3.Connection | None = connect(path)
        self._reader: sqlite3.Connection | None = None
        self._workers = ThreadPoolExecutor(2, thread_name_prefix="valhalla-report")
        self._closed = False
        self._thread = threading.Thread(target=self._write_forever, name="valhalla-writer", daemon=True)
        self._thread.start()

    # Writing

    async def write(self, ctx: Ctx, fn: Callable[Concatenate[Tx, P], T], *args: P.args, **kw: P.kwargs) -> T:
        unit = Unit(ctx, partial(fn, **kw) if kw else fn, args, asyncio.get_running_loop())
        self._accept(unit)
        assert unit.future is not None
        result: T = await unit.future
        return result

    def write_now(self, ctx: Ctx, fn: Callable[Concatenate[Tx, P], T], *args: P.args, **kw: P.kwargs) -> T:
        unit = Unit(ctx, partial(fn, **kw) if kw else fn, args, None)
        self._accept(unit)
        result: T = unit.wait()
        return result

    def _accept(self, unit: Unit) -> None:
        if self._closed:
            raise StoreUnavailable("the server is stopping; try again")
        if self._queue.qsize() >= MAX_WAITING:
            raise StoreUnavailable("too many changes are waiting to be written; try again")
        self._queue.put(unit)

    def _write_forever(self) -> None:
        stop = False
        while not stop:
            units: list[Unit] = []
            first = self._queue.get()
            while first is not None and len(units) < MAX_BATCH:
                units.append(first)
                try:
                    first = self._queue.get_nowait()
                except queue.Empty:
                    break
            else:
                if first is None:
                    stop = True
                else:
                    units.append(first)
            if units:
                self._write_batch(units)

    def _write_batch(self, units: list[Unit]) -> None:
        try:
            touched = self._commit(units)
        except _BatchOver as over:
            self._drop_writer()
            for unit in units:
                unit.result, unit.error = None, over.cause
        else:
            self.batch_sizes(len(units))
            if touched:
                self.after_commit(touched)
        hand_back(units)

    def _commit(self, units: list[Unit]) -> set[str]:
        try:
            conn = self._writer = self._writer or connect(self.path)
            conn.execute("BEGIN IMMEDIATE")
            try:
                touched = self._run_all(conn, units, _run_bare)
            except _Spoilt:
                conn.execute("ROLLBACK")
                conn.execute("BEGIN IMMEDIATE")
                touched = self._run_all(conn, units, _run_apart)
            conn.execute("COMMIT")
        except sqlite3.Error as error:
            raise _BatchOver(failure_of(error) or StoreUnavailable()) from error
        return touched

    def _run_all(self, conn: sqlite3.Connection, units: list[Unit], run: RunUnit) -> set[str]:
        touched: set[str] = set()
        runner = _Runner(conn)
        for unit in units:
            unit.result = unit.error = None
            tx = Tx(runner, unit.ctx)
            try:
                run(conn, unit, tx)
            except (_BatchOver, _Spoilt):
                raise
            except sqlite3.Error as error:
                if cause := failure_of(error):
                    raise _BatchOver(cause) from error
                unit.error = error
            except BaseException as error:
                unit.error = error
            else:
                touched |= tx.touched
            if not conn.in_transaction:
                raise _BatchOver(StoreUnavailable())
        return touched

    def _drop_writer(self) -> None:
        """After a failure the connection is not trusted any more: the next batch opens a new one."""
        conn, self._writer = self._writer, None
        if conn is None:
            return
        try:
            if conn.in_transaction:
                conn.execute("ROLLBACK")
            conn.close()
        except sqlite3.Error:
            return

    # Reading

    async def read(self, fn: Callable[Concatenate[Tx, P], T], *args: P.args, **kw: P.kwargs) -> T:
        try:
            conn = self._reader = self._reader or connect(self.path)
            return fn(Tx(_Runner(conn), READER), *args, **kw)
        except sqlite3.Error as error:
            self._reader = None
            raise failure_of(error) or error from error

    async def snapshot(self, fn: Callable[Concatenate[Tx, P], T], *args: P.args, **kw: P.kwargs) -> T:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._workers, partial(self.snapshot_now, fn, *args, **kw))

    def snapshot_now(self, fn: Callable[Concatenate[Tx, P], T], *args: P.args, **kw: P.kwargs) -> T:
        with self._moment() as conn:
            return fn(Tx(_Runner(conn), READER), *args, **kw)

    @contextmanager
    def stream(self, query: Query, **params: Any) -> Iterator[Iterator[list[tuple[Any, ...]]]]:
        text, fixed = query.text(self.dialect)
        with self._moment() as conn:
            cursor = conn.execute(text, {**fixed, **params})
            yield iter(partial(cursor.fetchmany, 500), [])

    @contextmanager
    def _moment(self) -> Iterator[sqlite3.Connection]:
        """A connection of its own that sees the database as it is now, whatever is written meanwhile."""
        try:
            conn = connect(self.path)
            try:
                conn.execute("BEGIN")
                yield conn
                conn.execute("COMMIT")
            finally:
                conn.close()
        except sqlite3.Error as error:
            raise failure_of(error) or error from error

    def waiting(self) -> int:
        return self._queue.qsize()

    def drain(self) -> None:
        self.write_now(READER, _nothing)

    def close(self) -> None:
        self._closed = True
        self._queue.put(None)
        self._thread.join()
        self._workers.shutdown()
        for conn in (self._reader, self._writer):
            if conn is not None:
                conn.close()
        self._reader = self._writer = None
