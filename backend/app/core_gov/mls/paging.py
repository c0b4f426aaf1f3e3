"""The walk through the changes of a feed: what to ask next, and from where a run that was killed goes on. Pure.

A server answers changes a page at a time, in the order of their times, with a link to the next page. Links are
followed as they are, to the page without one; then the server is asked anew from the last time on, because some leave
the link out too early, and records change while they are read. The walk is done when that brings nothing.

What servers do to it, and what it does about that:

- Thousands of records have the same time. Links lead through them; where there are none, the tie is broken by key.
- Links that count rows (`$skip`) miss a row whenever one before it changes and moves to the end. They are not
  followed: the server is asked anew from the last time. Within a tie they must be, so a tie is read again until that
  brings nothing new, and again when a record turns up that has moved out of it. A link that does not show how it is
  made is believed until a record is seen to move; then the walk goes back to where that one was, and believes none.
- It answers in no order, or pays no heed to the filter. Then a walk in no order takes over, of which nothing counts
  before everything was read.
- Pages come again, perhaps older than they were: what was seen, or seen newer, is left out.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol

from backend.app.core_gov.mls.errors import FeedFailed
from backend.app.core_gov.mls.odata import FeedMark, counts_rows

MOST_PASSES = 10
MOST_ROUNDS = 5
MOST_IDLE = 50
"""So often a tie is read again, what changed meanwhile is read after, an answer may bring nothing."""

MOST_RECORDS = 10_000_000
"""So many records a run reads; the next one goes on where it was."""


@dataclass(frozen=True, slots=True)
class Ask:
    """A question: a link as it came, or what changed from a time on (None: ever).

    `after` is a key at that very time after which it is to begin; `later` leaves all of that time out.
    """

    since: int | None = None
    after: str | None = None
    link: str | None = None
    later: bool = False


class Walk(Protocol):
    """`ask` is the next question, None when the walk is done.

    `position` is the time from which another walk would find all that this one has not handed out; None is the
    beginning.
    """

    ask: Ask | None
    position: int | None
    gives_links: bool

    def take(self, marks: Sequence[FeedMark], link: str | None, date: int | None = None) -> list[int]:
        """The answer to the last question: the places of the records that are new.

        `date` is the server's clock when it answered. Raises FeedFailed when no question would lead any further.
        """

    def refused(self) -> bool:
        """The server does not take the last question; whether there is another way to go on."""


class SeenRecords:
    """The records of a run, each with the time that it was seen with."""

    def __init__(self) -> None:
        self._times: dict[int, int] = {}  # by a hash of the key, which takes less room

    def compare(self, marks: Sequence[FeedMark]) -> tuple[list[int], set[int]]:
        """The places of records that are new or newer, and the times that the newer ones were seen with before."""
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
        if len(self._times) > MOST_RECORDS:
            raise FeedFailed(
                f"{MOST_RECORDS:,} records were read in this run: sync it again, and it goes on where it was"
            )
        return fresh, moved


class Progress:
    """Ends a run that reads the same over and over: an answer must bring something new, or something to be read again.

    What was read before comes again for good reason, but only once each time that it is read anew.
    """

    def __init__(self) -> None:
        self._again: set[int] = set()
        self._idle = 0
        self._fresh = False

    def note(self, keys: Iterable[str], *, fresh: bool) -> None:
        """Takes the keys of an answer, and whether any of its records is new or newer.

        Raises FeedFailed when nothing new came in many answers.
        """
        again = set() if fresh else {name for key in keys if (name := hash(key)) not in self._again}
        self._again |= again
        self._fresh |= fresh
        self._idle = 0 if fresh or again else self._idle + 1
        if self._idle > MOST_IDLE:
            raise FeedFailed(f"the server gives the same records over and over: nothing new in {MOST_IDLE} answers")

    def read_anew(self) -> None:
        """Lets what was read come once more, if anything new came since the last time."""
        if self._fresh:
            self._again.clear()
            self._fresh = False


class OrderedWalk:
    """Through a feed that answers in the order of changes; `disordered` when it turns out not to.

    `tie_break` is whether to try the one by key, `gives_links` whether the server is known to link to a next page.
    """

    def __init__(self, start: int | None, *, page_size: int, tie_break: bool = True, gives_links: bool = False) -> None:
        self.start, self.position = start, start
        self.ask: Ask | None = Ask(start)
        self.seen = SeenRecords()
        self.disordered = False
        self._page_size, self._tie_break = page_size, tie_break
        self._since = start  # what the present chain of links began with
        self._reach = start  # the latest time that was read
        self._followed: set[int] = set()  # by a hash of the link
        self._progress = Progress()
        self.gives_links = gives_links
        self._trusts_links = True
        self._linked_to: int | None = None  # up to this time links were believed
        self._pass_of: int | None = None  # the time of the tie that is read through links that count rows
        self._pass_fresh, self._truncates = False, False
        self._ties: set[int] = set()  # that were read so; none of them is proven before the end
        self._unsure: int | None = None
        self._passes = self._rounds = self._backs = 0
        self._largest = 1
        self._begun: int | None = None  # the server's clock when the present chain began

    def take(self, marks: Sequence[FeedMark], link: str | None, date: int | None = None) -> list[int]:
        asked, self.ask = self.ask, None
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
        """The time before which nothing can have been missed."""
        doubts = ({self._unsure} if self._unsure is not None else set()) | (self._ties if self.ask else set())
        return min(doubts, default=self._reach)

    def refused(self) -> bool:
        """Only a tie-break that the server does not know can be done without."""
        asked = self.ask
        if asked is None or asked.after is None or not self._tie_break:
            return False
        self._tie_break = False
        self._end_without_tie_break()
        return True

    def without_tie_break(self) -> None:
        """The server sorts by time only, and knows no tie-break."""
        self._tie_break = False

    def _breaks_order(self, asked: Ask, marks: Sequence[FeedMark], fresh: list[int]) -> bool:
        if any(one.time > other.time for one, other in pairwise(marks)):
            return True
        if asked.link is None:  # what is earlier than was asked for shows that the filter is not heeded
            return self._since is not None and any(mark.time < self._since for mark in marks)
        floor = self._reach if self._pass_of is None else self._pass_of
        return floor is not None and any(marks[at].time < floor for at in fresh)

    def _go_on(self, asked: Ask, marks: Sequence[FeedMark], link: str | None) -> None:
        later = bool(marks) and (self._since is None or marks[-1].time > self._since)
        in_circle = link is not None and hash(link) in self._followed
        link = None if in_circle else link
        self._pass_fresh |= in_circle  # a pass that was broken off proves nothing
        self._truncates |= asked.later and bool(marks) and not later
        if link is not None and self._trusts_links and not counts_rows(link):
            self._linked_to = self._reach
            self._follow(link)
        elif self._pass_of is not None and self._passes_on(later, link):
            pass
        elif later:
            self._ask_from(self._clean(marks[-1].time), full=link is not None or len(marks) >= self._largest)
        elif link is not None and self._since is None:
            self._follow(link)  # nothing was read yet, so no row can have moved past
        elif link is not None:
            self._begin_pass(link)
        elif in_circle and self._since is not None:
            self._ask_from(self._since, full=True)
        elif marks and (asked.after is not None or self._is_full(marks)):
            self._break_tie(marks[-1].key)

    def _clean(self, time: int) -> int:
        """From where to ask anew: what changed while links were followed may have been moved past by them."""
        if self._followed and self._begun is not None and (self._since is None or self._begun > self._since):
            return min(time, self._begun)
        return time

    def _is_full(self, marks: Sequence[FeedMark]) -> bool:
        return len(marks) >= min(self._largest, self._page_size) and len(marks) >= min(2, self._page_size)

    def _follow(self, link: str) -> None:
        self._followed.add(hash(link))
        self.ask = Ask(link=link)

    def _begin_pass(self, link: str) -> None:
        assert self._since is not None
        self._pass_of, self._pass_fresh, self._passes = self._since, False, 0
        self._ties.add(self._since)
        self._follow(link)

    def _ask_from(self, time: int, *, full: bool, later: bool = False) -> None:
        """Asks anew from a time on. Changes that go on coming, a few at a time, are left to the next walk."""
        self._rounds += not full
        if full or self._rounds <= MOST_ROUNDS:
            self._since = time
            self._followed.clear()
            self.ask = Ask(time, later=later)

    def _go_back(self, time: int, asked: Ask, marks: Sequence[FeedMark], link: str | None) -> None:
        """A record has moved: any link that was followed since may have missed the one that took its place.

        When records do not stop to move, the next run begins there.
        """
        self._trusts_links = False
        if self._backs == MOST_ROUNDS:
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
        """Goes on through the tie, through it once more, or after it.

        What a link that counts rows brings from after the tie may lack a row too, so that is asked for anew. False
        is for a server that cannot be asked so, because it writes its times shorter than it keeps them.
        """
        assert self._pass_of is not None
        if not later and link is not None:
            self._follow(link)
        elif self._pass_fresh and self._passes < MOST_PASSES:
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
        """The page is full of records of one time, and nothing leads to the next."""
        self.ask = Ask(self._since, key)
        if not self._tie_break:
            self._end_without_tie_break()

    def _end_without_tie_break(self) -> None:
        self.ask = None
        if self._largest >= self._page_size and not self.gives_links:
            raise FeedFailed(
                f"{self._largest} records or more have the same ModificationTimestamp, and the server neither links "
                "to the next page nor takes ListingKey in a filter; a larger page_size may help"
            )


class UnorderedWalk:
    """Through a feed that answers in no order, by its links alone; `link` is where the present chain of them is.

    `latest` and `begun` are what was found of the chain so far, for one that is resumed: the latest time in it, and
    the server's clock when it began.
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
        self.ask: Ask | None = Ask(start, link=link)
        self.link, self.latest, self.begun = link, latest, begun
        self.gives_links = gives_links
        self._seen, self._page_size = seen or SeenRecords(), page_size
        self._followed: set[int] = set()  # by a hash of the link
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
            self.link, self.ask = link, Ask(link=link)
        return fresh

    def refused(self) -> bool:
        """A link that was kept from an earlier run may have run out; then the chain begins anew."""
        if self.link is None or self._followed:
            return False
        self.link, self.latest, self.begun = None, None, None
        self.ask = Ask(self.position)
        return True

    def _begin_again(self) -> None:
        self._circles += 1
        if self._circles > MOST_ROUNDS:
            raise FeedFailed("the links of the server lead in a circle, and it answers in no order")
        self.link, self.latest, self.begun = None, None, None
        self._followed.clear()
        self._progress.read_anew()
        self.ask = Ask(self.position)

    def _end(self, length: int) -> None:
        """Everything was read: what changed after the chain began may be in it, or not."""
        if length >= self._page_size and not self.gives_links:
            raise FeedFailed(
                f"the server gives {length} records in no order, and no link to the next page; "
                "a larger page_size may help"
            )
        if self.latest is not None:
            reach = self.latest if self.begun is None else min(self.latest, self.begun)
            self.position = reach if self.position is None else max(self.position, reach)
        self._rounds += 1
        again = self._fresh and self._rounds < MOST_ROUNDS
        self.ask = Ask(self.position) if again else None
        self.link, self.latest, self.begun, self._fresh = None, None, None, False
        self._followed.clear()
        self._progress.read_anew()
