"""Jobs: run when due, in one process at a time. A failure is reported and stops no other job."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

import pytest

from backend.app.bootstrap import Store, open_store
from backend.app.kit.db import Ctx, state
from backend.app.kit.errors import Conflict, StoreUnavailable
from backend.app.kit.jobs import leases
from backend.app.kit.jobs.lease_holder import LeaseHolder
from backend.app.kit.jobs.runner import Facts, Job, JobRun, JobRunner, LastRun
from backend.app.kit.metrics import Metrics
from backend.app.settings import Settings
from backend.tests.harness import SOON_S, until
from backend.tests.kit.test_metrics import samples, value
from backend.tests.promises import promise

Logged = Callable[[], list[dict[str, Any]]]
CTX = Ctx("tester", "job")
LONG_AGO, NOON = "2026-01-30T12:00:00.000000Z", "2026-01-31T12:00:00.000000Z"


class Process:
    """One of several processes that share a store. Its runner is called directly, or started."""

    def __init__(self, store: Store, *jobs: Job, seconds: float = 30.0, watch_only: bool = False) -> None:
        self.store, self.metrics = store, Metrics()
        self.lease_holder = LeaseHolder(store.db, CTX, kind="work", version="1", seconds=seconds)
        self.runner = JobRunner(store.db, CTX, self.lease_holder, [*jobs], self.metrics, watch_only=watch_only)

    def round(self) -> dict[str, str]:
        return {outcome.job: outcome.result for outcome in self.runner.round()}

    def metric(self, name: str, **labels: str) -> float:
        return value(samples(self.metrics.text(0, 0.0).decode()), f"valhalla_job_{name}", **labels)

    @contextmanager
    def running(self) -> Iterator[None]:
        self.runner.start()
        try:
            yield
        finally:
            self.runner.close()


class Counting:
    """Return a job that counts its runs."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self, job_run: JobRun) -> Facts:
        self.times += 1
        return {"times": self.times}

    def every(self, seconds: float, name: str = "count") -> Job:
        return Job(name, seconds, self)


def last_run(store: Store, job: Job) -> LastRun:
    return store.db.snapshot_now(LastRun.read, job)


class TestWhenItIsDue:
    @pytest.mark.parametrize(
        ("begun", "done", "failed", "due"),
        [
            (None, None, None, True),
            ("2026-01-31T10:00:00.000000Z", "2026-01-31T10:00:05.000000Z", None, False),
            ("2026-01-30T12:00:01.000000Z", "2026-01-30T12:00:05.000000Z", None, False),
            (LONG_AGO, "2026-01-30T12:00:05.000000Z", None, True),
            ("2026-01-31T11:00:01.000000Z", None, "no", False),
            ("2026-01-31T11:00:00.000000Z", None, "no", True),
            ("2026-01-31T11:00:01.000000Z", LONG_AGO, None, False),  # broken off within the hour
            ("2026-01-31T11:00:00.000000Z", LONG_AGO, None, True),
            ("2026-02-01T12:00:00.000000Z", "2026-02-01T12:00:00.000000Z", None, True),  # the clock was set back
        ],
    )
    def test_due_daily_and_an_hour_after_a_failure(
        self, begun: str | None, done: str | None, failed: str | None, due: bool
    ) -> None:
        assert LastRun(begun, done, failed).due(Job("x", 86_400, Counting()), NOON) == due

    def test_not_due_again_after_a_run(self, store: Store) -> None:
        count = Counting()
        process = Process(store, count.every(86_400))
        assert process.round() == {"count": "ok"}
        assert process.round() == {"count": "not due"}
        assert count.times == 1

    def test_due_when_the_interval_has_passed(self, store: Store) -> None:
        count = Counting()
        process = Process(store, count.every(0.05))
        process.round()
        until(lambda: process.round() == {"count": "ok"}, "it is due again")

    def test_not_due_at_every_start(self, settings: Settings) -> None:
        count = Counting()
        for _ in range(2):
            with open_store(settings) as store:
                Process(store, count.every(86_400)).round()
        assert count.times == 1

    def test_not_due_in_another_process_after_a_run(self, settings: Settings) -> None:
        count = Counting()
        with open_store(settings) as store, open_store(settings) as elsewhere:
            assert Process(store, count.every(86_400)).round() == {"count": "ok"}
            assert Process(elsewhere, count.every(86_400)).round() == {"count": "not due"}

    def test_due_job_without_work_does_not_run(self, store: Store) -> None:
        count = Counting()
        job = Job("count", 86_400, count, lambda tx, last: last != LastRun())
        assert (Process(store, job).round(), count.times) == ({"count": "not due"}, 0)
        assert last_run(store, job) == LastRun()

    @pytest.mark.parametrize("found", ["", "{", "[1]", '{"begun": 5}', '{"begun": "soon"}', '{"colour": "red"}'])
    def test_unreadable_state_makes_a_job_due(self, store: Store, found: str) -> None:
        count = Counting()
        store.db.write_now(CTX, state.put, "job:count", found)
        assert Process(store, count.every(86_400)).round() == {"count": "ok"}


