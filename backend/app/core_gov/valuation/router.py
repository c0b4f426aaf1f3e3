"""HTTP endpoints of models and ratio studies."""

from typing import Annotated

from fastapi import APIRouter, Query

from backend.app.core_gov.valuation import models_in_use, service
from backend.app.core_gov.valuation.schemas import ModelFacts, ModelList, StudyQuery, StudyReport
from backend.app.kit.http import Db, Response
from backend.app.kit.http.operation import admits

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


@router.post(
    "/models/{model_id}/use",
    response_model=ModelFacts,
    summary="Use a model for values from its day on",
    responses={404: {"description": "model not found"}},
)
@admits(role="admin")
async def use_model(db: Db, model_id: str) -> Response:
    """Sets the newer models of the market aside; they stay on file and can be used again. Needs the role admin."""
    return await db.write(models_in_use.use_model, model_id)


@router.delete(
    "/models/{model_id}",
    response_model=ModelFacts,
    summary="Delete a model",
    responses={404: {"description": "model not found"}, 409: {"description": "values of today use the model"}},
)
@admits(role="admin")
async def delete_model(db: Db, model_id: str) -> Response:
    """Returns what was deleted. Stored valuations keep the version of the model. Needs the role admin.

    409 if the model is the one that values of today use: put another one to use first.
    """
    return await db.write(models_in_use.delete_model, model_id)
