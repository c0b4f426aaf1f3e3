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

from soak import operator_commands, verification
from soak.connection import Connection, Unexpected
from soak.findings import Finding
from soak.journal import Journal
from soak.limits import Plan, Run, findings
from soak.progress import Progress
from soak.sampling import DatabaseStatistics, Sample, Sampler
from soak.service import Service, SteadyFailed, log_errors
from soak.virtual_user import VirtualUser

VIRTUAL_USERS = 12
WARM_UP_S = 20.0
"""Most seconds of work before the first idle sample."""
IDLE_TIMEOUT_S = (8.0, 30.0)
"""Least and most seconds to wait for the service to be idle; it closes connections that were idle for five."""
SAMPLES, SAMPLE_S = 120, (0.5, 10.0)
"""Approximate number of samples, and the range of seconds between them."""


class Load:
    """The simulated users, one thread each."""

    def __init__(self, plan: Plan, port: int, journal: Journal) -> None:
        rng = random.Random(plan.seed)
        self.virtual_users = [VirtualUser(f"user-{n}", rng.randrange(10**9), journal) for n in range(VIRTUAL_USERS)]
        self._port, self._every_s, self._journal = port, VIRTUAL_USERS / plan.rate, journal

    @contextmanager
    def running(self, work: Callable[[VirtualUser, threading.Event], None]) -> Iterator[list[threading.Thread]]:
        """Run this function for every user until the block exits."""
        stop = threading.Event()
        threads = [
            threading.Thread(target=self._run_user, args=(virtual_user, work, stop), daemon=True)
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

    def _run_user(
        self, virtual_user: VirtualUser, work: Callable[[VirtualUser, threading.Event], None], stop: threading.Event
    ) -> None:
        virtual_user.connection = Connection(self._port, self._every_s, self._journal, stop)
        try:
            work(virtual_user, stop)
        except Exception as error:  # noqa: BLE001 - the fault fails the run, and the other users continue
            self._journal.fault(f"{virtual_user.name} stopped: {error!r}")
        finally:
            virtual_user.connection.close()


def run(plan: Plan, directory: Path, progress: Progress) -> tuple[list[Finding], Sampler]:
    """Apply the load to a new service, and return the findings. Raises SteadyFailed."""
    directory.mkdir()
    journal = Journal()
    service = Service(directory, plan.url)
    try:
        with _counting(plan.url) as count:
            sampler = Sampler(service.pid, service.data_dir, journal, count)
            found = _under_load(plan, service, journal, sampler, progress)
        found.status = service.stop()
    except (psutil.Error, Unexpected) as error:
        first = journal.faults[0] if journal.faults else str(error)
        raise SteadyFailed(f"{first}; see the log {service.log}") from error
    finally:
        service.stop()
    found.log_errors = log_errors(service.log)
    return findings(found), sampler


def _under_load(plan: Plan, service: Service, journal: Journal, sampler: Sampler, progress: Progress) -> Run:
    name = f"steady, {plan.database}"
    progress.event(f"{name}: {plan.requests:,} requests in {plan.seconds / 60:g} min, seed {plan.seed}")
    idle_connection = Connection(service.port, 0.0, Journal(), threading.Event())
    service.wait_until_ready(idle_connection)
    load = Load(plan, service.port, journal)
    load.prepare()
    idle_connection.close()
    with load.running(VirtualUser.work):  # opens the connections and threads that are created on demand
        time.sleep(min(plan.seconds / 4, WARM_UP_S))
    before = _settled(sampler, plan)
    journal.start_over()
    background = operator_commands.BackgroundCommands(service.environment, service.data_dir.parent, plan.seconds)
    with load.running(VirtualUser.work), background.running():
        sampler.begin()
        _sample(plan, journal, sampler, progress)
    after = _settled(sampler, plan, before)
    progress.event(f"{name}: {journal.requests:,} requests done; comparing records")
    lost = verification.lost_or_changed(idle_connection, load.virtual_users)
    stale = verification.stale_files(service.data_dir, idle_connection, load.virtual_users)
    idle_connection.close()
    done = [*background.done, operator_commands.verify(service.environment)]
    records = sum(map(len, verification.acknowledged(load.virtual_users).values()))
    return Run(plan, journal, sampler.samples, (before, after), done, records, lost, stale)


def _sample(plan: Plan, journal: Journal, sampler: Sampler, progress: Progress) -> None:
    every = min(max(plan.seconds / SAMPLES, SAMPLE_S[0]), SAMPLE_S[1])
    until, reported = time.monotonic() + plan.seconds, 0
    while (left := until - time.monotonic()) > 0:
        time.sleep(min(every, left))
        now = sampler.record()
        for fault in journal.faults[reported:]:
            progress.event(f"  {fault}")
            reported += 1
        wrong = f", {journal.wrong} unexpected" if journal.wrong else ""
        progress.update(
            f"steady, {plan.database}: {journal.requests:,} of {plan.requests:,} requests{wrong}, "
            f"{now.memory:.0f} MB, {now.handles} handles, p99 {now.p99_ms:.0f} ms"
        )


def _settled(sampler: Sampler, plan: Plan, goal: Sample | None = None) -> Sample:
    """Sample the idle service, once it has no more handles than before or after a timeout."""
    least, most = IDLE_TIMEOUT_S
    until = time.monotonic() + min(max(plan.seconds, least), most)
    sample = sampler.sample()
    while time.monotonic() < until and not (sample.sockets == 0 and (goal is None or sample.handles <= goal.handles)):
        time.sleep(0.2)
        sample = sampler.sample()
    return sample


@contextmanager
def _counting(url: str | None) -> Iterator[Callable[[], DatabaseStatistics] | None]:
    """Yield a function that queries PostgreSQL on a separate connection, which it does not count."""
    if url is None:
        yield None
        return
    with psycopg.connect(url, autocommit=True) as connection:

        def count() -> DatabaseStatistics:
            row = connection.execute(
                "SELECT count(*) FILTER (WHERE pid <> pg_backend_pid()), pg_database_size(current_database()) "
                "FROM pg_stat_activity WHERE datname = current_database() AND backend_type = 'client backend'"
            ).fetchone()
            return DatabaseStatistics(*row) if row else DatabaseStatistics()

        yield count
