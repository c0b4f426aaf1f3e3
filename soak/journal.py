"""What the people of the office saw: how many answers of which kind, how fast, and what should not have been."""

import threading
from array import array
from collections import Counter
from dataclasses import dataclass

KEPT_FAULTS = 20


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast the answers of a while came."""

    requests: int
    p50_ms: float
    p99_ms: float


def pace(seconds: array) -> Pace:  # type: ignore[type-arg]  # array[float] is no type at run time in Python 3.11
    """Of so many answers, each with the time it took."""
    if not seconds:
        return Pace(0, 0.0, 0.0)
    ordered = sorted(seconds)
    return Pace(len(ordered), 1000 * ordered[len(ordered) // 2], 1000 * ordered[int(len(ordered) * 0.99)])


class Journal:
    """Written by many threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._latest = array("d")
        self._all = array("d")
        self.statuses: Counter[int] = Counter()
        self.acts: Counter[str] = Counter()
        self.faults: list[str] = []
        self.wrong = 0

    def answered(self, status: int, seconds: float) -> None:
        """An answer came."""
        with self._lock:
            self.statuses[status] += 1
            self._latest.append(seconds)
            self._all.append(seconds)

    def start_over(self) -> None:
        """What was counted so far was the way there; the faults of it stay."""
        with self._lock:
            self._latest, self._all = array("d"), array("d")
            self.statuses.clear()

    def did(self, act: str) -> None:
        """Something was done, in one request or several."""
        with self._lock:
            self.acts[act] += 1

    def fault(self, what: str) -> None:
        """Something was not as it should be; the first few are kept."""
        with self._lock:
            self.wrong += 1
            if len(self.faults) < KEPT_FAULTS:
                self.faults.append(what)

    @property
    def requests(self) -> int:
        return len(self._all)

    def lately(self) -> Pace:
        """How fast the answers came since this was last asked."""
        with self._lock:
            latest, self._latest = self._latest, array("d")
        return pace(latest)

    def between(self, first: int, last: int) -> Pace:
        """How fast the answers came, from the one of that number to that other one."""
        with self._lock:
            return pace(self._all[first:last])
