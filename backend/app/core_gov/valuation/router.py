"""Models and studies of a market over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Query

from backend.app.core_gov.valuation import service
from backend.app.core_gov.valuation.schemas import ModelList, StudyQuery, StudyReport
from backend.app.kit.http import Db, Response

router = APIRouter(prefix="/market", tags=["market"])


@router.get(
    "/study",
    response_model=StudyReport,
    summary="Read the last ratio study of a market",
    responses={404: {"description": "study not found"}},
)
async def latest_study(db: Db, query: Annotated[StudyQuery, Query()]) -> Response:
    """How good its values are, by IAAO measures, on sales that the model had not seen.

    404 while there is none: `valhalla market study --market NAME` makes one.
    """
    return await db.read(service.latest_study, query.market)


@router.get(
    "/models",
    response_model=ModelList,
    summary="List the models of a market, newest first",
    responses={404: {"description": "market not found"}},
)
async def list_models(db: Db, query: Annotated[StudyQuery, Query()]) -> Response:
    """What each was trained on, and how it did on held-out sales."""
    return await db.read(service.list_models, query.market)