class TestFailing:
    @pytest.mark.parametrize(
        ("error", "sentence"),
        [(Conflict("the books do not add up"), "the books do not add up"), (KeyError(5), "KeyError(5)")],
    )
    def test_failure_is_reported_and_the_other_jobs_run(
        self, store: Store, logged: Logged, error: Exception, sentence: str
    ) -> None:
        def fail(job_run: JobRun) -> Facts:
            raise error

        count, bad = Counting(), Job("bad", 86_400, fail)
        process = Process(store, bad, count.every(86_400))
        assert process.round() == {"bad": "failed", "count": "ok"}
        (line,) = [line for line in logged() if line["event"] == "job failed"]
        assert (line["level"], line["job"], line["error"]) == ("error", "bad", sentence)
        assert ("exception" in line) == isinstance(error, KeyError), "a stack trace for what nobody expected"
        assert last_run(store, bad).failed == sentence
        assert process.metric("runs_total", job="bad", outcome="failed") == 1
        assert process.metric("runs_total", job="count", outcome="ok") == 1
        assert process.metric("failing", job="bad") == 1
        assert process.metric("failing", job="count") == 0
        assert process.metric("last_success_timestamp_seconds", job="bad") == 0
        assert process.metric("last_success_timestamp_seconds", job="count") > 1.7e9
        assert [outcome.sentence for outcome in process.runner.round()] == [f"failed last: {sentence}", ""]
        assert process.round() == {"bad": "not due", "count": "not due"}
        assert store.db.snapshot_now(leases.living) == [], "nobody keeps the lease"

    def test_failed_job_is_due_sooner(self, store: Store) -> None:
        answers: list[Facts] = []

        def fail_once(job_run: JobRun) -> Facts:
            answers.append({})
            if len(answers) == 1:
                raise Conflict("not yet")
            return {}

        job = Job("bad", 24 * 0.05, fail_once)
        process = Process(store, job)
        assert process.round() == {"bad": "failed"}
        until(lambda: process.round() == {"bad": "ok"}, "it is tried again")
        assert last_run(store, job).failed is None
        assert process.metric("failing", job="bad") == 0

    def test_failure_is_in_the_metrics_of_every_process(self, settings: Settings) -> None:
        def fail(job_run: JobRun) -> Facts:
            raise Conflict("no")

        bad = Job("bad", 86_400, fail)
        with open_store(settings) as store, open_store(settings) as elsewhere:
            Process(store, bad).round()
            watching = Process(elsewhere, bad, watch_only=True)
            assert watching.round() == {"bad": "not due"}
            assert watching.metric("failing", job="bad") == 1
            assert watching.metric("runs_total", job="bad", outcome="failed") == 0

    def test_runner_continues_when_the_database_responds_again(
        self, store: Store, monkeypatch: pytest.MonkeyPatch, logged: Logged
    ) -> None:
        count = Counting()
        process = Process(store, count.every(86_400), seconds=0.1)
        failures: list[None] = []

        def fail(*args: object) -> NoReturn:
            failures.append(None)
            raise StoreUnavailable

        def complaints() -> int:
            return sum(line["event"] == "jobs wait for the database" for line in logged())

        with monkeypatch.context() as patch:
            patch.setattr(store.db, "snapshot_now", fail)  # of this store: others are open in this process
            runner = process.running()
            runner.__enter__()
            until(lambda: len(failures) > 2, "it is tried again and again")
            assert complaints() == 1, "it is said once"
        until(lambda: count.times, "the runner continues")
        runner.__exit__(None, None, None)


