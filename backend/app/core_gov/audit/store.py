"""Table of audit events: typed and append-only; database triggers refuse updates and deletions.

Events are numbered and chained at the end of the transaction, under a lock on the head of the chain, so they are
committed in the order of their numbers, whichever process writes them.
"""

import json
from collections.abc import Iterator
from typing import Any

import structlog
from pydantic_core import to_json
from sqlalchemy import Column, Identity, Index, Table, Text, bindparam, func, select
from sqlalchemy.sql.elements import ColumnElement

from backend.app.core_gov.audit import chain
from backend.app.core_gov.audit.schemas import AuditEvent
from backend.app.kit.db import InsertMany, Query, ReadSnapshot, Tx, metadata, paging, state
from backend.app.kit.db.paging import FilteredList
from backend.app.kit.fields import load
from backend.app.kit.ids import new_id
from backend.app.kit.records import Page, Seq

log = structlog.get_logger("audit")

audit_events = Table(
    "audit_events",
    metadata,
    Column("seq", Seq, Identity(), primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    Column("at", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("via", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("entity", Text),
    Column("entity_id", Text),
    Column("outcome", Text, nullable=False),
    Column("detail", Text),
    Column("request_id", Text),
    Column("changes", Text, nullable=False),
    Column("hash", Text, nullable=False, server_default=""),
)
_c = audit_events.c
Index("ix_audit_events_entity_id", _c.entity_id, _c.seq)
Index("ix_audit_events_at", _c.at)

CREATED = "*"
"""Key that stands for all fields of a new record, followed by its document; expanded when the event is read."""

_NAMES = chain.HASHED[1:]
_insert = InsertMany(audit_events, (*chain.HASHED, "hash"))
_entity_of = Query(
    select(_c.entity)
    .where(_c.entity_id == bindparam("entity_id"), _c.entity.is_not(None))
    .order_by(_c.seq.desc())
    .limit(1)
)


def append(
    tx: Tx,
    action: str,
    entity: str | None,
    entity_id: str | None,
    changes: str,
    outcome: str = "done",
    detail: str | None = None,
) -> None:
    """Add an event to the transaction; it is stored at its end."""
    ctx = tx.ctx
    event = (
        *(new_id("ev"), tx.now, ctx.actor, ctx.via, action, entity, entity_id),
        *(outcome, detail, ctx.request_id, changes),
    )
    tx.defer(_store, event)


def _store(tx: Tx, events: list[tuple[Any, ...]]) -> None:
    seq, link = _head_for_writing(tx)
    rows: list[dict[str, Any]] = []
    for event in events:
        row = (seq := seq + 1, *event)
        link = chain.link(link, row)
        rows.append(dict(zip(chain.HASHED, row, strict=True)) | {"hash": link})
    tx.insert_many(_insert, rows)
    state.put(tx, chain.HEAD_KEY, str(chain.Head(seq, link)))


def _head_for_writing(tx: Tx) -> chain.Head:
    """Lock and return the head of the chain, so that no other transaction appends before this one ends."""
    noted = state.lock(tx, chain.HEAD_KEY)
    found = _parsed(noted)
    if found is None:
        last = tx.one(_last_event)
        if last is not None:
            log.error("the head of the audit chain is gone; going on from the last event", seq=last[0])
        (state.offer if noted is None else state.put)(
            tx, chain.HEAD_KEY, str(chain.Head(*last) if last else chain.START)
        )
        found = _parsed(state.lock(tx, chain.HEAD_KEY))
        assert found is not None
    return found


def _parsed(noted: str | None) -> chain.Head | None:
    try:
        return chain.Head.parse(noted) if noted is not None else None
    except ValueError:
        return None


def page(tx: Tx, filters: dict[str, str | None], limit: int, cursor: str | None) -> Page[AuditEvent]:
    """Return a page of the events that match, newest first."""
    rows, next_cursor = _list.page(tx, filters, limit, cursor, lambda row: (row[0], _document(row)))
    return Page([row[1] for row in rows], next_cursor)


def events(
    tx: Tx, filters: dict[str, str | None], limit: int, cursor: str | None
) -> tuple[list[dict[str, Any]], str | None]:
    """Return the events of a page as their fields, and the next cursor."""
    rows, next_cursor = _list.page(tx, filters, limit, cursor)
    return [_fields(row) for row in rows], next_cursor


def count(tx: Tx, filters: dict[str, str | None]) -> int:
    """Return the number of events that match."""
    given = {name: value for name, value in filters.items() if value is not None}
    row = tx.one(Query(select(func.count()).select_from(audit_events).where(*map(_condition, given))), **given)
    return int(row[0]) if row else 0


def _condition(name: str) -> ColumnElement[bool]:
    match name:
        case "since":
            return _c.at >= bindparam(name)
        case "until":
            return _c.at < bindparam(name)
        case _:
            return _c[name] == bindparam(name)


_list = FilteredList(audit_events, [_c[name] for name in chain.HASHED[:-1]], _c.changes, _condition)


def _document(row: paging.Row) -> str:
    fields = _fields(row)
    try:
        return to_json(fields, inf_nan_mode="constants").decode()
    except ValueError:  # half of a surrogate pair
        return json.dumps(fields, ensure_ascii=False, separators=(",", ":"))


def _fields(row: paging.Row) -> dict[str, Any]:
    """Return a row of a list as the fields of an event."""
    fields = dict(zip(_NAMES, row[1:], strict=True))
    changes = _changes(fields.pop("changes"))
    created = changes.pop(CREATED, None)
    if isinstance(created, dict):
        changes = {name: {"before": None, "after": value} for name, value in created.items()}
    return {**fields, "changes": changes}


def _changes(text: str) -> dict[str, Any]:
    """Return the changes of an event; damaged JSON is returned as text."""
    found: Any
    try:
        found = load(text)
    except ValueError:
        found = None
    return found if isinstance(found, dict) else {"unreadable": {"before": None, "after": text}}


def entity_of(tx: Tx, entity_id: str) -> str | None:
    """Return the entity of a record from its last event, or None if it has no event."""
    row = tx.one(_entity_of, entity_id=entity_id)
    return row[0] if row else None


# The chain

_last_event = Query(select(_c.seq, _c.hash).order_by(_c.seq.desc()).limit(1))
_links = Query(
    select(*(_c[name] for name in chain.HASHED), _c.hash).where(_c.seq > bindparam("after")).order_by(_c.seq)
)
_event = Query(select(_c.seq, _c.hash).where(_c.seq <= bindparam("seq")).order_by(_c.seq.desc()).limit(1))


def head(tx: Tx) -> chain.Head | None:
    """Return the stored head of the chain, or None if it is missing or unreadable."""
    return _parsed(state.get(tx, chain.HEAD_KEY))


def continue_after(tx: Tx, head: chain.Head) -> None:
    """Set the head of the chain, so that the next event continues after it, whatever the last stored event is."""
    state.put(tx, chain.HEAD_KEY, str(head))


def event_head(tx: Tx, seq: int) -> chain.Head | None:
    """Return the head at an event number, or at the last event before it."""
    row = tx.one(_event, seq=seq)
    return chain.Head(*row) if row else None


def links(moment: ReadSnapshot, after: int) -> Iterator[chain.Row]:
    """Return the rows of all events after a number, in order."""
    return (row for chunk in moment.stream(_links, after=after) for row in chunk)


# Change feed

_last = Query(select(func.coalesce(func.max(_c.seq), 0)))
_entities_after = Query(
    select(_c.entity).where(_c.seq > bindparam("mark"), _c.outcome == "done", _c.entity.is_not(None)).distinct()
)


def changed_since(tx: Tx, mark: str | None) -> tuple[str, set[str]]:
    """Return the new mark, and the entities changed since the given mark."""
    at = str(height(tx))
    if mark is None or mark == at:
        return at, set()
    return at, {row[0] for row in tx.all(_entities_after, mark=int(mark))}


def height(tx: Tx) -> int:
    """Return the number of the last event. It never decreases, unless the database is an older copy."""
    row = tx.one(_last)
    return int(row[0]) if row else 0
