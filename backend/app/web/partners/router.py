"""Pages of partners under /app/partners."""

from typing import Annotated

from fastapi import APIRouter, Query

from backend.app.kit.http import Db, Response
from backend.app.web.pages import page
from backend.app.web.partners import views
from backend.app.web.partners.views import PartnerDealsQuery, PartnersQuery

router = APIRouter(prefix="/partners")


@router.get("")
async def partners_page(db: Db, query: Annotated[PartnersQuery, Query()]) -> Response:
    return await page(db, "partners/list.html", views.listing, query, db.issued, db.caller.actor)


@router.get("/new")
async def new_partner_page(db: Db) -> Response:
    db.require("operator")
    return await page(db, "partners/new.html", views.new_partner)


@router.get("/{partner_id}")
async def partner_page(db: Db, partner_id: str) -> Response:
    return await page(db, "partners/partner.html", views.partner, partner_id, db.caller.actor)


@router.get("/{partner_id}/deals")
async def partner_deals_page(db: Db, partner_id: str, query: Annotated[PartnerDealsQuery, Query()]) -> Response:
    return await page(db, "partners/deals.html", views.partner_deals, partner_id, query)
