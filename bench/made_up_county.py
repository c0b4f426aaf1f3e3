"""House sales of a fictional county: any number, reproducible.

The file has the columns of King County's, so the built-in profile of that name reads it. Prices depend on size, grade,
town, distance to the town center and month, with noise. A few homes are sold twice. Sales are generated in parts, each
from its own seed: a smaller county is a prefix of a larger one, and only one part is in memory.
"""

import csv
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from itertools import chain, islice
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

FIRST_DAY, LAST_DAY = date(2020, 1, 1), date(2025, 12, 31)
AFTER = LAST_DAY + timedelta(days=1)
"""Day after the last sale."""

SEED = 20251231
PART = 10_000
"""Sales per part."""

TOWNS = 40
RESOLD = 0.05
"""Share of sales whose home was sold before."""

_DAYS = (LAST_DAY - FIRST_DAY).days + 1
_APART = 200  # days between two sales of a home that would otherwise be on the same day
_MIDDLE = (40.9, -98.4)
_KM_NORTH, _KM_EAST = 111.2, 84.0  # kilometers per degree of latitude and of longitude there
_FIRST_ZIP = 68801

Column = NDArray[Any]


class HouseSale(NamedTuple):
    """One row of the file, with its column names in order."""

    id: int
    date: str
    price: int
    bedrooms: int
    bathrooms: float
    sqft_living: int
    sqft_lot: int
    floors: float
    waterfront: int
    view: int
    condition: int
    grade: int
    sqft_above: int
    sqft_basement: int
    yr_built: int
    yr_renovated: int
    zipcode: int
    lat: float
    long: float


