"""Section `market`: import of sales, training, comparisons, valuations and studies.

Commands are measured from start to exit, API operations over HTTP. Import, training, study and valuations use King
County; comparisons use made-up counties of two sizes.
"""

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import numpy as np

from backend.app.bootstrap import open_store
from backend.app.core_gov.market.columns import Codes, day_of
from backend.app.core_gov.market.indexes.service import index_of
from backend.app.core_gov.market.sales_cache import SalesCache, sales_of
from backend.app.core_gov.property.schemas import PropertyCreate
from backend.app.core_gov.property.subject import subject_of
from backend.app.core_gov.valuation.ratio_study.study import About, ValuedSales, study_ratios
from backend.app.core_gov.valuation.snapshot import snapshot_of
from bench import bare, made_up_county, valuations
from bench.bulk_sales import fill_with_sales
from bench.commands import Cost, timed, valhalla
from bench.county import PROFILE, County, a_county, create_properties, made_up_homes
from bench.load import Target, quantile
from bench.measuring import Measured, bare_endpoint, measure
from bench.progress import Reporter
from bench.servers import READY, VALHALLA, YARDSTICK, Server, ServerFailed, serving
from bench.stores import BenchStore, Run
from bench.table import Figure

SECTION = "market"
PARTS = ("import", "train", "study", "value", "comps")
SIZES = (20_000, 1_000_000)
SECONDS = 4.0

MARKET = "county"
HOMES = 1_000
"""Properties in requests: enough that most are compared for the first time."""

COMPUTED = 300
"""Number of these that are compared without a request."""

COLD_S = 600.0
STUDIED, RESAMPLES = 5_000, 1_000
DAYS = (made_up_county.AFTER.isoformat(), "2025-07-01")
"""The valuation date, and another date for which nothing is cached."""

LARGE = 100_000
"""Sales from which a county counts as large."""

IMPORTED_PER_S = 25_000.0
"""Target of an import, in rows per second."""

STARTED = {"--help": 0.25, "token list": 0.4}
"""Commands, and their targets of processor time in seconds."""

TRAINING_S, STATISTICS_S, STUDY_S = 60.0, 2.0, 5.0
COMPS_MS, COMPS_OF_MANY_MS = 10.0, 15.0
FIRST_S, FIRST_OF_MANY_S = 0.3, 2.0
"""Targets of the first comparison after a start, with a file of columns."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Parameters of the section. `facts` receives the name of the county. `made_up` runs without King County."""

    run: Run
    sizes: tuple[int, ...]
    parts: tuple[str, ...]
    made_up: bool
    facts: dict[str, str]

    @property
    def models(self) -> bool:
        """Return whether any part needs a model."""
        return not {"train", "study", "value"}.isdisjoint(self.parts)

    @property
    def imported_into(self) -> tuple[str, ...]:
        """Return the databases to import the county into. All but the revaluation is measured on the first."""
        if not {"import", "value"}.isdisjoint(self.parts):
            return self.run.databases
        return self.run.databases[:1] if self.models else ()

    @property
    def stores(self) -> list[tuple[str, int]]:
        """Return the stores for comparisons. Large counties run on one database only: sales are in memory on any."""
        first, *others = self.run.databases
        small = [size for size in self.sizes if size < LARGE]
        return [(first, size) for size in self.sizes] + [(other, size) for other in others for size in small]


def steps(wanted: Wanted) -> int:
    """Return the number of steps that `figures` reports."""
    databases, parts = len(wanted.imported_into), wanted.parts
    of_county = 1 + databases * (1 + ("import" in parts)) if databases else 0
    of_models = 2 * ("train" in parts) + 2 * ("study" in parts) + (1 + databases) * ("value" in parts)
    return of_county + of_models + 3 * len(wanted.stores) * ("comps" in parts)


