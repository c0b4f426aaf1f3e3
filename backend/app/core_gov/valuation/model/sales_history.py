"""The usable sales of a market in order of time, each at a place, and which of them lie near a home.

Nothing here depends on a sale that closed on or after the day asked about: not the neighbours, not the middle of
the plane, not the order of equals.
"""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from backend.app.core_gov.geography.distance import KM_PER_DEGREE
from backend.app.core_gov.market.columns import UNKNOWN, Codes, Sales
from backend.app.kit.arrays import Bools, Floats, Ints

WINDOW_DAYS = 730
"""How long a sale is somebody's neighbour: what was paid longer ago says little of today."""

_KM_PER_DAY = 1e-4  # of two homes in one place, the one sold later is nearer: 0.1 m a day
_KM_PER_ROW = 1e-9  # and of two sold on one day, always the same one
_KM_PER_AREA = 1e4  # where homes are known by area alone, areas are islands
_CHUNK = 800


@dataclass(frozen=True)
class Map:
    """Where homes are: on a plane in kilometres, or, in a market without coordinates, on islands, one an area."""

    latitude: float | None
    longitude: float | None
    areas: Codes
    types: Codes
    centres: Floats
    """The middle of each area on the plane, NaN where no sale of it has coordinates; shape (areas, 2)."""

    @classmethod
    def of(cls, sales: Sales) -> "Map":
        """The map of a market, from the sales that a model is trained on."""
        placed = np.isfinite(sales.latitude) & np.isfinite(sales.longitude)
        names = tuple(sorted({sales.areas.names[code] for code in np.unique(sales.area) if code >= 0}))
        types = tuple(sorted({sales.types.names[code] for code in np.unique(sales.property_type) if code >= 0}))
        bare = cls(None, None, Codes(names), Codes(types), np.full((len(names), 2), np.nan))
        if not placed.any() or placed.mean() < 0.5:
            return bare
        latitude = float(np.median(sales.latitude[placed]))
        longitude = float(np.median(sales.longitude[placed]))
        plotted = replace(bare, latitude=latitude, longitude=longitude)
        plane = plotted.plane(sales.latitude, sales.longitude)
        own = recoded(sales.area, sales.areas, bare.areas)
        centres = bare.centres.copy()
        for code in np.unique(own[placed & (own >= 0)]):
            centres[code] = np.median(plane[placed & (own == code)], axis=0)
        return replace(plotted, centres=centres)

    @property
    def has_plane(self) -> bool:
        return self.latitude is not None

    def plane(self, latitude: Floats, longitude: Floats) -> Floats:
        """Places in kilometres east and north of the market's middle; shape (n, 2)."""
        if self.latitude is None or self.longitude is None:
            return np.full((len(latitude), 2), np.nan)
        east = (longitude - self.longitude) * KM_PER_DEGREE * np.cos(np.radians(self.latitude))
        return np.stack([east, (latitude - self.latitude) * KM_PER_DEGREE], axis=-1)

    def places(self, latitude: Floats, longitude: Floats, area: Ints) -> Floats:
        """Where homes are, NaN where that is not known: by coordinates, or else by the middle of the area."""
        if not self.has_plane:
            return np.stack([area * _KM_PER_AREA, np.zeros(len(area))], axis=-1)
        plane = self.plane(latitude, longitude)
        lost = ~np.isfinite(plane).all(axis=1)
        known = lost & (area >= 0)
        plane[lost] = np.nan
        plane[known] = self.centres[area[known]]
        return plane


def recoded(codes: Ints, names: Codes, wanted: Codes) -> Ints:
    """Codes of one list of names as codes of another; UNKNOWN where that has no such name."""
    table = np.array([*(wanted.of(name) for name in names.names), UNKNOWN], dtype=np.int64)
    return table[codes]


@dataclass(frozen=True)
class Neighbors:
    """For each home its nearest earlier sales, nearest first: rows of the history, UNKNOWN where there are no more."""

    rows: Ints
    km: Floats

    @cached_property
    def found(self) -> Bools:
        return self.rows >= 0

    def take(self, homes: Ints) -> "Neighbors":
        return Neighbors(self.rows[homes], self.km[homes])


