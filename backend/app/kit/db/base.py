"""What a database offers, whichever it is."""

import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Concatenate, ParamSpec, TypeVar

import structlog

from backend.app.kit.db.sql import DialectName, Query
from backend.app.kit.db.tx import Ctx, Moment, Tx
from backend.app.kit.db.work_units import AfterCommit, Written

log = structlog.get_logger("database")

P = ParamSpec("P")
T = TypeVar("T")
READER = Ctx(actor="-", via="read")


def _no_one_listens(written: list[Written]) -> None:
    """The default for a database without JSON files beside it."""


class Database(ABC):
    """One database, opened; every unit of work goes through it.

    A unit is a function that takes the open transaction first. `write` answers after COMMIT has succeeded and
    not before; `read` is for one short statement; `snapshot` runs in a worker thread, and all its statements
    see one moment.
    """

    dialect: DialectName

    def __init__(self) -> None:
        self._kept: dict[type[Any], Any] = {}
        self._keeping = threading.Lock()
        self.after_commit: AfterCommit = _no_one_listens
        self.batch_sizes: Callable[[int], None] = lambda size: None

    def beside(self, kind: type[T]) -> T:
        """What is kept in memory beside this database, one of each kind; it is made when it is first asked for."""
        with self._keeping:
            found: T = self._kept.setdefault(kind, None) or kind()
            self._kept[kind] = found
        return found

    def tell(self, size: int, written: list[Written]) -> None:
        """Lets the counters and the JSON files know of a commit."""
        try:
            self.batch_sizes(size)
            if written:
                self.after_commit(written)
        except Exception as error:  # the commit stands, whatever a listener makes of it
            log.error("commit not told", exc_info=error)

    @abstractmethod
    async def write(self, ctx: Ctx, fn: Callable[Concatenate[Tx, P], T], *args: P.args, **kw: P.kwargs) -> T: ...

    @abstractmethod
    def write_now(self, ctx: Ctx, fn: Callable[Concatenate[Tx, P], T], *args: P.args, **kw: P.kwargs) -> T:
        """The same for plain threads: the command line and background work."""

    @abstractmethod
    async def read(self, fn: Callable[Concatenate[Tx, P], T], *args: P.args, **kw: P.kwargs) -> T: ...

    @abstractmethod
    async def snapshot(self, fn: Callable[Concatenate[Tx, P], T], *args: P.args, **kw: P.kwargs) -> T: ...

    @abstractmethod
    @contextmanager
    def moment(self) -> Iterator[Moment]:
        """A transaction that only reads, and sees the database as it is now, whatever is written meanwhile."""

    def snapshot_now(self, fn: Callable[Concatenate[Tx, P], T], *args: P.args, **kw: P.kwargs) -> T:
        with self.moment() as tx:
            return fn(tx, *args, **kw)

    @contextmanager
    def stream(self, query: Query, **params: Any) -> Iterator[Iterator[list[tuple[Any, ...]]]]:
        """The rows of one statement, in lists, all from one moment, without holding them all in memory."""
        with self.moment() as tx:
            yield tx.stream(query, **params)

    @abstractmethod
    def waiting(self) -> int:
        """How many units wait to be written."""

    @abstractmethod
    def drain(self) -> None:
        """Finishes what was accepted; from then on only `write_now` and what reads work."""

    @abstractmethod
    def close(self) -> None:
        """Lets go of the database."""
