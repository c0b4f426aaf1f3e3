"""Measurement of one operation: check of one response, load, and the line of the table."""

import json
import random
from dataclasses import dataclass
from statistics import median
from typing import Any

from bench.fill import Filled
from bench.load import Outcome, Plan, Target, put_load
from bench.operations import Operation
from bench.servers import Server, ServerFailed
from bench.stores import BenchStore, Run
from bench.table import Figure


@dataclass(frozen=True, slots=True)
class Measured:
    """Result of a load, with the CPU time per request on each server (µs, all threads)."""

    outcome: Outcome
    cpu_us: float
    yardstick_cpu_us: float

    def figure(self, section: str, store: BenchStore, title: str, **more: Any) -> Figure:
        """Return the line of the table."""
        seen = self.outcome.measured
        return Figure(
            section,
            store.database,
            store.size,
            title,
            seen.rate,
            "/s",
            share=self.outcome.ratio,
            error=self.outcome.error * self.outcome.ratio,
            p50_ms=seen.p50_ms,
            p99_ms=seen.p99_ms,
            cpu_us=self.cpu_us,
            generator=self.outcome.busy,
            **more,
        )


def check(server: Server, operation: Operation, filled: Filled) -> None:
    """Send one request to Valhalla; check the response, and the audit event if it changed something."""
    found = checked_response(server, operation, filled)
    if operation.method != "GET":
        events = json.loads(server.must("GET", f"/core/audit/records/{found['id']}"))
        if not events["items"]:
            raise ServerFailed(f"{operation.method} {operation.path} wrote no audit event")


def checked_response(server: Server, operation: Operation, filled: Filled) -> Any:
    """Send one request and return the response. Raises ServerFailed if it is not as expected."""
    key = random.choice(operation.ids_of(filled) or [""])
    body = operation.body.replace("{nnnn}", "1234").replace("{n}", "once")
    found = json.loads(server.must(operation.method, operation.path.replace("{id}", key), body))
    if not operation.holds(found):
        raise ServerFailed(f"{operation.method} {operation.path} returned an unexpected response: {str(found)[:500]}")
    return found


def target_of(server: Server, operation: Operation, filled: Filled) -> Target:
    """Return the operation's requests to this server."""
    ids = operation.ids_of(filled)
    return Target(server.port, operation.method, operation.path, operation.body, ids, server.token)


def measure(run: Run, server: Server, target: Target, yardstick: Server, beside: Target | None = None) -> Measured:
    """Load the server and, alternating, the yardstick: a bare endpoint unless `beside` is given."""
    before, before_bare = server.cpu_s(), yardstick.cpu_s()
    plan = Plan(
        target,
        beside or Target(yardstick.port, "GET", "/"),
        connections=run.connections,
        seconds=run.seconds,
        warmup_s=min(0.5, run.seconds),
    )
    outcome = put_load(plan)
    return Measured(
        outcome,
        cpu_us=1e6 * (server.cpu_s() - before) / outcome.measured.answered,
        yardstick_cpu_us=1e6 * (yardstick.cpu_s() - before_bare) / outcome.yardstick.answered,
    )


def bare_endpoint(section: str, store: BenchStore, measured: list[Measured]) -> Figure:
    """Return the yardstick line of one store, if the yardstick is the bare endpoint."""
    return yardstick(section, store, measured, "the bare endpoint")


def yardstick(section: str, store: BenchStore, measured: list[Measured], what: str, **more: Any) -> Figure:
    """Return the median of the yardstick's repeated measurements. `more` are further columns."""
    seen = [one.outcome.yardstick for one in measured]
    return Figure(
        section,
        store.database,
        store.size,
        what,
        median(one.rate for one in seen),
        "/s",
        share=1.0,
        p50_ms=median(one.p50_ms for one in seen),
        p99_ms=median(one.p99_ms for one in seen),
        cpu_us=median(one.yardstick_cpu_us for one in measured),
        **more,
    )
