"""Drift of the characteristics of homes between two sets of sales: the population stability index.

The index is the sum over bins of (actual - expected) × ln(actual / expected), the shares of each set in the bin. It is
zero for equal distributions. The usual bands, from credit scoring (N. Siddiqi, Credit Risk Scorecards, Wiley 2006,
chapter 9, after E. M. Lewis, An Introduction to Credit Scoring, 1994): below 0.1 no significant change, 0.1 to 0.25 a
small change to look into, above 0.25 a significant shift of the population.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from backend.app.core_gov.market.columns import FEATURES, Sales
from backend.app.kit.arrays import Floats

BINS = 10
SMALL, LARGE = 0.1, 0.25

Band = Literal["stable", "some drift", "large drift"]


@dataclass(frozen=True, slots=True)
class CharacteristicDrift:
    """Population stability index of one characteristic."""

    name: str
    index: float

    @property
    def band(self) -> Band:
        if self.index < SMALL:
            return "stable"
        return "some drift" if self.index <= LARGE else "large drift"


def drift_between(expected: Sales, actual: Sales) -> list[CharacteristicDrift]:
    """Return the drift of each numeric characteristic that one of two sets of sales knows, largest first."""
    pairs = ((name, getattr(expected, name), getattr(actual, name)) for name in FEATURES)
    found = [
        CharacteristicDrift(name, round(population_stability_index(before, after), 4))
        for name, before, after in pairs
        if np.isfinite(before).any() or np.isfinite(after).any()
    ]
    return sorted(found, key=lambda each: -each.index)


def population_stability_index(expected: Floats, actual: Floats) -> float:
    """Return the index of two samples, in bins at the deciles of the expected one and a bin of unknown values.

    Half a value is added to each bin, so that an empty one does not make the index infinite.
    """
    known = expected[np.isfinite(expected)]
    edges = np.unique(np.quantile(known, np.linspace(0, 1, BINS + 1)[1:-1])) if len(known) else np.zeros(0)
    shares = []
    for values in (expected, actual):
        finite = np.isfinite(values)
        counts = np.bincount(np.searchsorted(edges, values[finite]), minlength=len(edges) + 1)
        counts = np.r_[counts, (~finite).sum()] + 0.5
        shares.append(counts / counts.sum())
    return float(((shares[1] - shares[0]) * np.log(shares[1] / shares[0])).sum())
