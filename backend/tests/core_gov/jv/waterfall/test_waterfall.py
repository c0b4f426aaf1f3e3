"""Distributions against published examples, and the invariants of every distribution."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import permutations
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from backend.app.core_gov.jv.waterfall.flows import Contribution, Distribution, Flow
from backend.app.core_gov.jv.waterfall.terms import Hurdle, Portion, Split, Terms
from backend.app.core_gov.jv.waterfall.versions import FlowRefused
from backend.app.core_gov.jv.waterfall.waterfall import Payment, distribute
from backend.tests.core_gov.jv.waterfall.terms_of_two import (
    GP,
    LP,
    START,
    YEAR_LATER,
    capital,
    catch_up,
    irr_hurdle,
    paid_in,
    preferred,
    split,
    terms,
)


def cents(payment: Payment) -> list[int]:
    return [tier.cents for tier in payment.tiers]


def dollars(payment: Payment) -> tuple[Any, Any]:
    """Return what LP and GP get."""
    found = payment.by_partner
    return Decimal(found.get(LP, 0)) / 100, Decimal(found.get(GP, 0)) / 100


@pytest.mark.parametrize(
    ("day_count", "preferred_cents"), [("30/360 US", 8_000), ("30E/360", 7_978), ("actual/365", 7_978)]
)
def test_full_catch_up_by_day_count(day_count: str, preferred_cents: int) -> None:
    """EisnerAmper, Distribution Waterfall Calculations (2021): 1,000 on 1/1, 2,000 on 12/31, 8 %, catch-up to 20 %."""
    agreed = terms(
        capital(LP), preferred(LP, day_count=day_count, broken="simple"), catch_up("0.2"), split("0.8", "0.2")
    )
    payment = distribute(agreed, paid_in(1_000), date(2021, 12, 31), 200_000)
    assert cents(payment)[:2] == [100_000, preferred_cents]
    assert dollars(payment) == (1_800, 200)
    if day_count == "30/360 US":
        assert cents(payment) == [100_000, 8_000, 2_000, 90_000]


def test_full_catch_up_gives_the_promote_on_all_profit() -> None:
    """50 become 100, and 1,000,000 earn 450,000: the sponsor has 20 % of all profit."""
    agreed = terms(preferred(LP), capital(LP), catch_up("0.2"), split("0.8", "0.2"))
    assert dollars(distribute(agreed, paid_in(50), YEAR_LATER, 10_000)) == (90, 10)
    assert dollars(distribute(agreed, paid_in(1_000_000), YEAR_LATER, 145_000_000)) == (1_360_000, 90_000)


@pytest.mark.parametrize(("takes_part", "lp", "gp"), [(False, 1_672_000, 408_000), (True, 1_602_000, 478_000)])
def test_capital_of_the_general_partner_takes_part_or_not(takes_part: bool, lp: int, gp: int) -> None:
    investors = (LP, GP) if takes_part else (LP,)
    profit = Split((Portion(Decimal("0.7"), investors), Portion(Decimal("0.3"), (GP,))))
    agreed = terms(preferred(LP, GP), capital(LP, GP), profit)
    payment = distribute(agreed, paid_in(900_000, 100_000), YEAR_LATER, 208_000_000)
    assert dollars(payment) == (lp, gp)


def test_three_distributions() -> None:
    agreed = terms(preferred(LP, GP), capital(LP, GP), split("0.8", "0.2"))
    flows: list[Flow] = [*paid_in(950_000, 50_000)]
    found = []
    for on, cash in ((YEAR_LATER, 110_000), (date(2023, 1, 1), 320_000), (date(2024, 1, 1), 1_910_000)):
        payment = distribute(agreed, flows, on, cash * 100)
        found.append(dollars(payment))
        flows.append(payment.as_flow())
    assert found == [(104_500, 5_500), (304_000, 16_000), (Decimal("1645871.20"), Decimal("264128.80"))]


@pytest.mark.parametrize(
    ("tested", "lp", "gp"),
    [((LP,), "1794.40", "205.60"), ((LP, GP), "1805.20", "194.80")],
    ids=["class", "project"],
)
def test_hurdle_is_tested_on_a_class_or_on_the_project(tested: tuple[str, ...], lp: str, gp: str) -> None:
    agreed = terms(preferred(LP), capital(LP), split("0.9", "0.1", irr_hurdle("0.08", *tested)), split("0.8", "0.2"))
    flows = paid_in(900, 100)
    short = distribute(agreed, flows, YEAR_LATER, 50_000)
    assert dollars(short) == (500, 0)
    assert short.tiers[1].still_needed == 47_200
    assert dollars(distribute(agreed, flows, YEAR_LATER, 200_000)) == (Decimal(lp), Decimal(gp))


@pytest.mark.parametrize(("compounding", "owed"), [("none", 1_600_000), ("annual", 1_664_000)])
def test_simple_and_compound_interest(compounding: str, owed: int) -> None:
    agreed = terms(preferred(LP, compounding=compounding), capital(LP), split("1", "0"))
    assert distribute(agreed, paid_in(100_000), date(2023, 1, 1), 0).tiers[0].needed == owed


@pytest.mark.parametrize(
    ("cash", "weights", "parts"),
    [
        (9_999, (75, 25), (7_499, 2_500)),
        (1_003, (49, 51), (491, 512)),
        (22_000, (445_455, 9_091, 545_455), (9_800, 200, 12_000)),
    ],
)
def test_cents_of_a_split(cash: int, weights: tuple[int, ...], parts: tuple[int, ...]) -> None:
    names = tuple("abc"[: len(weights)])
    agreed = Terms(names, (Split((Portion(Decimal(1), names),)),))
    flows = [Contribution(START, name, weight) for name, weight in zip(names, weights, strict=True)]
    assert tuple(distribute(agreed, flows, START, cash).by_partner.values()) == parts


def test_cents_left_over_do_not_depend_on_the_order_of_the_partners() -> None:
    """dinero.js#776: the remainder went to whoever was named first."""
    names = ("a", "b", "c")
    flows = [Contribution(START, name, 100) for name in names]
    found = [
        distribute(Terms(order, (Split((Portion(Decimal(1), order),)),)), flows, START, 100).by_partner
        for order in permutations(names)
    ]
    assert all(each == {"a": 34, "b": 33, "c": 33} for each in found)


