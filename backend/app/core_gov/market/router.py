"""HTTP endpoints of markets and their sales."""

from typing import Annotated, Any

from fastapi import APIRouter, Query

from backend.app.core_gov.market import service
from backend.app.core_gov.market.appraisals.router import router as appraisals
from backend.app.core_gov.market.schemas import MarketCreate, MarketList, MarketPatch, MarketQuery, MarketRecord
from backend.app.core_gov.market.search import service as search
from backend.app.core_gov.market.search import summary
from backend.app.core_gov.market.search.schemas import SalePatch, SaleRecord
from backend.app.core_gov.market.search.summary_schemas import AsOf, MarketIndex, MarketSummary
from backend.app.kit.http import Db, Response

router = APIRouter(prefix="/market", tags=["market"])
router.include_router(appraisals)


_NO_MARKET: dict[int | str, dict[str, Any]] = {404: {"description": "market not found"}}


@router.post(
    "/markets",
    status_code=201,
    response_model=MarketRecord,
    summary="Create a market",
    responses={409: {"description": "a market with this name exists"}},
)
async def create_market(db: Db, payload: MarketCreate) -> Response:
    """Sales are compared within a market. Importing sales creates the market if it does not exist."""
    return await db.write(service.create_market, payload)


@router.get("/markets", response_model=MarketList, summary="List markets, newest first")
async def list_markets(db: Db, query: Annotated[MarketQuery, Query()]) -> Response:
    return await db.read(service.list_markets, query.limit, query.cursor)


@router.get("/markets/{name}", response_model=MarketRecord, summary="Read a market", responses=_NO_MARKET)
async def get_market(db: Db, name: str) -> Response:
    return await db.read(service.read_market, name)


@router.patch("/markets/{name}", response_model=MarketRecord, summary="Change a market", responses=_NO_MARKET)
async def patch_market(db: Db, name: str, payload: MarketPatch) -> Response:
    """Replaces each field that is sent; country and currency cannot change once the market has sales.

    `index_series` names the published index to use if it is more precise over the last year than the market's own.
    """
    return await db.write(service.patch_market, name, payload)


@router.get(
    "/markets/{name}/summary",
    response_model=MarketSummary,
    summary="Summarize the sales of a market",
    responses=_NO_MARKET,
)
async def get_summary(db: Db, name: str, query: Annotated[AsOf, Query()]) -> Response:
    """Counts and medians by month, type and area, completeness of each field, and the flags of screening."""
    return await db.compute(summary.market_summary, name, query.as_of)


@router.get(
    "/markets/{name}/index",
    response_model=MarketIndex,
    summary="Read the price index of a market",
    responses=_NO_MARKET,
)
async def get_index(db: Db, name: str, query: Annotated[AsOf, Query()]) -> Response:
    """A monthly price index estimated from the market's sales, with its standard error.

    It is used for the time adjustment of comparable sales. A published index replaces it if that is more precise over
    the last year; `source` says which one is used.
    """
    return await db.compute(summary.market_index, name, query.as_of)


@router.get("/sales/{sale_id}", response_model=SaleRecord, summary="Read a sale")
async def get_sale(db: Db, sale_id: str) -> Response:
    """Includes the source row as the source wrote it, and the units that were converted."""
    return await db.read(search.get_sale, sale_id)


@router.patch(
    "/sales/{sale_id}",
    response_model=SaleRecord,
    summary="Flag a sale or lift its flags",
    responses={409: {"description": "the sale has no active flag low_price"}},
)
async def patch_sale(db: Db, sale_id: str, payload: SalePatch) -> Response:
    """A flag excludes a sale from all computations. A lifted flag stays lifted when sales are screened again. The
    reason is recorded in the audit trail.
    """
    return await db.write(search.patch_sale, sale_id, payload)
