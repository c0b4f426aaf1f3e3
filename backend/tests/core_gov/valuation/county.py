"""A small generated county with known prices plus noise."""

from datetime import date

import numpy as np

from backend.app.core_gov.market.columns import Codes, Sales, day_of
from backend.app.kit.arrays import Floats

FIRST_DAY = day_of(date(2023, 1, 1))
NOISE = 0.12
"""The standard deviation of the logarithm of a price around what the county's rule says."""


def county(count: int = 1200, *, seed: int = 1, days: int = 730, noise: float = NOISE) -> Sales:
    """Return sales over this many days; prices rise 6 % a year and fall with the distance from the center."""
    rng = np.random.default_rng(seed)
    closed = np.sort(rng.integers(0, days, count)) + FIRST_DAY
    east, north = rng.uniform(-12, 12, count), rng.uniform(-12, 12, count)
    living: Floats = np.asarray(np.exp(rng.normal(7.5, 0.35, count))).round(-1)
    grade = np.clip(np.round(7 + 1.5 * (np.log(living) - 7.5) + rng.normal(0, 0.7, count)), 4, 11)
    condition = np.clip(np.round(rng.normal(3.3, 0.7, count)), 1, 5)
    built = np.round(rng.uniform(1930, 2015, count))
    renovated = np.where(rng.random(count) < 0.1, np.round(rng.uniform(2005, 2022, count)), np.nan)
    lot: Floats = np.asarray(np.exp(rng.normal(8.9, 0.5, count))).round()
    waterfront = (rng.random(count) < 0.02).astype(np.float64)
    place = 0.35 * np.exp(-((east - 2) ** 2 + north**2) / 40) + 0.1 * np.sin(east / 3) * np.cos(north / 4)
    log_price = (
        12.9 + place + 0.7 * (np.log(living) - 7.5) + 0.09 * (grade - 7) + 0.05 * (condition - 3)
        + 0.08 * (np.log(lot) - 8.9) + 0.4 * waterfront + 0.06 * (closed - FIRST_DAY) / 365.0
        + 0.05 * np.isfinite(renovated) + rng.normal(0, noise, count)
    )  # fmt: skip
    area = ((east > 0) * 2 + (north > 0)).astype(np.int64)
    price: Floats = np.asarray(np.exp(log_price)).round(-2)
    return Sales(
        seq=np.arange(1, count + 1),
        price=price,
        day=closed,
        close_day=closed,
        usable=np.ones(count, dtype=bool),
        latitude=45.0 + north / 111.195,
        longitude=-93.0 + east / (111.195 * np.cos(np.radians(45.0))),
        living_sqft=living,
        lot_sqft=lot,
        beds=np.clip(np.round(living / 600), 1, 6),
        baths=np.clip(np.round(living / 800 * 2) / 2, 1, 5),
        year_built=built,
        year_renovated=renovated,
        grade=grade,
        condition=condition,
        floors=np.where(living > 2000, 2.0, 1.0),
        basement_sqft=np.where(rng.random(count) < 0.4, np.round(living * 0.3), 0.0),
        view=np.zeros(count),
        waterfront=waterfront,
        property_type=np.zeros(count, dtype=np.int64),
        parcel=rng.permutation(count),
        area=area,
        types=Codes(("single_family",)),
        parcels=Codes(tuple(f"P{number:05}" for number in range(count))),
        areas=Codes(("A", "B", "C", "D")),
    )
