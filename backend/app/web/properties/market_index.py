"""Price index of a property's market, scaled to the value of its comparable sales."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import numpy as np

from backend.app.core_gov.market.columns import date_of, day_of
from backend.app.core_gov.market.indexes.price_index import PriceIndex
from backend.app.core_gov.market.indexes.service import index_of
from backend.app.core_gov.property import service as property_
from backend.app.core_gov.property.schemas import CompsResponse
from backend.app.kit.db import Database
from backend.app.kit.errors import Conflict
from backend.app.web.charts.time_scatter import LinePoint
from backend.app.web.properties.property_views import whole
from backend.app.web.properties.values import sales_chart

NORMAL_95 = 1.96
"""Standard errors on either side of the level that hold it 95 % of the time."""


def sales_over_time(db: Database, property_id: str) -> dict[str, Any]:
    """Return the chart of the comparable sales with the index of their market as of the day of the comparison.

    The first index of a market after a start takes seconds, so the page asks for it only on request. Raises NotFound,
    or Conflict if the property was not compared with any sales.
    """
    comparison = whole(CompsResponse, db.snapshot_now(property_.get_comps, property_id).fields)
    if not comparison["comps"] or comparison["value"] is None:
        raise Conflict("the property was not compared with any sales yet")
    index = index_of(db, comparison["market"], day_of(date.fromisoformat(comparison["as_of"])))
    return {
        "home": {"id": property_id},
        "comparison": comparison,
        "sales_chart": sales_chart(comparison, index_line(index, comparison)),
        "index_source": index.source,
    }


def index_line(index: PriceIndex, comparison: Mapping[str, Any]) -> list[LinePoint]:
    """Return the index from the month before the first sale on, at the value of the sales on the as-of date."""
    value = comparison["value"]["value"]
    first = min(date.fromisoformat(comp["close_date"]) for comp in comparison["comps"]).replace(day=1).isoformat()
    days, level, error = index.days[: len(index.months)], index.level, index.standard_error
    low, high = (level * np.exp(sign * NORMAL_95 * error) for sign in (-1, 1))
    return [
        LinePoint(date_of(round(day)), *(value * float(each) / 100 for each in found))
        for month, day, *found in zip(index.months, days.tolist(), level, low, high, strict=True)
        if month >= first[:7]
    ]
