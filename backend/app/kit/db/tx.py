"""The open transaction that services and stores are handed, and who it is for."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol

from backend.app.kit import clock
from backend.app.kit.db.sql import DialectName, Params, Query


@dataclass(frozen=True, slots=True)
class Ctx:
    """Who asks, by which way, and on which condition.

    `if_match` is the ETag that a change insists on; None when the caller does not care.
    """

    actor: str
    via: str
    request_id: str | None = None
    if_match: str | None = None


class Runner(Protocol):
    """What a driver's connection looks like to a transaction."""

    dialect: DialectName

    def all(self, text: str, params: Params) -> list[tuple[Any, ...]]: ...

    def one(self, text: str, params: Params) -> tuple[Any, ...] | None: ...

    def run(self, text: str, params: Params) -> None: ...

    def count(self, text: str, params: Params) -> int: ...


class Tx:
    """One open transaction. Nothing that is handed one may commit it.

    `written` are the documents that were stored in it, each with the name of its table.
    """

    __slots__ = ("_now", "_runner", "ctx", "dialect", "written")

    def __init__(self, runner: Runner, ctx: Ctx) -> None:
        self._runner = runner
        self.dialect: DialectName = runner.dialect
        self.ctx = ctx
        self._now: str | None = None
        self.written: list[tuple[str, str]] = []

    @property
    def now(self) -> str:
        """The moment of this unit of work: the same for everything that it writes."""
        if self._now is None:
            self._now = clock.now()
        return self._now

    def all(self, query: Query, **params: Any) -> list[tuple[Any, ...]]:
        text, fixed = query.text(self.dialect)
        return self._runner.all(text, {**fixed, **params} if fixed else params)

    def one(self, query: Query, **params: Any) -> tuple[Any, ...] | None:
        text, fixed = query.text(self.dialect)
        return self._runner.one(text, {**fixed, **params} if fixed else params)

    def run(self, query: Query, **params: Any) -> None:
        """Runs a statement that changes rows; raises DuplicateKey.

        On PostgreSQL the answer may not have come yet, and an error comes to light before the commit at the latest.
        """
        text, fixed = query.text(self.dialect)
        self._runner.run(text, {**fixed, **params} if fixed else params)

    def count(self, query: Query, **params: Any) -> int:
        """Runs a statement that changes rows, and waits to hear how many."""
        text, fixed = query.text(self.dialect)
        return self._runner.count(text, {**fixed, **params} if fixed else params)

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """A part of the unit that may fail by itself: what it did is undone, and the unit goes on."""
        before = len(self.written)
        self._runner.run("SAVEPOINT part", {})
        try:
            yield
        except Exception:
            self._runner.run("ROLLBACK TO SAVEPOINT part", {})
            self._runner.run("RELEASE SAVEPOINT part", {})
            del self.written[before:]
            raise
        self._runner.run("RELEASE SAVEPOINT part", {})
