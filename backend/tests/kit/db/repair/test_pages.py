"""Page-level reading returns the rows that SQLite returns."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.app.kit.db.repair.btree import Tree, entries
from backend.app.kit.db.repair.pages import Unreadable, record, varint
from backend.app.kit.db.repair.salvage import FileView, views
from backend.tests.promises import promise

INT64 = st.integers(-(2**63), 2**63 - 1)
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40)
LONG = st.builds(lambda text, times: text * times, TEXT, st.sampled_from([0, 1, 1, 1, 30, 700]))
ROW = st.tuples(TEXT, st.one_of(st.none(), LONG), st.one_of(st.none(), st.floats(allow_nan=False), INT64), INT64)
PAGE_SIZE = st.sampled_from([512, 1024, 4096, 65536])
Row = tuple[Any, ...]


@contextmanager
def made(rows: list[Row], page_size: int, *, later: list[Row] = []) -> Iterator[Path]:  # noqa: B006
    """Yield a database with these rows; `later` rows are only in its log, as after a kill."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "made.db"
        with closing(sqlite3.connect(path, isolation_level=None)) as conn:
            conn.execute(f"PRAGMA page_size={page_size}")
            conn.execute("PRAGMA journal_mode=WAL")
            conn.execute("CREATE TABLE things (name TEXT, body TEXT, size DOUBLE, seq INTEGER PRIMARY KEY)")
            conn.execute("CREATE INDEX by_name ON things (name)")
            insert = "INSERT OR REPLACE INTO things (name, body, size, seq) VALUES (?, ?, ?, ?)"
            conn.executemany(insert, rows)
            conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            conn.executemany(insert, later)
            yield path


def by_sqlite(path: Path) -> list[Row]:
    with closing(sqlite3.connect(path)) as conn:
        return conn.execute("SELECT name, body, size, seq FROM things ORDER BY seq").fetchall()


def by_pages(view: FileView) -> list[Row]:
    return [(row["name"], row["body"], row["size"], row["seq"]) for _, row in view.rows("things")]


@promise("Recovery", "Every readable row of a damaged database is recovered; losses are reported until acknowledged.")
@settings(max_examples=40)
@given(st.lists(ROW, max_size=30), PAGE_SIZE)
def test_intact_file_has_the_rows_that_sqlite_reads(rows: list[Row], page_size: int) -> None:
    with made(rows, page_size) as path:
        expected, seen = by_sqlite(path), 0
        for view in views(path):
            seen += 1
            assert by_pages(view) == expected
            assert view.expected("things") == (len(expected), True)
            assert view.tables["things"].tree.whole
            tree = Tree(view.tables["things"].indexes[0])
            found = [(entry[0], entry[1]) for entry in entries(view.pages, tree)]
            assert sorted(found) == sorted((row[0], row[3]) for row in expected)
            assert tree.whole
        assert seen == 1


@settings(max_examples=40)
@given(st.lists(ROW, min_size=1, max_size=12), st.lists(ROW, min_size=1, max_size=12))
def test_rows_in_the_log_alone_are_read(rows: list[Row], later: list[Row]) -> None:
    with made(rows, 4096, later=later) as path:
        expected = by_sqlite(path)
        with_log, without = (by_pages(view) for view in views(path))
        assert with_log == expected
        assert {row[3] for row in without} == {row[3] for row in rows}


@settings(max_examples=40)
@given(st.lists(ROW, min_size=1, max_size=12), st.lists(ROW, min_size=1, max_size=12), st.data())
def test_truncated_log_is_read_to_its_last_complete_commit(
    rows: list[Row], later: list[Row], data: st.DataObject
) -> None:
    with made(rows, 512, later=later) as path:
        log = path.with_name("made.db-wal")
        content = log.read_bytes()
        cut = content[: data.draw(st.integers(0, len(content)))]
        other = path.with_name("other.db")
        other.write_bytes(path.read_bytes())
        other.with_name("other.db-wal").write_bytes(cut)
        (found, *_) = (by_pages(view) for view in views(other))
        assert found == by_sqlite(other)


@promise("Recovery", "Every readable row of a damaged database is recovered; losses are reported until acknowledged.")
@settings(max_examples=40)
@given(st.lists(ROW, max_size=20), st.data())
def test_damaged_bytes_never_crash_the_reader(rows: list[Row], data: st.DataObject) -> None:
    """For any bytes, reading ends, and a row that is found twice is complete."""
    with made(rows, 512) as path:
        content = bytearray(path.read_bytes())
        for _ in range(data.draw(st.integers(1, 20))):
            content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
        path.write_bytes(content)
        for view in views(path):
            for name in view.tables:
                list(view.rows(name))
                view.expected(name)
            list(view.orphaned_rows(lambda name, number, row: True))


@pytest.mark.parametrize(
    "payload", [b"", b"\x02", b"\x05\x01", b"\x02\x0a", b"\x02\x0b", b"\x02\x07\x00", b"\x02\x0f\xff"]
)
def test_invalid_record_is_refused(payload: bytes) -> None:
    with pytest.raises(Unreadable):
        record(payload)


@given(st.integers(0, 2**64 - 1))
def test_varint_round_trips(value: int) -> None:
    assert varint(_varint(value), 0) == (value, len(_varint(value)))


def _varint(value: int) -> bytes:
    if value >= 1 << 56:
        high, low = value >> 8, value & 0xFF
        return bytes((high >> shift & 0x7F) | 0x80 for shift in range(49, -1, -7)) + bytes([low])
    parts = [value & 0x7F]
    while value := value >> 7:
        parts.append(value & 0x7F | 0x80)
    return bytes(reversed(parts))
