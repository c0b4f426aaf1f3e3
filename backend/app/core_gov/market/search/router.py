"""HTTP endpoints of the search of sales."""

from asyncio import to_thread
from typing import Annotated

from fastapi import APIRouter, Query

from backend.app.core_gov.exports.router import CsvResponse
from backend.app.core_gov.market.search import service
from backend.app.core_gov.market.search.export import sales_csv
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

    @router.get(
        "/sales/export",
        response_model=None,
        response_class=CsvResponse,
        summary="Export the sales of a search as CSV",
        responses={200: {"content": {"text/csv": {"example": CSV}}}},
    )
    async def export_sales(db: Db, query: Annotated[SaleFilter, Query()]) -> Response:
        """Oldest first, at most 100,000 sales. Text that a spreadsheet could run as a formula is prefixed with `'`."""
        wanted = await to_thread(db.database.snapshot_now, located, query, locate)
        body = await to_thread(sales_csv, db.database, wanted)
        disposition = (b"content-disposition", b'attachment; filename="sales.csv"')
        return Response(200, body, b"text/csv; charset=utf-8", [disposition])

    return router
