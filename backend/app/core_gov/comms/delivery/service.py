"""Service of deliveries: send a draft, cancel it, and see what became of it."""

from dataclasses import asdict, replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

from backend.app.core_gov.audit import service as audit
from backend.app.core_gov.comms import service as comms
from backend.app.core_gov.comms.consent.store import lock_address
from backend.app.core_gov.comms.delivery import progress, store
from backend.app.core_gov.comms.delivery.advice import advice
from backend.app.core_gov.comms.delivery.decision import GatedMessage, as_text, decide_now
from backend.app.core_gov.comms.delivery.progress import ENTITY, Report
from backend.app.core_gov.comms.delivery.schemas import (
    DecisionReason,
    DeliveryCheck,
    DeliveryCreate,
    DeliveryQuery,
    DeliveryRecord,
)
from backend.app.core_gov.comms.delivery.states import CANCELABLE, DeliveryState
from backend.app.core_gov.comms.delivery.store import Delivery
from backend.app.core_gov.comms.gate.request import CONFIRMATION
from backend.app.core_gov.comms.gate.rules import RulePack
from backend.app.core_gov.comms.inbound import store as inbound
from backend.app.core_gov.comms.schemas import DraftRecord
from backend.app.core_gov.comms.segments import text_size
from backend.app.core_gov.comms.senders.senders_file import Sender
from backend.app.kit import clock
from backend.app.kit.db import Database, Tx
from backend.app.kit.errors import BadInput, Conflict, NotFound
from backend.app.kit.ids import new_id
from backend.app.kit.records import Page, Stored

LIFETIME = timedelta(hours=24)
TABLES = (
    *(store.deliveries, store.delivery_events, store.sender_states),
    *(inbound.provider_messages, inbound.account_readings),
)


def check_now(
    db: Database, draft_id: str, request: DeliveryCreate, sender: Sender, pack: RulePack
) -> Stored[DeliveryCheck]:
    """Return `check_draft` from a snapshot."""
    return db.snapshot_now(check_draft, draft_id, request, sender, pack)


def check_draft(
    tx: Tx, draft_id: str, request: DeliveryCreate, sender: Sender, pack: RulePack
) -> Stored[DeliveryCheck]:
    """Return what would happen to a draft if it were sent now, or at the time asked for."""
    draft = comms.get_draft(tx, draft_id).fields
    message = _message(draft, request, request.not_after)
    decision = decide_now(tx, message, sender, pack, max(request.send_at or tx.now, tx.now))
    size = text_size(draft["body"]) if draft["channel"] == "sms" else None
    cost = Decimal(sender.table.cost_per_segment) * size.segments if size and sender.table.cost_per_segment else None
    found = DeliveryCheck(
        decision=decision.outcome,
        until=as_text(decision.until) if decision.until else None,
        reasons=[DecisionReason(**asdict(each)) for each in decision.reasons],
        encoding=size.encoding if size else None,
        characters=len(draft["body"]),
        segments=size.segments if size else None,
        is_estimate=bool(size and size.estimate),
        cost=str(cost) if cost is not None else None,
        currency=sender.table.currency if cost is not None else None,
    )
    return Stored(found.model_dump_json())


def _message(draft: dict[str, Any], request: DeliveryCreate, not_after: str | None) -> GatedMessage:
    place = request.place.model_dump_json() if request.place else None
    address = draft["to_e164"] if draft["channel"] in {"sms", "call"} else draft["to_email"]
    return GatedMessage(draft["channel"], request.purpose, address, draft["body"], place, not_after)


def send_draft(
    tx: Tx, draft_id: str, request: DeliveryCreate, sender: Sender, pack: RulePack, undo_s: float
) -> Stored[DeliveryRecord]:
    """Give a draft to a sender, which sends it after `undo_s` seconds, in which a slip can be undone.

    If the gate says to wait, it waits; if a person must decide, it is held. Raises NotFound, Conflict if the draft is
    not ready or the gate refuses, and BadInput for what could not be sent.
    """
    stored = comms.lock_draft_to_send(tx, draft_id)
    draft = stored.fields
    if sender.table.kind == "manual":
        raise Conflict(f"{sender.name} is a manual sender: send the message yourself, then use mark_sent")
    if draft["channel"] != sender.table.channel:
        raise BadInput.field("sender", f"sender {sender.name} sends {sender.table.channel}, not {draft['channel']}")
    if draft["to_e164"] is None:
        raise Conflict("the phone number of the draft is not verified; correct `to` first")
    earliest = clock.later(tx.now, timedelta(seconds=undo_s))
    send_at, not_after = _times(tx, request, earliest)
    message = _message(draft, request, not_after)
    lock_address(tx, draft["to_e164"])
    decision = decide_now(tx, message, sender, pack, max(send_at, earliest))
    if decision.outcome == "refuse":
        raise Conflict(decision.sentence)
    if decision.too_late:
        raise Conflict(next(each for each in decision.reasons if each.rule == "not_after").full_sentence)
    delivery = _new_delivery(tx, draft, message, sender, send_at, not_after, earliest)
    report = Report("created", source=tx.ctx.actor)
    if decision.outcome == "ask":
        report = Report("held", decision.sentence, source=tx.ctx.actor)
    elif decision.until is not None:
        delivery = replace(delivery, due_at=as_text(decision.until), reason=decision.sentence)
        report = Report("created", decision.sentence, source=tx.ctx.actor)
    return answer(_begin(tx, stored, delivery, report))


