"""Walk through a feed that returns records in the order of changes."""

from collections.abc import Sequence
from dataclasses import replace

from backend.app.core_gov.mls.odata import FeedMark
from backend.app.core_gov.mls.paging.state import (
    PageResponse,
    WalkState,
    absorb,
    breaks_order,
    end_without_tie_break,
    go_back,
    proceed,
    proven,
)
from backend.app.core_gov.mls.paging.walk import PageRequest, Progress, SeenRecords


class OrderedWalk:
    """Walk through a feed that returns records in the order of changes; `disordered` becomes True if it does not.

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
            self._progress.allow_reread()
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
