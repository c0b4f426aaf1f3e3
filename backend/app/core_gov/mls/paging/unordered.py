"""Walk through a feed that returns records in no order."""

from collections.abc import Sequence

from backend.app.core_gov.mls.errors import FeedFailed
from backend.app.core_gov.mls.odata import FeedMark
from backend.app.core_gov.mls.paging.walk import MAX_ROUNDS, PageRequest, Progress, SeenRecords


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
        self._fresh, self._rounds, self._cycles = False, 0, 0

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
            self._restart()
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

    def _restart(self) -> None:
        self._cycles += 1
        if self._cycles > MAX_ROUNDS:
            raise FeedFailed("the server's links form a cycle, and its records are in no order")
        self.link, self.latest, self.begun = None, None, None
        self._followed.clear()
        self._progress.allow_reread()
        self.page_request = PageRequest(self.position)

    def _end(self, length: int) -> None:
        """Finish a pass. The position stops at the chain's start, because later changes may be missing."""
        if length >= self._page_size and not self.gives_links:
            raise FeedFailed(
                f"the server returns {length} records in no order and no link to the next page; "
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
        self._progress.allow_reread()
