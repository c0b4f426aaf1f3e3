"""Locks on open files. The system releases them when the process ends for any reason."""

from typing import IO

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
