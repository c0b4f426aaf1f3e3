"""Usable sales of a market in time order, with locations and nearest-neighbor search.

Nothing here depends on a sale that closed on or after the as-of date: not the neighbors, not the origin of the plane,
not the order of ties.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from backend.app.core_gov.geography.distance import KM_PER_DEGREE
from backend.app.core_gov.market.columns import UNKNOWN, Codes, Sales
from backend.app.core_gov.market.property_types import TypeCodes
from backend.app.core_gov.valuation.extra_features.encoding import RecordedColumns
from backend.app.core_gov.valuation.model.earlier_sale import PriorSales
from backend.app.kit.arrays import Bools, Floats, Ints

WINDOW_DAYS = 730
"""Days for which a sale counts as a neighbor; older prices say little about today."""

_KM_PER_DAY = 1e-4  # tie-break: of two homes in one place the later sale is nearer, 0.1 m a day
_KM_PER_ROW = 1e-9  # tie-break by row for sales of one day
_KM_PER_AREA = 1e4  # without coordinates, areas are placed this far apart
_CHUNK = 800
_TYPED_SHARE = 0.95


@dataclass(frozen=True)
class MarketMap:
    """Locations: a plane in kilometers, or one point for each area in a market without coordinates."""

    latitude: float | None
    longitude: float | None
    areas: Codes
    types: Codes
    centers: Floats
    """Center of each area on the plane, NaN if no sale in it has coordinates; shape (areas, 2)."""

    @classmethod
    def of(cls, sales: Sales) -> "MarketMap":
        """Return the map of a market from the training sales."""
        located = np.isfinite(sales.latitude) & np.isfinite(sales.longitude)
        names = tuple(sorted({sales.areas.names[code] for code in np.unique(sales.area) if code >= 0}))
        types = tuple(sorted({sales.types.names[code] for code in np.unique(sales.type_class) if code >= 0}))
        without_centers = cls(None, None, Codes(names), TypeCodes(types), np.full((len(names), 2), np.nan))
        if not located.any() or located.mean() < 0.5:
            return without_centers
        latitude = float(np.median(sales.latitude[located]))
        longitude = float(np.median(sales.longitude[located]))
        with_origin = replace(without_centers, latitude=latitude, longitude=longitude)
        plane = with_origin.plane(sales.latitude, sales.longitude)
        own = recoded(sales.area, sales.areas, without_centers.areas)
        centers = without_centers.centers.copy()
        for code in np.unique(own[located & (own >= 0)]):
            centers[code] = np.median(plane[located & (own == code)], axis=0)
        return replace(with_origin, centers=centers)

    @property
    def has_plane(self) -> bool:
        return self.latitude is not None

    def plane(self, latitude: Floats, longitude: Floats) -> Floats:
        """Return kilometers east and north of the market's median; shape (n, 2)."""
        if self.latitude is None or self.longitude is None:
            return np.full((len(latitude), 2), np.nan)
        east = (longitude - self.longitude) * KM_PER_DEGREE * np.cos(np.radians(self.latitude))
        return np.stack([east, (latitude - self.latitude) * KM_PER_DEGREE], axis=-1)

    def places(self, latitude: Floats, longitude: Floats, area: Ints) -> Floats:
        """Return locations by coordinates, or else by the center of the area; NaN if unknown."""
        if not self.has_plane:
            return np.stack([area * _KM_PER_AREA, np.zeros(len(area))], axis=-1)
        plane = self.plane(latitude, longitude)
        unlocated = ~np.isfinite(plane).all(axis=1)
        known = unlocated & (area >= 0)
        plane[unlocated] = np.nan
        plane[known] = self.centers[area[known]]
        return plane


def recoded(codes: Ints, names: Codes, candidates: Codes) -> Ints:
    """Translate codes from one list of names to another; UNKNOWN if no spelling of the name is there."""
    table = np.array([*(candidates.of(name) for name in names.names), UNKNOWN], dtype=np.int64)
    return table[codes]


@dataclass(frozen=True)
class Neighbors:
    """Nearest earlier sales of each home, nearest first: rows of the history, padded with UNKNOWN."""

    rows: Ints
    km: Floats

    @cached_property
    def found(self) -> Bools:
        return self.rows >= 0

    def take(self, homes: Ints) -> "Neighbors":
        return Neighbors(self.rows[homes], self.km[homes])


