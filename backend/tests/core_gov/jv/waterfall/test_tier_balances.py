"""What a tier needs if its portions mix partners, and what an amended tier may leave out."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from backend.app.core_gov.jv.waterfall.flows import Contribution
from backend.app.core_gov.jv.waterfall.terms import CatchUp, Portion, Split, Tier, faults
from backend.app.core_gov.jv.waterfall.versions import FlowRefused, Version, replayed
from backend.app.core_gov.jv.waterfall.waterfall import distribute
from backend.tests.core_gov.jv.waterfall.terms_of_two import (
    GP,
    LP,
    START,
    YEAR_LATER,
    capital,
    irr_hurdle,
    paid_in,
    preferred,
    split,
    terms,
)


def mixed(share: str) -> tuple[Portion, ...]:
    """Return portions of which both have the first by their capital, and the general partner the rest."""
    return Portion(Decimal(share), (LP, GP)), Portion(1 - Decimal(share), (GP,))


def test_hurdle_counts_the_tested_part_of_a_portion_with_others() -> None:
    """80 % by capital of 900 and 100, 20 % promote, until LP has 12 %: LP gets 72 %, and lacks 36, so 50 are needed."""
    agreed = terms(preferred(LP, GP), capital(LP, GP), Split(mixed("0.8"), irr_hurdle("0.12", LP)), split("0.5", "0.5"))
    assert list(faults(agreed)) == []
    payment = distribute(agreed, paid_in(900, 100), YEAR_LATER, 2_000_00)
    assert payment.tiers[2].by_partner == {LP: 36_00, GP: 14_00}
    assert payment.by_partner[LP] == 900_00 + 108_00 + 435_00


def test_hurdle_is_not_passed_by_a_portion_with_others() -> None:
    """LP gets 50 % and nine tenths of the other 50 %, so 36 / 95 % = 37.89 fill the tier, not 36 / 50 % = 72."""
    portions = Portion(Decimal("0.5"), (LP, GP)), Portion(Decimal("0.5"), (LP,))
    agreed = terms(preferred(LP, GP), capital(LP, GP), Split(portions, irr_hurdle("0.12", LP)), split("0.5", "0.5"))
    payment = distribute(agreed, paid_in(900, 100), YEAR_LATER, 2_000_00)
    assert payment.tiers[2].cents == 37_89
    assert payment.tiers[2].by_partner[LP] == 36_00


def test_catch_up_counts_a_portion_with_others() -> None:
    """GP gets 50 % and a tenth of the other 50 %: 55 % of x are 20 % of 80 + x, so x is 45.71."""
    portions = Portion(Decimal("0.5"), (LP, GP)), Portion(Decimal("0.5"), (GP,))
    agreed = terms(preferred(LP, GP), capital(LP, GP), CatchUp((GP,), Decimal("0.2"), portions), split("0.8", "0.2"))
    payment = distribute(agreed, paid_in(900, 100), YEAR_LATER, 2_000_00)
    assert payment.tiers[2].cents == 45_71
    assert payment.tiers[2].by_partner[GP] == 25_14  # 20 % of 125.71


def test_tier_that_gives_the_tested_partner_nothing_is_never_filled() -> None:
    """The portion goes by capital, of which the tested partner has none; the other tested one has, but no portion."""
    tier = Split((Portion(Decimal(1), (LP, "w")),), irr_hurdle("0.12", GP, "w"))
    agreed = replace(terms(tier, split("0.5", "0.5")), partners=(LP, GP, "w"))
    payment = distribute(agreed, paid_in(900, 100), YEAR_LATER, 500_00)
    assert payment.tiers[0].needed is None
    assert payment.by_partner == {LP: 500_00}


def test_amendment_may_not_leave_out_a_partner_who_is_owed() -> None:
    def version(first: date, *tiers: Tier) -> Version:
        return Version(first, replace(terms(*tiers), names=("pref", "capital", "split")))

    both = version(START, preferred(LP, GP), capital(LP, GP), split("0.8", "0.2"))
    one = version(YEAR_LATER, preferred(LP), capital(LP, GP), split("0.8", "0.2"))
    with pytest.raises(FlowRefused, match=f"leave {GP} out of the tier pref, which owes it preferred return"):
        replayed([both, one], paid_in(900, 100), YEAR_LATER)
    only_one = [Contribution(START, LP, 900_00)]
    assert replayed([both, one], only_one, YEAR_LATER).preferred_owed(YEAR_LATER) == {LP: Decimal(72_00), GP: 0}
