"""Locks on open files, and the processes that hold them.

The system releases a lock when its process ends for any reason, so a leftover lock file means nothing.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import IO

OPENING, IN_USE, MIRROR = LOCK_FILES = (".opening.lock", ".in-use.lock", ".mirror.lock")
"""Lock files in a data directory: held while the store is opened, while it is open, and by the mirror's writer."""

_SYSTEM_LOCKS = Path("/proc/locks")

try:
    import fcntl

    def try_lock(file: IO[str] | int) -> bool:
        """Try to take an exclusive lock for this process. Return whether it is held."""
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True

    def share_lock(file: IO[str]) -> None:
        """Take a shared lock, waiting while another process holds an exclusive one."""
        fcntl.flock(file, fcntl.LOCK_SH)

except ImportError:  # Windows
    import msvcrt

    def try_lock(file: IO[str] | int) -> bool:
        try:
            msvcrt.locking(file if isinstance(file, int) else file.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]
        except OSError:
            return False
        return True

    def share_lock(file: IO[str]) -> None:
        """Release the lock: there are no shared locks on Windows. The system forbids renaming open files anyway."""
        msvcrt.locking(file.fileno(), msvcrt.LK_UNLCK, 1)  # type: ignore[attr-defined]


def is_held(path: Path) -> bool:
    """Return True if a process holds the lock, exclusive or shared. If it is free, it is taken for a moment.

    The file is neither created nor changed.
    """
    try:
        with path.open() as file:
            return not try_lock(file)
    except OSError:
        return False


def holders(path: Path) -> list[int]:
    """Return the ids of the processes that hold the lock. Empty on systems without /proc/locks."""
    try:
        stat = path.stat()
        lines = _SYSTEM_LOCKS.read_text().splitlines()
    except OSError:
        return []
    inode = f"{os.major(stat.st_dev):02x}:{os.minor(stat.st_dev):02x}:{stat.st_ino}"
    return sorted({pid for kind, pid, where in _locks(lines) if kind == "FLOCK" and where == inode})


def _locks(lines: list[str]) -> Iterator[tuple[str, int, str]]:
    """Yield lock type, process and file of each line: `1: FLOCK ADVISORY WRITE 1234 fe:00:5678 0 EOF`.

    Waiting processes have an arrow after the number, and are skipped.
    """
    for line in lines:
        fields = line.split()
        if len(fields) >= 6 and fields[1] != "->" and fields[4].isdigit():
            yield fields[1], int(fields[4]), fields[5]


def is_alive(pid: int) -> bool:
    """Return True if a process with this id runs on this machine."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:  # another user's process
        return True
    return True
