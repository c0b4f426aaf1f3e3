"""A value that is fetched from a provider when needed, and kept for a while."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

from backend.app.core_gov.access.single_sign_on.errors import ProviderFailed

T = TypeVar("T")

FAILED_S = 5.0
"""Time after a failure in which it is not tried again: everyone gets the same sentence at once."""


class Fetched(Generic[T]):
    """The value, the time of the fetch, and the latest failure. Parallel callers share one fetch."""

    def __init__(self, fetch: Callable[[], Awaitable[T]], now: Callable[[], float] = time.monotonic) -> None:
        self._fetch, self._now = fetch, now
        self._lock = asyncio.Lock()
        self._value: T | None = None
        self._fetched_at = 0.0
        self._failure = ""
        self._failed_at = 0.0

    @property
    def at_hand(self) -> T | None:
        """The value, however old, if it was ever fetched."""
        return self._value

    async def get(self, max_age_s: float) -> T:
        """Return the value, not older than this many seconds. Raises ProviderFailed."""
        async with self._lock:
            if self._value is not None and self._now() - self._fetched_at <= max_age_s:
                return self._value
            if self._failure and self._now() - self._failed_at <= FAILED_S:
                raise ProviderFailed(self._failure)
            try:
                value = await self._fetch()
            except ProviderFailed as error:
                self._failure, self._failed_at = error.detail, self._now()
                raise
            self._value, self._fetched_at, self._failure = value, self._now(), ""
            return value
