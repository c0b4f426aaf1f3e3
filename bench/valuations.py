"""Valuations: all properties by command, one over HTTP, and other requests during a storm of them."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

from bench.commands import timed, valhalla
from bench.county import County, create_properties, homes_of
from bench.load import Target
from bench.measuring import Measured, bare_endpoint, measure
from bench.servers import READY, VALHALLA, Server, ServerFailed, serving
from bench.stores import BenchStore, Run
from bench.table import Figure

REVALUED = 10_000
"""Maximum number of properties that are valued by command; the requests are for a tenth of them."""

AT_ONCE = 8
"""Maximum number of connections that request valuations: each request is some milliseconds of computing."""

COLD_S = 600.0
REVALUED_PER_S = 500.0
ONE_MS, AT_ONCE_MS = 25.0, 80.0
STORM_FACTOR = 2.0
"""Factor by which the p99 of other requests may grow during a storm."""

PATH = "/core/property/properties/{id}/valuation"


def revaluation(section: str, store: BenchStore, county: County) -> tuple[list[str], Figure]:
    """Create properties and value all of them by command. Return the ids of some, and the rate."""
    ids = create_properties(store, homes_of(county, REVALUED))
    store.tidy()
    took = valhalla(store, "property", "revalue", "--all", "--as-of", county.after)
    rate = len(ids) / took.seconds
    missed = (f"{rate:.0f}/s, to reach {REVALUED_PER_S:.0f}",) if rate < REVALUED_PER_S else ()
    what = f"property revalue --all, {len(ids):,} properties"
    target = f"≥ {REVALUED_PER_S:.0f}"
    memory = took.memory_mb or None
    return ids[::10], Figure(
        section, store.database, store.size, what, rate, "/s", memory_mb=memory, target=target, missed=missed
    )


def requests(
    section: str, run: Run, store: BenchStore, county: County, ids: list[str], yardstick: Server
) -> Iterator[Figure]:
    """Yield the figures of valuations over HTTP."""
    body = json.dumps({"as_of": county.after})
    with serving(VALHALLA, store.log, READY, store.environment) as server:
        server.wait_until_calm()
        cold = timed(lambda: _must_be_valued(server, PATH.replace("{id}", ids[0]), body))
        values = Target(server.port, "POST", PATH, body, ids)
        alone, many = (replace(run, connections=count) for count in (1, min(AT_ONCE, run.connections)))
        one = measure(alone, server, values, yardstick)
        several = measure(many, server, values, yardstick)
        reads = Target(server.port, "GET", "/core/property/properties/{id}", ids=ids)
        calm = measure(alone, server, reads, yardstick)
        with ThreadPoolExecutor(1) as background:
            storm = background.submit(measure, replace(many, seconds=3 * run.seconds), server, values, server, values)
            shaken = measure(replace(alone, seconds=run.seconds / 2), server, reads, server, reads)
            storm.result()
        memory = server.memory_mb()
    yield Figure(section, store.database, store.size, "valuation, the first", cold.seconds, "s")
    yield _line(section, store, "valuations, 1 connection", one, **_median(one, ONE_MS))
    yield _line(section, store, f"valuations, {many.connections} connections", several, **_median(several, AT_ONCE_MS))
    yield _line(section, store, "a property read, no valuations", calm)
    yield _line(section, store, "… during valuations", shaken, **_slower(calm, shaken))
    yield bare_endpoint(section, store, [one, several, calm])
    yield Figure(section, store.database, store.size, "memory of the server", memory, "MB")


def _line(section: str, store: BenchStore, what: str, measured: Measured, **more: Any) -> Figure:
    return replace(measured.figure(section, store, what, **more), error=None)


def _median(measured: Measured, aim: float) -> dict[str, Any]:
    p50 = measured.outcome.measured.p50_ms
    return {
        "target": f"p50 ≤ {aim:.0f}",
        "missed": (f"p50 {p50:.1f} ms, to stay under {aim:.0f}",) if p50 > aim else (),
    }


def _slower(calm: Measured, shaken: Measured) -> dict[str, Any]:
    """Return the target and what was missed of requests beside a storm of others."""
    aim, p99 = STORM_FACTOR * calm.outcome.measured.p99_ms, shaken.outcome.measured.p99_ms
    missed = (f"p99 {p99:.1f} ms, to stay under {aim:.1f}, twice that without valuations",) if p99 > aim else ()
    return {"target": f"p99 ≤ {aim:.1f}", "missed": missed}


def _must_be_valued(server: Server, path: str, body: str) -> None:
    found = json.loads(server.must("POST", path, body, COLD_S))
    if found["model_id"] is None or not found["comps"]:
        raise ServerFailed(f"a valuation used no model or no comparable sales: {str(found)[:500]}")
