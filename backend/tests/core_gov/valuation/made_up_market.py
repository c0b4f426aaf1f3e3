"""Markets made by a rule that the tests know, so that what is estimated can be held against it."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np

from backend.app.core_gov.market.columns import FEATURES, Codes, Sales
from backend.app.kit.arrays import Floats, Ints

AS_OF = 17_000
TRUE = {"living_sqft": 0.6, "lot_sqft": 0.08, "baths": 0.04, "grade": 0.09}
"""What a logarithm of area, or a unit, adds to the logarithm of the price in `a_market`."""


@dataclass(frozen=True)
class FlatIndex:
    """Prices that change by the same share every day, known without error."""

    daily: float = 0.0
    error: float = 0.0
    source: str = "a made-up index"

    def change(self, from_day: Ints, to_day: int) -> tuple[Floats, Floats]:
        days = to_day - np.asarray(from_day)
        return np.asarray(self.daily * days, dtype=np.float64), np.full(len(days), self.error)


def sales_of(price: Sequence[float] | Floats, **known: object) -> Sales:
    """Sales of which only the given columns are known; closed one a day before AS_OF where nothing is said."""
    count = len(price)
    close = np.asarray(known.pop("close_day", AS_OF - 1 - np.arange(count)), dtype=np.int64)
    columns: dict[str, object] = {name: np.full(count, np.nan) for name in FEATURES}
    columns |= {name: np.zeros(count, dtype=np.int64) for name in ("property_type", "area")}
    columns |= {"seq": np.arange(1, count + 1), "usable": np.ones(count, dtype=bool), "parcel": np.arange(count)}
    columns |= {"price": np.asarray(price, dtype=np.float64), "close_day": close, "day": close}
    columns |= {name: np.asarray(values) for name, values in known.items() if name not in {"types", "areas"}}
    return Sales(
        **columns,  # type: ignore[arg-type]
        types=known.get("types", Codes(("house", "condo"))),  # type: ignore[arg-type]
        areas=known.get("areas", Codes(("V5K", "V6A"))),  # type: ignore[arg-type]
        parcels=Codes(tuple(f"parcel {number}" for number in range(max(count, 1)))),
    )


def a_market(count: int, seed: int = 1, noise: float = 0.1, days: int = 400) -> Sales:
    """Homes in a town of some kilometers, whose prices follow TRUE, a slope across the town, and chance."""
    chance = np.random.default_rng(seed)
    latitude, longitude = 49.2 + chance.uniform(-0.02, 0.02, count), -123.1 + chance.uniform(-0.03, 0.03, count)
    living, lot = np.exp(chance.normal(7.5, 0.3, count)).round(), np.exp(chance.normal(8.5, 0.5, count)).round()
    baths, grade = chance.integers(2, 8, count) / 2, chance.integers(4, 11, count).astype(float)
    worth = 8.0 + TRUE["living_sqft"] * np.log(living) + TRUE["lot_sqft"] * np.log(lot)
    worth += TRUE["baths"] * baths + TRUE["grade"] * grade + 10 * (latitude - 49.2) + chance.normal(0, noise, count)
    return sales_of(
        np.exp(worth).round(2),
        close_day=AS_OF - 1 - chance.integers(0, days, count),
        latitude=latitude,
        longitude=longitude,
        living_sqft=living,
        lot_sqft=lot,
        beds=chance.integers(1, 6, count).astype(float),
        baths=baths,
        grade=grade,
        year_built=chance.integers(1910, 2015, count).astype(float),
    )


def without(sales: Sales, *names: str) -> Sales:
    """The same sales with some columns not known."""
    columns: dict[str, Any] = {
        name: np.full_like(getattr(sales, name), -1 if name in {"area", "property_type"} else np.nan) for name in names
    }
    return replace(sales, **columns)


def garbled(sales: Sales, rows: Ints, seed: int = 5) -> Sales:
    """The same sales with everything but the number and the day of closing of some of them made nonsense."""
    chance = np.random.default_rng(seed)
    changed: dict[str, Any] = {}
    for each in fields(sales):
        column = getattr(sales, each.name)
        if not isinstance(column, np.ndarray) or each.name in {"seq", "close_day"}:
            continue
        column = column.copy()
        if column.dtype == bool:
            column[rows] = chance.integers(0, 2, len(rows)).astype(bool)
        elif column.dtype == np.float64:
            column[rows] = chance.choice([np.nan, 0.0, -1e9, 1e12], len(rows))
        elif each.name == "day":
            column[rows] = sales.close_day[rows] + chance.integers(-60, 60, len(rows))
        else:
            column[rows] = chance.integers(0, 2, len(rows))
        changed[each.name] = column
    return replace(sales, **changed)
