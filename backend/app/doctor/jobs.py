"""Jobs that need a person: failed, paused, or of a kind that this version does not know; scheduled tasks that fail."""

from collections.abc import Iterator

from backend.app.core_gov.jobs import service
from backend.app.core_gov.jobs.schemas import JobRecord
from backend.app.core_gov.schedules import service as schedules
from backend.app.doctor.findings import Finding, note
from backend.app.jobs import JOB_KINDS
from backend.app.kit.db import Tx
from backend.app.kit.text import counted, list_names

SUBJECT = "jobs"


def check(tx: Tx) -> Iterator[Finding]:
    unknown = [job.record for job in service.runnable(tx) if job.kind not in JOB_KINDS]
    if unknown:
        what = f"{counted(len(unknown), 'jobs')} of a kind that this version does not know: {_named(unknown)}"
        yield note(SUBJECT, what, "run the version that started them, or `valhalla jobs cancel` them")
    if failed := [job.record for job in service.jobs_in(tx, "failed")]:
        what = f"{counted(len(failed), 'jobs')} failed: {_named(failed)}"
        yield note(SUBJECT, what, "`valhalla jobs show` says why; resume or cancel them")
    if paused := [job.record for job in service.jobs_in(tx, "paused")]:
        what = f"{counted(len(paused), 'jobs')} paused: {_named(paused)}"
        yield note(SUBJECT, what, "resume or cancel them with `valhalla jobs`")
    for each in schedules.list_schedules(tx).items:
        if each.failure:
            what = f"the task {each.task} of the market {each.market}, begun at {each.begun_at}, failed: {each.failure}"
            yield note(SUBJECT, what, "`valhalla jobs scheduled` says when it runs again")


def _named(jobs: list[JobRecord]) -> str:
    return list_names([f"{job.id} ({job.kind})" for job in jobs])
