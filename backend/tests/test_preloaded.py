"""A process with the application preloaded behaves like a new interpreter."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from backend.tests import preloaded
from backend.tests.harness import ROOT, SOON_S, clean_environment

REPORT = """
import json, os, sys, threading
print(json.dumps([sys.argv, os.getcwd(), dict(os.environ), __name__, sys.stdin.read(), os.getsid(0) == os.getpid(),
                  sorted(os.listdir("/proc/self/fd"))[:3], threading.active_count(), sys.stdout.isatty()]))
print("é", file=sys.stderr)
sys.exit(3)
"""


def outcome(start: Any, command: list[str], **options: Any) -> tuple[int, str, str]:
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with start(command, **pipes, **options) as process:
        out, err = process.communicate("typed", timeout=SOON_S)
    return process.returncode, out, err


@pytest.mark.parametrize(
    ("arguments", "new_session"),
    [
        (["-c", REPORT, "one", "two words"], True),
        (["-c", REPORT, "one", "two words"], False),
        (["-m", "backend.app.cli", "--help"], False),
        (["-m", "backend.app.cli", "serve", "--port", "x"], True),
        (["-m", "uvicorn", "--version"], True),
        (["-c", "import os, signal; os.kill(os.getpid(), signal.SIGTERM)"], False),
    ],
)
def test_preloaded_process_behaves_like_a_new_interpreter(
    arguments: list[str], new_session: bool, tmp_path: Path
) -> None:
    options = {
        "cwd": tmp_path,
        "env": clean_environment({"COLUMNS": "90", "PYTHONPATH": str(ROOT), "TZ": "America/Halifax"}),
        "start_new_session": new_session,
    }
    command = [sys.executable, *arguments]
    assert outcome(preloaded.popen, command, **options) == outcome(subprocess.Popen, command, **options)


def test_preloaded_process_has_imported_the_application() -> None:
    code = "import sys; print('backend.app.main' in sys.modules, 'backend.app.cli' in sys.modules)"
    _, out, _ = outcome(preloaded.popen, [sys.executable, "-c", code], cwd=ROOT)
    assert out.split() == [str(not preloaded.starts_cold()), "False"]


def test_preloaded_process_can_be_waited_for_and_killed() -> None:
    command = [sys.executable, "-c", "import sys; sys.stdin.read()"]
    with preloaded.popen(command, stdin=subprocess.PIPE, start_new_session=True) as process:
        assert process.poll() is None
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(0.01)
        os.killpg(process.pid, signal.SIGKILL)
        assert process.wait(SOON_S) == process.returncode == -signal.SIGKILL


def test_preloaded_process_can_be_started_from_a_shell() -> None:
    command = [*preloaded.shell_command(), "-c", "import sys; print(sys.argv, sys.stdin.read()); sys.exit(5)", "x"]
    done = subprocess.run(command, input="piped", capture_output=True, text=True, timeout=SOON_S, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (5, "['-c', 'x'] piped\n", "")
