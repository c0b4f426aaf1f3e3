"""Settling uncertain deliveries with the provider's list.

An uncertain delivery was accepted if exactly one uncertain delivery and one message of the list fit each other. All
others wait for a person: nothing is ever sent again by itself.
"""

from datetime import timedelta

from backend.app.core_gov.comms.delivery import progress
from backend.app.core_gov.comms.delivery import store as deliveries
from backend.app.core_gov.comms.delivery.progress import Report
from backend.app.core_gov.comms.delivery.store import Delivery
from backend.app.core_gov.comms.inbound import store
from backend.app.core_gov.comms.inbound.store import StoredMessage
from backend.app.kit import clock
from backend.app.kit.db import Tx

BEFORE, AFTER = timedelta(seconds=60), timedelta(minutes=10)
"""How much earlier (clocks differ) and later than the attempt a message of the list may have been created."""

AT_ONCE = 200


def settle_matches(tx: Tx, account: str) -> int:
    """Settle the uncertain deliveries of an account that match one message of its list. Returns how many."""
    uncertain = deliveries.in_state(tx, account, "uncertain", AT_ONCE)
    fitting = {each.id: candidates(tx, each) for each in uncertain}
    claims: dict[str, int] = {}
    for found in fitting.values():
        for message in found:
            claims[message.id] = claims.get(message.id, 0) + 1
    settled = 0
    for delivery in uncertain:
        found = fitting[delivery.id]
        if len(found) == 1 and claims[found[0].id] == 1:
            settle_as(tx, delivery.id, found[0])
            settled += 1
    return settled


def candidates(tx: Tx, delivery: Delivery) -> list[StoredMessage]:
    """Return the messages of the provider's list that may be that of an uncertain delivery, oldest first."""
    if delivery.account is None or delivery.attempted_at is None:
        return []
    since = clock.later(delivery.attempted_at, -BEFORE)
    until = clock.later(delivery.attempted_at, AFTER)
    found = store.unclaimed(tx, delivery.account, delivery.recipient, since)
    return [
        each
        for each in found
        if each.at <= until and each.sender == delivery.sender and each.body.strip() == delivery.body.strip()
    ]


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
    """Give a message of the list to the delivery that a person settled as accepted without its ID, if one fits."""
    fitting = [
        each
        for each in deliveries.unidentified(tx, message.to_address)
        if each.account in {None, message.account} and each.body.strip() == message.body.strip()
    ]
    if len(fitting) != 1:
        return False
    settle_as(tx, fitting[0].id, message)
    return True


def may_explain(tx: Tx, account: str, to: str, at: str) -> bool:
    """Return whether a delivery here that is being sent, or is uncertain, may explain a message that left."""
    unclear = (
        *deliveries.in_state(tx, account, "uncertain", AT_ONCE),
        *deliveries.in_state(tx, account, "sending", AT_ONCE),
    )
    return any(
        each.recipient == to
        and each.attempted_at is not None
        and clock.later(each.attempted_at, -BEFORE) <= at <= clock.later(each.attempted_at, AFTER)
        for each in unclear
    )
