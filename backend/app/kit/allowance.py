"""A share of the clock for work that may wait."""

import time

BURST_S = 0.25


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
