"""Weighted rating from factors. Pure functions.

The weights of the available factors are normalized to 1. The score is rounded to a tenth, and the contributions are
rounded so that they add up to it, by the largest remainder method.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

MIN_FACTORS = 3
MIN_SHARE = 0.4
"""Minimum number of factors, and minimum share of the total weight, for a score."""


@dataclass(frozen=True, slots=True)
class Factor:
    """A factor of a place, scored from 0 to 100; `reason` explains a missing score."""

    name: str
    score: float | None = None
    value: float | None = None
    unit: str | None = None
    source: str | None = None
    window: str | None = None
    scaling: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class RatingPart:
    """A factor in a rating; `share` and `contribution` are None if it does not count."""

    factor: Factor
    weight: float
    share: float | None
    contribution: float | None


@dataclass(frozen=True, slots=True)
class Rating:
    """Rating of a place: the score, None if too little is known, and the share of the weights that is known."""

    score: float | None
    parts: tuple[RatingPart, ...]
    counted: int
    known_share: float


def rate(factors: Sequence[Factor], weights: Mapping[str, float]) -> Rating:
    """Rate the available factors. A factor without a score or a weight does not count."""
    weighted = [(factor, float(weights.get(factor.name, 0))) for factor in factors]
    counting = [0.0 if factor.score is None else weight for factor, weight in weighted]
    total, known = sum(weight for _, weight in weighted), sum(counting)
    counted = sum(weight > 0 for weight in counting)
    known_share = known / total if total else 0.0
    if counted < MIN_FACTORS or known_share < MIN_SHARE:
        return Rating(None, tuple(RatingPart(*each, None, None) for each in weighted), counted, known_share)
    shares = [weight / known for weight in counting]
    tenths = _tenths([10 * share * (factor.score or 0) for share, factor in zip(shares, factors, strict=True)])
    parts = [
        RatingPart(factor, weight, round(share, 6), tenth / 10) if share else RatingPart(factor, weight, None, None)
        for (factor, weight), share, tenth in zip(weighted, shares, tenths, strict=True)
    ]
    return Rating(sum(tenths) / 10, tuple(parts), counted, known_share)


def _tenths(exact: list[float]) -> list[int]:
    """Round down to integers, then distribute the rest by largest remainder so that they add up to the rounded sum."""
    found = [int(each) for each in exact]
    missing = round(sum(exact)) - sum(found)
    by_remainder = sorted(range(len(exact)), key=lambda at: (found[at] - exact[at], at))
    for at in by_remainder[:missing]:
        found[at] += 1
    return found