def house_sales(count: int) -> Iterator[HouseSale]:
    """Yield this many sales, in random order of time."""
    parts = (_part(number) for number in range(-(-count // PART)))
    return islice(chain.from_iterable(parts), count)


def true_values(sales: Iterable[HouseSale]) -> Column:
    """Return the value of each home on the day of its sale: its price without the noise, the best possible estimate."""
    rows = list(sales)
    homes = {name: np.array([getattr(row, name) for row in rows]) for name in HouseSale._fields if name != "date"}
    days = np.array([(date.fromisoformat(row.date) - FIRST_DAY).days for row in rows])
    return np.asarray(np.exp(_worth(homes) + _level(days)))


def write_csv(path: Path, sales: Iterable[HouseSale]) -> None:
    """Write sales to a file with a header."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(HouseSale._fields)
        writer.writerows(sales)


def _part(number: int) -> list[HouseSale]:
    chance = np.random.default_rng([SEED, number])
    homes = _homes(chance)
    homes["id"] = 1_000_000_000 + number * PART + np.arange(PART)
    day = chance.integers(0, _DAYS, PART)
    again, before = np.split(chance.choice(PART, round(2 * RESOLD * PART), replace=False), 2)
    for values in homes.values():
        values[again] = values[before]
    day[again] = np.where(day[again] == day[before], (day[before] + _APART) % _DAYS, day[again])
    price = np.exp(_worth(homes) + _level(day) + chance.normal(0, 0.13, PART))
    days = [(FIRST_DAY + timedelta(days=each)).isoformat() for each in range(_DAYS)]
    columns = homes | {"price": np.round(price, -2).astype(np.int64)}
    listed = {name: values.tolist() for name, values in columns.items()} | {"date": [days[each] for each in day]}
    return [HouseSale(*row) for row in zip(*(listed[name] for name in HouseSale._fields), strict=True)]


def _homes(chance: np.random.Generator) -> dict[str, Column]:
    towns = _towns()
    town = chance.choice(TOWNS, PART, p=towns["share"])
    east, north = (towns[name][town] + chance.normal(0, 1, PART) * towns["width"][town] for name in ("east", "north"))
    living = np.clip(np.exp(chance.normal(7.55, 0.38, PART)), 500, 8_000)
    grade = 7.3 + 2.2 * (np.log(living) - 7.55) + chance.normal(0, 0.8, PART)
    basement = np.where(chance.random(PART) < 0.4, living * chance.uniform(0.15, 0.45, PART), 0.0)
    built = np.clip(np.round(1900 + 120 * chance.beta(2.5, 1.5, PART)), 1900, 2019).astype(np.int64)
    works = np.round(chance.uniform(1985, 2019, PART)).astype(np.int64)
    return {
        "bedrooms": np.clip(np.round(living / 620 + chance.normal(0, 0.6, PART)), 1, 9).astype(np.int64),
        "bathrooms": np.clip(np.round((living / 850 + chance.normal(0, 0.4, PART)) * 4) / 4, 1.0, 7.0),
        "sqft_living": _tens(living),
        "sqft_lot": _tens(np.clip(np.exp(chance.normal(8.9, 0.7, PART)), 800, 900_000)),
        "floors": chance.choice([1.0, 1.5, 2.0, 3.0], PART, p=[0.5, 0.1, 0.37, 0.03]),
        "waterfront": (chance.random(PART) < 0.008).astype(np.int64),
        "view": chance.choice(5, PART, p=[0.9, 0.03, 0.04, 0.02, 0.01]),
        "condition": chance.choice([1, 2, 3, 4, 5], PART, p=[0.01, 0.02, 0.64, 0.26, 0.07]),
        "grade": np.clip(np.round(grade), 4, 13).astype(np.int64),
        "sqft_above": _tens(living) - _tens(basement),
        "sqft_basement": _tens(basement),
        "yr_built": built,
        "yr_renovated": np.where((chance.random(PART) < 0.06) & (works > built), works, 0),
        "zipcode": _FIRST_ZIP + town,
        "lat": np.round(_MIDDLE[0] + north / _KM_NORTH, 4),
        "long": np.round(_MIDDLE[1] + east / _KM_EAST, 4),
    }


def _towns() -> dict[str, Column]:
    """Return the towns: position from the county's center (km), width, population and price level."""
    chance = np.random.default_rng(SEED)
    share = np.exp(chance.normal(0, 0.8, TOWNS))
    return {
        "east": chance.uniform(-30, 30, TOWNS),
        "north": chance.uniform(-30, 30, TOWNS),
        "width": 1.2 + 3 * np.sqrt(share / share.max()),
        "share": share / share.sum(),
        "dear": chance.normal(0, 0.3, TOWNS),
    }


def _worth(homes: dict[str, Column]) -> Column:
    """Return the logarithm of a home's value on the first day."""
    towns, town = _towns(), homes["zipcode"] - _FIRST_ZIP
    east, north = (homes["long"] - _MIDDLE[1]) * _KM_EAST, (homes["lat"] - _MIDDLE[0]) * _KM_NORTH
    away = np.hypot(east - towns["east"][town], north - towns["north"][town])
    age = 2020 - np.maximum(homes["yr_built"], homes["yr_renovated"])
    return np.asarray(
        8.5
        + 0.55 * np.log(homes["sqft_living"])
        + 0.09 * np.log(homes["sqft_lot"] / 7_500)
        + 0.11 * (homes["grade"] - 7)
        + 0.04 * (homes["condition"] - 3)
        + 0.06 * homes["view"]
        + 0.45 * homes["waterfront"]
        + 0.05 * (homes["bathrooms"] - 2)
        - 0.0016 * age
        + towns["dear"][town]
        - 0.03 * away
        + 0.08 * np.sin(east / 3) * np.cos(north / 4)
    )


def _level(day: Column) -> Column:
    """Return the price level relative to the first day, with seasons."""
    years = day / 365.25
    return np.asarray(0.055 * years + 0.05 * np.sin(years * 1.3) + 0.015 * np.sin(2 * np.pi * (years - 0.2)))


def _tens(area: Column) -> Column:
    return np.round(area, -1).astype(np.int64)
