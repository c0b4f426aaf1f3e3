"""The open transaction passed to services and stores, and the context of its caller."""

from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol

from backend.app.kit import clock
from backend.app.kit.db.sql import DialectName, InsertMany, Params, Query, UpdateMany
from backend.app.kit.errors import BadInput


@dataclass(frozen=True, slots=True)
class Ctx:
    """Caller, channel and precondition of a unit of work.

    `if_match` is the ETag that a change requires; None for an unconditional change. `at` is the time of the unit
    instead of the clock's, for made-up records with a past.
    """

    actor: str
    via: str
    request_id: str | None = None
    if_match: str | None = None
    at: str | None = None


def _check(params: Mapping[str, Any]) -> None:
    """Refuse text that PostgreSQL or SQLite cannot store, so that both refuse the same."""
    for name, value in params.items():
        if type(value) is not str:
            continue
        if "\0" in value:
            raise BadInput(f"{name} contains a NUL character, which cannot be stored")
        if not value.isascii():
            try:
                value.encode()
            except UnicodeEncodeError:
                raise BadInput(f"{name} {_HALF}") from None


def _check_all(rows: Sequence[Params]) -> None:
    """Check many rows. Most are ASCII without NUL, which is quickly seen of all texts of a row at once."""
    for row in rows:
        texts = "".join([value for value in row.values() if type(value) is str])
        if "\0" in texts or not texts.isascii():
            _check(row)


_HALF = "contains half of a surrogate pair, which is not a character"


CHUNK = 500
"""Maximum rows of a stream per list; fewer if rows are large."""

_FIRST_CHUNK, _CHUNK_CHARACTERS = 32, 2_000_000


def chunk_sizes() -> Generator[int, list[tuple[Any, ...]]]:
    """Yield the number of rows to fetch next. Send it the fetched rows, each with its document last."""
    size = _FIRST_CHUNK
    while True:
        rows = yield size
        found = sum([len(row[-1]) for row in rows if type(row[-1]) is str])
        size = min(CHUNK, 2 * size) if found <= _CHUNK_CHARACTERS else max(1, size * _CHUNK_CHARACTERS // found)


class Runner(Protocol):
    """Driver connection as a transaction uses it."""

    dialect: DialectName

    def all(self, text: str, params: Params) -> list[tuple[Any, ...]]: ...

    def one(self, text: str, params: Params) -> tuple[Any, ...] | None: ...

    def run(self, text: str, params: Params) -> None: ...

    def count(self, text: str, params: Params) -> int: ...

    def many(self, text: str, rows: list[Params]) -> None: ...

    def insert_many(self, insert: InsertMany, rows: list[Params]) -> None: ...

    def chunks(self, text: str, params: Params) -> Generator[list[tuple[Any, ...]]]: ...

    def portions(self, text: str, params: Params, size: int) -> Generator[list[tuple[Any, ...]]]: ...


class Tx:
    """One open transaction. Code that is passed one must not commit it.

    `written`: stored documents, each with its table name. `deferred`: actions deferred to the end of the transaction.
    """

    __slots__ = ("_now", "_runner", "ctx", "deferred", "dialect", "written")

    def __init__(self, runner: Runner, ctx: Ctx) -> None:
        self._runner = runner
        self.dialect: DialectName = runner.dialect
        self.ctx = ctx
        self._now: str | None = None
        self.written: list[tuple[str, str]] = []
        self.deferred: list[tuple[DeferredAction, Any]] = []

    @property
    def now(self) -> str:
        """Time of this unit of work, the same for everything that it writes."""
        if self._now is None:
            self._now = self.ctx.at or clock.now()
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
        """Return the rows in lists of `size`. SQLite reads them lazily; PostgreSQL has sent all of them.

        Close the generator to stop early. Raises BadInput for a text that cannot be stored.
        """
        _check(params)
        text, fixed = query.text(self.dialect)
        return self._runner.portions(text, {**fixed, **params} if fixed else params, size)

    def run(self, query: Query, **params: Any) -> None:
        """Run a statement that changes rows. Raises DuplicateKey, and BadInput for a text that cannot be stored.

        On PostgreSQL the result may still be pending. An error surfaces before the commit at the latest.
        """
        text, fixed = query.text(self.dialect)
        _check(params)
        self._runner.run(text, {**fixed, **params} if fixed else params)

    def count(self, query: Query, **params: Any) -> int:
        """Run a statement that changes rows, and return how many."""
        text, fixed = query.text(self.dialect)
        _check(params)
        return self._runner.count(text, {**fixed, **params} if fixed else params)

    def insert_many(self, insert: InsertMany, rows: list[Params]) -> None:
        """Insert many rows into one table. Raises BadInput for a text that cannot be stored."""
        _check_all(rows)
        self._runner.insert_many(insert, rows)

    def update_many(self, update: UpdateMany, rows: list[Params]) -> None:
        """Update many rows of one table. Raises BadInput for a text that cannot be stored."""
        _check_all(rows)
        self._runner.many(update.text(self.dialect), rows)

    def defer(self, act: "DeferredAction", item: Any) -> None:
        """Defer an item to the end of the transaction. The action is called once with all its items.

        Units committed together share the action. Use it for what must go into one row, or would block other
        writers: its locks are held only during the commit.
        """
        self.deferred.append((act, item))

    def end(self, left: "list[tuple[DeferredAction, Any]]") -> None:
        """Run the deferred actions. Nothing may come between this and the commit."""
        by_action: dict[DeferredAction, list[Any]] = {}
        for act, item in left:
            by_action.setdefault(act, []).append(item)
        for act, items in by_action.items():
            act(self, items)

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """Run part of the unit in a savepoint. If it fails, its changes are undone and the unit can continue."""
        written, last = len(self.written), len(self.deferred)
        self._runner.run("SAVEPOINT part", {})
        try:
            yield
        except Exception:
            self._runner.run("ROLLBACK TO SAVEPOINT part", {})
            self._runner.run("RELEASE SAVEPOINT part", {})
            del self.written[written:], self.deferred[last:]
            raise
        self._runner.run("RELEASE SAVEPOINT part", {})


class ReadSnapshot(Tx):
    """A read-only transaction. All its statements see the same snapshot."""

    __slots__ = ("_streams",)

    def __init__(self, runner: Runner, ctx: Ctx) -> None:
        super().__init__(runner, ctx)
        self._streams: list[Generator[list[tuple[Any, ...]]]] = []

    def stream(self, query: Query, **params: Any) -> Iterator[list[tuple[Any, ...]]]:
        """Return the rows of a statement in lists, without holding them all in memory."""
        text, fixed = query.text(self.dialect)
        rows = self._runner.chunks(text, {**fixed, **params})
        self._streams.append(rows)
        return rows

    def close(self) -> None:
        """Close unfinished streams, which would keep the snapshot open."""
        for rows in self._streams:
            rows.close()


DeferredAction = Callable[[Tx, list[Any]], None]
