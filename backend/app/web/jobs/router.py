"""Page of jobs at /app/jobs."""

from typing import Annotated

from fastapi import APIRouter, Query

from backend.app.kit.http import Db, Response
from backend.app.web.jobs import views
from backend.app.web.jobs.views import JobsQuery
from backend.app.web.pages import page

router = APIRouter(prefix="/jobs")


@router.get("")
async def jobs_page(db: Db, query: Annotated[JobsQuery, Query()]) -> Response:
    return await page(db, "jobs/list.html", views.listing, query, db.issued)
