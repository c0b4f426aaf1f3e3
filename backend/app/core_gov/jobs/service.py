"""Service of jobs: create, find, pause, resume and cancel them."""

from dataclasses import replace
from typing import Any

from backend.app.core_gov.audit import service as audit
from backend.app.core_gov.jobs import store
from backend.app.core_gov.jobs.schemas import JobRecord, JobState
from backend.app.core_gov.jobs.store import StoredJob
from backend.app.kit import clock
from backend.app.kit.db import Tx
from backend.app.kit.db import state as store_state
from backend.app.kit.errors import Conflict, NotFound, PreconditionFailed
from backend.app.kit.ids import new_id
from backend.app.kit.records import Page, Stored
from backend.app.kit.requests.entity_tags import matches

MAX_WAITING = 100
"""Maximum number of queued jobs. More are refused until some are done."""

ENTITY = "job"

ROLE = "role"
"""Parameter of a job whose file only callers with this role may read."""


def create_job(tx: Tx, kind: str, parameters: dict[str, Any]) -> Stored[JobRecord]:
    """Queue a job. If the same person's identical job is queued or running, return that one.

    Raises Conflict if too many jobs are queued.
    """
    queued = store.in_state(tx, "queued", MAX_WAITING)
    for job in (*queued, *store.in_state(tx, "running", MAX_WAITING)):
        if (job.kind, job.parameters, job.created_by) == (kind, parameters, tx.ctx.actor):
            return _answer(job)
    if len(queued) == MAX_WAITING:
        raise Conflict(f"{MAX_WAITING} jobs are queued; wait until some are done, or cancel some")
    job = StoredJob(
        id=new_id("job"),
        kind=kind,
        parameters=parameters,
        state="queued",
        done=0,
        total=None,
        message=None,
        checkpoint={},
        interruptions=0,
        result=None,
        error=None,
        created_by=tx.ctx.actor,
        created_at=tx.now,
        started_at=None,
        finished_at=None,
        updated_at=tx.now,
    )
    store.add(tx, job)
    audit.record_act(tx, "job.created", ENTITY, job.id, {"kind": kind, "parameters": parameters})
    return _answer(job)


def list_jobs(tx: Tx, filters: dict[str, str | None], limit: int, cursor: str | None) -> Page[JobRecord]:
    return store.page(tx, filters, limit, cursor)


def get_job(tx: Tx, job_id: str) -> Stored[JobRecord]:
    """Return a job. Raises NotFound."""
    return _answer(find_job(tx, job_id))


def _answer(job: StoredJob) -> Stored[JobRecord]:
    return Stored(job.record.model_dump_json())


def find_job(tx: Tx, job_id: str) -> StoredJob:
    """Return a job as it is stored. Raises NotFound."""
    job = store.find(tx, job_id)
    if job is None:
        raise NotFound("job")
    return job


def lock_job(tx: Tx, job_id: str) -> StoredJob:
    """Return a job, locked until the unit ends. Raises NotFound."""
    job = store.lock(tx, job_id)
    if job is None:
        raise NotFound("job")
    return job


def pause_job(tx: Tx, job_id: str) -> Stored[JobRecord]:
    """Pause a job. A running one stops before its next step. Raises Conflict if it has ended."""
    return _move(tx, job_id, "paused", already=("paused",), allowed=("queued", "running"))


def resume_job(tx: Tx, job_id: str) -> Stored[JobRecord]:
    """Queue a paused or failed job, which continues at its checkpoint. Raises Conflict if it has ended otherwise."""
    return _move(tx, job_id, "queued", already=("queued", "running"), allowed=("paused", "failed"))


def cancel_job(tx: Tx, job_id: str) -> Stored[JobRecord]:
    """Cancel a job. A running one stops before its next step. Raises Conflict if it has succeeded."""
    return _move(tx, job_id, "canceled", already=("canceled",), allowed=("queued", "running", "paused", "failed"))


_ACTS: dict[JobState, tuple[str, str]] = {
    "paused": ("job.paused", "paused"),
    "queued": ("job.resumed", "resumed"),
    "canceled": ("job.canceled", "canceled"),
}


def _move(
    tx: Tx, job_id: str, state: JobState, *, already: tuple[JobState, ...], allowed: tuple[JobState, ...]
) -> Stored[JobRecord]:
    job = lock_job(tx, job_id)
    if tx.ctx.if_match is not None and not matches(tx.ctx.if_match, _answer(job).etag):
        raise PreconditionFailed("the job has changed since you read it; read it again before you change it")
    if job.state in already:
        return _answer(job)
    action, verb = _ACTS[state]
    if job.state not in allowed:
        raise Conflict(f"a job that has {_ENDED[job.state]} cannot be {verb}")
    ended = tx.now if state == "canceled" else None
    error = job.error if state == "canceled" else None
    moved = replace(job, state=state, message=None, error=error, interruptions=0, finished_at=ended)
    put_job(tx, moved)
    audit.record_act(tx, action, ENTITY, job_id, {"kind": job.kind, "done": job.done, "total": job.total})
    return get_job(tx, job_id)


_ENDED: dict[JobState, str] = {"succeeded": "succeeded", "failed": "failed", "canceled": "been canceled"}

KNOWN = "jobs_known"
"""Key in `store_state`, in no archive: a store without it is new, or a copy whose jobs may also run elsewhere."""


def pause_copied(tx: Tx) -> int:
    """Pause the unfinished jobs of a store that was restored, transferred or rebuilt. Return how many.

    Their original may have gone on since, so a person decides whether they continue here.
    """
    if store_state.get(tx, KNOWN) is not None:
        return 0
    store_state.put(tx, KNOWN, tx.now)
    found = runnable(tx)
    for job in found:
        put_job(tx, replace(job, state="paused", message="paused, because this store is a copy; resume or cancel it"))
        audit.record_act(tx, "job.paused", ENTITY, job.id, {"kind": job.kind, "reason": "the store is a copy"})
    return len(found)


def put_job(tx: Tx, job: StoredJob) -> None:
    """Store a locked job, changed now. The time never goes back, even if the clock does."""
    store.put(tx, replace(job, updated_at=clock.after(tx.now, job.created_at, job.updated_at)))


def runnable(tx: Tx) -> list[StoredJob]:
    """Return the jobs that a process may run: those left by another process, then queued ones, oldest first."""
    return [*jobs_in(tx, "running"), *jobs_in(tx, "queued")]


def jobs_in(tx: Tx, state: JobState) -> list[StoredJob]:
    """Return the oldest jobs in a state, at most 100."""
    return store.in_state(tx, state, MAX_WAITING)
