"""The table of audit events: typed, append-only; the database itself refuses an edit or a deletion."""

import json
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    FetchedValue,
    Identity,
    Index,
    Table,
    Text,
    bindparam,
    func,
    insert,
    literal_column,
    select,
    text,
)
from sqlalchemy.sql.elements import ColumnElement

from backend.app.core_gov.audit.schemas import AuditEvent
from backend.app.kit.db import Query, Tx, metadata
from backend.app.kit.ids import new_id
from backend.app.kit.records import Page, Seq, decode_cursor, encode_cursor

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
    # The transaction that wrote it, so that the JSON files can follow other processes; filled by PostgreSQL.
    Column("xact", BigInteger, FetchedValue()),
)
_c = audit_events.c
Index("ix_audit_events_entity_id", _c.entity_id, _c.seq)
Index("ix_audit_events_at", _c.at)
Index("ix_audit_events_xact", _c.xact, postgresql_where=_c.xact.is_not(None), sqlite_where=_c.xact.is_not(None))

CREATED = "*"
"""Stands for all fields of a record that is new, whose document follows; spelt out when the event is read."""

_NAMES = (
    "id",
    "at",
    "actor",
    "via",
    "action",
    "entity",
    "entity_id",
    "outcome",
    "detail",
    "request_id",
    "changes",
)
_insert = Query(insert(audit_events).values({name: bindparam(name) for name in _NAMES}))
_entity_of = Query(
    select(_c.entity)
    .where(_c.entity_id == bindparam("entity_id"), _c.entity.is_not(None))
    .order_by(_c.seq.desc())
    .limit(1)
)
_pages: dict[tuple[str, ...], Query] = {}


def append(
    tx: Tx,
    action: str,
    entity: str | None,
    entity_id: str | None,
    changes: str,
    outcome: str = "done",
    detail: str | None = None,
) -> None:
    """Adds an event to the unit of work."""
    ctx = tx.ctx
    tx.run(
        _insert,
        id=new_id("ev"),
        at=tx.now,
        actor=ctx.actor,
        via=ctx.via,
        action=action,
        entity=entity,
        entity_id=entity_id,
        outcome=outcome,
        detail=detail,
        request_id=ctx.request_id,
        changes=changes,
    )


def page(tx: Tx, filters: dict[str, str | None], limit: int, cursor: str | None) -> Page[AuditEvent]:
    """The newest events that match."""
    given: dict[str, Any] = {name: value for name, value in filters.items() if value is not None}
    if cursor is not None:
        given["before"] = decode_cursor(cursor)
    names = tuple(given)
    rows = tx.all(_pages.get(names) or _page_query(names), **given, limit=limit + 1)
    more = encode_cursor(rows[limit - 1][0]) if len(rows) > limit else None
    return Page([_document(row[1:]) for row in rows[:limit]], more)


def _page_query(names: tuple[str, ...]) -> Query:
    columns = [_c.seq, *(_c[name] for name in _NAMES)]
    statement = select(*columns).order_by(_c.seq.desc()).limit(bindparam("limit"))
    for name in names:
        statement = statement.where(_condition(name))
    query = _pages[names] = Query(statement)
    return query


def _condition(name: str) -> ColumnElement[bool]:
    match name:
        case "before":
            return _c.seq < bindparam(name)
        case "since":
            return _c.at >= bindparam(name)
        case "until":
            return _c.at < bindparam(name)
        case _:
            return _c[name] == bindparam(name)


def _document(row: tuple[Any, ...]) -> str:
    fields = dict(zip(_NAMES, row, strict=True))
    changes = json.loads(fields.pop("changes"))
    created = changes.pop(CREATED, None)
    if created is not None:
        changes = {name: {"before": None, "after": value} for name, value in created.items()}
    return json.dumps({**fields, "changes": changes}, ensure_ascii=False, separators=(",", ":"))


def entity_of(tx: Tx, entity_id: str) -> str | None:
    """The kind of a record, as the last event of it says; None when the trail does not know it."""
    row = tx.one(_entity_of, entity_id=entity_id)
    return row[0] if row else None


# The feed of changes

_last = Query(select(func.coalesce(func.max(_c.seq), 0)))
_entities_after = Query(
    select(_c.entity).where(_c.seq > bindparam("mark"), _c.outcome == "done", _c.entity.is_not(None)).distinct()
)
_snapshot = Query(select(literal_column("CAST(pg_current_snapshot() AS text)")))
_entities_unseen = Query(
    text(
        "SELECT DISTINCT entity FROM audit_events WHERE entity IS NOT NULL AND outcome = 'done'"
        " AND xact >= CAST(CAST(pg_snapshot_xmin(CAST(:mark AS pg_snapshot)) AS text) AS bigint)"
        " AND xact < CAST(CAST(pg_snapshot_xmax(pg_current_snapshot()) AS text) AS bigint)"
        " AND NOT pg_visible_in_snapshot(CAST(CAST(xact AS text) AS xid8), CAST(:mark AS pg_snapshot))"
    )
)


def changed_since(tx: Tx, mark: str | None) -> tuple[str, set[str]]:
    """The kinds of records that were changed since the mark, and the mark for the next time.

    SQLite commits in the order of `seq`. On PostgreSQL a later number may be committed first, so the mark is the
    snapshot itself: which transactions it saw, and which were still running.
    """
    sqlite = tx.dialect == "sqlite"
    row = tx.one(_last if sqlite else _snapshot)
    assert row is not None
    at = str(row[0])
    if mark is None or mark == at:
        return at, set()
    rows = tx.all(_entities_after, mark=int(mark)) if sqlite else tx.all(_entities_unseen, mark=mark)
    return at, {found[0] for found in rows}


def height(tx: Tx) -> int:
    """How many numbers were given to events: it never falls, unless the database is an older copy."""
    row = tx.one(_last)
    return int(row[0]) if row else 0
