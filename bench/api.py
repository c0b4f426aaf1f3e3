"""Section `api`: requests per second, on each database and at each size."""

from collections.abc import Iterator
from dataclasses import dataclass

from bench.fill import Filled, fill, planned
from bench.measuring import Measured, bare_endpoint, check, measure, target_of
from bench.operations import Operation
from bench.progress import Reporter
from bench.servers import PROFILE_BEGIN, PROFILE_END, PROFILED, READY, VALHALLA, YARDSTICK, Server, serving
from bench.stores import BenchStore, Run
from bench.table import Figure

SECTION = "api"
KEPT = 0.9
"""Share of the figure at the smallest size that any other size must reach."""
MEMORY_MB, MEMORY_AT = 200, 100_000


@dataclass(frozen=True, slots=True)
class Wanted:
    """Parameters of the section; `operations` in the order of measurement."""

    run: Run
    sizes: tuple[int, ...]
    operations: tuple[Operation, ...]

    @property
    def blocks(self) -> int:
        """Return the number of stores to fill."""
        return len(self.run.databases) * len(self.sizes)


def steps(wanted: Wanted) -> int:
    """Return the number of steps that `figures` reports."""
    return wanted.blocks * (3 + len(wanted.operations))


def steps_of_profile(wanted: Wanted) -> int:
    """Return the number of steps that `profile` reports."""
    return wanted.blocks * (1 + len(wanted.operations))


def figures(wanted: Wanted, reporter: Reporter) -> Iterator[Figure]:
    """Measure everything, and yield each figure when it is known."""
    with serving(YARDSTICK, wanted.run.directory / "yardstick.log", "/") as yardstick:
        for database in wanted.run.databases:
            smallest: dict[str, float] = {}
            for size in wanted.sizes:
                yield from _block(wanted, BenchStore(wanted.run, database, size), yardstick, smallest, reporter)


def _block(
    wanted: Wanted, store: BenchStore, yardstick: Server, smallest: dict[str, float], reporter: Reporter
) -> Iterator[Figure]:
    """Yield the figures of one database at one size. The first block stores its ratios in `smallest`."""
    reporter.step(f"{store.name}: first start")
    with serving(VALHALLA, store.log, READY, store.environment) as server:
        first_start = server.started_s
    reporter.step(f"{store.name}: filling")
    filled = _fill(store, reporter)
    reporter.step(f"{store.name}: start with data")
    with serving(VALHALLA, store.log, READY, store.environment) as server:
        later_start = server.started_s
        server.wait_until_calm()
        all_measured = []
        for operation in wanted.operations:
            reporter.step(f"{store.name}: {operation.title}")
            check(server, operation, filled)
            measured = measure(wanted.run, server, target_of(server, operation, filled), yardstick)
            all_measured.append(measured)
            kept = measured.outcome.ratio / smallest.setdefault(operation.name, measured.outcome.ratio)
            yield _figure(store, operation, measured, None if store.size == wanted.sizes[0] else kept)
        memory = server.memory_mb()
    yield bare_endpoint(SECTION, store, all_measured)
    yield _memory(store, memory)
    yield Figure(SECTION, store.database, store.size, "start, empty store", first_start, "s")
    yield Figure(SECTION, store.database, store.size, "start, with data", later_start, "s")
    yield Figure(SECTION, store.database, store.size, "filling by services", filled.records / filled.seconds, "/s")


def _fill(store: BenchStore, reporter: Reporter) -> Filled:
    with reporter.counting("records", planned(store.size)) as counter:
        filled = fill(store.settings, store.size, counter.advance)
    store.tidy()
    return filled


def _figure(store: BenchStore, operation: Operation, measured: Measured, kept: float | None) -> Figure:
    outcome, target = measured.outcome, operation.targets.get(store.database)
    missed = []
    if target is not None and outcome.ratio < target:
        missed.append(f"{outcome.ratio:.2f} of the yardstick, to reach {target:.2f}")
    if kept is not None and kept < KEPT:
        missed.append(f"{kept:.2f} of the figure at the smallest size, to reach {KEPT:.2f}")
    shown = "" if target is None else f"≥ {target:.2f}"
    return measured.figure(SECTION, store, operation.title, target=shown, kept=kept, missed=tuple(missed))


def _memory(store: BenchStore, memory: float) -> Figure:
    limited = store.size <= MEMORY_AT
    missed = (f"{memory:.0f} MB, to stay under {MEMORY_MB}",) if limited and memory >= MEMORY_MB else ()
    target = f"< {MEMORY_MB}" if limited else ""
    return Figure(
        SECTION, store.database, store.size, "memory of the server", memory, "MB", target=target, missed=missed
    )


def profile(wanted: Wanted, clock: str, reporter: Reporter) -> Iterator[str]:
    """Yield a profile of the server for each database, size and operation.

    `clock` is `cpu` or `wall`, as explained in `profiled`.
    """
    with serving(YARDSTICK, wanted.run.directory / "yardstick.log", "/") as yardstick:
        for database in wanted.run.databases:
            for size in wanted.sizes:
                store = BenchStore(wanted.run, database, size)
                reporter.step(f"{store.name}: filling")
                filled = _fill(store, reporter)
                for operation in wanted.operations:
                    reporter.step(f"{store.name}: profile of {operation.title}")
                    yield _profile(wanted, store, yardstick, operation, filled, clock)


def _profile(
    wanted: Wanted, store: BenchStore, yardstick: Server, operation: Operation, filled: Filled, clock: str
) -> str:
    with serving(PROFILED, store.log, READY, store.environment | {"BENCH_CLOCK": clock}) as server:
        server.wait_until_calm()
        server.must("GET", PROFILE_BEGIN)
        measured = measure(wanted.run, server, target_of(server, operation, filled), yardstick)
        report = server.must("GET", PROFILE_END).decode()
    rate = measured.outcome.measured.rate
    return f"##### {store.name}: {operation.title}, {rate:,.0f} /s while recorded\n\n{report}"
