"""Units of work, queued for the database and resolved by it."""

import asyncio
import threading
from collections.abc import Callable, Iterable
from typing import Any, Protocol

from backend.app.kit.db.tx import Ctx, Tx


class Unit:
    """An atomic unit of work, and the caller that waits for it."""

    __slots__ = ("args", "ctx", "error", "fn", "future", "loop", "result", "seen")

    def __init__(
        self, ctx: Ctx, fn: Callable[..., Any], args: tuple[Any, ...], loop: asyncio.AbstractEventLoop | None
    ) -> None:
        self.ctx = ctx
        self.fn = fn
        self.args = args
        self.loop = loop
        self.future: asyncio.Future[Any] | None = loop.create_future() if loop else None
        self.seen = None if loop else threading.Event()
        self.result: Any = None
        self.error: BaseException | None = None

    def run(self, tx: Tx) -> None:
        self.result = self.fn(tx, *self.args)

    def wait(self) -> Any:
        """Block a plain thread until the unit is done."""
        assert self.seen is not None
        self.seen.wait()
        if self.error is not None:
            raise self.error
        return self.result

    def settle(self) -> None:
        """Resolve the future, in the caller's event loop. Ignore a canceled caller."""
        future = self.future
        if future is None or future.done():
            return
        if self.error is not None:
            future.set_exception(self.error)
        else:
            future.set_result(self.result)


def resolve_all(units: Iterable[Unit]) -> None:
    """Resolve all units, with one wake-up per event loop."""
    by_loop: dict[asyncio.AbstractEventLoop, list[Unit]] = {}
    for unit in units:
        if unit.seen is not None:
            unit.seen.set()
        elif unit.loop is not None:
            by_loop.setdefault(unit.loop, []).append(unit)
    for loop, waiting in by_loop.items():
        try:
            loop.call_soon_threadsafe(_resolve_each, waiting)
        except RuntimeError:  # the loop is closed: nobody waits
            continue


def _resolve_each(units: list[Unit]) -> None:
    for unit in units:
        unit.settle()


WrittenDocument = tuple[str, str]
"""Table name, and a document stored in it."""


class AfterCommit(Protocol):
    """Callback that gets the documents of a commit, in order, before any caller is answered."""

    def __call__(self, written: list[WrittenDocument], /) -> None: ...
