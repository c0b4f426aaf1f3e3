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

TIMES, APART_S = 10, (10.0, 120.0)
"""Approximate number of commands in a run, and the range of seconds between them."""
ENDS_WITHIN_S = 300.0
VERIFY = ("audit", "verify")


@dataclass(frozen=True, slots=True)
class Chore:
    """A completed command: exit status, seconds, and the end of its output."""

    name: str
    status: int
    seconds: float
    said: str


def do(arguments: Sequence[str], name: str, environment: Mapping[str, str]) -> Chore:
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
            timeout=ENDS_WITHIN_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return Chore(name, -1, ENDS_WITHIN_S, f"{name} did not end within {ENDS_WITHIN_S:.0f} s")
    said = (done.stderr + done.stdout).strip().splitlines()
    return Chore(name, done.returncode, time.monotonic() - began, " / ".join(said[-3:]))


def verify(environment: Mapping[str, str]) -> Chore:
    """Verify every event of the audit trail."""
    return do(VERIFY, " ".join(VERIFY), environment)


def by_name(chores: Sequence[Chore]) -> dict[str, list[Chore]]:
    """Return the runs of each command, in the order in which the commands first ran."""
    found: dict[str, list[Chore]] = {}
    for chore in chores:
        found.setdefault(chore.name, []).append(chore)
    return found


class Beside:
    """Runs the commands in turn, in a thread, during the load."""

    def __init__(self, environment: Mapping[str, str], directory: Path, seconds: float) -> None:
        self._environment = environment
        self._every_s = min(max(seconds / TIMES, APART_S[0]), APART_S[1])
        self._chores = cycle(
            [(VERIFY, " ".join(VERIFY)), (("backup", str(directory / "backup.zip"), "--force"), "backup")]
        )
        self._stop = threading.Event()
        self.done: list[Chore] = []

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
        while not self._stop.wait(self._every_s):
            arguments, name = next(self._chores)
            self.done.append(do(arguments, name, self._environment))
