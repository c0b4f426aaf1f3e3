"""Documents of found records, by their row numbers."""

import json
from collections.abc import Iterable
from functools import cache
from typing import Any

from sqlalchemy import select

from backend.app.kit.db import Query, Tx, doc_text, one_of
from backend.app.kit.records import RecordTable, Stored


def documents(tx: Tx, table: RecordTable[Any], seqs: Iterable[int]) -> dict[int, Stored[Any]]:
    """Return the records in these rows of a table."""
    rows = tx.all(_by_seq(table), seqs=json.dumps(list(seqs)))
    return {seq: table.read(doc) for seq, doc in rows}


@cache
def _by_seq(table: RecordTable[Any]) -> Query:
    t = table.table
    return Query(select(t.c.seq, doc_text(t.c.doc).label("doc")).where(one_of(t.c.seq, "seqs")))
