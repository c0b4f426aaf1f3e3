"""Table of the tags of one kind of record, by which its list is filtered."""

from typing import Any

from sqlalchemy import Column, ForeignKey, Table, Text, and_, bindparam, delete, exists, insert, select
from sqlalchemy.sql.elements import ColumnElement

from backend.app.kit.db.sql import Query, doc_text, metadata
from backend.app.kit.db.tx import Tx
from backend.app.kit.lists.keys import as_document

READ = 200
"""Documents that are read at once. A document can have a megabyte."""


class TagTable:
    """One row per tag of a record."""

    def __init__(self, records: Table) -> None:
        self.name = f"{records.name}_tags"
        seq = Column("seq", records.c.seq.type, ForeignKey(records.c.seq), primary_key=True)
        t = self.table = Table(self.name, metadata, Column("tag", Text, primary_key=True), seq)
        self._records = records
        self._seq = Query(select(records.c.seq).where(records.c.id == bindparam("id")))
        self._docs = Query(
            select(records.c.seq, doc_text(records.c.doc))
            .where(records.c.seq > bindparam("after"))
            .order_by(records.c.seq)
            .limit(bindparam("limit"))
        )
        self._insert = Query(insert(t).values(tag=bindparam("tag"), seq=bindparam("seq")))
        self._clear = Query(delete(t).where(t.c.seq == bindparam("seq")))
        self._clear_all = Query(delete(t))

    def condition(self, *, indexed: bool) -> ColumnElement[bool]:
        """Return the condition on records that have the tag in the parameter `tag`.

        With `indexed`, it is a join that finds the records by their tag. Otherwise each record is looked up.
        """
        t = self.table
        joined = and_(t.c.tag == bindparam("tag"), t.c.seq == self._records.c.seq)
        return joined if indexed else exists().where(joined)

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
        after = 0
        while rows := tx.all(self._docs, after=after, limit=READ):
            for seq, doc in rows:
                for tag in tags_of(as_document(doc)):
                    tx.run(self._insert, tag=tag, seq=seq)
            after = rows[-1][0]


def record_tags(*layers: dict[str, Any]) -> list[str]:
    """Return the tags of the first layer that has the field."""
    for layer in layers:
        if "tags" in layer:
            tags: list[str] = layer["tags"]
            return tags
    return []


def tags_of(fields: dict[str, Any]) -> list[str]:
    """Return the distinct tags of a document, ignoring values that are not strings."""
    found: Any = record_tags(fields)
    return list(dict.fromkeys(tag for tag in found if isinstance(tag, str))) if isinstance(found, list) else []
