"""Units of work around one attempt to send: claim, begin, record the outcome, and what follows after a crash.

The order makes a text leave at most once. A claim is committed first. The attempt is committed before the first byte
leaves. The outcome is recorded after it. Between the last two, only the provider knows what happened.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from backend.app.core_gov.comms.consent.store import lock_address
from backend.app.core_gov.comms.delivery import hold, progress, store
from backend.app.core_gov.comms.delivery.decision import GatedMessage, as_text, decide_to_send
from backend.app.core_gov.comms.delivery.progress import Report
from backend.app.core_gov.comms.delivery.store import Delivery
from backend.app.core_gov.comms.gate.decision import GateDecision
from backend.app.core_gov.comms.gate.request import CONFIRMATION
from backend.app.core_gov.comms.gate.rules import RulePack
from backend.app.core_gov.comms.senders.outcomes import Accepted, NotSent, Refused, RequestOutcome, SlowDown
from backend.app.core_gov.comms.senders.senders_file import Sender
from backend.app.kit import clock
from backend.app.kit.db import Tx

CLAIM_S = 90.0
"""Seconds for which a process works on a delivery alone: more than the longest exchange and the last check allow."""

LAST_CHECK_S = 10.0
"""Seconds after the commit of an attempt within which its first byte must leave."""

AHEAD_S = 2.0
"""Seconds for which slots of a sender are given out in advance."""

TROUBLE_S = 60.0
"""Seconds before another attempt if a sender cannot be used."""

HELD_S = 30.0
"""Seconds before another look if all sending is held or stopped."""

WAIT_S = 20.0
"""Seconds before another decision if the gate waits for something else than a time."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A delivery that a process works on, and the time at which its message may leave."""

    delivery: Delivery
    token: str
    slot: str


@dataclass(frozen=True, slots=True)
class SendAttempt:
    """A committed attempt: what to ask the provider for."""

    delivery_id: str
    draft_id: str
    token: str
    to: str
    body: str
    validity_s: int | None


def claim_due(tx: Tx, sender: Sender, token: str, limit: int) -> list[Claim]:
    """Claim due deliveries of a sender, as many as its rate allows within the next seconds."""
    pacing = store.lock_sender(tx, sender.name)
    slot, ahead = max(pacing.next_at, tx.now), clock.later(tx.now, timedelta(seconds=AHEAD_S))
    claims: list[Claim] = []
    step = timedelta(seconds=1 / sender.table.per_second)
    for delivery in store.lock_due(tx, sender.name, tx.now, limit):
        if slot > ahead:
            break
        until = clock.later(slot, timedelta(seconds=CLAIM_S))
        claimed = replace(delivery, claimed_by=token, claimed_until=until, account=sender.account)
        claims.append(Claim(progress.apply(tx, claimed, Report("claimed")), token, slot))
        slot = clock.later(slot, step)
    if claims:
        store.put_sender(tx, replace(pacing, next_at=slot))
    return claims


def _count_today(tx: Tx, sender: Sender) -> bool:
    """Count a message of a sender on this day of the company. Returns False if its daily cap is reached."""
    pacing, day, cap = store.lock_sender(tx, sender.name), clock.local_day(tx.now), sender.table.daily_cap
    sent = pacing.sent_on_day if pacing.day == day else 0
    if cap is not None and sent >= cap:
        return False
    store.put_sender(tx, replace(pacing, day=day, sent_on_day=sent + 1))
    return True


def begin(tx: Tx, claim: Claim, sender: Sender, pack: RulePack) -> SendAttempt | None:
    """Store the attempt to send, after the last decision. Returns None if the message must not leave now.

    The address is locked before the decision, so that an opt-out that is committed before the attempt always stops it.
    """
    delivery = progress.lock(tx, claim.delivery.id, claim.delivery.draft_id)
    if delivery.claimed_by != claim.token or delivery.state != "claimed":
        return None
    if (why := hold.why_not(tx)) is not None:
        _later(tx, delivery, clock.later(tx.now, timedelta(seconds=HELD_S)), why)
        return None
    if delivery.not_after <= tx.now:
        progress.apply(tx, delivery, Report("expired", "it was not sent in time"))
        return None
    lock_address(tx, delivery.recipient)
    decision, seconds = decide_to_send(tx, message_of(delivery), sender, pack)
    if seconds is None:
        follow(tx, delivery, decision)
        return None
    if not _count_today(tx, sender):
        tomorrow = date.fromisoformat(clock.local_day(tx.now)) + timedelta(days=1)
        why = f"the daily cap of {sender.name}, {sender.table.daily_cap:,}, is reached"
        _later(tx, delivery, clock.start_of_day(tomorrow), why)
        return None
    until = clock.later(tx.now, timedelta(seconds=CLAIM_S))  # a process that was stopped may come with an expired claim
    progress.apply(tx, replace(delivery, claimed_until=until), Report("attempted"))
    return SendAttempt(delivery.id, delivery.draft_id, claim.token, delivery.recipient, delivery.body, seconds)


