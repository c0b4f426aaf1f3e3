"""Amounts and cents convert exactly."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.app.kit.cents import amount_of, cents_of, exactly, rounded


@given(st.integers(0, 10**15))
def test_amounts_and_cents_convert_exactly(cents: int) -> None:
    amount = amount_of(cents)
    assert cents_of(amount) == cents
    assert isinstance(amount, int) == (cents % 100 == 0)


@pytest.mark.parametrize(
    ("cents", "whole"), [(Fraction(5, 2), 3), (Fraction(249, 100), 2), (Fraction(1, 3), 0), (Fraction(-1, 2), 0)]
)
def test_half_a_cent_rounds_up(cents: Fraction, whole: int) -> None:
    assert rounded(cents) == whole


def test_number_has_its_written_decimal_value() -> None:
    assert exactly(0.1) == Fraction(1, 10)
    assert exactly(3) == 3
