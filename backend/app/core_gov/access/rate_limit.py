"""How many requests a client may send: a token bucket for each."""

import math


class RateLimit:
    """`count` requests in `seconds`, in one burst or spread out; pure but for what it remembers."""

    MAX_CLIENTS = 10_000

    def __init__(self, count: int, seconds: float) -> None:
        self._full = float(count)
        self._per_second = count / seconds
        self._left: dict[str, tuple[float, float]] = {}

    def wait_s(self, client: str, now: float) -> int:
        """0 when the request may pass (and is counted), otherwise in how many seconds it may."""
        left, at = self._left.get(client, (self._full, now))
        left = min(self._full, left + (now - at) * self._per_second)
        if left < 1:
            self._left[client] = (left, now)
            return math.ceil((1 - left) / self._per_second)
        if client not in self._left and len(self._left) >= self.MAX_CLIENTS:
            self._forget(now)
        self._left[client] = (left - 1, now)
        return 0

    def _forget(self, now: float) -> None:
        """Clients whose bucket is full again need no memory; if that is not enough, the oldest go."""
        full_after = self._full / self._per_second
        kept = {client: state for client, state in self._left.items() if now - state[1] < full_after}
        self._left = dict(list(kept.items())[-self.MAX_CLIENTS // 2 :])