def test_preferred_return_and_capital_of_a_day_count_before_its_hurdle() -> None:
    """A public project (massing, issue 107) tested hurdles first: the promote of the day was halved."""
    agreed = terms(preferred(LP), capital(LP), split("1", "0", irr_hurdle("0.12", LP)), split("0.8", "0.2"))
    payment = distribute(agreed, paid_in(1_000), YEAR_LATER, 150_000)
    assert cents(payment) == [8_000, 100_000, 4_000, 38_000]


def test_contribution_after_the_promote_was_paid() -> None:
    """With an offset, what was received above the hurdle counts against the new capital; otherwise it does not."""
    day_after, later = date(2022, 1, 2), date(2023, 1, 2)
    found = []
    for offsets in (True, False):
        agreed = terms(split("1", "0", irr_hurdle("0.08", LP, offsets=offsets)), split("0.8", "0.2"))
        flows: list[Flow] = [*paid_in(1_000)]
        flows.append(distribute(agreed, flows, YEAR_LATER, 200_000).as_flow())
        flows += paid_in(500, on=day_after)
        found.append(distribute(agreed, flows, later, 0).tiers[0].needed)
    assert found == [0, 54_000]


def test_catch_up_of_ninety_percent() -> None:
    """The rest of the tier goes to the investors, so it takes longer: 0.9 x = 0.2 (pref + x)."""
    agreed = terms(preferred(LP), capital(LP), catch_up("0.2", "0.9"), split("0.8", "0.2"))
    payment = distribute(agreed, paid_in(1_000), YEAR_LATER, 300_000)
    assert payment.tiers[2].needed == pytest.approx(Decimal("0.2") * 8_000 / Decimal("0.7"))
    assert dollars(payment) == (Decimal(1_000) + 2_000 * Decimal("0.8"), 2_000 * Decimal("0.2"))


