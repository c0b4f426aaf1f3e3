"""Section `scale`: one large store on each database, and the cost of a million records."""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import psutil

from backend.app.bootstrap import Store, job, open_store
from backend.app.core_gov.comms import service as comms
from backend.app.kit.json_mirror import json_files
from bench.bulk import COMMON, RARE, a_text_message, fill_in_bulk
from bench.fill import Filled
from bench.load import quantile
from bench.measuring import Measured, bare_endpoint, check, measure, target_of
from bench.operations import OPERATIONS, PAGE, Operation
from bench.progress import Reporter
from bench.servers import READY, VALHALLA, YARDSTICK, Server, ServerFailed, serving
from bench.stores import BenchStore, Run
from bench.table import Figure

SECTION = "scale"
MIN_RECORDS = 100
"""Smallest store with every value that the requests filter by."""

CHANGES_S = 20
"""Changes per second while the JSON files are observed."""

MIRROR_TIMEOUT_S, NEXT_REWRITE_S = 600.0, 600.0
CALM_AFTER_S = 300.0
WHILE_WRITTEN_S = 2.0
MB = 1e6


def _of(name: str, value: str) -> Callable[[Any], bool]:
    return lambda page: 0 < len(page["items"]) <= PAGE and {draft[name] for draft in page["items"]} == {value}


def _lists() -> Iterator[Operation]:
    """Yield a page request for each filter: one by a common value, one by a rare value."""
    for name, value in COMMON.items():
        yield _list(name, value, "common")
        yield _list(name, RARE[name], "rare")


def _list(name: str, value: str, kind: str) -> Operation:
    path = f"/core/comms/drafts?{name}={value}&limit={PAGE}"
    return Operation("list", f"list of {PAGE}, a {kind} {name}", "GET", path, _of(name, value))


def _sorted_lists() -> Iterator[Operation]:
    """Yield a page request for each sort: of all drafts, of a common status, and of several statuses."""
    for sort in ("updated_at", "-updated_at", "to"):
        path = f"/core/comms/drafts?sort={sort}&limit={PAGE}"
        common, rare = COMMON["status"], RARE["status"]
        yield Operation("sort", f"list of {PAGE}, by {sort}", "GET", path, _page)
        yield Operation("sort", f"list of {PAGE}, by {sort}, a common status", "GET", f"{path}&status={common}", _page)
        both = f"{path}&status={common}&status={rare}"
        yield Operation("sort", f"list of {PAGE}, by {sort}, two statuses", "GET", both, _page)
    rare_deal = f"/core/comms/drafts?sort=-updated_at&limit={PAGE}&deal_id={RARE['deal_id']}"
    yield Operation("sort", f"list of {PAGE}, by -updated_at, a rare deal_id", "GET", rare_deal, _page)
    yield Operation("sort", "a count of all", "GET", "/core/comms/drafts?count=true&limit=1", _page)


def _page(page: Any) -> bool:
    return "items" in page


_OWN = {operation.name: operation for operation in OPERATIONS}
_NEWEST = Operation("list", f"list of {PAGE}, the newest", "GET", f"/core/comms/drafts?limit={PAGE}", _page)
_DEEP = Operation("page", f"page of {PAGE} anywhere", "GET", f"{_NEWEST.path}&cursor={{id}}", _page, ids="cursors")
_DEEP_OF = Operation(
    "page",
    f"page of {PAGE} anywhere, a status",
    "GET",
    f"/core/comms/drafts?status={COMMON['status']}&limit={PAGE}&cursor={{id}}",
    _page,
    ids="cursors",
)
REQUESTS = (_OWN["get"], _NEWEST, *_lists(), _DEEP, _DEEP_OF, *_sorted_lists(), _OWN["patch"], _OWN["post"])
PARTS = ("mirror", *dict.fromkeys(operation.name for operation in REQUESTS))


@dataclass(frozen=True, slots=True)
class Wanted:
    """Parameters of the section: the size of the stores, and the selected parts of `PARTS`."""

    run: Run
    records: int
    parts: tuple[str, ...]

    @property
    def operations(self) -> list[Operation]:
        return [operation for operation in REQUESTS if operation.name in self.parts]


