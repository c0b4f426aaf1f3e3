"""Table of the typed key columns of one kind of record, next to its record table.

It has one row per record, written in the unit of work that writes the record. It is derived data: no archive contains
it, and opening a store recomputes it if the rule has changed.
"""

import json
from collections.abc import Mapping
from typing import Any
from zlib import crc32

from sqlalchemy import Column, Index, Table, bindparam, delete, exists, insert, select, text, update

from backend.app.kit.db.sql import Query, doc_text, metadata
from backend.app.kit.db.tx import Tx
from backend.app.kit.lists.columns import BINARY_TEXT, VERSION, Group, Key, ListColumn

Row = tuple[Any, ...]


class ListKeys:
    """Key columns of a record table. `columns`: its typed columns. `group`: the field that indexes start with."""

    def __init__(self, name: str, records: Table, columns: tuple[ListColumn, ...], group: Group | None = None) -> None:
        self.name, self.columns, self.group = name, {column.field: column for column in columns}, group
        typed = [Column(column.name, column.kind.type) for column in columns]
        grouped = [] if group is None else [Column(group.field, BINARY_TEXT, nullable=False)]
        self.table = Table(
            name, metadata, Column("seq", records.c.seq.type, primary_key=True, autoincrement=False), *grouped, *typed
        )
        for column in columns:
            if column.sorts:
                Index(
                    f"ix_{name}_{column.name}",
                    *(self.table.c[each.name] for each in grouped),
                    self.table.c[column.name],
                    self.table.c.seq,
                )
        self._rules = [(each.name, each.kind.key, each.field) for each in columns if not each.computed]
        self._stored = [*(each.name for each in grouped), *(each.name for each in columns if not each.computed)]
        self._prepare(records)

    def _prepare(self, records: Table) -> None:
        k, r = self.table, records
        values: dict[str, Any] = {name: bindparam(name) for name in self._stored}
        seq = select(r.c.seq).where(r.c.id == bindparam("id")).scalar_subquery()
        self._insert = Query(text(self._upsert(records.name)))
        self._update = Query(update(k).values(values).where(k.c.seq == seq))
        self._insert_at = Query(insert(k).values(seq=bindparam("at"), **values))
        self._update_at = Query(update(k).values(values).where(k.c.seq == bindparam("at")))
        self._delete = Query(delete(k))
        self._delete_orphans = Query(delete(k).where(~exists().where(r.c.seq == k.c.seq)))
        self._batch = Query(
            select(
                r.c.seq, k.c.seq.label("keyed"), *(k.c[name] for name in self._stored), doc_text(r.c.doc).label("doc")
            )
            .select_from(r.outerjoin(k, k.c.seq == r.c.seq))
            .where(r.c.seq > bindparam("after"))
            .order_by(r.c.seq)
            .limit(bindparam("limit"))
        )

    def _upsert(self, records: str) -> str:
        """Return the statement for the keys of a new record. Its number may be that of a row deleted by hand."""
        names = self._stored
        values = ", ".join(f":{name}" for name in names)
        changes = ", ".join(f"{name} = excluded.{name}" for name in names)
        return (
            f"INSERT INTO {self.name} (seq, {', '.join(names)}) "  # noqa: S608 - our own names
            f"VALUES ((SELECT seq FROM {records} WHERE id = :id), {values}) ON CONFLICT (seq) DO UPDATE SET {changes}"
        )

    @property
    def sorts(self) -> tuple[str, ...]:
        """Fields that lists can be sorted by."""
        return tuple(column.field for column in self.columns.values() if column.sorts)

    @property
    def version(self) -> int:
        """Version of the rule, which differs if any column does."""
        group = "" if self.group is None else repr(self.group)
        return crc32("\n".join([f"{VERSION}", group, *(each.rule for each in self.columns.values())]).encode())

    def of(self, document: Mapping[str, Any]) -> dict[str, Key]:
        """Return the keys of a document by column, without computed ones."""
        found: dict[str, Key] = {
            name: None if (value := document.get(field)) is None else key(value) for name, key, field in self._rules
        }
        if self.group is not None:
            found[self.group.field] = self.group.key(document.get(self.group.field))
        return found

    def insert(self, tx: Tx, key: str, document: Mapping[str, Any]) -> None:
        """Store the keys of a new record with this id."""
        tx.run(self._insert, id=key, **self.of(document))

    def replace(self, tx: Tx, key: str, document: Mapping[str, Any]) -> None:
        """Store the keys of a changed record."""
        tx.run(self._update, id=key, **self.of(document))

    def clear(self, tx: Tx) -> None:
        """Remove all rows. The next recomputation makes them again."""
        tx.run(self._delete)

    def recompute(self, tx: Tx, after: int, limit: int) -> int | None:
        """Correct the keys of the next records after a row number. Return the last one, or None if none follow.

        Before the first, keys without a record are removed: somebody deleted it by hand.
        """
        if after == 0:
            tx.run(self._delete_orphans)
        rows = tx.all(self._batch, after=after, limit=limit)
        for seq, keyed, *stored, doc in rows:
            keys = self.of(as_document(doc))
            if keyed is None:
                tx.run(self._insert_at, at=seq, **keys)
            elif [keys[name] for name in self._stored] != stored:
                tx.run(self._update_at, at=seq, **keys)
        return rows[-1][0] if len(rows) == limit else None


def as_document(doc: str) -> dict[str, Any]:
    """Return a stored document; empty if it is not a JSON object, which `valhalla doctor` reports."""
    try:
        found = json.loads(doc)
    except (ValueError, TypeError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
