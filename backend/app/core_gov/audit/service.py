"""Writing the audit trail, in the unit of work of what it tells of."""

import json
from collections.abc import Callable, Iterator
from typing import Any

from pydantic_core import to_json

from backend.app.core_gov.audit import chain, store
from backend.app.core_gov.audit.schemas import AuditEvent
from backend.app.kit.db import Moment, Tx
from backend.app.kit.errors import AppError
from backend.app.kit.records import Change, Page, RecordTable, Stored

changed_since, height, continue_after = store.changed_since, store.height, store.continue_after

Report = Callable[[int, int], None]
_REPORT_EVERY = 500

_LONGEST_ID = 200
"""What a caller puts in the place of an id may be of any length, but an index has its limits."""


def record_created(tx: Tx, table: RecordTable[Any], key: str, stored: Stored[Any], act: str = "created") -> None:
    """A record that was not there before: every field is new."""
    changes = f'{{"{store.CREATED}":{stored.doc}}}'
    store.append(tx, f"{table.entity}.{act}", table.entity, key, changes)


def record_changed(tx: Tx, table: RecordTable[Any], key: str, change: Change[Any], act: str = "changed") -> None:
    """A record that differs now; a change that changed nothing leaves no event."""
    fields = {name: {"before": before, "after": after} for name, (before, after) in change.fields.items()}
    if fields:  # as the documents themselves are written: a comparison makes an event of a hundred kilobytes
        store.append(tx, f"{table.entity}.{act}", table.entity, key, to_json(fields).decode())


def record_act(tx: Tx, action: str, entity: str | None, entity_id: str | None, facts: dict[str, Any]) -> None:
    """An act that is not a change of one record: a token made, a file moved aside."""
    changes = {name: {"before": None, "after": value} for name, value in facts.items()}
    store.append(tx, action, entity, entity_id, json.dumps(changes, ensure_ascii=False))


def record_refusal(tx: Tx, method: str, path: str, error: AppError) -> None:
    """What a rule refused, in a unit of its own because the refused one left nothing."""
    entity_id = next((part[:_LONGEST_ID] for part in path.split("/") if "_" in part), None)  # ids come before any word
    entity = store.entity_of(tx, entity_id) if entity_id else None
    store.append(tx, f"{method} {path}"[:500], entity, entity_id, "{}", "refused", f"{error.status} {error.detail}")


def list_events(tx: Tx, filters: dict[str, str | None], limit: int, cursor: str | None) -> Page[AuditEvent]:
    return store.page(tx, filters, limit, cursor)


def head(tx: Tx) -> chain.Head | None:
    """The number and the hash of the last event, as the store noted them when it was written."""
    return store.head(tx)


def noted_head(tx: Tx) -> chain.Head | None:
    """The same."""
    return store.head(tx)


def lost_ranges(moment: Moment) -> tuple[list[list[int]], chain.Head]:
    """The ranges of events that are missing or damaged and not declared so yet, and the last event on file."""
    verdict = chain.verify(store.links(moment, 0))
    return [[place.first, place.last] for place in verdict.undeclared], verdict.head


def verify(
    moment: Moment, *, sought: str | None = None, latest: int | None = None, report: Report | None = None
) -> chain.Verdict:
    """Looks at the whole chain, or at its latest events only; in time linear in their number.

    `sought` is a hash that the chain should go through; `report` is told how many were looked at, and of how many.
    """
    noted = store.head(moment)
    after = max(0, noted.seq - latest) if noted is not None and latest is not None else 0
    start = store.event_head(moment, after) or chain.START
    rows = store.links(moment, start.seq)
    if report is not None:
        rows = _reported(rows, noted.seq - after if noted else 0, report)
    verdict = chain.verify(rows, noted, start, sought)
    if noted is None:
        verdict.blame("the note of where the trail ends is gone or unreadable: events may be missing at its end")
    return verdict


def _reported(rows: Iterator[chain.Row], total: int, report: Report) -> Iterator[chain.Row]:
    for number, row in enumerate(rows, 1):
        if number % _REPORT_EVERY == 0:
            report(number, total)
        yield row
