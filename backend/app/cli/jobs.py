"""`valhalla jobs …`."""

from typing import Annotated

import typer

from backend.app.cli.terminal import err, opened_store, opened_to_list, opened_to_read, out
from backend.app.core_gov.jobs import service
from backend.app.core_gov.jobs.schemas import JobRecord, JobState

app = typer.Typer(no_args_is_help=True, help="Long work that the API, the console or a command started.")

JobId = Annotated[str, typer.Argument(metavar="JOB", help="Id of the job (job_…)")]

_SHOWN = 100


@app.command("list")
def list_jobs(
    state: Annotated[JobState | None, typer.Option(help="Only jobs in this state")] = None,
    kind: Annotated[str | None, typer.Option(help="Only jobs of this kind")] = None,
) -> None:
    """List the newest jobs, at most 100."""
    with opened_to_list() as (store, _):
        page = store.db.snapshot_now(service.list_jobs, {"state": state, "kind": kind}, _SHOWN, None)
    jobs = [JobRecord.model_validate_json(doc) for doc in page.docs]
    if not jobs:
        err.print("There are no such jobs." if state or kind else "There are no jobs.")
    for job in jobs:
        out.print(f"{job.id}  {job.state:<9} {job.kind:<10} {_progress(job):>17}  {job.created_at}  {job.created_by}")


@app.command("scheduled")
def list_scheduled() -> None:
    """List the tasks of markets on a schedule, with their last and next runs."""
    from backend.app.cli.market.schedules import print_schedules
    from backend.app.core_gov.schedules import service as schedules

    with opened_to_read() as (store, _):
        found = store.db.snapshot_now(schedules.list_schedules)
    print_schedules(found)


@app.command("show")
def show_job(job_id: JobId) -> None:
    """Print a job as JSON."""
    with opened_to_list() as (store, _):
        job = store.db.snapshot_now(service.get_job, job_id)
    out.print_json(job.document, indent=2)


@app.command("pause")
def pause_job(job_id: JobId) -> None:
    """Pause a job. If it is running, it stops before its next step."""
    with opened_store() as (store, ctx):
        store.db.write_now(ctx, service.pause_job, job_id)
    out.print(f"Paused {job_id}; continue it with `valhalla jobs resume {job_id}`.")


@app.command("resume")
def resume_job(job_id: JobId) -> None:
    """Queue a paused or failed job, which continues where it stopped."""
    with opened_store() as (store, ctx):
        store.db.write_now(ctx, service.resume_job, job_id)
    out.print(f"Queued {job_id}; `valhalla serve` or `valhalla work` runs it.")


@app.command("cancel")
def cancel_job(job_id: JobId) -> None:
    """Cancel a job. If it is running, it stops before its next step."""
    with opened_store() as (store, ctx):
        store.db.write_now(ctx, service.cancel_job, job_id)
    out.print(f"Canceled {job_id}.")


def _progress(job: JobRecord) -> str:
    return f"{job.done:,}" if job.total is None else f"{job.done:,} of {job.total:,}"
