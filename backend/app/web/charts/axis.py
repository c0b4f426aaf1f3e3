"""Axes of charts: a linear scale, round ticks, and short amounts."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import floor, isfinite, log10

_STEPS = (1, 2, 2.5, 5, 10)
_NARROWEST = 1e-9
"""Width of a range that is shown as one value: ticks are rounded to ten decimals."""

_UNITS = ((1e9, "B"), (1e6, "M"), (1e3, "K"))


@dataclass(frozen=True, slots=True)
class AxisScale:
    """Linear mapping of the values from `low` to `high` to the positions from `start` to `end`."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        """Return the position of a value, rounded to a tenth of a pixel."""
        share = (value - self.low) / (self.high - self.low) if self.high > self.low else 0.5
        return round(self.start + share * (self.end - self.start), 1)


def padded(values: Sequence[float], share: float = 0.05) -> tuple[float, float]:
    """Return the range of some values, widened by a share at both ends. The values must be finite."""
    low, high = min(values), max(values)
    margin = (high - low) * share or abs(high) * share or 1.0
    return low - margin, high + margin


def ticks(low: float, high: float, most: int = 5) -> list[float]:
    """Return at most `most` round values between two bounds, in ascending order."""
    width = high - low
    if not (isfinite(width) and width > _NARROWEST):
        return [low]
    magnitude = 10.0 ** floor(log10(width / most))
    for factor in _STEPS:
        step = factor * magnitude
        first, last = -floor(-low / step), floor(high / step)
        if last - first < most:
            return [round(number * step, 10) for number in range(first, last + 1)]
    raise AssertionError("the largest step has few enough ticks")


def short_amount(value: float) -> str:
    """Return an amount with three digits at most, such as 863K or 1.18M."""
    size = abs(value)
    for unit, letter in _UNITS:
        if size >= 0.9995 * unit:
            number = size / unit
            digits = 0 if number >= 99.95 else 1 if number >= 9.995 else 2
            text = f"{number:.{digits}f}"
            text = text.rstrip("0").rstrip(".") if "." in text else text
            return f"{'−' if value < 0 else ''}{text}{letter}"
    return f"{'−' if value < 0 else ''}{size:.0f}"
