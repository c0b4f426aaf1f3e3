"""The section `requests`: how many requests a second Valhalla answers, on each database and at each size.

The speed of a machine drifts, and others may be working on it. So the yardstick is measured before and after
every operation, and the share is taken of the mean of the two; when they differ the operation is measured again,
and the calmer of the two measurements counts.
"""

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bench.fill import Filled, fill, planned
from bench.load import Plan, Seen, put_load
from bench.operations import Operation
from bench.profiled import BEGIN, END
from bench.progress import Reporter
from bench.servers import PROFILED, VALHALLA, YARDSTICK, Postgres, Server, ServerFailed, serving
from bench.table import Figure

SECTION = "requests"
KEPT = 0.9
"""The share of the figure at the smallest size that must be left at any other."""
MEMORY_MB, MEMORY_AT = 200, 100_000
NOISE = 0.10
TRIES = 2
READY = "/readyz"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be measured; `operations` in the order of measurement."""

    directory: Path
    databases: tuple[str, ...]
    sizes: tuple[int, ...]
    operations: tuple[Operation, ...]
    seconds: float
    connections: int
    postgres: Postgres | None

    @property
    def blocks(self) -> int:
        """How many stores there are to fill."""
        return len(self.databases) * len(self.sizes)


@dataclass(frozen=True, slots=True)
class Load:
    """What a load generator saw, and what its requests cost the server (µs of computing for each)."""

    seen: Seen
    cpu_us: float

    @property
    def rate(self) -> float:
        return self.seen.rate


@dataclass(frozen=True, slots=True)
class Share:
    """One operation, and the yardstick around it."""

    load: Load
    before: Load
    after: Load

    @property
    def of_yardstick(self) -> float:
        return 2 * self.load.rate / (self.before.rate + self.after.rate)

    @property
    def noise(self) -> float:
        """By how much the yardstick changed meanwhile."""
        return abs(self.before.rate - self.after.rate) / max(self.before.rate, self.after.rate)


class Store:
    """A store to be measured: its directory, its database and the settings that lead to them."""

    def __init__(self, wanted: Wanted, database: str, size: int) -> None:
        self.database, self.size = database, size
        self.name = f"{database}, {size:,} records"
        self.directory = wanted.directory / f"{database}-{size}"
        self.directory.mkdir()
        self.log = self.directory / "server.log"
        self.settings = {"VALHALLA_DATA_DIR": str(self.directory / "data"), "VALHALLA_LOG_FORMAT": "json"}
        self.url: str | None = None
        if database == "postgresql":
            assert wanted.postgres is not None
            self.url = self.settings["VALHALLA_DATABASE_URL"] = wanted.postgres.new_database(f"bench_{size}")

    def fill(self, reporter: Reporter, postgres: Postgres | None) -> Filled:
        """Puts the records in, and leaves the database as it is after a while of its own."""
        from backend.app.settings import Settings

        settings = Settings(data_dir=self.directory / "data", database_url=self.url)
        with reporter.counting("records", planned(self.size)) as counter:
            filled = fill(settings, self.size, counter.advance)
        if self.url is not None and postgres is not None:
            postgres.tidy(self.url)
        return filled


def steps_of_measure(wanted: Wanted) -> int:
    """How many steps `measure` reports."""
    return wanted.blocks * (3 + len(wanted.operations))


def steps_of_profile(wanted: Wanted) -> int:
    """How many steps `profile` reports."""
    return wanted.blocks * (1 + len(wanted.operations))


def measure(wanted: Wanted, reporter: Reporter) -> Iterator[Figure]:
    """Measures everything that is wanted, and yields each figure when it is known."""
    with serving(YARDSTICK, wanted.directory / "yardstick.log", "/") as yardstick:
        for database in wanted.databases:
            shares: dict[str, float] = {}
            for size in wanted.sizes:
                yield from _block(wanted, Store(wanted, database, size), yardstick, shares, reporter)


def _block(
    wanted: Wanted, store: Store, yardstick: Server, shares: dict[str, float], reporter: Reporter
) -> Iterator[Figure]:
    """One database at one size; `shares` are those at the smallest size, filled in by the first block."""
    reporter.step(f"{store.name}: first start")
    with serving(VALHALLA, store.log, READY, store.settings) as server:
        first_start = server.started_s
    reporter.step(f"{store.name}: filling")
    filled = store.fill(reporter, wanted.postgres)
    reporter.step(f"{store.name}: start with data")
    with serving(VALHALLA, store.log, READY, store.settings) as server:
        later_start = server.started_s
        server.wait_until_calm()
        bare = [_load(yardstick, _plan_of_yardstick(wanted, yardstick))]
        for operation in wanted.operations:
            reporter.step(f"{store.name}: {operation.title}")
            _check(server, operation, filled)
            share = _share(wanted, server, yardstick, operation, filled, bare)
            smallest = shares.setdefault(operation.name, share.of_yardstick)
            yield _figure(store, operation, share, None if store.size == wanted.sizes[0] else smallest)
        memory = server.memory_mb()
    yield _bare(store, bare)
    yield _memory(store, memory)
    yield Figure(SECTION, store.database, store.size, "start, empty store", first_start, "s")
    yield Figure(SECTION, store.database, store.size, "start, with data", later_start, "s")
    yield Figure(SECTION, store.database, store.size, "filling by services", filled.records / filled.seconds, "/s")


def _check(server: Server, operation: Operation, filled: Filled) -> None:
    """Asks once and looks at the answer, and at its audit event if it changed something."""
    key = random.choice(operation.ids_of(filled) or [""])
    body = operation.body.replace("{n}", "once")
    found = json.loads(server.must(operation.method, operation.path.replace("{id}", key), body))
    if not operation.holds(found):
        raise ServerFailed(f"{operation.method} {operation.path} answered something else: {str(found)[:500]}")
    if operation.method != "GET":
        events = json.loads(server.must("GET", f"/core/audit/records/{found['id']}"))
        if not events["items"]:
            raise ServerFailed(f"{operation.method} {operation.path} left no audit event")


def _share(
    wanted: Wanted, server: Server, yardstick: Server, operation: Operation, filled: Filled, bare: list[Load]
) -> Share:
    """The operation measured between two measurements of the yardstick, which are added to `bare`."""
    tried: list[Share] = []
    for _ in range(TRIES):
        load = _load(server, _plan(wanted, server, operation, filled))
        bare.append(_load(yardstick, _plan_of_yardstick(wanted, yardstick)))
        tried.append(Share(load, *bare[-2:]))
        if tried[-1].noise <= NOISE:
            break
    return min(tried, key=lambda share: share.noise)


def _plan(wanted: Wanted, server: Server, operation: Operation, filled: Filled) -> Plan:
    return Plan(
        port=server.port,
        method=operation.method,
        path=operation.path,
        body=operation.body,
        ids=operation.ids_of(filled),
        connections=wanted.connections,
        warmup_s=min(0.5, wanted.seconds),
        seconds=wanted.seconds,
    )


def _plan_of_yardstick(wanted: Wanted, server: Server) -> Plan:
    seconds = wanted.seconds / 2
    return Plan(server.port, "GET", "/", connections=wanted.connections, warmup_s=min(0.3, seconds), seconds=seconds)


def _load(server: Server, plan: Plan) -> Load:
    before = server.cpu_s()
    seen = put_load(plan)
    return Load(seen, 1e6 * (server.cpu_s() - before) / seen.answered)


def _figure(store: Store, operation: Operation, share: Share, smallest: float | None) -> Figure:
    reached, target = share.of_yardstick, operation.targets.get(store.database)
    kept = None if smallest is None else reached / smallest
    missed = []
    if target is not None and reached < target:
        missed.append(f"{reached:.2f} of the yardstick, to reach {target:.2f}")
    if kept is not None and kept < KEPT:
        missed.append(f"{kept:.2f} of the figure at the smallest size, to reach {KEPT:.2f}")
    return Figure(
        SECTION,
        store.database,
        store.size,
        operation.title,
        share.load.rate,
        "/s",
        share=reached,
        target="" if target is None else f"≥ {target:.2f}",
        p50_ms=share.load.seen.p50_ms,
        p99_ms=share.load.seen.p99_ms,
        cpu_us=share.load.cpu_us,
        kept=kept,
        generator=share.load.seen.busy,
        noisy=share.noise > NOISE,
        missed=tuple(missed),
    )


def _bare(store: Store, bare: list[Load]) -> Figure:
    """The yardstick in this block: the median of all its measurements, and the generator's part in the fastest."""
    middle = sorted(bare, key=lambda load: load.rate)[len(bare) // 2]
    return Figure(
        SECTION,
        store.database,
        store.size,
        "the bare endpoint",
        middle.rate,
        "/s",
        share=1.0,
        p50_ms=middle.seen.p50_ms,
        p99_ms=middle.seen.p99_ms,
        cpu_us=middle.cpu_us,
        generator=max(load.seen.busy for load in bare),
    )


def _memory(store: Store, memory: float) -> Figure:
    limited = store.size <= MEMORY_AT
    missed = (f"{memory:.0f} MB, to stay under {MEMORY_MB}",) if limited and memory >= MEMORY_MB else ()
    target = f"< {MEMORY_MB}" if limited else ""
    return Figure(
        SECTION, store.database, store.size, "memory of the server", memory, "MB", target=target, missed=missed
    )


def profile(wanted: Wanted, clock: str, reporter: Reporter) -> Iterator[str]:
    """Where the time goes in the server: a report for each database, size and operation.

    `clock` is `cpu` or `wall`, as `profiled` explains them.
    """
    for database in wanted.databases:
        for size in wanted.sizes:
            store = Store(wanted, database, size)
            reporter.step(f"{store.name}: filling")
            filled = store.fill(reporter, wanted.postgres)
            for operation in wanted.operations:
                reporter.step(f"{store.name}: profile of {operation.title}")
                with serving(PROFILED, store.log, READY, store.settings | {"BENCH_CLOCK": clock}) as server:
                    server.wait_until_calm()
                    server.must("GET", BEGIN)
                    seen = put_load(_plan(wanted, server, operation, filled))
                    report = server.must("GET", END).decode()
                yield f"##### {store.name}: {operation.title}, {seen.rate:,.0f} /s while recorded\n\n{report}"
