"""Holders of file locks, found without changing or creating the file.

The system's locks end with their process, so a leftover lock file means nothing.
"""

import os
from collections.abc import Iterator
from pathlib import Path

from backend.app.kit.file_lock import try_lock

_SYSTEM_LOCKS = Path("/proc/locks")


def is_held(path: Path) -> bool:
    """Return whether a process holds the lock, exclusive or shared. If it is free, it is held for a moment."""
    try:
        with path.open() as file:
            return not try_lock(file)
    except OSError:
        return False


def holders(path: Path) -> list[int]:
    """Return the processes that hold the lock, as far as the system reports them (Linux does)."""
    try:
        stat = path.stat()
        lines = _SYSTEM_LOCKS.read_text().splitlines()
    except OSError:
        return []
    place = f"{os.major(stat.st_dev):02x}:{os.minor(stat.st_dev):02x}:{stat.st_ino}"
    return sorted({pid for kind, pid, where in _locks(lines) if kind == "FLOCK" and where == place})


def _locks(lines: list[str]) -> Iterator[tuple[str, int, str]]:
    """Yield lock type, process and file of each line: `1: FLOCK ADVISORY WRITE 1234 fe:00:5678 0 EOF`.

    Waiting processes have an arrow after the number, and are skipped.
    """
    for line in lines:
        fields = line.split()
        if len(fields) >= 6 and fields[1] != "->" and fields[4].isdigit():
            yield fields[1], int(fields[4]), fields[5]


def is_alive(pid: int) -> bool:
    """Return whether a process with this id runs on this machine."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:  # another user's process
        return True
    return True
