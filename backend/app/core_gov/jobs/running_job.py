"""One run of a job in this process, in steps that are each committed with a checkpoint."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from backend.app.core_gov.audit import service as audit
from backend.app.core_gov.jobs import service
from backend.app.core_gov.jobs.schemas import JobState
from backend.app.core_gov.jobs.store import StoredJob
from backend.app.kit.db import Ctx, Database, Tx
from backend.app.kit.jobs.runner import JobRun

T = TypeVar("T")

MAX_INTERRUPTIONS = 20
"""A job fails if processes died this often while running it, without a new checkpoint."""


class JobInterrupted(Exception):
    """The job was paused or canceled, so this process stops running it. This error stays internal."""

    def __init__(self, state: JobState) -> None:
        self.state = state
        super().__init__(state)


@dataclass(frozen=True, slots=True)
class JobResult:
    """Result of a job, a JSON object, and what must be stored together with it."""

    facts: dict[str, Any]
    work: Callable[[Tx], object] | None = None


@dataclass(frozen=True, slots=True)
class JobKind:
    """A kind of job.

    `run` does the work. It raises on failure, with an AppError if one sentence describes it. A run that is interrupted,
    even by SIGKILL, is followed by another, which starts at the checkpoint of the last step.
    """

    name: str
    run: Callable[["RunningJob"], JobResult]


class RunningJob:
    """A job as its kind sees it.

    Do long work outside units of work, and call `step` after each portion, with what must be stored: that unit of work
    holds only as long as this process may run the job, and is committed together with the checkpoint. So what a step
    stores is stored exactly once. Anything else that is done between two steps may be done again.
    """

    def __init__(self, db: Database, job: StoredJob, lease: JobRun) -> None:
        self.db, self.id, self.parameters, self.created_by = db, job.id, job.parameters, job.created_by
        self.checkpoint = job.checkpoint
        self.ctx = job_ctx(job)
        self._lease = lease

    def step(
        self,
        done: int,
        total: int | None,
        *,
        checkpoint: dict[str, Any] | None = None,
        message: str | None = None,
        work: Callable[[Tx], T] | None = None,
    ) -> T | None:
        """Commit one step: run `work` as a unit of work, and store progress and checkpoint with it.

        Without `checkpoint`, the last one stays. Raises JobInterrupted if the job was paused or canceled, LeaseLost if
        another process runs it, Stopping if this process is ending.
        """
        self._lease.check()
        changes: dict[str, Any] = {"done": done, "total": total, "message": message}
        if checkpoint is not None:
            changes |= {"checkpoint": checkpoint, "interruptions": 0}
        found = self.db.write_now(self.ctx, _step, self._lease, self.id, changes, work)
        self.checkpoint = self.checkpoint if checkpoint is None else checkpoint
        return found

    def check(self) -> None:
        """Raise LeaseLost or Stopping, as `step` does, without a unit of work."""
        self._lease.check()


def job_ctx(job: StoredJob) -> Ctx:
    """Return the context of what a job does: in the name of the person who started it."""
    return Ctx(job.created_by, "job", job.id)


def _step(tx: Tx, lease: JobRun, job_id: str, changes: Mapping[str, Any], work: Callable[[Tx], T] | None) -> T | None:
    job = _running(tx, lease, job_id)
    found = work(tx) if work is not None else None
    service.put_job(tx, replace(job, **changes))
    return found


def _running(tx: Tx, lease: JobRun, job_id: str) -> StoredJob:
    """Return the locked job. Raises LeaseLost, and JobInterrupted if it is not running."""
    lease.confirm(tx)
    job = service.lock_job(tx, job_id)
    if job.state != "running":
        raise JobInterrupted(job.state)
    return job


def begin(tx: Tx, lease: JobRun, job_id: str) -> StoredJob | None:
    """Set a job to running and return it; None if there is nothing to run any more."""
    lease.confirm(tx)
    job = service.lock_job(tx, job_id)
    if job.state not in {"queued", "running"}:
        return None
    interruptions = job.interruptions + (job.state == "running")
    if interruptions >= MAX_INTERRUPTIONS:
        sentence = (
            f"its process died {interruptions} times at the same step; see the log, then resume or cancel the job"
        )
        _end(tx, job, "failed", error=sentence)
        return None
    started = replace(job, state="running", interruptions=interruptions, started_at=job.started_at or tx.now)
    service.put_job(tx, started)
    return started


def requeue(tx: Tx, lease: JobRun, job_id: str) -> None:
    """Return a running job to the queue, because this process is ending."""
    service.put_job(tx, replace(_running(tx, lease, job_id), state="queued"))


def succeed(tx: Tx, lease: JobRun, job_id: str, result: JobResult) -> None:
    job = _running(tx, lease, job_id)
    if result.work is not None:
        result.work(tx)
    _end(tx, job, "succeeded", result=result.facts)


def fail(tx: Tx, lease: JobRun, job_id: str, error: str) -> None:
    _end(tx, _running(tx, lease, job_id), "failed", error=error)


def _end(
    tx: Tx, job: StoredJob, state: JobState, *, result: dict[str, Any] | None = None, error: str | None = None
) -> None:
    service.put_job(tx, replace(job, state=state, message=None, result=result, error=error, finished_at=tx.now))
    facts = {"kind": job.kind, "done": job.done, "total": job.total} | ({"error": error} if error else result or {})
    audit.record_act(tx, f"job.{state}", service.ENTITY, job.id, facts)
