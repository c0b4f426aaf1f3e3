"""Hashes of passwords: argon2id, computed two at a time outside units of work."""

import asyncio
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_THREADS = 2


class PasswordHashing:
    """Hashing of passwords in worker threads. `Database.cached` holds one for each open database.

    Parameters: 19 MiB, 2 iterations, 1 lane, as the OWASP Password Storage Cheat Sheet has them.
    """

    def __init__(self) -> None:
        self._hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
        self._workers = ThreadPoolExecutor(_THREADS, thread_name_prefix="passwords")

    @cached_property
    def _of_nobody(self) -> str:
        """Hash that is compared for unknown accounts, so that they take as long as known ones."""
        return self._hasher.hash("the password of nobody")

    def hash_now(self, password: str) -> str:
        return self._hasher.hash(normalized(password))

    def verify_now(self, stored: str | None, password: str) -> bool:
        """Return whether a password is the one of a stored hash. Without a hash it takes as long, and is false."""
        try:
            self._hasher.verify(stored or self._of_nobody, normalized(password))
        except (VerificationError, InvalidHashError):
            return False
        return bool(stored)

    def is_outdated(self, stored: str) -> bool:
        """Return whether a hash was made with other parameters."""
        return self._hasher.check_needs_rehash(stored)

    async def hash(self, password: str) -> str:
        return await asyncio.get_running_loop().run_in_executor(self._workers, self.hash_now, password)

    async def verify(self, stored: str | None, password: str) -> bool:
        return await asyncio.get_running_loop().run_in_executor(self._workers, self.verify_now, stored, password)


def normalized(password: str) -> str:
    """Return the password in Unicode form NFKC, because keyboards send the same character in several forms."""
    return unicodedata.normalize("NFKC", password)
