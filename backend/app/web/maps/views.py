"""Views of maps that belong to no noun."""

import numpy as np

from backend.app.core_gov.market import service as market
from backend.app.core_gov.market.sales_cache import sales_of
from backend.app.kit.arrays import Floats
from backend.app.kit.db import Database
from backend.app.web.maps.features import DOT_PIXELS, MapDots, MapView
from backend.app.web.maps.grid import Cluster


def sales_background(db: Database, view: MapView) -> MapDots:
    """Return the sales of all markets as dots. Reads the sales of each market into memory when first asked."""
    latitude, longitude = _places_of_sales(db)
    found = view.clusters(latitude, longitude, DOT_PIXELS)
    return MapDots(dots=[_dot(latitude, longitude, each) for each in found])


def _dot(latitude: Floats, longitude: Floats, cluster: Cluster) -> tuple[float, float, int]:
    """Return a dot where one of the sales is: mean positions would look like a grid."""
    at = cluster.index
    return round(float(longitude[at]), 5), round(float(latitude[at]), 5), cluster.count


def _places_of_sales(db: Database) -> tuple[Floats, Floats]:
    with db.open_snapshot() as tx:
        names = [each.name for each in market.every_market(tx)]
    found = [sales_of(db, name).sales for name in names]
    if not found:
        return np.empty(0), np.empty(0)
    return np.concatenate([each.latitude for each in found]), np.concatenate([each.longitude for each in found])
