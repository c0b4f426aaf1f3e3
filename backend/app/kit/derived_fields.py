"""Stored fields that are computed from other fields of the same row, and their recomputation when a rule changes.

A rule has a version. The store's state notes which version its rows were computed with. If it differs when the store
is opened, the rows are recomputed in batches. Each batch is committed together with its progress, so a killed run
continues where it ended. `updated_at` does not change, because no caller changed anything.
"""

import json
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any, NamedTuple

import structlog
from sqlalchemy import bindparam, select, update

from backend.app.kit.db import Ctx, Database, Query, Tx, doc_text, state
from backend.app.kit.fields import same_json
from backend.app.kit.lists.keys import ListKeys, as_document
from backend.app.kit.records import RecordTable

log = structlog.get_logger("derived")

BATCH = 200
"""Documents per transaction. A document can have a megabyte."""

LOG_S = 5.0
"""Seconds between two log lines on the progress."""


_PREFIX = "derived:"


class Batch(NamedTuple):
    """Rows that were checked: the number of the last one, or None if no rows follow, and how many were corrected."""

    last: int | None
    corrected: int


@dataclass(frozen=True, slots=True)
class DerivedFields:
    """Fields of one table that one rule computes.

    `name`: `table.field`, which must not change. `entity`: kind of record in the audit trail, None for typed tables.
    `version`: version of the rule; increase it whenever a value changes. `recompute`: corrects the next batch of rows
    after a row number (0 for the first batch).
    """

    name: str
    entity: str | None
    version: int
    recompute: Callable[[Tx, int], Batch]

    @property
    def key(self) -> str:
        """Key of the progress in the store's state."""
        return f"{_PREFIX}{self.name}"


@dataclass(frozen=True, slots=True)
class _RuleProgress:
    version: int
    after: int = 0
    corrected: int = 0
    done: bool = False


Report = Callable[[Tx, DerivedFields, int], None]
"""Callback for the audit trail: called in the last transaction with the number of corrected rows, unless it is 0."""


def recompute(db: Database, ctx: Ctx, all_fields: Iterable[DerivedFields], report: Report) -> None:
    """Recompute the fields whose stored values come from another version of their rule.

    The caller holds the opening lock, so that one of several starting processes does it.
    """
    found = db.snapshot_now(stale, all_fields)
    logged_at = time.monotonic()
    for derived in found:
        while not (progress := db.write_now(ctx, _next_batch, derived, report)).done:
            if time.monotonic() - logged_at >= LOG_S:
                log.info("derived fields are being recomputed", fields=derived.name, row=progress.after)
                logged_at = time.monotonic()
        if progress.corrected:
            log.info("derived fields recomputed", fields=derived.name, rows=progress.corrected)


def recompute_all(tx: Tx, all_fields: Iterable[DerivedFields]) -> None:
    """Recompute the fields within a transaction that adds all rows of a new store."""

    def unreported(tx: Tx, derived: DerivedFields, corrected: int) -> None:
        """Report nothing: the transaction records what it added."""

    for derived in all_fields:
        while not _next_batch(tx, derived, unreported).done:
            continue


def note_done(tx: Tx, all_fields: Iterable[DerivedFields]) -> None:
    """Note that the fields of a store without rows are computed."""
    for derived in all_fields:
        state.put(tx, derived.key, json.dumps(asdict(_RuleProgress(derived.version, done=True))))


def forget(tx: Tx) -> None:
    """Recompute all fields at the next opening, because rows came from elsewhere."""
    state.forget_all(tx, _PREFIX)


def forget_some(tx: Tx, some_fields: Iterable[DerivedFields]) -> None:
    """Recompute these fields at the next opening."""
    for derived in some_fields:
        state.forget(tx, derived.key)


def stale(tx: Tx, all_fields: Iterable[DerivedFields]) -> list[DerivedFields]:
    """Return the fields that are not complete, or were computed by another version of their rule."""
    noted = state.with_prefix(tx, _PREFIX)
    return [derived for derived in all_fields if not _progress(noted.get(derived.key), derived.version).done]