def steps(wanted: Wanted) -> int:
    """Return the number of steps that `figures` reports."""
    writes = any(operation.method != "GET" for operation in wanted.operations)
    rest = len(wanted.operations) + writes + 2 if wanted.operations else 0
    return len(wanted.run.databases) * (2 + ("mirror" in wanted.parts) + rest)


def figures(wanted: Wanted, reporter: Reporter) -> Iterator[Figure]:
    """Measure everything, and yield each figure when it is known."""
    with serving(YARDSTICK, wanted.run.directory / "yardstick.log", "/") as yardstick:
        for database in wanted.run.databases:
            store = BenchStore(wanted.run, database, wanted.records)
            yield from _Block(wanted, store, yardstick, reporter).figures()


@dataclass(slots=True)
class _Block:
    """One large store."""

    wanted: Wanted
    store: BenchStore
    yardstick: Server
    reporter: Reporter
    filled: Filled = field(default_factory=Filled)

    def figures(self) -> Iterator[Figure]:
        yield from self._filling()
        yield from self._json_files()
        if self.wanted.operations:
            yield from self._serving()
            yield from self._starting_after_a_crash()
        yield self._figure("database on disk", self.store.database_mb(), "MB")

    def _figure(self, measure_: str, value: float, unit: str, **more: Any) -> Figure:
        return Figure(SECTION, self.store.database, self.store.size, measure_, value, unit, **more)

    def _step(self, what: str) -> None:
        self.reporter.step(f"{self.store.name}: {what}")

    def _filling(self) -> Iterator[Figure]:
        self._step("filling")
        with self.reporter.counting("records", self.store.size) as counter:
            self.filled = fill_in_bulk(self.store, self.store.size, counter.advance)
        self.store.tidy()
        yield self._figure("filling in bulk", self.filled.records / self.filled.seconds, "/s")

    def _json_files(self) -> Iterator[Figure]:
        """Open the store, which writes the stale JSON files, then measure them under steady changes."""
        self._step("writing the JSON files")
        with open_store(self.store.settings) as opened:
            observer = _MirrorObserver(opened, self.store)
            observer.wait_until_current()
            if "mirror" in self.wanted.parts:
                self._step(f"{CHANGES_S} changes a second, for two rewrites of drafts.json")
                observer.measure_steady_changes(self.wanted.run.seconds)
                yield from self._mirror_figures(observer)

    def _mirror_figures(self, observer: "_MirrorObserver") -> Iterator[Figure]:
        taken = sorted(observer.taken_s)
        p50, p99 = (1000 * quantile(taken, share) for share in (0.50, 0.99))
        yield self._figure("drafts.json", observer.file_mb, "MB")
        yield self._figure("writing it", observer.computed_s / observer.rewrites, "s CPU")
        if self.store.url:
            yield self._figure("… the database server's part", observer.database_s / observer.rewrites, "s CPU")
        yield self._figure("… interval between rewrites", observer.elapsed_s / observer.rewrites, "s")
        yield self._figure("… share of a core", observer.computed_s / observer.elapsed_s, "")
        yield self._figure("… disk writes", observer.rewrites * observer.file_mb / observer.elapsed_s, "MB/s")
        yield self._figure("… maximum lag", observer.lag_s, "s")
        yield self._figure("… changes at the same time", len(taken) / observer.elapsed_s, "/s", p50_ms=p50, p99_ms=p99)

    def _serving(self) -> Iterator[Figure]:
        self._step("start with data")
        with serving(VALHALLA, self.store.log, READY, self.store.environment) as server:
            yield self._figure("start, with data", server.started_s, "s")
            yield self._figure("… and busy afterwards for", server.wait_until_calm(CALM_AFTER_S), "s")
            all_measured: list[Measured] = []
            written = False
            for operation in self.wanted.operations:
                check(server, operation, self.filled)
                if operation.method != "GET" and not written:
                    yield self._during_rewrite(server, operation)
                    written = True
                self._step(operation.title)
                all_measured.append(self._measured(self.wanted.run, server, operation))
                yield all_measured[-1].figure(SECTION, self.store, operation.title)
            yield bare_endpoint(SECTION, self.store, all_measured)
            yield self._figure("memory of the server", server.memory_mb(), "MB")
            server.process.kill()

    def _during_rewrite(self, server: Server, operation: Operation) -> Figure:
        """Measure while the first changes cause a rewrite of drafts.json. The next rewrite is not due for a while."""
        title = f"{operation.title}, during a rewrite"
        self._step(title)
        run = replace(self.wanted.run, seconds=min(WHILE_WRITTEN_S, self.wanted.run.seconds))
        measured = self._measured(run, server, operation)
        server.wait_until_calm(CALM_AFTER_S)
        return measured.figure(SECTION, self.store, title)

    def _measured(self, run: Run, server: Server, operation: Operation) -> Measured:
        return measure(run, server, target_of(server, operation, self.filled), self.yardstick)

    def _starting_after_a_crash(self) -> Iterator[Figure]:
        self._step("start after a crash")
        with serving(VALHALLA, self.store.log, READY, self.store.environment) as server:
            yield self._figure("start, after kill -9", server.started_s, "s")


