"""Generated markets whose true price path is set by the test."""

from collections.abc import Callable
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from backend.app.core_gov.market.columns import Codes, Sales, day_of
from backend.app.kit.arrays import Floats

END = day_of(date(2015, 3, 1))
Column = NDArray[Any]
Path = Callable[[Floats], Floats]
"""The logarithm of the price level by years before the end, which are negative."""


def rising(a_year: float) -> Path:
    return lambda years: a_year * years


def flat(years: Floats) -> Floats:
    return np.zeros_like(years)


def market(
    count: int,
    years: float,
    path: Path = flat,
    *,
    seed: int = 1,
    again: float = 0.0,
    wild: float = 0.0,
    spread: float = 0.18,
) -> Sales:
    """Return sales spread over the years before `END`; `again` are resales, `wild` have price errors."""
    chance = np.random.default_rng(seed)
    day = np.sort(chance.integers(END - round(years * 365.25), END, count))
    parcel = np.arange(count)
    repeats = round(count * again)
    if repeats:
        parcel[-repeats:] = chance.choice(count - repeats, repeats, replace=False)
    latitude, longitude = 47 + chance.normal(0, 0.1, count)[parcel], -122 + chance.normal(0, 0.15, count)[parcel]
    living = np.round(np.exp(chance.normal(7.5, 0.4, count)))[parcel]
    own, of_sale = chance.normal(0, spread * 0.8, count)[parcel], chance.normal(0, spread * 0.6, count)
    log_price = 6 + 0.8 * np.log(living) + 0.5 * np.sin(latitude * 20) + path((day - END) / 365.25) + own + of_sale
    bad = chance.random(count) < wild
    log_price[bad] += chance.normal(0, 2, count)[bad]
    return sales_of(np.exp(log_price), day, latitude=latitude, longitude=longitude, living_sqft=living, parcel=parcel)


def sales_of(price: Column, day: Column, **known: Column) -> Sales:
    """Return sales of which only the named columns are known."""
    count = len(price)
    missing = {name: np.full(count, np.nan) for name in _NUMBERS}
    codes = {name: np.full(count, -1) for name in ("property_type", "parcel", "area")}
    whole: dict[str, Any] = {
        "seq": np.arange(1, count + 1),
        "price": np.asarray(price, dtype=np.float64),
        "day": np.asarray(day, dtype=np.int64),
        "close_day": np.asarray(day, dtype=np.int64),
        "usable": np.ones(count, dtype=bool),
    }
    named = Codes(tuple(str(number) for number in range(max(count, 1))))
    return Sales(**{**whole, **missing, **codes, **known}, types=named, parcels=named, areas=named)


_NUMBERS = (
    *("latitude", "longitude", "living_sqft", "lot_sqft", "beds", "baths", "year_built", "year_renovated"),
    *("grade", "condition", "floors", "basement_sqft", "view", "waterfront"),
)
