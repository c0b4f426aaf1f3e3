"""The map of sales: filtered in memory, where a market keeps its sales as columns, and gathered in clusters."""

from datetime import date
from math import cos, radians

import numpy as np

from backend.app.core_gov.geography.distance import KM_PER_DEGREE
from backend.app.core_gov.market import service as markets
from backend.app.core_gov.market.columns import UNKNOWN, Codes, Sales, day_of
from backend.app.core_gov.market.sale import sale_id
from backend.app.core_gov.market.sales_cache import sales_of
from backend.app.core_gov.market.search import service as search
from backend.app.core_gov.market.search.schemas import RADIUS_KM
from backend.app.core_gov.property.service import locate
from backend.app.kit.arrays import Bools, Ints
from backend.app.kit.db import Database, Tx
from backend.app.kit.fields import load
from backend.app.web.maps.features import MapFeature, MapFeatures, MapView
from backend.app.web.maps.grid import Cluster
from backend.app.web.markets.sales_views import SalesQuery, title_of

_RANGES = (("price", "price"), ("sqft", "living_sqft"), ("beds", "beds"), ("baths", "baths"))
_MOST_FLAGGED = 500


class SalesMapQuery(MapView, SalesQuery):
    """Filters of the map, and the part of it that is in view."""


def map_features(db: Database, query: SalesMapQuery) -> MapFeatures:
    """Return the sales that match, at most as many features as a grid has cells.

    Flags are not kept in memory, so of the sales with a flag only the newest are shown.
    """
    with db.open_snapshot() as tx:
        query = search.located(tx, query, locate)
        if query.flag is not None:
            return _listed(tx, query)
        search.prepared_search(tx, query)
        names = [query.market] if query.market else [each.name for each in markets.every_market(tx)]
    found = [sales.take(_matching(sales, query)) for sales in (sales_of(db, name).sales for name in names)]
    if not found:
        return MapFeatures(features=[], total=0)
    latitude, longitude, seq, price = (
        np.concatenate([getattr(each, name) for each in found]) for name in ("latitude", "longitude", "seq", "price")
    )
    clusters = query.clusters(latitude, longitude)
    alone = [int(seq[each.index]) for each in clusters if each.count == 1]
    with db.open_snapshot() as tx:
        addresses = markets.addresses_of(tx, alone)

    def feature(cluster: Cluster) -> MapFeature:
        at = (cluster.longitude, cluster.latitude)
        if cluster.count > 1:
            return MapFeature(at=at, count=cluster.count)
        number = int(seq[cluster.index])
        name = sale_id(number)
        amount = f"{price[cluster.index]:,.0f}"
        title = f"{addresses[number]}, {amount}" if number in addresses else amount
        return MapFeature(at=at, id=name, title=title, href=f"/app/sales/{name}")

    return MapFeatures(features=[feature(each) for each in clusters], total=sum(each.count for each in clusters))


def _matching(sales: Sales, query: SalesMapQuery) -> Bools:
    """Return which sales match all filters except that of flags."""
    kept = np.ones(len(sales), dtype=np.bool_)
    for name, column in _RANGES:
        if (least := getattr(query, f"min_{name}")) is not None:
            kept &= getattr(sales, column) >= least
        if (most := getattr(query, f"max_{name}")) is not None:
            kept &= getattr(sales, column) <= most
    if query.since is not None:
        kept &= sales.close_day >= day_of(date.fromisoformat(query.since))
    if query.until is not None:
        kept &= sales.close_day < day_of(date.fromisoformat(query.until))
    if query.usable is not None:
        kept &= sales.usable == query.usable
    if query.property_type is not None:
        kept &= _of_class(sales.types, sales.property_type, query.property_type)
    if query.parcel is not None:
        kept &= _of_class(sales.parcels, sales.parcel, query.parcel)
    if query.near is not None:
        kept &= _is_near(sales, *query.near, query.radius_km or RADIUS_KM)
    return kept


def _of_class(codes: Codes, column: Ints, text: str) -> Bools:
    """Return which rows have a text in any of its spellings."""
    wanted = codes.class_of(text)
    found: Bools = (codes.classified(column) == wanted) & (wanted != UNKNOWN)
    return found


def _is_near(sales: Sales, latitude: float, longitude: float, radius_km: float) -> Bools:
    north = sales.latitude - latitude
    east = (sales.longitude - longitude) * cos(radians(latitude))
    found: Bools = north**2 + east**2 <= (radius_km / KM_PER_DEGREE) ** 2
    return found


def _listed(tx: Tx, query: SalesMapQuery) -> MapFeatures:
    rows = search.search_sales(tx, query.model_copy(update={"limit": _MOST_FLAGGED, "cursor": None}), locate)
    placed = [sale for sale in map(load, rows.docs) if sale["latitude"] is not None]
    features = [
        MapFeature(
            at=(sale["longitude"], sale["latitude"]),
            id=sale["id"],
            title=title_of(sale),
            href=f"/app/sales/{sale['id']}",
        )
        for sale in placed
    ]
    return MapFeatures(features=features, total=len(features))
