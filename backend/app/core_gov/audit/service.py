"""Service of the audit trail. Events are written in the transaction of the change that they record."""

import json
from collections.abc import Iterator
from typing import Any

from pydantic_core import to_json

from backend.app.core_gov.audit import chain, store
from backend.app.core_gov.audit.schemas import AuditEvent
from backend.app.kit.db import ReadSnapshot, Tx
from backend.app.kit.errors import AppError
from backend.app.kit.output.progress import ReportProgress
from backend.app.kit.records import Change, Page, RecordTable, Stored

changed_since, height, continue_after = store.changed_since, store.height, store.continue_after
count_events, event_head = store.count, store.event_head

_REPORT_EVERY = 500

_MAX_ID = 200
"""Maximum length of an entity id; path segments may have any length, but index entries are limited."""


def record_created(tx: Tx, table: RecordTable[Any], key: str, stored: Stored[Any], act: str = "created") -> None:
    """Record the creation of a record with all its fields."""
    changes = f'{{"{store.CREATED}":{stored.doc}}}'
    store.append(tx, f"{table.entity}.{act}", table.entity, key, changes)


def record_changed(tx: Tx, table: RecordTable[Any], key: str, change: Change[Any], act: str = "changed") -> None:
    """Record a change of a record. A change without any effect leaves no event."""
    fields = {name: {"before": before, "after": after} for name, (before, after) in change.fields.items()}
    if fields:  # encoded like the documents, because the event of a comparison has a hundred kilobytes
        store.append(tx, f"{table.entity}.{act}", table.entity, key, to_json(fields).decode())


def record_act(
    tx: Tx,
    action: str,
    entity: str | None,
    entity_id: str | None,
    facts: dict[str, Any],
    before: dict[str, Any] | None = None,
) -> None:
    """Record an action that is not a change of one record, such as a token created or a file moved aside.

    `before`: earlier values of the facts that had one.
    """
    earlier = before or {}
    changes = {name: {"before": earlier.get(name), "after": value} for name, value in facts.items()}
    store.append(tx, action, entity, entity_id, json.dumps(changes, ensure_ascii=False))


def record_refusal(tx: Tx, method: str, path: str, error: AppError) -> None:
    """Record a refused request, in a transaction of its own because the refused one was rolled back."""
    entity_id = next((part[:_MAX_ID] for part in path.split("/") if "_" in part), None)  # ids come first
    entity = store.entity_of(tx, entity_id) if entity_id else None
    store.append(tx, f"{method} {path}"[:500], entity, entity_id, "{}", "refused", f"{error.status} {error.detail}")


def list_events(tx: Tx, filters: dict[str, str | None], limit: int, cursor: str | None) -> Page[AuditEvent]:
    return store.page(tx, filters, limit, cursor)


def read_events(
    tx: Tx, filters: dict[str, str | None], limit: int, cursor: str | None
) -> tuple[list[dict[str, Any]], str | None]:
    """Return the fields of the events of a page, and the next cursor."""
    return store.events(tx, filters, limit, cursor)


def head(tx: Tx) -> chain.Head | None:
    """Return the stored head of the chain: number and hash of the last event."""
    return store.head(tx)


def lost_ranges(snapshot: ReadSnapshot) -> tuple[list[list[int]], chain.Head]:
    """Return the ranges of missing or damaged events that are not yet declared, and the last event on file."""
    verdict = chain.verify(store.links(snapshot, 0))
    return [[place.first, place.last] for place in verdict.undeclared], verdict.head


def verify(
    snapshot: ReadSnapshot,
    *,
    sought: str | None = None,
    latest: int | None = None,
    report: ReportProgress | None = None,
) -> chain.Verdict:
    """Verify the whole chain, or only its latest events. Takes time linear in the number of events.

    `sought` is a hash that the chain should contain; `report` receives the number of events checked and the total.
    """
    noted = store.head(snapshot)
    after = max(0, noted.seq - latest) if noted is not None and latest is not None else 0
    start = store.event_head(snapshot, after) or chain.START
    rows = store.links(snapshot, start.seq)
    if report is not None:
        rows = _reported(rows, noted.seq - after if noted else 0, report)
    verdict = chain.verify(rows, noted, start, sought)
    if noted is None:
        verdict.add_fault(
            "the record of the last event is missing or unreadable: events may be missing at the end of the trail"
        )
    return verdict


def _reported(rows: Iterator[chain.Row], total: int, report: ReportProgress) -> Iterator[chain.Row]:
    for number, row in enumerate(rows, 1):
        if number % _REPORT_EVERY == 0:
            report(number, total)
        yield row
