"""Amounts of money as whole cents, in which they are added up and multiplied without loss."""

from decimal import Decimal
from fractions import Fraction
from math import floor


def cents_of(amount: int | float) -> int:
    """The cents of an amount that has at most two decimals."""
    return int(Decimal(repr(amount)) * 100)


def amount_of(cents: int) -> int | float:
    """Cents as JSON has the amount: a whole number where it is one."""
    return cents // 100 if cents % 100 == 0 else cents / 100


def exactly(number: int | float) -> Fraction:
    """A number as it is written: 0.1 is one tenth, which a float is not."""
    return Fraction(Decimal(repr(number)))


def rounded(cents: Fraction) -> int:
    """The nearest whole cent; the half goes up."""
    return floor(cents + Fraction(1, 2))