class _MirrorObserver:
    """Observer of the JSON files after opening: the cost of writing them, and their lag."""

    def __init__(self, opened: Store, store: BenchStore) -> None:
        self._opened, self._store = opened, store
        self._path: Path = store.data_dir / "comms" / "drafts.json"
        self._database_s = store.database_cpu_s()
        self._computed_s = 0.0
        self.computed_s = self.database_s = self.elapsed_s = self.lag_s = 0.0
        self.rewrites = 0
        self.taken_s: list[float] = []

    @property
    def file_mb(self) -> float:
        return self._path.stat().st_size / MB

    def wait_until_current(self) -> None:
        if not self._opened.mirror.wait_in_step(MIRROR_TIMEOUT_S):
            raise ServerFailed(f"the JSON files were not written within {MIRROR_TIMEOUT_S:.0f} s")
        self._read_clocks()

    def measure_steady_changes(self, at_least_s: float) -> None:
        """Make changes for at least this many seconds, from one write of the file to another."""
        self._change_until_written(0.0)
        self._read_clocks()
        self.taken_s.clear()
        self.lag_s, self.rewrites, started = 0.0, 0, time.monotonic()
        self._change_until_written(at_least_s)
        self.elapsed_s = time.monotonic() - started
        self._read_clocks()

    def _change_until_written(self, at_least_s: float) -> None:
        started, before = time.monotonic(), json_files.signature(self._path)
        rewrites, due = 0, 0.0
        while due < at_least_s or rewrites == 0:
            if due > NEXT_REWRITE_S:
                raise ServerFailed(f"drafts.json was not written within {NEXT_REWRITE_S:.0f} s")
            time.sleep(max(0.0, started + due - time.monotonic()))
            self._change()
            self.lag_s = max(self.lag_s, self._opened.mirror.lag_s())
            now = json_files.signature(self._path)
            rewrites += now != before
            before = now
            due += 1 / CHANGES_S
        self.rewrites += rewrites

    def _change(self) -> None:
        began = time.perf_counter()
        self._opened.db.write_now(job("bench"), comms.create_draft, a_text_message())
        self.taken_s.append(time.perf_counter() - began)

    def _read_clocks(self) -> None:
        """Record the CPU time since the last call."""
        before, self._computed_s = self._computed_s, _computed_s("valhalla-mirror")
        self.computed_s = self._computed_s - before
        before, self._database_s = self._database_s, self._store.database_cpu_s()
        self.database_s = self._database_s - before


def _computed_s(name: str) -> float:
    """Return the CPU time of a thread of this process (seconds)."""
    ids = {thread.native_id for thread in threading.enumerate() if thread.name == name}
    return sum(float(t.user_time + t.system_time) for t in psutil.Process().threads() if t.id in ids)
