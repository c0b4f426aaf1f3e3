"""Spatial index of sales, fast for a million."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from backend.app.core_gov.geography.distance import KM_PER_DEGREE
from backend.app.core_gov.market.columns import UNKNOWN, Sales
from backend.app.kit.arrays import Bools, Floats, Ints

MIN_PRICE, MAX_PRICE = 1.0, 1e13
"""Range of plausible prices, in any currency."""


def valid_coordinates(latitude: Floats, longitude: Floats) -> Bools:
    """Return which coordinates are known and on the globe."""
    return np.asarray((np.abs(latitude) <= 90) & (np.abs(longitude) <= 180))


@dataclass(frozen=True)
class Plane:
    """Flat projection around a point, in kilometers east and north of it."""

    latitude: float = 0.0
    longitude: float = 0.0

    def points(self, latitude: Floats, longitude: Floats) -> Floats:
        """Project coordinates; shape (n, 2), NaN for invalid ones. Longitudes wrap at 180 degrees."""
        valid = valid_coordinates(latitude, longitude)
        degrees_east = (np.where(valid, longitude, np.nan) - self.longitude + 180.0) % 360.0 - 180.0
        east = degrees_east * KM_PER_DEGREE * np.cos(np.radians(self.latitude))
        north = (np.where(valid, latitude, np.nan) - self.latitude) * KM_PER_DEGREE
        return np.stack([east, north], axis=-1)


def plane_around(sales: Sales, rows: Ints) -> Plane:
    """Return the projection around the median of some sales."""
    latitude, longitude = sales.latitude[rows], sales.longitude[rows]
    valid = valid_coordinates(latitude, longitude)
    if not valid.any():
        return Plane()
    return Plane(float(np.median(latitude[valid])), float(np.median(longitude[valid])))


def comparable_rows(sales: Sales, until: int) -> Ints:
    """Return the rows of the sales usable as comparables: valid price, closed before a day; in order of seq.

    The order makes every answer independent of how the sales are stored.
    """
    priced = (sales.price >= MIN_PRICE) & (sales.price <= MAX_PRICE)
    rows = np.flatnonzero(sales.usable & priced & (sales.close_day < until) & (sales.day <= sales.close_day))
    return rows[np.argsort(sales.seq[rows], kind="stable")]


@dataclass(frozen=True)
class SpatialIndex:
    """Comparable candidates, searchable by location; `rows` holds their rows, all results are indices into it.

    Built once for a market and valid for every day up to `until`. Callers leave out what closed on or after their own
    as-of date. About 60 bytes for each sale.
    """

    sales: Sales = field(repr=False)
    until: int
    rows: Ints = field(repr=False)
    plane: Plane
    points: Floats = field(repr=False)
    """Projected location of each sale; NaN if unknown."""

    @property
    def has_coordinates(self) -> bool:
        """True if any sale has coordinates."""
        return bool(len(self.located))

    def within(self, points: Floats, distance_km: float) -> Sequence[Sequence[int]]:
        """Return the sales within a distance of each point, in order, as indices into `located`."""
        if self._tree is None:
            return [()] * len(points)
        found: Sequence[Sequence[int]] = self._tree.query_ball_point(points, distance_km, return_sorted=True)
        return found

    def sales_of_seqs(self, seqs: Ints) -> Ints:
        """Return the sales with these numbers; UNKNOWN for those that are not in the index."""
        numbers = self._seqs
        place = np.minimum(np.searchsorted(numbers, seqs), len(numbers) - 1)
        return np.where(numbers[place] == seqs, place, UNKNOWN) if len(numbers) else np.full(len(seqs), UNKNOWN)

    def of_area(self, area: int) -> Ints:
        """Return the sales of one area."""
        order, codes = self._by_area
        first, stop = np.searchsorted(codes, [area, area + 1])
        return np.sort(order[first:stop])

    def all_sales(self) -> Ints:
        return np.arange(len(self.rows))

    def area_center(self, area: int, as_of: int) -> Floats | None:
        """Return the median location of an area's sales closed before a day; None if no location is known."""
        if area == UNKNOWN:
            return None
        found = self.of_area(area)
        points = self.points[found[self.sales.close_day[self.rows[found]] < as_of]]
        points = points[np.isfinite(points).all(axis=1)]
        return np.asarray(np.median(points, axis=0)) if len(points) else None

    @cached_property
    def located(self) -> Ints:
        """Sales with coordinates."""
        return np.flatnonzero(np.isfinite(self.points).all(axis=1))

    @cached_property
    def _seqs(self) -> Ints:
        return self.sales.seq[self.rows]

    @cached_property
    def _tree(self) -> Any:
        from scipy.spatial import cKDTree

        if not len(self.located):
            return None
        return cKDTree(self.points[self.located], leafsize=32, balanced_tree=False)

    @cached_property
    def _by_area(self) -> tuple[Ints, Ints]:
        codes = self.sales.area[self.rows]
        order = np.argsort(codes, kind="stable")
        return order, codes[order]


def build_spatial_index(sales: Sales, until: int, plane: Plane | None = None) -> SpatialIndex:
    """Build the index of sales closed before a day; `plane` defaults to the one around their median."""
    rows = comparable_rows(sales, until)
    plane = plane or plane_around(sales, rows)
    return SpatialIndex(sales, until, rows, plane, plane.points(sales.latitude[rows], sales.longitude[rows]))
