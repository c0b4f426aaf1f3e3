"""Pagination of a feed's changes: the next request, and the position from which an interrupted run resumes. No I/O.

A server returns changes page by page in the order of their times, with a link to the next page. Links are followed
as they are until a page has none. Then the server is asked again from the last time on, because some servers omit
links too early and records change while they are read. The walk ends when that returns nothing new.

Server behavior, and how the walk handles it:

- Thousands of records share a time. Links lead through them; without links, ties are broken by key.
- Offset links (`$skip`) miss a row whenever an earlier row changes and moves to the end. They are not followed; the
  server is asked again from the last time. Within a tie they must be followed, so the tie is read repeatedly until a
  pass returns nothing new, and again if a record turns out to have moved out of it. Opaque links are trusted until a
  record is seen to move. Then the walk goes back to the time of that record and trusts no links from there on.
- The server ignores the order or the filter. Then an unordered walk takes over, whose position does not advance
  before everything was read.
- Pages are repeated, possibly in an older state. Records already seen in the same or a newer state are skipped.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol

from backend.app.core_gov.mls.errors import FeedFailed
from backend.app.core_gov.mls.odata import FeedMark, counts_rows

MAX_PASSES = 10
MAX_ROUNDS = 5
MAX_IDLE = 50
"""Limits: passes through a tie, rounds for changes that arrive while reading, and answers without anything new."""

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

    page_request: PageRequest | None
    position: int | None
    gives_links: bool

    def take(self, marks: Sequence[FeedMark], link: str | None, date: int | None = None) -> list[int]:
        """Process the answer to the last request. Return the indexes of the records that are new or newer.

        `date` is the server's clock at the answer. Raises FeedFailed if no request would make progress.
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
            raise FeedFailed(
                f"{MAX_RECORDS:,} records were read in this run: sync it again, and it goes on where it was"
            )
        return fresh, moved


class Progress:
    """Detector of endless repetition: each answer must contain something new, or records due to be read again.

    Records may legitimately be repeated, but only once per reread.
    """

    def __init__(self) -> None:
        self._again: set[int] = set()
        self._idle = 0
        self._fresh = False

    def note(self, keys: Iterable[str], *, fresh: bool) -> None:
        """Note the keys of an answer; `fresh` is True if any of its records is new or newer.

        Raises FeedFailed after MAX_IDLE answers without anything new.
        """
        again = set() if fresh else {name for key in keys if (name := hash(key)) not in self._again}
        self._again |= again
        self._fresh |= fresh
        self._idle = 0 if fresh or again else self._idle + 1
        if self._idle > MAX_IDLE:
            raise FeedFailed(f"the server gives the same records over and over: nothing new in {MAX_IDLE} answers")

    def read_anew(self) -> None:
        """Allow the records read so far to be repeated once more, if anything new came since the last call."""
        if self._fresh:
            self._again.clear()
            self._fresh = False


