"""HTTP endpoints of partners and of their links to deals, and the router of everything about joint ventures."""

from typing import Annotated

from fastapi import APIRouter, Query

from backend.app.core_gov.exports.router import EXPORT, export
from backend.app.core_gov.jv import service
from backend.app.core_gov.jv.agreements.router import router as agreements
from backend.app.core_gov.jv.distributions.router import router as distributions
from backend.app.core_gov.jv.documents.router import router as documents
from backend.app.core_gov.jv.partner_dashboard import PartnerDashboard
from backend.app.core_gov.jv.schemas import (
    DealLinkCreate,
    DealLinkExportQuery,
    DealLinkList,
    DealLinkPatch,
    DealLinkQuery,
    DealLinkRecord,
    PartnerCreate,
    PartnerExportQuery,
    PartnerList,
    PartnerPatch,
    PartnerQuery,
    PartnerRecord,
)
from backend.app.core_gov.jv.statements.router import router as statements
from backend.app.kit.http import Db, Response

router = APIRouter(prefix="/jv", tags=["jv"])
joint_ventures = APIRouter()
for each in (agreements, documents, distributions, statements):
    joint_ventures.include_router(each)


@router.post("/partners", status_code=201, response_model=PartnerRecord, summary="Create a partner")
async def create_partner(db: Db, payload: PartnerCreate) -> Response:
    return await db.write(service.create_partner, payload)


@router.get("/partners", response_model=PartnerList, summary="List partners")
async def list_partners(db: Db, query: Annotated[PartnerQuery, Query()]) -> Response:
    """Newest first, unless `sort` is given."""
    return await db.listing(service.list_partners, query)


@router.get("/partners/export", summary="Export partners as CSV", **EXPORT)
async def export_partners(db: Db, query: Annotated[PartnerExportQuery, Query()]) -> Response:
    """The partners of the list with the same parameters, in the same order."""
    return await export(db, service.PARTNERS_CSV, query)


@router.get("/partners/{partner_id}", response_model=PartnerRecord, summary="Read a partner")
async def get_partner(db: Db, partner_id: str) -> Response:
    return await db.read(service.get_partner, partner_id)


@router.patch("/partners/{partner_id}", response_model=PartnerRecord, summary="Change a partner")
async def patch_partner(db: Db, partner_id: str, payload: PartnerPatch) -> Response:
    """Replaces each field that is sent, `tags` and `meta` as a whole; null clears a field that may be null."""
    return await db.write(service.patch_partner, partner_id, payload)


@router.get("/partners/{partner_id}/dashboard", response_model=PartnerDashboard, summary="Show a partner's dashboard")
async def dashboard(db: Db, partner_id: str) -> Response:
    """Returns the partner with links, deals and totals. `warnings` names each deal that is not on file."""
    return await db.snapshot(service.dashboard, partner_id)


@router.post(
    "/links",
    status_code=201,
    response_model=DealLinkRecord,
    summary="Link a partner to a deal",
    responses={404: {"description": "partner not found"}},
)
async def create_link(db: Db, payload: DealLinkCreate) -> Response:
    """The partner must be on file (otherwise 404). A second active link of the same relationship is a 409."""
    return await db.write(service.create_link, payload)


@router.get("/links", response_model=DealLinkList, summary="List links")
async def list_links(db: Db, query: Annotated[DealLinkQuery, Query()]) -> Response:
    """Newest first, unless `sort` is given."""
    return await db.listing(service.list_links, query)


@router.get("/links/export", summary="Export links as CSV", **EXPORT)
async def export_links(db: Db, query: Annotated[DealLinkExportQuery, Query()]) -> Response:
    """The links of the list with the same parameters, in the same order."""
    return await export(db, service.LINKS_CSV, query)


@router.patch("/links/{link_id}", response_model=DealLinkRecord, summary="Change a link")
async def patch_link(db: Db, link_id: str, payload: DealLinkPatch) -> Response:
    """Replaces each field that is sent, `meta` as a whole; null clears a field that may be null."""
    return await db.write(service.patch_link, link_id, payload)
