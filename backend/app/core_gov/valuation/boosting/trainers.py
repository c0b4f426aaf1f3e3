"""Trainers fit the members of ensembles side by side: in threads, or in processes of their own.

scikit-learn holds the interpreter's lock for most of a fit, so threads take turns. Processes do not, but each needs
about a second and 150 MB to start. They are fresh interpreters, not forks, because the process that trains may have
other threads and open connections.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from queue import SimpleQueue
from typing import IO, Protocol

import structlog

import backend
from backend.app.core_gov.valuation.boosting import training_process
from backend.app.core_gov.valuation.boosting.members import FittedTrees, TrainingData, fit_member
from backend.app.kit.errors import AppError

log = structlog.get_logger("valuation")

PROCESSES_FROM = 4_000
"""Number of sales from which processes are faster than threads."""

MAX_PROCESSES = 8
"""Maximum number of processes, each of which needs up to 300 MB for the largest market."""

_ROOT = Path(backend.__file__).resolve().parent.parent


class TrainingProcessDied(AppError):
    """A process that fitted trees ended before it answered."""

    def __init__(self, code: int) -> None:
        reason = f"was killed by signal {-code}" if code < 0 else f"ended with code {code}"
        super().__init__(
            f"a training process {reason}, and no model was stored; if memory is short, free some, then train again"
        )


class Trainer(Protocol):
    """Source of fitted members."""

    def submit(self, data: TrainingData, member: int) -> "Future[list[FittedTrees]]":
        """Start to fit a member for each target, in the order of the calls."""


@contextmanager
def trainer(sales: int) -> Iterator[Trainer]:
    """Yield a trainer for a market of this many sales. The end of the block cancels fits that have not ended."""
    made = _trainer(min(available_cpus(), MAX_PROCESSES), sales)
    try:
        yield made
    finally:
        made.close()


def _trainer(count: int, sales: int) -> "ProcessTrainer | ThreadTrainer":
    if count > 1 and sales >= PROCESSES_FROM:
        try:
            return ProcessTrainer(count)
        except OSError as error:
            log.warning("training processes not started; threads train instead", error=str(error))
    return ThreadTrainer(count)


def available_cpus() -> int:
    """Return the number of CPUs that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class ThreadTrainer:
    """Trainer with threads of this process."""

    def __init__(self, count: int) -> None:
        self._threads = ThreadPoolExecutor(count, "valhalla-trainer")

    def submit(self, data: TrainingData, member: int) -> "Future[list[FittedTrees]]":
        return self._threads.submit(fit_member, data, member)

    def close(self) -> None:
        self._threads.shutdown(cancel_futures=True)


class ProcessTrainer:
    """Trainer with processes, each served by a thread that waits for it."""

    def __init__(self, count: int) -> None:
        self.processes: list[_TrainingProcess] = []
        self._idle: SimpleQueue[_TrainingProcess] = SimpleQueue()
        self._threads = ThreadPoolExecutor(count, "valhalla-trainer")
        try:
            for _ in range(count):
                self.processes.append(_TrainingProcess())
                self._idle.put(self.processes[-1])
        except BaseException:
            self.close()
            raise

    def submit(self, data: TrainingData, member: int) -> "Future[list[FittedTrees]]":
        return self._threads.submit(self._fit, data, member)

    def _fit(self, data: TrainingData, member: int) -> list[FittedTrees]:
        process = self._idle.get()
        try:
            return process.fit(data, member)
        finally:
            self._idle.put(process)

    def close(self) -> None:
        """End the processes, even in the middle of a fit."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        for process in self.processes:
            process.kill()
        self._threads.shutdown()
        for process in self.processes:
            process.close()


class _TrainingProcess:
    """A process that fits one member at a time."""

    def __init__(self) -> None:
        self._data: TrainingData | None = None
        self._process = subprocess.Popen(
            [sys.executable, "-m", training_process.__name__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=_ROOT,
            env=_environment(),
            start_new_session=True,  # Ctrl-C in a terminal reaches only the process that started this one
        )
        self.pid = self._process.pid

    def fit(self, data: TrainingData, member: int) -> list[FittedTrees]:
        """Fit a member. Raises TrainingProcessDied if the process ended."""
        stdin, stdout = _streams(self._process)
        try:
            if self._data is not data:
                training_process.write_data(stdin, data)
                self._data = data
            training_process.write_member(stdin, member)
            return training_process.read_trees(stdout, len(data.targets))
        except (OSError, EOFError):
            raise TrainingProcessDied(self._process.wait()) from None

    def kill(self) -> None:
        self._process.kill()

    def close(self) -> None:
        """Wait for the end of a killed process, and close its pipes."""
        self._process.wait()
        stdin, stdout = _streams(self._process)
        stdout.close()
        with suppress(OSError):  # what was not yet written to the process
            stdin.close()


def _streams(process: "subprocess.Popen[bytes]") -> tuple[IO[bytes], IO[bytes]]:
    assert process.stdin is not None
    assert process.stdout is not None
    return process.stdin, process.stdout


def _environment() -> dict[str, str]:
    """Return the environment of a training process: one thread, and none of this program's settings."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("VALHALLA_")}
    return kept | {"OMP_NUM_THREADS": "1"}
