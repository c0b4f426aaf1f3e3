"""An office at work for as long as one likes: mixed readers and writers at a bounded rate, on one `valhalla serve`.

What is asked of it: no answer that should have been another, no error in the log, memory and handles that stay where
they are, and at the end everything that was acknowledged, in the database, in the JSON files and in the audit trail.
"""

import json
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from bench.load import ROOT
from soak import chores, truth
from soak.desk import Desk
from soak.findings import Finding
from soak.flat import trend
from soak.journal import Journal
from soak.progress import Progress
from soak.watch import Counted, Sample, Watcher
from soak.wire import Unexpected, Wire

DESKS = 12
STARTS_WITHIN_S, STOPS_WITHIN_S, SETTLES_WITHIN_S = 60.0, 60.0, 30.0
SETTLES_IN_S = 20.0
"""How long everybody works before the service is first looked at."""
SAMPLES, SAMPLE_S = 120, (0.5, 10.0)
"""About so many samples, between so far apart."""

MEMORY_SHARE = 0.05
"""Memory may grow by this share of itself in the whole run, records and all: nothing is subtracted for them."""
HANDLES = THREADS = 2
WAL_MB, RECENT_MB = 70.0, 80.0
"""What the service holds them to, and one file of it more: 64 MB each (67.1 and 64 + 8, in 10⁶ bytes)."""
JUDGED_FROM_S = 600.0
"""A shorter run says little about memory: it is shown, not judged."""
OF_THE_PLAN = 0.95
"""So many of the planned requests must have been sent, or the service was not under the load that is claimed."""


class SteadyFailed(Exception):
    """The service did not start, or the load could not be put on it."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How long (seconds) and at what rate (requests a second), in which database; the URL is None on SQLite."""

    database: str
    seconds: float
    rate: float
    seed: int
    url: str | None = None

    @property
    def requests(self) -> int:
        return int(self.seconds * self.rate)


class Service:
    """`valhalla serve` as a process of its own, on a port of its own."""

    def __init__(self, directory: Path, url: str | None) -> None:
        self.data_dir, self.log, self.port = directory / "data", directory / "serve.log", _free_port()
        self.environment = {name: value for name, value in os.environ.items() if not name.startswith("VALHALLA_")}
        self.environment |= {"VALHALLA_DATA_DIR": str(self.data_dir), "VALHALLA_LOG_FORMAT": "json"}
        if url is not None:
            self.environment["VALHALLA_DATABASE_URL"] = url
        with self.log.open("ab") as out:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "backend.app.cli", "serve", "--port", str(self.port)],
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                start_new_session=True,
            )

    @property
    def pid(self) -> int:
        return self._process.pid

    def wait_until_ready(self, wire: Wire) -> None:
        until = time.monotonic() + STARTS_WITHIN_S
        while self._process.poll() is None and time.monotonic() < until:
            try:
                wire.ask("GET", "/readyz")
            except Unexpected:
                time.sleep(0.05)
            else:
                return
        raise SteadyFailed(f"valhalla serve did not start, see {self.log}")

    def stop(self) -> int:
        """The exit status; SIGKILL when it does not stop by itself."""
        self._process.terminate()
        try:
            return self._process.wait(STOPS_WITHIN_S)
        except subprocess.TimeoutExpired:
            return -signal.SIGKILL
        finally:
            self._process.kill()
            self._process.wait()


class Load:
    """The people of the office, each in a thread."""

    def __init__(self, plan: Plan, port: int, journal: Journal) -> None:
        rng = random.Random(plan.seed)
        self.desks = [Desk(f"desk-{n}", rng.randrange(10**9), journal) for n in range(DESKS)]
        self._port, self._every_s, self._journal = port, DESKS / plan.rate, journal

    @contextmanager
    def running(self, work: Callable[[Desk, threading.Event], None]) -> Iterator[list[threading.Thread]]:
        """Everybody does that until the block is left."""
        stop = threading.Event()
        threads = [threading.Thread(target=self._sit, args=(desk, work, stop), daemon=True) for desk in self.desks]
        for thread in threads:
            thread.start()
        try:
            yield threads
        finally:
            stop.set()
            for thread in threads:
                thread.join()

    def prepare(self) -> None:
        """Everybody makes their first records; raises SteadyFailed."""
        with self.running(lambda desk, stop: desk.prepare()) as threads:
            for thread in threads:
                thread.join()
        if self._journal.faults:
            raise SteadyFailed(self._journal.faults[0])

    def _sit(self, desk: Desk, work: Callable[[Desk, threading.Event], None], stop: threading.Event) -> None:
        desk.wire = Wire(self._port, self._every_s, self._journal, stop)
        try:
            work(desk, stop)
        except Exception as error:  # noqa: BLE001 - the run fails with it, and the others work on
            self._journal.fault(f"{desk.name} left: {error!r}")
        finally:
            desk.wire.close()


