"""Pages of markets under /app/markets, and of their sales under /app/sales."""

from typing import Annotated

from fastapi import APIRouter, Query

from backend.app.kit.http import Db, Response
from backend.app.web.markets import sales_map, sales_views, views
from backend.app.web.markets.sales_map import SalesMapQuery
from backend.app.web.markets.sales_views import SalesQuery
from backend.app.web.pages import computed_page, page

router = APIRouter()


@router.get("/markets")
async def markets_page(db: Db) -> Response:
    return await page(db, "markets/list.html", views.listing)


@router.get("/markets/{name}")
async def market_page(db: Db, name: str) -> Response:
    return await computed_page(db, "markets/market.html", views.market, name)


@router.get("/sales")
async def sales_page(db: Db, query: Annotated[SalesQuery, Query()]) -> Response:
    return await page(db, "markets/sales.html", sales_views.listing, query, db.issued)


@router.get("/sales/map")
async def sales_map_features(db: Db, query: Annotated[SalesMapQuery, Query()]) -> Response:
    return await db.compute(sales_map.map_features, query)


@router.get("/sales/{sale_id}")
async def sale_page(db: Db, sale_id: str) -> Response:
    return await page(db, "markets/sale.html", sales_views.sale, sale_id)
