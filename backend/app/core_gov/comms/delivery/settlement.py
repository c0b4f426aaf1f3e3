"""Decisions of people about deliveries: release held ones, and settle uncertain ones with evidence."""

import json
from collections.abc import Mapping
from dataclasses import replace

from backend.app.core_gov.audit import service as audit
from backend.app.core_gov.comms.delivery import progress, store
from backend.app.core_gov.comms.delivery.attempts import message_of
from backend.app.core_gov.comms.delivery.decision import decide_now
from backend.app.core_gov.comms.delivery.progress import ENTITY, Report
from backend.app.core_gov.comms.delivery.schemas import (
    DeliveryEvent,
    DeliveryEvidence,
    DeliveryRecord,
    GivenOverride,
    ListedMessage,
    Settlement,
)
from backend.app.core_gov.comms.delivery.service import answer
from backend.app.core_gov.comms.delivery.store import Delivery
from backend.app.core_gov.comms.gate.decision import Reason
from backend.app.core_gov.comms.gate.gate import NEVER_OVERRIDDEN
from backend.app.core_gov.comms.gate.rules import RulePack
from backend.app.core_gov.comms.inbound import reconciliation
from backend.app.core_gov.comms.inbound import store as inbound
from backend.app.core_gov.comms.senders.senders_file import Sender
from backend.app.kit.db import Tx
from backend.app.kit.errors import BadInput, Conflict, NotFound
from backend.app.kit.records import Stored
from backend.app.kit.text import list_names


def objections(tx: Tx, delivery_id: str, senders: Mapping[str, Sender], pack: RulePack) -> tuple[Reason, ...]:
    """Return what the gate has against sending a delivery now, the strictest first; nothing if its sender is gone.

    Raises NotFound.
    """
    delivery = store.find(tx, delivery_id)
    if delivery is None:
        raise NotFound(ENTITY)
    sender = senders.get(delivery.sender)
    return decide_now(tx, message_of(delivery), sender, pack).reasons if sender else ()


def release_delivery(tx: Tx, delivery_id: str, given: GivenOverride) -> Stored[DeliveryRecord]:
    """Let a held delivery go on, ignoring the rules that are named. The gate decides again before it is sent.

    Raises NotFound, Conflict if it is not held, and BadInput for a rule that nobody may override.
    """
    if never := sorted(set(given.rules) & NEVER_OVERRIDDEN):
        raise BadInput.field("rules", f"rules must not contain {list_names(never, 5)}: nobody may override that")
    delivery = progress.lock(tx, delivery_id)
    if delivery.state != "held":
        raise Conflict(f"the delivery is {delivery.state}; only one that is held can be released")
    known = json.loads(delivery.overrides) if delivery.overrides else []
    added = [
        {"rule": rule, "who": tx.ctx.actor, "until": delivery.not_after, "reason": given.reason} for rule in given.rules
    ]
    changed = replace(delivery, overrides=json.dumps(known + added, ensure_ascii=False), due_at=tx.now)
    audit.record_act(tx, f"{ENTITY}.overridden", ENTITY, delivery.id, {"rules": given.rules, "reason": given.reason})
    return answer(progress.apply(tx, changed, Report("released", given.reason, source=tx.ctx.actor)))


def settle_delivery(tx: Tx, delivery_id: str, settlement: Settlement) -> Stored[DeliveryRecord]:
    """Store what a person found out about an uncertain delivery.

    Raises NotFound, Conflict if it is not uncertain, and BadInput for an ID that belongs to another message.
    """
    delivery = progress.lock(tx, delivery_id)
    if delivery.state != "uncertain":
        raise Conflict(f"the delivery is {delivery.state}; only one that is uncertain can be settled")
    if settlement.outcome == "not_accepted" and settlement.provider_id is not None:
        raise BadInput.field("provider_id", "provider_id is for a message that was accepted only")
    if settlement.provider_id is not None:
        _check_id(tx, delivery, settlement.provider_id)
    report = Report(
        "settled",
        settlement.evidence,
        source=tx.ctx.actor,
        provider_id=settlement.provider_id,
        outcome=settlement.outcome,
    )
    return answer(progress.apply(tx, delivery, report))


def _check_id(tx: Tx, delivery: Delivery, provider_id: str) -> None:
    if delivery.account is None:
        raise BadInput.field(
            "provider_id", "provider_id cannot be checked, because the account is not known; leave it out"
        )
    other = store.by_provider_id(tx, delivery.account, provider_id)
    if other is not None and other.id != delivery.id:
        raise BadInput.field("provider_id", f"provider_id belongs to another delivery: {other.id}")
    listed = inbound.find(tx, delivery.account, provider_id)
    if listed is not None and listed.to_address != delivery.recipient:
        raise BadInput.field("provider_id", "provider_id is that of a message to somebody else")


def evidence(tx: Tx, delivery_id: str) -> Stored[DeliveryEvidence]:
    """Return what is known about a delivery. Raises NotFound."""
    delivery = store.find(tx, delivery_id)
    if delivery is None:
        raise NotFound(ENTITY)
    events = [
        DeliveryEvent(
            at=event.at,
            kind=event.kind,
            source=event.source,
            provider_status=event.provider_status,
            error_code=event.error_code,
            note=note,
        )
        for event, note in store.noted_events(tx, delivery_id)
    ]
    listed = reconciliation.candidates(tx, delivery) if delivery.state == "uncertain" else []
    read_at = inbound.reading(tx, delivery.account).finished_at if delivery.account else None
    found = DeliveryEvidence(events=events, candidates=[_listed(each) for each in listed], list_read_at=read_at)
    return Stored(found.model_dump_json())


def _listed(message: inbound.StoredMessage) -> ListedMessage:
    return ListedMessage(
        provider_id=message.provider_id,
        to=message.to_address,
        body=message.body,
        status=message.status,
        at=message.at,
    )
