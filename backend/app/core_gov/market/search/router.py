"""HTTP endpoints of the search of sales."""

from asyncio import to_thread
from typing import Annotated

from fastapi import APIRouter, Query

from backend.app.core_gov.exports.router import documented, export_wanted
from backend.app.core_gov.market.search import service
from backend.app.core_gov.market.search.export import SALES_CSV
from backend.app.core_gov.market.search.schemas import CSV, SaleFilter, SaleList, SaleQuery
from backend.app.core_gov.market.search.service import Locate, located
from backend.app.kit.http import Db, Response


def searching(locate: Locate) -> APIRouter:
    """Return the router of the search; `locate` returns the location of a property."""
    router = APIRouter(prefix="/market", tags=["market"])

    @router.get("/sales", response_model=SaleList, summary="Search sales, newest or nearest first")
    async def search_sales(db: Db, query: Annotated[SaleQuery, Query()]) -> Response:
        """Sales that match all parameters. A search near a location returns `distance_km`, nearest first.

        Flagged sales are included, with their flags, unless `usable` is true.
        """
        return await db.snapshot(service.search_sales, query, locate)

    @router.get("/sales/export", summary="Export the sales of a search as CSV", **documented(CSV))
    async def export_sales(db: Db, query: Annotated[SaleFilter, Query()]) -> Response:
        """Oldest first. Text that a spreadsheet could run as a formula is prefixed with `'`."""
        wanted = await to_thread(db.database.snapshot_now, located, query, locate)
        fields = wanted.model_dump(mode="json", exclude_unset=True, exclude={"near_property"})
        return await export_wanted(db, SALES_CSV, fields)

    return router
