"""HTTP endpoints of the tasks of markets on a schedule."""

from asyncio import to_thread
from typing import Annotated, Any

from fastapi import APIRouter, Query

from backend.app.core_gov.access.requests import settings_of
from backend.app.core_gov.mls.service import feeds_of_market
from backend.app.core_gov.schedules import service
from backend.app.core_gov.schedules.schemas import MarketScheduleList, ScheduleQuery, SchedulesPut
from backend.app.kit.http import Db, Response
from backend.app.kit.http.operation import admits

router = APIRouter(prefix="/market/schedules", tags=["market"])

_NO_MARKET: dict[int | str, dict[str, Any]] = {404: {"description": "market not found"}}


@router.get(
    "", response_model=MarketScheduleList, summary="List the tasks of markets on a schedule", responses=_NO_MARKET
)
async def list_schedules(db: Db, query: Annotated[ScheduleQuery, Query()]) -> Response:
    """Lists all tasks by market, with the last run of each and the time at which the next one is due."""
    return await db.snapshot(service.list_schedules, query.market)


@router.put(
    "/{market}", response_model=MarketScheduleList, summary="Schedule the tasks of a market", responses=_NO_MARKET
)
@admits(role="admin")
async def put_schedules(db: Db, market: str, payload: SchedulesPut) -> Response:
    """Replaces the intervals of all its tasks: one that is not sent is turned off. The last runs stay on file."""
    feeds = await to_thread(feeds_of_market, settings_of(db), market)
    return await db.write(service.put_schedules, market, payload, feeds)
