"""PostgreSQL: one thread writes in batches, each with one commit; a few others read.

The units of a batch run in one transaction. Their statements are pipelined, without waiting for each result. If a unit
fails after a write, the batch is rolled back and each unit runs alone. A failed connection is discarded with all idle
ones, and the next unit opens a new one. So the service recovers from a server restart.
"""

import asyncio
import json
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from functools import partial
from queue import Empty, LifoQueue
from typing import Any, Concatenate, LiteralString, ParamSpec, TypeVar

import psycopg
from psycopg import errors as pg
from psycopg.pq import TransactionStatus

from backend.app.kit.db.base import READER, Database
from backend.app.kit.db.batching import GATHER_S, BatchQueue
from backend.app.kit.db.sql import DialectName, InsertMany, Params
from backend.app.kit.db.tx import Ctx, DeferredAction, ReadSnapshot, Tx, chunk_sizes
from backend.app.kit.db.work_units import Unit, WrittenDocument
from backend.app.kit.errors import AppError, DuplicateKey, RetryUnit, StoreFull, StoreReadOnly, StoreUnavailable

P = ParamSpec("P")
T = TypeVar("T")

Connection = psycopg.Connection[tuple[Any, ...]]
_TRIES = 3
MAX_BATCH = 64
MAX_READS = 16
# The default of 4 is for spinning disks: the planner would scan the whole table to save a few index reads.
_OPTIONS = "-c random_page_cost=1.1 -c timezone=UTC -c lock_timeout=10s -c idle_in_transaction_session_timeout=60s"
_COMMIT_LOST = (
    "the connection was lost before the commit was confirmed; the change may be stored: check before you try again, "
    "or send an Idempotency-Key, which makes a retry safe"
)


def connect(url: str, timeout_s: int = 5) -> Connection:
    """Open a connection without implicit transactions. Raises StoreUnavailable."""
    try:
        return psycopg.connect(
            url,
            autocommit=True,
            connect_timeout=timeout_s,
            tcp_user_timeout=30_000,  # give up on a server that vanished from the network
            application_name="valhalla",
            options=_OPTIONS,
        )
    except psycopg.Error as error:
        raise _NoConnection("the database does not accept connections; try again") from error


def failure_of(error: psycopg.Error) -> AppError | None:
    """Return the error to raise if the server itself failed; None if the statement is at fault."""
    if isinstance(error, pg.DiskFull):
        return StoreFull("the database server's disk is full; nothing was stored")
    state = error.sqlstate or ""
    if not state and isinstance(error, psycopg.OperationalError | psycopg.InterfaceError):
        return StoreUnavailable()
    if isinstance(error, pg.RaiseException):
        reason = error.diag.message_primary
        return StoreUnavailable(f"a trigger of the database refuses it ({reason}): run `valhalla doctor`")
    if isinstance(error, pg.ReadOnlySqlTransaction):
        return StoreReadOnly("the database server is read-only, as a replica is; nothing was stored")
    unavailable = state[:2] in {"08", "53", "57", "58"} or state == "55P03"
    return StoreUnavailable() if unavailable else None


def _nothing(tx: Tx) -> None:
    """Do nothing: when this unit is done, all earlier ones are."""


class _ConnectionLost(StoreUnavailable):
    """The connection was lost. Nothing was committed on it."""


class _NoConnection(StoreUnavailable):
    """The server cannot be reached."""


class _RunEachAlone(Exception):
    """A unit failed in a way that aborts its batch: each unit must run again alone."""


class _PostgresRunner:
    dialect: DialectName = "postgresql"
    __slots__ = ("_conn", "_streams", "execute")

    def __init__(self, conn: Connection) -> None:
        self._conn, self._streams = conn, 0
        # One cursor for all statements, each read to its end. Creating a cursor costs as much as a short statement.
        self.execute: Callable[..., psycopg.Cursor[tuple[Any, ...]]] = conn.cursor().execute

    def all(self, text: str, params: Params) -> list[tuple[Any, ...]]:
        return self.execute(text, params).fetchall()

    def one(self, text: str, params: Params) -> tuple[Any, ...] | None:
        return self.execute(text, params).fetchone()

    def run(self, text: str, params: Params) -> None:
        self.count(text, params)

    def count(self, text: str, params: Params) -> int:
        try:
            return self.execute(text, params).rowcount
        except pg.UniqueViolation as error:
            raise DuplicateKey(error.diag.constraint_name or "") from None

    def many(self, text: str, rows: list[Params]) -> None:
        self.count(text, {"rows": json.dumps(rows, ensure_ascii=False)})

    def insert_many(self, insert: InsertMany, rows: list[Params]) -> None:
        self.many(insert.text("postgresql"), rows)

    def chunks(self, text: str, params: Params) -> Generator[list[tuple[Any, ...]]]:
        # Declared by hand: the driver's named cursor raises when its connection is lost.
        self._streams += 1
        name = f"stream_{self._streams}"
        psycopg.ClientCursor(self._conn).execute(f"DECLARE {name} NO SCROLL CURSOR FOR {text}".encode(), params)
        sizes = chunk_sizes()
        size = next(sizes)
        while rows := self.execute(f"FETCH {size} FROM {name}").fetchall():
            yield rows
            size = sizes.send(rows)
        self.execute(f"CLOSE {name}")

    def portions(self, text: str, params: Params, size: int) -> Generator[list[tuple[Any, ...]]]:
        rows = self.all(text, params)
        for at in range(0, len(rows), size):
            yield rows[at : at + size]


