"""View of jobs."""

from collections.abc import Callable
from typing import Any, get_args

from backend.app.core_gov.jobs import service as jobs
from backend.app.core_gov.jobs.schemas import JobQuery, JobState
from backend.app.kit.db import Tx
from backend.app.kit.fields import load
from backend.app.web.formats import words
from backend.app.web.queries import PageQuery

_MOVES = {
    "queued": (("pause", "Pause"), ("cancel", "Cancel")),
    "running": (("pause", "Pause"), ("cancel", "Cancel")),
    "paused": (("resume", "Resume"), ("cancel", "Cancel")),
    "failed": (("resume", "Try again"),),
}
"""What can be done with a job in each state: the last part of the path, and its name on a button."""


class JobsQuery(PageQuery, JobQuery):
    """Filters of the page, as the API has them."""


def listing(tx: Tx, query: JobsQuery, issued: Callable[[str | None], str | None]) -> dict[str, Any]:
    """Return a page of jobs, newest first."""
    found = jobs.list_jobs(tx, query.filters, query.limit, query.cursor)
    shown = [_shown(load(doc)) for doc in found.docs]
    return {
        "jobs": shown,
        "is_working": any(job["state"] in {"queued", "running"} for job in shown),
        "next_cursor": issued(found.next_cursor),
        "given": query,
        "query": query.given,
        "states": get_args(JobState),
    }


def _shown(job: dict[str, Any]) -> dict[str, Any]:
    asked = job["parameters"].get("list")
    result = job["result"] or {}
    return {
        **job,
        "name": f"{words(job['kind']).capitalize()} of {words(asked)}" if asked else words(job["kind"]).capitalize(),
        "moves": _MOVES.get(job["state"], ()),
        "file": f"/core/jobs/{job['id']}/result" if result.get("file") else None,
        "rows": result.get("rows"),
    }