@dataclass(slots=True)
class Run:
    """What is known at the end of a run; `idle` is the service before the load and after it."""

    plan: Plan
    journal: Journal
    samples: Sequence[Sample]
    idle: tuple[Sample, Sample]
    chores: list[chores.Chore]
    records: int
    lost: list[str]
    out_of_step: list[str]
    status: int = 0
    complaints: list[str] = field(default_factory=list)


def run(plan: Plan, directory: Path, progress: Progress) -> tuple[list[Finding], Watcher]:
    """Puts the load on a new service, and judges what came of it; raises SteadyFailed."""
    directory.mkdir()
    journal = Journal()
    service = Service(directory, plan.url)
    try:
        with _counting(plan.url) as count:
            watcher = Watcher(service.pid, service.data_dir, journal, count)
            found = _under_load(plan, service, journal, watcher, progress)
        found.status = service.stop()
    finally:
        service.stop()
    found.complaints = complaints(service.log)
    return findings(found), watcher


def _under_load(plan: Plan, service: Service, journal: Journal, watcher: Watcher, progress: Progress) -> Run:
    name = f"steady, {plan.database}"
    progress.say(f"{name}: {plan.requests:,} requests in {plan.seconds / 60:g} min, seed {plan.seed}")
    calm = Wire(service.port, 0.0, Journal(), threading.Event())
    service.wait_until_ready(calm)
    load = Load(plan, service.port, journal)
    load.prepare()
    calm.close()
    with load.running(Desk.work):  # connections and threads are made when they are first needed
        time.sleep(min(plan.seconds / 4, SETTLES_IN_S))
    before = _settled(watcher)
    journal.start_over()
    beside = chores.Beside(service.environment, service.data_dir.parent, plan.seconds)
    with load.running(Desk.work), beside.running():
        watcher.begin()
        _watch(plan, journal, watcher, progress)
    after = _settled(watcher, before)
    progress.say(f"{name}: {journal.requests:,} requests are answered; comparing")
    lost = truth.lost_or_changed(calm, load.desks)
    out_of_step = truth.files_out_of_step(service.data_dir, calm, load.desks)
    calm.close()
    done = [*beside.done, chores.verify(service.environment)]
    records = sum(map(len, truth.acknowledged(load.desks).values()))
    return Run(plan, journal, watcher.samples, (before, after), done, records, lost, out_of_step)


def _watch(plan: Plan, journal: Journal, watcher: Watcher, progress: Progress) -> None:
    every = min(max(plan.seconds / SAMPLES, SAMPLE_S[0]), SAMPLE_S[1])
    until, told = time.monotonic() + plan.seconds, 0
    while (left := until - time.monotonic()) > 0:
        time.sleep(min(every, left))
        now = watcher.take()
        for fault in journal.faults[told:]:
            progress.say(f"  {fault}")
            told += 1
        wrong = f", {journal.wrong} wrong" if journal.wrong else ""
        progress.now(
            f"steady, {plan.database}: {journal.requests:,} of {plan.requests:,} requests{wrong}, "
            f"{now.memory:.0f} MB, {now.handles} handles, p99 {now.p99_ms:.0f} ms"
        )


def _settled(watcher: Watcher, goal: Sample | None = None) -> Sample:
    """The service when nobody asks anything: with no more handles than before, or after a while."""
    until = time.monotonic() + SETTLES_WITHIN_S
    sample = watcher.look()
    while time.monotonic() < until and not (sample.sockets == 0 and (goal is None or sample.handles <= goal.handles)):
        time.sleep(0.2)
        sample = watcher.look()
    return sample


@contextmanager
def _counting(url: str | None) -> Iterator[Callable[[], Counted] | None]:
    """Asks PostgreSQL over a connection of its own, which it does not count."""
    if url is None:
        yield None
        return
    with psycopg.connect(url, autocommit=True) as connection:

        def count() -> Counted:
            row = connection.execute(
                "SELECT count(*) FILTER (WHERE pid <> pg_backend_pid()), pg_database_size(current_database()) "
                "FROM pg_stat_activity WHERE datname = current_database() AND backend_type = 'client backend'"
            ).fetchone()
            return Counted(*row) if row else Counted()

        yield count


def complaints(log: Path) -> list[str]:
    """Lines of the log that tell of an error, or are none of the service's."""
    found = []
    for line in log.read_text(errors="replace").splitlines():
        try:
            level = json.loads(line)["level"] if line.startswith("{") else "error" * ("Traceback" in line)
        except (ValueError, KeyError):
            level = "error"
        if level in {"error", "critical"}:
            found.append(line[:500])
    return found


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


# What is made of it


def findings(run: Run) -> list[Finding]:
    """The lines of the table for a run."""
    return [*_of_requests(run), *_of_memory(run), *_of_handles(run), *_of_files(run), *_of_truth(run)]


