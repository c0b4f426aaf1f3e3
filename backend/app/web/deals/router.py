"""Pages of deals under /app/deals."""

from typing import Annotated

from fastapi import APIRouter, Query

from backend.app.kit.http import Db, Response
from backend.app.web.deals import board, views
from backend.app.web.deals.board import BoardQuery
from backend.app.web.deals.views import DealPageQuery, DealsQuery
from backend.app.web.pages import page

router = APIRouter(prefix="/deals")


@router.get("")
async def board_page(db: Db, query: Annotated[BoardQuery, Query()]) -> Response:
    return await page(db, "deals/board.html", board.board, query)


@router.get("/table")
async def table_page(db: Db, query: Annotated[DealsQuery, Query()]) -> Response:
    return await page(db, "deals/table.html", views.table, query, db.issued, db.caller.actor)


@router.get("/new")
async def new_deal_page(db: Db) -> Response:
    db.require("operator")
    return await page(db, "deals/new.html", views.new_deal)


@router.get("/{deal_id}")
async def deal_page(db: Db, deal_id: str, query: Annotated[DealPageQuery, Query()]) -> Response:
    return await page(db, "deals/deal.html", views.deal, deal_id, query, db.caller.actor)
