"""Reads what can still be read of a SQLite database that failed its check.

The file is looked at twice, with its write-ahead log and without, because either may be of another moment than the
other. Nothing here is certain: whoever takes a row validates it.
"""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, suppress
from pathlib import Path

_FARTHEST = 2**40


def records(path: Path, tables: Iterable[str]) -> Iterator[tuple[str, int, str]]:
    """The table, the number and the document of each record that can be read; many come twice."""
    names = list(tables)
    for conn in _views(path):
        for table in names:
            for seq, doc in _rows(conn, table):
                with suppress(UnicodeDecodeError):
                    yield table, seq, doc.decode("utf-8")


def counts(path: Path, tables: Iterable[str]) -> dict[str, int]:
    """How many rows of each table can be counted; a table that cannot is left out."""
    found: dict[str, int] = {}
    names = list(tables)
    for conn in _views(path):
        for table in names:
            with suppress(sqlite3.Error):
                row = conn.execute(f"SELECT count(*) FROM {table} NOT INDEXED").fetchone()  # noqa: S608 - our names
                found[table] = max(found.get(table, 0), row[0])
    return found


def _views(path: Path) -> Iterator[sqlite3.Connection]:
    if path.stat().st_size == 0:
        return  # SQLite would take the log of an empty database away
    for how in ("mode=ro", "immutable=1"):
        with suppress(sqlite3.Error), closing(sqlite3.connect(f"{path.absolute().as_uri()}?{how}", uri=True)) as conn:
            conn.text_factory = bytes
            yield conn


def _rows(conn: sqlite3.Connection, table: str) -> Iterator[tuple[int, bytes]]:
    """Forward as far as it goes, over what is damaged in growing leaps, and from there back to the damage."""
    good, start, leap = -1, -1, 1
    while leap < _FARTHEST:
        found = False
        for seq, doc in _until_damaged(conn, table, "seq > ? ORDER BY seq", start):
            if not found and seq > good + 1 and start > good:
                yield from _until_damaged(conn, table, "seq < ? AND seq > ? ORDER BY seq DESC", seq, good)
            found, good = True, max(good, seq)
            yield seq, doc
        leap = 1 if found else leap * 2
        start = max(start, good) + leap
        if _at_end(conn, table, good):
            return


def _until_damaged(conn: sqlite3.Connection, table: str, where: str, *bounds: int) -> Iterator[tuple[int, bytes]]:
    with suppress(sqlite3.Error):
        for seq, doc in conn.execute(f"SELECT seq, doc FROM {table} WHERE {where}", bounds):  # noqa: S608 - our names
            if isinstance(doc, bytes):
                yield seq, doc


def _at_end(conn: sqlite3.Connection, table: str, good: int) -> bool:
    try:
        return conn.execute(f"SELECT 1 FROM {table} WHERE seq > ? LIMIT 1", (good,)).fetchone() is None  # noqa: S608
    except sqlite3.Error:
        return False
