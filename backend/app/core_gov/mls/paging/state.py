"""State of an ordered walk through a feed, and its transitions: pure functions from a state and a page to a state.

absorb    record what the page shows
proceed   choose the next request
go_back   choose an earlier one, because a record has moved
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from backend.app.core_gov.mls.errors import FeedFailed
from backend.app.core_gov.mls.odata import FeedMark, counts_rows
from backend.app.core_gov.mls.paging.walk import MAX_ROUNDS, PageRequest

MAX_PASSES = 10
"""Maximum number of repeated passes through a tie."""


@dataclass(frozen=True, slots=True)
class PageResponse:
    """Response to a request: its records in order, and the link to the next page.

    `link` is None if it leads in a circle; `in_circle` is then True. `after_links`: a link was followed since the last
    request without one. `date`: the server's clock. `fresh`: indexes of the records that are new or newer.
    """

    request: PageRequest
    marks: Sequence[FeedMark]
    fresh: Sequence[int]
    link: str | None
    in_circle: bool
    after_links: bool
    date: int | None


@dataclass(frozen=True, slots=True)
class TiePass:
    """A pass through the records of one time by offset links. `fresh`: it returned something new, or was cut short."""

    time: int
    fresh: bool = False
    repeats: int = 0


@dataclass(frozen=True, slots=True)
class WalkState:
    """State of an ordered walk: where it is, and what it has learned about the server."""

    page_size: int
    request: PageRequest | None
    """Next request; None if the walk is complete."""

    since: int | None
    """Start of the current chain of links."""

    reach: int | None
    """Latest time read."""

    begun: int | None = None
    """The server's clock at the start of the current chain."""

    linked_to: int | None = None
    """Time up to which links were trusted."""

    tie: TiePass | None = None
    ties: frozenset[int] = frozenset()
    """Times of the ties read through offset links. None is proven complete before the end."""

    unsure: int | None = None
    """Earliest time at which a record has moved too often to be read again in this run."""

    rounds: int = 0
    backs: int = 0
    rereads: int = 0
    """Counts: requests after a partial page, returns to an earlier time, and times that records are due again."""

    largest: int = 1
    """Number of records of the largest page."""

    tie_break: bool = True
    gives_links: bool = False
    trusts_links: bool = True
    truncates: bool = False
    """True if the server returned records that the filter excludes: it stores more decimals than it writes."""


def absorb(state: WalkState, page: PageResponse) -> WalkState:
    """Record what a page shows about the feed and the server."""
    reach, tie = state.reach, state.tie
    if page.marks:
        reach = page.marks[-1].time if reach is None else max(reach, page.marks[-1].time)
    if tie is not None and any(page.marks[at].time == tie.time for at in page.fresh):
        tie = replace(tie, fresh=True)
    return replace(
        state,
        reach=reach,
        tie=tie,
        begun=page.date if page.request.link is None else state.begun,
        largest=max(state.largest, len(page.marks)),
        gives_links=state.gives_links or page.link is not None or page.in_circle,
    )


def proceed(state: WalkState, page: PageResponse) -> WalkState:
    """Choose the request that follows a page. Raises FeedFailed if there is none that would make progress."""
    since, marks, link = state.since, page.marks, page.link
    later = bool(marks) and (since is None or marks[-1].time > since)
    state = replace(state, truncates=state.truncates or (page.request.later and bool(marks) and not later))
    if link is not None and state.trusts_links and not counts_rows(link):
        return _follow(replace(state, linked_to=state.reach), link)
    if state.tie is not None:
        found = _proceed_in_tie(state, state.tie, page, later=later)
        if found is not None:
            return found
        state = replace(state, tie=None)
    if later:
        full = link is not None or len(marks) >= state.largest
        return _request_from(state, _safe_start(state, page), full=full)
    if link is not None:
        # If nothing was read before, no row can have moved, so this is not a pass through a tie.
        return _follow(state, link) if since is None else _begin_tie(state, since, link)
    if page.in_circle and since is not None:
        return _request_from(state, since, full=True)
    if marks and (page.request.after is not None or _is_full(state, marks)):
        return _break_tie(state, marks[-1].key)
    return state


