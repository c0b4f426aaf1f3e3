"""Progress of a delivery: an event is stored, the state is computed again, and the draft follows."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta

import structlog

from backend.app.core_gov.audit import service as audit
from backend.app.core_gov.comms import service as comms
from backend.app.core_gov.comms.delivery import store
from backend.app.core_gov.comms.delivery.states import (
    FINAL,
    OPEN,
    DeliveryState,
    Event,
    Kind,
    SettledOutcome,
    fold,
    normal_code,
    normal_status,
)
from backend.app.core_gov.comms.delivery.store import Delivery
from backend.app.core_gov.comms.inbound import store as inbound
from backend.app.kit import clock
from backend.app.kit.db import Tx
from backend.app.kit.errors import BadInput, Conflict, NotFound

log = structlog.get_logger("dispatcher")

ENTITY = "delivery"

PROVIDER = "twilio"
"""Name of the provider in the send log, as people write it with mark_sent."""

FIRST_POLL_S, MAX_POLL_S, POLLED_S = 2.0, 900.0, 4 * 86_400.0
"""The status of an accepted message is read after two seconds, then ever less often, for four days."""

ACCEPTED = frozenset({"accepted", "delivered", "read", "undelivered"})
"""States that only an accepted message has."""

_AUDITED = frozenset({"uncertain", "settled", "canceled", "expired", "blocked", "held", "released", "refused"})


@dataclass(frozen=True, slots=True)
class Report:
    """Something that happened to a delivery. `note` is a sentence for people."""

    kind: Kind
    note: str | None = None
    source: str = "dispatcher"
    provider_status: str | None = None
    error_code: str | None = None
    provider_id: str | None = None
    outcome: SettledOutcome | None = None


def is_accepted(delivery: Delivery) -> bool:
    """Return whether the provider accepted the message, whatever became of it."""
    return delivery.provider_id is not None or delivery.state in ACCEPTED


def lock(tx: Tx, delivery_id: str, draft_id: str | None = None) -> Delivery:
    """Return a delivery, locked together with its draft until the unit ends. Raises NotFound.

    Every unit locks the draft first, so that two never wait for each other. `draft_id`: that of the delivery, if known.
    """
    if draft_id is None:
        found = store.find(tx, delivery_id)
        if found is None:
            raise NotFound(ENTITY)
        draft_id = found.draft_id
    comms.hold_draft(tx, draft_id)
    locked = store.lock(tx, delivery_id)
    assert locked is not None
    return locked


def begin(tx: Tx, delivery: Delivery, report: Report) -> Delivery:
    """Store a new delivery with its first event."""
    store.add(tx, delivery)
    return apply(tx, delivery, report)


def apply(tx: Tx, delivery: Delivery, *reports: Report) -> Delivery:
    """Store what happened to a locked delivery, and return it in the state that follows."""
    known = store.events(tx, delivery.id)
    for report in reports:
        event = Event(
            report.kind,
            tx.now,
            (known[-1].sequence if known else 0) + 1,
            report.source,
            normal_status(report.provider_status),
            normal_code(report.error_code),
            report.provider_id,
            report.outcome,
        )
        if event.kind == "status" and _is_known(known, event):
            continue
        store.add_event(tx, delivery.id, event, report.note)
        known.append(event)
    changed = _in_state(tx, delivery, fold(known), reports)
    store.put(tx, changed)
    _follow(tx, delivery, changed)
    _record(tx, delivery, changed, reports)
    return changed


def _is_known(known: Iterable[Event], event: Event) -> bool:
    """Return whether the provider has reported this before: nothing new to store."""
    told = (event.provider_status, event.error_code)
    return any((each.provider_status, each.error_code) == told for each in known if each.kind in {"status", "accepted"})


def _in_state(tx: Tx, delivery: Delivery, found: DeliveryState, reports: tuple[Report, ...]) -> Delivery:
    notes = [report.note for report in reports if report.note is not None]
    works = found.state in {"claimed", "sending"}
    reason = notes[-1] if notes else (delivery.reason if found.state == delivery.state else None)
    return replace(
        delivery,
        state=found.state,
        state_at=found.at,
        reason=None if found.state in {"accepted", "delivered", "read"} and not notes else reason,
        error_code=found.error_code,
        provider_status=found.provider_status,
        provider_id=found.provider_id or delivery.provider_id,
        attempts=found.attempts,
        attempted_at=tx.now if found.attempts > delivery.attempts else delivery.attempted_at,
        claimed_by=delivery.claimed_by if works else None,
        claimed_until=delivery.claimed_until if works else None,
        poll_at=_next_poll(tx, delivery, found),
        updated_at=clock.after(tx.now, delivery.updated_at),
    )


def _next_poll(tx: Tx, delivery: Delivery, found: DeliveryState) -> str | None:
    if not found.accepted or found.state in FINAL or found.provider_id is None:
        return None
    age = clock.seconds_between(found.at if delivery.provider_id is None else delivery.state_at, tx.now)
    if age > POLLED_S:
        return None
    return clock.later(tx.now, timedelta(seconds=min(max(FIRST_POLL_S, age / 2), MAX_POLL_S)))


def _follow(tx: Tx, before: Delivery, after: Delivery) -> None:
    """Make the draft sent when the provider accepts its message, and free it if nothing is sent."""
    if is_accepted(after) and not is_accepted(before):
        if after.account and after.provider_id and (listed := inbound.find(tx, after.account, after.provider_id)):
            inbound.claim(tx, listed, after.id)
        _record_sent(tx, after)
    elif after.state not in OPEN and not is_accepted(after):
        comms.release_draft(tx, after.draft_id, after.id)


def _record_sent(tx: Tx, after: Delivery) -> None:
    """Write the send log. A draft on file that is not valid must not hide that its message left."""
    try:
        with tx.savepoint():
            comms.record_sent(tx, after.draft_id, after.id, PROVIDER, after.provider_id)
    except (Conflict, BadInput) as error:
        log.error("message sent, and not in the send log", delivery=after.id, draft=after.draft_id, reason=error.detail)
        audit.record_act(tx, f"{ENTITY}.not_logged", ENTITY, after.id, {"reason": error.detail})


def _record(tx: Tx, before: Delivery, after: Delivery, reports: tuple[Report, ...]) -> None:
    """Write decisions and final states into the audit trail."""
    if not any(report.kind in _AUDITED for report in reports) and (
        after.state == before.state or after.state not in FINAL
    ):
        return
    facts = {"draft": after.draft_id, "state": after.state}
    optional = {"reason": after.reason, "error_code": after.error_code, "provider_id": after.provider_id}
    audit.record_act(
        tx,
        f"{ENTITY}.{after.state}",
        ENTITY,
        after.id,
        facts | {name: value for name, value in optional.items() if value is not None},
    )
