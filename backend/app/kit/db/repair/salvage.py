"""Salvage of a damaged SQLite database: every readable row of every table.

The file is read twice, with and without its write-ahead log, because they may be from different times. No row is
certain to be right: the caller validates each.
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
"""Callback that tells whether a row from an orphaned page can belong to this table, with this row id."""


@dataclass(slots=True)
class DamagedTable:
    """A table of the damaged file.

    `alias`: the column that aliases the row id, if any. `indexes`: root pages of the indexes that cover every row.
    `read`: row ids read so far.
    """

    name: str
    columns: tuple[str, ...]
    alias: str | None
    tree: Tree
    indexes: list[int]
    read: "array[int]" = field(default_factory=lambda: array("q"))

    def row(self, number: int, values: list[Value]) -> Row | None:
        """Return the row by column name; None if it has more values than the table has columns."""
        if len(values) > len(self.columns):
            return None
        found: Row = dict(zip(self.columns, values, strict=False))
        if self.alias is not None:
            found[self.alias] = number
        return found


@dataclass(slots=True)
class FileView:
    """The damaged file, read either with or without its log."""

    pages: Pages
    tables: dict[str, DamagedTable] = field(default_factory=dict)

    def rows(self, name: str) -> Iterator[tuple[int, Row]]:
        """Yield the rows that are reachable from the root page of a table."""
        table = self.tables[name]
        for number, values in rows(self.pages, table.tree):
            found = table.row(number, values)
            if found is None:
                table.tree.lost_cells += 1
            else:
                table.read.append(number)
                yield number, found

    def expected(self, name: str) -> tuple[int, bool]:
        """Return the number of rows a fully read table had, and whether it is exact or a lower bound.

        Rows that cannot be read in the table may still be counted in its indexes.
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

    def orphaned_rows(self, fits: Fits) -> Iterator[tuple[str, int, Row]]:
        """Yield rows on orphaned pages. Call it after all tables have been read.

        A page is skipped if its rows fit more than one table.
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
    """Yield the file with its log, and without it if the log has committed pages."""
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
    """Return type, name, table, root page and SQL of each table and index.

    If the schema itself is damaged, search the whole file for them.
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
    """Return the pages on the freelist (section 1.5). Their content was deleted."""
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
