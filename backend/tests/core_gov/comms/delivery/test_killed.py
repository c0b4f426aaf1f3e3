"""Dispatchers that are killed: no text is sent twice, none is lost, and what nobody knows is uncertain."""

import os
import signal
import subprocess
import sys

import pytest

from backend.app.bootstrap import open_store
from backend.app.core_gov.comms import service as comms
from backend.app.settings import Settings
from backend.tests import preloaded
from backend.tests.core_gov.comms.delivery.dying_dispatcher import POINTS
from backend.tests.core_gov.comms.delivery.texts import delivery_of, dispatch, has_written, read_lists, send_text
from backend.tests.core_gov.comms.senders.twilio_double import Twilio, twilio_double, write_senders
from backend.tests.harness import ROOT, clean_environment
from backend.tests.promises import promise


def run_dying(settings: Settings, point: str, twilio: Twilio) -> None:
    """Run a dispatcher in a process that dies at the point."""
    command = [sys.executable, "-m", "backend.tests.core_gov.comms.delivery.dying_dispatcher", point]
    process = preloaded.popen(command, cwd=ROOT, env=clean_environment(), stdin=subprocess.PIPE, text=True)
    if point == "requested":
        twilio.before = lambda number: os.kill(process.pid, signal.SIGKILL)
    process.communicate(settings.model_dump_json())
    twilio.before = None
    assert process.returncode == -signal.SIGKILL


UNCERTAIN = {"attempted", "requested", "answered"}


@promise(
    "Messages", "A dispatcher killed at any point sends no text twice and loses none: what is not known is uncertain."
)
@pytest.mark.parametrize("point", POINTS)
def test_killed_dispatcher_sends_nothing_twice(store_settings: Settings, point: str) -> None:
    with twilio_double() as twilio:
        write_senders(store_settings.data_dir, twilio.url)
        with open_store(store_settings) as store:
            has_written(store)
            draft_id = send_text(store)
        run_dying(store_settings, point, twilio)
        with open_store(store_settings) as store:
            dispatch(store)
            delivery = delivery_of(store, draft_id)
            assert delivery.state == ("uncertain" if point in UNCERTAIN else "accepted"), delivery.reason
            accepted = 0 if point == "attempted" else 1
            assert [*twilio.count_by_text().values()] == [1] * accepted
            draft = store.db.snapshot_now(comms.get_draft, draft_id).fields
            assert (draft["status"], draft["delivery_id"]) == (
                "ready" if point in UNCERTAIN else "sent",
                delivery.id,
            )
            read_lists(store)  # reconciles what Twilio accepted; the rest waits for a person
            settled = delivery_of(store, draft_id)
            assert (settled.state == "uncertain") == (accepted == 0)
            dispatch(store)
            assert len(twilio.accepted) == accepted
