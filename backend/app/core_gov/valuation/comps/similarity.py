"""How much one sale tells about another home, and so how much each comparable sale weighs.

Prices of homes differ from what the adjustments expect of them for reasons that near and like homes share. The share
of the variance that two homes have in common is taken to fall with the distance between them and with the adjustments
between them, and the weights are those that make the error of the weighted mean least: kriging (Matheron 1963; for
house prices Dubin 1998), with no weight below zero.

The constants were chosen by rolling validation (sales of four months, each valued from those before it); halving
any of them, or doubling a length, moves the median error by less than a fifth of a percentage point.
"""

from dataclasses import dataclass

import numpy as np

from backend.app.kit.arrays import Bools, Floats

NEAR_SHARE, NEAR_KM = 0.2, 1.0
"""The part of the variance that neighbours share whatever their homes are like, and how far that reaches."""

ALIKE_SHARE, ALIKE_KM, ALIKE_LOG = 0.4, 10.0, 0.2
"""The part that like homes share: over a wider area, and fading with the adjustments between them (in logarithms)."""

OWN_SHARE = 1 - NEAR_SHARE - ALIKE_SHARE
"""The part that is each sale's own: how it was bargained, and what no column says."""

FAR_FROM_OTHERS = 2.5
"""A sale whose adjusted price is more standard errors than this from the others' weighs less in proportion."""

SLIGHT = 0.002
"""A weight below this is dropped: the sales that stay say the same."""


def alike(apart: Floats) -> Floats:
    """How like two homes are, from 0 to 1, by the size of the adjustments between them."""
    return np.asarray(np.exp(-apart / ALIKE_LOG))


def in_common(kilometres: Floats, apart: Floats) -> Floats:
    """The share of the variance that two different sales have in common."""
    near = NEAR_SHARE * np.exp(-kilometres / NEAR_KM)
    return np.asarray(near + ALIKE_SHARE * np.exp(-kilometres / ALIKE_KM) * alike(apart))


@dataclass(frozen=True)
class ComparableEvidence:
    """Comparable sales as evidence on one property; variances are in units of the market's own."""

    adjusted: Floats
    """The logarithm of each adjusted price."""
    shared: Floats
    """What each sale has in common with the subject."""
    among: Floats
    """What each pair of sales has in common; shape (n, n)."""
    doubt: Floats
    """What the adjustments themselves add to each sale's variance."""

    @property
    def error(self) -> Floats:
        """The standard error of each sale, alone, as a statement on the subject."""
        return np.asarray(np.sqrt(2 * (1 - self.shared) + self.doubt))

    def weights(self, spread: float, least: Floats) -> tuple[Floats, Floats]:
        """The weights, which add up to 1, and by how much each was cut for lying far from the others.

        `spread` is the market's standard deviation. Where `least` is more than zero, a person wants the sale in: it
        weighs at least that, and is not cut.
        """
        wanted = least > 0
        best = _best(self._covariance, self.shared)
        best = _shared_out(np.where((best < SLIGHT) & ~wanted, 0.0, np.maximum(best, least)), wanted)
        off = np.abs(self.adjusted - _weighted_median(self.adjusted, best)) / np.maximum(spread * self.error, 1e-9)
        cut = np.where(wanted, 1.0, np.minimum(1.0, FAR_FROM_OTHERS / np.maximum(off, 1e-9)))
        return _shared_out(best * cut, wanted), cut

    def variance(self, weights: Floats) -> float:
        """The variance of the subject's price around the weighted mean, in units of the market's."""
        return max(float(1 - 2 * weights @ self.shared + weights @ self._covariance @ weights), OWN_SHARE)

    @property
    def _covariance(self) -> Floats:
        covariance = self.among.copy()
        np.fill_diagonal(covariance, 1 + self.doubt)
        return covariance


def _best(covariance: Floats, shared: Floats) -> Floats:
    """The weights of ordinary kriging, those below zero left out.

    A weight below zero would make a sale count against its own price, which nobody could defend.
    """
    solved = np.linalg.solve(covariance, np.stack([shared, np.ones(len(shared))], axis=-1))
    simple, one = solved[:, 0], solved[:, 1]
    weights = np.maximum(simple + one * (1 - simple.sum()) / one.sum(), 0.0)
    return np.asarray(weights / weights.sum())


def _shared_out(weights: Floats, fixed: Bools) -> Floats:
    """The weights brought to 1: those that are not fixed share what the fixed ones leave."""
    left, free = 1 - float(weights[fixed].sum()), float(weights[~fixed].sum())
    if left <= 0 or free <= 0:
        return np.asarray(weights / weights.sum())
    return np.where(fixed, weights, weights * (left / free))


def _weighted_median(values: Floats, weights: Floats) -> float:
    order = np.argsort(values, kind="stable")
    reached = np.cumsum(weights[order])
    middle: Floats = values[order[np.searchsorted(reached, [reached[-1] / 2])]]
    return float(middle[0])
