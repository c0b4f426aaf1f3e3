"""Grid of a map's view, whose cells gather places that would overlap.

A grid has at most `MAX_CELLS` cells in view, so a map has at most that many features, however many places there are.
Its cells do not move when the view moves: they are multiples of their size, which depends on zoom and latitude only.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import cos, floor, log2, radians

import numpy as np

from backend.app.kit.arrays import Bools, Floats, Ints

MAX_CELLS = 2_000
"""Maximum number of cells in view."""

TILE = 256
"""Pixels that the whole world is wide at zoom 0."""

MAX_ZOOM = 19


@dataclass(frozen=True, slots=True)
class Bounds:
    """Part of the world in degrees."""

    west: float
    south: float
    east: float
    north: float

    @classmethod
    def parse(cls, text: str) -> "Bounds":
        """Return the bounds in `west,south,east,north`, within the world. Raises ValueError."""
        west, south, east, north = (float(part) for part in text.split(","))
        if not (west <= east and south <= north):
            raise ValueError("west must not exceed east, nor south exceed north")
        return cls(_within(west, 180), _within(south, 90), _within(east, 180), _within(north, 90))

    def holds(self, latitude: Floats, longitude: Floats) -> Bools:
        inside: Bools = (
            (longitude >= self.west) & (longitude <= self.east) & (latitude >= self.south) & (latitude <= self.north)
        )
        return inside


def _within(degrees: float, limit: float) -> float:
    return min(max(degrees, -limit), limit)


@dataclass(frozen=True, slots=True)
class Grid:
    """Cells of a view. `width` and `height`: size of a cell in degrees of longitude and latitude."""

    bounds: Bounds
    width: float
    height: float

    @property
    def columns(self) -> int:
        return floor(self.bounds.east / self.width) - floor(self.bounds.west / self.width) + 1

    @property
    def rows(self) -> int:
        return floor(self.bounds.north / self.height) - floor(self.bounds.south / self.height) + 1


def grid_of(bounds: Bounds, zoom: float, pixels: float) -> Grid:
    """Return the grid of a view whose cells are this many pixels wide, or more if there were too many cells."""
    width = 360.0 / 2.0**zoom * pixels / TILE
    middle = round((bounds.south + bounds.north) / 20) * 10
    shape = max(cos(radians(middle)), 0.1)
    while True:
        grid = Grid(bounds, width, width * shape)
        if grid.columns * grid.rows <= MAX_CELLS:
            return grid
        width *= 1.25


def zoom_of(bounds: Bounds, width: int, height: int) -> float:
    """Return the zoom at which a map of this size in pixels shows the bounds."""
    shape = max(cos(radians((bounds.south + bounds.north) / 2)), 0.1)
    degrees = max((bounds.east - bounds.west) / width, (bounds.north - bounds.south) / shape / height)
    return min(log2(360.0 / TILE / degrees), MAX_ZOOM) if degrees > 0 else MAX_ZOOM


def extent_of(latitude: Floats, longitude: Floats) -> Bounds | None:
    """Return the bounds of all places; None if there are none. Coordinates that are NaN count for nothing."""
    if not np.isfinite(latitude).any():
        return None
    west, east, south, north = (f(a) for a in (longitude, latitude) for f in (np.nanmin, np.nanmax))
    return Bounds(float(west), float(south), float(east), float(north))


@dataclass(frozen=True, slots=True)
class Cluster:
    """Places in one cell: their mean position, their number, and the index of one of them."""

    latitude: float
    longitude: float
    count: int
    index: int


def clusters_of(latitude: Floats, longitude: Floats, grid: Grid) -> Iterator[Cluster]:
    """Yield the clusters of the places within the bounds of a grid, in time linear in the number of places."""
    inside = np.flatnonzero(grid.bounds.holds(latitude, longitude))
    lat, lon = latitude[inside], longitude[inside]
    column = np.floor(lon / grid.width).astype(np.int64) - floor(grid.bounds.west / grid.width)
    row = np.floor(lat / grid.height).astype(np.int64) - floor(grid.bounds.south / grid.height)
    cell: Ints = row * grid.columns + column
    size = grid.columns * grid.rows
    counts = np.bincount(cell, minlength=size)
    sums = [np.bincount(cell, weights=part, minlength=size) for part in (lat, lon)]
    one = np.zeros(size, np.int64)
    one[cell] = inside
    for at in np.flatnonzero(counts):
        n = int(counts[at])
        yield Cluster(float(sums[0][at] / n), float(sums[1][at] / n), n, int(one[at]))
