"""Service of the feeds in `feeds.toml`: sync and status."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from socket import gethostname

from backend.app import __version__
from backend.app.core_gov.audit import service as audit
from backend.app.core_gov.market import service as market
from backend.app.core_gov.market.importing.profiles import SaleReader, ready
from backend.app.core_gov.market.importing.sale_checks import SaleTerms
from backend.app.core_gov.market.schemas import MarketCreate
from backend.app.core_gov.market.screening.screen_market import ScreeningResult, screen
from backend.app.core_gov.mls import events, store, sync
from backend.app.core_gov.mls.feeds import Feed, find_feed, read_feeds
from backend.app.core_gov.mls.feeds import feeds_of_market as feeds_in_file
from backend.app.core_gov.mls.odata import NS, literal, nanoseconds
from backend.app.core_gov.mls.rejected_records import MAX_KEPT, Refusals
from backend.app.core_gov.mls.schemas import Counts, FeedState
from backend.app.core_gov.mls.throttle import Clock, RequestPacing
from backend.app.kit.clock import local_day
from backend.app.kit.data_files.import_result import LeftOutValues
from backend.app.kit.db import Ctx, Database, Tx
from backend.app.kit.errors import AppError, BadInput, Conflict, StoreFull, StoreUnavailable, failed_after
from backend.app.kit.file_lock import is_alive
from backend.app.kit.jobs import leases
from backend.app.kit.jobs.lease_holder import HeldLease, LeaseHolder
from backend.app.kit.jobs.lease_holder import about as about_holder
from backend.app.kit.jobs.leases import LeaseLost
from backend.app.kit.output.progress import ReportProgress
from backend.app.kit.text import counted
from backend.app.settings import Settings


@dataclass(frozen=True, slots=True)
class SyncOptions:
    """Options of a run, besides reading the changes."""

    compare: bool = False
    accept_deletions: bool = False
    from_start: bool = False


@dataclass(frozen=True, slots=True)
class SyncOutcome:
    """Outcome of a run; `refused_file` is None if no record was rejected."""

    name: str
    market: str
    counts: Counts
    compared: bool
    refused_file: Path | None
    screened: ScreeningResult | None
    notes: tuple[str, ...] = ()
    left_out: LeftOutValues = field(default_factory=LeftOutValues)

    def lines(self) -> list[str]:
        """Return the outcome as lines of text for the user."""
        c = self.counts
        requests = f"{counted(c.read, 'records')} read in {counted(c.requests, 'requests')}"
        sales = (
            f"{counted(c.stored, 'sales')} new, {c.updated:,} changed, {c.on_file:,} unchanged, {c.removed:,} removed"
        )
        found = [f"{self.name}: {requests}; {sales}, {counted(c.refused, 'records')} refused"]
        if self.compared:
            found.append("all keys were compared")
        found += [*self.notes, *self.left_out.lines("sales")]
        if self.refused_file:
            which = "" if c.refused <= MAX_KEPT else f"first {MAX_KEPT:,} "
            found.append(f"the {which}refused records are in {self.refused_file}, with the reason for each")
        return found + (self.screened.lines() if self.screened else [])


@dataclass(frozen=True, slots=True)
class FeedStatus:
    """A feed and its sync state; `state` is None if it was never synced."""

    name: str
    market: str
    profile: str
    state: FeedState | None = None

    @property
    def sentence(self) -> str:
        if self.state is None:
            return "never synced"
        if self.state.error:
            return f"failed: {self.state.error}"
        return "in progress or interrupted; sync it again" if self.state.unfinished else "up to date"


def feeds_file(settings: Settings) -> Path:
    return (settings.feeds_file or settings.data_dir / "feeds.toml").absolute()


def list_feeds(settings: Settings, db: Database) -> list[FeedStatus]:
    """Return every feed of the file with its state. Raises BadInput, or NotFound if there is no file."""
    states = db.snapshot_now(store.every)
    feeds = read_feeds(feeds_file(settings), settings.data_dir_absolute)
    return [
        FeedStatus(name, feed.table.market, feed.profile.name, states.get(name)) for name, feed in sorted(feeds.items())
    ]


def feeds_of_market(settings: Settings, market: str) -> list[str]:
    """Return the names of the feeds of a market in `feeds.toml`. Raises BadInput if the file cannot be read."""
    return feeds_in_file(feeds_file(settings), market)


def sync_feed(
    settings: Settings,
    db: Database,
    ctx: Ctx,
    name: str,
    report: ReportProgress,
    *,
    options: SyncOptions = SyncOptions(),
    clock: Clock | None = None,
) -> SyncOutcome:
    """Sync a market with its feed.

    What was stored stays even if the run fails; the next run resumes. Raises BadInput or NotFound for an invalid
    `feeds.toml`, Conflict if another process syncs the feed, and FeedFailed.
    """
    feed = find_feed(feeds_file(settings), settings.data_dir_absolute, name)
    with _alone(settings, db, ctx, feed) as held:
        run = _begin(settings, db, ctx, feed, held, report, options, clock or Clock())
        try:
            compared, screened = _read(run, options)
        except LeaseLost:
            raise Conflict(
                f"another process took over the sync of {name}: this one did not renew its lease in time"
            ) from None
        except AppError as error:
            with suppress(AppError, LeaseLost):  # if the error cannot be stored, it is still raised
                db.write_now(ctx, _failed, run, error.detail)
            if isinstance(error, StoreFull | StoreUnavailable):
                raise failed_after(error, run.state.counts.so_far()) from error
            raise
        finally:
            run.client.close()
        counts = run.state.counts
        refused_file = run.refusals.path if counts.refused else None
        return SyncOutcome(
            name, feed.table.market, counts, compared, refused_file, screened, tuple(sorted(run.notes)), run.left_out
        )


# Locking


@contextmanager
def _alone(settings: Settings, db: Database, ctx: Ctx, feed: Feed) -> Iterator[HeldLease]:
    """Hold the lease of the feed and, if requests are limited, that of its server, whose limit all feeds share."""
    lease_holder = LeaseHolder(db, ctx, kind="sync", version=__version__, seconds=settings.lease_s)
    lease_holder.start()
    try:
        held = _taken(db, ctx, lease_holder, f"feed:{feed.name}", f"the feed {feed.name}")
        if feed.profile.limits:
            _taken(db, ctx, lease_holder, f"feed-server:{feed.host}", f"another feed of {feed.host}")
        yield held
    finally:
        lease_holder.close()


def _taken(db: Database, ctx: Ctx, lease_holder: LeaseHolder, name: str, what: str) -> HeldLease:
    held = lease_holder.take(name)
    if held is None:
        holder = db.snapshot_now(leases.find, name)
        if holder is not None and _has_ended(holder):
            db.write_now(ctx, leases.release, name, holder.holder)
            held = lease_holder.take(name)
    if held is None:
        raise Conflict(f"{what} is being synced by another process; wait until it ends")
    return held


def _has_ended(lease: leases.Lease) -> bool:
    """Return True if the process that holds the lease ran on this machine and has ended.

    A wrong answer is harmless: a process that has lost its lease cannot store anything.
    """
    holder = about_holder(lease)
    return holder.get("host") == gethostname() and not is_alive(int(holder.get("pid", 0)))


# A run


def _begin(
    settings: Settings,
    db: Database,
    ctx: Ctx,
    feed: Feed,
    held: HeldLease,
    report: ReportProgress,
    options: SyncOptions,
    clock: Clock,
) -> sync.Run:
    from backend.app.core_gov.mls.client import Client  # slow to import, and most processes never sync

    state, requests, terms = db.write_now(ctx, _started, feed, held, options.from_start)
    limits = feed.profile.limits
    if feed.table.requests_per_second is not None:
        limits = (*limits, (feed.table.requests_per_second, 1.0))
    pace = RequestPacing(limits, clock, requests)
    return sync.Run(
        db=db,
        ctx=ctx,
        feed=feed,
        lease=held,
        client=Client(feed, pace, already=state.counts.requests),
        pace=pace,
        sale_of=SaleReader(ready("reso"), terms).sale,
        refusals=Refusals(settings.data_dir_absolute, feed.name, state.refused_file),
        report=report,
        state=state,
        accept_deletions=options.accept_deletions,
    )


def _started(tx: Tx, feed: Feed, held: HeldLease, from_start: bool) -> tuple[FeedState, dict[int, int], SaleTerms]:
    """Record the start of a run. Return its state, the requests made per minute, and the market's terms."""
    held.confirm(tx)
    terms = _terms(tx, feed)
    every = store.every(tx) if not from_start else {}
    before = every.get(feed.name)
    if before is None or before.fingerprint != feed.fingerprint:
        # Without stored sales, none can have been deleted.
        compared_at = None if market.keys_on_file(tx, feed.table.market, feed.source) else tx.now
        state = FeedState(
            fingerprint=feed.fingerprint,
            host=feed.host,
            unfinished=True,
            started_at=tx.now,
            compared_at=compared_at,
        )
    elif before.unfinished:
        state = before.model_copy(update={"error": None})
    else:
        kept = {"counts": Counts(), "unfinished": True, "started_at": tx.now, "error": None, "refused_file": None}
        state = before.model_copy(update=kept | {"position": _minus_overlap(before.position, feed)})
    store.put(tx, feed.name, feed.table.market, state)
    facts = {"market": feed.table.market, "from": state.position, "resumed": bool(before and before.unfinished)}
    audit.record_act(tx, "feed.sync_started", "feed", feed.name, facts)
    return state, _requests_by_minute(each for each in every.values() if each.host == feed.host), terms


