"""Dispatchers that are killed: no text is sent twice, none is lost, and what nobody knows is uncertain."""

import os
import signal
import subprocess
import sys

import pytest

from backend.app.bootstrap import Store, open_store
from backend.app.core_gov.comms import service as comms
from backend.app.core_gov.comms.delivery import service
from backend.app.core_gov.comms.delivery import store as deliveries
from backend.app.core_gov.comms.delivery.schemas import SendRequest
from backend.app.core_gov.comms.delivery.store import Delivery
from backend.app.core_gov.comms.schemas import DraftCreate
from backend.app.core_gov.comms.senders.senders_file import find_sender
from backend.app.jobs import dispatcher
from backend.app.kit.db import Ctx
from backend.app.settings import Settings
from backend.tests.core_gov.comms.delivery.dying_dispatcher import POINTS
from backend.tests.core_gov.comms.senders.twilio_double import Twilio, twilio_double, write_senders
from backend.tests.harness import ROOT, clean_environment
from backend.tests.promises import promise

CTX = Ctx("dana", "api")


def sent_draft(store: Store, body: str = "The roof is done.") -> str:
    """Give a new draft to the sender, without an undo window, and return its id."""
    payload = DraftCreate(to="+1 416 555 0123", body=body, status="ready")
    draft = store.db.write_now(CTX, comms.create_draft, payload)
    request = SendRequest(sender="main-line", purpose="servicing")
    sender = find_sender(store.settings, "main-line")
    store.db.write_now(CTX, service.send_draft, draft.fields["id"], request, sender, 0.0)
    return str(draft.fields["id"])


def found(store: Store, draft_id: str) -> Delivery:
    delivery = store.db.snapshot_now(deliveries.newest_of_draft, draft_id)
    assert delivery is not None
    return delivery


def run_dying(settings: Settings, point: str, twilio: Twilio) -> None:
    """Run a dispatcher in a process that dies at the point."""
    command = [sys.executable, "-m", "backend.tests.core_gov.comms.delivery.dying_dispatcher", point]
    process = subprocess.Popen(command, cwd=ROOT, env=clean_environment(), stdin=subprocess.PIPE, text=True)
    if point == "requested":
        twilio.before = lambda number: os.kill(process.pid, signal.SIGKILL)
    process.communicate(settings.model_dump_json())
    twilio.before = None
    assert process.returncode == -signal.SIGKILL


def run(store: Store) -> None:
    """Send what is due in this process."""
    sending = dispatcher(store)
    sending.run_once()
    sending.close()


EXPECTED = {"attempted": "uncertain", "requested": "uncertain", "answered": "uncertain"}


@promise(
    "Messages", "A dispatcher killed at any point sends no text twice and loses none: what is not known is uncertain."
)
@pytest.mark.parametrize("point", POINTS)
def test_killed_dispatcher_sends_nothing_twice(store_settings: Settings, point: str) -> None:
    with twilio_double() as twilio:
        write_senders(store_settings.data_dir, twilio.url)
        with open_store(store_settings) as store:
            draft_id = sent_draft(store)
        run_dying(store_settings, point, twilio)
        with open_store(store_settings) as store:
            run(store)
            delivery = found(store, draft_id)
            assert delivery.state == EXPECTED.get(point, "accepted"), delivery
            assert set(twilio.count_by_text().values()) <= {1}
            assert len(twilio.accepted) == (0 if point == "attempted" else 1)
            draft = store.db.snapshot_now(comms.get_draft, draft_id).fields
            sent = delivery.state != "uncertain"
            assert draft["status"] == ("sent" if sent else "ready")
            assert draft["delivery_id"] == delivery.id
