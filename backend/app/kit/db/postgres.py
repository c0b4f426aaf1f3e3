"""PostgreSQL: a small pool of threads, each unit in a transaction on a connection of its own.

PostgreSQL commits concurrent transactions together by itself, so there is no batch here. A connection that fails
is thrown away; the next unit opens a new one, so a restarted server is found again without help.
"""

import asyncio
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from queue import Empty, LifoQueue
from typing import Any, Concatenate, ParamSpec, TypeVar

import psycopg
from psycopg import errors as pg

from backend.app.kit.db.base import READER, Database
from backend.app.kit.db.sql import DialectName, Params, Query
from backend.app.kit.db.tx import Ctx, Tx
from backend.app.kit.errors import AppError, DuplicateKey, RetryUnit, StoreFull, StoreUnavailable

P = ParamSpec("P")
T = TypeVar("T")

Connection = psycopg.Connection[tuple[Any, ...]]
_TRIES = 3
_OPTIONS = "-c timezone=UTC -c lock_timeout=10s -c idle_in_transaction_session_timeout=60s"
_COMMIT_LOST = (
    "the database went away before it confirmed; the change may be stored: look before trying again, "
    "or send an Idempotency-Key, which makes trying again safe"
)


def connect(url: str, timeout_s: int = 5) -> Connection:
    """A connection without implicit transactions; raises StoreUnavailable."""
    try:
        return psycopg.connect(
            url, autocommit=True, connect_timeout=timeout_s, application_name="valhalla", options=_OPTIONS
        )
    except psycopg.Error as error:
        raise StoreUnavailable("the database does not accept connections; try again") from error


def failure_of(error: psycopg.Error) -> AppError | None:
    """What the server's own failure is for a caller; None when the statement is to blame."""
    if isinstance(error, pg.DiskFull):
        return StoreFull("the database server's disk is full; nothing was stored")
    state = error.sqlstate or ""
    if not state and isinstance(error, psycopg.OperationalError | psycopg.InterfaceError):
        return StoreUnavailable()
    unavailable = state[:2] in {"08", "53", "57", "58"} or state in {"25006", "55P03"}
    return StoreUnavailable() if unavailable else None


class _Runner:
    dialect: DialectName = "postgresql"
    __slots__ = ("execute",)

    def __init__(self, conn: Connection) -> None:
        self.execute: Callable[..., psycopg.Cursor[tuple[Any, ...]]] = conn.execute

    def all(self, text: str, params: Params) -> list[tuple[Any, ...]]:
        return self.execute(text, params).fetchall()

    def one(self, text: str, params: Params) -> tuple[Any, ...] | None:
        return self.execute(text, params).fetchone()

    def run(self, text: str, params: Params) -> int:
        try:
            return self.execute(text, params).rowcount
        except pg.UniqueViolation as error:
            raise DuplicateKey(error.diag.constraint_name or "") from None


