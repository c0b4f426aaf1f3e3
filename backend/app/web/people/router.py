"""Pages of people at /app/people, for administrators."""

from fastapi import APIRouter

from backend.app.kit.http import Db, Response
from backend.app.kit.http.operation import admits
from backend.app.web.pages import page, settings_of, visit_of
from backend.app.web.people import views

router = APIRouter(prefix="/people")


@router.get("")
@admits(role="admin")
async def people_page(db: Db) -> Response:
    return await page(db, "people/list.html", views.listing)


@router.get("/{person_id}")
@admits(role="admin")
async def person_page(db: Db, person_id: str) -> Response:
    return await page(db, "people/person.html", views.person, person_id, visit_of(db), settings_of(db))
