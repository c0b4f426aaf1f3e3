"""Operator commands during the load: audit verification and backups."""

import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path

from bench.load import ROOT

COMMANDS, INTERVAL_S = 10, (10.0, 120.0)
"""Approximate number of commands in a run, and the range of seconds between them."""
TIMEOUT_S = 300.0
VERIFY = ("audit", "verify")


@dataclass(frozen=True, slots=True)
class CommandRun:
    """A completed command: exit status, seconds, and the end of its output."""

    name: str
    status: int
    seconds: float
    output: str


def run(arguments: Sequence[str], name: str, environment: Mapping[str, str]) -> CommandRun:
    """Run a `valhalla` command to its exit."""
    command = [sys.executable, "-m", "backend.app.cli", *arguments]
    began = time.monotonic()
    try:
        done = subprocess.run(
            command,
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            timeout=TIMEOUT_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return CommandRun(name, -1, TIMEOUT_S, f"{name} did not finish within {TIMEOUT_S:.0f} s")
    lines = (done.stderr + done.stdout).strip().splitlines()
    return CommandRun(name, done.returncode, time.monotonic() - began, " / ".join(lines[-3:]))


def verify(environment: Mapping[str, str]) -> CommandRun:
    """Verify every event of the audit trail."""
    return run(VERIFY, " ".join(VERIFY), environment)


def by_name(runs: Sequence[CommandRun]) -> dict[str, list[CommandRun]]:
    """Return the runs of each command, in the order in which the commands first ran."""
    grouped: dict[str, list[CommandRun]] = {}
    for each in runs:
        grouped.setdefault(each.name, []).append(each)
    return grouped


class BackgroundCommands:
    """Runs the commands in turn, in a thread, during the load."""

    def __init__(self, environment: Mapping[str, str], directory: Path, seconds: float) -> None:
        self._environment = environment
        self._interval_s = min(max(seconds / COMMANDS, INTERVAL_S[0]), INTERVAL_S[1])
        self._commands = cycle(
            [(VERIFY, " ".join(VERIFY)), (("backup", str(directory / "backup.zip"), "--force"), "backup")]
        )
        self._stop = threading.Event()
        self.done: list[CommandRun] = []

    @contextmanager
    def running(self) -> Iterator[None]:
        """Run commands until the block exits, then wait for the current one."""
        thread = threading.Thread(target=self._work, daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._stop.set()
            thread.join()

    def _work(self) -> None:
        while not self._stop.wait(self._interval_s):
            arguments, name = next(self._commands)
            self.done.append(run(arguments, name, self._environment))
