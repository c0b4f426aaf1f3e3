"""Units of work on their way to the database and back."""

import asyncio
import threading
from collections.abc import Callable, Iterable
from typing import Any, Protocol

from backend.app.kit.db.tx import Ctx, Tx


class Unit:
    """One piece of work that is committed whole or not at all, and the one who waits for it."""

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
        """Blocks a plain thread until the unit is through."""
        assert self.seen is not None
        self.seen.wait()
        if self.error is not None:
            raise self.error
        return self.result

    def settle(self) -> None:
        """Runs in the waiter's event loop; a waiter that went away is no reason to complain."""
        future = self.future
        if future is None or future.done():
            return
        if self.error is not None:
            future.set_exception(self.error)
        else:
            future.set_result(self.result)


def hand_back(units: Iterable[Unit]) -> None:
    """Tells everyone who waits, with one wake-up for each event loop."""
    by_loop: dict[asyncio.AbstractEventLoop, list[Unit]] = {}
    for unit in units:
        if unit.seen is not None:
            unit.seen.set()
        elif unit.loop is not None:
            by_loop.setdefault(unit.loop, []).append(unit)
    for loop, waiting in by_loop.items():
        try:
            loop.call_soon_threadsafe(_settle_all, waiting)
        except RuntimeError:  # the loop is closed: nobody is left to be told
            continue


def _settle_all(units: list[Unit]) -> None:
    for unit in units:
        unit.settle()


Written = tuple[str, str]
"""The name of a table, and a document that was stored in it."""


class AfterCommit(Protocol):
    """Hears which documents a commit stored, in their order, before anyone is answered."""

    def __call__(self, written: list[Written], /) -> None: ...
