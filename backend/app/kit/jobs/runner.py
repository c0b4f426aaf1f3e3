"""Periodic jobs, run by one of all processes that share a store.

Each job runs under its own lease, and its last run is recorded in the store. So a daily job does not run at every
start, and every process can report the state of the jobs. A job that fails, or whose process dies, is due again after a
shorter time. It does not stop the other jobs.
"""

import json
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog

from backend.app.kit.db import Ctx, Database, Tx, state
from backend.app.kit.errors import AppError
from backend.app.kit.jobs import leases
from backend.app.kit.jobs.lease_holder import RENEWALS, HeldLease, LeaseHolder
from backend.app.kit.jobs.polling import PollingThread
from backend.app.kit.metrics import Metrics

log = structlog.get_logger("jobs")

Facts = dict[str, Any]


class Stopping(Exception):
    """The process is ending: the job stops, and is due at once in the next process."""


class JobRun:
    """One run of a job, as passed to the job."""

    def __init__(self, held: HeldLease, stop: threading.Event) -> None:
        self._held, self._stop = held, stop

    def check(self) -> None:
        """Raise LeaseLost if the lease may have expired, Stopping if the process is ending.

        Call it between two steps.
        """
        if self._stop.is_set():
            raise Stopping
        self._held.check()

    def rest(self, seconds: float) -> None:
        """Sleep, so that requests get processor time. Raises what `check` raises."""
        self._stop.wait(seconds)
        self.check()

    def confirm(self, tx: Tx) -> None:
        """Raise LeaseLost unless the lease holds. Call it at the start of a unit of work that needs the lease."""
        self._held.confirm(tx)


@dataclass(frozen=True, slots=True)
class Job:
    """A task that runs every `every_s` seconds.

    `act` returns facts for the log. It raises on failure, with an AppError if a single sentence describes it. A due job
    whose `has_work` returns False does not run, and keeps its state; None means that there always is work.
    """

    name: str
    every_s: float
    act: Callable[[JobRun], Facts]
    has_work: "Callable[[Tx, LastRun], bool] | None" = None

    @property
    def retry_s(self) -> float:
        """Seconds until the job is due again after a failure or interruption."""
        return self.every_s / 24


@dataclass(frozen=True, slots=True)
class LastRun:
    """Stored state of a job: when it last started, when it last succeeded, and its failure since."""

    begun: str | None = None
    done: str | None = None
    failed: str | None = None

    @classmethod
    def read(cls, tx: Tx, job: Job) -> "LastRun":
        """Read the stored state. If it is unreadable, return an empty one, so that the job is due."""
        try:
            found = json.loads(state.get(tx, leases.JOB + job.name) or "{}")
            last = cls(**found)
            for moment in (last.begun, last.done):
                if moment is not None:
                    datetime.fromisoformat(moment)
        except (ValueError, TypeError):
            return cls()
        return last

    def put(self, tx: Tx, job: Job) -> None:
        state.put(tx, leases.JOB + job.name, json.dumps(asdict(self)))

    def due(self, job: Job, now: str) -> bool:
        """Return True if the job is due. A start in the future was recorded before the clock was set back."""
        if self.begun is None or self.begun > now:
            return True
        succeeded = self.failed is None and self.done is not None and self.done >= self.begun
        passed = datetime.fromisoformat(now) - datetime.fromisoformat(self.begun)
        return passed >= timedelta(seconds=job.every_s if succeeded else job.retry_s)


@dataclass(frozen=True, slots=True)
class JobOutcome:
    """Result of one attempt: ok, failed, lost (the lease), stopped, not due, elsewhere."""

    job: str
    result: str
    sentence: str = ""


