"""Price per square foot before a month: of a market, and around a sale. Pure.

A level never uses sales of the month itself or later ones. It depends on the set of sales, not on their order.
"""

from dataclasses import dataclass

import numpy as np

from backend.app.core_gov.market.columns import EPOCH
from backend.app.core_gov.market.screening.repeated_sales import ScreeningEvidence
from backend.app.kit.arrays import Bools, Floats, Ints

MIN_PRICE = 10_000
"""Price below which a sale is nominal."""

MIN_EARLIER_SALES = 30
"""Minimum number of earlier sales required for a level."""

MIN_SPREAD = 0.2
"""Minimum spread of the log price per square foot, a factor of about 1.2."""

YEAR = 365

_CELL = (0.01, 0.015)
"""Size of a cell in degrees of latitude and longitude, about a kilometer each way."""

_RINGS = (1, 3)
"""Rings of cells around a sale's own: the second is used if the first has too few sales. Up to about 4 km."""

_ROW, _DAYS = 1 << 20, 1 << 20
"""Strides of the sort key of cell and day."""


@dataclass(frozen=True, slots=True)
class MarketLevel:
    """Log price per square foot before a month, its spread, and log living area."""

    price: float
    spread: float
    living: float


def level_of(log_price: Floats, log_living: Floats, same_kind: Bools) -> MarketLevel | None:
    """Return the level from sales of the same type, else from all; None if there are too few."""
    if same_kind.sum() >= MIN_EARLIER_SALES:
        log_price, log_living = log_price[same_kind], log_living[same_kind]
    if len(log_price) < MIN_EARLIER_SALES:
        return None
    middle = float(np.median(log_price))
    spread = 1.4826 * float(np.median(np.abs(log_price - middle)))
    return MarketLevel(middle, max(spread, MIN_SPREAD), float(np.median(log_living)))


def years(days: Ints) -> Ints:
    """Return the calendar years of days."""
    return days.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + EPOCH.year


def is_new(sales: ScreeningEvidence, age: int) -> Bools:
    """Return which sales are of homes built in the year of the sale, up to `age` years before, or later."""
    return np.asarray(sales.year_built >= years(sales.close_day) - age)


class PriceLevels:
    """Levels of a market's sales, computed when they are asked for."""

    def __init__(self, sales: ScreeningEvidence) -> None:
        rows = np.flatnonzero((sales.living_sqft > 0) & (sales.price >= MIN_PRICE))
        self.rows = rows[np.argsort(sales.close_day[rows], kind="stable")]
        self.log_living = np.log(sales.living_sqft[self.rows])
        self.log_price = np.log(sales.price[self.rows]) - self.log_living
        self.days, self.kinds = sales.close_day[self.rows], sales.property_type[self.rows]
        self.month_starts = (
            self.days.astype("datetime64[D]").astype("datetime64[M]").astype("datetime64[D]").astype(int)
        )
        self._at = np.full(len(sales), -1, dtype=np.int64)
        self._at[self.rows] = np.arange(len(self.rows))
        self._known: dict[tuple[int, int], MarketLevel | None] = {}
        self._usual: dict[tuple[int, int, int], float | None] = {}
        self._cells = _cells(sales.latitude[self.rows], sales.longitude[self.rows])
        # New homes may be bare lots themselves, and a subdivision of them may be all that is nearby.
        stood = np.flatnonzero((self._cells >= 0) & ~is_new(sales, 1)[self.rows])
        keys = self._cells[stood] * _DAYS + self.days[stood]
        order = np.argsort(keys, kind="stable")
        self._nearby, self._keys = stood[order], keys[order]

    def log_price_of(self, row: int) -> float | None:
        """Return the log price per square foot of a sale; None if its area is unknown or its price is nominal."""
        return float(self.log_price[self._at[row]]) if self._at[row] >= 0 else None

    def of_market(self, row: int) -> MarketLevel | None:
        """Return the market's level in the year before the month of a sale, else from all sales before it."""
        at = self._at[row]
        key = (int(self.month_starts[at]), int(self.kinds[at]))
        if key not in self._known:
            start, end = np.searchsorted(self.days, (key[0] - YEAR, key[0]))
            past = slice(int(start) if end - start >= MIN_EARLIER_SALES else 0, int(end))
            self._known[key] = level_of(self.log_price[past], self.log_living[past], self.kinds[past] == key[1])
        return self._known[key]

    def around(self, row: int) -> float | None:
        """Return the middle log price of older homes around a sale in the year before its month; None if too few."""
        at = self._at[row]
        key = int(self.month_starts[at]), int(self.kinds[at]), int(self._cells[at])
        if key[2] >= 0 and key not in self._usual:
            self._usual[key] = next((found for ring in _RINGS if (found := self._middle(*key, ring)) is not None), None)
        return self._usual.get(key)

    def usual(self, row: int) -> float | None:
        """Return the middle log price around a sale, else that of the market."""
        nearby = self.around(row)
        if nearby is not None:
            return nearby
        level = self.of_market(row)
        return None if level is None else level.price

    def _middle(self, month: int, kind: int, cell: int, ring: int) -> float | None:
        """Return the middle log price in and around a cell in the year before a month, of the same type if it can."""
        steps = np.arange(-ring, ring + 1)
        keys = (cell + (steps[:, None] * _ROW + steps).ravel()) * _DAYS + month
        starts, ends = np.searchsorted(self._keys, np.stack([keys - YEAR, keys]))
        if (ends - starts).sum() < MIN_EARLIER_SALES:
            return None
        past = np.concatenate([self._nearby[start:end] for start, end in zip(starts, ends, strict=True) if end > start])
        same = past[self.kinds[past] == kind]
        return float(np.median(self.log_price[same if len(same) >= MIN_EARLIER_SALES else past]))


def _cells(latitude: Floats, longitude: Floats) -> Ints:
    """Return the number of each place's cell, -1 if the place is unknown."""
    known = np.isfinite(latitude) & np.isfinite(longitude)
    north = np.floor((np.where(known, latitude, 0) + 90) / _CELL[0]).astype(np.int64) + _RINGS[-1]
    east = np.floor((np.where(known, longitude, 0) + 180) / _CELL[1]).astype(np.int64) + _RINGS[-1]
    return np.where(known, north * _ROW + east, -1)