def _minus_overlap(position: str | None, feed: Feed) -> str | None:
    """Return the position minus the overlap, because servers may commit late. Rereading records is harmless."""
    time = nanoseconds(position)
    return None if time is None else literal(time - feed.table.overlap_minutes * 60 * NS)


def _requests_by_minute(states: Iterable[FeedState]) -> dict[int, int]:
    found: dict[int, int] = {}
    for state in states:
        for minute, count in state.asked.items():
            found[int(minute)] = found.get(int(minute), 0) + count
    return found


def _terms(tx: Tx, feed: Feed) -> SaleTerms:
    """Return country and currency of the feed's market; create the market if the feed defines both. Raises BadInput."""
    table = feed.table
    known = market.find_market(tx, table.market)
    if known is None:
        if table.country is None or table.currency is None:
            raise BadInput(
                f"there is no market {table.market} yet: add its country and currency to {feed.name} in feeds.toml, "
                'such as country = "US" and currency = "USD", and it will be created'
            )
        market.create_market(tx, MarketCreate(name=table.market, country=table.country, currency=table.currency))
        return SaleTerms(table.country, table.currency, local_day(tx.now))
    if table.currency is not None and table.currency != known.currency:
        raise BadInput(f"{feed.name} is in {table.currency}, but the market {table.market} in {known.currency}")
    return SaleTerms(known.country, known.currency, local_day(tx.now))


