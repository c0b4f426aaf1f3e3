"""Pages of second factors."""

from typing import Annotated

from fastapi import APIRouter, Query

from backend.app.core_gov.access import requests
from backend.app.kit.http import Db, Response
from backend.app.kit.http.operation import admits
from backend.app.web.factors import views
from backend.app.web.factors.steps import ENROLL, FACTOR, NextQuery, step_of, to_step
from backend.app.web.pages import page

router = APIRouter()


@router.get("/account/factors")
async def factors_page(db: Db) -> Response:
    """Second factors of whoever is signed in. After 15 minutes it asks to confirm first."""
    return await page(
        db, "factors/factors.html", views.own_factors, db.caller, requests.sign_in_rules(db), requests.host_of(db)
    )


@router.get("/sign-in/confirm")
async def confirm_page(db: Db, query: Annotated[NextQuery, Query()]) -> Response:
    """The page that asks who is signed in to confirm it, before something that needs a recent sign-in."""
    return await page(db, "factors/confirm.html", views.confirmation, query, db.caller, requests.host_of(db))


@router.get("/sign-in/factor")
@admits(incomplete=True)
async def second_step_page(db: Db, query: Annotated[NextQuery, Query()]) -> Response:
    """The second step of a sign-in."""
    if await step_of(db) != FACTOR:
        return await to_step(db, query)
    return await page(db, "factors/second_step.html", views.confirmation, query, db.caller, requests.host_of(db))


@router.get("/sign-in/enroll")
@admits(incomplete=True)
async def enroll_page(db: Db, query: Annotated[NextQuery, Query()]) -> Response:
    """The page on which somebody who needs a second factor adds the first one."""
    if await step_of(db) != ENROLL:
        return await to_step(db, query)
    return await page(db, "factors/enroll.html", views.enrollment, query, db.caller, requests.sign_in_rules(db))
