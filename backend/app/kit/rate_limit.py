"""How often something may be done: a token bucket for each one who does it."""

import math


class RateLimit:
    """`count` times in `seconds`, in one burst or spread out; pure but for what it remembers.

    It remembers 10,000 clients at most. Beyond that those are forgotten whose buckets are the fullest, because
    forgetting them gives away the least.
    """

    MAX_CLIENTS = 10_000

    def __init__(self, count: int, seconds: float) -> None:
        self._full = float(count)
        self._per_second = count / seconds
        self._left: dict[str, tuple[float, float]] = {}

    def wait_s(self, client: str, now: float) -> int:
        """0 when it may be done now (and is counted), otherwise in how many seconds it may; `now` is in seconds."""
        known = self._left.get(client)
        if known is None:
            self._make_room(now)
            left = self._full
        else:
            left = self._at(known, now)
        allowed = left >= 1
        self._left[client] = (left - 1 if allowed else left, now)
        return 0 if allowed else math.ceil((1 - left) / self._per_second)

    def __len__(self) -> int:
        """How many clients are remembered."""
        return len(self._left)

    def _at(self, state: tuple[float, float], now: float) -> float:
        left, then = state
        return min(self._full, left + (now - then) * self._per_second)

    def _make_room(self, now: float) -> None:
        if len(self._left) < self.MAX_CLIENTS:
            return
        by_what_is_left = sorted((self._at(state, now), client) for client, state in self._left.items())
        emptiest = by_what_is_left[: self.MAX_CLIENTS // 2]
        self._left = {client: (left, now) for left, client in emptiest if left < self._full}
