"""One sync run of a feed: requests pages and stores them in parts, each together with the position after it.

A part of a page and its position are one transaction, so an interrupted run resumes without losing or duplicating
anything. Everything that a transaction needs is computed before it starts.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from time import time_ns
from typing import TYPE_CHECKING, Any, Protocol

from backend.app.core_gov.market import service as market
from backend.app.core_gov.mls import queries, store
from backend.app.core_gov.mls.errors import BadResponse, FeedFailed, QueryRefused
from backend.app.core_gov.mls.feeds import Feed
from backend.app.core_gov.mls.listings import NOT_LISTED, ClassifiedRecords, Refusal, SaleOf, classify
from backend.app.core_gov.mls.odata import (
    NO_PAGE,
    FeedMark,
    ODataPage,
    Record,
    has_only_annotations,
    key_of,
    literal,
    mark_of,
    nanoseconds,
    read_page,
    says_no_records,
)
from backend.app.core_gov.mls.paging.ordered import OrderedWalk
from backend.app.core_gov.mls.paging.unordered import UnorderedWalk
from backend.app.core_gov.mls.paging.walk import PageRequest, PageWalk, Progress
from backend.app.core_gov.mls.rejected_records import Refusals
from backend.app.core_gov.mls.schemas import FeedState
from backend.app.core_gov.mls.throttle import RequestPacing
from backend.app.kit import clock
from backend.app.kit.data_files.import_result import LeftOutValues
from backend.app.kit.data_files.source_rows import UpsertCounts
from backend.app.kit.db import Ctx, Database, Tx
from backend.app.kit.output.progress import ReportProgress

if TYPE_CHECKING:
    from backend.app.core_gov.mls.client import Client, ServerResponse

PART = 250
"""Records per transaction."""

MAX_LINKS = 200
MIN_GUARDED, MAX_REMOVED_SHARE = 20, 0.2
"""Deletion guard: removing more sales than both this number and this share requires confirmation."""


class FeedLease(Protocol):
    """Lease held by one process at a time. Both methods raise LeaseLost."""

    def check(self) -> None: ...

    def confirm(self, tx: Tx) -> None: ...


@dataclass
class Run:
    """Dependencies and progress of a run; `state` is the last committed state."""

    db: Database
    ctx: Ctx
    feed: Feed
    lease: FeedLease
    client: "Client"
    pace: RequestPacing
    sale_of: SaleOf
    refusals: Refusals
    report: ReportProgress
    state: FeedState
    accept_deletions: bool = False
    options: int = 0
    key_form: int = 0
    shown: tuple[int, int] = field(default=(0, 0))
    notes: set[str] = field(default_factory=set)
    left_out: LeftOutValues = field(default_factory=LeftOutValues)

    # Transactions

    def store(self, found: ClassifiedRecords, **changes: Any) -> None:
        """Store the classified records and the changed state in one transaction."""
        self.refusals.add(found.refused)
        for key, sale in found.sales.items():
            self.left_out.note(f"record {key}", sale.left_out)
        requests = {str(minute): count for minute, count in self.pace.requests_by_minute.items()}
        state = self.state.model_copy(update={**changes, "asked": requests, "refused_file": self.refusals.file})
        self.state = self.db.write_now(self.ctx, _store, self, found, state)

    def report_progress(self, done: int, total: int) -> None:
        self.shown = (done, max(done, total))
        self.report(*self.shown)

    # Requests

    def get_page(self, url: str) -> "ServerResponse[ODataPage]":
        self.lease.check()
        return self.client.get(url, read_page)

    def get_events(self, url: str) -> ODataPage:
        """Return a page of events; none if the server says so with a 404."""
        try:
            return self.get_page(url).data
        except QueryRefused as refused:
            if not self.is_empty(refused):
                raise
            return NO_PAGE

    def is_empty(self, refused: QueryRefused) -> bool:
        """Return True if a 404 means that there are no records, or no more: some servers answer so instead of a list.

        The feed of a market with sales has records, so its server must say that there are none.
        """
        had_records = self.state.position is not None and not self.state.counts.read
        empty = refused.may_be_empty and (not had_records or says_no_records(refused.message))
        self.notes |= {f"{refused.detail}: read as no records"} if empty else set()
        return empty

    def by_keys(self, keys: Sequence[str]) -> Iterator[tuple[list[str], list[Record]]]:
        """Yield keys and their records in batches that fit into one request; missing records are left out."""
        remaining = list(keys)
        while remaining:
            batch = queries.batches(remaining, self.key_form)[0]
            try:
                records = self._batch(batch)
            except QueryRefused as refused:
                self._use_next_key_form(refused)
                continue
            yield batch, records
            remaining = remaining[len(batch) :]

    def _use_next_key_form(self, refused: QueryRefused) -> None:
        if refused.code not in {400, 404, 405, 414, 501} or self.key_form == queries.KEY_FORMS - 1:
            raise refused
        self.key_form += 1

    def _batch(self, keys: Sequence[str]) -> list[Record]:
        if self.key_form == queries.KEY_FORMS - 1:
            return self._single(keys[0])
        found: dict[str, Record] = {}
        for _ in range(2):  # retry missing keys, because pages may be shorter than requested
            missing = [key for key in keys if key not in found]
            if missing:
                found |= self._linked(queries.by_keys(self.feed, missing, self.key_form), set(keys))
        return [found[key] for key in keys if key in found]

    def _linked(self, url: str, wanted: set[str]) -> dict[str, Record]:
        found: dict[str, Record] = {}
        progress = Progress()
        for _ in range(MAX_LINKS):
            page = self.get_page(url).data
            given = {key: each for each in page.records if (key := key_of(each)) in wanted and key is not None}
            progress.note((), fresh=not found.keys() >= given.keys())
            found |= given
            if page.link is None or len(found) == len(wanted):
                return found
            url = queries.absolute_url(page.link, url)
        raise FeedFailed(f"the server returns more than {MAX_LINKS} pages for {len(wanted)} records")

    def _single(self, key: str) -> list[Record]:
        self.lease.check()
        try:
            return self.client.get(queries.by_keys(self.feed, [key], self.key_form), _one_record).data
        except QueryRefused as refused:
            if refused.code in {404, 410}:
                return []
            raise


def _store(tx: Tx, run: Run, found: ClassifiedRecords, state: FeedState) -> FeedState:
    run.lease.confirm(tx)
    table, source = run.feed.table, run.feed.source
    written = UpsertCounts()
    if found.sales:
        written = market.upsert_sales(tx, table.market, source, [*found.sales.values()], {"feed": run.feed.name})
    removed = 0
    for reason, keys in _by_reason(market.keys_on_file(tx, table.market, source, found.gone), found.gone).items():
        removed += market.remove_sales(tx, table.market, source, keys, reason)
    counts = state.counts.plus(
        read=found.read,
        stored=written.stored,
        updated=written.updated,
        on_file=written.on_file,
        removed=removed,
        refused=len(found.refused),
    )
    state = state.model_copy(update={"counts": counts.model_copy(update={"requests": run.client.requests})})
    store.put(tx, run.feed.name, table.market, state)
    return state


def _by_reason(on_file: set[str], gone: dict[str, str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for key in sorted(on_file):
        found.setdefault(gone[key], []).append(key)
    return found


def _one_record(response: object) -> list[Record]:
    """Return the record of a single-record request, whether the server sends it bare or in a list."""
    if isinstance(response, dict) and isinstance(response.get("value"), list):
        return read_page(response).records
    if not isinstance(response, dict):
        raise BadResponse("the response is not a JSON object")
    return [] if has_only_annotations(response) else [response]


# Changes


def read_changes(run: Run) -> None:
    """Read all changes since the position. Raises FeedFailed."""
    walk = _walk(run)
    total = 0
    while (page_request := walk.page_request) is not None:
        url = queries.changes(run.feed, page_request, queries.query_options(run.feed)[run.options])
        try:
            response = run.get_page(url)
            page, date = response.data, response.date
        except QueryRefused as refused:
            if page_request.link is not None or not run.is_empty(refused):
                walk = _with_simpler_options(run, walk, page_request, refused)
                continue
            page, date = NO_PAGE, None
        if page_request.link is None and page.count is not None:
            total = run.state.counts.read + page.count
        walk = _take(run, walk, page, queries.absolute_url(page.link, url) if page.link else None, date)
        coming = 0 if walk.page_request is None else len(page.records)
        run.report_progress(run.state.counts.read, total or run.state.counts.read + coming)
    run.report_progress(run.state.counts.read, run.state.counts.read)


def _walk(run: Run) -> PageWalk:
    """Return the walk from the end of the last run, or from the point where it was interrupted."""
    feed, state, profile = run.feed, run.state, run.feed.profile
    start = nanoseconds(state.position)
    gives = profile.links or state.gives_links
    if not profile.ordered or state.unordered:
        return UnorderedWalk(
            start,
            page_size=feed.page_size,
            gives_links=gives,
            link=state.link,
            latest=nanoseconds(state.latest),
            begun=nanoseconds(state.begun),
        )
    return OrderedWalk(start, page_size=feed.page_size, tie_break=profile.tie_break, gives_links=gives)


def _with_simpler_options(run: Run, walk: PageWalk, page_request: PageRequest, refused: QueryRefused) -> PageWalk:
    """Return the walk with a simpler form of the rejected request. Raises QueryRefused if there is none."""
    if walk.refused():
        return walk
    known = queries.query_options(run.feed)
    simpler = run.options + 1
    if refused.code not in {400, 501} or page_request.link is not None or run.options == len(known) - 1:
        raise refused
    run.options = simpler
    if not isinstance(walk, OrderedWalk) or known[simpler].tie_break:
        return walk
    walk.without_tie_break()
    return walk


def _take(run: Run, walk: PageWalk, page: ODataPage, link: str | None, date: int | None) -> PageWalk:
    """Store the new records of a page. Return the walk to continue with."""
    placed = [(mark, record) for record in page.records if (mark := mark_of(record)) is not None]
    refused = [_unplaced(record) for record in page.records if mark_of(record) is None]
    places = walk.take([mark for mark, _ in placed], link, date)
    now = date or time_ns()
    if isinstance(walk, OrderedWalk) and walk.disordered:
        walk = UnorderedWalk(walk.start, page_size=run.feed.page_size, gives_links=walk.gives_links, seen=walk.seen)
        run.store(ClassifiedRecords(), position=_written(walk.position, now), unordered=True)
    new = [placed[at] for at in places]
    if run.feed.profile.keys_only:
        _store_by_key(run, walk, [mark for mark, _ in new], now)
    else:
        for at in range(0, len(new), PART):
            part = new[at : at + PART]
            found = classify([record for _, record in part], run.sale_of)
            run.store(found, position=_written(_position(walk, part[-1][0]), now))
    found = ClassifiedRecords(len(refused), refused=refused)
    run.store(found, position=_written(walk.position, now), **_chain(run, walk))
    return walk


def _position(walk: PageWalk, mark: FeedMark) -> int | None:
    """Return the position from which the next run may start if this is the last stored record."""
    return None if walk.position is None else min(walk.position, mark.time)


def _chain(run: Run, walk: PageWalk) -> dict[str, Any]:
    """Return the saved part of a walk's state. A link that contains a secret is not saved."""
    if not isinstance(walk, UnorderedWalk):
        return {"gives_links": walk.gives_links}
    link = walk.link if walk.link is not None and run.client.may_be_stored(walk.link) else None
    return {
        "gives_links": walk.gives_links,
        "link": link,
        "latest": _written(walk.latest),
        "begun": _written(walk.begun),
    }


