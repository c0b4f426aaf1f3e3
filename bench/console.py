"""Section `console`: latency, size and rate of each page of the console, next to a JSON list of 100 records.

Latency is measured on one connection, the rate on several. Both alternate with the JSON list on the same server, so
that other work on the machine affects both.
"""

import gzip
import http.client
import random
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from statistics import median

from bench.browser import LoadOfPage, NoBrowser, cold_loads
from bench.console_fill import SENT, FilledConsole, fill_console, mark_messages_sent, planned, value_properties
from bench.load import Outcome, Plan, Target, put_load, quantile
from bench.progress import Reporter
from bench.servers import READY, VALHALLA, Server, ServerFailed, serving
from bench.stores import BenchStore, Run
from bench.table import Figure

SECTION = "console"
YARDSTICK = "JSON list"
ROWS = 100
LIST = f"/core/property/properties?limit={ROWS}"
SMALLEST = 100
"""Smallest number of properties with every value that the pages show."""

CONNECTIONS = 4
"""Connections that request pages at the same time: an office, with more requests than cores."""

SHARE = 0.1
TABLE_MS, LARGE_PAGE_MS = 60.0, 80.0
COLD_LOAD_S = 1.0
REQUESTS_PER_S, FEWEST_REQUESTS = 15, 5
"""Requests for the latency of a page: so many for each second of load, but at least the second."""

WARM_UP = 3
MOST_IDS = 50
"""Different records for each page of one record."""

Ids = Callable[[FilledConsole], list[str]]


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the console. `holds`: a text that it must show. `{id}` in the path stands for one of `ids`.

    `p50_ms`: the target of its latency; `share`: of its rate, relative to the JSON list.
    """

    name: str
    title: str
    path: str
    holds: str
    ids: Ids | None = None
    p50_ms: float | None = None
    share: float | None = None

    def paths(self, filled: FilledConsole) -> list[str]:
        ids = self.ids(filled)[:MOST_IDS] if self.ids is not None else [""]
        return [self.path.replace("{id}", each) for each in ids]


def _table(name: str, title: str, path: str, holds: str) -> Page:
    return Page(name, title, path, holds, p50_ms=TABLE_MS, share=SHARE)


PAGES = (
    _table("properties", "properties", f"/app/properties?limit={ROWS}", "data-row"),
    _table(
        "properties", "… by value, a status", f"/app/properties?limit={ROWS}&sort=-value&status=offered", "data-row"
    ),
    _table("properties", "… part of the address", f"/app/properties?limit={ROWS}&address=elm", "data-row"),
    Page("property", "property, valued", "/app/properties/{id}", "Comparable sales", lambda f: f.valued, LARGE_PAGE_MS),
    Page("deals", "board", "/app/deals", "deal-card", p50_ms=LARGE_PAGE_MS),
    _table("deals", "deals", f"/app/deals/table?limit={ROWS}", "data-row"),
    _table("deals", "… by price, a status", f"/app/deals/table?limit={ROWS}&sort=-price&status=lead", "data-row"),
    Page("deal", "deal", "/app/deals/{id}", "History", lambda f: f.deals, TABLE_MS),
    _table("partners", "partners", f"/app/partners?limit={ROWS}", "data-row"),
    Page("partner", "partner", "/app/partners/{id}", "Partner", lambda f: f.partners, TABLE_MS),
    _table("messages", "messages", f"/app/messages?limit={ROWS}", "data-row"),
    Page("messages", "message", "/app/messages/{id}", "Elm Street", lambda f: f.drafts, TABLE_MS),
    _table("messages", "send log", f"/app/messages/sent?limit={ROWS}", "data-row"),
    Page("markets", "markets", "/app/markets", "county", p50_ms=TABLE_MS),
    Page("markets", "market", "/app/markets/county", "county", p50_ms=TABLE_MS),
    _table("sales", "sales", f"/app/sales?limit={ROWS}", "data-row"),
    Page("search", "search, a common word", "/app/search?q=elm", "Elm Street", p50_ms=TABLE_MS),
    Page("search", "suggestions", "/app/search/suggestions?q=elm", "Elm Street", p50_ms=TABLE_MS),
    _table("audit", "audit trail", f"/app/audit?limit={ROWS}", "created"),
    Page("settings", "settings", "/app/settings", "Settings", p50_ms=TABLE_MS),
)
BROWSER = "browser"
PARTS = (*dict.fromkeys(page.name for page in PAGES), BROWSER)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Parameters of the section: the number of properties, and the selected parts of `PARTS`."""

    run: Run
    records: int
    parts: tuple[str, ...]

    @property
    def pages(self) -> list[Page]:
        return [page for page in PAGES if page.name in self.parts]


def steps(wanted: Wanted) -> int:
    """Return the number of steps that `figures` reports."""
    return len(wanted.run.databases) * (2 + len(wanted.pages) + (BROWSER in wanted.parts))


def figures(wanted: Wanted, reporter: Reporter) -> Iterator[Figure]:
    """Measure everything, and yield each figure when it is known."""
    for database in wanted.run.databases:
        store = BenchStore(wanted.run, database, wanted.records, "console-")
        reporter.step(f"{store.name}: filling")
        with reporter.counting("records", planned(wanted.records)) as counter:
            filled = fill_console(store, wanted.records, counter.advance)
        store.tidy()
        with serving(VALHALLA, store.log, READY, store.environment) as server:
            reporter.step(f"{store.name}: valuations")
            server.wait_until_calm()
            mark_messages_sent(server, filled.drafts[:SENT])
            value_properties(server, filled.valued)
            server.wait_until_calm()
            yield from _Pages(wanted, store, server, filled, reporter).figures()


