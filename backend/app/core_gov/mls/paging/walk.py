"""Requests, limits, and the detection of repeated records that both walks use."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from backend.app.core_gov.mls.errors import FeedFailed
from backend.app.core_gov.mls.odata import FeedMark

MAX_ROUNDS = 5
"""Maximum number of rounds for changes that arrive while reading."""

MAX_IDLE = 50
"""Maximum number of responses without anything new."""

MAX_RECORDS = 10_000_000
"""Maximum number of records read per run; the next run resumes."""


@dataclass(frozen=True, slots=True)
class PageRequest:
    """A request: a link as received, or the changes since a time (None: all changes).

    With `after`, it starts past that key at that time. With `later`, it excludes that time.
    """

    since: int | None = None
    after: str | None = None
    link: str | None = None
    later: bool = False


class PageWalk(Protocol):
    """State of the pagination of a feed. `page_request` is the next request, None if the walk is complete.

    `position` is the time from which a new walk would find every record that this one has not returned; None is the
    beginning.
    """

    position: int | None

    @property
    def page_request(self) -> PageRequest | None: ...

    @property
    def gives_links(self) -> bool: ...

    def take(self, marks: Sequence[FeedMark], link: str | None, date: int | None = None) -> list[int]:
        """Process the response to the last request. Return the indexes of the records that are new or newer.

        `date` is the server's clock at the response. Raises FeedFailed if no request would make progress.
        """

    def refused(self) -> bool:
        """Handle the rejection of the last request. Return True if there is another request to try."""


class SeenRecords:
    """Modification times of the records seen in a run."""

    def __init__(self) -> None:
        self._times: dict[int, int] = {}  # keyed by the hash of the key, to save memory

    def compare(self, marks: Sequence[FeedMark]) -> tuple[list[int], set[int]]:
        """Return the indexes of records that are new or newer, and the previous times of the newer ones."""
        fresh: list[int] = []
        moved: set[int] = set()
        for at, mark in enumerate(marks):
            name = hash(mark.key)
            before = self._times.get(name)
            if before is not None:
                if before >= mark.time:
                    continue
                moved.add(before)
            self._times[name] = mark.time
            fresh.append(at)
        if len(self._times) > MAX_RECORDS:
            raise FeedFailed(f"{MAX_RECORDS:,} records were read in this run: sync it again to resume")
        return fresh, moved


class Progress:
    """Detector of endless repetition: each response must contain something new, or records due to be read again.

    Records may legitimately be repeated, but only once per reread.
    """

    def __init__(self) -> None:
        self._repeated: set[int] = set()
        self._idle = 0
        self._fresh = False

    def note(self, keys: Iterable[str], *, fresh: bool) -> None:
        """Note the keys of a response; `fresh` is True if any of its records is new or newer.

        Raises FeedFailed after MAX_IDLE responses without anything new.
        """
        repeated = set() if fresh else {name for key in keys if (name := hash(key)) not in self._repeated}
        self._repeated |= repeated
        self._fresh |= fresh
        self._idle = 0 if fresh or repeated else self._idle + 1
        if self._idle > MAX_IDLE:
            raise FeedFailed(f"the server repeats the same records: nothing new in {MAX_IDLE} responses")

    def allow_reread(self) -> None:
        """Allow the records read so far to be repeated once more, if anything new came since the last call."""
        if self._fresh:
            self._repeated.clear()
            self._fresh = False
