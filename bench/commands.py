"""Commands, run from start to exit, with their time and memory."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile

import psutil

from bench.load import ROOT
from bench.servers import ServerFailed
from bench.stores import BenchStore

SAMPLE_S = 0.02
"""Seconds between two samples of a command's memory."""
MB = 1e6


@dataclass(frozen=True, slots=True)
class Cost:
    """Cost of a command: elapsed seconds, peak memory (MB) and processor time; 0 for work in this process."""

    seconds: float
    memory_mb: float = 0.0
    cpu_s: float = 0.0


def valhalla(store: BenchStore, *words: str) -> Cost:
    """Run `valhalla` on a store. Raises ServerFailed if it fails."""
    environment = os.environ | store.environment | {"VALHALLA_LOG_FORMAT": "json"}
    return run([sys.executable, "-m", "backend.app.cli", *words], environment)


def run(command: list[str], environment: dict[str, str]) -> Cost:
    """Run a command to its exit, and measure it. Raises ServerFailed with its output if it fails."""
    peak, started, cpu = 0, time.perf_counter(), _cpu_of_children()
    with TemporaryFile() as output:
        process = psutil.Popen(
            command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT
        )
        try:
            while process.poll() is None:
                with suppress(psutil.Error):  # it may exit in the meantime
                    peak = max(peak, process.memory_info().rss)
                with suppress(subprocess.TimeoutExpired, psutil.TimeoutExpired):
                    process.wait(SAMPLE_S)
        finally:
            if process.poll() is None:  # the bench was interrupted
                process.kill()
                process.wait()
        took = Cost(time.perf_counter() - started, peak / MB, _cpu_of_children() - cpu)
        if process.returncode != 0:
            output.seek(0)
            text = output.read()[-2000:].decode(errors="replace").strip()
            name = " ".join([Path(command[0]).name, *command[1:4]])
            raise ServerFailed(f"{name} exited with status {process.returncode}: {text}")
    return took


def _cpu_of_children() -> float:
    """Return the processor time of all commands that have ended."""
    used = os.times()
    return used.children_user + used.children_system


def timed(act: Callable[[], object]) -> Cost:
    """Call a function and return its time."""
    started = time.perf_counter()
    act()
    return Cost(time.perf_counter() - started)
