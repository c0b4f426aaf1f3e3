"""Data of maps under /app/maps."""

from typing import Annotated

from fastapi import APIRouter, Query

from backend.app.kit.http import Db, Response
from backend.app.web.maps import views
from backend.app.web.maps.features import MapView

router = APIRouter(prefix="/maps")


@router.get("/sales")
async def sales_background(db: Db, view: Annotated[MapView, Query()]) -> Response:
    return await db.compute(views.sales_background, view)
