"""Description of the machine that the figures were measured on."""

import os
import platform
import sqlite3
import statistics
import subprocess
import time
from importlib.metadata import version
from pathlib import Path

import psutil

from bench.load import ROOT

_PACKAGES = ("fastapi", "uvicorn", "uvloop", "httptools", "pydantic", "sqlalchemy", "psycopg")


def describe(directory: Path) -> dict[str, str]:
    """Describe the machine, the versions and the disk under `directory`, in words."""
    return {
        "machine": f"{os.cpu_count()} × {_cpu()}, {psutil.virtual_memory().total / 1e9:.0f} GB, {platform.platform()}",
        "python": f"{platform.python_version()} ({platform.python_implementation()}), SQLite {sqlite3.sqlite_version}",
        "packages": ", ".join(f"{name} {version(name)}" for name in _PACKAGES),
        "disk": f"{_filesystem(directory)}, an fsync takes {_fsync_ms(directory):.2f} ms",
        "load": f"{os.getloadavg()[0]:.1f} before the run",
        "version": _version(),
    }


def _cpu() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "CPU")


def _filesystem(directory: Path) -> str:
    mounts = [part for part in psutil.disk_partitions(all=True) if directory.is_relative_to(part.mountpoint)]
    return max(mounts, key=lambda part: len(part.mountpoint)).fstype if mounts else "?"


def _fsync_ms(directory: Path) -> float:
    """Return the median of a few fsync times, which is the wait of a durable write (ms)."""
    path = directory / "fsync"
    taken: list[float] = []
    with path.open("wb", buffering=0) as file:
        for _ in range(20):
            started = time.perf_counter()
            file.write(bytes(4096))
            os.fsync(file.fileno())
            taken.append(time.perf_counter() - started)
    path.unlink()
    return statistics.median(taken) * 1000


def _version() -> str:
    command = ["git", "describe", "--always", "--dirty", "--tags"]
    try:
        return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return "?"