class OrderedWalk:
    """Walk through a feed that answers in the order of changes; `disordered` becomes True if it does not.

    `tie_break` enables tie-breaking by key. `gives_links` is True if the server is known to link to the next page.
    """

    def __init__(self, start: int | None, *, page_size: int, tie_break: bool = True, gives_links: bool = False) -> None:
        self.start, self.position = start, start
        self.page_request: PageRequest | None = PageRequest(start)
        self.seen = SeenRecords()
        self.disordered = False
        self._page_size, self._tie_break = page_size, tie_break
        self._since = start  # start of the current chain of links
        self._reach = start  # latest time read
        self._followed: set[int] = set()  # keyed by the hash of the link
        self._progress = Progress()
        self.gives_links = gives_links
        self._trusts_links = True
        self._linked_to: int | None = None  # links were trusted up to this time
        self._pass_of: int | None = None  # time of the tie that is being read through offset links
        self._pass_fresh, self._truncates = False, False
        self._ties: set[int] = set()  # ties read that way; none is proven complete before the end
        self._unsure: int | None = None
        self._passes = self._rounds = self._backs = 0
        self._largest = 1
        self._begun: int | None = None  # the server's clock at the start of the current chain

    def take(self, marks: Sequence[FeedMark], link: str | None, date: int | None = None) -> list[int]:
        asked, self.page_request = self.page_request, None
        assert asked is not None
        fresh, moved = self.seen.compare(marks)
        if self._breaks_order(asked, marks, fresh):
            self.disordered, self.position = True, self.start
            return fresh
        self._begun = date if asked.link is None else self._begun
        self._largest = max(self._largest, len(marks))
        self._progress.note((mark.key for mark in marks), fresh=bool(fresh))
        if marks:
            self._reach = marks[-1].time if self._reach is None else max(self._reach, marks[-1].time)
        self.gives_links |= link is not None
        if self._pass_of is not None:
            self._pass_fresh |= any(marks[at].time == self._pass_of for at in fresh)
        suspect = {time for time in moved if time in self._ties or (self._linked_to or -1) >= time}
        if suspect:
            self._go_back(min(suspect), asked, marks, link)
        else:
            self._go_on(asked, marks, link)
        self.position = self._proven()
        return fresh

    def _proven(self) -> int | None:
        """Return the time before which no record can have been missed."""
        doubts = ({self._unsure} if self._unsure is not None else set()) | (self._ties if self.page_request else set())
        return min(doubts, default=self._reach)

    def refused(self) -> bool:
        """Fall back to a request without tie-break if the rejected one had one; any other rejection is final."""
        asked = self.page_request
        if asked is None or asked.after is None or not self._tie_break:
            return False
        self._tie_break = False
        self._end_without_tie_break()
        return True

    def without_tie_break(self) -> None:
        """Disable tie-breaking, for a server that sorts by time only."""
        self._tie_break = False

    def _breaks_order(self, asked: PageRequest, marks: Sequence[FeedMark], fresh: list[int]) -> bool:
        if any(one.time > other.time for one, other in pairwise(marks)):
            return True
        if asked.link is None:  # a time before the requested one shows that the filter is ignored
            return self._since is not None and any(mark.time < self._since for mark in marks)
        floor = self._reach if self._pass_of is None else self._pass_of
        return floor is not None and any(marks[at].time < floor for at in fresh)

    def _go_on(self, asked: PageRequest, marks: Sequence[FeedMark], link: str | None) -> None:
        later = bool(marks) and (self._since is None or marks[-1].time > self._since)
        in_circle = link is not None and hash(link) in self._followed
        link = None if in_circle else link
        self._pass_fresh |= in_circle  # an interrupted pass proves nothing
        self._truncates |= asked.later and bool(marks) and not later
        if link is not None and self._trusts_links and not counts_rows(link):
            self._linked_to = self._reach
            self._follow(link)
        elif self._pass_of is not None and self._passes_on(later, link):
            pass
        elif later:
            self._ask_from(self._clean(marks[-1].time), full=link is not None or len(marks) >= self._largest)
        elif link is not None and self._since is None:
            self._follow(link)  # nothing was read yet, so no row can have moved
        elif link is not None:
            self._begin_pass(link)
        elif in_circle and self._since is not None:
            self._ask_from(self._since, full=True)
        elif marks and (asked.after is not None or self._is_full(marks)):
            self._break_tie(marks[-1].key)

    def _clean(self, time: int) -> int:
        """Return the time to ask from. Records that changed while links were followed may have moved past them."""
        if self._followed and self._begun is not None and (self._since is None or self._begun > self._since):
            return min(time, self._begun)
        return time

    def _is_full(self, marks: Sequence[FeedMark]) -> bool:
        return len(marks) >= min(self._largest, self._page_size) and len(marks) >= min(2, self._page_size)

    def _follow(self, link: str) -> None:
        self._followed.add(hash(link))
        self.page_request = PageRequest(link=link)

    def _begin_pass(self, link: str) -> None:
        assert self._since is not None
        self._pass_of, self._pass_fresh, self._passes = self._since, False, 0
        self._ties.add(self._since)
        self._follow(link)

    def _ask_from(self, time: int, *, full: bool, later: bool = False) -> None:
        """Ask again from a time on. After MAX_ROUNDS partial pages, later changes are left to the next walk."""
        self._rounds += not full
        if full or self._rounds <= MAX_ROUNDS:
            self._since = time
            self._followed.clear()
            self.page_request = PageRequest(time, later=later)

    def _go_back(self, time: int, asked: PageRequest, marks: Sequence[FeedMark], link: str | None) -> None:
        """Go back to a time after a record has moved: links followed since then may have skipped its successor.

        If records keep moving, the next run starts there.
        """
        self._trusts_links = False
        if self._backs == MAX_ROUNDS:
            self._unsure = time if self._unsure is None else min(self._unsure, time)
            self._go_on(asked, marks, link)
            return
        self._linked_to = time - 1
        self._backs += 1
        self._progress.read_anew()
        self._pass_of, self._reach = None, time
        self._ties = {tie for tie in self._ties if tie < time}
        self._ask_from(time, full=True)

    def _passes_on(self, later: bool, link: str | None) -> bool:
        """Continue through the tie, repeat it, or move past it. Return False if the server cannot be asked past it.

        Offset links may skip rows after the tie too, so those are requested separately. That fails on servers
        that write times with less precision than they store.
        """
        assert self._pass_of is not None
        if not later and link is not None:
            self._follow(link)
        elif self._pass_fresh and self._passes < MAX_PASSES:
            self._pass_fresh = False
            self._passes += 1
            self._progress.read_anew()
            self._ask_from(self._pass_of, full=True)
        elif self._truncates:
            self._pass_of = None
            return not later
        else:
            self._reach, tie, self._pass_of = self._pass_of, self._pass_of, None
            self._ask_from(tie, full=True, later=True)
        return True

    def _break_tie(self, key: str) -> None:
        """Ask for the keys after this one, because a page full of records of one time has no next link."""
        self.page_request = PageRequest(self._since, key)
        if not self._tie_break:
            self._end_without_tie_break()

    def _end_without_tie_break(self) -> None:
        self.page_request = None
        if self._largest >= self._page_size and not self.gives_links:
            raise FeedFailed(
                f"{self._largest} records or more have the same ModificationTimestamp, and the server neither links "
                "to the next page nor takes ListingKey in a filter; a larger page_size may help"
            )


