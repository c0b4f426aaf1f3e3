"""Limits of a steady run, and the comparison of each figure with its limit."""

import signal
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from soak.findings import Finding
from soak.journal import Journal
from soak.operator_commands import CommandRun, by_name
from soak.sampling import Sample
from soak.trend import trend

MEMORY_SHARE = 0.05
"""Maximum growth of memory in the whole run, as a share. Stored records are not subtracted."""
MAX_GROWTH = 2
"""Most additional handles, threads or connections at the end: pools open theirs on demand."""
WAL_MB, RECENT_MB = 70.0, 80.0
"""The service's limits plus one file: 64 MB each (67.1 and 64 + 8, in 10⁶ bytes)."""
MIN_MEMORY_RUN_S = 600.0
"""Minimum duration for a verdict on memory. Shorter runs only report it."""
MIN_REQUEST_SHARE = 0.95
"""Minimum share of the planned requests. With fewer, the service was not under the stated load."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Duration (seconds), rate (requests per second) and database. The URL is None on SQLite."""

    database: str
    seconds: float
    rate: float
    seed: int
    url: str | None = None

    @property
    def requests(self) -> int:
        return int(self.seconds * self.rate)


@dataclass(slots=True)
class Run:
    """Data at the end of a run. `idle` are samples before and after the load."""

    plan: Plan
    journal: Journal
    samples: Sequence[Sample]
    idle: tuple[Sample, Sample]
    commands: Sequence[CommandRun]
    records: int
    lost: list[str]
    stale: list[str]
    status: int = 0
    log_errors: list[str] = field(default_factory=list)


def findings(run: Run) -> list[Finding]:
    """Return the lines of the table for a run."""
    return [
        *_request_findings(run),
        *_memory_findings(run),
        *_handle_findings(run),
        *_file_findings(run),
        *_record_findings(run),
    ]


def _line(run: Run, what: str, figure: str, wanted: str = "", good: bool | None = None, problem: str = "") -> Finding:
    return Finding("steady", run.plan.database, what, figure, wanted, good, problem)


def _request_findings(run: Run) -> Iterator[Finding]:
    plan, journal = run.plan, run.journal
    sent, least = journal.requests, int(plan.requests * MIN_REQUEST_SHARE)
    yield _line(run, "requests", f"{sent:,} in {plan.seconds / 60:g} min", f"≥ {least:,}", sent >= least)
    statuses = ", ".join(f"{status}: {times:,}" for status, times in sorted(journal.statuses.items()))
    yield _line(run, "… by status", statuses)
    wrong = "; ".join(journal.faults[:3])
    yield _line(run, "… with an unexpected response", f"{journal.wrong}", "0", not journal.wrong, wrong)
    first, last = journal.between(sent // 4, sent // 2), journal.between(sent - sent // 4, sent)
    yield _line(run, "p50 of the second and the last quarter", f"{first.p50_ms:.1f} and {last.p50_ms:.1f} ms")
    yield _line(run, "p99 of the second and the last quarter", f"{first.p99_ms:.1f} and {last.p99_ms:.1f} ms")


def _memory_findings(run: Run) -> Iterator[Finding]:
    memory = [sample.memory for sample in run.samples]
    points = [(sample.at, sample.memory) for sample in run.samples]
    found, late = trend(points, run.plan.seconds), trend(points, run.plan.seconds, since=0.5)
    figure = f"{found.growth:+.1f} MB of {found.level:.0f} ({100 * found.share:+.1f} %)"
    is_long = run.plan.seconds >= MIN_MEMORY_RUN_S
    wanted = f"< {100 * MEMORY_SHARE:.0f} %" if is_long else f"not checked under {MIN_MEMORY_RUN_S / 60:.0f} min"
    yield _line(run, "memory, trend over the run", figure, wanted, found.share < MEMORY_SHARE if is_long else None)
    yield _line(run, "memory, trend of the second half", f"{late.growth:+.1f} MB ({100 * late.share:+.1f} %)")
    yield _line(run, "memory, minimum and maximum", f"{min(memory):.0f} and {max(memory):.0f} MB")


def _handle_findings(run: Run) -> Iterator[Finding]:
    before, after = run.idle
    counted = {"open handles": "handles", "threads": "threads"}
    if run.plan.url is not None:
        counted["connections to PostgreSQL"] = "connections"
    for what, name in counted.items():
        idle, late = getattr(before, name), getattr(after, name)
        figure = f"{idle} before, {late} after"
        yield _line(run, f"{what}, idle", figure, f"≤ {idle} + {MAX_GROWTH}", late <= idle + MAX_GROWTH)
        found = trend([(sample.at, getattr(sample, name)) for sample in run.samples], run.plan.seconds)
        most = max(getattr(sample, name) for sample in run.samples)
        figure = f"{found.level:.0f}, maximum {most}, trend {found.growth:+.1f}"
        yield _line(run, f"{what}, under load", figure, f"trend < {MAX_GROWTH}", found.growth < MAX_GROWTH)
    yield _line(run, "client sockets left open", f"{after.sockets}", "0", after.sockets == 0)


def _file_findings(run: Run) -> Iterator[Finding]:
    last = run.samples[-1]
    yield _line(run, "database, JSON files at the end", f"{last.database:.0f} MB, {last.json_files:.0f} MB")
    if run.plan.url is None:
        wal = max(sample.wal for sample in run.samples)
        yield _line(run, "write-ahead log, maximum", f"{wal:.0f} MB", f"≤ {WAL_MB:.0f} MB", wal <= WAL_MB)
    recent = max(sample.recent for sample in run.samples)
    yield _line(run, "recent/, maximum", f"{recent:.0f} MB", f"≤ {RECENT_MB:.0f} MB", recent <= RECENT_MB)


def _record_findings(run: Run) -> Iterator[Finding]:
    good = not run.lost
    figure = (
        f"{run.records:,} all present, none duplicated or changed"
        if good
        else f"some of {run.records:,} are missing or differ"
    )
    yield _line(run, "acknowledged records, read back", figure, "all", good, "; ".join(run.lost))
    good = not run.stale
    figure = "identical" if good else "different"
    yield _line(run, "JSON files compared with the database", figure, "identical", good, "; ".join(run.stale))
    for name, done in by_name(run.commands).items():
        failed = [each for each in done if each.status != 0]
        figure = f"{len(done)} times, {len(failed)} failed, at most {max(each.seconds for each in done):.1f} s"
        yield _line(
            run, f"valhalla {name}", figure, "0 failed", not failed, "; ".join(each.output for each in failed[:2])
        )
    figure = f"{len(run.log_errors)}"
    yield _line(run, "errors in the log", figure, "0", not run.log_errors, "; ".join(run.log_errors[:2]))
    stopped = {0, -signal.SIGTERM}  # one process exits with the signal that stopped it
    yield _line(run, "exit status after SIGTERM", f"{run.status}", "0 or -15", run.status in stopped)
