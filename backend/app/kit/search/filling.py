"""Filling of the text index from the records: when a store is new, came from elsewhere, or has an older index.

The store's state notes the rules that its index was made by. If they differ when the store is opened, the index is made
anew in batches. Each batch is committed together with its progress, so a killed run continues where it ended.
"""

import hashlib
import heapq
import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, NamedTuple

import structlog
from sqlalchemy import bindparam, select

from backend.app.kit.db import Ctx, Database, Query, Tx, doc_text, state
from backend.app.kit.records import RecordTable
from backend.app.kit.search import index
from backend.app.kit.search.index import IndexEntry
from backend.app.kit.search.words import VERSION

log = structlog.get_logger("search")

KEY = "search_index"
"""Key of the progress in the store's state."""

BATCH = 5000
"""Entries per transaction, at least."""

READ = 200
"""Documents that are read at once. A document can have a megabyte."""

LOG_S = 5.0
"""Seconds between two log lines on the progress."""

Tables = Sequence[RecordTable[Any]]


@dataclass(frozen=True, slots=True)
class FillProgress:
    """The rules of an index, the last row of each table that is in it, and whether it is complete."""

    rules: str
    after: dict[str, int] = field(default_factory=dict)
    done: bool = False


def fill(db: Database, ctx: Ctx, tables: Tables) -> None:
    """Make the index anew if it was made by other rules, or not completed.

    The caller holds the opening lock, so that one of several starting processes does it.
    """
    logged_at, entries = time.monotonic(), 0
    while not db.snapshot_now(is_complete, tables):
        entries += db.write_now(ctx, fill_next, tables)
        if time.monotonic() - logged_at >= LOG_S:
            log.info("the text index is being made", entries=entries)
            logged_at = time.monotonic()
    if entries:
        log.info("text index made", entries=entries)


def fill_all(tx: Tx, tables: Tables) -> None:
    """Make the index anew within a transaction that adds all records of a new store."""
    forget(tx)
    while not is_complete(tx, tables):
        fill_next(tx, tables)


def note_done(tx: Tx, tables: Tables) -> None:
    """Note that the index of a store without records is complete."""
    state.put(tx, KEY, json.dumps(asdict(FillProgress(rules_of(tables), done=True))))


def forget(tx: Tx) -> None:
    """Make the index anew at the next opening, because records came from elsewhere."""
    state.forget(tx, KEY)


def is_complete(tx: Tx, tables: Tables) -> bool:
    """Return whether the index holds every record, by the rules of this version."""
    return _progress(state.get(tx, KEY), rules_of(tables)).done


def rules_of(tables: Tables) -> str:
    """Return a digest that changes with the rules for words and with the searched fields of any table."""
    searched = [(table.name, table.searched) for table in tables if table.searched is not None]
    return hashlib.sha256(repr((VERSION, sorted(searched, key=str))).encode()).hexdigest()[:16]


def entry_of(table: RecordTable[Any], doc: str) -> tuple[str, str] | None:
    """Return the time of creation and the words of a stored document; None if it is not a JSON object."""
    assert table.searched is not None
    try:
        fields = json.loads(doc)
    except (ValueError, RecursionError):  # edited by hand; `valhalla doctor` reports it
        return None
    return (str(fields.get("created_at")), table.searched.entry(fields)) if isinstance(fields, dict) else None


def _progress(noted: str | None, rules: str) -> FillProgress:
    """Parse the note on the index. A note that is unreadable or about other rules counts as none."""
    try:
        found = FillProgress(**json.loads(noted or "{}"))
    except (ValueError, TypeError):
        return FillProgress(rules)
    return found if found.rules == rules else FillProgress(rules)


class _Row(NamedTuple):
    created_at: str
    entry: IndexEntry | None
    seq: int


def fill_next(tx: Tx, tables: Tables) -> int:
    """Add the next records in the order of their creation. Return how many."""
    before = _progress(state.lock(tx, KEY), rules_of(tables))
    if not before.after:
        index.clear(tx)
    after = {table.name: before.after.get(table.name, 0) for table in tables if table.searched is not None}
    rows = heapq.merge(
        *(_rows_after(tx, table, after[table.name]) for table in tables if table.searched is not None),
        key=lambda row: row[1].created_at,
    )
    entries: list[IndexEntry] = []
    done = True
    for name, row in rows:
        after[name] = row.seq
        if row.entry is not None:
            entries.append(row.entry)
        if len(entries) == BATCH:
            done = False
            break
    index.add(tx, entries)
    state.put(tx, KEY, json.dumps(asdict(FillProgress(before.rules, after, done))))
    return len(entries)


def _rows_after(tx: Tx, table: RecordTable[Any], after: int) -> Iterator[tuple[str, _Row]]:
    t = table.table
    following = Query(
        select(t.c.seq, doc_text(t.c.doc).label("doc"))
        .where(t.c.seq > bindparam("after"))
        .order_by(t.c.seq)
        .limit(READ)
    )
    while rows := tx.all(following, after=after):
        for seq, doc in rows:
            found = entry_of(table, doc)
            created_at, entry = (found and (found[0], IndexEntry(table.name, seq, found[1]))) or ("", None)
            yield table.name, _Row(created_at, entry, seq)
        after = rows[-1][0]
