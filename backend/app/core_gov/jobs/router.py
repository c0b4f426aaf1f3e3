"""HTTP endpoints of jobs."""

from asyncio import to_thread
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import PlainTextResponse

from backend.app.core_gov.jobs import result_files, service
from backend.app.core_gov.jobs.schemas import JobList, JobQuery, JobRecord
from backend.app.kit.http import Db, FileResponse, Response

router = APIRouter(prefix="/jobs", tags=["jobs"])


@router.get("", response_model=JobList, summary="List jobs, newest first")
async def list_jobs(db: Db, query: Annotated[JobQuery, Query()]) -> Response:
    return await db.read(service.list_jobs, query.filters, query.limit, query.cursor)


@router.get("/{job_id}", response_model=JobRecord, summary="Read a job")
async def get_job(db: Db, job_id: str) -> Response:
    return await db.read(service.get_job, job_id)


class JobFileResponse(PlainTextResponse):
    """Response class that documents the file of a job."""

    media_type = "text/csv"


@router.get(
    "/{job_id}/result",
    response_model=None,
    response_class=JobFileResponse,
    summary="Download the file of a job",
    responses={
        200: {"content": {"text/csv": {"example": "id,name,…\r\n"}}},
        404: {"description": "job not found"},
        409: {"description": "the job is running; its file can be downloaded when it has succeeded"},
    },
)
async def get_result(db: Db, job_id: str) -> Response:
    """The file that the job wrote. It is removed after 7 days: 404. An export of the audit trail needs the role
    admin, as the trail does."""
    job = await db.database.snapshot(service.find_job, job_id)
    if (role := job.parameters.get(service.ROLE)) is not None:
        db.require(role)
    path = result_files.path_of(db.database.cached(result_files.ResultFolder), job)
    disposition = (b"content-disposition", f'attachment; filename="{path.name}"'.encode())
    try:
        return await to_thread(FileResponse, path, b"text/csv; charset=utf-8", [disposition])
    except OSError:
        raise result_files.not_here(path.name) from None


@router.post("/{job_id}/pause", response_model=JobRecord, summary="Pause a job")
async def pause_job(db: Db, job_id: str) -> Response:
    """A running job stops before its next step. Pausing a paused job changes nothing; one that has ended is a 409."""
    return await db.write(service.pause_job, job_id)


@router.post("/{job_id}/resume", response_model=JobRecord, summary="Resume a job")
async def resume_job(db: Db, job_id: str) -> Response:
    """Queues a paused or failed job, which continues where it stopped. One that succeeded or was canceled is a 409."""
    return await db.write(service.resume_job, job_id)


@router.post("/{job_id}/cancel", response_model=JobRecord, summary="Cancel a job")
async def cancel_job(db: Db, job_id: str) -> Response:
    """A running job stops before its next step. What its earlier steps stored stays. One that has ended is a 409."""
    return await db.write(service.cancel_job, job_id)
