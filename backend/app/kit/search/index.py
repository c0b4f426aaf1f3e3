"""The text index: one entry per searched record, and its maintenance with every change of a record.

An entry is the text of `words.SearchedFields`. SQLite finds entries by an FTS5 table, PostgreSQL by a GIN index of the
words. Entries are numbered in the order in which their records were created.
"""

from typing import Any, NamedTuple

from sqlalchemy import DDL, BigInteger, Column, Identity, Index, Integer, Table, Text, event, text

from backend.app.kit.db import InsertMany, Query, Tx, metadata
from backend.app.kit.db.sql import Params, in_order

ENTRIES, WORDS = "search_entries", "search_words"

CREATE_WORDS = (
    f"CREATE VIRTUAL TABLE {WORDS} USING fts5(words, content='{ENTRIES}', content_rowid='number', "
    "detail=none, columnsize=0, tokenize=\"ascii tokenchars '='\")"
)
"""The FTS5 table. Words arrive normalized, so that its tokenizer only splits at spaces."""

VECTOR = "array_to_tsvector(string_to_array(btrim(words), ' '))"

CREATE_VECTORS = f"CREATE INDEX ix_{ENTRIES}_words ON {ENTRIES} USING gin ({VECTOR}) WITH (gin_pending_list_limit=256)"
"""The GIN index. Every search reads its whole pending list, so that is kept short (in KiB)."""

search_entries = Table(
    ENTRIES,
    metadata,
    Column("number", BigInteger().with_variant(Integer(), "sqlite"), Identity(), primary_key=True),
    Column("kind", Text, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("words", Text, nullable=False),
)
"""`kind`: name of the record's table. `seq`: its row number there."""

Index(f"ux_{ENTRIES}_record", search_entries.c.kind, search_entries.c.seq, unique=True)
for _dialect, _statement in (("sqlite", CREATE_WORDS), ("postgresql", CREATE_VECTORS)):
    _ddl = DDL(_statement)  # type: ignore[no-untyped-call]
    event.listen(search_entries, "after_create", _ddl.execute_if(dialect=_dialect))


class ChangedEntry(NamedTuple):
    """The entry of a record that was written: table and key of the record, and whether it is new."""

    table: str
    key: str
    words: str
    is_new: bool


def write_later(tx: Tx, table: str, key: str, words: str, *, is_new: bool) -> None:
    """Store the entry of a record at the end of the transaction."""
    tx.defer(_write, ChangedEntry(table, key, words, is_new))


def _write(tx: Tx, changed: list[ChangedEntry]) -> None:
    """Store the entries of all records written by a transaction, once per record."""
    latest: dict[tuple[str, str], ChangedEntry] = {}
    for each in changed:
        before = latest.get((each.table, each.key))
        latest[each.table, each.key] = each._replace(is_new=True) if before and before.is_new else each
    by_table: dict[str, list[ChangedEntry]] = {}
    for each in latest.values():
        by_table.setdefault(each.table, []).append(each)
    for table, entries in by_table.items():
        if tx.dialect == "postgresql":
            tx.insert_many(_statements(table).put, [{"id": each.key, "words": each.words} for each in entries])
        else:
            _write_sqlite(tx, _statements(table), entries)


def _write_sqlite(tx: Tx, statements: "_TableStatements", entries: list[ChangedEntry]) -> None:
    added: list[Params] = []
    for each in entries:
        known = None if each.is_new else tx.one(statements.known, id=each.key)
        if known is None:
            added.append({"id": each.key, "words": each.words})
        elif known[1] != each.words:
            tx.run(_unindex, number=known[0], words=known[1])
            tx.run(_change, number=known[0], words=each.words)
            tx.run(_index, number=known[0], words=each.words)
    if added:
        last = last_number(tx)
        tx.insert_many(statements.put, added)
        index_after(tx, last)


_ROWS = "json_to_recordset(CAST(%(rows)s AS json)) AS row_(id TEXT, words TEXT)"


class _Put(InsertMany):
    """Insertion of entries by the keys of their records."""

    __slots__ = ()

    def __init__(self, table: str) -> None:
        into = f"INSERT INTO {ENTRIES} (kind, seq, words) SELECT '{table}', t.seq,"
        self.values = in_order(("words", "id"))
        self._text = {
            "sqlite": f"{into} ? FROM {table} t WHERE t.id = ? ON CONFLICT DO NOTHING",
            "postgresql": f"{into} row_.words FROM {_ROWS} JOIN {table} t ON t.id = row_.id ORDER BY t.seq "
            f"ON CONFLICT (kind, seq) DO UPDATE SET words = excluded.words WHERE {ENTRIES}.words <> excluded.words",
        }


class _TableStatements:
    """Statements on the entries of one record table."""

    def __init__(self, table: str) -> None:
        self.put = _Put(table)
        self.known = Query(
            text(
                f"SELECT number, words FROM {ENTRIES} "  # noqa: S608 - our own names
                f"WHERE kind = '{table}' AND seq = (SELECT seq FROM {table} WHERE id = :id)"
            )
        )


_by_table: dict[str, _TableStatements] = {}


def _statements(table: str) -> _TableStatements:
    found = _by_table.get(table)
    if found is None:
        found = _by_table[table] = _TableStatements(table)
    return found


_last = Query(text(f"SELECT coalesce(max(number), 0) FROM {ENTRIES}"))  # noqa: S608
_change = Query(text(f"UPDATE {ENTRIES} SET words = :words WHERE number = :number"))  # noqa: S608
# FTS5 keeps no copy of the words: to remove a row, it must be told exactly what was indexed.
_unindex = Query(text(f"INSERT INTO {WORDS} ({WORDS}, rowid, words) VALUES ('delete', :number, :words)"))  # noqa: S608
_index = Query(text(f"INSERT INTO {WORDS} (rowid, words) VALUES (:number, :words)"))  # noqa: S608
_index_after = Query(
    text(f"INSERT INTO {WORDS} (rowid, words) SELECT number, words FROM {ENTRIES} WHERE number > :last")  # noqa: S608
)


def last_number(tx: Tx) -> int:
    """Return the number of the newest entry; 0 if there is none."""
    row = tx.one(_last)
    assert row is not None
    return int(row[0])


def index_after(tx: Tx, last: int) -> None:
    """Add the entries with higher numbers to the FTS5 table of SQLite."""
    tx.run(_index_after, last=last)


_clear = Query(text(f"DELETE FROM {ENTRIES}"))  # noqa: S608
_clear_words = Query(text(f"INSERT INTO {WORDS} ({WORDS}) VALUES ('delete-all')"))  # noqa: S608


def clear(tx: Tx) -> None:
    """Delete all entries."""
    tx.run(_clear)
    if tx.dialect == "sqlite":
        tx.run(_clear_words)


class IndexEntry(NamedTuple):
    """An entry to be stored: table and row number of a record, and its words."""

    kind: str
    seq: int
    words: str


_add = InsertMany(search_entries, ("kind", "seq", "words"))


def add(tx: Tx, entries: list[IndexEntry]) -> None:
    """Store entries of records that have none, in this order."""
    last = last_number(tx) if tx.dialect == "sqlite" else 0
    rows: list[dict[str, Any]] = [each._asdict() for each in entries]
    tx.insert_many(_add, rows)
    if tx.dialect == "sqlite":
        index_after(tx, last)
