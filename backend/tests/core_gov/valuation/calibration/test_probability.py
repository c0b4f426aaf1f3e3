"""Probability of a price: what the intervals promise at their ends, and monotone everywhere."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.app.core_gov.valuation.calibration.probability import price_below_with, probability_at_least
from backend.tests.promises import promise

INTERVALS = [(0.5, 370_000.0, 430_000.0), (0.8, 340_000.0, 470_000.0), (0.9, 320_000.0, 510_000.0)]


@promise(
    "Valuation",
    "The probability that a home sells for at least an amount comes from its intervals, and agrees with their ends.",
)
def test_ends_of_the_intervals_have_their_probabilities() -> None:
    for share, low, high in INTERVALS:
        assert probability_at_least(INTERVALS, low) == pytest.approx((1 + share) / 2)
        assert probability_at_least(INTERVALS, high) == pytest.approx((1 - share) / 2)


def test_probability_of_a_normal_distribution_is_recovered() -> None:
    normal = [(share, math.exp(12 - z * 0.1), math.exp(12 + z * 0.1)) for share, z in ((0.5, 0.67449), (0.9, 1.64485))]
    for z, chance in ((0.0, 0.5), (1.0, 0.1587), (-2.0, 0.9772), (2.5, 0.0062)):
        assert probability_at_least(normal, math.exp(12 + 0.1 * z)) == pytest.approx(chance, abs=2e-4)


@given(
    st.floats(1_000, 1e7),
    st.lists(st.floats(0, 0.5), min_size=6, max_size=6),
    st.lists(st.floats(1, 1e9), min_size=2, max_size=2),
)
def test_probability_never_rises_with_the_amount(value: float, steps: list[float], amounts: list[float]) -> None:
    low, high, intervals = value, value, []
    for share, down, up in zip((0.5, 0.8, 0.9), steps[:3], steps[3:], strict=True):
        low, high = low * (1 - down), high * (1 + up)
        intervals.append((share, low, high))
    chances = [probability_at_least(intervals, amount) for amount in sorted(amounts)]
    if chances[0] is None or chances[1] is None:
        assert chances[0] is chances[1]
        return
    assert 0 < chances[1] <= chances[0] < 1


def test_prices_that_differ_by_a_bit_are_one_price() -> None:
    """Their logarithms are equal."""
    assert probability_at_least([(0.5, 1e6, math.nextafter(1e6, 2e6))], 1e6) is None


def test_any_price_is_at_least_nothing() -> None:
    assert probability_at_least(INTERVALS, 0) == 0.9999


def test_without_intervals_there_is_no_probability() -> None:
    assert probability_at_least([], 100_000.0) is None
    assert probability_at_least([(0.5, 5.0, 5.0), (0.8, 5.0, 5.0)], 5.0) is None


@given(st.floats(0.0005, 0.9995))
def test_price_of_a_probability_is_its_inverse(probability: float) -> None:
    price = price_below_with(INTERVALS, probability)
    assert price is not None
    assert probability_at_least(INTERVALS, price) == pytest.approx(1 - probability, abs=1e-4)


def test_price_needs_a_probability_and_intervals() -> None:
    assert price_below_with([], 0.1) is None
    with pytest.raises(ValueError, match="between"):
        price_below_with(INTERVALS, 1.0)