def _begin(tx: Tx, stored: Stored[DraftRecord], delivery: Delivery, report: Report) -> Delivery:
    """Store a new delivery of a draft."""
    begun = progress.begin(tx, delivery, report)
    comms.give_to_delivery(tx, stored, delivery.id)
    facts = {"draft": delivery.draft_id, "sender": delivery.sender, "purpose": delivery.purpose}
    audit.record_act(
        *(tx, f"{ENTITY}.created", ENTITY, delivery.id),
        facts | {"to": delivery.recipient, "send_at": delivery.send_at},
    )
    return begun


def send_confirmation(tx: Tx, stored: Stored[DraftRecord], sender: Sender, stop_at: str, until: str) -> Delivery:
    """Give the confirmation of an opt-out to its sender, which sends it before `until` (UTC) or not at all."""
    draft = stored.fields
    message = GatedMessage("sms", CONFIRMATION, draft["to_e164"], draft["body"], None, until, stop_at=stop_at)
    delivery = _new_delivery(tx, draft, message, sender, stop_at, until, tx.now)
    return _begin(tx, stored, delivery, Report("created", source=tx.ctx.actor))


def _new_delivery(
    tx: Tx, draft: dict[str, Any], message: GatedMessage, sender: Sender, send_at: str, not_after: str, earliest: str
) -> Delivery:
    return Delivery(
        id=new_id("dl"),
        draft_id=draft["id"],
        channel=message.channel,
        sender=sender.name,
        purpose=message.purpose,
        place=message.place,
        recipient=draft["to_e164"],
        body=message.body,
        send_at=send_at,
        not_after=not_after,
        state="waiting",
        state_at=tx.now,
        reason=None,
        error_code=None,
        provider_status=None,
        account=sender.account,
        provider_id=None,
        attempts=0,
        attempted_at=None,
        overrides=None,
        due_at=max(send_at, earliest),
        claimed_by=None,
        claimed_until=None,
        poll_at=None,
        created_by=tx.ctx.actor,
        created_at=tx.now,
        updated_at=tx.now,
    )


def _times(tx: Tx, request: DeliveryCreate, earliest: str) -> tuple[str, str]:
    """Return when the message may leave first and last. Raises BadInput for times that leave no time."""
    if request.send_at is not None and request.send_at < tx.now:
        raise BadInput.field("send_at", "send_at is in the past; leave it out to send now")
    send_at = request.send_at or tx.now
    not_after = request.not_after or clock.later(send_at, LIFETIME)
    if not_after <= send_at:
        raise BadInput.field("not_after", "not_after must be later than send_at")
    if not_after <= earliest:
        raise BadInput.field("not_after", "not_after must leave the seconds in which sending can be undone")
    return send_at, not_after


def cancel_draft(tx: Tx, draft_id: str) -> Stored[DeliveryRecord]:
    """Cancel the delivery of a draft, which can change again. Raises Conflict if the message may have left."""
    found = store.newest_of_draft(tx, draft_id)
    if found is None:
        comms.get_draft(tx, draft_id)
        raise NotFound("delivery of this draft")
    delivery = progress.lock(tx, found.id)
    if delivery.state == "canceled":
        return answer(delivery)
    if delivery.state not in CANCELABLE:
        raise Conflict(_too_late(delivery))
    return answer(progress.apply(tx, delivery, Report("canceled", source=tx.ctx.actor)))


def _too_late(delivery: Delivery) -> str:
    if delivery.state == "uncertain":
        return "the delivery cannot be canceled: it is uncertain whether the message was sent; settle it first"
    return f"the delivery is {delivery.state} and cannot be canceled"


def delivery_of_draft(tx: Tx, draft_id: str) -> Stored[DeliveryRecord]:
    """Return the newest delivery of a draft. Raises NotFound."""
    found = store.newest_of_draft(tx, draft_id)
    if found is None:
        comms.get_draft(tx, draft_id)
        raise NotFound("delivery of this draft")
    return answer(found)


def get_delivery(tx: Tx, delivery_id: str) -> Stored[DeliveryRecord]:
    """Return a delivery. Raises NotFound."""
    found = store.find(tx, delivery_id)
    if found is None:
        raise NotFound(ENTITY)
    return answer(found)


def list_deliveries(tx: Tx, query: DeliveryQuery) -> Page[DeliveryRecord]:
    """Return a page of the deliveries that match, newest first."""
    found, cursor = store.page(tx, query.filters, query.limit, query.cursor)
    return Page([answer(each).doc for each in found], cursor)


def answer(delivery: Delivery) -> Stored[DeliveryRecord]:
    return Stored(record_of(delivery).model_dump_json())


def record_of(delivery: Delivery) -> DeliveryRecord:
    """Return a delivery as a response, with what a person can do."""
    due = delivery.due_at if delivery.state == "waiting" else None
    shown = {"to": delivery.recipient, "what_to_do": advice(state_of(delivery)), "due_at": due}
    copied = {name: getattr(delivery, name) for name in DeliveryRecord.model_fields if name not in shown}
    return DeliveryRecord.model_validate(copied | shown)


def state_of(delivery: Delivery) -> DeliveryState:
    """Return the state of a delivery as its row has it."""
    return DeliveryState(
        delivery.state,
        delivery.state_at,
        accepted=progress.is_accepted(delivery),
        provider_status=delivery.provider_status,
        provider_id=delivery.provider_id,
        error_codes=(delivery.error_code,) if delivery.error_code else (),
        attempts=delivery.attempts,
    )


count_by_state = store.count_by_state
