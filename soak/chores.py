"""What an operator does beside the running service: the audit trail is verified, the store is backed up."""

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
"""About so often in a run, between so far apart."""
ENDS_WITHIN_S = 300.0
VERIFY = ("audit", "verify")


@dataclass(frozen=True, slots=True)
class Chore:
    """A command that was run: how it ended, how long it took, and the last thing it said."""

    name: str
    status: int
    seconds: float
    said: str


def do(arguments: Sequence[str], name: str, environment: Mapping[str, str]) -> Chore:
    """Runs a `valhalla` command to its end."""
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
    """Looks at every event of the audit trail."""
    return do(VERIFY, " ".join(VERIFY), environment)


def by_name(chores: Sequence[Chore]) -> dict[str, list[Chore]]:
    """The chores of each command, in the order in which the commands were first run."""
    found: dict[str, list[Chore]] = {}
    for chore in chores:
        found.setdefault(chore.name, []).append(chore)
    return found


class Beside:
    """Does the chores in turn, from a thread, while the load is on."""

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
        """Until the block is left, and what is under way has ended."""
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
