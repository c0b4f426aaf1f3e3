"""What must hold after a storm of killed senders, by the record of the Twilio double."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import select

from backend.app.bootstrap import Store
from backend.app.core_gov.comms.delivery import hold
from backend.app.core_gov.comms.delivery import store as deliveries
from backend.app.core_gov.comms.delivery.store import Delivery
from backend.app.core_gov.comms.store import drafts, sendlog
from backend.app.kit.db import Query, Tx, doc_text
from backend.tests.survive.sending_storm import SendingStorm

_e = deliveries.delivery_events.c
_uncertain_ever = Query(select(_e.delivery_id).where(_e.kind == "uncertain").distinct())
_reconciled = Query(select(_e.delivery_id).where(_e.kind == "accepted", _e.source == "reconciliation"))
ENDED = {"accepted", "delivered", "undelivered", "uncertain", "blocked", "failed"}


@dataclass(frozen=True, slots=True)
class Outcome:
    """Everything that a store says about its messages."""

    deliveries: list[Delivery]
    uncertain_ever: set[str]
    reconciled: list[str]
    logged: list[dict[str, str]]
    drafts: dict[str, dict[str, str]]
    held: str | None

    @property
    def accepted(self) -> list[Delivery]:
        return [each for each in self.deliveries if each.provider_id is not None]

    @property
    def uncertain(self) -> list[Delivery]:
        return [each for each in self.deliveries if each.state == "uncertain"]

    def count(self, state: str) -> int:
        return sum(each.state == state for each in self.deliveries)


def outcome_of(store: Store) -> Outcome:
    return store.db.snapshot_now(_read)


def _read(tx: Tx) -> Outcome:
    found: list[Delivery] = []
    cursor: str | None = None
    while True:
        page, cursor = deliveries.page(tx, {}, 500, cursor)
        found += page
        if cursor is None:
            break
    records = [
        [
            table.read(row[0]).fields
            for row in tx.all(Query(select(doc_text(table.table.c.doc)).select_from(table.table)))
        ]
        for table in (sendlog, drafts)
    ]
    held = hold.held(tx)
    return Outcome(
        found,
        {row[0] for row in tx.all(_uncertain_ever)},
        [row[0] for row in tx.all(_reconciled)],
        records[0],
        {each["id"]: each for each in records[1]},
        held.reason if held else None,
    )


def faults(storm: SendingStorm, found: Outcome) -> list[str]:
    """Return what is wrong, in sentences."""
    checks = (_sent_twice, _lost, _send_log, _draft_states, _unexplained, _not_reconciled)
    held = [f"all sending is held: {found.held}"] if found.held else []
    return held + [f"{check.__name__[1:]}: {fault}" for check in checks for fault in check(storm, found)]


def _sent_twice(storm: SendingStorm, found: Outcome) -> Iterator[str]:
    """A text leaves at most once for each delivery of it, and each message of the double belongs to one delivery."""
    for text, times in storm.twilio.count_by_text().items():
        if times > storm.texts[text]:
            yield f"{text} left {times} times for {storm.texts[text]} deliveries"
    ids = Counter(each.provider_id for each in found.accepted)
    yield from (f"{sid} belongs to {times} deliveries" for sid, times in ids.items() if times > 1)
    known = storm.twilio.messages
    for each in found.accepted:
        message = known.get(each.provider_id or "")
        if message is None or (message.to, message.body) != (each.recipient, each.body):
            yield f"{each.id} has the ID of another message"


def _lost(storm: SendingStorm, found: Outcome) -> Iterator[str]:
    """Every message is still there, and ended in a state that says what became of it."""
    texts = Counter((each.recipient, each.body) for each in found.deliveries)
    if texts != storm.texts:
        yield f"{sum((storm.texts - texts).values())} are gone, {sum((texts - storm.texts).values())} are new"
    for each in found.deliveries:
        if each.state not in ENDED:
            yield f"{each.id} is {each.state}"
        elif each.state in {"uncertain", "blocked", "failed"} and not each.reason:
            yield f"{each.id} is {each.state} without a reason"
        elif each.state == "blocked" and each.recipient not in storm.opted_out:
            yield f"{each.id} is blocked: {each.reason}"


def _send_log(storm: SendingStorm, found: Outcome) -> Iterator[str]:
    """Every accepted message is in the send log once, and nothing else is."""
    logged = Counter((each["draft_id"], each["provider_ref"]) for each in found.logged)
    accepted = Counter((each.draft_id, each.provider_id or "") for each in found.accepted)
    if logged != accepted:
        yield f"{(accepted - logged).total()} are missing, {(logged - accepted).total()} are too many"


def _draft_states(storm: SendingStorm, found: Outcome) -> Iterator[str]:
    """A draft is sent if its message was accepted; it can be sent again if nothing left."""
    for each in found.deliveries:
        draft = found.drafts[each.draft_id]
        sent = each.provider_id is not None
        wanted = ("sent" if sent else "ready", each.id if sent or each.state == "uncertain" else None)
        if (draft["status"], draft["delivery_id"]) != wanted:
            yield f"{draft['id']} is {draft['status']} and its delivery is {each.state}"


def _unexplained(storm: SendingStorm, found: Outcome) -> Iterator[str]:
    """A delivery was uncertain only if its process was killed or stopped, or its answer was lost or a 5xx."""
    lost = storm.lost_answers()
    for each in found.deliveries:
        explained = each.id in storm.interrupted or (each.recipient, each.body) in lost
        if each.id in found.uncertain_ever and not explained:
            yield f"{each.id} was uncertain: {each.reason}"


def _not_reconciled(storm: SendingStorm, found: Outcome) -> Iterator[str]:
    """What the double accepted is known, unless several messages and deliveries fit each other."""
    claimed = {each.provider_id for each in found.accepted}
    unclaimed = Counter((each.to, each.body) for each in storm.twilio.accepted if each.sid not in claimed)
    waiting = Counter((each.recipient, each.body) for each in found.uncertain)
    for text, times in unclaimed.items():
        if waiting[text] < times:
            yield f"{text} left {times} times, and {waiting[text]} deliveries are uncertain"
        elif (times, waiting[text]) == (1, 1):
            yield f"{text} left once, and one delivery is uncertain"
