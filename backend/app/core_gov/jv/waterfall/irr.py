"""Internal rate of return of dated flows (XIRR), for reports only: no hurdle depends on it.

The net present value is a sum of powers of 1 / (1 + rate). It may have no root, or several; all within the range are
returned. Years are actual days by 365, as spreadsheets count them.
"""

from collections.abc import Sequence
from datetime import date
from math import exp, expm1, log1p

LOWEST, HIGHEST = -0.999_999, 1_000.0
"""Range of annual rates that is searched: from a loss of nearly everything to a thousandfold gain."""

_STEPS = 800
_HALVINGS = 200


def rates(flows: Sequence[tuple[date, int]]) -> list[float]:
    """Return every annual rate at which the flows (date, cents; negative when paid in) are worth nothing, ascending.

    Empty if there is none in the range, as for flows of one sign. A rate at which the value touches zero without a
    change of its sign is not found.
    """
    if not flows or min(cents for _, cents in flows) >= 0 or max(cents for _, cents in flows) <= 0:
        return []
    first = min(day for day, _ in flows)
    scale = max(abs(cents) for _, cents in flows)
    scaled = [((day - first).days / 365, cents / scale) for day, cents in flows]
    low, high = log1p(LOWEST), log1p(HIGHEST)
    points = [low + (high - low) * step / _STEPS for step in range(_STEPS + 1)]
    values = [_worth(scaled, point) for point in points]
    found: list[float] = []
    for number in range(_STEPS):
        if values[number] == 0:
            found.append(expm1(points[number]))
        elif values[number] * values[number + 1] < 0:
            found.append(expm1(_root(scaled, points[number], points[number + 1])))
    return found


def _worth(flows: Sequence[tuple[float, float]], growth: float) -> float:
    """Return a value of the flows with the sign of their net present value, at a rate of exp(growth) - 1.

    Valued at the first date if growth is positive and at the last one otherwise, so that no power is above
    one.
    """
    anchor = max(years for years, _ in flows) if growth < 0 else 0.0
    return sum(amount * exp(growth * (anchor - years)) for years, amount in flows)


def _root(flows: Sequence[tuple[float, float]], low: float, high: float) -> float:
    """Return the root between two points at which the signs differ, by halving."""
    below = _worth(flows, low)
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        value = _worth(flows, middle)
        if value == 0 or middle in {low, high}:
            return middle
        if (value < 0) == (below < 0):
            low = middle
        else:
            high = middle
    return (low + high) / 2