def go_back(state: WalkState, time: int, page: PageResponse) -> WalkState:
    """Go back to a time from which a record has moved: links followed since then may have skipped its successor.

    If records keep moving, the next run starts there.
    """
    state = replace(state, trusts_links=False)
    if state.backs == MAX_ROUNDS:
        return proceed(replace(state, unsure=time if state.unsure is None else min(state.unsure, time)), page)
    state = replace(
        state,
        linked_to=time - 1,
        backs=state.backs + 1,
        rereads=state.rereads + 1,
        tie=None,
        reach=time,
        ties=frozenset(tie for tie in state.ties if tie < time),
    )
    return _request_from(state, time, full=True)


def end_without_tie_break(state: WalkState) -> WalkState:
    """End the walk at a time whose records fill a page. Raises FeedFailed if the server has more of them."""
    if state.largest >= state.page_size and not state.gives_links:
        raise FeedFailed(
            f"{state.largest} records or more have the same ModificationTimestamp, and the server neither links "
            "to the next page nor accepts ListingKey in a filter; a larger page_size may help"
        )
    return replace(state, request=None)


def proven(state: WalkState) -> int | None:
    """Return the time before which no record can have been missed."""
    doubts = set(state.ties) if state.request else set()
    if state.unsure is not None:
        doubts.add(state.unsure)
    return min(doubts, default=state.reach)


def breaks_order(state: WalkState, request: PageRequest, marks: Sequence[FeedMark], fresh: Sequence[int]) -> bool:
    """Return True if a page shows that the server ignores the order or the filter."""
    if any(one.time > other.time for one, other in pairwise(marks)):
        return True
    if request.link is None:  # a time before the requested one shows that the filter is ignored
        return state.since is not None and any(mark.time < state.since for mark in marks)
    floor = state.reach if state.tie is None else state.tie.time
    return floor is not None and any(marks[at].time < floor for at in fresh)


def _follow(state: WalkState, link: str) -> WalkState:
    return replace(state, request=PageRequest(link=link))


def _request_from(state: WalkState, time: int, *, full: bool, later: bool = False) -> WalkState:
    """Ask again from a time on. After MAX_ROUNDS partial pages, later changes are left to the next walk."""
    if not full and state.rounds >= MAX_ROUNDS:
        return state
    rounds = state.rounds if full else state.rounds + 1
    return replace(state, rounds=rounds, since=time, request=PageRequest(time, later=later))


def _safe_start(state: WalkState, page: PageResponse) -> int:
    """Return the time to ask from. Records that changed while links were followed may have moved past them."""
    time, begun = page.marks[-1].time, state.begun
    if page.after_links and begun is not None and (state.since is None or begun > state.since):
        return min(time, begun)
    return time


def _begin_tie(state: WalkState, time: int, link: str) -> WalkState:
    return _follow(replace(state, tie=TiePass(time), ties=state.ties | {time}), link)


def _proceed_in_tie(state: WalkState, tie: TiePass, page: PageResponse, *, later: bool) -> WalkState | None:
    """Continue through the tie, repeat it, or move past it. Return None if the page itself leads past it.

    Offset links may skip rows after the tie too, so those are requested separately. That fails on servers that write
    times with less precision than they store.
    """
    if not later and page.link is not None:
        return _follow(state, page.link)
    if (tie.fresh or page.in_circle) and tie.repeats < MAX_PASSES:  # an interrupted pass proves nothing
        again = replace(state, tie=TiePass(tie.time, repeats=tie.repeats + 1), rereads=state.rereads + 1)
        return _request_from(again, tie.time, full=True)
    if state.truncates:
        return None if later else replace(state, tie=None)
    return _request_from(replace(state, tie=None, reach=tie.time), tie.time, full=True, later=True)


def _is_full(state: WalkState, marks: Sequence[FeedMark]) -> bool:
    return len(marks) >= min(state.largest, state.page_size) and len(marks) >= min(2, state.page_size)


def _break_tie(state: WalkState, key: str) -> WalkState:
    """Ask for the keys after this one, because a page full of records of one time has no next link."""
    if not state.tie_break:
        return end_without_tie_break(state)
    return replace(state, request=PageRequest(state.since, key))
