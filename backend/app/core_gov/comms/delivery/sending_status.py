"""State of all sending: holds, senders and numbers of deliveries."""

from dataclasses import asdict
from datetime import timedelta

from backend.app.core_gov.comms import service as comms
from backend.app.core_gov.comms.delivery import hold, progress, store
from backend.app.core_gov.comms.delivery.hold import Hold
from backend.app.core_gov.comms.delivery.progress import Report
from backend.app.core_gov.comms.delivery.schemas import SenderHealth, SendingHold, SendingStatus
from backend.app.core_gov.comms.delivery.store import Delivery, SenderState
from backend.app.core_gov.comms.inbound import store as inbound
from backend.app.core_gov.comms.senders.senders_file import Sender
from backend.app.kit import clock
from backend.app.kit.db import Tx
from backend.app.kit.records import Stored

UNKNOWN = "unknown"
"""Sender of a delivery that only its draft tells of."""


def sending_status(tx: Tx, senders: dict[str, Sender], faults: list[str]) -> Stored[SendingStatus]:
    """Return the state of all sending."""
    states = store.sender_states_of(tx)
    found = SendingStatus(
        stopped=_shown(hold.stopped(tx)),
        held=_shown(hold.held(tx)),
        deliveries=store.count_by_state(tx),
        senders=[_health(tx, sender, states.get(sender.name)) for sender in senders.values()],
        faults=faults,
    )
    return Stored(found.model_dump_json())


def stop(tx: Tx, reason: str, senders: dict[str, Sender], faults: list[str]) -> Stored[SendingStatus]:
    """Stop all sending, and return the state of it."""
    hold.stop(tx, reason)
    return sending_status(tx, senders, faults)


def resume(tx: Tx, senders: dict[str, Sender], faults: list[str]) -> Stored[SendingStatus]:
    """End the emergency stop, and return the state of all sending."""
    hold.resume(tx)
    return sending_status(tx, senders, faults)


def release(tx: Tx, senders: dict[str, Sender], faults: list[str], override: str | None) -> Stored[SendingStatus]:
    """Release the hold after a copy, and return the state of all sending.

    Raises Conflict if an account was not read since, unless a reason to override that is given.
    """
    found = hold.held(tx)
    if found is not None:
        accounts = {sender.account for sender in senders.values() if sender.table.kind == "twilio"}
        unread = sorted(each for each in accounts if (inbound.reading(tx, each).finished_at or "") < found.since)
        hold.release(tx, unread=tuple(unread), override=override)
    return sending_status(tx, senders, faults)


def _shown(found: Hold | None) -> SendingHold | None:
    return SendingHold(**asdict(found)) if found else None


def _health(tx: Tx, sender: Sender, state: SenderState | None) -> SenderHealth:
    today = state is not None and state.day == clock.local_day(tx.now)
    return SenderHealth(
        name=sender.name,
        kind=sender.table.kind,
        channel=sender.table.channel,
        origin=sender.origin,
        legal_name=sender.table.legal_name,
        trouble=state.trouble if state else None,
        trouble_at=state.trouble_at if state else None,
        sent_today=state.sent_on_day if state and today else 0,
        daily_cap=sender.table.daily_cap,
        list_read_at=inbound.reading(tx, sender.account).finished_at,
    )


# After a rebuild


def find_lost(tx: Tx) -> int:
    """Give each draft that was being sent, and whose delivery is not on file, an uncertain one. Returns how many.

    A store that was rebuilt from JSON files has drafts, but no deliveries. The message may have been sent.
    """
    count = 0
    for draft in comms.drafts_being_sent(tx):
        if store.find(tx, draft["delivery_id"]) is not None:
            continue
        lost = _lost(tx, draft)
        progress.begin(tx, lost, Report("uncertain", "the store was rebuilt without its deliveries"))
        count += 1
    return count


def _lost(tx: Tx, draft: dict[str, str]) -> Delivery:
    moment = draft["updated_at"]
    return Delivery(
        id=draft["delivery_id"],
        draft_id=draft["id"],
        channel=draft["channel"],
        sender=UNKNOWN,
        purpose="servicing",
        place=None,
        recipient=draft.get("to_e164") or draft.get("to_email") or UNKNOWN,
        body=draft["body"],
        send_at=moment,
        not_after=clock.later(moment, timedelta(hours=24)),
        state="uncertain",
        state_at=tx.now,
        reason=None,
        error_code=None,
        provider_status=None,
        account=None,
        provider_id=None,
        attempts=0,
        attempted_at=None,
        overrides=None,
        due_at=moment,
        claimed_by=None,
        claimed_until=None,
        poll_at=None,
        created_by=tx.ctx.actor,
        created_at=tx.now,
        updated_at=tx.now,
    )
