"""Threads for the computations of requests.

They are few: a computation needs the interpreter lock, and with many of them the event loop, which answers all other
requests, would wait for it in a long line. Requests that wait for the same kind of computation are computed together.
"""

import asyncio
from collections.abc import Callable, Hashable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from functools import partial
from typing import Any, TypeVar

from backend.app.kit.db import Database

T = TypeVar("T")
Item = TypeVar("Item")

THREADS = 2
"""One more than is of use, so that one long computation does not stop all others."""

MAX_TOGETHER = 16

ComputeAll = Callable[[Database, Sequence[Item]], Sequence[T | Exception]]
"""Function that computes a result for each item, or the error of the item."""


class Computations:
    """Computations of the requests on one database, created by `Database.cached`."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(THREADS, "valhalla-compute")
        self._waiting: dict[Hashable, list[tuple[Any, asyncio.Future[Any]]]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def run(self, fn: Callable[..., T], *args: Any, **kw: Any) -> T:
        """Return the result of a function, called in one of the threads."""
        call = partial(copy_context().run, fn, *args, **kw)
        return await asyncio.get_running_loop().run_in_executor(self._threads, call)

    async def together(self, db: Database, fn: ComputeAll[Item, T], key: Hashable, item: Item) -> T:
        """Return the result for an item. Items with the same key that wait at the same time are computed together.

        A canceled caller does not cancel the others.
        """
        loop = asyncio.get_running_loop()
        place, future = (loop, key), loop.create_future()
        if (waiting := self._waiting.get(place)) is not None:
            waiting.append((item, future))
        else:
            self._waiting[place] = [(item, future)]
            task = loop.create_task(self._compute(db, fn, place))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        result: T = await future
        return result

    async def _compute(self, db: Database, fn: ComputeAll[Any, Any], place: Hashable) -> None:
        """Compute the items that wait, one batch after the other, until none waits."""
        waiting, batch = self._waiting[place], list[tuple[Any, asyncio.Future[Any]]]()
        try:
            while waiting:
                batch = waiting[:MAX_TOGETHER]
                del waiting[:MAX_TOGETHER]
                _settle([future for _, future in batch], await self._results(db, fn, [item for item, _ in batch]))
        finally:
            del self._waiting[place]
            for _, future in (*batch, *waiting):
                future.cancel()  # without effect on a future that is settled

    async def _results(self, db: Database, fn: ComputeAll[Any, Any], items: list[Any]) -> Sequence[Any]:
        try:
            return await self.run(fn, db, items)
        except Exception as error:  # noqa: BLE001 - every caller must get it
            return [error] * len(items)


def _settle(futures: Sequence[asyncio.Future[Any]], results: Sequence[Any]) -> None:
    for future, result in zip(futures, results, strict=True):
        if future.done():  # its caller was canceled
            continue
        if isinstance(result, Exception):
            future.set_exception(result)
        else:
            future.set_result(result)
