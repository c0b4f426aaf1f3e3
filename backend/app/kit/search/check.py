"""Comparison of the text index with the records, without changing anything."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text

from backend.app.kit.db import Query, ReadSnapshot
from backend.app.kit.records import RecordTable
from backend.app.kit.search.filling import entry_of
from backend.app.kit.search.index import ENTRIES, WORDS


@dataclass(slots=True)
class IndexFaults:
    """Records without an entry or with other words, entries without a record, and whether FTS5 has other words."""

    wrong: int = 0
    extra: int = 0
    words_differ: bool = False

    @property
    def none(self) -> bool:
        return not (self.wrong or self.extra or self.words_differ)


def faults_of_index(snapshot: ReadSnapshot, tables: Sequence[RecordTable[Any]]) -> IndexFaults:
    """Return what is wrong with the index. Reads every record and every entry."""
    faults = IndexFaults()
    words = _WordSums()
    entries = 0
    for table in tables:
        if table.searched is None:
            continue
        indexed = _Rows(snapshot, _entries, kind=table.name)
        records = _Rows(snapshot, Query(text(f"SELECT seq, CAST(doc AS TEXT) FROM {table.name} ORDER BY seq")))  # noqa: S608
        entries += _compare(table, records, indexed, words, faults)
    row = snapshot.one(_count)
    faults.extra += (int(row[0]) if row else 0) - entries
    if snapshot.dialect == "sqlite":
        faults.words_differ = words.sums != _indexed_sums(snapshot)
    return faults


def _compare(
    table: RecordTable[Any], records: "_Rows", indexed: "_Rows", words: "_WordSums", faults: IndexFaults
) -> int:
    """Compare one table in the order of its rows. Return the number of its entries."""
    count = 0
    entry = next(indexed, None)
    for seq, doc in records:
        while entry is not None and entry[0] < seq:
            count, faults.extra = count + 1, faults.extra + 1
            words.add(entry[1], entry[2])
            entry = next(indexed, None)
        found = entry_of(table, doc)
        if entry is None or entry[0] != seq:
            faults.wrong += found is not None
            continue
        faults.wrong += found is None or found[1] != entry[2]
        count += 1
        words.add(entry[1], entry[2])
        entry = next(indexed, None)
    while entry is not None:
        count, faults.extra = count + 1, faults.extra + 1
        words.add(entry[1], entry[2])
        entry = next(indexed, None)
    return count


class _Rows(Iterator[tuple[Any, ...]]):
    """Rows of a statement, one by one."""

    def __init__(self, snapshot: ReadSnapshot, query: Query, **params: Any) -> None:
        self._rows = (row for rows in snapshot.stream(query, **params) for row in rows)

    def __next__(self) -> tuple[Any, ...]:
        return next(self._rows)


class _WordSums:
    """Sums over the words of all entries, which FTS5 must have too: their number, and sums of numbers and lengths."""

    def __init__(self) -> None:
        self.sums = (0, 0, 0, 0)

    def add(self, number: int, entry: str) -> None:
        found = entry.split()
        length, first = sum(map(len, found)), sum(ord(word[-1]) for word in found)
        count, numbers, lengths, letters = self.sums
        self.sums = (count + len(found), numbers + number * len(found), lengths + number * length, letters + first)


_entries = Query(text(f"SELECT seq, number, words FROM {ENTRIES} WHERE kind = :kind ORDER BY seq"))  # noqa: S608
_count = Query(text(f"SELECT count(*) FROM {ENTRIES}"))  # noqa: S608
_vocabulary = Query(text(f"CREATE VIRTUAL TABLE temp.search_vocabulary USING fts5vocab(main, '{WORDS}', 'instance')"))
_sums = Query(
    text(
        "SELECT count(*), coalesce(sum(doc), 0), coalesce(sum(doc * length(term)), 0), "
        "coalesce(sum(unicode(substr(term, -1))), 0) FROM temp.search_vocabulary"
    )
)
_drop_vocabulary = Query(text("DROP TABLE temp.search_vocabulary"))


def _indexed_sums(snapshot: ReadSnapshot) -> tuple[int, ...]:
    snapshot.run(_vocabulary)
    row = snapshot.one(_sums)
    snapshot.run(_drop_vocabulary)
    assert row is not None
    return tuple(row)
