"""Dispatchers that the system stops for a while, and several that share the work."""

import os
import signal
import sqlite3
import subprocess
import sys
import threading
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from backend.app.bootstrap import open_store
from backend.app.settings import Settings
from backend.tests.core_gov.comms.delivery.texts import delivery_of, dispatch, has_written, send_text
from backend.tests.core_gov.comms.senders.twilio_double import twilio_double, write_senders
from backend.tests.harness import ROOT, Postgres, clean_environment
from backend.tests.promises import promise


@promise("Messages", "A process that was stopped before the first byte sends nothing when it goes on.")
@pytest.mark.parametrize("point", ["claimed", "attempted", "requested"])
def test_stopped_dispatcher_sends_nothing_late(store_settings: Settings, point: str) -> None:
    """Meanwhile another one took its delivery over.

    On SQLite, a process that is stopped with the only writer's lock blocks all others. Then it is tried anew.
    """
    again = [Settings(data_dir=store_settings.data_dir.parent / f"again-{number}") for number in range(4)]
    assert any(sends_nothing_late(each, point) for each in (store_settings, *again))


def sends_nothing_late(store_settings: Settings, point: str) -> bool:
    """Stop a dispatcher at a point. Returns False if nobody else can write meanwhile."""
    with twilio_double() as twilio:
        write_senders(store_settings.data_dir, twilio.url)
        with open_store(store_settings) as store:
            has_written(store)
            draft_id = send_text(store)
        command = [sys.executable, "-m", "backend.tests.core_gov.comms.delivery.dying_dispatcher", point, "SIGSTOP"]
        process = subprocess.Popen(command, cwd=ROOT, env=clean_environment(), stdin=subprocess.PIPE, text=True)
        if point == "requested":
            twilio.before = lambda number: os.kill(process.pid, signal.SIGSTOP)
        assert process.stdin is not None
        process.stdin.write(store_settings.model_dump_json())
        process.stdin.close()
        _, status = os.waitpid(process.pid, os.WUNTRACED)
        assert os.WIFSTOPPED(status)
        twilio.before = None
        if not can_write(store_settings):
            process.kill()
            process.wait()
            return False
        with open_store(store_settings) as store:
            dispatch(store)
            state = delivery_of(store, draft_id).state
            assert state == ("accepted" if point == "claimed" else "uncertain")
        os.kill(process.pid, signal.SIGCONT)
        process.wait()
        with open_store(store_settings) as store:
            state = delivery_of(store, draft_id).state
            assert state == ("uncertain" if point == "attempted" else "accepted")
            assert len(twilio.accepted) == (0 if point == "attempted" else 1)
    return True


def can_write(settings: Settings) -> bool:
    """Return whether nobody keeps the lock of SQLite's only writer."""
    if settings.database_url is not None:
        return True
    with closing(sqlite3.connect(settings.sqlite_path, timeout=1.0)) as database:
        try:
            database.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            return False
    return True


@promise("Messages", "Several processes share the work: each message is sent once, and a sender keeps its rate.")
def test_three_workers_send_each_message_once(postgres: Postgres, tmp_path: Path) -> None:
    with postgres.lend() as url, twilio_double() as twilio, ExitStack() as opened:
        stores = []
        for number in range(3):
            settings = Settings(data_dir=tmp_path / str(number) / "data", database_url=url)
            write_senders(settings.data_dir, twilio.url)
            write_senders(settings.data_dir, twilio.url, "second", per_second=200, **{"from": "+14165550199"})
            stores.append(opened.enter_context(open_store(settings)))
        has_written(stores[0])
        drafts = [
            send_text(stores[0], body=f"text {number}", sender=sender)
            for number in range(30)
            for sender in ("main-line", "second")
        ]
        threads = [threading.Thread(target=dispatch, args=(store,)) for store in stores]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(twilio.accepted) == len(drafts)
        assert {delivery_of(stores[0], each).state for each in drafts} <= {"accepted", "delivered"}
        assert {delivery_of(stores[0], each).attempts for each in drafts} == {1}
