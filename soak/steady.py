"""Steady load for any duration: mixed reads and writes at a bounded rate, on one `valhalla serve`.

Requirements: no unexpected response, no error in the log, no growth of memory and handles, and at the end every
acknowledged record in the database, in the JSON files and in the audit trail.
"""

import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import psycopg

from soak import chores, truth
from soak.connection import Connection, Unexpected
from soak.findings import Finding
from soak.journal import Journal
from soak.judgement import Plan, Run, findings
from soak.progress import Progress
from soak.service import Service, SteadyFailed, complaints
from soak.virtual_user import VirtualUser
from soak.watch import Counted, Sample, Watcher

VIRTUAL_USERS = 12
SETTLES_IN_S, SETTLES_WITHIN_S = 20.0, 30.0
"""Seconds of work before the first idle sample, and most seconds until the service is idle."""
SAMPLES, SAMPLE_S = 120, (0.5, 10.0)
"""Approximate number of samples, and the range of seconds between them."""


class Load:
    """The simulated users, one thread each."""

    def __init__(self, plan: Plan, port: int, journal: Journal) -> None:
        rng = random.Random(plan.seed)
        self.virtual_users = [VirtualUser(f"desk-{n}", rng.randrange(10**9), journal) for n in range(VIRTUAL_USERS)]
        self._port, self._every_s, self._journal = port, VIRTUAL_USERS / plan.rate, journal

    @contextmanager
    def running(self, work: Callable[[VirtualUser, threading.Event], None]) -> Iterator[list[threading.Thread]]:
        """Run this function for every user until the block exits."""
        stop = threading.Event()
        threads = [
            threading.Thread(target=self._sit, args=(virtual_user, work, stop), daemon=True)
            for virtual_user in self.virtual_users
        ]
        for thread in threads:
            thread.start()
        try:
            yield threads
        finally:
            stop.set()
            for thread in threads:
                thread.join()

    def prepare(self) -> None:
        """Create the first records of every user. Raises SteadyFailed."""
        with self.running(lambda virtual_user, stop: virtual_user.prepare()) as threads:
            for thread in threads:
                thread.join()
        if self._journal.faults:
            raise SteadyFailed(self._journal.faults[0])

    def _sit(
        self, virtual_user: VirtualUser, work: Callable[[VirtualUser, threading.Event], None], stop: threading.Event
    ) -> None:
        virtual_user.connection = Connection(self._port, self._every_s, self._journal, stop)
        try:
            work(virtual_user, stop)
        except Exception as error:  # noqa: BLE001 - the run fails with it, and the others work on
            self._journal.fault(f"{virtual_user.name} left: {error!r}")
        finally:
            virtual_user.connection.close()


def run(plan: Plan, directory: Path, progress: Progress) -> tuple[list[Finding], Watcher]:
    """Apply the load to a new service, and return the findings. Raises SteadyFailed."""
    directory.mkdir()
    journal = Journal()
    service = Service(directory, plan.url)
    try:
        with _counting(plan.url) as count:
            watcher = Watcher(service.pid, service.data_dir, journal, count)
            found = _under_load(plan, service, journal, watcher, progress)
        found.status = service.stop()
    except (psutil.Error, Unexpected) as error:
        first = journal.faults[0] if journal.faults else str(error)
        raise SteadyFailed(f"{first}; the log is {service.log}") from error
    finally:
        service.stop()
    found.complaints = complaints(service.log)
    return findings(found), watcher


def _under_load(plan: Plan, service: Service, journal: Journal, watcher: Watcher, progress: Progress) -> Run:
    name = f"steady, {plan.database}"
    progress.say(f"{name}: {plan.requests:,} requests in {plan.seconds / 60:g} min, seed {plan.seed}")
    calm = Connection(service.port, 0.0, Journal(), threading.Event())
    service.wait_until_ready(calm)
    load = Load(plan, service.port, journal)
    load.prepare()
    calm.close()
    with load.running(VirtualUser.work):  # opens the connections and threads that are created on demand
        time.sleep(min(plan.seconds / 4, SETTLES_IN_S))
    before = _settled(watcher)
    journal.start_over()
    beside = chores.Beside(service.environment, service.data_dir.parent, plan.seconds)
    with load.running(VirtualUser.work), beside.running():
        watcher.begin()
        _watch(plan, journal, watcher, progress)
    after = _settled(watcher, before)
    progress.say(f"{name}: {journal.requests:,} requests are answered; comparing")
    lost = truth.lost_or_changed(calm, load.virtual_users)
    out_of_step = truth.files_out_of_step(service.data_dir, calm, load.virtual_users)
    calm.close()
    done = [*beside.done, chores.verify(service.environment)]
    records = sum(map(len, truth.acknowledged(load.virtual_users).values()))
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
    """Sample the idle service, once it has no more handles than before or after a timeout."""
    until = time.monotonic() + SETTLES_WITHIN_S
    sample = watcher.look()
    while time.monotonic() < until and not (sample.sockets == 0 and (goal is None or sample.handles <= goal.handles)):
        time.sleep(0.2)
        sample = watcher.look()
    return sample


@contextmanager
def _counting(url: str | None) -> Iterator[Callable[[], Counted] | None]:
    """Yield a function that queries PostgreSQL on a separate connection, which it does not count."""
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
