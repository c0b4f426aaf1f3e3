"""Fitted members: plain arrays, and medians as NumPy computes them."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from backend.app.core_gov.valuation.boosting import members


@given(st.lists(st.floats(-1e9, 1e9), min_size=1, max_size=50))
def test_median_is_that_of_numpy_to_the_last_digit(values: list[float]) -> None:
    numbers = np.array(values)
    assert members._median(numbers) == np.median(numbers)
