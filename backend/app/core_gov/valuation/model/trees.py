"""Regression trees exported from scikit-learn, stored as text and evaluated with NumPy alone.

A stored model gives the same numbers with any version of scikit-learn, or with none.
"""

import base64
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from backend.app.core_gov.valuation.boosting.members import FittedTrees
from backend.app.kit.arrays import Bools, Floats, Ints

_LEAF = 0xFFFF
MAX_UNPACKED = 64_000_000
"""Maximum size of one unpacked array in bytes; the largest in practice has a few hundred thousand."""

_CHUNK = 200_000
"""Rows times trees evaluated at once, to fit the CPU cache."""


@dataclass(frozen=True)
class Forest:
    """Trees of all members in one set of arrays, each tree in breadth-first order.

    `feature` is twice the column, plus one if a missing value goes left, and _LEAF at a leaf. `cut` is an index into
    `thresholds[column]`; values not above the threshold go left. `value` is the leaf's prediction. The right child
    follows the left one: the children of the n-th inner node of a tree are its nodes 2n + 1 and 2n + 2.
    """

    thresholds: tuple[Floats, ...]
    feature: NDArray[np.uint16]
    cut: NDArray[np.uint16]
    value: Floats
    sizes: Ints
    """Number of nodes of each tree."""
    trees: Ints
    """Number of trees of each member."""
    base: Floats
    """Baseline prediction of each member."""

    def predict(self, matrix: Floats) -> Floats:
        """Predict each row with each member; shape (rows, members)."""
        predicted: Floats = self._sums(matrix, self._roots, np.cumsum(self.trees) - self.trees) + self.base
        return predicted

    def predict_member(self, matrix: Floats, member: int) -> Floats:
        """Predict each row with one member."""
        first = int(self.trees[:member].sum())
        roots = self._roots[first : first + int(self.trees[member])]
        predicted: Floats = self._sums(matrix, roots, np.zeros(1, dtype=np.int64))[:, 0] + self.base[member]
        return predicted

    def _sums(self, matrix: Floats, roots: Ints, starts: Ints) -> Floats:
        """Sum the leaf values of each row over runs of trees."""
        bins = self._binned(matrix)
        step = max(1, _CHUNK // len(roots))
        parts = [self._leaves(bins[row : row + step], roots) for row in range(0, len(bins), step)]
        return np.concatenate([np.add.reduceat(part, starts, axis=1) for part in parts] or [np.zeros((0, len(starts)))])

    def _leaves(self, bins: NDArray[np.int32], roots: Ints) -> Floats:
        node = np.broadcast_to(roots, (len(bins), len(roots))).ravel()
        offset = np.repeat(np.arange(len(bins), dtype=np.int64) * bins.shape[1], len(roots))
        flat = bins.ravel()
        for _ in range(self._depth):
            above = flat.take(offset + self._column.take(node)) > self._bin.take(node)
            node = self._left.take(node) + above
        return self.value.take(node).reshape(len(bins), len(roots))

    def _binned(self, matrix: Floats) -> NDArray[np.int32]:
        """Bin each value among the thresholds, in two columns: missing values last, and missing values first."""
        bins = np.empty((len(matrix), 2 * len(self.thresholds)), dtype=np.int32)
        for column, cuts in enumerate(self.thresholds):
            bins[:, 2 * column] = cuts.searchsorted(matrix[:, column])
        unknown = np.isnan(matrix)
        bins[:, 1::2] = np.where(unknown, -1, bins[:, ::2])
        bins[:, ::2][unknown] = _LEAF
        return bins

    @cached_property
    def _inner(self) -> Bools:
        return np.asarray(self.feature != _LEAF)

    @cached_property
    def _roots(self) -> Ints:
        return np.asarray(np.cumsum(self.sizes) - self.sizes, dtype=np.int64)

    @cached_property
    def _column(self) -> NDArray[np.int64]:
        return np.where(self._inner, self.feature, 0).astype(np.int64)

    @cached_property
    def _bin(self) -> NDArray[np.int32]:
        """Threshold bin of each node; the maximum at a leaf, so that a leaf leads to itself."""
        return np.where(self._inner, self.cut, _LEAF).astype(np.int32)

    @cached_property
    def _left(self) -> Ints:
        """Left child of each node, in the type of indices, which `take` need not convert."""
        start = np.repeat(self._roots, self.sizes)
        before: Ints = np.cumsum(self._inner, dtype=np.int64) - self._inner
        rank: Ints = before - before[start]
        return np.where(self._inner, start + 2 * rank + 1, np.arange(len(start))).astype(np.int64)

    @cached_property
    def _depth(self) -> int:
        depth, node = 0, np.unique(self._roots)
        while self._inner[node].any():
            inner = node[self._inner[node]]
            node = np.concatenate([self._left[inner], self._left[inner] + 1])
            depth += 1
        return depth

    def to_json(self) -> dict[str, Any]:
        leaves = ~self._inner
        return {
            "thresholds": [_packed(cuts) for cuts in self.thresholds],
            "feature": _packed(self.feature),
            "cut": _packed(self.cut[self._inner]),
            "value": _packed(self.value[leaves]),
            "sizes": _packed(self.sizes.astype(np.uint16)),
            "trees": self.trees.tolist(),
            "base": self.base.tolist(),
        }

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> "Forest":
        feature = _unpacked(stored["feature"], np.uint16)
        inner = feature != _LEAF
        cut, value = np.zeros(len(feature), dtype=np.uint16), np.zeros(len(feature))
        cut[inner] = _unpacked(stored["cut"], np.uint16)
        value[~inner] = _unpacked(stored["value"], np.float64)
        thresholds = tuple(_unpacked(cuts, np.float64) for cuts in stored["thresholds"])
        sizes = _unpacked(stored["sizes"], np.uint16).astype(np.int64)
        return cls(
            thresholds, feature, cut, value, sizes, np.array(stored["trees"], dtype=np.int64), np.array(stored["base"])
        )


def _packed(numbers: NDArray[Any]) -> str:
    little = numbers.astype(numbers.dtype.newbyteorder("<"))
    return base64.b64encode(zlib.compress(little.tobytes(), 6)).decode()


def _unpacked(text: str, kind: Any) -> NDArray[Any]:
    unpacked = zlib.decompressobj().decompress(base64.b64decode(text), MAX_UNPACKED + 1)
    if len(unpacked) > MAX_UNPACKED:
        raise ValueError(f"the numbers of a model unpack to more than {MAX_UNPACKED:,} bytes")
    return np.frombuffer(unpacked, dtype=np.dtype(kind).newbyteorder("<")).astype(kind)


def constant(members: int, value: float) -> Forest:
    """Return members without splits: each predicts the same value for every home."""
    leaves = np.full(members, _LEAF, dtype=np.uint16)
    one = np.ones(members, dtype=np.int64)
    return Forest((), leaves, np.zeros_like(leaves), np.zeros(members), one, one, np.full(members, value))


def exported(members: Sequence[FittedTrees], columns: int) -> Forest:
    """Export the trees of the fitted members of one model."""
    inner = ~np.concatenate([member.leaf for member in members])
    column = np.concatenate([member.column for member in members])
    threshold = np.concatenate([member.threshold for member in members])
    missing_left = np.concatenate([member.missing_left for member in members])
    cut = np.zeros(len(column), dtype=np.uint16)
    thresholds = []
    for each in range(columns):
        nodes = np.flatnonzero(inner & (column == each))
        values, cut[nodes] = np.unique(threshold[nodes], return_inverse=True)
        thresholds.append(values)
    return Forest(
        tuple(thresholds),
        np.where(inner, 2 * column + missing_left, _LEAF).astype(np.uint16),
        cut,
        np.concatenate([member.value for member in members]),
        np.concatenate([member.sizes for member in members]),
        np.array([len(member.sizes) for member in members], dtype=np.int64),
        np.array([member.baseline for member in members]),
    )