class History:
    """The usable sales of a market, or those since a day, ordered by the day on which they became known."""

    def __init__(self, sales: Sales, where: Map, since: int | None = None) -> None:
        order = np.lexsort((sales.seq, sales.close_day))
        wanted = sales.usable & np.isfinite(sales.price) & (sales.price > 0)
        if since is not None:
            wanted &= sales.close_day >= since
        self._all = len(sales)
        self.order: Ints = order[wanted[order]]
        """The place in `sales` of each row of the history."""
        self.sales = sales.take(self.order)
        self.map = where
        self.area = recoded(self.sales.area, self.sales.areas, where.areas)
        self.type = recoded(self.sales.property_type, self.sales.types, where.types)
        self.places = where.places(self.sales.latitude, self.sales.longitude, self.area)
        self._points = _with_time(
            self.places, self.sales.close_day, _KM_PER_ROW * np.arange(len(self.sales), dtype=np.float64)
        )

    def __len__(self) -> int:
        return len(self.sales)

    def known(self, as_of: int) -> int:
        """How many rows were known on the morning of a day: the first so many."""
        return int(np.searchsorted(self.sales.close_day, as_of, "left"))

    def last_day(self, as_of: int) -> int | None:
        """When the last sale known on a day closed."""
        known = self.known(as_of)
        return int(self.sales.close_day[known - 1]) if known else None

    def last_days(self, as_of: Ints) -> Ints:
        """The same for many days; the day before where nothing is known."""
        known = np.searchsorted(self.sales.close_day, as_of, "left")
        return np.where(known > 0, np.r_[0, self.sales.close_day][known], as_of - 1)

    def where(self, places: Ints) -> Ints:
        """The rows of sales by their places in the columns; UNKNOWN for those that are not in the history."""
        return self._row_of[places]

    @cached_property
    def _row_of(self) -> Ints:
        rows = np.full(self._all, UNKNOWN, dtype=np.int64)
        rows[self.order] = np.arange(len(self.order))
        return rows

    def nearest(self, places: Floats, as_of: Ints, parcel: Ints, count: int) -> Neighbors:
        """The nearest sales of the last two years that closed before each home's own day, its own parcel left out.

        `parcel` is the code that the history's sales have for it, UNKNOWN for a home that has none.
        """
        rows = np.full((len(places), count), UNKNOWN, dtype=np.int64)
        km = np.full((len(places), count), np.inf)
        order = np.argsort(as_of, kind="stable")
        order = order[np.isfinite(places[order]).all(axis=1)]
        for start in range(0, len(order), _CHUNK):
            homes = order[start : start + _CHUNK]
            self._nearest(places[homes], as_of[homes], parcel[homes], rows, km, homes)
        return Neighbors(rows, km)

    def _nearest(self, places: Floats, as_of: Ints, parcel: Ints, rows: Ints, km: Floats, homes: Ints) -> None:
        """One chunk of homes, in order of their days."""
        first, last = int(as_of[0]), int(as_of[-1])
        wanted = rows.shape[1] + 4  # of its own parcel there may be some
        points = _with_time(places, as_of, np.zeros(len(as_of)))
        shared = np.arange(self.known(last - WINDOW_DAYS), self.known(first))
        if first - WINDOW_DAYS >= last or len(shared) < 1:
            shared = np.arange(0)
            edges = np.arange(self.known(first - WINDOW_DAYS), self.known(last))
        else:
            edges = np.r_[
                np.arange(self.known(first - WINDOW_DAYS), shared[0]), np.arange(shared[-1] + 1, self.known(last))
            ]
        near = np.concatenate([self._among(points, shared, wanted), self._edge(points, edges, as_of, wanted)], axis=1)
        gone = (near < 0) | ((parcel[:, None] >= 0) & (self.sales.parcel[near] == parcel[:, None]))
        apart = np.linalg.norm(self._points[near] - points[:, None, :], axis=2)
        apart[gone | (apart > _KM_PER_AREA / 2)] = np.inf
        best = np.argsort(apart, axis=1, kind="stable")[:, : rows.shape[1]]
        near, apart = np.take_along_axis(near, best, 1), np.take_along_axis(apart, best, 1)
        near[~np.isfinite(apart)] = UNKNOWN
        flat = np.linalg.norm(self.places[near] - places[:, None, :], axis=2)
        rows[homes, : near.shape[1]] = near
        km[homes, : near.shape[1]] = np.where(near < 0, np.inf, flat)

    def _among(self, points: Floats, candidates: Ints, count: int) -> Ints:
        """The nearest of candidates that all homes may use."""
        candidates = candidates[np.isfinite(self._points[candidates]).all(axis=1)]
        if not len(candidates):
            return np.full((len(points), 0), UNKNOWN, dtype=np.int64)
        if len(points) * len(candidates) <= 400_000:
            return _first(_squares(points, self._points[candidates]), candidates, count)
        from scipy.spatial import cKDTree

        count = min(count, len(candidates))
        _, places = cKDTree(self._points[candidates]).query(points, k=count)
        return candidates[np.asarray(places, dtype=np.int64).reshape(len(points), count)]

    def _edge(self, points: Floats, candidates: Ints, as_of: Ints, count: int) -> Ints:
        """The nearest of candidates that are in the window of some homes and not of others."""
        candidates = candidates[np.isfinite(self._points[candidates]).all(axis=1)]
        if not len(candidates):
            return np.full((len(points), 0), UNKNOWN, dtype=np.int64)
        apart = _squares(points, self._points[candidates])
        closed = self.sales.close_day[candidates][None, :]
        apart[(closed >= as_of[:, None]) | (closed < as_of[:, None] - WINDOW_DAYS)] = np.inf
        return _first(apart, candidates, count)


def _with_time(places: Floats, day: Ints, last: Floats) -> Floats:
    return np.column_stack([places, day * _KM_PER_DAY + last])


def _squares(points: Floats, others: Floats) -> Floats:
    """The squares of the distances from each point to each other."""
    found = np.zeros((len(points), len(others)))
    for axis in range(points.shape[1]):
        found += (others[:, axis][None, :] - points[:, axis][:, None]) ** 2
    return found


def _first(apart: Floats, candidates: Ints, count: int) -> Ints:
    """The `count` nearest candidates of each home in any order; UNKNOWN for those out of reach."""
    count = min(count, len(candidates))
    best = np.argpartition(apart, count - 1, axis=1)[:, :count]
    return np.where(np.isfinite(np.take_along_axis(apart, best, 1)), candidates[best], UNKNOWN)
