"""Running the jobs that people start, one after the other, each under a lease."""

import time
from collections.abc import Callable, Mapping

import structlog

from backend.app.core_gov.jobs import running_job, service
from backend.app.core_gov.jobs.result_files import ResultFolder
from backend.app.core_gov.jobs.running_job import JobInterrupted, JobKind, RunningJob, job_ctx
from backend.app.core_gov.jobs.store import StoredJob
from backend.app.kit.db import Ctx, Database
from backend.app.kit.errors import AppError, StoreUnavailable
from backend.app.kit.jobs import leases
from backend.app.kit.jobs.lease_holder import HeldLease, LeaseHolder
from backend.app.kit.jobs.polling import PollingThread
from backend.app.kit.jobs.runner import JobOutcome, JobRun, Stopping
from backend.app.kit.metrics import Metrics

log = structlog.get_logger("jobs")

POLL_S = 1.0
"""Seconds between two looks for queued jobs."""

TIDY_S = 3_600.0
"""Seconds between two removals of old files."""


class JobWorker:
    """Worker that runs queued jobs, and those whose process died, in its own thread."""

    def __init__(
        self,
        db: Database,
        ctx: Ctx,
        lease_holder: LeaseHolder,
        kinds: Mapping[str, JobKind],
        metrics: Metrics,
        *,
        tidy: Callable[[Database], int] = lambda db: 0,
    ) -> None:
        """`tidy` deletes old files that other packages keep in the data directory, and returns how many."""
        self._tidy = tidy
        self._db, self._ctx, self._lease_holder, self._kinds, self._metrics = db, ctx, lease_holder, kinds, metrics
        self._unknown: set[str] = set()
        self._tidy_at = 0.0
        self._thread = PollingThread(
            "valhalla-job-worker", self.round, lambda: POLL_S, "queued jobs wait for the database"
        )
        self._stop = self._thread.stopping

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Stop after the current step. May be called from a signal handler."""
        self._thread.stop()

    def close(self) -> None:
        self._thread.stop()
        self._thread.wait()

    def round(self) -> list[JobOutcome]:
        """Run all jobs that can be run now. Raises if the database does not answer."""
        self._remove_old_files()
        outcomes = []
        for job in self._db.snapshot_now(service.runnable):
            if self._stop.is_set():
                break
            if job.kind not in self._kinds:
                self._leave(job)
            elif (outcome := self._attempt(job)) is not None:
                self._metrics.job_run(job.kind, outcome.result)
                outcomes.append(outcome)
        return outcomes

    def _remove_old_files(self) -> None:
        """Remove old files of this data directory, once an hour: other machines have directories of their own."""
        if time.monotonic() < self._tidy_at:
            return
        self._tidy_at = time.monotonic() + TIDY_S
        try:
            removed = self._db.cached(ResultFolder).remove_old() + self._tidy(self._db)
        except OSError as error:
            log.warning("old files of jobs not removed", error=str(error))
            return
        if removed:
            log.info("old files of jobs removed", files=removed)

    def _leave(self, job: StoredJob) -> None:
        if job.id not in self._unknown:
            self._unknown.add(job.id)
            log.warning("job left alone: this version does not know its kind", id=job.id, kind=job.kind)

    def _attempt(self, job: StoredJob) -> JobOutcome | None:
        """Run a job, unless another process does."""
        held = self._lease_holder.take(leases.JOB + job.id)
        if held is None:
            return None
        try:
            return self._run_under(held, job)
        except leases.LeaseLost as error:
            log.warning("job broken off", job=job.kind, id=job.id, error=error.detail)
            return JobOutcome(job.kind, "lost", f"{job.id}: {error.detail}")
        finally:
            self._lease_holder.release(held)

    def _run_under(self, held: HeldLease, job: StoredJob) -> JobOutcome | None:
        """Run a job and store its end. Raises LeaseLost, and the database's errors, after which it is run again."""
        lease, ctx, began = JobRun(held, self._stop), job_ctx(job), time.monotonic()
        begun = self._db.write_now(ctx, running_job.begin, lease, job.id)
        if begun is None:
            return None
        try:
            result = self._kinds[job.kind].run(RunningJob(self._db, begun, lease))
            self._db.write_now(ctx, running_job.succeed, lease, job.id, result)
        except JobInterrupted as interrupted:
            log.info("job interrupted", job=job.kind, id=job.id, state=interrupted.state)
            return JobOutcome(job.kind, interrupted.state, job.id)
        except Stopping:
            self._db.write_now(ctx, running_job.requeue, lease, job.id)
            return JobOutcome(job.kind, "stopped", job.id)
        except (leases.LeaseLost, StoreUnavailable):
            raise
        except Exception as error:  # noqa: BLE001 - stored, logged and counted; the other jobs run
            return self._failed(lease, job, error)
        log.info("job done", job=job.kind, id=job.id, s=round(time.monotonic() - began, 3))
        return JobOutcome(job.kind, "ok", job.id)

    def _failed(self, lease: JobRun, job: StoredJob, error: Exception) -> JobOutcome:
        known = isinstance(error, AppError)
        sentence = error.detail if isinstance(error, AppError) else f"an unexpected error, which the log has: {error!r}"
        log.error("job failed", job=job.kind, id=job.id, error=sentence, exc_info=None if known else error)
        try:
            self._db.write_now(job_ctx(job), running_job.fail, lease, job.id, sentence)
        except JobInterrupted as interrupted:
            return JobOutcome(job.kind, interrupted.state, job.id)
        return JobOutcome(job.kind, "failed", f"{job.id}: {sentence}")
