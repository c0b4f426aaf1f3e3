"""Locks on open files that the system lets go of when their process ends, however it ends."""

from typing import IO

try:
    import fcntl

    def try_lock(file: IO[str] | int) -> bool:
        """Takes the lock for this process alone if nobody else has it; returns whether it is held now."""
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True

    def share_lock(file: IO[str]) -> None:
        """Holds the lock together with others; waits while someone has it alone."""
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
        """There are no shared locks here: everyone seems to be alone, and the system forbids renaming open files."""
        msvcrt.locking(file.fileno(), msvcrt.LK_UNLCK, 1)  # type: ignore[attr-defined]
