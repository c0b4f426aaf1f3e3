"""Tables of deliveries, of their events, and of the pacing of senders.

They are typed, because machines write them often, and are not mirrored to JSON files.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Identity,
    Index,
    Integer,
    Table,
    Text,
    bindparam,
    func,
    insert,
    or_,
    select,
    text,
    update,
)

from backend.app.core_gov.comms.delivery.states import OPEN, Event, State
from backend.app.kit.db import Query, Tx, metadata
from backend.app.kit.db.paging import FilteredList
from backend.app.kit.errors import Conflict, DuplicateKey
from backend.app.kit.records import Seq

deliveries = Table(
    "deliveries",
    metadata,
    Column("seq", Seq, Identity(), primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    Column("draft_id", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("sender", Text, nullable=False),
    Column("purpose", Text, nullable=False),
    Column("place", Text),
    Column("recipient", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("send_at", Text, nullable=False),
    Column("not_after", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("state_at", Text, nullable=False),
    Column("reason", Text),
    Column("error_code", Text),
    Column("provider_status", Text),
    Column("account", Text),
    Column("provider_id", Text),
    Column("attempts", Integer, nullable=False),
    Column("attempted_at", Text),
    Column("overrides", Text),
    Column("due_at", Text, nullable=False),
    Column("claimed_by", Text),
    Column("claimed_until", Text),
    Column("poll_at", Text),
    Column("created_by", Text, nullable=False),
    Column("created_at", Text, nullable=False),
    Column("updated_at", Text, nullable=False),
)
delivery_events = Table(
    "delivery_events",
    metadata,
    Column("seq", Seq, Identity(), primary_key=True),
    Column("delivery_id", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("at", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("provider_status", Text),
    Column("error_code", Text),
    Column("provider_id", Text),
    Column("outcome", Text),
    Column("note", Text),
)
sender_states = Table(
    "sender_states",
    metadata,
    Column("name", Text, primary_key=True),
    Column("next_at", Text, nullable=False),
    Column("day", Text),
    Column("sent_on_day", BigInteger, nullable=False),
    Column("trouble", Text),
    Column("trouble_at", Text),
)
_c, _e, _s = deliveries.c, delivery_events.c, sender_states.c
Index("ix_deliveries_due", _c.sender, _c.state, _c.due_at)
Index("ix_deliveries_state", _c.state, _c.seq)
Index("ix_deliveries_draft_id", _c.draft_id, _c.seq)
Index("ix_deliveries_recipient", _c.recipient, _c.seq)
Index("ix_deliveries_poll_at", _c.poll_at)
Index("ux_deliveries_provider_id", _c.account, _c.provider_id, unique=True)
_is_open = _c.state.in_(sorted(OPEN))
Index("ux_deliveries_open", _c.draft_id, unique=True, sqlite_where=_is_open, postgresql_where=_is_open)
Index("ix_delivery_events_delivery_id", _e.delivery_id, _e.seq)

_NAMES = tuple(column.name for column in deliveries.columns if column.name != "seq")
_FIXED = frozenset({
    "id", "draft_id", "channel", "sender", "purpose", "place", "recipient", "body", "send_at", "not_after",
    "created_by", "created_at",
})  # fmt: skip
_CHANGED = tuple(name for name in _NAMES if name not in _FIXED)


@dataclass(frozen=True, slots=True)
class Delivery:
    """A delivery as stored. `state` and the columns after it follow from its events.

    `due_at`: time of the next attempt. `claimed_by`: the claim of the process that works on it, until `claimed_until`.
    `poll_at`: time at which its status is read next. `overrides`: JSON of the rules that a person overrode.
    """

    id: str
    draft_id: str
    channel: str
    sender: str
    purpose: str
    place: str | None
    recipient: str
    body: str
    send_at: str
    not_after: str
    state: State
    state_at: str
    reason: str | None
    error_code: str | None
    provider_status: str | None
    account: str | None
    provider_id: str | None
    attempts: int
    attempted_at: str | None
    overrides: str | None
    due_at: str
    claimed_by: str | None
    claimed_until: str | None
    poll_at: str | None
    created_by: str
    created_at: str
    updated_at: str


@dataclass(frozen=True, slots=True)
class SenderState:
    """Pacing of a sender: the time of its next message, and how many it sent on a day of the company."""

    name: str
    next_at: str
    day: str | None
    sent_on_day: int
    trouble: str | None
    trouble_at: str | None


_row = [_c[name] for name in _NAMES]
_insert = Query(insert(deliveries).values({name: bindparam(name) for name in _NAMES}))
_find = Query(select(*_row).where(_c.id == bindparam("id")))
_lock = Query(select(*_row).where(_c.id == bindparam("id")).with_for_update())
_put = Query(update(deliveries).values({name: bindparam(name) for name in _CHANGED}).where(_c.id == bindparam("key")))
_newest_of_draft = Query(select(*_row).where(_c.draft_id == bindparam("draft_id")).order_by(_c.seq.desc()).limit(1))
_by_provider_id = Query(
    select(*_row).where(_c.account == bindparam("account"), _c.provider_id == bindparam("provider_id"))
)
_due = Query(
    select(*_row)
    .where(_c.sender == bindparam("sender"), _c.state == "waiting", _c.due_at <= bindparam("now"))
    .order_by(_c.due_at, _c.seq)
    .limit(bindparam("limit"))
    .with_for_update(skip_locked=True)
)
_has_due = Query(select(_c.id).where(_c.state == "waiting", _c.due_at <= bindparam("now")).limit(1))
_lapsed = Query(
    select(_c.id)
    .where(or_(_c.state == "claimed", _c.state == "sending"), _c.claimed_until < bindparam("now"))
    .limit(bindparam("limit"))
)
_past = Query(
    select(_c.id)
    .where(or_(_c.state == "held", _c.state == "waiting"), _c.not_after <= bindparam("now"))
    .limit(bindparam("limit"))
)
_to_poll = Query(select(_c.id).where(_c.poll_at <= bindparam("now")).order_by(_c.poll_at).limit(bindparam("limit")))
_by_state = Query(select(_c.state, func.count()).group_by(_c.state))
_marketing = Query(
    select(_c.attempted_at)
    .where(
        _c.recipient == bindparam("recipient"),
        _c.attempted_at >= bindparam("since"),
        or_(_c.purpose == "buying", _c.purpose == "selling"),
        _c.state != "failed",
    )
    .order_by(_c.attempted_at)
)
_bodies = Query(
    select(_c.body)
    .where(_c.recipient == bindparam("recipient"), _c.sender == bindparam("sender"), _c.provider_id.is_not(None))
    .order_by(_c.seq.desc())
    .limit(100)
)
_last_to = Query(
    select(_c.id, _c.sender)
    .where(_c.recipient == bindparam("recipient"), _c.provider_id.is_not(None))
    .order_by(_c.seq.desc())
    .limit(100)
)
_unclear_to = Query(
    select(*_row)
    .where(
        _c.recipient == bindparam("recipient"),
        _c.account == bindparam("account"),
        or_(_c.state == "uncertain", _c.state == "sending"),
    )
    .order_by(_c.seq)
)
_unidentified = Query(
    select(*_row)
    .where(_c.recipient == bindparam("recipient"), _c.state == "accepted", _c.provider_id.is_(None))
    .order_by(_c.seq)
    .limit(100)
)
_EVENT_NAMES = tuple(column.name for column in delivery_events.columns if column.name != "seq")
_insert_event = Query(insert(delivery_events).values({name: bindparam(name) for name in _EVENT_NAMES}))
_events = Query(
    select(_e.seq, *(_e[name] for name in _EVENT_NAMES))
    .where(_e.delivery_id == bindparam("delivery_id"))
    .order_by(_e.seq)
)
_lock_sender = Query(select(*_s).where(_s.name == bindparam("name")).with_for_update())
_senders = Query(select(*_s).order_by(_s.name))
_offer_sender = Query(
    text("INSERT INTO sender_states (name, next_at, sent_on_day) VALUES (:name, :now, 0) ON CONFLICT (name) DO NOTHING")
)
_put_sender = Query(
    update(sender_states)
    .values({column.name: bindparam(column.name) for column in _s if column.name != "name"})
    .where(_s.name == bindparam("key"))
)
_list = FilteredList(
    deliveries,
    [_c.seq, *(_c[name] for name in _NAMES if name != "body")],
    _c.body,
    lambda name: _c["recipient" if name == "to" else name] == bindparam(name),
)


def add(tx: Tx, delivery: Delivery) -> None:
    """Store a new delivery. Raises Conflict if the draft has an open one."""
    try:
        tx.run(_insert, **{name: getattr(delivery, name) for name in _NAMES})
    except DuplicateKey:
        raise Conflict("this draft is being sent already; cancel that delivery first") from None


def find(tx: Tx, delivery_id: str) -> Delivery | None:
    return _one(tx.one(_find, id=delivery_id))


def lock(tx: Tx, delivery_id: str) -> Delivery | None:
    """Return the delivery, locked against other writers until the unit ends."""
    return _one(tx.one(_lock, id=delivery_id))


def put(tx: Tx, delivery: Delivery) -> None:
    """Store everything about a delivery that can change."""
    tx.run(_put, key=delivery.id, **{name: getattr(delivery, name) for name in _CHANGED})


def newest_of_draft(tx: Tx, draft_id: str) -> Delivery | None:
    return _one(tx.one(_newest_of_draft, draft_id=draft_id))


def by_provider_id(tx: Tx, account: str, provider_id: str) -> Delivery | None:
    return _one(tx.one(_by_provider_id, account=account, provider_id=provider_id))


def lock_due(tx: Tx, sender: str, now: str, limit: int) -> list[Delivery]:
    """Return the deliveries of a sender that are due, earliest first, locked. Those that others lock are left out."""
    return [Delivery(*row) for row in tx.all(_due, sender=sender, now=now, limit=limit)]


def has_due(tx: Tx, now: str) -> bool:
    return tx.one(_has_due, now=now) is not None


def lapsed(tx: Tx, now: str, limit: int) -> list[str]:
    """Return the deliveries whose claim has expired."""
    return [row[0] for row in tx.all(_lapsed, now=now, limit=limit)]


def past(tx: Tx, now: str, limit: int) -> list[str]:
    """Return the deliveries that were not sent in time."""
    return [row[0] for row in tx.all(_past, now=now, limit=limit)]


def to_poll(tx: Tx, now: str, limit: int) -> list[str]:
    """Return the deliveries whose status is to be read, the most overdue first."""
    return [row[0] for row in tx.all(_to_poll, now=now, limit=limit)]


def attempts_of_marketing(tx: Tx, recipient: str, since: str) -> list[str]:
    """Return the times of the last attempts to send buying and selling messages to an address."""
    return [row[0] for row in tx.all(_marketing, recipient=recipient, since=since)]


def bodies_accepted(tx: Tx, recipient: str, sender: str) -> list[str]:
    """Return the latest texts of a sender to an address that its provider accepted."""
    return [row[0] for row in tx.all(_bodies, recipient=recipient, sender=sender)]


def last_to(tx: Tx, recipient: str, sender: str | None) -> str | None:
    """Return the newest accepted delivery to an address, of this sender if there is one."""
    rows = tx.all(_last_to, recipient=recipient)
    own = [row[0] for row in rows if row[1] == sender]
    return next(iter(own), rows[0][0] if rows else None)


def unidentified(tx: Tx, recipient: str) -> list[Delivery]:
    """Return the deliveries to an address that a person settled as accepted, without the provider's ID."""
    return [Delivery(*row) for row in tx.all(_unidentified, recipient=recipient)]


