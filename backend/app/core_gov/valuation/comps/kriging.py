"""Kriging weights of comparable sales.

Residuals of homes are correlated because near and similar homes share unobserved causes. The shared part of the
variance is assumed to fall with the distance between two homes and with the adjustments between them. The weights
minimize the error of the weighted mean: kriging (Matheron 1963; for house prices Dubin 1998), without negative weights.

The constants were chosen by rolling validation (sales of four months, each valued from those before it). Halving any of
them, or doubling a length, moves the median error by less than a fifth of a percentage point.
"""

from dataclasses import dataclass

import numpy as np

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
    """Comparable sales as evidence on one property; variances are relative to the market's."""

    adjusted: Floats
    """Log of each adjusted price."""
    subject_correlation: Floats
    """Share of the variance in common with the subject, for each sale."""
    pair_correlation: Floats
    """Share of the variance in common, for each pair of sales; shape (n, n)."""
    adjustment_variance: Floats
    """Variance that the adjustments add to each sale."""

    @property
    def error(self) -> Floats:
        """Standard error of each sale alone, as an estimate of the subject's price."""
        return np.asarray(np.sqrt(2 * (1 - self.subject_correlation) + self.adjustment_variance))

    def weights(self, spread: float, min_weight: Floats) -> tuple[Floats, Floats]:
        """Return the weights, which add up to 1, and the factor by which each was cut as an outlier.

        `spread` is the market's standard deviation. A positive `least` marks a pinned sale: it weighs at least that,
        and is not cut.
        """
        pinned = min_weight > 0
        weights = _ordinary_kriging(self._covariance, self.subject_correlation)
        weights = _normalized(np.where((weights < MIN_WEIGHT) & ~pinned, 0.0, np.maximum(weights, min_weight)), pinned)
        deviation = np.abs(self.adjusted - _weighted_median(self.adjusted, weights)) / np.maximum(
            spread * self.error, 1e-9
        )
        factor = np.where(pinned, 1.0, np.minimum(1.0, OUTLIER_ERRORS / np.maximum(deviation, 1e-9)))
        return _normalized(weights * factor, pinned), factor

    def variance(self, weights: Floats) -> float:
        """Return the variance of the subject's price around the weighted mean, relative to the market's."""
        return max(float(1 - 2 * weights @ self.subject_correlation + weights @ self._covariance @ weights), NUGGET)

    @property
    def _covariance(self) -> Floats:
        covariance = self.pair_correlation.copy()
        np.fill_diagonal(covariance, 1 + self.adjustment_variance)
        return covariance


def _ordinary_kriging(covariance: Floats, subject_correlation: Floats) -> Floats:
    """Return ordinary kriging weights, with negative ones set to zero.

    A negative weight would make a sale count against its own price, which is hard to defend.
    """
    solution = np.linalg.solve(covariance, np.stack([subject_correlation, np.ones(len(subject_correlation))], axis=-1))
    simple, ones = solution[:, 0], solution[:, 1]
    weights = np.maximum(simple + ones * (1 - simple.sum()) / ones.sum(), 0.0)
    return np.asarray(weights / weights.sum())


def _normalized(weights: Floats, fixed: Bools) -> Floats:
    """Normalize the weights to 1: free weights share the remainder of the fixed ones."""
    remainder, free = 1 - float(weights[fixed].sum()), float(weights[~fixed].sum())
    if remainder <= 0 or free <= 0:
        return np.asarray(weights / weights.sum())
    return np.where(fixed, weights, weights * (remainder / free))


def _weighted_median(values: Floats, weights: Floats) -> float:
    order = np.argsort(values, kind="stable")
    reached = np.cumsum(weights[order])
    middle: Floats = values[order[np.searchsorted(reached, [reached[-1] / 2])]]
    return float(middle[0])