def _store_by_key(run: Run, walk: PageWalk, marks: Sequence[FeedMark], now: int) -> None:
    """Fetch and store the records of a list of keys, one request at a time; missing records count as deleted."""
    times = {mark.key: mark.time for mark in marks}
    done = run.state.counts.read
    for batch, records in run.by_keys(list(times)):
        found = _found(batch, records, run.sale_of)
        run.store(found, position=_written(_position(walk, FeedMark(batch[-1], times[batch[-1]])), now))
        run.report_progress(run.state.counts.read, done + len(times))


def _found(keys: Sequence[str], records: Sequence[Record], sale_of: SaleOf) -> ClassifiedRecords:
    found = classify(records, sale_of)
    returned = {key_of(record) for record in records}
    found.gone |= {key: NOT_LISTED for key in keys if key not in returned}
    found.read = len(keys)
    return found


def _unplaced(record: Record) -> Refusal:
    return Refusal(key_of(record), "ListingKey or ModificationTimestamp is missing or invalid", record)


def _written(time: int | None, now: int | None = None) -> str | None:
    """Return a time as stored, capped at now: a time in the future would hide every earlier change."""
    return None if time is None else literal(time if now is None else min(time, now))


# Deletions


def due_to_compare(run: Run) -> bool:
    """Return True if all keys are to be compared in this run."""
    hours, last = run.feed.compare_hours, run.state.compared_at
    if hours == 0:
        return False
    return last is None or datetime.fromisoformat(clock.now()) - datetime.fromisoformat(last) >= timedelta(hours=hours)


