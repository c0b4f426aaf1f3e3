"""Service of deliveries: send a draft, cancel it, and see what became of it."""

from datetime import timedelta

from backend.app.core_gov.audit import service as audit
from backend.app.core_gov.comms import service as comms
from backend.app.core_gov.comms.delivery import progress, store
from backend.app.core_gov.comms.delivery.advice import advice
from backend.app.core_gov.comms.delivery.progress import ENTITY, Report
from backend.app.core_gov.comms.delivery.schemas import DeliveryQuery, DeliveryRecord, SendRequest
from backend.app.core_gov.comms.delivery.states import CANCELABLE, DeliveryState
from backend.app.core_gov.comms.delivery.store import Delivery
from backend.app.core_gov.comms.senders.senders_file import Sender
from backend.app.kit import clock
from backend.app.kit.db import Tx
from backend.app.kit.errors import BadInput, Conflict, NotFound
from backend.app.kit.ids import new_id
from backend.app.kit.records import Page, Stored

LIFETIME = timedelta(hours=24)
MAX_TEXT = 1_600
"""Maximum characters of a text that Twilio takes."""

TABLES = (store.deliveries, store.delivery_events, store.sender_states)


def send_draft(tx: Tx, draft_id: str, request: SendRequest, sender: Sender, undo_s: float) -> Stored[DeliveryRecord]:
    """Give a draft to a sender, which sends it after `undo_s` seconds, in which a slip can be undone.

    Raises NotFound, Conflict if the draft is not ready, and BadInput for what could not be sent.
    """
    stored = comms.lock_draft_to_send(tx, draft_id)
    draft = stored.fields
    if sender.table.kind == "manual":
        raise Conflict(f"{sender.name} is a manual sender: send the message yourself, then use mark_sent")
    if draft["channel"] != sender.table.channel:
        raise BadInput.field("sender", f"sender {sender.name} sends {sender.table.channel}, not {draft['channel']}")
    if draft["to_e164"] is None:
        raise Conflict("the phone number of the draft is not verified; correct `to` first")
    if len(draft["body"]) > MAX_TEXT:
        raise Conflict(f"the text has {len(draft['body']):,} characters; a text may have {MAX_TEXT:,}")
    earliest = clock.later(tx.now, timedelta(seconds=undo_s))
    send_at, not_after = _times(tx, request, earliest)
    delivery = Delivery(
        id=new_id("dl"),
        draft_id=draft_id,
        channel=draft["channel"],
        sender=sender.name,
        purpose=request.purpose,
        place=request.place.model_dump_json() if request.place else None,
        recipient=draft["to_e164"],
        body=draft["body"],
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
        due_at=max(send_at, earliest),
        claimed_by=None,
        claimed_until=None,
        poll_at=None,
        created_by=tx.ctx.actor,
        created_at=tx.now,
        updated_at=tx.now,
    )
    begun = progress.begin(tx, delivery, Report("created", source=tx.ctx.actor))
    comms.give_to_delivery(tx, stored, delivery.id)
    facts = {"draft": draft_id, "sender": sender.name, "purpose": request.purpose, "to": delivery.recipient}
    audit.record_act(tx, f"{ENTITY}.created", ENTITY, delivery.id, facts | {"send_at": send_at})
    return answer(begun)


def _times(tx: Tx, request: SendRequest, earliest: str) -> tuple[str, str]:
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
    shown = {"to": delivery.recipient, "what_to_do": advice(state_of(delivery))}
    copied = {name: getattr(delivery, name) for name in DeliveryRecord.model_fields if name not in shown}
    return DeliveryRecord.model_validate(copied | shown)


def state_of(delivery: Delivery) -> DeliveryState:
    """Return the state of a delivery as its row has it."""
    return DeliveryState(
        delivery.state,
        delivery.state_at,
        accepted=delivery.provider_id is not None,
        provider_status=delivery.provider_status,
        provider_id=delivery.provider_id,
        error_codes=(delivery.error_code,) if delivery.error_code else (),
        attempts=delivery.attempts,
    )