def test_flows_that_the_terms_do_not_allow_are_refused() -> None:
    agreed = terms(split("0.8", "0.2"))
    with pytest.raises(FlowRefused, match="negative"):
        distribute(agreed, [], START, -1)
    with pytest.raises(FlowRefused, match="stranger is not a partner"):
        distribute(agreed, [Contribution(START, "stranger", 1)], START, 1)


# Invariants

DAYS = st.integers(0, 4_000).map(lambda days: START + timedelta(days))
AGREED = [
    terms(preferred(LP), capital(LP), catch_up("0.2"), split("0.8", "0.2")),
    terms(capital(LP, GP), preferred(LP, GP, compounding="quarterly", broken="simple"), split("0.65", "0.35")),
    terms(
        preferred(LP, GP, day_count="30/360 US", compounding="none"),
        capital(LP, GP),
        catch_up("0.15", "0.5"),
        split("0.9", "0.1", irr_hurdle("0.12", LP)),
        split("0.7", "0.3", Hurdle("multiple", Decimal(2), (LP, GP), False)),
        split("0.5", "0.5"),
    ),
]


@st.composite
def histories(draw: st.DrawFn) -> tuple[Terms, list[Flow], list[tuple[date, int]]]:
    """Return terms, contributions and the days and cents of distributions."""
    agreed = draw(st.sampled_from(AGREED))
    contributions = draw(
        st.lists(st.builds(Contribution, DAYS, st.sampled_from([LP, GP]), st.integers(1, 10**10)), max_size=5)
    )
    cash = draw(st.lists(st.tuples(DAYS, st.integers(0, 10**10)), min_size=1, max_size=5))
    return agreed, [*contributions], sorted(cash)


def play(agreed: Terms, contributions: Sequence[Flow], cash: Sequence[tuple[date, int]]) -> list[Payment]:
    flows, payments = [*contributions], []
    for on, amount in cash:
        payments.append(distribute(agreed, flows, on, amount))
        flows.append(payments[-1].as_flow())
    return payments


@hypothesis_settings(max_examples=150, deadline=None)
@given(histories(), st.randoms(use_true_random=False))
def test_every_distribution_adds_up(history: tuple[Terms, list[Flow], list[tuple[date, int]]], random: Random) -> None:
    """To the cent, over tiers and partners; nothing is negative; the order of the flows does not matter."""
    agreed, contributions, cash = history
    payments = play(agreed, contributions, cash)
    for (_, amount), payment in zip(cash, payments, strict=True):
        assert sum(payment.by_partner.values()) == sum(cents(payment)) == amount
        assert all(sum(tier.by_partner.values()) == tier.cents for tier in payment.tiers)
        assert all(part > 0 for tier in payment.tiers for part in tier.by_partner.values())
    shuffled = [*contributions]
    random.shuffle(shuffled)
    assert play(agreed, shuffled, cash) == payments


@hypothesis_settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(1, 500), min_size=1, max_size=30), st.sampled_from(AGREED[1:2]))
def test_many_small_distributions_pay_what_one_large_one_pays(parts: list[int], agreed: Terms) -> None:
    """No partner is more than a cent off in any tier, however the cash was divided on a day."""
    flows = paid_in(9, 1)
    several = play(agreed, flows, [(YEAR_LATER, part) for part in parts])
    one = distribute(agreed, flows, YEAR_LATER, sum(parts))
    for number, tier in enumerate(one.tiers):
        for partner in (LP, GP):
            small = sum(payment.tiers[number].by_partner.get(partner, 0) for payment in several)
            assert abs(small - tier.by_partner.get(partner, 0)) <= 1


def test_a_distribution_that_was_paid_otherwise_counts_as_paid() -> None:
    """The cents that left count, under the tiers that they were posted under: the next one makes up for it."""
    agreed = terms(preferred(LP), capital(LP), split("0.8", "0.2"))
    flows: list[Flow] = [*paid_in(1_000), Distribution(YEAR_LATER, ({LP: 5_000}, {LP: 10_000}, {}))]
    payment = distribute(agreed, flows, YEAR_LATER, 0)
    assert [tier.needed for tier in payment.tiers[:2]] == [3_000, 90_000]