def compare_keys(run: Run) -> None:
    """Remove the sales that the feed no longer lists, according to the list of all its keys. Raises FeedFailed.

    A key that is missing from the list proves nothing by itself, so it is requested directly if the server allows that.
    """
    on_file = run.db.snapshot_now(market.keys_on_file, run.feed.table.market, run.feed.source)
    missing = sorted(on_file - _listed(run)) if on_file else []
    gone = []
    if run.feed.profile.by_key:
        for batch, records in run.by_keys(missing):
            run.store(classify(records, run.sale_of))
            returned = {key_of(record) for record in records}
            gone += [key for key in batch if key not in returned]
    else:
        gone = missing
    if len(gone) > max(MIN_GUARDED, MAX_REMOVED_SHARE * len(on_file)) and not run.accept_deletions:
        raise FeedFailed(
            f"the feed no longer lists {len(gone):,} of its {len(on_file):,} sales, and none was removed; "
            "if they are really gone, sync it with --compare --accept-deletions"
        )
    for at in range(0, len(gone), PART):
        run.store(ClassifiedRecords(gone=dict.fromkeys(gone[at : at + PART], NOT_LISTED)))
    run.store(ClassifiedRecords(), compared_at=clock.now())


def _listed(run: Run) -> set[str]:
    """Return all keys of the feed."""
    feed, profile = run.feed, run.feed.profile
    keys: set[str] = set()
    walk: PageWalk
    gives = profile.links or run.state.gives_links
    if profile.ordered and not run.state.unordered:
        walk = OrderedWalk(None, page_size=feed.page_size, tie_break=profile.tie_break, gives_links=gives)
    else:
        walk = UnorderedWalk(None, page_size=feed.page_size, gives_links=gives)
    while (page_request := walk.page_request) is not None:
        url = queries.changes(feed, page_request, queries.query_options(feed)[run.options], keys_only=True)
        try:
            response = run.get_page(url)
        except QueryRefused as refused:
            walk = _with_simpler_options(run, walk, page_request, refused)
            continue
        marks = [mark for record in response.data.records if (mark := mark_of(record)) is not None]
        keys |= {mark.key for mark in marks}
        walk.take(marks, queries.absolute_url(response.data.link, url) if response.data.link else None, response.date)
        if isinstance(walk, OrderedWalk) and walk.disordered:
            walk = UnorderedWalk(None, page_size=feed.page_size, gives_links=walk.gives_links, seen=walk.seen)
        run.report_progress(len(keys), response.data.count or len(keys))
    return keys
