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
from dataclasses import replace
from typing import Protocol

from backend.app.core_gov.mls.errors import FeedFailed
from backend.app.core_gov.mls.odata import FeedMark
from backend.app.core_gov.mls.paging_state import (
    MAX_ROUNDS,
    PageRequest,
    PageResponse,
    WalkState,
    absorb,
    breaks_order,
    end_without_tie_break,
    go_back,
    proceed,
    proven,
)

MAX_IDLE = 50
"""Maximum number of responses without anything new."""

MAX_RECORDS = 10_000_000
"""Maximum number of records read per run; the next run resumes."""


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
        self.seen = SeenRecords()
        self.disordered = False
        self._progress = Progress()
        self._followed: set[int] = set()  # links since the last request without one, by their hash
        self._state = WalkState(
            page_size, PageRequest(start), since=start, reach=start, tie_break=tie_break, gives_links=gives_links
        )

    @property
    def page_request(self) -> PageRequest | None:
        return self._state.request

    @property
    def gives_links(self) -> bool:
        return self._state.gives_links

    def take(self, marks: Sequence[FeedMark], link: str | None, date: int | None = None) -> list[int]:
        request = self._state.request
        assert request is not None
        state = self._state = replace(self._state, request=None)
        fresh, moved = self.seen.compare(marks)
        if breaks_order(state, request, marks, fresh):
            self.disordered, self.position = True, self.start
            return fresh
        self._progress.note((mark.key for mark in marks), fresh=bool(fresh))
        in_circle = link is not None and hash(link) in self._followed
        page = PageResponse(request, marks, fresh, None if in_circle else link, in_circle, bool(self._followed), date)
        state = absorb(state, page)
        suspect = [time for time in moved if time in state.ties or (state.linked_to or -1) >= time]
        self._advance(go_back(state, min(suspect), page) if suspect else proceed(state, page))
        self.position = proven(self._state)
        return fresh

    def _advance(self, state: WalkState) -> None:
        if state.rereads > self._state.rereads:
            self._progress.read_anew()
        self._state = state
        request = state.request
        if request is not None and request.link is not None:
            self._followed.add(hash(request.link))
        elif request is not None and request.after is None:
            self._followed.clear()

    def refused(self) -> bool:
        """Fall back to a request without tie-break if the rejected one had one; any other rejection is final."""
        request = self._state.request
        if request is None or request.after is None or not self._state.tie_break:
            return False
        self.without_tie_break()
        self._state = end_without_tie_break(self._state)
        return True

    def without_tie_break(self) -> None:
        """Disable tie-breaking, for a server that sorts by time only."""
        self._state = replace(self._state, tie_break=False)


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