class History:
    """Usable sales of a market, optionally only those since a day, in the order in which they became known."""

    def __init__(self, sales: Sales, market_map: MarketMap, since: int | None = None) -> None:
        order = np.lexsort((sales.seq, sales.close_day))
        candidates = sales.usable & np.isfinite(sales.price) & (sales.price > 0)
        if since is not None:
            candidates &= sales.close_day >= since
        self.columns = sales
        """All sales that the history was made from."""
        self.order: Ints = order[candidates[order]]
        """Index in the full `sales` of each row of the history."""
        self.sales = sales.take(self.order)
        self.map = market_map
        self.area = recoded(self.sales.area, self.sales.areas, market_map.areas)
        self.type = recoded(self.sales.property_type, self.sales.types, market_map.types)
        self.places = market_map.places(self.sales.latitude, self.sales.longitude, self.area)
        self._points = _with_time(
            self.places, self.sales.close_day, _KM_PER_ROW * np.arange(len(self.sales), dtype=np.float64)
        )

    def __len__(self) -> int:
        return len(self.sales)

    def known(self, as_of: int) -> int:
        """Return the number of rows known on the morning of a day; they are the first ones."""
        return int(np.searchsorted(self.sales.close_day, as_of, "left"))

    def last_day(self, as_of: int) -> int | None:
        """Return the closing day of the last sale known on a day."""
        known = self.known(as_of)
        return int(self.sales.close_day[known - 1]) if known else None

    def last_days(self, as_of: Ints) -> Ints:
        """Return the same for many days; the previous day if nothing is known."""
        known = np.searchsorted(self.sales.close_day, as_of, "left")
        return np.where(known > 0, np.r_[0, self.sales.close_day][known], as_of - 1)

    @cached_property
    def prior_sales(self) -> PriorSales:
        """Earlier sales of each parcel among all sales, however old."""
        return PriorSales(self.columns)

    @cached_property
    def recorded(self) -> RecordedColumns | None:
        """Further columns of all sales, in the order of `columns`; None if the market has none."""
        extra = self.columns.extra
        return None if extra is None else RecordedColumns(extra.of_sales(self.columns.seq))

    def recorded_with(self, rows: Ints) -> Ints:
        """Return the index in the columns of each sale that has further columns; UNKNOWN for one without."""
        if self.recorded is None:
            return np.full(len(rows), UNKNOWN, dtype=np.int64)
        own = self.order[rows]
        return np.where(self.recorded.extra.any_known[own], own, UNKNOWN)

    def recorded_as(self, seq: int) -> int:
        """Return the index in the columns of the sale with a number; UNKNOWN if it has no further columns."""
        if self.recorded is None:
            return UNKNOWN
        found = np.flatnonzero((self.columns.seq == seq) & self.recorded.extra.any_known)
        return int(found[0]) if len(found) else UNKNOWN

    def last_recorded(self, parcel: Ints, as_of: Ints) -> Ints:
        """Return the index in the columns of the last sale of each parcel that has further columns, before its day."""
        if self._recorded_sales is None:
            return np.full(len(parcel), UNKNOWN, dtype=np.int64)
        return self._recorded_sales.rows(parcel, as_of, days_apart=1)

    @cached_property
    def _recorded_sales(self) -> PriorSales | None:
        return None if self.recorded is None else PriorSales(self.columns, self.recorded.extra.any_known)

    @cached_property
    def states_types(self) -> bool:
        """Return whether nearly all sales state their type, so that a type that none of them has is a new one."""
        return len(self) > 0 and float((self.type != UNKNOWN).mean()) >= _TYPED_SHARE

    def rows_at(self, places: Ints) -> Ints:
        """Map indices in the full columns to rows of the history; UNKNOWN for those not in it."""
        return self._row_of[places]

    def rows_of(self, seqs: Sequence[int]) -> Ints:
        """Return the rows of the sales with these numbers, in order; those not in the history are left out."""
        order, ordered = self._by_seq
        place = np.searchsorted(ordered, seqs)
        return np.sort(order[place[ordered[place] == seqs]])

    @cached_property
    def _by_seq(self) -> tuple[Ints, Ints]:
        """Rows in the order of their numbers, and these numbers; with a last one that no sale has."""
        order = np.argsort(self.sales.seq, kind="stable")
        return np.append(order, UNKNOWN), np.append(self.sales.seq[order], np.iinfo(np.int64).max)

    @cached_property
    def _row_of(self) -> Ints:
        rows = np.full(len(self.columns), UNKNOWN, dtype=np.int64)
        rows[self.order] = np.arange(len(self.order))
        return rows

    def nearest(self, places: Floats, as_of: Ints, parcel: Ints, count: int, own_rows: Ints | None = None) -> Neighbors:
        """Return the nearest sales within WINDOW_DAYS before each home's as-of date, excluding its own sales.

        `parcel` is the history's class, UNKNOWN for a home without one. `own_rows` has rows of further sales of each
        home, padded with UNKNOWN; shape (homes, n).
        """
        own = np.full((len(places), 0), UNKNOWN, dtype=np.int64) if own_rows is None else own_rows
        rows = np.full((len(places), count), UNKNOWN, dtype=np.int64)
        km = np.full((len(places), count), np.inf)
        order = np.argsort(as_of, kind="stable")
        order = order[np.isfinite(places[order]).all(axis=1)]
        for start in range(0, len(order), _CHUNK):
            homes = order[start : start + _CHUNK]
            self._nearest(places[homes], as_of[homes], parcel[homes], own[homes], rows, km, homes)
        return Neighbors(rows, km)

    def _nearest(
        self, places: Floats, as_of: Ints, parcel: Ints, own: Ints, rows: Ints, km: Floats, homes: Ints
    ) -> None:
        """Fill in one chunk of homes, sorted by as-of date."""
        first, last = int(as_of[0]), int(as_of[-1])
        candidates = rows.shape[1] + 4 + own.shape[1]  # spare candidates, as some may be its own sales
        points = _with_time(places, as_of, np.zeros(len(as_of)))
        shared = np.arange(self.known(last - WINDOW_DAYS), self.known(first))
        if first - WINDOW_DAYS >= last or len(shared) < 1:
            shared = np.arange(0)
            edge = np.arange(self.known(first - WINDOW_DAYS), self.known(last))
        else:
            edge = np.r_[
                np.arange(self.known(first - WINDOW_DAYS), shared[0]), np.arange(shared[-1] + 1, self.known(last))
            ]
        near = np.concatenate(
            [
                self._nearest_shared(points, shared, candidates),
                self._nearest_in_window(points, edge, as_of, candidates),
            ],
            axis=1,
        )
        near.sort(axis=1)  # of two at the same distance the earlier comes first, in whatever order they were found
        excluded = (near < 0) | ((parcel[:, None] >= 0) & (self.sales.parcel_class[near] == parcel[:, None]))
        if own.shape[1]:
            excluded |= (near[:, :, None] == own[:, None, :]).any(axis=2)
        distance = np.linalg.norm(self._points[near] - points[:, None, :], axis=2)
        distance[excluded | (distance > _KM_PER_AREA / 2)] = np.inf
        best = np.argsort(distance, axis=1, kind="stable")[:, : rows.shape[1]]
        near, distance = np.take_along_axis(near, best, 1), np.take_along_axis(distance, best, 1)
        near[~np.isfinite(distance)] = UNKNOWN
        km_apart = np.linalg.norm(self.places[near] - places[:, None, :], axis=2)
        rows[homes, : near.shape[1]] = near
        km[homes, : near.shape[1]] = np.where(near < 0, np.inf, km_apart)

    def _nearest_shared(self, points: Floats, candidates: Ints, count: int) -> Ints:
        """Return the nearest of the candidates that all homes may use."""
        candidates = candidates[self._placed[candidates]]
        if not len(candidates):
            return np.full((len(points), 0), UNKNOWN, dtype=np.int64)
        if len(points) * len(candidates) <= 400_000:
            return _select_nearest(self._squared_distances(points, candidates), candidates, count)
        from scipy.spatial import cKDTree

        count = min(count, len(candidates))
        _, places = cKDTree(self._points[candidates]).query(points, k=count)
        return candidates[np.asarray(places, dtype=np.int64).reshape(len(points), count)]

    def _squared_distances(self, points: Floats, candidates: Ints) -> Floats:
        """Return squared distances; shape (points, candidates). `candidates` are in order."""
        first, last = candidates[0], candidates[-1] + 1
        rows = slice(first, last) if last - first == len(candidates) else candidates
        found = np.zeros((len(points), len(candidates)))
        for axis, others in enumerate(self._axes):
            apart = others[rows] - points[:, axis][:, None]
            apart *= apart
            found += apart
        return found

    @cached_property
    def _placed(self) -> Bools:
        """True for each sale whose place is known."""
        return np.asarray(np.isfinite(self._points).all(axis=1))

    @cached_property
    def _axes(self) -> Floats:
        """Coordinates of all sales, axis by axis."""
        return np.ascontiguousarray(self._points.T)

    def _nearest_in_window(self, points: Floats, candidates: Ints, as_of: Ints, count: int) -> Ints:
        """Return the nearest of the candidates that are in the window of only some homes."""
        candidates = candidates[self._placed[candidates]]
        if not len(candidates):
            return np.full((len(points), 0), UNKNOWN, dtype=np.int64)
        distance = self._squared_distances(points, candidates)
        closed = self.sales.close_day[candidates][None, :]
        distance[(closed >= as_of[:, None]) | (closed < as_of[:, None] - WINDOW_DAYS)] = np.inf
        return _select_nearest(distance, candidates, count)


def _with_time(places: Floats, day: Ints, last: Floats) -> Floats:
    return np.column_stack([places, day * _KM_PER_DAY + last])


def _select_nearest(distance: Floats, candidates: Ints, count: int) -> Ints:
    """Return the `count` nearest candidates of each home, unordered; UNKNOWN if out of reach."""
    count = min(count, len(candidates))
    best = np.argpartition(distance, count - 1, axis=1)[:, :count]
    return np.where(np.isfinite(np.take_along_axis(distance, best, 1)), candidates[best], UNKNOWN)