def _progress(noted: str | None, version: int) -> _RuleProgress:
    """Parse the note on a rule. A note that is unreadable or about another version counts as none."""
    try:
        found = _RuleProgress(**json.loads(noted or "{}"))
    except (ValueError, TypeError):
        return _RuleProgress(version)
    return found if found.version == version else _RuleProgress(version)


def _next_batch(tx: Tx, derived: DerivedFields, report: Report) -> _RuleProgress:
    before = _progress(state.lock(tx, derived.key), derived.version)
    batch = derived.recompute(tx, before.after)
    corrected, done = before.corrected + batch.corrected, batch.last is None
    progress = _RuleProgress(derived.version, batch.last or 0, corrected, done)
    state.put(tx, derived.key, json.dumps(asdict(progress)))
    if done and corrected:
        report(tx, derived, corrected)
    return progress


def of_list_keys(tables: Iterable[RecordTable[Any]]) -> Iterator[DerivedFields]:
    """Yield the rules of the key columns of lists. They change no record, so nothing is reported."""
    for table in tables:
        if (keys := table.keys) is not None:
            yield DerivedFields(keys.name, None, keys.version, partial(_keys_batch, keys))


_BATCHES = 25
"""Batches of keys per transaction. Each transaction writes most pages of the indexes, however few rows it has."""


def _keys_batch(keys: ListKeys, tx: Tx, after: int) -> Batch:
    last: int | None = after
    for _ in range(_BATCHES):
        if last is not None:
            last = keys.recompute(tx, last, BATCH)
    return Batch(last, 0)


# Values in other tables


Put = Callable[[Tx, dict[str, Any]], None]
"""Rule that stores what follows from a document in another table."""


def from_records(name: str, table: RecordTable[Any], version: int, put: Put) -> DerivedFields:
    """Return the fields of another table that follow from these records, oldest first. Nothing is reported."""
    t = table.table
    following = Query(
        select(t.c.seq, doc_text(t.c.doc))
        .select_from(t)
        .where(t.c.seq > bindparam("after"))
        .order_by(t.c.seq)
        .limit(BATCH)
    )

    def batch(tx: Tx, after: int) -> Batch:
        rows = tx.all(following, after=after)
        for _, doc in rows:
            if found := as_document(doc):
                put(tx, found)
        return Batch(rows[-1][0] if len(rows) == BATCH else None, 0)

    return DerivedFields(name, None, version, batch)


# Records


Compute = Callable[[dict[str, Any]], dict[str, Any]]
"""Rule of a record table: takes the fields of a document, returns the derived ones; empty for an invalid document."""


def of_records(table: RecordTable[Any], field: str, version: int, compute: Compute) -> DerivedFields:
    """Return the derived fields of a record table. `field` names the rule; `compute` may return several fields."""
    t = table.table
    following = Query(
        select(t.c.seq, t.c.id, doc_text(t.c.doc).label("doc"))
        .where(t.c.seq > bindparam("after"))
        .order_by(t.c.seq)
        .limit(BATCH)
        .with_for_update()
    )
    replace = Query(update(t).values(doc=bindparam("doc")).where(t.c.seq == bindparam("row")))

    def batch(tx: Tx, after: int) -> Batch:
        rows = tx.all(following, after=after)
        corrected = 0
        for seq, _, doc in rows:
            if (new := _corrected(doc, compute)) is not None:
                tx.run(replace, row=seq, doc=new)
                corrected += 1
        return Batch(rows[-1][0] if len(rows) == BATCH else None, corrected)

    return DerivedFields(f"{table.name}.{field}", table.entity, version, batch)


def _corrected(doc: Any, compute: Compute) -> str | None:
    """Return the document with its derived fields corrected; None if they are right or the document is not valid.

    A missing field is as good as null: documents of earlier versions lack the fields added since.
    """
    try:
        found = json.loads(doc)
        new = compute(found) if isinstance(found, dict) else {}
        if all(same_json(found.get(name), value) for name, value in new.items()):
            return None
        text = json.dumps(found | new, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
        text.encode()
    except (ValueError, TypeError, RecursionError):  # edited by hand; `valhalla doctor` reports it
        return None
    return text
