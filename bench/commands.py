"""Runs commands as their user runs them, from the start to the end, and says what they took."""

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
from bench.stores import Store

LOOK_S = 0.02
"""How often the memory of a command is looked at."""
MB = 1e6


@dataclass(frozen=True, slots=True)
class Took:
    """What a command took, and the most memory that it held (MB; 0 for what ran in this process)."""

    seconds: float
    memory_mb: float = 0.0


def valhalla(store: Store, *words: str) -> Took:
    """Runs `valhalla` on a store; raises ServerFailed when it fails."""
    environment = os.environ | store.environment | {"VALHALLA_LOG_FORMAT": "json"}
    return run([sys.executable, "-m", "backend.app.cli", *words], environment)


def run(command: list[str], environment: dict[str, str]) -> Took:
    """Runs a command to its end, and says what it took; raises ServerFailed with what it said."""
    peak, started = 0, time.perf_counter()
    with TemporaryFile() as said:
        process = psutil.Popen(
            command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=said, stderr=subprocess.STDOUT
        )
        try:
            while process.poll() is None:
                with suppress(psutil.Error):  # it may end meanwhile
                    peak = max(peak, process.memory_info().rss)
                with suppress(subprocess.TimeoutExpired, psutil.TimeoutExpired):
                    process.wait(LOOK_S)
        finally:
            if process.poll() is None:  # the bench was told to end
                process.kill()
                process.wait()
        took = Took(time.perf_counter() - started, peak / MB)
        if process.returncode != 0:
            said.seek(0)
            text = said.read()[-2000:].decode(errors="replace").strip()
            name = " ".join([Path(command[0]).name, *command[1:4]])
            raise ServerFailed(f"{name} ended with {process.returncode}: {text}")
    return took


def timed(act: Callable[[], object]) -> Took:
    started = time.perf_counter()
    act()
    return Took(time.perf_counter() - started)
