"""Walks through a feed, against simulated servers: no record is missed."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import count
from random import Random
from typing import Literal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from backend.app.core_gov.mls.errors import FeedFailed
from backend.app.core_gov.mls.odata import FeedMark
from backend.app.core_gov.mls.paging.ordered import OrderedWalk
from backend.app.core_gov.mls.paging.unordered import UnorderedWalk
from backend.app.core_gov.mls.paging.walk import PageRequest, PageWalk
from backend.tests.promises import promise

Links = Literal["keyset", "rows", "hidden rows", "none"]
TieBreak = Literal["works", "refused", "misread"]


class Refused(Exception):
    """The server rejects the request."""


@dataclass
class Memory:
    """Simulated server: `links` is the kind of its links, `page` its maximum page size."""

    times: dict[str, int]
    links: Links = "keyset"
    tie_break: TieBreak = "works"
    page: int = 3
    sorts: bool = True
    filters: bool = True
    repeats: Sequence[int] = ()
    asked: list[PageRequest] = field(default_factory=list)
    clock: int = 1_000
    _made: dict[str, tuple[int | None, str | None, int, FeedMark | None]] = field(default_factory=dict)
    _numbers: "count[int]" = field(default_factory=lambda: count(1))

    def change(self, key: str) -> None:
        self.clock += 1
        self.times[key] = self.clock

    def answer(self, page_request: PageRequest) -> tuple[list[FeedMark], str | None]:
        self.asked.append(page_request)
        if page_request.after is not None and self.tie_break == "refused":
            raise Refused
        since, after, skip, last = (
            self._made[page_request.link] if page_request.link else (page_request.since, page_request.after, 0, None)
        )
        if page_request.later and since is not None:
            since += 1
        rows = self._rows(since, after)
        if last is not None:
            rows = [row for row in rows if (row.time, row.key) > (last.time, last.key)]
        found = rows[skip : skip + self.page]
        if len(self.asked) in self.repeats and page_request.link:
            return [*found], page_request.link  # the same page again, which leads to itself
        more = len(rows) > skip + self.page
        return found, self._link(since, after, skip, found) if more else None

    def _rows(self, since: int | None, after: str | None) -> list[FeedMark]:
        rows = [FeedMark(key, time) for key, time in self.times.items()]
        if self.filters and since is not None and after is None:
            rows = [row for row in rows if row.time >= since]
        elif self.filters and since is not None and self.tie_break == "works":
            rows = [row for row in rows if (row.time, row.key) > (since, after)]
        elif self.filters and since is not None:
            rows = [row for row in rows if row.time > since]
        return sorted(rows, key=lambda row: (row.time, row.key) if self.sorts else (0, row.key[::-1]))

    def _link(self, since: int | None, after: str | None, skip: int, found: list[FeedMark]) -> str | None:
        if self.links == "none" or not found:
            return None
        link = f"https://mls/next?{'$skip' if self.links == 'rows' else 'token'}={next(self._numbers)}"
        by_rows = self.links != "keyset" or not self.sorts
        self._made[link] = (since, after, skip + self.page, None) if by_rows else (since, after, 0, found[-1])
        return link


@dataclass
class Reader:
    """Reader that runs walks and records what they return."""

    server: Memory
    page_size: int = 3
    ordered: bool = True
    got: dict[str, int] = field(default_factory=dict)
    position: int | None = None
    gives_links: bool = False
    requests: int = 0

    def walk(self, changes: Sequence[str] = (), *, killed_after: int = 10_000) -> None:
        """Run once. A record changes before each of the first requests."""
        coming = iter(changes)
        walk = self._begin()
        for _ in range(killed_after):
            if (page_request := walk.page_request) is None:
                return
            self.requests += 1
            assert self.requests < 2_000
            if (key := next(coming, None)) is not None and key in self.server.times:
                self.server.change(key)
            walk = self._step(walk, page_request)
            self.position = walk.position

    def _begin(self) -> PageWalk:
        if self.ordered:
            return OrderedWalk(self.position, page_size=self.page_size, gives_links=self.gives_links)
        return UnorderedWalk(self.position, page_size=self.page_size)

    def _step(self, walk: PageWalk, page_request: PageRequest) -> PageWalk:
        try:
            marks, link = self.server.answer(page_request)
        except Refused:
            assert walk.refused()
            return walk
        for at in walk.take(marks, link, self.server.clock):
            mark = marks[at]
            assert self.got.get(mark.key, -1) <= mark.time or killed(self), "an older version came after a newer one"
            self.got[mark.key] = max(mark.time, self.got.get(mark.key, -1))
        if isinstance(walk, OrderedWalk):
            self.gives_links = walk.gives_links
        if isinstance(walk, OrderedWalk) and walk.disordered:
            self.ordered = False
            return UnorderedWalk(walk.start, page_size=self.page_size, seen=walk.seen)
        return walk


def killed(reader: Reader) -> bool:
    """Return True after the first run: later runs may return records again."""
    return reader.position is not None


def records(times: Sequence[int]) -> dict[str, int]:
    return {f"k{at:03d}": time for at, time in enumerate(times)}


TIMES = st.lists(st.integers(1, 6), max_size=40)
CHANGES = st.lists(st.integers(0, 39).map(lambda at: f"k{at:03d}"), max_size=8)


@promise("MLS", "`valhalla market sync` loses none of 2,500 records with the same millisecond at 1,000 per page.")
@given(
    times=TIMES,
    changes=CHANGES,
    links=st.sampled_from(["keyset", "rows", "hidden rows"]),
    tie_break=st.sampled_from(["works", "refused", "misread"]),
    page=st.integers(1, 4),
    repeats=st.lists(st.integers(1, 30), max_size=3),
)
@example([1] * 40, ["k001", "k002", "k003", "k000"], "rows", "refused", 3, [])
@example([1] * 40, ["k001", "k002", "k003", "k000"], "hidden rows", "misread", 3, [2])
def test_every_record_is_returned_in_its_last_state(
    times: list[int], changes: list[str], links: Links, tie_break: TieBreak, page: int, repeats: list[int]
) -> None:
    server = Memory(records(times), links, tie_break, page, repeats=repeats)
    reader = Reader(server, page_size=5)
    reader.walk(changes)
    reader.walk()
    assert reader.got == server.times


@given(times=TIMES, changes=CHANGES, page=st.integers(2, 5), asked=st.integers(2, 9))
def test_server_without_links_is_read_by_tie_breaks(
    times: list[int], changes: list[str], page: int, asked: int
) -> None:
    server = Memory(records(times), "none", "works", page)
    reader = Reader(server, page_size=asked)
    reader.walk(changes)
    reader.walk()
    assert reader.got == server.times


@promise("MLS", "A sync is incremental and resumes after a kill.")
@given(
    times=TIMES,
    changes=CHANGES,
    links=st.sampled_from(["keyset", "rows"]),
    page=st.integers(1, 4),
    kills=st.lists(st.integers(1, 12), max_size=6),
)
def test_killed_walk_resumes_without_losing_a_record(
    times: list[int], changes: list[str], links: Links, page: int, kills: list[int]
) -> None:
    server = Memory(records(times), links, "refused", page)
    reader = Reader(server, page_size=5)
    for kill in kills:
        reader.walk(changes[:2], killed_after=kill)
    reader.walk(changes)
    reader.walk()
    assert reader.got == server.times


@given(times=TIMES, changes=CHANGES, filters=st.booleans(), page=st.integers(1, 4), known=st.booleans())
def test_server_without_order_is_read_by_its_links(
    times: list[int], changes: list[str], filters: bool, page: int, known: bool
) -> None:
    server = Memory(records(times), "hidden rows", "refused", page, sorts=False, filters=filters)
    reader = Reader(server, page_size=5, ordered=not known)
    reader.walk(changes)
    reader.walk()
    assert reader.got == server.times


@given(times=TIMES, seed=st.integers(0, 1000), page=st.integers(1, 4))
def test_rows_deleted_while_reading_hide_no_other_row(times: list[int], seed: int, page: int) -> None:
    """Offset links are not trusted, so every row that stays is found."""
    server, chance = Memory(records(times), "rows", "refused", page), Random(seed)
    reader = Reader(server, page_size=5)
    whole = dict(server.times)
    while reader.requests < 300:
        before = reader.requests
        reader.walk(killed_after=1)
        if len(server.times) > len(whole) / 2:
            server.times.pop(chance.choice(sorted(server.times)), None)
        if reader.requests == before:
            break
        reader.walk()
        break
    assert server.times.items() <= reader.got.items()


def test_feed_takes_one_request_per_page_and_a_last_one() -> None:
    server = Memory(records(range(1, 31)), "keyset", page=10)
    Reader(server, page_size=10).walk()
    assert [page_request.link is not None for page_request in server.asked] == [False, True, True, False]
    assert server.asked[-1] == PageRequest(30)


def test_feed_without_changes_takes_one_request() -> None:
    server = Memory(records(range(1, 31)), "keyset", page=10)
    reader = Reader(server, page_size=10, position=30)
    reader.walk()
    assert (server.asked, reader.got) == ([PageRequest(30)], {"k029": 30})


def test_offset_links_are_followed_only_within_a_tie() -> None:
    server = Memory(records(range(1, 31)), "rows", page=10)
    Reader(server, page_size=10).walk()
    assert all(page_request.link is None for page_request in server.asked)
    tie = Memory(records([7] * 30), "rows", page=10)
    reader = Reader(tie, page_size=10)
    reader.walk()
    assert reader.got == tie.times
    assert sum(page_request.link is not None for page_request in tie.asked) >= 4


def test_full_tie_without_links_or_tie_break_is_an_error() -> None:
    reader = Reader(Memory(records([7] * 30), "none", "refused", 10), page_size=10)
    with pytest.raises(FeedFailed, match="10 records or more have the same ModificationTimestamp"):
        reader.walk()


def test_page_that_always_links_to_itself_is_an_error() -> None:
    server = Memory(records([1, 2, 3, 4]), "hidden rows", page=2, repeats=range(1, 500), sorts=False)
    with pytest.raises(FeedFailed, match="form a cycle"):
        Reader(server, page_size=2, ordered=False).walk()


def test_endless_changes_do_not_prolong_a_run() -> None:
    server = Memory(records(range(1, 31)), "keyset", page=10)
    reader = Reader(server, page_size=10)
    reader.walk([f"k{at % 30:03d}" for at in range(1_000)])
    assert reader.requests < 100
    reader.walk()
    assert reader.got == server.times


def test_position_of_an_unordered_walk_advances_only_at_its_end() -> None:
    server = Memory(records([5, 1, 9, 2, 8, 3]), "hidden rows", page=2, sorts=False)
    reader = Reader(server, page_size=2, ordered=False)
    reader.walk(killed_after=2)
    assert reader.position is None
    reader.walk()
    assert reader.position == 9
