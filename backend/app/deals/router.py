"""HTTP endpoints of deals."""

from typing import Annotated

from fastapi import APIRouter, Query

from backend.app.core_gov.exports.router import EXPORT, export
from backend.app.deals import service
from backend.app.deals.schemas import (
    DealCreate,
    DealExportQuery,
    DealList,
    DealPatch,
    DealQuery,
    DealRecord,
    DealStages,
)
from backend.app.kit.http import Db, Response

router = APIRouter(prefix="/deals", tags=["deals"])


@router.post("", status_code=201, response_model=DealRecord, summary="Create a deal")
async def create_deal(db: Db, payload: DealCreate) -> Response:
    return await db.write(service.create_deal, payload)


@router.get("", response_model=DealList, summary="List deals")
async def list_deals(db: Db, query: Annotated[DealQuery, Query()]) -> Response:
    """Newest first, unless `sort` is given."""
    return await db.listing(service.list_deals, query)


@router.get("/export", summary="Export deals as CSV", **EXPORT)
async def export_deals(db: Db, query: Annotated[DealExportQuery, Query()]) -> Response:
    """The deals of the list with the same parameters, in the same order."""
    return await export(db, service.DEALS_CSV, query)


@router.get("/{deal_id}", response_model=DealRecord, summary="Read a deal")
async def get_deal(db: Db, deal_id: str) -> Response:
    return await db.read(service.get_deal, deal_id)


@router.get("/{deal_id}/stages", response_model=DealStages, summary="Show a deal's stages")
async def get_stages(db: Db, deal_id: str) -> Response:
    """Returns the changes of the status, oldest first, and the days in each stage. For a deal of an earlier version
    they come from the audit trail."""
    return await db.snapshot(service.stages_of_deal, deal_id)


def changing(check_currency: service.CheckCurrency) -> APIRouter:
    """Return the router of changes of deals; `check_currency` refuses a change of a currency that is in use."""
    changes = APIRouter(prefix="/deals", tags=["deals"])

    @changes.patch("/{deal_id}", response_model=DealRecord, summary="Change a deal")
    async def patch_deal(db: Db, deal_id: str, payload: DealPatch) -> Response:
        """Replaces each field that is sent, `tags` and `meta` as a whole; null clears a field that may be null.

        The currency of a deal that an agreement covers cannot change (409)."""
        return await db.write(service.patch_deal, deal_id, payload, check_currency)

    return changes
