"""Time budget for deferrable work."""

import time
from collections.abc import Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")

BURST_S = 0.25
CHUNKS_WITHOUT_PAUSE, PAUSE_S = 20, 0.002


class Allowance:
    """Budget for rewriting files: a share of a core, and a small reserve for interactive use."""

    def __init__(self, share: float, burst_s: float = BURST_S) -> None:
        self._share, self._burst = share, burst_s
        self._left, self._at = burst_s, time.monotonic()

    def left(self) -> float:
        return min(self._burst, self._left + (time.monotonic() - self._at) * self._share)

    def spend(self, seconds: float) -> None:
        self._left, self._at = self.left() - seconds, time.monotonic()

    def wait(self) -> float:
        """Return the seconds until there is budget again."""
        return max(0.0, -self.left() / self._share)


def with_pauses(chunks: Iterable[T]) -> Iterator[T]:
    """Yield the chunks, with a short sleep before each after the first 20.

    Only one thread of a process computes at a time, so a second of uninterrupted work would delay every request.
    """
    for number, chunk in enumerate(chunks):
        if number >= CHUNKS_WITHOUT_PAUSE:
            time.sleep(PAUSE_S)
        yield chunk
