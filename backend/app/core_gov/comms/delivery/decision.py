"""The gate's decision about a delivery, from what the store knows about its recipient."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, cast

from backend.app.core_gov.comms.consent import service as consent
from backend.app.core_gov.comms.delivery import store
from backend.app.core_gov.comms.gate.decision import GateDecision
from backend.app.core_gov.comms.gate.gate import decide, decide_at_dispatch
from backend.app.core_gov.comms.gate.request import (
    ConsentGiven,
    GateOverride,
    MessageHistory,
    OptOut,
    OptOutConfirmation,
    Purpose,
    RecipientPlace,
    SendRequest,
)
from backend.app.core_gov.comms.gate.rules import CapRule, IdentityRule, RulePack
from backend.app.core_gov.comms.inbound import store as inbound
from backend.app.core_gov.comms.schemas import Channel
from backend.app.core_gov.comms.senders.senders_file import Sender
from backend.app.kit import clock
from backend.app.kit.db import Tx
from backend.app.kit.text import word_key

HISTORY = timedelta(hours=25)
"""Time in which earlier messages count for the limits of a day."""


@dataclass(frozen=True, slots=True)
class GatedMessage:
    """A message that is to be sent, as the gate sees it.

    `overrides`: JSON of those that a person gave. `stop_at`: when the stop word was sent that this message confirms.
    """

    channel: str
    purpose: str
    recipient: str | None
    body: str
    place: str | None
    not_after: str | None
    overrides: str | None = None
    stop_at: str | None = None


def request_of(tx: Tx, message: GatedMessage, sender: Sender, pack: RulePack, now: str) -> SendRequest:
    """Return what the gate needs to decide about a message by these rules."""
    address = message.recipient
    reading = inbound.reading(tx, sender.account)
    return SendRequest(
        channel=cast(Channel, message.channel),
        purpose=cast(Purpose, message.purpose),
        recipient=address,
        body=message.body,
        now=_time(now),
        place=RecipientPlace(**_place(message.place)),
        consent=_consent(tx, address, message.channel, sender.name),
        opt_out=_opt_out(tx, address, message.channel, sender.name),
        history=_history(tx, message, sender, pack, now),
        inbound_read_at=_time(reading.finished_at) if reading.finished_at else None,
        legal_name=sender.table.legal_name,
        not_after=_time(message.not_after) if message.not_after else None,
        confirms=OptOutConfirmation(_time(message.stop_at)) if message.stop_at else None,
        overrides=_overrides(message.overrides),
    )


def decide_now(tx: Tx, message: GatedMessage, sender: Sender, pack: RulePack, at: str | None = None) -> GateDecision:
    """Return the decision for a preview, at a time, or now."""
    return decide(request_of(tx, message, sender, pack, at or tx.now), pack)


def decide_to_send(tx: Tx, message: GatedMessage, sender: Sender, pack: RulePack) -> tuple[GateDecision, int | None]:
    """Return the decision directly before the request to the provider, and its validity in seconds."""
    return decide_at_dispatch(request_of(tx, message, sender, pack, tx.now), pack)


def as_text(moment: datetime) -> str:
    """Return a time of the gate in the form of `clock.now`."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _time(moment: str) -> datetime:
    return datetime.fromisoformat(moment)


def _place(stored: str | None) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(stored) if stored else {}
    return found


def _consent(tx: Tx, address: str | None, channel: str, sender: str) -> ConsentGiven | None:
    found = consent.consent_in_force(tx, address, channel, sender) if address else None
    if found is None:
        return None
    until = found.fields["until"]
    return ConsentGiven(found.fields["kind"], date.fromisoformat(until) if until else None)


def _opt_out(tx: Tx, address: str | None, channel: str, sender: str) -> OptOut | None:
    found = consent.opt_out_in_force(tx, address, channel, sender) if address else None
    return OptOut(_time(found.fields["since"]), found.fields["source"]) if found else None


def _history(tx: Tx, message: GatedMessage, sender: Sender, pack: RulePack, now: str) -> MessageHistory:
    """Return the earlier messages with the recipient, as far as a rule asks for them."""
    address = message.recipient
    if address is None:
        return MessageHistory()
    last = inbound.last_inbound_at(tx, address)
    marketing: list[str] = []
    if _any_covers(pack.caps, message):
        marketing = store.attempts_of_marketing(tx, address, clock.later(now, -HISTORY))
    named = _any_covers(pack.identities, message) and _has_named(tx, address, sender)
    return MessageHistory(tuple(map(_time, marketing)), named, _time(last) if last else None)


def _any_covers(rules: Sequence[CapRule | IdentityRule], message: GatedMessage) -> bool:
    channel, purpose = cast(Channel, message.channel), cast(Purpose, message.purpose)
    return any(rule.scope.covers(channel, purpose) for rule in rules)


def _has_named(tx: Tx, address: str, sender: Sender) -> bool:
    """Return whether an earlier text to an address has the legal name of the sender."""
    name = f" {word_key(sender.table.legal_name)} "
    return any(name in f" {word_key(body)} " for body in set(store.bodies_accepted(tx, address, sender.name)))


def _overrides(stored: str | None) -> tuple[GateOverride, ...]:
    found = json.loads(stored) if stored else []
    return tuple(GateOverride(each["rule"], each["who"], _time(each["until"]), each["reason"]) for each in found)
