"""Rate limit per client: an allowance that refills over time."""

import math


class RateLimit:
    """Limit of `count` uses in `seconds`, in one burst or spread out. The caller passes the time.

    At most 10,000 clients are remembered. Beyond that, those that have used the least of their allowance are
    forgotten, because that gives away the least.
    """

    MAX_CLIENTS = 10_000
    _ROUNDING_S = 1e-6

    def __init__(self, count: int, seconds: float) -> None:
        self._window = float(seconds)
        self._each = seconds / count
        # Time at which the client's allowance is full again. Each use moves it by one share of the window.
        self._full_at: dict[str, float] = {}

    def wait_s(self, client: str, now: float) -> int:
        """Return 0 and count the use if it is allowed now, else the seconds until it is. `now` is in seconds."""
        before = self._full_at.get(client)
        if before is None and len(self._full_at) >= self.MAX_CLIENTS:
            self._forget_some(now)
        full_at = max(now, before or now) + self._each
        wait = full_at - now - self._window
        if wait > self._ROUNDING_S:
            return math.ceil(wait - self._ROUNDING_S)
        self._full_at[client] = full_at
        return 0

    def __len__(self) -> int:
        """Return the number of remembered clients."""
        return len(self._full_at)

    def _forget_some(self, now: float) -> None:
        in_use = ((at, client) for client, at in self._full_at.items() if at > now)
        latest = sorted(in_use, reverse=True)[: self.MAX_CLIENTS // 2]
        self._full_at = {client: at for at, client in latest}
