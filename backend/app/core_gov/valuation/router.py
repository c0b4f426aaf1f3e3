"""HTTP endpoints of models and ratio studies."""

from typing import Annotated

from fastapi import APIRouter, Query

from backend.app.core_gov.valuation import service
from backend.app.core_gov.valuation.schemas import ModelList, StudyQuery, StudyReport
from backend.app.kit.http import Db, Response

router = APIRouter(prefix="/market", tags=["market"])


@router.get(
    "/study",
    response_model=StudyReport,
    summary="Read the latest ratio study of a market",
    responses={404: {"description": "study not found"}},
)
async def latest_study(db: Db, query: Annotated[StudyQuery, Query()]) -> Response:
    """IAAO measures of the values of sales that the model was not trained on.

    404 if there is no study: `valhalla market study --market NAME` runs one.
    """
    return await db.read(service.latest_study, query.market)


@router.get(
    "/models",
    response_model=ModelList,
    summary="List the models of a market, newest first",
    responses={404: {"description": "market not found"}},
)
async def list_models(db: Db, query: Annotated[StudyQuery, Query()]) -> Response:
    """Training data and out-of-sample accuracy of each model."""
    return await db.read(service.list_models, query.market)
