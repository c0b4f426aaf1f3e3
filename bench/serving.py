"""The section `requests`: how many requests a second Valhalla answers, on each database and at each size."""

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from backend.app.settings import Settings
from bench.fill import Filled, fill, planned
from bench.load import Outcome, Plan, Target, put_load
from bench.operations import Operation
from bench.progress import Reporter
from bench.servers import (
    PROFILE_BEGIN,
    PROFILE_END,
    PROFILED,
    VALHALLA,
    YARDSTICK,
    Postgres,
    Server,
    ServerFailed,
    serving,
)
from bench.table import Figure

SECTION = "requests"
KEPT = 0.9
"""The share of the figure at the smallest size that must be left at any other."""
MEMORY_MB, MEMORY_AT = 200, 100_000
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
class Measured:
    """What a load did, and what one request cost each server (µs of computing, in all threads)."""

    outcome: Outcome
    cpu_us: float
    yardstick_cpu_us: float


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
            smallest: dict[str, float] = {}
            for size in wanted.sizes:
                yield from _block(wanted, Store(wanted, database, size), yardstick, smallest, reporter)


def _block(
    wanted: Wanted, store: Store, yardstick: Server, smallest: dict[str, float], reporter: Reporter
) -> Iterator[Figure]:
    """One database at one size; `smallest` holds the ratios at the smallest size, which the first block notes."""
    reporter.step(f"{store.name}: first start")
    with serving(VALHALLA, store.log, READY, store.settings) as server:
        first_start = server.started_s
    reporter.step(f"{store.name}: filling")
    filled = store.fill(reporter, wanted.postgres)
    reporter.step(f"{store.name}: start with data")
    with serving(VALHALLA, store.log, READY, store.settings) as server:
        later_start = server.started_s
        server.wait_until_calm()
        all_measured = []
        for operation in wanted.operations:
            reporter.step(f"{store.name}: {operation.title}")
            _check(server, operation, filled)
            measured = _measure(wanted, server, yardstick, _target(server, operation, filled))
            all_measured.append(measured)
            kept = measured.outcome.ratio / smallest.setdefault(operation.name, measured.outcome.ratio)
            yield _figure(store, operation, measured, None if store.size == wanted.sizes[0] else kept)
        memory = server.memory_mb()
    yield _yardstick(store, all_measured)
    yield _memory(store, memory)
    yield Figure(SECTION, store.database, store.size, "start, empty store", first_start, "s")
    yield Figure(SECTION, store.database, store.size, "start, with data", later_start, "s")
    yield Figure(SECTION, store.database, store.size, "filling by services", filled.records / filled.seconds, "/s")


def _check(server: Server, operation: Operation, filled: Filled) -> None:
    """Asks once and looks at the answer, and at its audit event if it changed something."""
    key = random.choice(operation.ids_of(filled) or [""])
    body = operation.body.replace("{nnnn}", "1234").replace("{n}", "once")
    found = json.loads(server.must(operation.method, operation.path.replace("{id}", key), body))
    if not operation.holds(found):
        raise ServerFailed(f"{operation.method} {operation.path} answered something else: {str(found)[:500]}")
    if operation.method != "GET":
        events = json.loads(server.must("GET", f"/core/audit/records/{found['id']}"))
        if not events["items"]:
            raise ServerFailed(f"{operation.method} {operation.path} left no audit event")


def _target(server: Server, operation: Operation, filled: Filled) -> Target:
    return Target(server.port, operation.method, operation.path, operation.body, operation.ids_of(filled))


def _measure(wanted: Wanted, server: Server, yardstick: Server, target: Target) -> Measured:
    before, before_bare = server.cpu_s(), yardstick.cpu_s()
    outcome = put_load(_plan(wanted, target, Target(yardstick.port, "GET", "/")))
    return Measured(
        outcome,
        cpu_us=1e6 * (server.cpu_s() - before) / outcome.measured.answered,
        yardstick_cpu_us=1e6 * (yardstick.cpu_s() - before_bare) / outcome.yardstick.answered,
    )


def _plan(wanted: Wanted, target: Target, yardstick: Target) -> Plan:
    return Plan(
        target,
        yardstick,
        connections=wanted.connections,
        seconds=wanted.seconds,
        warmup_s=min(0.5, wanted.seconds),
    )


def _figure(store: Store, operation: Operation, measured: Measured, kept: float | None) -> Figure:
    outcome, target = measured.outcome, operation.targets.get(store.database)
    missed = []
    if target is not None and outcome.ratio < target:
        missed.append(f"{outcome.ratio:.2f} of the yardstick, to reach {target:.2f}")
    if kept is not None and kept < KEPT:
        missed.append(f"{kept:.2f} of the figure at the smallest size, to reach {KEPT:.2f}")
    return Figure(
        SECTION,
        store.database,
        store.size,
        operation.title,
        outcome.measured.rate,
        "/s",
        share=outcome.ratio,
        error=outcome.error * outcome.ratio,
        target="" if target is None else f"≥ {target:.2f}",
        p50_ms=outcome.measured.p50_ms,
        p99_ms=outcome.measured.p99_ms,
        cpu_us=measured.cpu_us,
        kept=kept,
        generator=outcome.busy,
        missed=tuple(missed),
    )


def _yardstick(store: Store, all_measured: list[Measured]) -> Figure:
    """The yardstick in this block: the median over its operations."""
    seen = [one.outcome.yardstick for one in all_measured]
    return Figure(
        SECTION,
        store.database,
        store.size,
        "the bare endpoint",
        median(one.rate for one in seen),
        "/s",
        share=1.0,
        p50_ms=median(one.p50_ms for one in seen),
        p99_ms=median(one.p99_ms for one in seen),
        cpu_us=median(one.yardstick_cpu_us for one in all_measured),
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
    with serving(YARDSTICK, wanted.directory / "yardstick.log", "/") as yardstick:
        for database in wanted.databases:
            for size in wanted.sizes:
                store = Store(wanted, database, size)
                reporter.step(f"{store.name}: filling")
                filled = store.fill(reporter, wanted.postgres)
                for operation in wanted.operations:
                    reporter.step(f"{store.name}: profile of {operation.title}")
                    yield _profile(wanted, store, yardstick, operation, filled, clock)


def _profile(wanted: Wanted, store: Store, yardstick: Server, operation: Operation, filled: Filled, clock: str) -> str:
    with serving(PROFILED, store.log, READY, store.settings | {"BENCH_CLOCK": clock}) as server:
        server.wait_until_calm()
        server.must("GET", PROFILE_BEGIN)
        measured = _measure(wanted, server, yardstick, _target(server, operation, filled))
        report = server.must("GET", PROFILE_END).decode()
    rate = measured.outcome.measured.rate
    return f"##### {store.name}: {operation.title}, {rate:,.0f} /s while recorded\n\n{report}"
