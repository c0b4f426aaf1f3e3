"""Record of the responses to all simulated users: count by status, latency, and faults."""

import threading
from array import array
from collections import Counter
from dataclasses import dataclass

KEPT_FAULTS = 20


@dataclass(frozen=True, slots=True)
class ResponseTimes:
    """Latencies of a period."""

    requests: int
    p50_ms: float
    p99_ms: float


def pace(seconds: array) -> ResponseTimes:  # type: ignore[type-arg]  # array[float] is no type at run time in Python 3.11
    """Return the percentiles of these latencies."""
    if not seconds:
        return ResponseTimes(0, 0.0, 0.0)
    ordered = sorted(seconds)
    return ResponseTimes(len(ordered), 1000 * ordered[len(ordered) // 2], 1000 * ordered[int(len(ordered) * 0.99)])


class Journal:
    """Thread-safe record of responses."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._latest = array("d")
        self._all = array("d")
        self.statuses: Counter[int] = Counter()
        self.actions: Counter[str] = Counter()
        self.faults: list[str] = []
        self.wrong = 0

    def count_response(self, status: int, seconds: float) -> None:
        """Count a response."""
        with self._lock:
            self.statuses[status] += 1
            self._latest.append(seconds)
            self._all.append(seconds)

    def start_over(self) -> None:
        """Discard the counts of the warm-up, but keep its faults."""
        with self._lock:
            self._latest, self._all = array("d"), array("d")
            self.statuses.clear()

    def count_action(self, action: str) -> None:
        """Count an action, which may be several requests."""
        with self._lock:
            self.actions[action] += 1

    def fault(self, what: str) -> None:
        """Count a fault, and keep the first few."""
        with self._lock:
            self.wrong += 1
            if len(self.faults) < KEPT_FAULTS:
                self.faults.append(what)

    @property
    def requests(self) -> int:
        return len(self._all)

    def lately(self) -> ResponseTimes:
        """Return the latencies since the last call."""
        with self._lock:
            latest, self._latest = self._latest, array("d")
        return pace(latest)

    def between(self, first: int, last: int) -> ResponseTimes:
        """Return the latencies of the responses with these numbers, `last` excluded."""
        with self._lock:
            return pace(self._all[first:last])
