"""Reading a provider's list of messages: texts of people, statuses, and texts that nobody here knows.

The list is read newest first, page by page, until it reaches what an earlier reading knew. Each page is stored in a
unit of its own with the link to the next one, so a reading that is interrupted continues. Only a reading that reached
its end moves the mark from which the next one starts.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

import structlog

from backend.app.core_gov.comms.consent import service as consent
from backend.app.core_gov.comms.consent.stop_words import read_inbound
from backend.app.core_gov.comms.delivery import hold, progress
from backend.app.core_gov.comms.delivery import store as deliveries
from backend.app.core_gov.comms.delivery.confirmation import confirm_opt_out
from backend.app.core_gov.comms.delivery.progress import Report
from backend.app.core_gov.comms.inbound import reconciliation, store
from backend.app.core_gov.comms.inbound.store import Reading, StoredMessage
from backend.app.core_gov.comms.senders.senders_file import Sender
from backend.app.core_gov.comms.senders.twilio import MessagePage, PageGone, ProviderMessage, TwilioClient
from backend.app.kit import clock
from backend.app.kit.db import Ctx, Database, Tx
from backend.app.kit.ids import new_id

log = structlog.get_logger("inbound")

FIRST_DAYS = timedelta(days=30)
"""Time that the first reading of an account covers."""

OVERLAP = timedelta(minutes=10)
"""How long the provider's list may be late: messages this much older than the mark are read again."""


@dataclass(frozen=True, slots=True)
class ProviderAccount:
    """An account at a provider, and the senders that use it."""

    name: str
    senders: tuple[Sender, ...]

    def sender_of(self, message: ProviderMessage) -> Sender | None:
        """Return the sender whose number or service a message came from, or was sent to."""
        own = message.to if message.inbound else message.from_
        for sender in self.senders:
            if sender.origin in {own, message.messaging_service}:
                return sender
        return None


def accounts_of(senders: Sequence[Sender]) -> list[ProviderAccount]:
    """Return the accounts of all senders that can be read."""
    by_name: dict[str, list[Sender]] = {}
    for sender in senders:
        if sender.table.kind == "twilio":
            by_name.setdefault(sender.account, []).append(sender)
    return [ProviderAccount(name, tuple(found)) for name, found in by_name.items()]


def read_account(
    db: Database, ctx: Ctx, account: ProviderAccount, client: TwilioClient, stopping: Callable[[], bool]
) -> bool:
    """Read the list of an account to its end. Returns False if the process stops before. Raises TwilioFailed."""
    reading = db.write_now(ctx, _begin, account.name)
    assert reading.began_at is not None
    since = clock.later(reading.read_until or reading.began_at, -(OVERLAP if reading.read_until else FIRST_DAYS))
    while not stopping():
        try:
            page = client.page(reading.next_url, since[:10])
        except PageGone:
            db.write_now(ctx, _start_over, reading)
            raise
        stored = db.write_now(ctx, _store_page, account, reading, page, since)
        if stored is None:  # another process reads this account
            return False
        reading = stored
        if reading.next_url is None:
            db.write_now(ctx, reconciliation.settle_matches, account.name)
            return True
    return False


def _begin(tx: Tx, account: str) -> Reading:
    """Begin a reading, or continue one that was interrupted."""
    found = store.reading(tx, account)
    if found.began_at is None:
        found = replace(found, began_at=tx.now, next_url=None)
        store.put_reading(tx, found)
    return found


def _start_over(tx: Tx, reading: Reading) -> None:
    """Let the next reading begin with the first page: the link at which this one would continue is not valid."""
    if store.lock_reading(tx, reading.account) == reading:
        store.put_reading(tx, replace(reading, next_url=None))


def _store_page(tx: Tx, account: ProviderAccount, reading: Reading, page: MessagePage, since: str) -> Reading | None:
    """Store the messages of a page, and where the reading goes on. An ended one moves the mark.

    Returns None if another process went on with the reading. Statuses are stored before texts of people, because a
    unit locks drafts before addresses, as every other does.
    """
    if store.lock_reading(tx, account.name) != reading:
        return None
    unknown = [each for each in page.messages if not each.inbound and _store_outbound(tx, account, each)]
    for each in page.messages:
        if each.inbound and store.find(tx, account.name, each.provider_id) is None:
            _store_inbound(tx, account, each)
    oldest = min((each.created_at for each in page.messages), default=since)
    if page.next_url is not None and oldest >= since:
        found = replace(reading, next_url=page.next_url)
    else:
        found = Reading(account.name, reading.began_at, None, None, reading.began_at)
    store.put_reading(tx, found)
    if unknown and reading.read_until is not None:
        _hold_unknown(tx, account, unknown)
    return found


def _hold_unknown(tx: Tx, account: ProviderAccount, unknown: list[ProviderMessage]) -> None:
    """Hold all sending if messages left that no delivery here explains: another copy of the store may be running."""
    strange = [each for each in unknown if not reconciliation.is_explained(tx, account.name, each)]
    if strange and not all(sender.table.shared for sender in account.senders):
        hold.hold(tx, f"{len(strange)} messages left the account {account.name} that were not sent from here")


def _store_outbound(tx: Tx, account: ProviderAccount, message: ProviderMessage) -> bool:
    """Store the status of a message that left. Returns True for a new one that belongs to no delivery."""
    delivery = deliveries.by_provider_id(tx, account.name, message.provider_id)
    if delivery is not None:
        if (delivery.provider_status, delivery.error_code) != (message.status, message.error_code):
            status = Report("status", source="provider", provider_status=message.status, error_code=message.error_code)
            progress.apply(tx, progress.lock(tx, delivery.id), status)
        return False
    sender = account.sender_of(message)
    if sender is None or store.find(tx, account.name, message.provider_id) is not None:
        return False
    stored = _stored(tx, account, message, sender, None, None)
    store.add(tx, stored)
    return not reconciliation.identify(tx, stored)


def _store_inbound(tx: Tx, account: ProviderAccount, message: ProviderMessage) -> None:
    """Store a text of a person, and do what it asks for: an opt-out takes effect in the same unit."""
    sender = account.sender_of(message)
    answered = deliveries.last_to(tx, message.from_, sender.name if sender else None)
    meaning = read_inbound(message.body).kind
    store.add(tx, _stored(tx, account, message, sender, meaning, answered))
    note = f"received: {message.body[:500]}" if message.body.strip() else None
    if meaning == "stop":
        is_new = sender is not None and consent.opt_out_in_force(tx, message.from_, "sms", sender.name) is None
        consent.opt_out(tx, message.from_, "sms", "keyword", since=message.created_at, note=note)
        if sender is not None and is_new:
            confirm_opt_out(tx, sender, message.from_, message.created_at)
    elif meaning == "similar":
        consent.opt_out(tx, message.from_, "sms", "suspected", since=message.created_at, note=note)
    elif meaning == "start":
        consent.opt_in(tx, message.from_, "the recipient sent a start word")


def _stored(
    tx: Tx,
    account: ProviderAccount,
    message: ProviderMessage,
    sender: Sender | None,
    meaning: str | None,
    delivery_id: str | None,
) -> StoredMessage:
    return StoredMessage(
        id=new_id("in" if message.inbound else "pm"),
        account=account.name,
        provider_id=message.provider_id,
        direction="inbound" if message.inbound else "outbound",
        sender=sender.name if sender else None,
        from_address=message.from_,
        to_address=message.to,
        body=message.body,
        status=message.status,
        at=message.created_at,
        meaning=meaning,
        delivery_id=delivery_id,
        read_at=tx.now,
    )
