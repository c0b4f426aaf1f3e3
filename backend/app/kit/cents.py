"""Money in whole cents, so that sums and products are exact."""

from decimal import Decimal
from fractions import Fraction
from math import floor


def cents_of(amount: int | float) -> int:
    """Return an amount with at most two decimals in cents."""
    return amount * 100 if isinstance(amount, int) else int(Decimal(repr(amount)) * 100)


def amount_of(cents: int) -> int | float:
    """Return cents as a JSON amount, as an integer if it is whole."""
    return cents // 100 if cents % 100 == 0 else cents / 100


def exactly(number: int | float) -> Fraction:
    """Return the exact decimal value of a number: 0.1 is one tenth, which the float is not."""
    return Fraction(Decimal(repr(number)))


def rounded(cents: Fraction) -> int:
    """Round to the nearest whole cent, half up."""
    return floor(cents + Fraction(1, 2))
