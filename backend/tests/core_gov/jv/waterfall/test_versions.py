"""Amended terms: what continues, what begins, and what may not be dropped."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from backend.app.core_gov.jv.waterfall.flows import Contribution, Distribution, Flow
from backend.app.core_gov.jv.waterfall.terms import Hurdle, Portion, Split, Terms
from backend.app.core_gov.jv.waterfall.versions import FlowRefused, Version, replayed
from backend.app.core_gov.jv.waterfall.waterfall import distribute_under, recomputed
from backend.tests.core_gov.jv.waterfall.terms_of_two import GP, LP, START, capital, catch_up, preferred, split, terms

HALF = date(2021, 7, 2)  # 182 days after the start
END = date(2022, 1, 1)


def named(agreed: Terms, *names: str) -> Terms:
    return replace(agreed, names=names)


def at_rate(rate: str, name: str = "pref") -> Terms:
    return named(
        terms(preferred(LP, rate=Decimal(rate), compounding="none"), capital(LP), split("0.8", "0.2")),
        name,
        "capital",
        "split",
    )


PAID_IN: list[Flow] = [Contribution(START, LP, 100_000_00)]


def test_rate_changes_from_a_day_on() -> None:
    """182 days at 8 % and 183 at 12 % on 100,000: 3,989.04 and 6,016.44."""
    versions = [Version(START, at_rate("0.08")), Version(HALF, at_rate("0.12"))]
    balances = replayed(versions, PAID_IN, END)
    assert round(balances.preferred_owed(END)[LP]) == 3_989_04 + 6_016_44
    assert replayed(versions[:1], PAID_IN, END).preferred_owed(END)[LP] == 8_000_00


def test_tier_of_another_name_begins_anew_and_what_is_owed_may_not_be_dropped() -> None:
    versions = [Version(START, at_rate("0.08")), Version(HALF, at_rate("0.12", "other"))]
    with pytest.raises(FlowRefused, match="drop the tier pref, under which preferred return is owed; keep its name"):
        replayed(versions, PAID_IN, END)


def test_partner_may_join_and_none_may_leave() -> None:
    joined = Terms((LP, GP, "p_3"), at_rate("0.08").tiers, at_rate("0.08").names)
    versions = [Version(START, at_rate("0.08")), Version(HALF, joined)]
    flows = [*PAID_IN, Contribution(HALF, "p_3", 5_00)]
    assert replayed(versions, flows, END).contributed == {LP: 100_000_00, GP: 0, "p_3": 5_00}
    with pytest.raises(FlowRefused, match="p_3 is not a partner"):
        replayed(versions, [*PAID_IN, Contribution(START, "p_3", 5_00)], END)
    with pytest.raises(FlowRefused, match="leave out p_3: partners stay in an agreement"):
        replayed([Version(START, joined), Version(HALF, at_rate("0.08"))], PAID_IN, END)


def test_hurdle_tests_the_whole_past_by_the_new_terms() -> None:
    def until(rate: str) -> Terms:
        hurdle = Hurdle("irr", Decimal(rate), (LP,), surplus_offsets=True)
        first = Split((Portion(Decimal(1), (LP,)),), hurdle)
        return named(terms(first, split("0.8", "0.2")), "hurdle", "split")

    versions = [Version(START, until("0.08")), Version(HALF, until("0.10"))]
    payment = distribute_under(versions, PAID_IN, END, 120_000_00)
    assert [tier.cents for tier in payment.tiers] == [110_000_00, 10_000_00]


def test_preferred_return_of_a_dropped_tier_still_counts_as_profit() -> None:
    """A catch-up to 20 % of all profit counts 8,000 that were paid under the tier before: 2,000."""
    first = named(terms(preferred(LP, compounding="none"), capital(LP), split("0.8", "0.2")), "pref", "capital", "s")
    second = named(terms(capital(LP), catch_up("0.2"), split("0.8", "0.2")), "capital", "catch-up", "s")
    flows: list[Flow] = [*PAID_IN, Distribution(END, ({LP: 8_000_00}, {LP: 100_000_00}, {}))]
    later = date(2022, 1, 2)
    payment = distribute_under([Version(START, first), Version(later, second)], flows, date(2022, 2, 1), 2_500_00)
    assert [tier.cents for tier in payment.tiers] == [0, 2_000_00, 500_00]


def test_late_contribution_changes_what_earlier_distributions_should_have_paid() -> None:
    agreed = [Version(START, at_rate("0.08"))]
    paid = Distribution(END, ({LP: 8_000_00}, {LP: 2_000_00}, {}))
    flows: list[Flow] = [*PAID_IN, paid]
    assert recomputed(agreed, flows, START) == [paid]
    late = [*flows, Contribution(START, LP, 25_000_00)]
    assert recomputed(agreed, late, START) == [Distribution(END, ({LP: 10_000_00}, {}, {}))]
    assert recomputed(agreed, late, date(2023, 1, 1)) == [paid]


def test_flow_that_is_taken_back_leaves_what_was_before() -> None:
    """A distribution that is taken back on its own day, and a contribution that is, too, leave nothing."""
    agreed = [Version(START, at_rate("0.08"))]
    paid = Distribution(END, ({LP: 8_000_00}, {LP: 2_000_00}, {}))
    back = Distribution(END, ({LP: -8_000_00}, {LP: -2_000_00}, {}))
    before = replayed(agreed, PAID_IN, END)
    after = replayed(agreed, [*PAID_IN, paid, back], END)
    assert after.preferred_owed(END) == before.preferred_owed(END)
    assert after.returned == before.returned
    both = [*PAID_IN, Contribution(HALF, LP, 7_00), Contribution(HALF, LP, -7_00)]
    assert replayed(agreed, both, END).preferred_owed(END) == before.preferred_owed(END)


def test_late_contribution_moves_nothing_in_later_distributions() -> None:
    """What was paid before a contribution was known stays as it was; a filled tier pays exactly what is owed."""
    both = named(terms(preferred(LP, GP, compounding="none"), capital(LP, GP), split("0.5", "0.5")), "a", "b", "c")
    early: list[Flow] = [Contribution(START, LP, 100_000_00), Contribution(START, GP, 100_000_00)]
    paid = distribute_under([Version(START, both)], early, END, 10_000_00).as_flow()
    flows = [*early, Contribution(HALF, GP, 50_000_00), paid]
    later = date(2022, 2, 1)
    owed = replayed([Version(START, both)], flows, later).preferred_owed(later)
    payment = distribute_under([Version(START, both)], flows, later, 12_000_00)
    found = payment.tiers[0].by_partner
    assert {partner: round(cents) for partner, cents in owed.items()} == found
