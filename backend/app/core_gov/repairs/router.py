"""HTTP endpoints of unit cost tables."""

from typing import Annotated

from fastapi import APIRouter, Query

from backend.app.core_gov.repairs import service
from backend.app.core_gov.repairs.schemas import (
    RepairCostsCreate,
    RepairCostsList,
    RepairCostsQuery,
    RepairCostsRecord,
)
from backend.app.kit.http import Db, Response

router = APIRouter(prefix="/property", tags=["property"])


@router.post("/repair_costs", status_code=201, response_model=RepairCostsRecord, summary="Load a table of unit costs")
async def create_costs(db: Db, payload: RepairCostsCreate) -> Response:
    """Repairs in its currency are estimated from the newest table; earlier tables are kept."""
    return await db.write(service.create_costs, payload)


@router.get("/repair_costs", response_model=RepairCostsList, summary="List tables of unit costs, newest first")
async def list_costs(db: Db, query: Annotated[RepairCostsQuery, Query()]) -> Response:
    """The table shipped with Valhalla is not listed: read it as `uc_shipped`."""
    return await db.read(service.list_costs, query.filters, query.limit, query.cursor)


@router.get(
    "/repair_costs/{costs_id}",
    response_model=RepairCostsRecord,
    summary="Read a table of unit costs",
    responses={404: {"description": "unit costs not found"}},
)
async def get_costs(db: Db, costs_id: str) -> Response:
    """`uc_shipped` is the table shipped with Valhalla."""
    return await db.read(service.get_costs, costs_id)
