"""Views of properties: what the pages show."""

from collections.abc import Callable
from typing import Any, get_args

from pydantic import BaseModel, Field

from backend.app.core_gov.property import service as property_
from backend.app.core_gov.property.schemas import Country, PropertyQuery, PropertyStatus
from backend.app.kit.db import Tx
from backend.app.kit.fields import load
from backend.app.kit.query import Integer
from backend.app.web.queries import PageQuery

MAX_FEATURES = 2_000


class PropertiesQuery(PageQuery, PropertyQuery):
    """Filters of the page, as the API has them."""


class PropertiesMapQuery(PropertiesQuery):
    """Filters of the map, and the part of it that is in view."""

    bounds: str | None = Field(default=None, pattern=r"^-?[0-9.]+(,-?[0-9.]+){3}$", description="west,south,east,north")
    zoom: Integer | None = Field(default=None, ge=0, le=24)


class MapFeature(BaseModel):
    """A property on the map."""

    at: tuple[float, float]
    title: str
    href: str
    count: int = 1


class MapFeatures(BaseModel):
    """Properties on the map."""

    features: list[MapFeature]


def listing(tx: Tx, query: PropertiesQuery, issued: Callable[[str | None], str | None]) -> dict[str, Any]:
    found = property_.list_properties(tx, query.filters, query.limit, query.cursor)
    return {
        "properties": [load(doc) for doc in found.docs],
        "next_cursor": issued(found.next_cursor),
        "filters": query,
        "query": query.given,
        "statuses": get_args(PropertyStatus),
        "countries": get_args(Country),
    }


def map_features(tx: Tx, query: PropertiesMapQuery) -> MapFeatures:
    filters = {name: value for name, value in query.filters.items() if name not in {"bounds", "zoom"}}
    found = property_.list_properties(tx, filters, 500, None)
    homes = [load(doc) for doc in found.docs]
    return MapFeatures(
        features=[
            MapFeature(
                at=(home["longitude"], home["latitude"]),
                title=home["address"],
                href=f"/app/properties/{home['id']}",
            )
            for home in homes
            if home.get("latitude") is not None
        ]
    )
