"""The interface that both databases implement."""

import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Concatenate, ParamSpec, TypeVar

import structlog

from backend.app.kit.db.sql import DialectName, Query
from backend.app.kit.db.tx import Ctx, ReadSnapshot, Tx
from backend.app.kit.db.work_units import AfterCommit, WrittenDocument

log = structlog.get_logger("database")

P = ParamSpec("P")
T = TypeVar("T")
READER = Ctx(actor="-", via="read")


def _ignore_commit(written: list[WrittenDocument]) -> None:
    """Ignore the commit: the default for a database without JSON files beside it."""


class Database(ABC):
    """An open database. Every unit of work goes through it.

    A unit is a function that takes the open transaction as its first argument. `write` returns only after COMMIT
    has succeeded. `read` is for one short statement. `snapshot` runs in a worker thread, and all its statements see
    the same snapshot.
    """

    dialect: DialectName

    def __init__(self) -> None:
        self._kept: dict[type[Any], Any] = {}
        self._cache_lock = threading.Lock()
        self.after_commit: AfterCommit = _ignore_commit
        self.batch_sizes: Callable[[int], None] = lambda size: None

    def cached(self, kind: type[T]) -> T:
        """Return the in-memory object of this class that belongs to the database. It is created on first use."""
        with self._cache_lock:
            found: T = self._kept.setdefault(kind, None) or kind()
            self._kept[kind] = found
        return found

    def notify(self, size: int, written: list[WrittenDocument]) -> None:
        """Report a commit to the metrics and the JSON mirror."""
        try:
            self.batch_sizes(size)
            if written:
                self.after_commit(written)
        except Exception as error:  # a failing listener does not undo the commit
            log.error("commit not told", exc_info=error)

    @abstractmethod
    async def write(self, ctx: Ctx, fn: Callable[Concatenate[Tx, P], T], *args: P.args, **kw: P.kwargs) -> T: ...

    @abstractmethod
    def write_now(self, ctx: Ctx, fn: Callable[Concatenate[Tx, P], T], *args: P.args, **kw: P.kwargs) -> T:
        """Run a unit like `write`, but block. For plain threads: the command line and background work."""

    @abstractmethod
    async def read(self, fn: Callable[Concatenate[Tx, P], T], *args: P.args, **kw: P.kwargs) -> T: ...

    @abstractmethod
    async def snapshot(self, fn: Callable[Concatenate[Tx, P], T], *args: P.args, **kw: P.kwargs) -> T: ...

    @abstractmethod
    @contextmanager
    def open_snapshot(self) -> Iterator[ReadSnapshot]:
        """Open a read-only transaction on a snapshot of the database as it is now."""

    def snapshot_now(self, fn: Callable[Concatenate[Tx, P], T], *args: P.args, **kw: P.kwargs) -> T:
        with self.open_snapshot() as tx:
            return fn(tx, *args, **kw)

    @contextmanager
    def stream(self, query: Query, **params: Any) -> Iterator[Iterator[list[tuple[Any, ...]]]]:
        """Yield the rows of one statement in lists, from one snapshot, without holding them all in memory."""
        with self.open_snapshot() as tx:
            yield tx.stream(query, **params)

    @abstractmethod
    def waiting(self) -> int:
        """Return the number of units that wait to be written."""

    @abstractmethod
    def drain(self) -> None:
        """Finish all accepted units. Afterwards only `write_now` and the read methods work."""

    @abstractmethod
    def close(self) -> None:
        """Close all connections and stop the threads."""