def unclear_to(tx: Tx, account: str, recipient: str) -> list[Delivery]:
    """Return the deliveries of an account to an address that are being sent, or are uncertain, oldest first."""
    return [Delivery(*row) for row in tx.all(_unclear_to, account=account, recipient=recipient)]


def count_by_state(tx: Tx) -> dict[str, int]:
    return dict(tx.all(_by_state))


def add_event(tx: Tx, delivery_id: str, event: Event, note: str | None) -> None:
    fields = {name: getattr(event, name) for name in _EVENT_NAMES if name not in {"delivery_id", "note"}}
    tx.run(_insert_event, delivery_id=delivery_id, note=note, **fields)


def events(tx: Tx, delivery_id: str) -> list[Event]:
    """Return the events of a delivery in the order in which they were stored."""
    return [event for event, _ in noted_events(tx, delivery_id)]


def noted_events(tx: Tx, delivery_id: str) -> list[tuple[Event, str | None]]:
    """Return the events of a delivery, each with its note, in the order in which they were stored."""
    found = []
    for seq, _, kind, at, source, status, code, provider_id, outcome, note in tx.all(_events, delivery_id=delivery_id):
        found.append((Event(kind, at, seq, source, status, code, provider_id, outcome), note))
    return found


def lock_sender(tx: Tx, name: str) -> SenderState:
    """Return the pacing of a sender, locked until the unit ends. It is created first if there is none."""
    row = tx.one(_lock_sender, name=name)
    if row is None:
        tx.run(_offer_sender, name=name, now=tx.now)
        row = tx.one(_lock_sender, name=name)
        assert row is not None
    return SenderState(*row)


def put_sender(tx: Tx, state: SenderState) -> None:
    tx.run(
        _put_sender,
        key=state.name,
        **{column.name: getattr(state, column.name) for column in _s if column.name != "name"},
    )


def sender_states_of(tx: Tx) -> dict[str, SenderState]:
    return {row[0]: SenderState(*row) for row in tx.all(_senders)}


def page(tx: Tx, filters: dict[str, str | None], limit: int, cursor: str | None) -> tuple[list[Delivery], str | None]:
    """Return a page of the deliveries that match, newest first, and the next cursor."""
    rows, next_cursor = _list.page(tx, filters, limit, cursor)
    return [_delivery(row) for row in rows], next_cursor


def _delivery(row: tuple[Any, ...]) -> Delivery:
    names = (*(name for name in _NAMES if name != "body"), "body")
    return Delivery(**dict(zip(names, row[1:], strict=True)))


def _one(row: tuple[Any, ...] | None) -> Delivery | None:
    return Delivery(*row) if row else None