class UnorderedWalk:
    """Walk through a feed in no order, by its links only; `link` is the current position in the chain of links.

    To resume a chain, pass its `latest` time so far and `begun`, the server's clock at its start.
    """

    def __init__(
        self,
        start: int | None,
        *,
        page_size: int,
        gives_links: bool = False,
        seen: SeenRecords | None = None,
        link: str | None = None,
        latest: int | None = None,
        begun: int | None = None,
    ) -> None:
        self.position = start
        self.page_request: PageRequest | None = PageRequest(start, link=link)
        self.link, self.latest, self.begun = link, latest, begun
        self.gives_links = gives_links
        self._seen, self._page_size = seen or SeenRecords(), page_size
        self._followed: set[int] = set()  # keyed by the hash of the link
        self._progress = Progress()
        self._fresh, self._rounds, self._circles = False, 0, 0

    def take(self, marks: Sequence[FeedMark], link: str | None, date: int | None = None) -> list[int]:
        fresh, _ = self._seen.compare(marks)
        self._progress.note((mark.key for mark in marks), fresh=bool(fresh))
        self._fresh |= bool(fresh)
        times = [mark.time for mark in marks] + ([] if self.latest is None else [self.latest])
        self.latest = max(times, default=None)
        if self.begun is None:
            self.begun = date
        self.gives_links |= link is not None
        if link is None:
            self._end(len(marks))
        elif hash(link) in self._followed:
            self._begin_again()
        else:
            self._followed.add(hash(link))
            self.link, self.page_request = link, PageRequest(link=link)
        return fresh

    def refused(self) -> bool:
        """Restart the chain if its saved link was rejected, because links of an earlier run may have expired."""
        if self.link is None or self._followed:
            return False
        self.link, self.latest, self.begun = None, None, None
        self.page_request = PageRequest(self.position)
        return True

    def _begin_again(self) -> None:
        self._circles += 1
        if self._circles > MAX_ROUNDS:
            raise FeedFailed("the links of the server lead in a circle, and it answers in no order")
        self.link, self.latest, self.begun = None, None, None
        self._followed.clear()
        self._progress.read_anew()
        self.page_request = PageRequest(self.position)

    def _end(self, length: int) -> None:
        """Finish a pass. The position stops at the chain's start, because later changes may be missing."""
        if length >= self._page_size and not self.gives_links:
            raise FeedFailed(
                f"the server gives {length} records in no order, and no link to the next page; "
                "a larger page_size may help"
            )
        if self.latest is not None:
            reach = self.latest if self.begun is None else min(self.latest, self.begun)
            self.position = reach if self.position is None else max(self.position, reach)
        self._rounds += 1
        again = self._fresh and self._rounds < MAX_ROUNDS
        self.page_request = PageRequest(self.position) if again else None
        self.link, self.latest, self.begun, self._fresh = None, None, None, False
        self._followed.clear()
        self._progress.read_anew()
