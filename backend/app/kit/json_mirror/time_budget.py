"""A share of the clock for work that may wait."""

import time
from collections.abc import Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")

BURST_S = 0.25
AT_A_STRETCH, REST_S = 20, 0.002


class Allowance:
    """How much work rewriting may be: a share of a core, and a small reserve for people at work."""

    def __init__(self, share: float, burst_s: float = BURST_S) -> None:
        self._share, self._burst = share, burst_s
        self._left, self._at = burst_s, time.monotonic()

    def left(self) -> float:
        return min(self._burst, self._left + (time.monotonic() - self._at) * self._share)

    def spend(self, seconds: float) -> None:
        self._left, self._at = self.left() - seconds, time.monotonic()

    def wait(self) -> float:
        """Seconds until there is time again."""
        return max(0.0, -self.left() / self._share)


def unhurried(chunks: Iterable[T]) -> Iterator[T]:
    """The chunks, with a rest before each once there were many.

    One thread of a process computes at a time: work that lasts a second at a stretch would hold up every request.
    """
    for number, chunk in enumerate(chunks):
        if number >= AT_A_STRETCH:
            time.sleep(REST_S)
        yield chunk
