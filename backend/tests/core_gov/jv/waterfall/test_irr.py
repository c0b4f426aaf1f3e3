"""Internal rates of return: published values, several roots, and none."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from backend.app.core_gov.jv.waterfall.irr import HIGHEST, rates

Flows = list[tuple[date, int]]

EXCEL: Flows = [
    (date(2008, 1, 1), -1_000_000),
    (date(2008, 3, 1), 275_000),
    (date(2008, 10, 30), 425_000),
    (date(2009, 2, 15), 325_000),
    (date(2009, 4, 1), 275_000),
]
LOSS: Flows = [(date(2021, 6, 9), -13_409), (date(2021, 8, 11), 4_086)]
TWO: Flows = [(date(2021, 1, 1), -1_000), (date(2022, 1, 1), 2_500), (date(2023, 1, 1), -1_540)]


@pytest.mark.parametrize(
    ("flows", "expected"), [(EXCEL, [0.373362535]), (LOSS, [-0.998977]), (TWO, [0.10, 0.40])], ids=["XIRR", "loss", "2"]
)
def test_all_rates_are_found(flows: Flows, expected: list[float]) -> None:
    """The first is the example of Microsoft's XIRR; the second one is a loss at which other programs give up."""
    assert rates(flows) == pytest.approx(expected, abs=5e-7)
    assert rates(flows[::-1]) == pytest.approx(expected, abs=5e-7)


@pytest.mark.parametrize("flows", [[], EXCEL[:1], EXCEL[1:], [(date(2021, 1, 1), 0)]])
def test_flows_of_one_sign_have_no_rate(flows: Flows) -> None:
    assert rates(flows) == []


def test_flows_that_are_never_worth_nothing_have_no_rate() -> None:
    assert rates([(date(2021, 1, 1), -1_000), (date(2022, 1, 1), 1_000), (date(2023, 1, 1), -1_000)]) == []


@hypothesis_settings(max_examples=100, deadline=None)
@given(
    st.lists(st.integers(1, 10**9), min_size=1, max_size=4),
    st.lists(st.integers(1, 10**9), min_size=1, max_size=8),
    st.lists(st.integers(1, 2_000), min_size=12, max_size=12),
)
def test_one_change_of_sign_has_the_rate_of_another_program(paid: list[int], got: list[int], days: list[int]) -> None:
    """pyxirr finds no rate for some deep losses, and ours end at a thousandfold gain: those are left out."""
    import pyxirr

    dates = [date(2000, 1, 1) + timedelta(sum(days[:number])) for number in range(len(paid) + len(got))]
    flows = list(zip(dates, [*(-cents for cents in paid), *got], strict=True))
    other = pyxirr.xirr(dates, [float(cents) for _, cents in flows])
    found = rates(flows)
    assert len(found) <= 1
    if other is not None and -0.999 < other < HIGHEST:
        assert found == pytest.approx([other], rel=1e-6, abs=1e-9)
