"""How often something may be done: an allowance for each one who does it, which flows back with time."""

import math


class RateLimit:
    """`count` times in `seconds`, in one burst or spread out; pure but for what it remembers.

    It remembers 10,000 clients at most. Beyond that those are forgotten who have used the least of their allowance,
    because forgetting them gives away the least.
    """

    MAX_CLIENTS = 10_000
    _ROUNDING_S = 1e-6

    def __init__(self, count: int, seconds: float) -> None:
        self._window = float(seconds)
        self._each = seconds / count
        # When the allowance of a client will be whole again; each use moves that by one share of the window.
        self._whole_at: dict[str, float] = {}

    def wait_s(self, client: str, now: float) -> int:
        """0 when it may be done now (and is counted), otherwise in how many seconds it may; `now` is in seconds."""
        before = self._whole_at.get(client)
        if before is None and len(self._whole_at) >= self.MAX_CLIENTS:
            self._make_room(now)
        whole_at = max(now, before or now) + self._each
        wait = whole_at - now - self._window
        if wait > self._ROUNDING_S:
            return math.ceil(wait - self._ROUNDING_S)
        self._whole_at[client] = whole_at
        return 0

    def __len__(self) -> int:
        """How many clients are remembered."""
        return len(self._whole_at)

    def _make_room(self, now: float) -> None:
        in_use = ((at, client) for client, at in self._whole_at.items() if at > now)
        latest = sorted(in_use, reverse=True)[: self.MAX_CLIENTS // 2]
        self._whole_at = {client: at for at, client in latest}
