"""Accounts that grow with time: the same at every day, whatever happens to others in between."""

from datetime import date, timedelta
from decimal import Decimal
from math import prod
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from backend.app.core_gov.jv.waterfall.accounts import HurdleAccount, PreferredAccount, months_later
from backend.app.core_gov.jv.waterfall.terms import Hurdle
from backend.tests.core_gov.jv.waterfall.terms_of_two import LP, START, preferred


def account(**choices: Any) -> PreferredAccount:
    found = PreferredAccount(preferred(LP, **choices))
    found.contribute(START, 100_000)
    return found


@pytest.mark.parametrize(
    ("choices", "on", "owed"),
    [
        ({"compounding": "quarterly", "broken": "simple"}, date(2021, 4, 1), Decimal(100_000) * 8 / 100 * 90 / 365),
        ({"compounding": "monthly", "rate_kind": "effective"}, date(2022, 1, 1), Decimal(8_000)),
        (
            {"compounding": "annual", "broken": "simple"},
            date(2022, 7, 2),
            8_000 + Decimal(108_000) * 8 / 100 * 182 / 365,
        ),
        ({"compounding": "none"}, date(2031, 1, 1), Decimal(8_000) * 3_652 / 365),
        ({"compounding": "semiannual"}, date(2022, 1, 1), Decimal(100_000) * (Decimal("1.04") ** 2 - 1)),
    ],
)
def test_preferred_return_by_choices(choices: dict[str, Any], on: date, owed: Decimal) -> None:
    assert account(**choices).owed(on) == pytest.approx(owed)


@pytest.mark.parametrize(
    ("compounding", "first", "last", "periods"),
    [
        ("annual", date(2020, 2, 29), date(2021, 2, 28), [360]),
        ("semiannual", date(2020, 2, 29), date(2021, 2, 28), [179, 181]),
        ("quarterly", date(2020, 11, 30), date(2021, 11, 30), [88, 92, 90, 90]),
        ("daily", date(2021, 2, 28), date(2022, 2, 28), [1] * 357 + [3]),
    ],
)
def test_periods_that_end_in_february_add_up_to_the_days_of_the_year(
    compounding: str, first: date, last: date, periods: list[int]
) -> None:
    found = PreferredAccount(preferred(LP, compounding=compounding, broken="simple", day_count="30/360 US"))
    found.contribute(first, 100_000)
    growth = prod(1 + Decimal("0.08") * days / 360 for days in periods)
    assert found.owed(last) == pytest.approx(100_000 * (growth - 1))


@pytest.mark.parametrize("base", ["contributed", "outstanding"])
def test_returned_capital_earns_only_if_all_contributed_capital_is_the_base(base: str) -> None:
    found = account(base=base)
    half = date(2022, 1, 1)
    found.pay(half, Decimal(8_000))
    found.return_capital(half, Decimal(50_000))
    assert found.owed(date(2023, 1, 1)) == (8_000 if base == "contributed" else 4_000)


@hypothesis_settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(["annual", "semiannual", "quarterly", "monthly", "daily", "none"]),
    st.sampled_from(["exponent", "simple"]),
    st.integers(0, 2_000),
    st.integers(0, 2_000),
)
def test_paying_nothing_in_between_changes_nothing(compounding: str, broken: str, first: int, more: int) -> None:
    """With a day count that adds up, an account that is settled on a day owes the same later."""
    usual, settled = (account(compounding=compounding, broken=broken) for _ in range(2))
    middle, last = START + timedelta(first), START + timedelta(first + more)
    settled.pay(middle, Decimal(0))
    assert settled.owed(last) == pytest.approx(usual.owed(last))


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [("2021-01-31", 1, "2021-02-28"), ("2021-01-31", 3, "2021-04-30"), ("2023-11-30", 3, "2024-02-29")],
)
def test_months_later_is_the_same_day_or_the_last(day: str, months: int, later: str) -> None:
    assert months_later(date.fromisoformat(day), months) == date.fromisoformat(later)


@pytest.mark.parametrize("offsets", [True, False])
@pytest.mark.parametrize(
    ("kind", "needed"),
    [
        ("irr", 110_000 * Decimal("1.1") ** (Decimal(355) / 365)),
        ("simple", 110_000 + 10_000 * Decimal(355) / 365),
        ("multiple", Decimal(10_000)),
    ],
)
def test_what_is_given_back_to_a_hurdle_is_needed_again(
    kind: Literal["irr", "simple", "multiple"], needed: Decimal, offsets: bool
) -> None:
    """100,000 at 10 %; 110,000 received after a year, and given back ten days later: they are owed from then on."""
    account = HurdleAccount(Hurdle(kind, Decimal("0.1"), (LP,), offsets))
    account.contribute(START, 100_000)
    for cents in (Decimal(30_000), Decimal(80_000)):
        account.receive(START + timedelta(365), cents)
    for cents in (Decimal(-30_000), Decimal(-80_000)):
        account.receive(START + timedelta(375), cents)
    assert account.needed(START + timedelta(730)) == pytest.approx(needed)


def test_what_is_given_back_of_a_sum_is_in_its_proportion() -> None:
    """Distributions of a day are paid as one. Half of 110,000 had 5,000 of what accrued and 50,000 of the capital."""
    account = HurdleAccount(Hurdle("simple", Decimal("0.1"), (LP,), True))
    account.contribute(START, 100_000)
    account.receive(START + timedelta(365), Decimal(110_000))
    account.receive(START + timedelta(365), Decimal(-55_000))
    assert account.needed(START + timedelta(730)) == 55_000 + 5_000


def test_preferred_return_that_is_given_back_earns_return_again() -> None:
    """80 joined the base after a year and were paid; given back, they earn 8 % again, as if they had been owed."""
    account = PreferredAccount(preferred(LP, broken="simple"))
    account.contribute(START, 1_000)
    account.pay(START + timedelta(365), Decimal(80))
    account.pay(START + timedelta(366), Decimal(-80))
    year = Decimal(364) / 365
    assert account.owed(START + timedelta(730)) == pytest.approx(
        80 + 1_000 * Decimal("0.08") + 80 * year * Decimal("0.08")
    )


@pytest.mark.parametrize("compounding", ["daily", "quarterly"])
def test_capital_that_came_back_before_any_contribution_owes_nothing(compounding: str) -> None:
    """A contribution that was returned turned out never to have happened; another one came later."""
    account = PreferredAccount(preferred(LP, compounding=compounding, broken="simple"))
    account.return_capital(START, Decimal(1_000))
    assert account.owed(START + timedelta(730)) == 0
    account.contribute(START + timedelta(730), 1_500)
    assert account.owed(START + timedelta(730)) == 0
    assert account.owed(START + timedelta(1095)) == pytest.approx(41, abs=Decimal(1))
