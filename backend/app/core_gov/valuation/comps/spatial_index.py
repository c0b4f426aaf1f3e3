"""Finding the sales around a place, fast among a million."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from backend.app.core_gov.geography.distance import KM_PER_DEGREE
from backend.app.core_gov.market.columns import UNKNOWN, Sales
from backend.app.kit.arrays import Bools, Floats, Ints

LEAST_PRICE, MOST_PRICE = 1.0, 1e13
"""What is outside is no price of a home, in any currency."""


def are_places(latitude: Floats, longitude: Floats) -> Bools:
    """Which coordinates are known and on the globe."""
    return np.asarray((np.abs(latitude) <= 90) & (np.abs(longitude) <= 180))


@dataclass(frozen=True)
class Plane:
    """A flat map around a point, in kilometres east and north of it."""

    latitude: float = 0.0
    longitude: float = 0.0

    def points(self, latitude: Floats, longitude: Floats) -> Floats:
        """Shape (n, 2); NaN for what is no place. Longitudes are taken the short way round."""
        placed = are_places(latitude, longitude)
        turn = (np.where(placed, longitude, np.nan) - self.longitude + 180.0) % 360.0 - 180.0
        east = turn * KM_PER_DEGREE * np.cos(np.radians(self.latitude))
        north = (np.where(placed, latitude, np.nan) - self.latitude) * KM_PER_DEGREE
        return np.stack([east, north], axis=-1)


def plane_of(sales: Sales, rows: Ints) -> Plane:
    """The map through the middle of some sales."""
    latitude, longitude = sales.latitude[rows], sales.longitude[rows]
    placed = are_places(latitude, longitude)
    if not placed.any():
        return Plane()
    return Plane(float(np.median(latitude[placed])), float(np.median(longitude[placed])))


def in_play(sales: Sales, until: int) -> Ints:
    """The rows of the sales that may be compared with: usable, with a price, closed before a day; in order of seq.

    The order makes every answer the same however the sales are stored.
    """
    priced = (sales.price >= LEAST_PRICE) & (sales.price <= MOST_PRICE)
    rows = np.flatnonzero(sales.usable & priced & (sales.close_day < until) & (sales.day <= sales.close_day))
    return rows[np.argsort(sales.seq[rows], kind="stable")]


@dataclass(frozen=True)
class Nearby:
    """The sales that may be compared with, to be found by place: `rows` are their rows, all else are places in it.

    Built once for a market and good for every day up to `until`; who asks leaves out what closed after its own day.
    About 60 bytes a sale.
    """

    sales: Sales = field(repr=False)
    until: int
    rows: Ints = field(repr=False)
    plane: Plane
    points: Floats = field(repr=False)
    """Where each sale is, on the plane; NaN where it is not known."""

    @property
    def placed(self) -> bool:
        """Whether any sale has coordinates."""
        return bool(len(self._with_points))

    def within(self, point: Floats, kilometres: float) -> Ints:
        """Those no farther from a point than that."""
        if self._tree is None:
            return np.empty(0, dtype=np.int64)
        found = np.array(self._tree.query_ball_point(point, kilometres), dtype=np.int64)
        return self._with_points[np.sort(found)]

    def of_area(self, area: int) -> Ints:
        """Those of one area."""
        order, codes = self._by_area
        first, stop = np.searchsorted(codes, [area, area + 1])
        return np.sort(order[first:stop])

    def everywhere(self) -> Ints:
        return np.arange(len(self.rows))

    def middle_of_area(self, area: int, as_of: int) -> Floats | None:
        """The middle of the sales of an area that had closed before a day; None where no place is known of any."""
        if area == UNKNOWN:
            return None
        found = self.of_area(area)
        points = self.points[found[self.sales.close_day[self.rows[found]] < as_of]]
        points = points[np.isfinite(points).all(axis=1)]
        return np.asarray(np.median(points, axis=0)) if len(points) else None

    @cached_property
    def _with_points(self) -> Ints:
        return np.flatnonzero(np.isfinite(self.points).all(axis=1))

    @cached_property
    def _tree(self) -> Any:
        from scipy.spatial import cKDTree

        if not len(self._with_points):
            return None
        return cKDTree(self.points[self._with_points], leafsize=32, balanced_tree=False)

    @cached_property
    def _by_area(self) -> tuple[Ints, Ints]:
        codes = self.sales.area[self.rows]
        order = np.argsort(codes, kind="stable")
        return order, codes[order]


def nearby_of(sales: Sales, until: int, plane: Plane | None = None) -> Nearby:
    """Prepares the sales closed before a day; `plane` is the map to use, else that through their middle."""
    rows = in_play(sales, until)
    plane = plane or plane_of(sales, rows)
    return Nearby(sales, until, rows, plane, plane.points(sales.latitude[rows], sales.longitude[rows]))
