"""Views of properties: what the pages show."""

from collections.abc import Callable
from typing import Any, ClassVar, get_args

import numpy as np

from backend.app.core_gov.property import service as property_
from backend.app.core_gov.property.list_schemas import PropertyQuery
from backend.app.core_gov.property.schemas import Country, PropertyStatus
from backend.app.kit.db import Tx
from backend.app.kit.fields import load
from backend.app.web.maps.features import MapFeature, MapFeatures, MapView
from backend.app.web.maps.grid import Cluster
from backend.app.web.queries import PageQuery


class PropertiesQuery(PageQuery, PropertyQuery):
    """Filters of the page, as the API has them."""


class PropertiesMapQuery(MapView, PropertiesQuery):
    """Filters of the map, and the part of it that is in view."""

    no_filters: ClassVar[frozenset[str]] = PropertiesQuery.no_filters | MapView.model_fields.keys()


def listing(tx: Tx, query: PropertiesQuery, issued: Callable[[str | None], str | None]) -> dict[str, Any]:
    found = property_.list_properties(tx, query)
    return {
        "properties": [load(doc) for doc in found.docs],
        "next_cursor": issued(found.next_cursor),
        "filters": query,
        "query": query.given,
        "statuses": get_args(PropertyStatus),
        "countries": get_args(Country),
    }


def map_features(tx: Tx, query: PropertiesMapQuery) -> MapFeatures:
    found = property_.list_properties(tx, query.model_copy(update={"limit": 500, "cursor": None}))
    homes = [load(doc) for doc in found.docs]
    homes = [home for home in homes if home.get("latitude") is not None]
    latitude = np.array([home["latitude"] for home in homes], dtype=np.float64)
    longitude = np.array([home["longitude"] for home in homes], dtype=np.float64)
    clusters = query.clusters(latitude, longitude)
    return MapFeatures(
        features=[_feature(each, homes) for each in clusters], total=sum(each.count for each in clusters)
    )


def _feature(cluster: Cluster, homes: list[dict[str, Any]]) -> MapFeature:
    at = (cluster.longitude, cluster.latitude)
    if cluster.count > 1:
        return MapFeature(at=at, count=cluster.count)
    home = homes[cluster.index]
    return MapFeature(at=at, id=home["id"], title=home["address"], href=f"/app/properties/{home['id']}")
