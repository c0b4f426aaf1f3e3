"""Comparison of the key columns and tags of lists with the records, without changing anything.

One pass over the records in the order of their rows, with memory for a portion of them.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from sqlalchemy import Table, func, select

from backend.app.kit.db.sql import Query, doc_text
from backend.app.kit.db.tx import ReadSnapshot
from backend.app.kit.lists.columns import Key
from backend.app.kit.lists.keys import ListKeys, as_document
from backend.app.kit.lists.tags import TagTable, tags_of

BATCH = 200
"""Records whose computed keys are read at once."""

ComputedKeys = Callable[[ReadSnapshot, list[str]], Mapping[str, Mapping[str, Key]]]
"""Returns the computed keys of records by id, and by column. A column that is left out has no value."""


@dataclass(slots=True)
class KeyFaults:
    """Records without a row of keys or tags, or with other ones, and rows without a record."""

    wrong: int = 0
    extra: int = 0

    @property
    def none(self) -> bool:
        return not (self.wrong or self.extra)


def faults_of_keys(
    snapshot: ReadSnapshot, records: Table, keys: ListKeys, computed: ComputedKeys | None = None
) -> KeyFaults:
    """Return what is wrong with the keys of a record table. Without `computed`, computed keys are not compared."""
    k, r = keys.table, records
    names = [column.name for column in k.columns if column.name != "seq"]
    every = Query(
        select(r.c.id, doc_text(r.c.doc).label("doc"), k.c.seq.label("keyed"), *(k.c[name] for name in names))
        .select_from(r.outerjoin(k, k.c.seq == r.c.seq))
        .order_by(r.c.seq)
    )
    faults, keyed = KeyFaults(), 0
    joined = _rows(snapshot, every)
    while rows := list(islice(joined, BATCH)):
        found = computed(snapshot, [row[0] for row in rows]) if computed is not None else {}
        for key, doc, seq, *values in rows:
            stored = dict(zip(names, values, strict=True))
            keyed += seq is not None
            faults.wrong += seq is None or not _same(keys, stored, doc, found.get(key, {}) if computed else None)
    row = snapshot.one(Query(select(func.count()).select_from(k)))
    faults.extra = (int(row[0]) if row else 0) - keyed
    return faults


def _same(keys: ListKeys, stored: Mapping[str, Any], doc: str, computed: Mapping[str, Key] | None) -> bool:
    expected = keys.of(as_document(doc))
    if computed is not None:
        expected |= {name: computed.get(name) for name in stored.keys() - expected.keys()}
    return all(stored[name] == key for name, key in expected.items())


def faults_of_tags(snapshot: ReadSnapshot, records: Table, tags: TagTable) -> KeyFaults:
    """Return what is wrong with the tags of a record table."""
    t, r = tags.table, records
    stored = _rows(snapshot, Query(select(t.c.seq, t.c.tag).order_by(t.c.seq)))
    faults = KeyFaults()
    tagged = next(stored, None)
    for seq, doc in _rows(snapshot, Query(select(r.c.seq, doc_text(r.c.doc)).order_by(r.c.seq))):
        found = set[str]()
        while tagged is not None and tagged[0] <= seq:
            if tagged[0] == seq:
                found.add(tagged[1])
            faults.extra += tagged[0] < seq
            tagged = next(stored, None)
        faults.wrong += found != set(tags_of(as_document(doc)))
    faults.extra += (tagged is not None) + sum(1 for _ in stored)
    return faults


def _rows(snapshot: ReadSnapshot, query: Query) -> Iterator[tuple[Any, ...]]:
    return (row for rows in snapshot.stream(query) for row in rows)
