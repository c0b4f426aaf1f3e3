"""A read-only SQLite database: one snapshot of it, for commands that only read."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

from backend.app.kit.db import inspection
from backend.app.kit.db.base import Database
from backend.app.kit.db.sql import DialectName
from backend.app.kit.db.tx import Ctx, ReadSnapshot, Tx
from backend.app.kit.errors import StoreReadOnly

P = ParamSpec("P")
T = TypeVar("T")


class ReadOnlyDatabase(Database):
    """All reads see the snapshot taken at opening. Writes raise StoreReadOnly."""

    dialect: DialectName = "sqlite"

    def __init__(self, snapshot: ReadSnapshot, path: Path) -> None:
        super().__init__()
        self._snapshot, self._path = snapshot, path

    async def write(self, ctx: Ctx, fn: Callable[Concatenate[Tx, P], T], *args: P.args, **kw: P.kwargs) -> T:
        return self.write_now(ctx, fn, *args, **kw)

    def write_now(self, ctx: Ctx, fn: Callable[Concatenate[Tx, P], T], *args: P.args, **kw: P.kwargs) -> T:
        raise StoreReadOnly(f"{self._path.parent} cannot be written; nothing was stored")

    async def read(self, fn: Callable[Concatenate[Tx, P], T], *args: P.args, **kw: P.kwargs) -> T:
        return fn(self._snapshot, *args, **kw)

    async def snapshot(self, fn: Callable[Concatenate[Tx, P], T], *args: P.args, **kw: P.kwargs) -> T:
        return fn(self._snapshot, *args, **kw)

    @contextmanager
    def open_snapshot(self) -> Iterator[ReadSnapshot]:
        yield self._snapshot

    def waiting(self) -> int:
        return 0

    def drain(self) -> None:
        """Do nothing: no unit can have been accepted."""

    def close(self) -> None:
        """Do nothing: the snapshot is closed by its opener."""


@contextmanager
def read_only_sqlite(path: Path) -> Iterator[Database]:
    """Open the database at `path` read-only, including its write-ahead log. Raises StoreUnavailable and OSError."""
    with inspection.sqlite_inspection(path) as snapshot:
        yield ReadOnlyDatabase(snapshot, path)
