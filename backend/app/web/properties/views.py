"""Views of properties: what the pages show."""

from collections.abc import Callable
from typing import Any, ClassVar, get_args

import numpy as np
from pydantic import Field, field_validator

from backend.app.core_gov.property import service as property_
from backend.app.core_gov.property.list_schemas import PropertyQuery
from backend.app.core_gov.property.schemas import Country, PropertyRecord, PropertyStatus
from backend.app.kit.db import Tx
from backend.app.kit.query import Several
from backend.app.kit.records import Stored
from backend.app.web.maps.features import MapFeature, MapFeatures, MapView
from backend.app.web.maps.grid import Cluster
from backend.app.web.properties.columns import COLUMNS, DEFAULTS, ColumnName, chosen_columns
from backend.app.web.properties.rows import rows_of
from backend.app.web.queries import PageQuery
from backend.app.web.saved_views import saved_views

FILTERS = {
    "address": "Address", "status": "Status", "city": "City", "country": "Country", "region": "Province or state",
    "owner": "Owner", "min_value": "Value from", "max_value": "Value to", "min_arv": "ARV from",
    "max_arv": "ARV to", "min_beds": "Beds from", "max_beds": "Beds to", "min_baths": "Baths from",
    "max_baths": "Baths to", "min_sqft": "Sq ft from", "max_sqft": "Sq ft to", "min_updated_at": "Changed since",
    "max_updated_at": "Changed until",
}  # fmt: skip
"""Labels of the filters."""

MORE = {"country", "region", "owner", "min_baths", "max_baths", "min_sqft", "max_sqft", "min_arv", "max_arv"}
"""Filters that are folded until one of them is given."""


class PropertiesQuery(PageQuery, PropertyQuery):
    """Filters of the page, as the API has them, and the columns of the table."""

    no_filters: ClassVar[frozenset[str]] = PropertyQuery.no_filters | {"columns"}

    columns: Several[ColumnName] | None = Field(default=None, description="Columns besides the address")

    @field_validator("city", "region", mode="before")
    @classmethod
    def _separated(cls, typed: object) -> object:
        """Accept several values in one field of the form, separated by commas."""
        texts = [typed] if isinstance(typed, str) else typed
        if not isinstance(texts, list):
            return typed
        return [part.strip() for text in texts for part in str(text).split(",") if part.strip()] or None


class PropertiesMapQuery(MapView, PropertiesQuery):
    """Filters of the map, and the part of it that is in view."""

    no_filters: ClassVar[frozenset[str]] = PropertiesQuery.no_filters | {"bounds", "zoom"}


def listing(tx: Tx, query: PropertiesQuery, issued: Callable[[str | None], str | None], reader: str) -> dict[str, Any]:
    found = property_.list_properties(tx, query.model_copy(update={"count": True}))
    columns = chosen_columns(query.columns)
    return {
        "rows": rows_of(tx, found.docs, tuple(column.name for column in columns)),
        "count": found.count,
        "next_cursor": issued(found.next_cursor),
        "filters": query,
        "query": query.given,
        "labels": FILTERS,
        "is_filtered": bool(query.given.keys() & FILTERS.keys()),
        "is_narrowed": bool(query.given.keys() & MORE),
        "saved": saved_views(tx, reader, "properties", "/app/properties", query.given),
        "columns": columns,
        "choices": [(column.name, column.label) for column in COLUMNS.values()],
        "defaults": DEFAULTS,
        "statuses": get_args(PropertyStatus),
        "countries": get_args(Country),
    }


def map_features(tx: Tx, query: PropertiesMapQuery) -> MapFeatures:
    found = property_.places(tx, query, query.limits)
    seq, latitude, longitude = np.array(found, dtype=np.float64).reshape(-1, 3).T
    clusters = query.clusters(latitude, longitude)
    single = {each.index: int(seq[each.index]) for each in clusters if each.count == 1}
    homes = property_.properties_in_rows(tx, [*single.values()])
    features = [_feature(each, homes.get(single.get(each.index, -1))) for each in clusters]
    return MapFeatures(features=features, total=sum(each.count for each in clusters))


def _feature(cluster: Cluster, stored: Stored[PropertyRecord] | None) -> MapFeature:
    at = (round(cluster.longitude, 6), round(cluster.latitude, 6))
    if stored is None:
        return MapFeature(at=at, count=cluster.count)
    home = stored.fields
    return MapFeature(at=at, id=home["id"], title=home["address"], href=f"/app/properties/{home['id']}")
