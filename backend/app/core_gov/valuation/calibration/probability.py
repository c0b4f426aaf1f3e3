"""Probability that a home sells for at least an amount, and the price of a probability, from its calibrated intervals.

The ends of the intervals are quantiles of the price: those of the 80 % interval are the 10 % and the 90 % quantile.
Between them the normal score of the logarithm of the price is interpolated, and beyond them continued with the slope of
the outermost pair on that side. So the probability of an end is exactly what its interval promises.
"""

from collections.abc import Iterable
from math import exp, log
from statistics import NormalDist

import numpy as np

_NORMAL = NormalDist()
_CERTAIN = 1e-4
"""Smallest probability given, and largest distance from 1: intervals know nothing of rarer prices."""


def probability_at_least(intervals: Iterable[tuple[float, float, float]], amount: float) -> float | None:
    """Return P(price ≥ amount), to four digits; None without intervals of two different widths.

    `intervals` holds the share, the low end and the high end of each, in money.
    """
    line = _line(intervals)
    if line is None:
        return None
    if amount <= 0:
        return 1 - _CERTAIN
    logs, scores = line
    chance = 1 - _NORMAL.cdf(_on_line(log(amount), logs, scores))
    return round(min(max(chance, _CERTAIN), 1 - _CERTAIN), 4)


def price_below_with(intervals: Iterable[tuple[float, float, float]], probability: float) -> float | None:
    """Return the price that the sale stays below with this probability, in money; None without intervals of two widths.

    Raises ValueError unless the probability is between 0.0001 and 0.9999.
    """
    if not _CERTAIN <= probability <= 1 - _CERTAIN:
        raise ValueError(f"the probability must be between {_CERTAIN} and {1 - _CERTAIN}")
    line = _line(intervals)
    if line is None:
        return None
    logs, scores = line
    return exp(_on_line(_NORMAL.inv_cdf(probability), scores, logs))


def _line(intervals: Iterable[tuple[float, float, float]]) -> tuple[list[float], list[float]] | None:
    """Return log prices and the normal scores of their quantiles, both rising; None if there is only one price."""
    ends: dict[float, float] = {}
    for share, low, high in intervals:
        ends |= {(1 - share) / 2: low, (1 + share) / 2: high}
    logs: list[float] = []
    scores: list[float] = []
    for quantile in sorted(ends):
        if ends[quantile] > 0 and not (logs and log(ends[quantile]) <= logs[-1]):
            logs.append(log(ends[quantile]))
            scores.append(_NORMAL.inv_cdf(quantile))
    return (logs, scores) if len(logs) > 1 else None


def _on_line(x: float, xs: list[float], ys: list[float]) -> float:
    """Interpolate, and extrapolate beyond the ends with the slope of the outermost pair."""
    if x < xs[0]:
        first, second = 0, 1
    elif x > xs[-1]:
        first, second = -2, -1
    else:
        return float(np.interp(x, xs, ys))
    slope = (ys[second] - ys[first]) / (xs[second] - xs[first])
    anchor = first if x < xs[0] else second
    return ys[anchor] + slope * (x - xs[anchor])
