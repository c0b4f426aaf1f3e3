"""Differences of sales from their neighbors, which cancel the effect of location.

If sales have coordinates, the neighbors are the nearest of the same type. Otherwise they are the sales of the same area
and type.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from backend.app.core_gov.market.columns import Sales
from backend.app.core_gov.valuation.comps.spatial_index import plane_around, valid_coordinates
from backend.app.kit.arrays import Floats, Ints

NEIGHBORS = 12
"""Number of neighbors: fewer are noisy, more are farther away."""

MAX_CLUSTERS = 100
"""Maximum number of map blocks, used as clusters for correlated errors."""

_TYPE_SEPARATION_KM = 1e6  # types are placed this far apart, so homes of different types are never neighbors
_SALES_PER_CLUSTER = 20


@dataclass(frozen=True)
class SaleNeighbors:
    """Neighbors of some of a market's sales."""

    rows: Ints
    """Rows of the sales that have neighbors."""
    nearest: Ints | None
    """Indices into `rows` of the nearest sales; None if the whole group counts."""
    group: Ints
    distance_km: Floats | None
    cluster: Ints
    """Map block of each sale."""
    description: str

    def differences(self, values: Floats) -> Floats:
        """Return each value minus the mean of its neighbors'; 0, which carries no information, if either is unknown."""
        mean = self._mean_of_nearest(values) if self.nearest is not None else self._mean_of_group(values)
        return np.where(np.isfinite(values) & np.isfinite(mean), values - mean, 0.0)

    def _mean_of_nearest(self, values: Floats) -> Floats:
        assert self.nearest is not None
        neighbor_values = values[self.nearest]
        known = np.isfinite(neighbor_values)
        return _mean(np.where(known, neighbor_values, 0.0).sum(axis=1), known.sum(axis=1))

    def _mean_of_group(self, values: Floats) -> Floats:
        """Return the mean of the others in each sale's group."""
        known = np.isfinite(values)
        known_values = np.where(known, values, 0.0)
        total, count = np.bincount(self.group, known_values), np.bincount(self.group, known)
        return _mean(np.asarray(total[self.group] - known_values), count[self.group] - known)


def find_neighbors(sales: Sales, rows: Ints) -> SaleNeighbors:
    """Return the neighbors among some sales; rows without any are left out."""
    located = valid_coordinates(sales.latitude[rows], sales.longitude[rows])
    if 2 * located.sum() > len(rows):
        return _by_distance(sales, rows[located])
    return _by_area(sales, rows)


def _by_distance(sales: Sales, rows: Ints) -> SaleNeighbors:
    from scipy.spatial import cKDTree

    points = plane_around(sales, rows).points(sales.latitude[rows], sales.longitude[rows])
    tree = cKDTree(np.column_stack([points, sales.type_class[rows] * _TYPE_SEPARATION_KM]))
    count = min(NEIGHBORS, len(rows) - 1)
    if count < 1:
        return SaleNeighbors(rows[:0], None, rows[:0], None, rows[:0], "")
    distance_km, found = tree.query(tree.data, k=count + 1, distance_upper_bound=_TYPE_SEPARATION_KM / 2)
    # A sale is its own nearest, or any of those at the very same point.
    itself = found == np.arange(len(rows))[:, None]
    itself[~itself.any(axis=1), -1] = True
    kept = ~itself
    nearest, distance_km = found[kept].reshape(len(rows), count), distance_km[kept].reshape(len(rows), count)
    return _filled(rows, nearest, distance_km, _clusters(np.asarray(tree.indices)), count)


def _filled(rows: Ints, nearest: Ints, distance_km: Floats, cluster: Ints, count: int) -> SaleNeighbors:
    """Fill the empty neighbor slots of types with too few sales with the nearest; drop sales without any."""
    missing = nearest == len(rows)
    first = nearest[:, :1]
    nearest = np.where(missing, first, nearest)
    distance_km = np.where(missing, distance_km[:, :1], distance_km)
    has_neighbors = first[:, 0] < len(rows)
    position = np.cumsum(has_neighbors) - 1
    description = f"each compared with its {count} nearest neighbors"
    return SaleNeighbors(
        rows[has_neighbors],
        position[nearest[has_neighbors]],
        np.zeros(0, np.int64),
        distance_km[has_neighbors],
        cluster[has_neighbors],
        description,
    )


def _by_area(sales: Sales, rows: Ints) -> SaleNeighbors:
    keys = np.stack([sales.area[rows], sales.type_class[rows]], axis=-1)
    _, group = np.unique(keys, axis=0, return_inverse=True)
    group = group.reshape(-1)
    has_neighbors = np.bincount(group)[group] > 1
    group = np.unique(group[has_neighbors], return_inverse=True)[1].reshape(-1)
    several = len(np.unique(sales.area[rows])) > 1
    description = "each compared with the others in its area" if several else "each compared with all others"
    order = np.lexsort((sales.seq[rows[has_neighbors]], group))
    return SaleNeighbors(rows[has_neighbors], None, group, None, _clusters(order), description)


def _clusters(order: Ints) -> Ints:
    """Split sales, sorted so that neighbors are adjacent, into blocks of equal size."""
    count = max(1, min(MAX_CLUSTERS, len(order) // _SALES_PER_CLUSTER))
    cluster = np.empty(len(order), dtype=np.int64)
    cluster[order] = np.arange(len(order)) * count // max(len(order), 1)
    return cluster


def _mean(total: Floats, count: NDArray[np.number]) -> Floats:
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)