def figures(wanted: Wanted, reporter: Reporter) -> Iterator[Figure]:
    """Measure everything, and yield each figure when it is known."""
    run = wanted.run
    with serving(YARDSTICK, run.directory / "yardstick.log", "/") as yardstick:
        if wanted.imported_into:
            reporter.step("the sales of a county")
            county = a_county(run.directory, reporter.message, wanted.sizes[0] if wanted.made_up else None)
            wanted.facts["sales"] = county.description
            for place, database in enumerate(wanted.imported_into):
                block = _County(wanted, county, BenchStore(run, database, county.count, "county-"), yardstick, reporter)
                yield from block.figures(models=wanted.models and place == 0)
        if "comps" in wanted.parts:
            for database, size in wanted.stores:
                yield from _Comps(run, BenchStore(run, database, size, "comps-"), yardstick, reporter).figures()


@dataclass(slots=True)
class _Block:
    """A store, with the labels of its figures and steps."""

    run: Run
    store: BenchStore
    yardstick: Server
    reporter: Reporter

    def figure(self, what: str, value: float, unit: str, **more: Any) -> Figure:
        return Figure(SECTION, self.store.database, self.store.size, what, value, unit, **more)

    def requests(self, what: str, measured: Measured, **more: Any) -> Figure:
        """Return the line of a load. The table has no room for the error of the share."""
        return replace(measured.figure(SECTION, self.store, what, **more), error=None)

    def step(self, what: str) -> None:
        self.reporter.step(f"{self.store.database}, {self.store.size:,} sales: {what}")


class _County:
    """The county's sales in one store, from the import on."""

    def __init__(
        self, wanted: Wanted, county: County, store: BenchStore, yardstick: Server, reporter: Reporter
    ) -> None:
        self._wanted, self._county, self._store = wanted, county, store
        self._block = _Block(wanted.run, store, yardstick, reporter)
        self._valued: list[str] = []

    def figures(self, *, models: bool) -> Iterator[Figure]:
        parts = self._wanted.parts
        yield from self._importing()
        if models:
            if "train" in parts:
                yield from self._training()
            if "study" in parts:
                yield from self._studying()
            if "value" in parts:
                if not {"train", "study"} & {*parts}:
                    self._train(self._county.after)
                yield from self._revaluing()
                yield from self._valuing()
        elif "value" in parts:
            self._train(self._county.after)
            yield from self._revaluing()

    def _importing(self) -> Iterator[Figure]:
        self._block.step("import")
        took = self._import()
        self._store.tidy()
        if "import" in self._wanted.parts:
            self._block.step("import, the same file again")
            again = self._import()
            plain = timed(lambda: bare.import_csv(self._county.file, self._store.directory / "bare.db")).seconds
            rate = self._county.count / took.seconds
            missed = (f"{rate:,.0f} rows/s, to reach {IMPORTED_PER_S:,.0f}",) if rate < IMPORTED_PER_S else ()
            first = self._rows("market import-sales", took, plain)
            yield replace(first, target=f"≥ {IMPORTED_PER_S:,.0f}", missed=missed)
            yield self._rows("… the same file again", again, plain)
            yield self._rows("csv and a bare executemany", Cost(plain), plain)

    def _import(self) -> Cost:
        return valhalla(
            self._store, "market", "import-sales", str(self._county.file), "--market", MARKET, "--profile", PROFILE
        )

    def _rows(self, what: str, took: Cost, plain_s: float) -> Figure:
        return self._block.figure(
            what,
            self._county.count / took.seconds,
            "rows/s",
            share=plain_s / took.seconds,
            memory_mb=took.memory_mb or None,
        )

    def _training(self) -> Iterator[Figure]:
        self._block.step("a bare fit of trees")
        fit = timed(partial(bare.fit_trees, *bare.numbers_of(self._county))).seconds
        self._block.step("training")
        took = self._train(self._county.after)
        missed = (f"{took.seconds:.0f} s, to stay under {TRAINING_S:.0f}",) if took.seconds > TRAINING_S else ()
        yield self._seconds("market train", took, fit, target=f"≤ {TRAINING_S:.0f}", missed=missed)
        yield self._seconds("a bare fit of trees", Cost(fit), fit)

    def _train(self, until: str) -> Cost:
        return valhalla(self._store, "market", "train", "--market", MARKET, "--until", until)

    def _seconds(self, what: str, took: Cost, bare_s: float | None, **more: Any) -> Figure:
        share = None if bare_s is None else bare_s / took.seconds
        return self._block.figure(what, took.seconds, "s", share=share, memory_mb=took.memory_mb or None, **more)

    def _studying(self) -> Iterator[Figure]:
        self._block.step("training, for a study of the latest sales")
        yield self._seconds("market train, without the latest sales", self._train(self._county.cut), None)
        self._block.step("study")
        out = self._store.directory / "study.json"
        took = valhalla(
            self._store, "market", "study", "--market", MARKET, "--from", self._county.cut, "--json", str(out)
        )
        studied = json.loads(out.read_text())["n"]
        too_slow = (f"{took.seconds:.1f} s, to stay under {STUDY_S:.0f}",) if took.seconds > STUDY_S else ()
        what = f"market study, {studied:,} sales"
        yield self._seconds(what, took, None, target=f"≤ {STUDY_S:.0f}", missed=too_slow)
        yield self._block.figure("… sales valued and studied", studied / took.seconds, "/s")
        yield from self._statistics()

    def _statistics(self) -> Iterator[Figure]:
        """Yield the time of the statistics alone, in this process, after their imports."""
        study_ratios(_valued(100), About(MARKET), resamples=RESAMPLES)
        sales = _valued(STUDIED)
        took = timed(lambda: study_ratios(sales, About(MARKET), resamples=RESAMPLES))
        plain = timed(lambda: bare.resample_medians(sales.value / sales.price, RESAMPLES)).seconds
        too_slow = (f"{took.seconds:.1f} s, to stay under {STATISTICS_S:.0f}",) if took.seconds > STATISTICS_S else ()
        what = f"statistics of {STUDIED:,} sales"
        yield self._seconds(what, took, plain, target=f"≤ {STATISTICS_S:.0f}", missed=too_slow)
        yield self._seconds("a bare bootstrap of medians", Cost(plain), plain)

    def _revaluing(self) -> Iterator[Figure]:
        """Yield the rate of a revaluation, and leave some of its properties for requests."""
        self._block.step("revaluation")
        self._valued, figure = valuations.revaluation(SECTION, self._store, self._county)
        yield figure

    def _valuing(self) -> Iterator[Figure]:
        self._block.step("valuations")
        block = self._block
        yield from valuations.requests(SECTION, block.run, self._store, self._county, self._valued, block.yardstick)


