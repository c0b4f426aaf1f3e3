"""Kriging weights of comparable sales.

Residuals of homes are correlated because near and similar homes share unobserved causes. The shared part of the
variance is assumed to fall with the distance between two homes and with the adjustments between them. The weights
minimize the error of the weighted mean: kriging (Matheron 1963; for house prices Dubin 1998), without negative weights.

The constants were chosen by rolling validation (sales of four months, each valued from those before it). Halving any of
them, or doubling a length, moves the median error by less than a fifth of a percentage point.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from backend.app.kit.arrays import Bools, Floats

NEAR_SHARE, NEAR_KM = 0.2, 1.0
"""Share of the variance that neighbors have in common whatever their characteristics, and its range in km."""

SIMILAR_SHARE, SIMILAR_KM, SIMILAR_LOG = 0.4, 10.0, 0.2
"""Share of the variance common to similar homes, its range in km, and its decay in log adjustments."""

NUGGET = 1 - NEAR_SHARE - SIMILAR_SHARE
"""Nugget: share of the variance specific to each sale, from bargaining and unrecorded characteristics."""

OUTLIER_ERRORS = 2.5
"""Standard errors from the other sales beyond which a sale's weight is cut in proportion."""

MIN_WEIGHT = 0.002
"""Weight below which a sale is dropped as redundant."""


def similarity(adjustment_norm: Floats) -> Floats:
    """Return the similarity of two homes, from 0 to 1, by the size of the adjustments between them."""
    return np.asarray(np.exp(-adjustment_norm / SIMILAR_LOG))


def correlation(distance_km: Floats, adjustment_norm: Floats) -> Floats:
    """Return the share of the variance that two different sales have in common."""
    near = NEAR_SHARE * np.exp(-distance_km / NEAR_KM)
    return np.asarray(near + SIMILAR_SHARE * np.exp(-distance_km / SIMILAR_KM) * similarity(adjustment_norm))


@dataclass(frozen=True)
class ComparableEvidence:
    """Comparable sales as evidence on properties, with as many sales of each; variances are relative to the market's.

    Sums run over the sales of one property, and products of matrices are computed one property at a time: libraries
    may add in another order if there are more rows.
    """

    adjusted: Floats
    """Log of each adjusted price; shape (properties, n)."""
    subject_correlation: Floats
    """Share of the variance in common with the subject, for each sale."""
    pair_correlation: Floats
    """Share of the variance in common, for each pair of sales; shape (properties, n, n)."""
    adjustment_variance: Floats
    """Variance that the adjustments add to each sale."""

    @property
    def error(self) -> Floats:
        """Standard error of each sale alone, as an estimate of the subject's price."""
        return np.asarray(np.sqrt(2 * (1 - self.subject_correlation) + self.adjustment_variance))

    def weights(self, spread: float, min_weight: Floats) -> tuple[Floats, Floats]:
        """Return the weights, which add up to 1, and the factor by which each was cut as an outlier.

        `spread` is the market's standard deviation. A positive `min_weight` marks a pinned sale: it weighs at least
        that, and is not cut.
        """
        pinned = min_weight > 0
        weights = _ordinary_kriging(self._covariance, self.subject_correlation)
        weights = _normalized(np.where((weights < MIN_WEIGHT) & ~pinned, 0.0, np.maximum(weights, min_weight)), pinned)
        deviation = np.abs(self.adjusted - _weighted_median(self.adjusted, weights)) / np.maximum(
            spread * self.error, 1e-9
        )
        factor = np.where(pinned, 1.0, np.minimum(1.0, OUTLIER_ERRORS / np.maximum(deviation, 1e-9)))
        return _normalized(weights * factor, pinned), factor

    def variance(self, weights: Floats) -> Floats:
        """Return the variance of each subject's price around the weighted mean, relative to the market's."""
        common = product(2 * weights, self.subject_correlation)
        covariance = (weights[:, None, :] @ self._covariance)[:, 0, :]
        return np.maximum(1 - common + product(covariance, weights), NUGGET)

    @property
    def _covariance(self) -> Floats:
        covariance = self.pair_correlation.copy()
        places = np.arange(covariance.shape[-1])
        covariance[:, places, places] = 1 + self.adjustment_variance
        return covariance


def product(one: Floats, other: Floats) -> Floats:
    """Return the dot product of each pair of rows."""
    found: Floats = (one[:, None, :] @ other[:, :, None])[:, 0, 0]
    return found


def _ordinary_kriging(covariance: Floats, subject_correlation: Floats) -> Floats:
    """Return ordinary kriging weights, with negative ones set to zero.

    A negative weight would make a sale count against its own price, which is hard to defend.
    """
    both = np.stack([subject_correlation, np.ones_like(subject_correlation)], axis=-1)
    solution = np.linalg.solve(covariance, both)
    simple, ones = solution[..., 0], solution[..., 1]
    weights = np.maximum(simple + ones * (1 - _sums(simple)) / _sums(ones), 0.0)
    return np.asarray(weights / _sums(weights))


def _sums(values: NDArray[np.floating[Any]]) -> Floats:
    return np.asarray(values.sum(axis=-1, keepdims=True), dtype=np.float64)


def _normalized(weights: Floats, fixed: Bools) -> Floats:
    """Normalize the weights to 1: free weights share the remainder of the fixed ones."""
    remainder, free = 1 - _sums(np.where(fixed, weights, 0.0)), _sums(np.where(fixed, 0.0, weights))
    shared = (remainder > 0) & (free > 0)
    scaled = weights * (remainder / np.where(shared, free, 1.0))
    return np.where(shared, np.where(fixed, weights, scaled), weights / _sums(weights))


def _weighted_median(values: Floats, weights: Floats) -> Floats:
    """Return the weighted median of each row; shape (properties, 1)."""
    order = np.argsort(values, axis=-1, kind="stable")
    reached = np.cumsum(np.take_along_axis(weights, order, -1), axis=-1)
    middle = (reached < reached[:, -1:] / 2).sum(axis=-1, keepdims=True)
    return np.take_along_axis(values, np.take_along_axis(order, middle, -1), -1)
