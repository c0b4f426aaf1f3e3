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
    """Rate the available factors. A factor without a weight does not count."""
    weighed = [(factor, float(weights.get(factor.name, 0))) for factor in factors]
    total = sum(weight for _, weight in weighed)
    known = sum(weight for factor, weight in weighed if factor.score is not None)
    counted = sum(1 for factor, weight in weighed if factor.score is not None and weight > 0)
    share = known / total if total else 0.0
    enough = counted >= MIN_FACTORS and share >= MIN_SHARE
    shares = [
        weight / known if enough and factor.score is not None and weight > 0 else None for factor, weight in weighed
    ]
    tenths = _tenths(
        [10 * (part or 0) * (factor.score or 0) for part, (factor, _) in zip(shares, weighed, strict=True)]
    )
    parts = [
        RatingPart(factor, weight, part and round(part, 6), None if part is None else mine / 10)
        for (factor, weight), part, mine in zip(weighed, shares, tenths, strict=True)
    ]
    return Rating(sum(tenths) / 10 if enough else None, tuple(parts), counted, share)


def _tenths(exact: list[float]) -> list[int]:
    """Round down to integers, then distribute the rest by largest remainder so that they add up to the rounded sum."""
    found = [int(each) for each in exact]
    left = round(sum(exact)) - sum(found)
    most = sorted(range(len(exact)), key=lambda at: (found[at] - exact[at], at))
    for at in most[:left]:
        found[at] += 1
    return found
