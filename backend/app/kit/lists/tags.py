"""Table of the tags of one kind of record, by which its list is filtered."""

import json
from typing import Any

from sqlalchemy import Column, ForeignKey, Table, Text, bindparam, delete, exists, insert, select
from sqlalchemy.sql.elements import ColumnElement

from backend.app.kit.db.sql import Query, doc_text, metadata
from backend.app.kit.db.tx import Tx


class TagTable:
    """One row per tag of a record."""

    def __init__(self, records: Table) -> None:
        self.name = f"{records.name}_tags"
        seq = Column("seq", records.c.seq.type, ForeignKey(records.c.seq), primary_key=True)
        t = self._table = Table(self.name, metadata, Column("tag", Text, primary_key=True), seq)
        self._records = records
        self._seq = Query(select(records.c.seq).where(records.c.id == bindparam("id")))
        self._docs = Query(select(records.c.seq, doc_text(records.c.doc)))
        self._insert = Query(insert(t).values(tag=bindparam("tag"), seq=bindparam("seq")))
        self._clear = Query(delete(t).where(t.c.seq == bindparam("seq")))
        self._clear_all = Query(delete(t))

    def condition(self) -> ColumnElement[bool]:
        """Return the condition on records that have the tag in the parameter `tag`."""
        return exists().where(self._table.c.tag == bindparam("tag"), self._table.c.seq == self._records.c.seq)

    def put(self, tx: Tx, key: str, tags: list[str], *, clear: bool = False) -> None:
        """Store the tags of the record with this id, in place of those it has with `clear`."""
        if not (tags or clear):
            return
        row = tx.one(self._seq, id=key)
        assert row is not None
        if clear:
            tx.run(self._clear, seq=row[0])
        for tag in tags:
            tx.run(self._insert, tag=tag, seq=row[0])

    def rebuild(self, tx: Tx) -> None:
        """Store the tags of all documents again."""
        tx.run(self._clear_all)
        for seq, doc in tx.all(self._docs):
            for tag in record_tags(json.loads(doc)):
                tx.run(self._insert, tag=tag, seq=seq)


def record_tags(*layers: dict[str, Any]) -> list[str]:
    """Return the tags of the first layer that has the field."""
    for layer in layers:
        if "tags" in layer:
            tags: list[str] = layer["tags"]
            return tags
    return []
