"""Repair of a copy of a SQLite file in which only indexes are damaged.

A successful `REINDEX` alone proves nothing. In a torn copy, with old table pages under newer index pages, it makes the
file consistent but loses what the index knew. So a repair counts only if the check complains of nothing but indexes,
every readable entry of the old indexes is in the new ones, and the whole file passes afterwards.
"""

import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

from backend.app.kit.db import sqlite
from backend.app.kit.db.repair.btree import Tree, entries, rows
from backend.app.kit.db.repair.pages import Pages
from backend.app.kit.db.tx import ReadSnapshot

_OF_AN_INDEX = re.compile(
    r"row \d+ missing from index .+|wrong # of entries in index .+|non-unique entry in index .+|\*\*\* in database .+"
)
_PAGE = re.compile(r"(?i)\bpage (\d+)")
_MAX_COMPLAINTS = 1_000_000

FindInconsistency = Callable[[ReadSnapshot], str | None]
"""Callback that returns an inconsistency in a database with intact pages, or None."""


def repair(damaged: Path, copy: Path, sound: FindInconsistency) -> str | None:
    """Rebuild the indexes in `copy`, an unused copy of `damaged`. Return why the repair failed, or None."""
    try:
        with closing(sqlite.connect(copy)) as conn:
            conn.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            return _repair(conn, damaged, copy, sound)
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
        return str(error)


def _repair(conn: sqlite3.Connection, damaged: Path, copy: Path, sound: FindInconsistency) -> str | None:
    if fault := _beyond_indexes(conn, damaged):
        return fault
    before = _roots(conn, "index")
    conn.execute("REINDEX")
    conn.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    for pragma in ("integrity_check(1)", "foreign_key_check"):
        found = conn.execute(f"PRAGMA {pragma}").fetchone()
        if found and found[0] != "ok":
            return f"after REINDEX {pragma} finds {found[0]}"
    with closing(Pages(damaged, with_log=True)) as old, closing(Pages(copy, with_log=True)) as new:
        for name, root in _roots(conn, "index").items():
            if not _agree(old, before[name], new, root):
                return f"index {name} has entries that no row of its table matches"
    conn.execute("BEGIN")
    with closing(sqlite.snapshot_on(conn)) as snapshot:
        fault = sound(snapshot)
    conn.execute("ROLLBACK")
    return fault


def _beyond_indexes(conn: sqlite3.Connection, damaged: Path) -> str | None:
    """Return the first complaint of the full check that is not about an index alone, or None."""
    complaints = conn.execute(f"PRAGMA integrity_check({_MAX_COMPLAINTS})").fetchall()
    lines = [line for (text,) in complaints for line in str(text).splitlines()]
    structural = [line for line in lines if not _OF_AN_INDEX.fullmatch(line)]
    if not structural:
        return None
    with closing(Pages(damaged, with_log=True)) as pages:
        of_indexes = _owned(conn, pages, "index") - _owned(conn, pages, "table")
    for line in structural:
        numbers = [int(number) for number in _PAGE.findall(line)]
        if not numbers or not of_indexes.issuperset(numbers):
            return line
    return None


def _roots(conn: sqlite3.Connection, kind: str) -> dict[str, int]:
    statement = "SELECT name, rootpage FROM sqlite_master WHERE type = ? AND rootpage > 0"
    return dict(conn.execute(statement, (kind,)).fetchall())


def _owned(conn: sqlite3.Connection, pages: Pages, kind: str) -> set[int]:
    owned: set[int] = set()
    for root in [*_roots(conn, kind).values(), *([1] if kind == "table" else [])]:
        tree = Tree(root)
        for _ in entries(pages, tree) if kind == "index" else rows(pages, tree):
            pass
        owned |= tree.pages
    return owned


def _agree(old: Pages, old_root: int, new: Pages, new_root: int) -> bool:
    known = set(_hashes(new, new_root))
    return all(entry in known for entry in _hashes(old, old_root))


def _hashes(pages: Pages, root: int) -> Iterator[int]:
    return (hash(tuple(entry)) for entry in entries(pages, Tree(root)))
