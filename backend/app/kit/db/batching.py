"""Threads that take waiting units together, as many as there are, and answer all of them with one wake-up.

A thread for each unit would fight the event loop for the interpreter at every step; one that takes what has
gathered works while the loop waits, and the other way round.
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
from backend.app.kit.db.work_units import Unit, hand_back
from backend.app.kit.errors import StoreUnavailable

log = structlog.get_logger("database")

MAX_WAITING = 20_000
COMPANY = 4
"""So many units taken at once mean that many clients are at work."""
GATHER_S = 0.001
"""How long a writer then waits for the rest of them: with half of them it would fight the event loop for the other
half, and commit twice."""


def _fail(units: list[Unit], why: str) -> None:
    for unit in units:
        unit.result, unit.error = None, StoreUnavailable(why)


class Lane:
    """A queue of units and the threads that work on it; `work` gives every unit it is handed a result or an error."""

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
        """The unit's result; a caller that goes away does not take back what was accepted."""
        unit = Unit(ctx, fn, args, asyncio.get_running_loop())
        self._accept(unit)
        assert unit.future is not None
        return await unit.future

    def answer_now(self, ctx: Ctx, fn: Callable[..., Any], args: tuple[Any, ...]) -> Any:
        """The same for a plain thread, which waits."""
        unit = Unit(ctx, fn, args, None)
        self._accept(unit)
        return unit.wait()

    def waiting(self) -> int:
        return self._queue.qsize()

    def close(self) -> None:
        """Finishes what was accepted."""
        self._closed = True
        for _ in self._threads:
            self._queue.put(None)
        for thread in self._threads:
            thread.join()
        self._refuse_late()

    def _refuse_late(self) -> None:
        """Answers whoever came between the last look at `_closed` and the end of the threads."""
        late: list[Unit] = []
        with suppress(Empty):
            while True:
                unit = self._queue.get_nowait()
                if unit is not None:
                    late.append(unit)
        _fail(late, "the server is stopping; try again")
        hand_back(late)

    def _accept(self, unit: Unit) -> None:
        if self._closed:
            raise StoreUnavailable("the server is stopping; try again")
        if self._queue.qsize() >= MAX_WAITING:
            raise StoreUnavailable("too many requests are waiting for the database; try again")
        self._queue.put(unit)

    def _run(self) -> None:
        going, company = True, False
        while going:
            units, going = self._take(company)
            company = len(units) >= COMPANY
            if not units:
                continue
            try:
                self._work(units)
            except Exception as error:  # whoever waits must hear of it, and the thread must go on
                log.error("units failed", units=len(units), exc_info=error)
                _fail(units, "the database cannot answer now; try again")
            hand_back(units)

    def _take(self, company: bool) -> tuple[list[Unit], bool]:
        """What waits now, at most `most` of it, and whether there may be more to come.

        When there was company the last time, there is more on its way, and it is waited for.
        """
        units: list[Unit] = []
        unit = self._queue.get()
        if company and self._gather_s:
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
