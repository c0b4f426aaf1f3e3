"""Pages of opt-outs at /app/opt-outs, and of consent at /app/consents."""

from typing import Annotated

from fastapi import APIRouter, Query

from backend.app.kit.http import Db, Response
from backend.app.web.consent import views
from backend.app.web.consent.views import ConsentsQuery, OptOutsQuery
from backend.app.web.pages import page

router = APIRouter()


@router.get("/opt-outs")
async def opt_outs_page(db: Db, query: Annotated[OptOutsQuery, Query()]) -> Response:
    return await page(db, "consent/opt_outs.html", views.opt_outs, query, db.issued)


@router.get("/consents")
async def consents_page(db: Db, query: Annotated[ConsentsQuery, Query()]) -> Response:
    return await page(db, "consent/consents.html", views.consents, query, db.issued)
