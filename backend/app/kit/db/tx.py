"""The open transaction that services and stores are handed, and who it is for."""

from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol

from backend.app.kit import clock
from backend.app.kit.db.sql import DialectName, InsertMany, Params, Query, UpdateMany
from backend.app.kit.errors import BadInput


@dataclass(frozen=True, slots=True)
class Ctx:
    """Who asks, by which way, and on which condition.

    `if_match` is the ETag that a change insists on; None when the caller does not care.
    """

    actor: str
    via: str
    request_id: str | None = None
    if_match: str | None = None


def _check(params: Mapping[str, Any]) -> None:
    """Refuses texts that PostgreSQL or SQLite cannot store, so that both refuse the same."""
    for name, value in params.items():
        if type(value) is not str:
            continue
        if "\0" in value:
            raise BadInput(f"{name} holds a NUL character, which cannot be stored")
        if not value.isascii():
            try:
                value.encode()
            except UnicodeEncodeError:
                raise BadInput(f"{name} {_HALF}") from None


_HALF = "holds half of a surrogate pair, which is not a character"


CHUNK = 500
"""So many rows of a stream are handed on together, or fewer where they are large."""

_FIRST_CHUNK, _CHUNK_CHARACTERS = 32, 2_000_000


def chunk_sizes() -> Generator[int, list[tuple[Any, ...]]]:
    """How many rows to fetch next; is sent those that were fetched. Documents come last in a row."""
    size = _FIRST_CHUNK
    while True:
        rows = yield size
        found = sum([len(row[-1]) for row in rows if type(row[-1]) is str])
        size = min(CHUNK, 2 * size) if found <= _CHUNK_CHARACTERS else max(1, size * _CHUNK_CHARACTERS // found)


class Runner(Protocol):
    """What a driver's connection looks like to a transaction."""

    dialect: DialectName

    def all(self, text: str, params: Params) -> list[tuple[Any, ...]]: ...

    def one(self, text: str, params: Params) -> tuple[Any, ...] | None: ...

    def run(self, text: str, params: Params) -> None: ...

    def count(self, text: str, params: Params) -> int: ...

    def many(self, text: str, rows: list[Params]) -> None: ...

    def chunks(self, text: str, params: Params) -> Generator[list[tuple[Any, ...]]]: ...

    def portions(self, text: str, params: Params, size: int) -> Generator[list[tuple[Any, ...]]]: ...


class Tx:
    """One open transaction. Nothing that is handed one may commit it.

    `written` are the documents that were stored in it, each with the name of its table; `last` is what is left for
    the end of the transaction.
    """

    __slots__ = ("_now", "_runner", "ctx", "dialect", "last", "written")

    def __init__(self, runner: Runner, ctx: Ctx) -> None:
        self._runner = runner
        self.dialect: DialectName = runner.dialect
        self.ctx = ctx
        self._now: str | None = None
        self.written: list[tuple[str, str]] = []
        self.last: list[tuple[AtTheEnd, Any]] = []

    @property
    def now(self) -> str:
        """The moment of this unit of work: the same for everything that it writes."""
        if self._now is None:
            self._now = clock.now()
        return self._now

    def all(self, query: Query, **params: Any) -> list[tuple[Any, ...]]:
        text, fixed = query.text(self.dialect)
        try:
            return self._runner.all(text, {**fixed, **params} if fixed else params)
        except UnicodeEncodeError:
            raise BadInput(f"a text {_HALF}") from None

    def one(self, query: Query, **params: Any) -> tuple[Any, ...] | None:
        text, fixed = query.text(self.dialect)
        try:
            return self._runner.one(text, {**fixed, **params} if fixed else params)
        except UnicodeEncodeError:
            raise BadInput(f"a text {_HALF}") from None

    def portions(self, query: Query, size: int, **params: Any) -> Generator[list[tuple[Any, ...]]]:
        """The rows in lists of a size; SQLite reads on while they are taken, PostgreSQL has sent all of them.

        Whoever takes no more closes the generator. Raises BadInput for a text that cannot be stored.
        """
        _check(params)
        text, fixed = query.text(self.dialect)
        return self._runner.portions(text, {**fixed, **params} if fixed else params, size)

    def run(self, query: Query, **params: Any) -> None:
        """Runs a statement that changes rows; raises DuplicateKey, and BadInput for a text that cannot be stored.

        On PostgreSQL the answer may not have come yet, and an error comes to light before the commit at the latest.
        """
        text, fixed = query.text(self.dialect)
        _check(params)
        self._runner.run(text, {**fixed, **params} if fixed else params)

    def count(self, query: Query, **params: Any) -> int:
        """Runs a statement that changes rows, and waits to hear how many."""
        text, fixed = query.text(self.dialect)
        _check(params)
        return self._runner.count(text, {**fixed, **params} if fixed else params)

    def insert_many(self, insert: InsertMany, rows: list[Params]) -> None:
        """Adds many rows to one table; raises BadInput for a text that cannot be stored."""
        for row in rows:
            _check(row)
        self._runner.many(insert.text(self.dialect), rows)

    def update_many(self, update: UpdateMany, rows: list[Params]) -> None:
        """Changes many rows of one table; raises BadInput for a text that cannot be stored."""
        for row in rows:
            _check(row)
        self._runner.many(update.text(self.dialect), rows)

    def leave(self, act: "AtTheEnd", item: Any) -> None:
        """Leaves something for the end of the transaction: the act is handed all that was left for it, at once.

        Units that are committed together share the act, so it is for what must come in one row, or would have
        everyone else wait: what it locks is held for the commit alone.
        """
        self.last.append((act, item))

    def end(self, left: "list[tuple[AtTheEnd, Any]]") -> None:
        """Does what units left for the end; nothing may come between it and the commit."""
        acts: dict[AtTheEnd, list[Any]] = {}
        for act, item in left:
            acts.setdefault(act, []).append(item)
        for act, items in acts.items():
            act(self, items)

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """A part of the unit that may fail by itself: what it did is undone, and the unit goes on."""
        written, last = len(self.written), len(self.last)
        self._runner.run("SAVEPOINT part", {})
        try:
            yield
        except Exception:
            self._runner.run("ROLLBACK TO SAVEPOINT part", {})
            self._runner.run("RELEASE SAVEPOINT part", {})
            del self.written[written:], self.last[last:]
            raise
        self._runner.run("RELEASE SAVEPOINT part", {})


class Moment(Tx):
    """A transaction that only reads; all its statements see one moment."""

    __slots__ = ("_streams",)

    def __init__(self, runner: Runner, ctx: Ctx) -> None:
        super().__init__(runner, ctx)
        self._streams: list[Generator[list[tuple[Any, ...]]]] = []

    def stream(self, query: Query, **params: Any) -> Iterator[list[tuple[Any, ...]]]:
        """The rows of a statement, in lists, without holding them all in memory."""
        text, fixed = query.text(self.dialect)
        rows = self._runner.chunks(text, {**fixed, **params})
        self._streams.append(rows)
        return rows

    def close(self) -> None:
        """Ends what was not read to its end: it would hold on to the moment."""
        for rows in self._streams:
            rows.close()


AtTheEnd = Callable[[Tx, list[Any]], None]
