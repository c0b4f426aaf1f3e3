"""Dispatchers that the system stops for a while, and several that share the work."""

import os
import signal
import subprocess
import sys
import threading
from contextlib import ExitStack
from pathlib import Path

import pytest

from backend.app.bootstrap import open_store
from backend.app.settings import Settings
from backend.tests import preloaded
from backend.tests.core_gov.comms.delivery.texts import delivery_of, dispatch, has_written, send_text
from backend.tests.core_gov.comms.senders.twilio_double import twilio_double, write_senders
from backend.tests.harness import ROOT, SOON_S, Postgres, clean_environment, until
from backend.tests.promises import promise


def start(command: list[str]) -> "subprocess.Popen[str]":
    """Start a process. Only where the states of its threads can be read, it need not be a child of this one."""
    popen = preloaded.popen if THREADS.is_dir() else subprocess.Popen
    return popen(command, cwd=ROOT, env=clean_environment(), stdin=subprocess.PIPE, text=True)


def wait_until_stopped(pid: int) -> None:
    """Wait until the process has stopped with all its threads."""
    if THREADS.is_dir():
        until(lambda: states_of_threads(pid) <= {"T"}, "every thread has stopped")
        return
    _, status = os.waitpid(pid, os.WUNTRACED)
    assert os.WIFSTOPPED(status)


THREADS = Path("/proc/self/task")


def states_of_threads(pid: int) -> set[str]:
    """Return the letters of the states; the name before it is in parentheses."""
    stats = [path.read_text() for path in Path(f"/proc/{pid}/task").glob("*/stat")]
    return {stat.rpartition(")")[2].split()[0] for stat in stats}


@promise("Messages", "A process that was stopped before the first byte sends nothing when it goes on.")
@pytest.mark.parametrize("point", ["claimed", "attempted", "requested"])
def test_stopped_dispatcher_sends_nothing_late(store_settings: Settings, point: str) -> None:
    """Meanwhile another one took its delivery over."""
    with twilio_double() as twilio:
        write_senders(store_settings.data_dir, twilio.url)
        with open_store(store_settings) as store:
            has_written(store)
            draft_id = send_text(store)
        command = [sys.executable, "-m", "backend.tests.core_gov.comms.delivery.dying_dispatcher", point, "SIGSTOP"]
        process = start(command)
        stopped = threading.Event()

        def stop(number: int) -> None:
            """Stop the process, and answer only when it has stopped: otherwise it might read the answer."""
            os.kill(process.pid, signal.SIGSTOP)
            wait_until_stopped(process.pid)
            stopped.set()

        if point == "requested":
            twilio.before = stop
        assert process.stdin is not None
        process.stdin.write(store_settings.model_dump_json())
        process.stdin.close()
        if point == "requested":
            assert stopped.wait(SOON_S)
        else:
            wait_until_stopped(process.pid)
        twilio.before = None
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