class JobRunner:
    """Runner of due jobs, one after the other, in its own thread.

    With `watch_only` it runs no jobs, and only keeps the metrics in step with other processes.
    """

    def __init__(
        self,
        db: Database,
        ctx: Ctx,
        lease_holder: LeaseHolder,
        jobs: list[Job],
        metrics: Metrics,
        *,
        watch_only: bool = False,
    ) -> None:
        self._db, self._ctx, self._lease_holder, self._jobs = db, ctx, lease_holder, jobs
        self._metrics, self._watch_only = metrics, watch_only
        self._thread = PollingThread(
            "valhalla-jobs", self.round, lambda: lease_holder.seconds / RENEWALS, "jobs wait for the database"
        )
        self._stop = self._thread.stopping

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Stop after the current step. May be called from a signal handler."""
        self._thread.stop()

    def wait(self) -> None:
        """Wait until the thread has stopped."""
        self._thread.wait()

    def close(self) -> None:
        self.stop()
        self.wait()

    def round(self) -> list[JobOutcome]:
        """Run all jobs that are due. Raises if the database does not answer."""
        outcomes = []
        for job in self._jobs:
            if self._stop.is_set():
                break
            last, due = self._db.snapshot_now(_last_run, job)
            self._show(job, last)
            if self._watch_only or not due:
                outcomes.append(JobOutcome(job.name, "not due", f"failed last: {last.failed}" if last.failed else ""))
                continue
            outcomes.append(self._attempt(job))
        return outcomes

    def _show(self, job: Job, last: LastRun) -> None:
        done = datetime.fromisoformat(last.done).timestamp() if last.done else 0.0
        self._metrics.job(job.name, done, failing=last.failed is not None)

    def _attempt(self, job: Job) -> JobOutcome:
        held = self._lease_holder.take(leases.JOB + job.name)
        if held is None:
            return JobOutcome(job.name, "elsewhere")
        try:
            before = self._db.write_now(self._ctx, _begin, held, job)
            if before is None:
                return JobOutcome(job.name, "not due")  # another process has just run it
            return self._run_job(job, held, before)
        except leases.LeaseLost as error:
            return self._counted(JobOutcome(job.name, "lost", error.detail))
        finally:
            self._lease_holder.release(held)

    def _run_job(self, job: Job, held: HeldLease, before: LastRun) -> JobOutcome:
        """Run the job and record the result. Raises LeaseLost and database errors."""
        began = time.monotonic()
        try:
            facts = job.act(JobRun(held, self._stop))
        except Stopping:
            self._db.write_now(self._ctx, _restore_state, held, job, before)
            return self._counted(JobOutcome(job.name, "stopped"))
        except leases.LeaseLost:
            raise
        except Exception as error:  # noqa: BLE001 - recorded, logged and counted; the other jobs run
            return self._failed(job, held, error)
        self._show(job, self._db.write_now(self._ctx, _end, held, job, None))
        log.info("job done", job=job.name, s=round(time.monotonic() - began, 3), **facts)
        return self._counted(JobOutcome(job.name, "ok", ", ".join(f"{name} {value}" for name, value in facts.items())))

    def _failed(self, job: Job, held: HeldLease, error: Exception) -> JobOutcome:
        known = isinstance(error, AppError)
        sentence = error.detail if isinstance(error, AppError) else repr(error)
        log.error("job failed", job=job.name, error=sentence, exc_info=None if known else error)
        outcome = self._counted(JobOutcome(job.name, "failed", sentence))  # counted even if it cannot be recorded
        self._show(job, self._db.write_now(self._ctx, _end, held, job, sentence))
        return outcome

    def _counted(self, outcome: JobOutcome) -> JobOutcome:
        if outcome.result == "lost":
            log.warning("job broken off", job=outcome.job, error=outcome.sentence)
        self._metrics.job_run(outcome.job, outcome.result)
        return outcome


def _last_run(tx: Tx, job: Job) -> tuple[LastRun, bool]:
    last = LastRun.read(tx, job)
    due = last.due(job, leases.now(tx))
    return last, due and (job.has_work is None or job.has_work(tx, last))


def _begin(tx: Tx, held: HeldLease, job: Job) -> LastRun | None:
    """Record the start of the job. Return the previous state; None if the job is no longer due."""
    held.confirm(tx)
    before, due = _last_run(tx, job)
    if not due:
        return None
    LastRun(leases.now(tx), before.done, before.failed).put(tx, job)
    return before


def _end(tx: Tx, held: HeldLease, job: Job, failed: str | None) -> LastRun:
    """Record the result, in the transaction that confirms the lease."""
    held.confirm(tx)
    before = LastRun.read(tx, job)
    now = LastRun(before.begun, before.done if failed else leases.now(tx), failed)
    now.put(tx, job)
    return now


def _restore_state(tx: Tx, held: HeldLease, job: Job, before: LastRun) -> None:
    held.confirm(tx)
    before.put(tx, job)
