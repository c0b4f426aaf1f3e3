"""Reading the status of one accepted message from its provider."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta

import structlog

from backend.app.core_gov.comms.delivery import progress, store
from backend.app.core_gov.comms.delivery.progress import Report
from backend.app.core_gov.comms.delivery.store import Delivery
from backend.app.core_gov.comms.senders.senders_file import Sender
from backend.app.core_gov.comms.senders.twilio import ProviderMessage, TwilioClient, TwilioFailed
from backend.app.kit import clock
from backend.app.kit.db import Ctx, Database, Tx

log = structlog.get_logger("dispatcher")

RETRY_S = 60.0


def read_status(
    db: Database,
    ctx: Ctx,
    delivery_id: str,
    senders: Mapping[str, Sender],
    client_of: Callable[[Sender], TwilioClient],
) -> None:
    """Read the status of a message and store it. If the provider cannot be read, it is tried again in a minute."""
    delivery = db.snapshot_now(store.find, delivery_id)
    if delivery is None or delivery.provider_id is None:
        return
    sender = _sender_of(delivery, senders)
    found: ProviderMessage | None = None
    if sender is not None:
        try:
            found = client_of(sender).message(delivery.provider_id)
        except TwilioFailed as error:
            log.warning("status not read", delivery=delivery_id, reason=error.detail)
    db.write_now(ctx, _store_status, delivery_id, found)


def _sender_of(delivery: Delivery, senders: Mapping[str, Sender]) -> Sender | None:
    """Return the sender of a delivery, or another one with the same account."""
    own = senders.get(delivery.sender)
    if own is not None and own.account == delivery.account:
        return own
    return next((each for each in senders.values() if each.account == delivery.account), None)


def _store_status(tx: Tx, delivery_id: str, found: ProviderMessage | None) -> None:
    delivery = progress.lock(tx, delivery_id)
    if found is None:
        later = clock.later(tx.now, timedelta(seconds=RETRY_S))
        store.put(tx, replace(delivery, poll_at=later if delivery.poll_at else None))
        return
    status = Report("status", source="provider", provider_status=found.status, error_code=found.error_code)
    progress.apply(tx, delivery, status)
