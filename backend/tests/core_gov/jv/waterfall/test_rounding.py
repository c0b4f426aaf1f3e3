"""Whole cents: a tier of whole cents keeps them, and nobody gets more than is allowed."""

from datetime import timedelta
from decimal import Decimal

from backend.app.core_gov.jv.waterfall import rounding
from backend.app.core_gov.jv.waterfall.flows import Contribution, Flow
from backend.app.core_gov.jv.waterfall.terms import Portion, ReturnOfCapital, Split, Terms
from backend.app.core_gov.jv.waterfall.waterfall import distribute
from backend.tests.core_gov.jv.waterfall.terms_of_two import START, YEAR_LATER


def test_tier_of_whole_cents_gets_just_these_after_half_a_cent() -> None:
    """Rounded half to even, 2.5 and 3.5 are 2 and 4, so that a tier of 1 cent would get 2."""
    assert rounding.tier_cents([Decimal("2.5"), Decimal(1), Decimal("0.5")]) == [3, 1, 0]


def test_limit_moves_a_cent_to_another_partner() -> None:
    exact = {"a": Decimal("10.9"), "b": Decimal("10.1")}
    assert rounding.divide(21, exact, {}) == {"a": 11, "b": 10}
    assert rounding.divide(21, exact, {}, {"a": 10, "b": 11}) == {"a": 10, "b": 11}


def test_nobody_gets_more_capital_back_than_contributed() -> None:
    """Of 1, 1 and 4 cents, 4 come back, then all: the cent that rounding carried would go to one who has none in."""
    tiers = ReturnOfCapital(("a", "b", "c")), Split((Portion(Decimal(1), ("a",)),))
    agreed = Terms(("a", "b", "c"), tiers)
    contributed = {"a": 1, "b": 1, "c": 4}
    flows: list[Flow] = [Contribution(START, partner, cents) for partner, cents in contributed.items()]
    back = dict.fromkeys(contributed, 0)
    for day, cents in enumerate((4, 0, 50)):
        payment = distribute(agreed, flows, YEAR_LATER + timedelta(day), cents)
        flows.append(payment.as_flow())
        for partner, found in payment.tiers[0].by_partner.items():
            back[partner] += found
    assert back == contributed