def message_of(delivery: Delivery) -> GatedMessage:
    """Return the message of a delivery as the gate sees it."""
    return GatedMessage(
        delivery.channel,
        delivery.purpose,
        delivery.recipient,
        delivery.body,
        delivery.place,
        delivery.not_after,
        delivery.overrides,
        delivery.send_at if delivery.purpose == CONFIRMATION else None,
    )


def follow(tx: Tx, delivery: Delivery, decision: GateDecision) -> Delivery:
    """Do with a delivery what the gate decided, if that is not to send it."""
    reason = decision.reason
    sentence = decision.sentence
    match decision.outcome:
        case "refuse" if reason.rule == "not_after":
            return progress.apply(tx, delivery, Report("expired", sentence))
        case "refuse":
            return progress.apply(tx, delivery, Report("blocked", sentence))
        case "ask":
            return progress.apply(tx, delivery, Report("held", sentence))
        case _:
            until = decision.until
            due = as_text(until) if until is not None else clock.later(tx.now, timedelta(seconds=WAIT_S))
            return _later(tx, delivery, due, sentence)


def _later(tx: Tx, delivery: Delivery, due: str, why: str) -> Delivery:
    return progress.apply(tx, replace(delivery, due_at=min(due, delivery.not_after)), Report("postponed", why))


def give_back(tx: Tx, claim: Claim, trouble: str | None) -> None:
    """End a claim before an attempt: the process stops, or the sender cannot be used now."""
    delivery = progress.lock(tx, claim.delivery.id)
    if delivery.claimed_by == claim.token and delivery.state == "claimed":
        wait_s = TROUBLE_S if trouble else 0.0
        _postpone(tx, delivery, NotSent(trouble or "the process that was to send it stopped", wait_s), delivery.sender)


def record(tx: Tx, attempt: SendAttempt, outcome: RequestOutcome, sender: str) -> Delivery:
    """Store the outcome of an attempt. Repeating it changes nothing."""
    delivery = progress.lock(tx, attempt.delivery_id, attempt.draft_id)
    if isinstance(outcome, Accepted):
        if delivery.provider_id == outcome.provider_id:
            return delivery
        if (other := _other_with(tx, delivery, outcome.provider_id)) is not None:
            why = f"its message {outcome.provider_id} was given to {other.id}, which has the same text"
            return progress.apply(tx, delivery, Report("uncertain", why))
        accepted = Report(
            "accepted",
            provider_id=outcome.provider_id,
            provider_status=outcome.status,
            error_code=outcome.error_code,
        )
        return progress.apply(tx, delivery, accepted)
    if delivery.state != "sending" or delivery.claimed_by != attempt.token:
        return delivery
    if isinstance(outcome, Refused):
        return progress.apply(tx, delivery, Report("refused", outcome.reason, error_code=outcome.error_code))
    if isinstance(outcome, SlowDown | NotSent):
        return _postpone(tx, delivery, outcome, sender)
    return progress.apply(tx, delivery, Report("uncertain", outcome.reason))


def _other_with(tx: Tx, delivery: Delivery, provider_id: str) -> Delivery | None:
    """Return another delivery that a message was given to while its answer was under way."""
    return store.by_provider_id(tx, delivery.account, provider_id) if delivery.account is not None else None


def _postpone(tx: Tx, delivery: Delivery, outcome: SlowDown | NotSent, sender: str) -> Delivery:
    """Return a message that was not sent to the queue, and slow its sender down."""
    due = clock.later(tx.now, timedelta(seconds=outcome.wait_s))
    if outcome.wait_s:
        pacing = store.lock_sender(tx, sender)
        slowed = replace(pacing, next_at=max(pacing.next_at, due), trouble=outcome.reason, trouble_at=tx.now)
        store.put_sender(tx, slowed)
    return progress.apply(tx, replace(delivery, due_at=due), Report("postponed", outcome.reason))


def take_over(tx: Tx, delivery_id: str) -> Delivery | None:
    """End the expired claim of a process that stopped. Returns None if the claim was ended meanwhile.

    Without an attempt nothing was sent, so the delivery waits again. With one, only the provider knows.
    """
    delivery = progress.lock(tx, delivery_id)
    if delivery.claimed_until is None or delivery.claimed_until >= tx.now:
        return None
    if delivery.state == "claimed":
        return progress.apply(tx, replace(delivery, due_at=tx.now), Report("postponed"))
    if delivery.state == "sending":
        return progress.apply(tx, delivery, Report("uncertain", "the process that sent it stopped before the answer"))
    return None


def expire(tx: Tx, delivery_id: str) -> Delivery | None:
    """End a delivery that was not sent in time. Returns None if it is not waiting any more."""
    delivery = progress.lock(tx, delivery_id)
    if delivery.state not in {"held", "waiting"} or delivery.not_after > tx.now:
        return None
    return progress.apply(tx, delivery, Report("expired", "it was not sent in time"))
