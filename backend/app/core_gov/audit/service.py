"""Writing the audit trail, in the unit of work of what it tells of."""

import json
from typing import Any

from backend.app.core_gov.audit import store
from backend.app.core_gov.audit.schemas import AuditEvent
from backend.app.kit.db import Tx
from backend.app.kit.errors import AppError
from backend.app.kit.records import Change, Page, RecordTable, Stored

changed_since, height = store.changed_since, store.height

_LONGEST_ID = 200
"""What a caller puts in the place of an id may be of any length, but an index has its limits."""


def record_created(tx: Tx, table: RecordTable[Any], key: str, stored: Stored[Any], act: str = "created") -> None:
    """A record that was not there before: every field is new."""
    changes = f'{{"{store.CREATED}":{stored.doc}}}'
    store.append(tx, f"{table.entity}.{act}", table.entity, key, changes)


def record_changed(tx: Tx, table: RecordTable[Any], key: str, change: Change[Any], act: str = "changed") -> None:
    """A record that differs now; a change that changed nothing leaves no event."""
    fields = {name: {"before": before, "after": after} for name, (before, after) in change.fields.items()}
    if fields:
        store.append(tx, f"{table.entity}.{act}", table.entity, key, json.dumps(fields, ensure_ascii=False))


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
