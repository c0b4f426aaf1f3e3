"""Pages of signing in at /app/sign-in, and of the links that people get."""

from typing import Annotated

from fastapi import APIRouter, Query

from backend.app.core_gov.access import requests
from backend.app.kit.http import Db, Response
from backend.app.kit.http.operation import admits
from backend.app.web.factors.steps import NextQuery, to_step
from backend.app.web.pages import page
from backend.app.web.sign_in import views
from backend.app.web.sign_in.providers.router import router as providers

router = APIRouter()


@router.get("/sign-in")
@admits(anyone=True)
async def sign_in_page(db: Db, query: Annotated[NextQuery, Query()]) -> Response:
    """The page for signing in. It deletes the cookie of a session that has ended."""
    if db.caller.person and not db.caller.roles:
        return await to_step(db, query)
    response = await page(db, "sign_in/sign_in.html", views.sign_in, query, db.caller, requests.settings_of(db))
    return response if db.caller.session else requests.without_session(db, response)


@router.get("/invitation")
@admits(anyone=True)
async def invitation_page(db: Db) -> Response:
    return await page(db, "sign_in/link.html", views.link, "invitation", db.caller, requests.settings_of(db))


@router.get("/password-reset")
@admits(anyone=True)
async def password_reset_page(db: Db) -> Response:
    return await page(db, "sign_in/link.html", views.link, "reset", db.caller, requests.settings_of(db))


router.include_router(providers)
