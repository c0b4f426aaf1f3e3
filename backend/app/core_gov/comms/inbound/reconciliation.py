"""Settling uncertain deliveries with the provider's list.

An uncertain delivery was accepted if exactly one delivery and one message of the list fit each other. One that is being
sent counts as well, because its answer may be under way. All others wait for a person: nothing is ever sent again by
itself.
"""

from datetime import timedelta

from backend.app.core_gov.comms.delivery import progress
from backend.app.core_gov.comms.delivery import store as deliveries
from backend.app.core_gov.comms.delivery.progress import Report
from backend.app.core_gov.comms.delivery.store import Delivery
from backend.app.core_gov.comms.inbound import store
from backend.app.core_gov.comms.inbound.store import StoredMessage
from backend.app.core_gov.comms.senders.twilio import ProviderMessage
from backend.app.kit import clock
from backend.app.kit.db import Tx

BEFORE, AFTER = timedelta(seconds=60), timedelta(minutes=10)
"""How much earlier (clocks differ) and later than the attempt a message of the list may have been created."""


def settle_matches(tx: Tx, account: str) -> int:
    """Settle the uncertain deliveries of an account that match one message of its list. Returns how many."""
    settled = 0
    for delivery_id in store.uncertain_with_messages(tx, account):
        delivery = deliveries.find(tx, delivery_id)
        found = candidates(tx, delivery) if delivery is not None else []
        if len(found) == 1 and _only_claimant(tx, found[0]) is not None:
            settle_as(tx, delivery_id, found[0])
            settled += 1
    return settled


def candidates(tx: Tx, delivery: Delivery) -> list[StoredMessage]:
    """Return the messages of the provider's list that may be that of a delivery, oldest first."""
    if delivery.account is None or delivery.attempted_at is None:
        return []
    since = clock.later(delivery.attempted_at, -BEFORE)
    found = store.unclaimed(tx, delivery.account, delivery.recipient, since)
    return [each for each in found if _is_of(each, delivery) and each.sender == delivery.sender]


def _is_of(message: StoredMessage, delivery: Delivery) -> bool:
    """Return whether text and time of a message fit a delivery; any time if that of its attempt is not known."""
    return message.body.strip() == delivery.body.strip() and (
        delivery.attempted_at is None or _in_time(delivery.attempted_at, message.at)
    )


def _in_time(attempted_at: str, at: str) -> bool:
    return clock.later(attempted_at, -BEFORE) <= at <= clock.later(attempted_at, AFTER)


def settle_as(tx: Tx, delivery_id: str, message: StoredMessage) -> Delivery:
    """Store that a message of the list is that of a delivery."""
    delivery = progress.lock(tx, delivery_id)
    store.claim(tx, message, delivery.id)
    accepted = Report(
        "accepted",
        "found in the provider's list",
        source="reconciliation",
        provider_id=message.provider_id,
        provider_status=message.status,
    )
    return progress.apply(tx, delivery, accepted)


def identify(tx: Tx, message: StoredMessage) -> bool:
    """Give a message of the list to the delivery that a person settled as accepted without its ID, if only one fits."""
    fitting = _only_claimant(tx, message)
    if fitting is None or fitting.state != "accepted":
        return False
    settle_as(tx, fitting.id, message)
    return True


def _only_claimant(tx: Tx, message: StoredMessage) -> Delivery | None:
    """Return the only delivery that a message of the list may be that of: uncertain, being sent, or settled without ID.

    None if there are several, or if one has its ID: an answer that another process records meanwhile is seen by the
    first question or by the second.
    """
    found = (
        *deliveries.unidentified(tx, message.to_address),
        *deliveries.unclear_to(tx, message.account, message.to_address),
    )
    own = (message.account, message.sender)
    fitting = [
        each for each in found if _is_of(message, each) and (each.account is None or (each.account, each.sender) == own)
    ]
    taken = deliveries.by_provider_id(tx, message.account, message.provider_id)
    return fitting[0] if len(fitting) == 1 and taken is None else None


def is_explained(tx: Tx, account: str, message: ProviderMessage) -> bool:
    """Return whether a message that left is that of a delivery, or may be of one that is being sent or is uncertain.

    In this order, an answer that another process records meanwhile is seen by the first question or by the second.
    """
    unclear = deliveries.unclear_to(tx, account, message.to)
    return (
        any(each.attempted_at is not None and _in_time(each.attempted_at, message.created_at) for each in unclear)
        or deliveries.by_provider_id(tx, account, message.provider_id) is not None
    )