class TestOneProcessAtATime:
    def test_job_runs_in_one_process_only(self, settings: Settings) -> None:
        begun, go_on = threading.Event(), threading.Event()

        def slow(job_run: JobRun) -> Facts:
            begun.set()
            go_on.wait(SOON_S)
            return {}

        with open_store(settings) as store, open_store(settings) as elsewhere:
            job = Job("slow", 0.001, slow)
            with Process(store, job).running():
                assert begun.wait(SOON_S)
                found = until(lambda: Process(elsewhere, job).round(), "the other one looked")
                go_on.set()
        assert found == {"slow": "elsewhere"}

    def test_concurrent_runners_run_a_job_once(self, settings: Settings) -> None:
        alone, times = threading.Lock(), []

        def careful(job_run: JobRun) -> Facts:
            assert alone.acquire(blocking=False), "two do it at once"
            times.append(1)
            alone.release()
            return {}

        job = Job("careful", 0.001, careful)
        with open_store(settings) as store, open_store(settings) as elsewhere:
            processes = [Process(where, job, seconds=0.6) for where in (store, elsewhere, store)]
            threads = [threading.Thread(target=self._rounds, args=(each, times)) for each in processes]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        assert sum(each.metric("runs_total", job="careful", outcome="failed") for each in processes) == 0
        assert len(times) >= 20

    @staticmethod
    def _rounds(process: Process, times: list[int]) -> None:
        while len(times) < 20:
            process.round()

    @promise("Operations", "A job runs in one process at a time, and another process takes over if it dies.")
    def test_job_of_a_dead_process_is_taken_over(self, settings: Settings) -> None:
        """The process dies during a job: it renews and records nothing."""
        begun, go_on, by = threading.Event(), threading.Event(), list[str]()

        def act(job_run: JobRun) -> Facts:
            by.append(threading.current_thread().name)
            if len(by) == 1:
                begun.set()
                go_on.wait(SOON_S)
                job_run.check()
            return {}

        job = Job("watch", 24 * 0.5, act)
        with open_store(settings) as store, open_store(settings) as elsewhere:
            dead, heir = Process(store, job, seconds=0.3), Process(elsewhere, job)
            with dead.running():
                assert begun.wait(SOON_S)
                until(lambda: heir.round() == {"watch": "ok"}, "it is taken over")
                done = last_run(elsewhere, job)
                go_on.set()
                until(lambda: dead.metric("runs_total", job="watch", outcome="lost"), "the dead one notices")
            assert last_run(elsewhere, job).begun == done.begun, "who lost the lease notes nothing"
        assert len(by) == 2

    def test_job_writes_under_its_lease(self, settings: Settings) -> None:
        with open_store(settings) as store, open_store(settings) as elsewhere:
            dead, heir = Process(store, seconds=0.1), Process(elsewhere)

            def act(job_run: JobRun) -> Facts:
                until(lambda: heir.lease_holder.take("job:watch"), "another one has it now")
                store.db.write_now(CTX, job_run.confirm)
                return {}

            dead.runner._jobs.append(Job("watch", 86_400, act))
            assert dead.round() == {"watch": "lost"}


class TestStopping:
    def test_stopped_job_is_due_at_once(self, store: Store) -> None:
        begun = threading.Event()

        def endless(job_run: JobRun) -> Facts:
            while True:
                job_run.check()
                begun.set()

        process = Process(store, job := Job("endless", 86_400, endless))
        with process.running():
            assert begun.wait(SOON_S)
        assert process.metric("runs_total", job="endless", outcome="stopped") == 1
        assert last_run(store, job) == LastRun()
        assert store.db.snapshot_now(leases.living) == []

    def test_stopped_runner_starts_no_further_job(self, store: Store) -> None:
        count = Counting()

        def stop(job_run: JobRun) -> Facts:
            process.runner.stop()
            return {}

        process = Process(store, Job("first", 86_400, stop), count.every(86_400))
        assert process.round() == {"first": "ok"}
        assert count.times == 0

    def test_runner_that_never_started_can_be_closed(self, store: Store) -> None:
        Process(store).runner.close()
