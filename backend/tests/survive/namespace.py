"""Servers whose data directory is on a separate file system, which the test can fill or unmount.

The mounts exist in the name space of the server only, and go with it. Where the machine allows no such name
spaces the tests say so and are skipped.
"""

import functools
import os
import shlex
import subprocess
from pathlib import Path

import pytest

_ENTER = ("unshare", "--user", "--map-root-user", "--mount")


@functools.cache
def _why_not() -> str | None:
    try:
        attempt = [*_ENTER, "mount", "-t", "tmpfs", "tmpfs", "/mnt"]
        tried = subprocess.run(attempt, capture_output=True, text=True, check=False)
    except OSError as error:
        return str(error)
    return tried.stderr.strip() if tried.returncode else None


def in_own_mounts(*commands: list[str]) -> tuple[str, ...]:
    """Return a wrapper that runs these commands before the server, as root of a separate namespace. May skip."""
    if why_not := _why_not():
        pytest.skip(f"this machine allows no user and mount name spaces: {why_not}")
    steps = " && ".join(shlex.join(command) for command in commands)
    return (*_ENTER, "sh", "-c", f'{steps} && exec "$@"', "sh")


def tmpfs(path: Path, size: str) -> list[str]:
    path.mkdir(parents=True, exist_ok=True)
    return ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(path)]


def seen_by(pid: int, path: Path) -> Path:
    """Return the path as the process sees it."""
    return Path(f"/proc/{pid}/root{path}")


def enter(pid: int, *command: str) -> None:
    """Run a command in the namespace of the process."""
    subprocess.run(
        ["nsenter", "--target", str(pid), "--user", "--mount", "--preserve-credentials", *command], check=True
    )


def fill(path: Path) -> Path:
    """Write a file that fills the remaining space."""
    ballast = path / "ballast"
    with ballast.open("wb", buffering=0) as file:
        for size in (1 << 16, 1 << 12, 1):
            _write_until_full(file.fileno(), size)
    return ballast


def _write_until_full(descriptor: int, size: int) -> None:
    try:
        while os.write(descriptor, b"\0" * size) == size:
            pass
    except OSError:
        return
