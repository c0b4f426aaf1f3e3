"""Features of the trees: characteristics, location, prices paid nearby earlier, the earlier sale, further columns.

Every feature of a home uses only what was known before the home's own day, in training and in prediction.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from backend.app.core_gov.market.columns import UNKNOWN, Sales
from backend.app.core_gov.valuation.extra_features.encoding import ExtraColumn
from backend.app.core_gov.valuation.model.hedonic import Hedonic, positive
from backend.app.core_gov.valuation.model.homes import DAYS_PER_YEAR, Homes, recorded_homes
from backend.app.core_gov.valuation.model.sales_history import WINDOW_DAYS, History, Neighbors
from backend.app.kit.arrays import Floats, Ints

NEIGHBORS = 60
_NEIGHBOR_COUNTS = (5, 15, 50)
"""Numbers of neighbors whose prices are averaged: street, quarter, part of town."""
_ROTATIONS = (0.0, 30.0, 60.0)
"""Degrees by which the map is rotated, because a tree splits along the axes only."""
_NEAR_KM = 0.2
"""Added to a neighbor's distance in km before it is weighted by the inverse."""
_MIN_NEIGHBORS = 3
_AREA_SHRINK = 10.0


@dataclass(frozen=True)
class PriceSignals:
    """Prices paid for each sale of a history, comparable over time and size; logarithms."""

    excess: Floats
    """Log price above the market level and the linear effect of characteristics."""
    per_sqft: Floats
    """Log price per square foot above the market level; log price if areas are not known."""


def feature_columns(
    homes: Homes,
    history: History,
    near: Neighbors,
    price_signals: PriceSignals,
    hedonic: Hedonic,
    extra: Sequence[ExtraColumn] = (),
) -> dict[str, Floats]:
    """Return the features by name; a characteristic that is never known is a column of NaN."""
    around = _around(history, near, price_signals)
    earlier = _earlier_sale(homes, history.columns, hedonic, around["excess of 15"])
    groups = _groups(homes, history, price_signals)
    return _own(homes) | _place(homes) | around | groups | earlier | _further(homes, history, extra)


def _own(homes: Homes) -> dict[str, Floats]:
    characteristics, year = homes.characteristics, homes.year
    living, lot = positive(characteristics["living_sqft"]), positive(characteristics["lot_sqft"])
    return {
        **{name: characteristics[name] for name in characteristics if name not in {"year_built", "year_renovated"}},
        "age": year - characteristics["year_built"],
        "years since works": year - np.fmax(characteristics["year_built"], characteristics["year_renovated"]),
        "above ground": living - characteristics["basement_sqft"],
        "living per bed": living / np.maximum(characteristics["beds"], 1.0),
        "living per lot": living / lot,
    }


def _place(homes: Homes) -> dict[str, Floats]:
    found = {}
    for degrees in _ROTATIONS:
        radians = np.radians(degrees)
        east, north = homes.places[:, 0], homes.places[:, 1]
        found[f"east {degrees:.0f}"] = east * np.cos(radians) + north * np.sin(radians)
        found[f"north {degrees:.0f}"] = north * np.cos(radians) - east * np.sin(radians)
    return found


def _around(history: History, near: Neighbors, price_signals: PriceSignals) -> dict[str, Floats]:
    """Return prices and characteristics of earlier neighboring sales."""
    sales = history.sales
    found = {f"excess of {count}": nearby_mean(near, price_signals.excess, count) for count in _NEIGHBOR_COUNTS}
    found["price per sq ft nearby"] = nearby_mean(near, price_signals.per_sqft, 10)
    found["living nearby"] = nearby_mean(near, np.log(positive(sales.living_sqft)), 15)
    found["lot nearby"] = nearby_mean(near, np.log(positive(sales.lot_sqft)), 15)
    found["grade nearby"] = nearby_mean(near, sales.grade, 15)
    found["year nearby"] = nearby_mean(near, sales.year_built, 15)
    return found


def nearby_mean(near: Neighbors, values: Floats, count: int) -> Floats:
    """Return the mean over the nearest sales with a known value, weighted by inverse distance; NaN below three."""
    rows, km = near.rows[:, :count], near.km[:, :count]
    if not len(values):
        return np.full(len(rows), np.nan)
    found = values[rows]
    known = (rows >= 0) & np.isfinite(found)
    weight = np.where(known, 1.0 / (np.where(known, km, 0.0) + _NEAR_KM), 0.0)
    total = weight.sum(axis=1)
    mean = (weight * np.where(known, found, 0.0)).sum(axis=1) / np.where(total > 0, total, 1.0)
    return np.where(known.sum(axis=1) >= _MIN_NEIGHBORS, mean, np.nan)


def _groups(homes: Homes, history: History, price_signals: PriceSignals) -> dict[str, Floats]:
    return {
        "excess in area": group_mean(homes.area, homes, history.area, history, price_signals.excess),
        "excess of type": group_mean(homes.type, homes, history.type, history, price_signals.excess),
        "type": np.where(homes.type == UNKNOWN, np.nan, homes.type),
    }


def _earlier_sale(homes: Homes, sales: Sales, hedonic: Hedonic, nearby_excess: Floats) -> dict[str, Floats]:
    """Return what the parcel's earlier sale says; NaN without one.

    Its excess is the log price above the market level of its day and the linear effect of the characteristics that were
    recorded with it. A sale before the first day of the level does not count. A renovation counts if its year lies
    strictly between the years of the two sales.
    """
    has = homes.prior >= 0
    has[has] = sales.day[homes.prior[has]] >= hedonic.level.days[0]
    rows, place = np.unique(homes.prior[has], return_inverse=True)
    then = recorded_homes(sales, rows)
    excess, years, renovated = (np.full(len(homes), np.nan) for _ in range(3))
    excess[has] = (np.log(sales.price[rows]) - hedonic.predict(then))[place]
    years[has] = (homes.as_of[has] - then.as_of[place]) / DAYS_PER_YEAR
    works, now = homes.characteristics["year_renovated"][has], np.floor(homes.year[has])
    renovated[has] = (np.floor(then.year)[place] < works) & (works < now)
    return {
        "earlier excess": excess,
        "earlier excess above nearby": excess - nearby_excess,
        "years since earlier sale": years,
        "renovated since earlier sale": renovated,
    }


def _further(homes: Homes, history: History, extra: Sequence[ExtraColumn]) -> dict[str, Floats]:
    """Return the further columns recorded with each home; NaN without one."""
    if history.recorded is None:
        return {column.feature: np.full(len(homes), np.nan) for column in extra}
    return {column.feature: history.recorded.values(column, homes.recorded) for column in extra}


def group_mean(group: Ints, homes: Homes, groups: Ints, history: History, values: Floats) -> Floats:
    """Return the mean over earlier sales of a home's group, shrunk toward 0 if they are few."""
    total, count = np.zeros(len(homes)), np.zeros(len(homes))
    for code in np.unique(group[group >= 0]):
        members = np.flatnonzero(groups == code)
        rows_of_group = np.flatnonzero(group == code)
        days = history.sales.close_day[members]
        sums = np.r_[0.0, np.cumsum(values[members])]
        stop = np.searchsorted(days, homes.as_of[rows_of_group], "left")
        start = np.searchsorted(days, homes.as_of[rows_of_group] - WINDOW_DAYS, "left")
        total[rows_of_group], count[rows_of_group] = sums[stop] - sums[start], stop - start
    return np.where(group == UNKNOWN, np.nan, total / (count + _AREA_SHRINK))
