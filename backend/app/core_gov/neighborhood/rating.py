"""A rating from factors and their weights: pure.

The weights are brought to 1 over what is available. The score is rounded to a tenth, and the contributions are rounded
so that they add up to it: those that lose most by being cut off are given the tenths that are left.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

FEWEST = 3
LEAST_SHARE = 0.4
"""Without so many factors, and so much of all the weights, there is no score."""


@dataclass(frozen=True, slots=True)
class Factor:
    """What is known of a place, scored from 0 to 100; `reason` says why it is not."""

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
    """A factor in a rating; None where it has no part in it."""

    factor: Factor
    weight: float
    share: float | None
    contribution: float | None


@dataclass(frozen=True, slots=True)
class Rating:
    """The score, None where too little is known, and the share of all the weights that was."""

    score: float | None
    parts: tuple[RatingPart, ...]
    counted: int
    known_share: float


def rate(factors: Sequence[Factor], weights: Mapping[str, float]) -> Rating:
    """Rates what is available; a factor without a weight counts nothing."""
    weighed = [(factor, float(weights.get(factor.name, 0))) for factor in factors]
    total = sum(weight for _, weight in weighed)
    known = sum(weight for factor, weight in weighed if factor.score is not None)
    counted = sum(1 for factor, weight in weighed if factor.score is not None and weight > 0)
    share = known / total if total else 0.0
    enough = counted >= FEWEST and share >= LEAST_SHARE
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
    """Whole numbers that add up to the rounded sum, none farther than 1 from the exact one."""
    found = [int(each) for each in exact]
    left = round(sum(exact)) - sum(found)
    most = sorted(range(len(exact)), key=lambda at: (found[at] - exact[at], at))
    for at in most[:left]:
        found[at] += 1
    return found
