"""Comparison of a value computed on a schedule with the last one: a change counts beyond rounding. Pure functions."""

from dataclasses import dataclass

MIN_CHANGE_SHARE, MIN_CHANGE_CENTS = 0.005, 500_00
"""A change counts if it is more than 0.5 % of the last amount and more than 500 units of currency."""

INTERVAL_PERCENT = 80
"""Coverage in percent of the interval that is stored with a value."""


@dataclass(frozen=True, slots=True)
class ValueInCents:
    """A value with its 80 % interval, in cents, and the market by which it was computed."""

    market: str
    currency: str
    value: int
    low: int
    high: int


def is_material(last: ValueInCents | None, new: ValueInCents) -> bool:
    """Return True if a value is to be stored: the first one, or one that differs from the last.

    It differs if the market, the currency, the value or an end of the interval has changed.
    """
    if last is None or (last.market, last.currency) != (new.market, new.currency):
        return True
    pairs = ((last.value, new.value), (last.low, new.low), (last.high, new.high))
    return any(abs(now - before) > max(MIN_CHANGE_SHARE * abs(before), MIN_CHANGE_CENTS) for before, now in pairs)
