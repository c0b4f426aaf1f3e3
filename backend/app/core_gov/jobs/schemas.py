"""Schemas of jobs."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from backend.app.kit.fields import IsoTime, Listing
from backend.app.kit.query import ListQuery

JobState = Literal["queued", "running", "paused", "succeeded", "failed", "canceled"]

EXAMPLE: dict[str, Any] = {
    "id": "job_0195d3a1c2f4a1b2c3d4e5f60718293a",
    "kind": "export",
    "parameters": {"list": "deals", "query": {"status": ["lead"], "sort": "-price"}},
    "state": "succeeded",
    "done": 250000,
    "total": 250000,
    "message": None,
    "result": {
        "file": "deals-0195d3a1c2f4a1b2c3d4e5f60718293a.csv",
        "rows": 250000,
        "bytes": 61250317,
        "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    },
    "error": None,
    "created_by": "dana",
    "created_at": "2026-01-31T09:30:00.000000Z",
    "started_at": "2026-01-31T09:30:00.400000Z",
    "finished_at": "2026-01-31T09:30:09.800000Z",
    "updated_at": "2026-01-31T09:30:09.800000Z",
}


class JobRecord(BaseModel):
    """A job: what it does, and how far it is."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    id: str = Field(description="`job_…`")
    kind: str = Field(description="Kind of job, such as `export`")
    parameters: dict[str, JsonValue] = Field(description="What the job was asked to do")
    state: JobState = Field(
        description="`queued` until a process runs it, `paused` until it is resumed; succeeded, failed and canceled "
        "jobs have ended, but a failed one can be resumed"
    )
    done: int = Field(ge=0, description="Units of work done so far, such as rows")
    total: int | None = Field(ge=0, description="Units of work in total; null while unknown")
    message: str | None = Field(description="What the job is doing, or why it waits")
    result: dict[str, JsonValue] | None = Field(
        description="Result of a job that succeeded. An export has `file`, `rows`, `bytes` and `sha256`"
    )
    error: str | None = Field(description="Why the job failed")
    created_by: str = Field(description="Who started it: name of a token, or operating-system user")
    created_at: IsoTime = Field(description="Time of creation (UTC)")
    started_at: IsoTime | None = Field(description="When it was first run (UTC)")
    finished_at: IsoTime | None = Field(description="When it succeeded, failed or was canceled (UTC)")
    updated_at: IsoTime = Field(description="Time of the last change (UTC)")


class JobList(Listing):
    """A page of jobs."""

    items: list[JobRecord]


class JobQuery(ListQuery):
    """Filters of the list of jobs."""

    state: JobState | None = Field(default=None, description="Only jobs in this state")
    kind: str | None = Field(default=None, min_length=1, max_length=200, description="Only jobs of this kind")
    created_by: str | None = Field(
        default=None, min_length=1, max_length=200, description="Only jobs that this person started"
    )
