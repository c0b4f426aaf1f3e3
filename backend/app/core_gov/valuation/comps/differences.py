"""Differences of sales from their neighbors, which cancel the effect of location.

If sales have coordinates, the neighbors are the nearest of the same type. Otherwise they are the sales of the same area
and type.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from backend.app.core_gov.market.columns import Sales
from backend.app.core_gov.valuation.comps.spatial_index import are_places, plane_of
from backend.app.kit.arrays import Floats, Ints

NEAREST = 12
"""Number of neighbors: fewer are noisy, more are farther away."""

BLOCKS = 100
"""Maximum number of map blocks, used as clusters for correlated errors."""

_APART_KM = 1e6  # types are placed this far apart, so homes of different types are never neighbors
_BLOCK_SALES = 20


@dataclass(frozen=True)
class Neighbours:
    """Neighbors of some of a market's sales."""

    rows: Ints
    """Rows of the sales that have neighbors."""
    nearest: Ints | None
    """Indices into `rows` of the nearest sales; None if the whole group counts."""
    group: Ints
    kilometres: Floats | None
    block: Ints
    """Map block of each sale."""
    words: str

    def differences(self, values: Floats) -> Floats:
        """Return each value minus the mean of its neighbors'; 0, which carries no information, if either is unknown."""
        mean = self._mean_of_nearest(values) if self.nearest is not None else self._mean_of_group(values)
        return np.where(np.isfinite(values) & np.isfinite(mean), values - mean, 0.0)

    def _mean_of_nearest(self, values: Floats) -> Floats:
        assert self.nearest is not None
        theirs = values[self.nearest]
        known = np.isfinite(theirs)
        return _ratio(np.where(known, theirs, 0.0).sum(axis=1), known.sum(axis=1))

    def _mean_of_group(self, values: Floats) -> Floats:
        """Return the mean of the others in each sale's group."""
        known = np.isfinite(values)
        own = np.where(known, values, 0.0)
        total, count = np.bincount(self.group, own), np.bincount(self.group, known)
        return _ratio(np.asarray(total[self.group] - own), count[self.group] - known)


def neighbours_of(sales: Sales, rows: Ints) -> Neighbours:
    """Return the neighbors among some sales; rows without any are left out."""
    placed = are_places(sales.latitude[rows], sales.longitude[rows])
    if 2 * placed.sum() > len(rows):
        return _by_distance(sales, rows[placed])
    return _by_area(sales, rows)


def _by_distance(sales: Sales, rows: Ints) -> Neighbours:
    from scipy.spatial import cKDTree

    points = plane_of(sales, rows).points(sales.latitude[rows], sales.longitude[rows])
    tree = cKDTree(np.column_stack([points, sales.property_type[rows] * _APART_KM]))
    many = min(NEAREST, len(rows) - 1)
    if many < 1:
        return Neighbours(rows[:0], None, rows[:0], None, rows[:0], "")
    apart, found = tree.query(tree.data, k=many + 1, distance_upper_bound=_APART_KM / 2)
    # A sale is its own nearest, or any of those at the very same point.
    itself = found == np.arange(len(rows))[:, None]
    itself[~itself.any(axis=1), -1] = True
    kept = ~itself
    nearest, apart = found[kept].reshape(len(rows), many), apart[kept].reshape(len(rows), many)
    return _without_lonely(rows, nearest, apart, _patches(np.asarray(tree.indices)), many)


def _without_lonely(rows: Ints, nearest: Ints, apart: Floats, block: Ints, many: int) -> Neighbours:
    """Fill the empty neighbor slots of types with too few sales with the nearest; drop sales without any."""
    missing = nearest == len(rows)
    first = nearest[:, :1]
    nearest = np.where(missing, first, nearest)
    apart = np.where(missing, apart[:, :1], apart)
    has = first[:, 0] < len(rows)
    place = np.cumsum(has) - 1
    words = f"each against its {many} nearest"
    return Neighbours(rows[has], place[nearest[has]], np.zeros(0, np.int64), apart[has], block[has], words)


def _by_area(sales: Sales, rows: Ints) -> Neighbours:
    keys = np.stack([sales.area[rows], sales.property_type[rows]], axis=-1)
    _, group = np.unique(keys, axis=0, return_inverse=True)
    group = group.reshape(-1)
    has = np.bincount(group)[group] > 1
    group = np.unique(group[has], return_inverse=True)[1].reshape(-1)
    several = len(np.unique(sales.area[rows])) > 1
    words = "each against the others of its area" if several else "each against all others"
    order = np.lexsort((sales.seq[rows[has]], group))
    return Neighbours(rows[has], None, group, None, _patches(order), words)


def _patches(order: Ints) -> Ints:
    """Split sales, sorted so that neighbors are adjacent, into blocks of equal size."""
    count = max(1, min(BLOCKS, len(order) // _BLOCK_SALES))
    block = np.empty(len(order), dtype=np.int64)
    block[order] = np.arange(len(order)) * count // max(len(order), 1)
    return block


def _ratio(total: Floats, count: NDArray[np.number]) -> Floats:
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)
