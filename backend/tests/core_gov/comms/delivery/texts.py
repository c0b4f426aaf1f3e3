"""Texts that tests send: drafts, recipients who have written before, and dispatchers that run once.

A reply to somebody who has written may leave at any hour, so these tests do not depend on the time of day.
"""

from typing import Any

from backend.app.bootstrap import Store
from backend.app.core_gov.comms import service as comms
from backend.app.core_gov.comms.delivery import service
from backend.app.core_gov.comms.delivery import store as deliveries
from backend.app.core_gov.comms.delivery.schemas import DeliveryCreate
from backend.app.core_gov.comms.delivery.store import Delivery
from backend.app.core_gov.comms.gate.rules import shipped_rules
from backend.app.core_gov.comms.inbound import store as inbound
from backend.app.core_gov.comms.inbound.store import StoredMessage
from backend.app.core_gov.comms.schemas import DraftCreate
from backend.app.core_gov.comms.senders.senders_file import find_sender
from backend.app.jobs import dispatcher, provider_reader
from backend.app.kit import clock
from backend.app.kit.db import Ctx, Tx
from backend.app.kit.ids import new_id
from backend.tests.core_gov.comms.senders.twilio_double import ACCOUNT, NUMBER

CTX = Ctx("dana", "api")
DANA = "+14165550123"


def has_written(store: Store, *addresses: str) -> None:
    """Store a message of each person, as the reader does."""
    store.db.write_now(CTX, _add_all, addresses or (DANA,))


def _add_all(tx: Tx, addresses: tuple[str, ...]) -> None:
    for address in addresses:
        _add_inbound(tx, address)


def _add_inbound(tx: Tx, address: str) -> None:
    known = new_id("in")
    inbound.add(
        tx,
        StoredMessage(
            id=known,
            account=ACCOUNT,
            provider_id=known,
            direction="inbound",
            sender="main-line",
            from_address=address,
            to_address=NUMBER,
            body="When is the roof done?",
            status="received",
            at=clock.now(),
            meaning="ordinary",
            delivery_id=None,
            read_at=clock.now(),
        ),
    )


def send_text(store: Store, to: str = DANA, body: str = "The roof is done.", **fields: Any) -> str:
    """Give a new draft to the sender, without an undo window, and return its id."""
    draft = store.db.write_now(CTX, comms.create_draft, DraftCreate(to=to, body=body, status="ready"))
    draft_id = str(draft.fields["id"])
    request = DeliveryCreate(**{"sender": "main-line", "purpose": "reply"} | fields)
    sender = find_sender(store.settings, request.sender)
    store.db.write_now(CTX, service.send_draft, draft_id, request, sender, shipped_rules(), 0.0)
    return draft_id


def delivery_of(store: Store, draft_id: str) -> Delivery:
    delivery = store.db.snapshot_now(deliveries.newest_of_draft, draft_id)
    assert delivery is not None
    return delivery


def dispatch(store: Store) -> None:
    """Send what is due in this process."""
    sending = dispatcher(store)
    try:
        sending.run_once()
    finally:
        sending.close()


def read_lists(store: Store) -> None:
    """Read the lists of all accounts, and the statuses that are due."""
    reading = provider_reader(store)
    try:
        reading.round()
    finally:
        reading.close()
