"""Kriging weights: how much each comparable sale says about the subject.

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
"""Share of the variance that neighbors have in common whatever their traits, and its range in km."""

ALIKE_SHARE, ALIKE_KM, ALIKE_LOG = 0.4, 10.0, 0.2
"""Share of the variance common to similar homes, its range in km, and its decay in log adjustments."""

OWN_SHARE = 1 - NEAR_SHARE - ALIKE_SHARE
"""Share of the variance specific to each sale: bargaining, and unrecorded traits."""

FAR_FROM_OTHERS = 2.5
"""Number of standard errors from the others beyond which a sale's weight is cut in proportion."""

SLIGHT = 0.002
"""Weight below which a sale is dropped as redundant."""


def alike(apart: Floats) -> Floats:
    """Return the similarity of two homes, from 0 to 1, by the size of the adjustments between them."""
    return np.asarray(np.exp(-apart / ALIKE_LOG))


def in_common(kilometres: Floats, apart: Floats) -> Floats:
    """Return the share of the variance that two different sales have in common."""
    near = NEAR_SHARE * np.exp(-kilometres / NEAR_KM)
    return np.asarray(near + ALIKE_SHARE * np.exp(-kilometres / ALIKE_KM) * alike(apart))


@dataclass(frozen=True)
class ComparableEvidence:
    """Comparable sales as evidence on one property; variances are relative to the market's."""

    adjusted: Floats
    """Log of each adjusted price."""
    shared: Floats
    """Share of the variance in common with the subject, for each sale."""
    among: Floats
    """Share of the variance in common, for each pair of sales; shape (n, n)."""
    doubt: Floats
    """Variance that the adjustments add to each sale."""

    @property
    def error(self) -> Floats:
        """Standard error of each sale alone, as an estimate of the subject's price."""
        return np.asarray(np.sqrt(2 * (1 - self.shared) + self.doubt))

    def weights(self, spread: float, least: Floats) -> tuple[Floats, Floats]:
        """Return the weights, which add up to 1, and the factor by which each was cut as an outlier.

        `spread` is the market's standard deviation. A positive `least` marks a pinned sale: it weighs at least that,
        and is not cut.
        """
        wanted = least > 0
        best = _best(self._covariance, self.shared)
        best = _shared_out(np.where((best < SLIGHT) & ~wanted, 0.0, np.maximum(best, least)), wanted)
        off = np.abs(self.adjusted - _weighted_median(self.adjusted, best)) / np.maximum(spread * self.error, 1e-9)
        cut = np.where(wanted, 1.0, np.minimum(1.0, FAR_FROM_OTHERS / np.maximum(off, 1e-9)))
        return _shared_out(best * cut, wanted), cut

    def variance(self, weights: Floats) -> float:
        """Return the variance of the subject's price around the weighted mean, relative to the market's."""
        return max(float(1 - 2 * weights @ self.shared + weights @ self._covariance @ weights), OWN_SHARE)

    @property
    def _covariance(self) -> Floats:
        covariance = self.among.copy()
        np.fill_diagonal(covariance, 1 + self.doubt)
        return covariance


def _best(covariance: Floats, shared: Floats) -> Floats:
    """Return ordinary kriging weights, with negative ones set to zero.

    A negative weight would make a sale count against its own price, which is hard to defend.
    """
    solved = np.linalg.solve(covariance, np.stack([shared, np.ones(len(shared))], axis=-1))
    simple, one = solved[:, 0], solved[:, 1]
    weights = np.maximum(simple + one * (1 - simple.sum()) / one.sum(), 0.0)
    return np.asarray(weights / weights.sum())


def _shared_out(weights: Floats, fixed: Bools) -> Floats:
    """Normalize the weights to 1: free weights share the remainder of the fixed ones."""
    left, free = 1 - float(weights[fixed].sum()), float(weights[~fixed].sum())
    if left <= 0 or free <= 0:
        return np.asarray(weights / weights.sum())
    return np.where(fixed, weights, weights * (left / free))


def _weighted_median(values: Floats, weights: Floats) -> float:
    order = np.argsort(values, kind="stable")
    reached = np.cumsum(weights[order])
    middle: Floats = values[order[np.searchsorted(reached, [reached[-1] / 2])]]
    return float(middle[0])