class PostgresDatabase(Database):
    dialect: DialectName = "postgresql"

    def __init__(self, url: str, pool: int) -> None:
        super().__init__()
        self.url = url
        self._idle: LifoQueue[Connection] = LifoQueue()
        self._threads = ThreadPoolExecutor(pool, thread_name_prefix="valhalla-db")
        self._reports = ThreadPoolExecutor(2, thread_name_prefix="valhalla-report")
        self._lock = threading.Lock()
        self._waiting = 0
        self._closed = False

    # Writing

    async def write(self, ctx: Ctx, fn: Callable[Concatenate[Tx, P], T], *args: P.args, **kw: P.kwargs) -> T:
        return await self._in_thread(self._threads, partial(self.write_now, ctx, fn, *args, **kw))

    def write_now(self, ctx: Ctx, fn: Callable[Concatenate[Tx, P], T], *args: P.args, **kw: P.kwargs) -> T:
        work = partial(fn, **kw) if kw else fn
        for _ in range(_TRIES):
            try:
                result, touched = self._write_once(ctx, work, args)
                break
            except (pg.SerializationFailure, pg.DeadlockDetected, RetryUnit):
                continue
        else:
            raise StoreUnavailable("others keep changing the same record; nothing was changed, try again")
        self.batch_sizes(1)
        if touched:
            self.after_commit(touched)
        return result

    def _write_once(self, ctx: Ctx, fn: Callable[..., T], args: tuple[Any, ...]) -> tuple[T, set[str]]:
        with self._connection() as conn:
            conn.execute("BEGIN")
            tx = Tx(_Runner(conn), ctx)
            result = fn(tx, *args)
            try:
                # A transaction that failed inside answers COMMIT with ROLLBACK, and no error.
                if conn.execute("COMMIT").statusmessage != "COMMIT":
                    raise StoreUnavailable("the database rolled the change back; nothing was stored")
            except psycopg.OperationalError as error:
                if conn.closed or conn.broken:
                    raise StoreUnavailable(_COMMIT_LOST) from error
                raise
        return result, tx.touched

    # Reading

    async def read(self, fn: Callable[Concatenate[Tx, P], T], *args: P.args, **kw: P.kwargs) -> T:
        return await self._in_thread(self._threads, partial(self._read_once, fn, *args, **kw))

    def _read_once(self, fn: Callable[Concatenate[Tx, P], T], *args: P.args, **kw: P.kwargs) -> T:
        with self._connection() as conn:
            return fn(Tx(_Runner(conn), READER), *args, **kw)

    async def snapshot(self, fn: Callable[Concatenate[Tx, P], T], *args: P.args, **kw: P.kwargs) -> T:
        return await self._in_thread(self._reports, partial(self.snapshot_now, fn, *args, **kw))

    def snapshot_now(self, fn: Callable[Concatenate[Tx, P], T], *args: P.args, **kw: P.kwargs) -> T:
        with self._moment() as conn:
            return fn(Tx(_Runner(conn), READER), *args, **kw)

    @contextmanager
    def stream(self, query: Query, **params: Any) -> Iterator[Iterator[list[tuple[Any, ...]]]]:
        text, fixed = query.text(self.dialect)
        with self._moment() as conn, conn.cursor(name="stream") as cursor:
            cursor.execute(text, {**fixed, **params})
            yield iter(partial(cursor.fetchmany, 500), [])

    @contextmanager
    def _moment(self) -> Iterator[Connection]:
        with self._connection() as conn:
            conn.execute("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield conn
            conn.execute("COMMIT")

    # Connections

    async def _in_thread(self, threads: ThreadPoolExecutor, work: Callable[[], T]) -> T:
        """Shielded: a client that goes away does not take back what was accepted."""
        if self._closed:
            raise StoreUnavailable("the server is stopping; try again")
        with self._lock:
            self._waiting += 1
        future = asyncio.get_running_loop().run_in_executor(threads, self._counted, work)
        return await asyncio.shield(future)

    def _counted(self, work: Callable[[], T]) -> T:
        with self._lock:
            self._waiting -= 1
        return work()

    @contextmanager
    def _connection(self) -> Iterator[Connection]:
        """A connection that goes back to the pool clean, or not at all."""
        conn = self._borrow()
        try:
            yield conn
        except psycopg.Error as error:
            raise failure_of(error) or error from error
        finally:
            self._give_back(conn)

    def _borrow(self) -> Connection:
        while True:
            try:
                conn = self._idle.get_nowait()
            except Empty:
                return connect(self.url)
            if not conn.closed:
                return conn

    def _give_back(self, conn: Connection) -> None:
        try:
            if conn.info.transaction_status != psycopg.pq.TransactionStatus.IDLE:
                conn.rollback()
        except psycopg.Error:
            conn.close()
        if self._closed:
            conn.close()
        elif not conn.closed:
            self._idle.put(conn)

    def waiting(self) -> int:
        return self._waiting

    def drain(self) -> None:
        self._closed = True
        self._threads.shutdown()
        self._reports.shutdown()

    def close(self) -> None:
        self.drain()
        while not self._idle.empty():
            self._idle.get_nowait().close()
