"""A lock on an open file that the system lets go of when its process ends, however it ends."""

from typing import IO

try:
    import fcntl

    def try_lock(file: IO[str]) -> bool:
        """Takes the lock if it is free; returns whether it is held now."""
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True

except ImportError:  # Windows
    import msvcrt

    def try_lock(file: IO[str]) -> bool:
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]
        except OSError:
            return False
        return True
