"""Pages of properties under /app/properties."""

from typing import Annotated

from fastapi import APIRouter, Query

from backend.app.kit.http import Db, Response
from backend.app.web.pages import computed_page, page
from backend.app.web.properties import new_property as new_property_
from backend.app.web.properties import views
from backend.app.web.properties.market_index import sales_over_time
from backend.app.web.properties.new_property import DuplicateQuery
from backend.app.web.properties.property_views import PropertyPageQuery, property_page
from backend.app.web.properties.views import PropertiesMapQuery, PropertiesQuery

router = APIRouter(prefix="/properties")


@router.get("")
async def properties_page(db: Db, query: Annotated[PropertiesQuery, Query()]) -> Response:
    return await page(db, "properties/list.html", views.listing, query, db.issued, db.caller.actor)


@router.get("/map")
async def properties_map(db: Db, query: Annotated[PropertiesMapQuery, Query()]) -> Response:
    return await db.snapshot(views.map_features, query)


@router.get("/new")
async def new_property(db: Db) -> Response:
    db.require("operator")
    return await page(db, "properties/new.html", new_property_.new_property)


@router.get("/duplicates")
async def duplicates(db: Db, query: Annotated[DuplicateQuery, Query()]) -> Response:
    """Part of the page that creates a property."""
    return await page(db, "properties/duplicates.html", new_property_.duplicates, query)


# One property


@router.get("/{property_id}")
async def one_property(db: Db, property_id: str, query: Annotated[PropertyPageQuery, Query()]) -> Response:
    return await page(db, "properties/property.html", property_page, property_id, query)


@router.get("/{property_id}/sales-over-time")
async def sales_chart_with_index(db: Db, property_id: str) -> Response:
    return await computed_page(db, "properties/property_parts/sales.html", sales_over_time, property_id)