def _line(run: Run, what: str, figure: str, wanted: str = "", good: bool | None = None, problem: str = "") -> Finding:
    return Finding("steady", run.plan.database, what, figure, wanted, good, problem)


def _of_requests(run: Run) -> Iterator[Finding]:
    plan, journal = run.plan, run.journal
    sent, least = journal.requests, int(plan.requests * OF_THE_PLAN)
    yield _line(run, "requests", f"{sent:,} in {plan.seconds / 60:g} min", f"≥ {least:,}", sent >= least)
    statuses = ", ".join(f"{status}: {times:,}" for status, times in sorted(journal.statuses.items()))
    yield _line(run, "… by status", statuses)
    wrong = "; ".join(journal.faults[:3])
    yield _line(run, "… answered otherwise than they must be", f"{journal.wrong}", "0", not journal.wrong, wrong)
    first, last = journal.between(sent // 4, sent // 2), journal.between(sent - sent // 4, sent)
    yield _line(run, "p50 of the second and the last quarter", f"{first.p50_ms:.1f} and {last.p50_ms:.1f} ms")
    yield _line(run, "p99 of the second and the last quarter", f"{first.p99_ms:.1f} and {last.p99_ms:.1f} ms")


def _of_memory(run: Run) -> Iterator[Finding]:
    memory = [sample.memory for sample in run.samples]
    found = trend([(sample.at, sample.memory) for sample in run.samples], run.plan.seconds)
    figure = f"{found.growth:+.1f} MB of {found.level:.0f} ({100 * found.share:+.1f} %)"
    judged = run.plan.seconds >= JUDGED_FROM_S
    wanted = f"< {100 * MEMORY_SHARE:.0f} %" if judged else f"not judged under {JUDGED_FROM_S / 60:.0f} min"
    yield _line(run, "memory, trend over the run", figure, wanted, found.share < MEMORY_SHARE if judged else None)
    yield _line(run, "memory, least and most", f"{min(memory):.0f} and {max(memory):.0f} MB")


def _of_handles(run: Run) -> Iterator[Finding]:
    before, after = run.idle
    for what, name, more in (("open handles", "handles", HANDLES), ("threads", "threads", THREADS)):
        idle, late = getattr(before, name), getattr(after, name)
        figure = f"{idle} before, {late} after"
        yield _line(run, f"{what}, idle", figure, f"≤ {idle} + {more}", late <= idle + more)
        found = trend([(sample.at, getattr(sample, name)) for sample in run.samples], run.plan.seconds)
        most = max(getattr(sample, name) for sample in run.samples)
        figure = f"{found.level:.0f}, most {most}, trend {found.growth:+.1f}"
        yield _line(run, f"{what}, at work", figure, f"trend < {more}", found.growth < more)
    yield _line(run, "client sockets left open", f"{after.sockets}", "0", after.sockets == 0)
    if run.plan.url is not None:
        most = max(sample.connections for sample in run.samples)
        figure = f"{before.connections} before, {after.connections} after, most {most}"
        good = after.connections <= before.connections
        yield _line(run, "connections to PostgreSQL", figure, f"≤ {before.connections} after", good)


def _of_files(run: Run) -> Iterator[Finding]:
    last = run.samples[-1]
    yield _line(run, "database, JSON files at the end", f"{last.database:.0f} MB, {last.json_files:.0f} MB")
    if run.plan.url is None:
        wal = max(sample.wal for sample in run.samples)
        yield _line(run, "write-ahead log, most", f"{wal:.0f} MB", f"≤ {WAL_MB:.0f} MB", wal <= WAL_MB)
    recent = max(sample.recent for sample in run.samples)
    yield _line(run, "recent/, most", f"{recent:.0f} MB", f"≤ {RECENT_MB:.0f} MB", recent <= RECENT_MB)


def _of_truth(run: Run) -> Iterator[Finding]:
    good = not run.lost
    figure = f"{run.records:,} all there, none doubled or changed" if good else f"of {run.records:,} some are not"
    yield _line(run, "acknowledged records, read back", figure, "all", good, "; ".join(run.lost))
    good = not run.out_of_step
    figure = "the same" if good else "differ"
    yield _line(run, "JSON files against the database", figure, "the same", good, "; ".join(run.out_of_step))
    for name, done in chores.by_name(run.chores).items():
        failed = [chore for chore in done if chore.status != 0]
        figure = f"{len(done)} times, {len(failed)} failed, at most {max(chore.seconds for chore in done):.1f} s"
        yield _line(run, f"valhalla {name}", figure, "0 failed", not failed, "; ".join(c.said for c in failed[:2]))
    figure = f"{len(run.complaints)}"
    yield _line(run, "errors in the log", figure, "0", not run.complaints, "; ".join(run.complaints[:2]))
    stopped = {0, -signal.SIGTERM}  # one process passes on the signal that it was stopped with
    yield _line(run, "exit status after SIGTERM", f"{run.status}", "0 or -15", run.status in stopped)
