"""Searching sales over HTTP."""

from asyncio import to_thread
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import PlainTextResponse

from backend.app.core_gov.market.search import service
from backend.app.core_gov.market.search.export import sales_csv
from backend.app.core_gov.market.search.schemas import CSV, SaleFilter, SaleList, SaleQuery
from backend.app.core_gov.market.search.service import Locate, located
from backend.app.kit.http import Db, Response


class CsvResponse(PlainTextResponse):
    """For the documents: what an export is."""

    media_type = "text/csv"


def searching(locate: Locate) -> APIRouter:
    """The paths of a search; `locate` says where a property is, which this package does not know."""
    router = APIRouter(prefix="/market", tags=["market"])

    @router.get("/sales", response_model=SaleList, summary="Search sales, the newest or the nearest first")
    async def search_sales(db: Db, query: Annotated[SaleQuery, Query()]) -> Response:
        """Each parameter narrows the search; near a place the answer has `distance_km`, and the nearest come first.

        Sales that were flagged are among them, with their flags, unless `usable` is true.
        """
        return await db.snapshot(service.search_sales, query, locate)

    @router.get(
        "/sales/export",
        response_model=None,
        response_class=CsvResponse,
        summary="The sales that a search finds, as CSV",
        responses={200: {"content": {"text/csv": {"example": CSV}}}},
    )
    async def export_sales(db: Db, query: Annotated[SaleFilter, Query()]) -> Response:
        """The oldest first, at most 100,000. A text that a spreadsheet would run as a formula has `'` before it."""
        wanted = await to_thread(db.database.snapshot_now, located, query, locate)
        body = await to_thread(sales_csv, db.database, wanted)
        disposition = (b"content-disposition", b'attachment; filename="sales.csv"')
        return Response(200, body, b"text/csv; charset=utf-8", [disposition])

    return router
