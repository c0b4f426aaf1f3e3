"""Page of the audit trail at /app/audit."""

from typing import Annotated

from fastapi import APIRouter, Query

from backend.app.kit.http import Db, Response
from backend.app.web.audit import views
from backend.app.web.audit.views import AuditPageQuery
from backend.app.web.pages import page

router = APIRouter(prefix="/audit")


@router.get("")
async def audit_page(db: Db, query: Annotated[AuditPageQuery, Query()]) -> Response:
    db.require("admin")
    return await page(db, "audit/trail.html", views.trail, query, db.issued)
