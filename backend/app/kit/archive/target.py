"""Targets of lines: an empty store that is filled, then verified before it is finished."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from alembic.util import CommandError
from sqlalchemy import text

from backend.app.kit import derived_fields
from backend.app.kit.archive.manifest import Facts, Tally, difference
from backend.app.kit.archive.source import (
    DatabaseSource,
    Lines,
    Source,
    chunked,
    columns,
    lines_in,
    skipping,
    tallied,
)
from backend.app.kit.archive.tables import ArchiveTable, BadArchive, Row, Shape, rows_of, tags_of
from backend.app.kit.db import Ctx, Query, ReadSnapshot, Tx, inspection, migrate, state
from backend.app.kit.db.bulk import Bulk, sqlite_bulk
from backend.app.kit.db.migrate import HEAD
from backend.app.kit.errors import BadInput
from backend.app.kit.output.progress import ReportProgress

Act = tuple[Ctx, Callable[[Tx], object]]
"""A unit of work and its context."""


class Target(ABC):
    """A store being filled. It is not valid until `finish`."""

    @abstractmethod
    def done(self, name: str) -> int:
        """Return the number of lines stored in a table."""

    @abstractmethod
    def add(self, name: str, lines: list[bytes]) -> None:
        """Append lines to a table, durably unless the target commits only at the end."""

    @abstractmethod
    def lines(self, name: str) -> Lines:
        """Read back the stored lines."""

    @abstractmethod
    def finish(self, store: dict[str, str], facts: dict[str, Facts], act: Act | None = None) -> None:
        """Complete the store."""


class DatabaseTarget(Target):
    """A database being filled. With `at_once`, nothing is committed before the end."""

    def __init__(
        self, bulk: Bulk, shapes: dict[str, Shape], tables: Iterable[ArchiveTable], *, at_once: bool = False
    ) -> None:
        self._bulk, self._shapes, self._at_once = bulk, shapes, at_once
        self._tables = {table.name: table for table in tables}
        self._done = {name: _count(bulk.tx, name) for name in shapes}

    def done(self, name: str) -> int:
        return self._done[name]

    def add(self, name: str, lines: list[bytes]) -> None:
        after = self._done[name]
        self._bulk.add(name, *self._rows(name, lines, after))
        if name in self._tables and self._tables[name].tagged:
            self._bulk.add(f"{name}_tags", ("tag", "seq"), tags_of(lines, after))
        self._done[name] += len(lines)
        if not self._at_once:
            self._bulk.keep()

    def _rows(self, name: str, lines: list[bytes], after: int) -> tuple[tuple[str, ...], list[Row]]:
        try:
            return rows_of(self._shapes[name], lines, after)
        except (BadInput, ValueError, LookupError, AttributeError):
            raise BadArchive(
                f"table {name}, lines {after + 1:,} to {after + len(lines):,}: one of them is not a row"
            ) from None

    def lines(self, name: str) -> Lines:
        table = self._tables[name]
        return lines_in(self._bulk.tx, table, table.shape, "the target")

    def finish(self, store: dict[str, str], facts: dict[str, Facts], act: Act | None = None) -> None:
        for name, shape in self._shapes.items():
            if shape.kind == "documents" or "seq" in shape.columns:
                self._bulk.advance_sequence(name)
        for key, value in store.items():
            state.put(self._bulk.tx, key, value)
        state.forget(self._bulk.tx, state.UNFINISHED)
        derived_fields.forget(self._bulk.tx)  # the target may have been opened before, without rows
        if act is not None:
            self._bulk.act(*act)
        self._bulk.keep()


def _count(tx: Tx, name: str) -> int:
    row = tx.one(Query(text(f"SELECT count(*) FROM {name}")))  # noqa: S608 - a name that was checked
    return int(row[0]) if row else 0


def fill(target: Target, source: Source, report: ReportProgress) -> None:
    """Copy the lines that the target lacks. Raises BadArchive if the source differs from its stated facts."""
    through, total = 0, sum(source.counts.values())
    for name in source.shapes:
        done = target.done(name)
        through += done
        report(through, total)
        lines = skipping(tallied(source, name, Tally()), done)
        for chunk in chunked(line for some in lines for line in some):
            target.add(name, chunk)
            through += len(chunk)
            report(through, total)


def compare(target: Target, facts: dict[str, Facts], where: str, report: ReportProgress) -> None:
    """Read everything back. Raises BadArchive if any table differs from its facts."""
    through, total = 0, sum(stated.count for stated in facts.values())
    for name, stated in facts.items():
        tally = Tally()
        for lines in target.lines(name):
            tally.add(lines)
            report(through + tally.count, total)
        through += tally.count
        if fault := difference(stated, tally.facts):
            raise BadArchive(f"{where} differs from the source: table {name}: {fault}")


# Older schemas


@contextmanager
def in_current_schema(source: Source, tables: list[ArchiveTable], keys: Iterable[str]) -> Iterator[Source]:
    """Yield the source in the schema of this version, migrated if it is older. Raises BadArchive.

    An older source is loaded into a database of its own schema and migrated there. So only the migrations need to
    know older schemas.
    """
    if source.revision == HEAD:
        _check_shapes(source, tables)
        yield source
        return
    if source.revision > HEAD:
        raise BadArchive(
            f"{source.where} was made by a newer Valhalla (schema {source.revision}; this one has {HEAD}): upgrade"
        )
    with TemporaryDirectory(prefix="valhalla-older-") as folder:
        path = Path(folder) / "older.db"
        _load_older(path, source, tables)
        migrate.upgrade(path, source.revision)
        with inspection.sqlite_snapshot(path) as snapshot:
            found = DatabaseSource(snapshot, source.where, source.version, tables, keys)
            yield found


def _load_older(path: Path, source: Source, tables: list[ArchiveTable]) -> None:
    try:
        with sqlite_bulk(path, source.revision) as bulk:
            _check_older(source, bulk.tx, tables)
            fill(DatabaseTarget(bulk, source.shapes, ()), source, lambda done, total: None)
            for key, value in source.store.items():
                state.put(bulk.tx, key, value)
            bulk.keep()
    except CommandError:
        raise BadArchive(f"{source.where} has schema {source.revision}, which no version before this one had") from None


def _check_shapes(source: Source, tables: list[ArchiveTable]) -> None:
    known = {table.name: table.shape for table in tables}
    if missing := known.keys() - source.shapes.keys():
        raise BadArchive(f"{source.where} lacks the table {min(missing)}")
    if others := source.shapes.keys() - known.keys():
        raise BadArchive(f"{source.where} holds the table {min(others)}, which this version does not know")
    for name, shape in source.shapes.items():
        if shape != known[name]:
            raise BadArchive(f"{source.where}: {source.member(name)} has other columns than this version knows")


def _check_older(source: Source, tx: ReadSnapshot, tables: list[ArchiveTable]) -> None:
    known = {table.name: table.shape for table in tables}
    for name in sorted(known.keys() | source.shapes.keys()):
        there, stated = columns(tx, name), source.shapes.get(name)
        if stated is None and there:
            raise BadArchive(f"{source.where} lacks the table {name}")
        if stated is not None and not _fits(stated, there):
            raise BadArchive(
                f"{source.where}: {source.member(name)} does not match schema {source.revision}: "
                f"its columns are {', '.join(there) or 'unknown'}"
            )


def _fits(stated: Shape, there: list[str]) -> bool:
    if stated.kind == "rows":
        return sorted(stated.columns) == sorted(there)
    return there == ["seq", "id", "doc"] and stated.columns == ("doc",) and len(stated.key) == 1