@dataclass(slots=True)
class _Pages:
    """The pages of one store, and the JSON lists measured beside them."""

    wanted: Wanted
    store: BenchStore
    server: Server
    filled: FilledConsole
    reporter: Reporter
    lists: list[tuple[list[float], Outcome]] = field(default_factory=list)

    def figures(self) -> Iterator[Figure]:
        for page in self.wanted.pages:
            self.reporter.step(f"{self.store.name}: {page.title}")
            yield self._page(page)
        if self.lists:
            yield self._list()
        if BROWSER in self.wanted.parts:
            self.reporter.step(f"{self.store.name}: in a browser")
            yield from self._cold_loads()
        yield self._figure("memory of the server", self.server.memory_mb(), "MB")

    def _figure(self, measure: str, value: float, unit: str, **more: object) -> Figure:
        return Figure(SECTION, self.store.database, self.store.size, measure, value, unit, **more)  # type: ignore[arg-type]

    def _page(self, page: Page) -> Figure:
        paths = page.paths(self.filled)
        body = self.server.must("GET", paths[0])
        if page.holds.encode() not in body:
            raise ServerFailed(f"{paths[0]} does not show {page.holds!r}")
        count = max(FEWEST_REQUESTS, round(REQUESTS_PER_S * self.wanted.run.seconds))
        taken, beside = first_bytes(self.server, paths, count)
        outcome = self._load(page)
        self.lists.append((beside, outcome))
        p50 = _ms(taken, 0.5)
        return self._figure(
            page.title,
            outcome.measured.rate,
            "/s",
            share=outcome.ratio,
            error=outcome.error * outcome.ratio,
            target=_target(page),
            missed=tuple(missed(page, p50_ms=p50, share=outcome.ratio)),
            p50_ms=p50,
            p90_ms=_ms(taken, 0.9),
            kb=len(body) / 1e3,
            gzip_kb=_sent(self.server, paths[0]) / 1e3,
        )

    def _load(self, page: Page) -> Outcome:
        """Load the server with the page and, alternating, with the JSON list."""
        run, port = self.wanted.run, self.server.port
        ids = page.ids(self.filled)[:MOST_IDS] if page.ids is not None else []
        plan = Plan(
            Target(port, "GET", page.path, ids=ids),
            Target(port, "GET", LIST),
            connections=min(CONNECTIONS, run.connections),
            seconds=run.seconds,
            warmup_s=min(0.5, run.seconds),
        )
        return put_load(plan)

    def _list(self) -> Figure:
        """Return the line of the yardstick: the medians of its repeated measurements."""
        return self._figure(
            f"{YARDSTICK} of {ROWS}",
            median(outcome.yardstick.rate for _, outcome in self.lists),
            "/s",
            share=1.0,
            p50_ms=median(_ms(beside, 0.5) for beside, _ in self.lists),
            p90_ms=median(_ms(beside, 0.9) for beside, _ in self.lists),
            kb=len(self.server.must("GET", LIST)) / 1e3,
        )

    def _cold_loads(self) -> Iterator[Figure]:
        pages = [("properties", "/app/properties"), ("board", "/app/deals")]
        pages.append(("property, valued", f"/app/properties/{self.filled.valued[0]}"))
        try:
            for title, load in cold_loads(f"http://127.0.0.1:{self.server.port}", pages):
                yield self._cold_load(title, load)
        except NoBrowser as error:
            self.reporter.message(f"Not measured: loads in a browser ({error})")

    def _cold_load(self, title: str, load: LoadOfPage) -> Figure:
        slow = load.seconds > COLD_LOAD_S
        missed = (f"{load.seconds:.2f} s, to stay under {COLD_LOAD_S:.0f}",) if slow else ()
        return self._figure(
            f"cold load: {title}",
            load.seconds,
            "s",
            target=f"≤ {COLD_LOAD_S:.0f} s",
            missed=missed,
            kb=load.kb,
        )


def first_bytes(server: Server, paths: list[str], count: int) -> tuple[list[float], list[float]]:
    """Return the seconds to the first byte of a page, and of the JSON list between two pages, each in order."""
    taken: list[float] = []
    beside: list[float] = []
    with closing(http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)) as connection:
        for number in range(WARM_UP + count):
            for path, seconds in ((random.choice(paths), taken), (LIST, beside)):
                started = time.perf_counter()
                connection.request("GET", path, headers={"accept-encoding": "gzip"})
                response = connection.getresponse()
                if number >= WARM_UP:
                    seconds.append(time.perf_counter() - started)
                response.read()
                if response.status != 200:
                    raise ServerFailed(f"GET {path} returned {response.status}")
    return sorted(taken), sorted(beside)


def _sent(server: Server, path: str) -> int:
    """Return the bytes of a compressed page: by the server, or else as a proxy would compress it."""
    with closing(http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)) as connection:
        connection.request("GET", path, headers={"accept-encoding": "gzip"})
        response = connection.getresponse()
        body = response.read()
        return len(body) if response.headers.get("content-encoding") == "gzip" else len(gzip.compress(body, 1))


def _target(page: Page) -> str:
    parts = [f"≥ {page.share:.1f}"] if page.share is not None else []
    parts += [f"≤ {page.p50_ms:.0f} ms"] if page.p50_ms is not None else []
    return ", ".join(parts)


def missed(page: Page, *, p50_ms: float, share: float) -> Iterator[str]:
    """Yield a sentence for each target that a page misses."""
    if page.share is not None and share < page.share:
        yield f"{share:.2f} of the {YARDSTICK}, to reach {page.share:.1f}"
    if page.p50_ms is not None and p50_ms > page.p50_ms:
        yield f"p50 {p50_ms:.0f} ms, to stay under {page.p50_ms:.0f}"


def _ms(ordered: list[float], share: float) -> float:
    return 1000 * quantile(ordered, share)
