"""Baseline that a spreadsheet can compute: the median price per square foot of the ten nearest sales."""

import numpy as np

from backend.app.core_gov.market.columns import Sales
from backend.app.kit.arrays import Floats, Ints

NEAREST, WITHIN_KM = 10, 2.0


def nearest_ten(sales: Sales, rows: Ints) -> Floats:
    """Return the value of each home from the nearest sales within 2 km that closed before it. NaN without any."""
    places = sales.kilometers(sales.latitude, sales.longitude)
    per_sqft = sales.price / np.where(sales.living_sqft > 0, sales.living_sqft, np.nan)
    found = np.full(len(rows), np.nan)
    for place, row in enumerate(rows):
        earlier = np.flatnonzero(sales.usable & (sales.close_day < sales.close_day[row]) & np.isfinite(per_sqft))
        if sales.parcel[row] >= 0:
            earlier = earlier[sales.parcel[earlier] != sales.parcel[row]]
        away = np.hypot(*(places[earlier] - places[row]).T)
        near = np.argsort(away, kind="stable")[:NEAREST]
        near = earlier[near[away[near] <= WITHIN_KM]]
        if len(near):
            found[place] = float(np.median(per_sqft[near])) * sales.living_sqft[row]
    return found
