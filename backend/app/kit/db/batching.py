"""Threads that take all waiting units as one batch and resolve them with one wake-up of the event loop.

A thread per unit would compete with the event loop for the interpreter lock at every step. With batches, the thread
works while the loop waits, and vice versa.
"""

import asyncio
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from queue import Empty, SimpleQueue
from typing import Any

import structlog

from backend.app.kit.db.tx import Ctx
from backend.app.kit.db.work_units import Unit, resolve_all
from backend.app.kit.errors import StoreUnavailable

log = structlog.get_logger("database")

MAX_WAITING = 20_000
BUSY_BATCH = 4
"""Batch size from which the writer assumes that many clients are active."""
GATHER_S = 0.001
"""Seconds that a writer then waits for more units.

A half-full batch would compete with the event loop and need a second commit.
"""


def _fail(units: list[Unit], why: str) -> None:
    for unit in units:
        unit.result, unit.error = None, StoreUnavailable(why)


class BatchQueue:
    """A queue of units and its worker threads. `work` must set a result or an error on each unit of its batch."""

    def __init__(
        self, name: str, work: Callable[[list[Unit]], None], *, most: int, threads: int = 1, gather_s: float = 0
    ) -> None:
        self._work, self._most, self._gather_s = work, most, gather_s
        self._queue: SimpleQueue[Unit | None] = SimpleQueue()
        self._closed = False
        self._threads = [threading.Thread(target=self._run, name=name, daemon=True) for _ in range(threads)]
        for thread in self._threads:
            thread.start()

    async def answer(self, ctx: Ctx, fn: Callable[..., Any], args: tuple[Any, ...]) -> Any:
        """Return the result of the unit. Canceling the caller does not withdraw an accepted unit."""
        unit = Unit(ctx, fn, args, asyncio.get_running_loop())
        self._accept(unit)
        assert unit.future is not None
        return await unit.future

    def answer_now(self, ctx: Ctx, fn: Callable[..., Any], args: tuple[Any, ...]) -> Any:
        """Return the result of the unit, blocking a plain thread until it is done."""
        unit = Unit(ctx, fn, args, None)
        self._accept(unit)
        return unit.wait()

    def waiting(self) -> int:
        return self._queue.qsize()

    def close(self) -> None:
        """Finish all accepted units, then stop the threads."""
        self._closed = True
        for _ in self._threads:
            self._queue.put(None)
        for thread in self._threads:
            thread.join()
        self._fail_unprocessed()

    def _fail_unprocessed(self) -> None:
        """Fail the units that were queued after the last check of `_closed`."""
        late: list[Unit] = []
        with suppress(Empty):
            while True:
                unit = self._queue.get_nowait()
                if unit is not None:
                    late.append(unit)
        _fail(late, "the server is stopping; try again")
        resolve_all(late)

    def _accept(self, unit: Unit) -> None:
        if self._closed:
            raise StoreUnavailable("the server is stopping; try again")
        if self._queue.qsize() >= MAX_WAITING:
            raise StoreUnavailable("too many requests are waiting for the database; try again")
        self._queue.put(unit)

    def _run(self) -> None:
        is_open, busy = True, False
        while is_open:
            units, is_open = self._take(busy)
            busy = len(units) >= BUSY_BATCH
            if not units:
                continue
            try:
                self._work(units)
            except Exception as error:  # every caller must get a result, and the thread must continue
                log.error("units failed", units=len(units), exc_info=error)
                _fail(units, "the database cannot answer now; try again")
            resolve_all(units)

    def _take(self, busy: bool) -> tuple[list[Unit], bool]:
        """Return the waiting units, at most `most`, and whether the queue is still open.

        After a large batch, first wait `gather_s` for more units.
        """
        units: list[Unit] = []
        unit = self._queue.get()
        if busy and self._gather_s:
            time.sleep(self._gather_s)
        while unit is not None:
            units.append(unit)
            if len(units) >= self._most:
                return units, True
            try:
                unit = self._queue.get_nowait()
            except Empty:
                return units, True
        return units, False
