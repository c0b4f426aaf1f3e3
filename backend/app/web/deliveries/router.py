"""Pages of deliveries under /app/deliveries, and of all sending at /app/sending."""

from typing import Annotated

from fastapi import APIRouter, Query

from backend.app.kit.http import Db, Response
from backend.app.web.deliveries import views
from backend.app.web.deliveries.views import DeliveriesQuery
from backend.app.web.pages import page, settings_of

router = APIRouter()


@router.get("/deliveries")
async def deliveries_page(db: Db, query: Annotated[DeliveriesQuery, Query()]) -> Response:
    return await page(db, "deliveries/list.html", views.listing, query, db.issued, settings_of(db))


@router.get("/deliveries/{delivery_id}")
async def delivery_page(db: Db, delivery_id: str) -> Response:
    return await page(db, "deliveries/delivery.html", views.delivery, delivery_id, settings_of(db))


@router.get("/sending")
async def sending_page(db: Db) -> Response:
    return await page(db, "deliveries/sending.html", views.sending, settings_of(db))
