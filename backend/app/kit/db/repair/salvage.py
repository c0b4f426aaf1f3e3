"""Reads what can still be read of a damaged SQLite database: every table, row by row.

The file is read twice, with its write-ahead log and without, because either may be of another moment than the
other. Nothing here is certain: the caller validates each row.
"""

import sqlite3
import struct
from array import array
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path

from backend.app.kit.db.repair.btree import Tree, entries, leaf_rows, rows
from backend.app.kit.db.repair.pages import MAGIC, Pages, Unreadable, Value

Row = dict[str, Value]
Fits = Callable[[str, int, Row], bool]
"""Whether a row whose place is lost can be one of this table, under this row id."""


@dataclass(slots=True)
class DamagedTable:
    """A table of the damaged file.

    `alias` is the column that is the row id, if one is; `indexes` are the roots of those that have every row; `read`
    are the row ids that have been read.
    """

    name: str
    columns: tuple[str, ...]
    alias: str | None
    tree: Tree
    indexes: list[int]
    read: "array[int]" = field(default_factory=lambda: array("q"))

    def row(self, number: int, values: list[Value]) -> Row | None:
        """The row by its columns; None if it has more values than the table has columns."""
        if len(values) > len(self.columns):
            return None
        found: Row = dict(zip(self.columns, values, strict=False))
        if self.alias is not None:
            found[self.alias] = number
        return found


@dataclass(slots=True)
class FileView:
    """The file as one of the two ways to read it shows it."""

    pages: Pages
    tables: dict[str, DamagedTable] = field(default_factory=dict)

    def rows(self, name: str) -> Iterator[tuple[int, Row]]:
        """The rows of a table that are in their place."""
        table = self.tables[name]
        for number, values in rows(self.pages, table.tree):
            found = table.row(number, values)
            if found is None:
                table.tree.lost_cells += 1
            else:
                table.read.append(number)
                yield number, found

    def expected(self, name: str) -> tuple[int, bool]:
        """How many rows a table had, when it has been read, and whether that is certain, or the least that it had.

        What cannot be read of the table itself may stand in its indexes.
        """
        table = self.tables[name]
        if table.tree.whole:
            return len(table.read), True
        known = set(table.read)
        for root in table.indexes:
            tree = Tree(root)
            found = {entry[-1] for entry in entries(self.pages, tree) if entry}
            if tree.whole:
                return len(found), True
            known |= {number for number in found if isinstance(number, int)}
        return len(known), False

    def strays(self, fits: Fits) -> Iterator[tuple[str, int, Row]]:
        """Rows on pages that no tree leads to any more; call it when every table has been read.

        A page is left out if its rows could be those of more than one table.
        """
        broken = [table for table in self.tables.values() if table.tree.lost_pages]
        if not broken:
            return
        known = set[int]().union(*(table.tree.pages for table in self.tables.values()), _free_pages(self.pages))
        for number in range(1, self.pages.count + 1):
            if number in known:
                continue
            with suppress(Unreadable):
                found = leaf_rows(self.pages, number)
                owners = [table for table in broken if found and _all_fit(table, found, fits)]
                if len(owners) == 1:
                    for row_id, values in found:
                        row = owners[0].row(row_id, values)
                        assert row is not None
                        yield owners[0].name, row_id, row


def _all_fit(table: DamagedTable, found: list[tuple[int, list[Value]]], fits: Fits) -> bool:
    given = [(number, table.row(number, values)) for number, values in found]
    return all(row is not None and fits(table.name, number, row) for number, row in given)


def views(path: Path) -> Iterator[FileView]:
    """The file with its log, and without it if the log has committed pages."""
    with closing(Pages(path, with_log=True)) as pages:
        yield FileView(pages, _tables(pages))
        logged = pages.logged
    if logged:
        with closing(Pages(path, with_log=False)) as pages:
            yield FileView(pages, _tables(pages))


def _tables(pages: Pages) -> dict[str, DamagedTable]:
    found: dict[str, DamagedTable] = {}
    definitions = _definitions(pages)
    indexes = [(owner, root) for kind, _, owner, root, sql in definitions if kind == "index" and " WHERE " not in sql]
    with closing(sqlite3.connect(":memory:")) as scratch:
        for kind, name, _, root, sql in definitions:
            if kind != "table":
                continue
            with suppress(sqlite3.Error):
                scratch.execute(sql)
                described = scratch.execute("SELECT name, type, pk FROM pragma_table_info(?)", (name,)).fetchall()
                keys = [column for column, kind, pk in described if pk and kind.upper() == "INTEGER"]
                alias = keys[0] if len(keys) == 1 and sum(bool(pk) for _, _, pk in described) == 1 else None
                if described:
                    columns = tuple(column for column, _, _ in described)
                    roots = [root for owner, root in indexes if owner == name]
                    found[name] = DamagedTable(name, columns, alias, Tree(root), roots)
    return found


def _definitions(pages: Pages) -> list[tuple[str, str, str, int, str]]:
    """Kind, name, table, root page and statement of each table and index.

    They are sought in the whole file if the schema itself is damaged.
    """
    tree = Tree(1)
    found = [values for _, values in rows(pages, tree)]
    if not tree.whole or not found:
        for number in range(1, pages.count + 1):
            with suppress(Unreadable):
                found += [values for _, values in leaf_rows(pages, number)]
    by_name: dict[str, tuple[str, str, str, int, str]] = {}
    for values in found:
        match values:
            case ["table" | "index" as kind, str(name), str(owner), int(root), str() | None as sql]:
                by_name.setdefault(name, (kind, name, owner, root, sql or ""))
    return list(by_name.values())


def _free_pages(pages: Pages) -> set[int]:
    """The pages that the file itself says are free (1.5); what they hold was deleted."""
    found: set[int] = set()
    with suppress(Unreadable, struct.error):
        first = pages[1]
        following = struct.unpack_from(">I", first, 32)[0] if first.startswith(MAGIC) else 0
        while following and following not in found:
            trunk = pages[following]
            found.add(following)
            following, count = struct.unpack_from(">2I", trunk)
            found.update(struct.unpack_from(f">{min(count, pages.usable // 4 - 2)}I", trunk, 8))
    return found
