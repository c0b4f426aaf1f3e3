"""Many messages of several senders, all due at once: the rate of each sender, memory, and progress.

The provider's double notes when each message arrived. Nothing may be above a sender's rate for longer than a moment, no
sender may wait for another, the process must not grow, and the numbers that the service reports must count down.
"""

import threading
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise

import httpx
import psutil

from backend.app.bootstrap import Store
from backend.app.core_gov.comms.delivery import sending_status
from backend.app.core_gov.comms.delivery.dispatcher import SENDER_THREADS
from backend.app.core_gov.comms.senders.senders_file import usable_senders
from backend.app.kit.fields import load

RATES = (20, 40, 80)
"""Messages per second of the senders that share the work."""
SLACK = 1.2
"""Most time that the messages of a sender may take, as a share of the time at its rate."""
START_S = 2.0
"""Time until the first message leaves, in addition."""
BURST = SENDER_THREADS
"""Most messages above the rate within a second: those that were under way, and late, when a busy machine went on."""
GROWTH = 0.05
"""Most growth of memory from the first to the last quarter of the run."""
SAMPLE_S = 0.25


@dataclass(frozen=True, slots=True)
class SenderRun:
    """How the messages of one sender left."""

    rate: int
    messages: int
    seconds: float
    most_within_second: int

    @property
    def faults(self) -> Iterator[str]:
        """Yield why the sender did not keep its rate, in sentences."""
        most_s = self.messages / self.rate * SLACK + START_S
        if self.seconds > most_s:
            yield f"{self.messages:,} messages at {self.rate} /s took {self.seconds:.1f} s, not {most_s:.1f} s"
        if self.most_within_second > self.rate + BURST:
            yield f"{self.most_within_second} messages within a second, not {self.rate} + {BURST}"


def sender_run(rate: int, arrivals: Sequence[float], began: float) -> SenderRun:
    """Return how messages that arrived at these times (seconds) left since the beginning."""
    ordered = sorted(arrivals)
    within = (bisect_left(ordered, first + 1.0) - number for number, first in enumerate(ordered))
    return SenderRun(rate, len(ordered), ordered[-1] - began if ordered else 0.0, max(within, default=0))


@dataclass(frozen=True, slots=True)
class Sample:
    """Memory of this process (MB), and the messages that wait or are under way by the report of the service."""

    memory: float
    open: int


class Watcher:
    """Takes samples of a store in a thread."""

    def __init__(self, store: Store) -> None:
        self._store, self._process = store, psutil.Process()
        self._stop = threading.Event()
        self.samples: list[Sample] = []

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Take samples until the block exits."""
        thread = threading.Thread(target=self._watch, daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._stop.set()
            thread.join()

    def _watch(self) -> None:
        while not self._stop.is_set():
            self.samples.append(Sample(self._process.memory_info().rss / 1e6, self._open()))
            self._stop.wait(SAMPLE_S)

    def _open(self) -> int:
        senders, faults = usable_senders(self._store.settings)
        found = load(self._store.db.snapshot_now(sending_status.sending_status, senders, faults).doc)
        counts: Mapping[str, int] = found["deliveries"]
        return sum(counts.get(state, 0) for state in ("waiting", "claimed", "sending"))

    @property
    def memory(self) -> tuple[float, float]:
        """Mean memory in the first and in the last quarter of the run."""
        quarter = max(1, len(self.samples) // 4)
        first, last = self.samples[:quarter], self.samples[-quarter:]
        return sum(each.memory for each in first) / quarter, sum(each.memory for each in last) / quarter

    @property
    def memory_faults(self) -> Iterator[str]:
        first, last = self.memory
        if last > first * (1 + GROWTH):
            yield f"memory grew from {first:.0f} to {last:.0f} MB"

    @property
    def progress_faults(self) -> Iterator[str]:
        """Yield when the reported number of open messages did not count down."""
        numbers = [each.open for each in self.samples]
        if any(later > earlier for earlier, later in pairwise(numbers)):
            yield "the number of open messages rose"
        seen = len({*numbers})
        if seen < len(numbers) // 2:
            yield f"the number of open messages had {seen} values in {len(numbers)} looks"


def take_arrivals(url: str) -> dict[str, list[float]]:
    """Return when the double got the messages of each number, and forget them there."""
    found: dict[str, list[float]] = httpx.get(f"{url}/arrivals", trust_env=False, timeout=60.0).json()
    return found


def number_of(name: str) -> str:
    """Return the number that a sender sends from."""
    return f"+1416555{1_000 + sum(map(ord, name)):04}"
