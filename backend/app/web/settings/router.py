"""Pages of the installation at /app/settings."""

from fastapi import APIRouter

from backend.app.kit.http import Db, Response
from backend.app.web.pages import computed_page, settings_of, visit_of
from backend.app.web.settings import views

router = APIRouter(prefix="/settings")


@router.get("")
async def settings_page(db: Db) -> Response:
    return await computed_page(db, "settings/overview.html", views.overview, settings_of(db), visit_of(db))


@router.get("/doctor")
async def doctor_page(db: Db) -> Response:
    db.require("admin")
    return await computed_page(db, "settings/doctor.html", views.findings, settings_of(db))