def _read(run: sync.Run, options: SyncOptions) -> tuple[bool, ScreeningResult | None]:
    """Execute all steps of a run. Return whether all keys were compared, and the screening of changed sales."""
    events.note_last_event(run)
    sync.read_changes(run)
    events.read_events(run)
    compared = options.compare or sync.due_to_compare(run)
    if compared:
        sync.compare_keys(run)
    counts, screened = run.state.counts, None
    if counts.stored or counts.updated or counts.removed:
        screened = screen(run.db, run.ctx, run.feed.table.market, run.report)
    run.db.write_now(run.ctx, _finished, run, compared)
    return compared, screened


def _finished(tx: Tx, run: sync.Run, compared: bool) -> None:
    run.lease.confirm(tx)
    kept = {"unfinished": False, "finished_at": tx.now, "error": None}
    run.state = run.state.model_copy(update=kept)
    store.put(tx, run.feed.name, run.feed.table.market, run.state)
    facts = {"market": run.feed.table.market, "to": run.state.position, "compared": compared}
    audit.record_act(tx, "feed.sync_finished", "feed", run.feed.name, facts | run.state.counts.model_dump())


def _failed(tx: Tx, run: sync.Run, sentence: str) -> None:
    """Record why a run failed; the next run resumes."""
    run.lease.confirm(tx)
    requests = {str(minute): count for minute, count in run.pace.requests_by_minute.items()}
    run.state = run.state.model_copy(update={"error": sentence, "asked": requests})
    store.put(tx, run.feed.name, run.feed.table.market, run.state)
    facts = {"market": run.feed.table.market, "error": sentence, "at": run.state.position}
    audit.record_act(tx, "feed.sync_failed", "feed", run.feed.name, facts | run.state.counts.model_dump())