def snapshot_on(conn: Connection, ctx: Ctx = READER) -> ReadSnapshot:
    """Return a snapshot reader for a connection with an open transaction."""
    return ReadSnapshot(_PostgresRunner(conn), ctx)


class _PipelineRunner(_PostgresRunner):
    """Runner that pipelines statements. An error surfaces later and aborts the batch."""

    __slots__ = ("_pipeline", "has_written")

    def __init__(self, conn: Connection, pipeline: psycopg.Pipeline) -> None:
        super().__init__(conn)
        self._pipeline = pipeline
        self.has_written = False

    def run(self, text: str, params: Params) -> None:
        self.has_written = True
        self.execute(text, params)

    def count(self, text: str, params: Params) -> int:
        cursor = self.execute(text, params)
        self.has_written = True
        self._pipeline.sync()
        return cursor.rowcount

    def many(self, text: str, rows: list[Params]) -> None:
        self.run(text, {"rows": json.dumps(rows, ensure_ascii=False)})


class PostgresDatabase(Database):
    dialect: DialectName = "postgresql"

    def __init__(self, url: str, readers: int) -> None:
        super().__init__()
        self.url = url
        self._idle: LifoQueue[Connection] = LifoQueue()
        self._writer = BatchQueue("valhalla-writer", self._write_batch, most=MAX_BATCH, gather_s=GATHER_S)
        self._readers = BatchQueue("valhalla-reader", self._read_batch, most=MAX_READS, threads=readers)
        self._reports = ThreadPoolExecutor(2, thread_name_prefix="valhalla-report")
        self._closed = False

    # Writing

    async def write(self, ctx: Ctx, fn: Callable[Concatenate[Tx, P], T], *args: P.args, **kw: P.kwargs) -> T:
        result: T = await self._writer.answer(ctx, partial(fn, **kw) if kw else fn, args)
        return result

    def write_now(self, ctx: Ctx, fn: Callable[Concatenate[Tx, P], T], *args: P.args, **kw: P.kwargs) -> T:
        result: T = self._writer.answer_now(ctx, partial(fn, **kw) if kw else fn, args)
        return result

    def _write_batch(self, units: list[Unit]) -> None:
        written: list[WrittenDocument] = []
        try:
            if len(units) == 1:
                raise _RunEachAlone
            written = self._write_together(units)
        except _RunEachAlone:
            for unit in units:
                written += self._write_alone(unit)
        except AppError as error:
            for unit in units:
                unit.result, unit.error = None, error
        self.notify(len(units), written)

    def _write_together(self, units: list[Unit]) -> list[WrittenDocument]:
        """Run all units in one pipelined transaction. Raises _RunEachAlone if one failed after a write."""
        committing = False
        written: list[WrittenDocument] = []
        left: list[tuple[DeferredAction, Any]] = []
        try:
            with self._connection() as conn, conn.pipeline() as pipeline:
                conn.execute("BEGIN")
                for unit in units:
                    if tx := _run_in_pipeline(conn, pipeline, unit):
                        written += tx.written
                        left += tx.deferred
                Tx(_PipelineRunner(conn, pipeline), READER).end(left)
                committing = True
                commit = conn.execute("COMMIT")
        except _ConnectionLost:
            raise StoreUnavailable(_COMMIT_LOST) if committing else StoreUnavailable() from None
        except _NoConnection:
            raise
        except (psycopg.Error, AppError) as error:
            raise _RunEachAlone from error
        if commit.statusmessage != "COMMIT":
            raise StoreUnavailable("the database rolled the changes back; nothing was stored")
        return written

    def _write_alone(self, unit: Unit) -> list[WrittenDocument]:
        """Run a unit in its own transaction, and retry it after a conflict with another."""
        unit.result = unit.error = None
        for _ in range(_TRIES):
            try:
                return self._write_once(unit)
            except (pg.SerializationFailure, pg.DeadlockDetected, RetryUnit):
                continue
            except Exception as error:  # noqa: BLE001 - passed to the caller of the unit
                unit.error = error
                return []
        unit.error = StoreUnavailable("others keep changing the same record; nothing was changed, try again")
        return []

    def _write_once(self, unit: Unit) -> list[WrittenDocument]:
        with self._connection("BEGIN") as conn:
            tx = Tx(_PostgresRunner(conn), unit.ctx)
            unit.run(tx)
            tx.end(tx.deferred)
            try:
                # COMMIT of a failed transaction returns ROLLBACK, not an error.
                if conn.execute("COMMIT").statusmessage != "COMMIT":
                    raise StoreUnavailable("the database rolled the change back; nothing was stored")
            except psycopg.OperationalError as error:
                if conn.closed or conn.broken:
                    raise StoreUnavailable(_COMMIT_LOST) from error
                raise
        return tx.written

    # Reading

    async def read(self, fn: Callable[Concatenate[Tx, P], T], *args: P.args, **kw: P.kwargs) -> T:
        result: T = await self._readers.answer(READER, partial(fn, **kw) if kw else fn, args)
        return result

    def _read_batch(self, units: list[Unit]) -> None:
        left = self._read_together(units)
        if left:  # the idle connection may have been dead; a second read is harmless
            left = self._read_together(left)
        for unit in left:
            unit.error = StoreUnavailable()

    def _read_together(self, units: list[Unit]) -> list[Unit]:
        """Run read units one after the other. Return those that did not run because the connection was lost."""
        done = 0
        try:
            with self._connection() as conn:
                runner = _PostgresRunner(conn)
                for unit in units:
                    try:
                        unit.run(Tx(runner, unit.ctx))
                    except psycopg.Error as error:
                        if conn.closed:
                            raise
                        unit.error = failure_of(error) or error
                    except Exception as error:  # noqa: BLE001 - passed to the caller of the unit
                        unit.error = error
                    done += 1
        except (_ConnectionLost, _NoConnection):
            return units[done:]
        return []

    async def snapshot(self, fn: Callable[Concatenate[Tx, P], T], *args: P.args, **kw: P.kwargs) -> T:
        loop = asyncio.get_running_loop()
        return await asyncio.shield(loop.run_in_executor(self._reports, partial(self.snapshot_now, fn, *args, **kw)))

    @contextmanager
    def open_snapshot(self) -> Iterator[ReadSnapshot]:
        with self._connection("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY") as conn:
            with closing(ReadSnapshot(_PostgresRunner(conn), READER)) as tx:
                yield tx
            conn.execute("COMMIT")

    # Connections

    @contextmanager
    def _connection(self, begin: LiteralString = "") -> Iterator[Connection]:
        """Yield a connection, in a transaction if `begin` is given. It returns to the pool idle, or is closed."""
        conn = self._idle_one(begin) or connect(self.url)
        try:
            if begin and conn.info.transaction_status == TransactionStatus.IDLE:
                conn.execute(begin)
            yield conn
        except psycopg.Error as error:
            if conn.closed:
                raise _ConnectionLost from error
            raise failure_of(error) or error from error
        finally:
            self._return_to_pool(conn)

    def _idle_one(self, begin: LiteralString) -> Connection | None:
        """Return an idle connection from the pool, discarding dead ones; None if there is none."""
        while True:
            try:
                conn = self._idle.get_nowait()
            except Empty:
                return None
            try:
                if begin:
                    conn.execute(begin)
            except psycopg.Error:
                conn.close()
            if not conn.closed:
                return conn
            self._drop_idle()

    def _return_to_pool(self, conn: Connection) -> None:
        try:
            if conn.info.transaction_status != TransactionStatus.IDLE:
                conn.rollback()
        except psycopg.Error:
            conn.close()
        if conn.closed:
            self._drop_idle()  # the server probably restarted, so idle connections are dead too
        elif self._closed:
            conn.close()
        else:
            self._idle.put(conn)

    def _drop_idle(self) -> None:
        with suppress(Empty):
            while True:
                self._idle.get_nowait().close()

    def waiting(self) -> int:
        return self._writer.waiting()

    def drain(self) -> None:
        self._writer.answer_now(READER, _nothing, ())

    def close(self) -> None:
        self._writer.close()
        self._readers.close()
        self._reports.shutdown()
        self._closed = True
        self._drop_idle()


def _run_in_pipeline(conn: Connection, pipeline: psycopg.Pipeline, unit: Unit) -> Tx | None:
    """Run a unit of a batch. A unit that is refused before its first write does not affect the others."""
    unit.result = unit.error = None
    runner = _PipelineRunner(conn, pipeline)
    tx = Tx(runner, unit.ctx)
    try:
        unit.run(tx)
    except psycopg.Error:
        raise
    except Exception as error:
        if runner.has_written or isinstance(error, RetryUnit):
            raise _RunEachAlone from error
        unit.error = error
        return None
    return tx