@dataclass(slots=True)
class _Comps(_Block):
    """Comparisons with the sales of a made-up county: pure computation, and over HTTP."""

    homes: list[PropertyCreate] = field(default_factory=list)

    def figures(self) -> Iterator[Figure]:
        self.step("filling")
        sales = made_up_county.house_sales(self.store.size)
        with self.reporter.counting("sales", self.store.size) as counter:
            took = fill_with_sales(self.store, MARKET, sales, counter.advance)
        self.store.tidy()
        yield self.figure("filling in bulk", self.store.size / took, "/s")
        yield from self._started()
        self.homes = made_up_homes(self.store.size, HOMES)
        self.step("comparing, in this process")
        yield from self._computed()
        self.step("comparing, over HTTP")
        yield from self._over_http()

    def _started(self) -> Iterator[Figure]:
        """Yield the processor time of commands that need little of the program."""
        valhalla(self.store, "token", "list")  # opens a store that was filled past the program
        for words, aim in STARTED.items():
            took = valhalla(self.store, *words.split()).cpu_s
            missed = (f"{took:.2f} s, to stay under {aim}",) if took > aim else ()
            yield self.figure(f"processor time of {words}", took, "s", target=f"≤ {aim}", missed=missed)

    def _computed(self) -> Iterator[Figure]:
        """Yield the time of each preparation that the first request needs, and then of the comparisons."""
        with open_store(self.store.settings) as opened:
            db, day = opened.db, day_of(made_up_county.AFTER)
            yield self.figure("reading the sales, writing a file", timed(lambda: sales_of(db, MARKET)).seconds, "s")
            yield self.figure("reading the file", timed(lambda: SalesCache().sales(db, MARKET)).seconds, "s")
            yield self.figure("price index", timed(lambda: index_of(db, MARKET, day)).seconds, "s")
            yield self.figure("adjustment rates", timed(lambda: snapshot_of(db, MARKET, day)).seconds, "s")
            snapshot = snapshot_of(db, MARKET, day)
            yield self.figure("fingerprint", timed(lambda: snapshot.fingerprint).seconds, "s")
            subjects = [subject_of(each.model_dump()).subject for each in self.homes[:COMPUTED]]
            snapshot.comparer.compare(subjects[0])
            taken = sorted(timed(partial(snapshot.comparer.compare, subject)).seconds for subject in subjects)
        p50, p99 = (1000 * quantile(taken, share) for share in (0.50, 0.99))
        yield self.figure("comps, computation only", len(taken) / sum(taken), "/s", p50_ms=p50, p99_ms=p99)

    def _over_http(self) -> Iterator[Figure]:
        ids = create_properties(self.store, self.homes)
        first, other = (json.dumps({"property_id": "{id}", "as_of": day}) for day in DAYS)
        with serving(VALHALLA, self.store.log, READY, self.store.environment) as server:
            server.wait_until_calm()
            yield self.figure("memory, before the sales are loaded", server.memory_mb(), "MB")
            yield self.figure("comps, the first ones, without a file", self._once(server, ids[0], first), "s")
        with serving(VALHALLA, self.store.log, READY, self.store.environment) as server:
            server.wait_until_calm()
            took, aim = self._once(server, ids[0], first), FIRST_OF_MANY_S if self.store.size >= LARGE else FIRST_S
            missed = (f"{took:.2f} s, to stay under {aim}",) if took > aim else ()
            yield self.figure("comps, the first ones", took, "s", target=f"≤ {aim}", missed=missed)
            yield self.figure("… the first for another date", self._once(server, ids[0], other), "s")
            target = Target(server.port, "POST", "/core/property/comps", first, ids)
            self._once(server, ids[0], first)
            measured = measure(replace(self.run, connections=1), server, target, self.yardstick)
            p50, aim = measured.outcome.measured.p50_ms, COMPS_OF_MANY_MS if self.store.size >= LARGE else COMPS_MS
            missed = (f"p50 {p50:.1f} ms, to stay under {aim:.0f}",) if p50 > aim else ()
            yield self.requests("comps, one connection", measured, target=f"p50 ≤ {aim:.0f}", missed=missed)
            yield bare_endpoint(SECTION, self.store, [measured])
            yield self.figure("memory with the sales", server.memory_mb(), "MB")

    def _once(self, server: Server, property_id: str, body: str) -> float:
        """Send one request, check the response, and return the seconds it took."""
        started = time.perf_counter()
        found = json.loads(server.must("POST", "/core/property/comps", body.replace("{id}", property_id), COLD_S))
        took = time.perf_counter() - started
        if not found["comps"] or not found["value"]:
            raise ServerFailed(f"a property was compared with nothing: {str(found)[:500]}")
        return took


def _valued(count: int) -> ValuedSales:
    """Return sales valued with an error of 12 %, in 40 areas, over four months."""
    chance = np.random.default_rng(0)
    price = np.exp(chance.normal(13, 0.5, count))
    value, size = price * np.exp(chance.normal(0, 0.12, count)), np.array([0.08, 0.15, 0.2])
    ends = {share: (value * np.exp(-by), value * np.exp(by)) for share, by in zip((50, 80, 90), size, strict=True)}
    areas = Codes(tuple(str(68801 + place) for place in range(40)))
    day, area = chance.integers(20_000, 20_120, count), chance.integers(0, 40, count)
    return ValuedSales(value, price, day, area, areas, ends)
