"""Upsert of typed rows from external sources, identified by source name and source key.

Unchanged rows are left alone, changed rows are updated.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Table, bindparam, select

from backend.app.kit.db import InsertMany, Query, Tx, UpdateMany
from backend.app.kit.db.sql import one_of
from backend.app.kit.errors import BadInput, DuplicateKey, RetryUnit
from backend.app.kit.strict_json import check_text
from backend.app.kit.text import shorten

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class UpsertCounts:
    """Counts of an upsert: new, changed and unchanged rows."""

    stored: int = 0
    updated: int = 0
    on_file: int = 0


MAX_SOURCE = 200


def check_source(source: str) -> None:
    """Raise BadInput for a source name that cannot be stored with every row."""
    if not (source.strip() and source.isprintable() and len(source) <= MAX_SOURCE):
        raise BadInput(
            f"source {shorten(source)} must be one line of at most {MAX_SOURCE} printable characters; "
            "name it with --source"
        )


class SourceRows:
    """Rows of a table with `source`, `source_key`, `created_at`, `updated_at` and the named columns."""

    def __init__(self, table: Table, names: tuple[str, ...]) -> None:
        self.names = names
        c = table.c
        self._known = Query(
            select(c.source_key, c.seq, *(c[name] for name in names)).where(
                c.source == bindparam("source"), one_of(c.source_key, "keys")
            )
        )
        self._insert = InsertMany(table, ("source", "source_key", *names, "created_at", "updated_at"))
        self._update = UpdateMany(table, "seq", (*names, "updated_at"))

    def upsert(self, tx: Tx, source: str, rows: Sequence[tuple[str, Row]]) -> UpsertCounts:
        """Insert or update rows by key. If a key is repeated, the last row wins."""
        for key, _ in rows:
            check_text(key, "the key")
        by_key = {key: tuple(row.get(name) for name in self.names) for key, row in rows}
        found = tx.all(self._known, source=source, keys=json.dumps([*by_key], ensure_ascii=False))
        known = {row[0]: (row[1], row[2:]) for row in found}
        new = [key for key in by_key if key not in known]
        changed = [key for key in by_key if key in known and known[key][1] != by_key[key]]
        given = {"source": source, "created_at": tx.now, "updated_at": tx.now}
        try:
            if new:
                tx.insert_many(self._insert, [given | {"source_key": key} | self._named(by_key[key]) for key in new])
        except DuplicateKey:
            raise RetryUnit from None  # another import of the same source has just been committed
        if changed:
            tx.update_many(
                self._update,
                [{"seq": known[key][0], "updated_at": tx.now} | self._named(by_key[key]) for key in changed],
            )
        return UpsertCounts(len(new), len(changed), len(by_key) - len(new) - len(changed))

    def _named(self, values: tuple[Any, ...]) -> dict[str, Any]:
        return dict(zip(self.names, values, strict=True))
