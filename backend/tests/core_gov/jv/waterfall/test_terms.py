"""Terms that cannot work are refused, with the number of the tier."""

from decimal import Decimal

import pytest

from backend.app.core_gov.jv.waterfall.terms import CatchUp, Hurdle, Portion, Split, Tier, faults
from backend.tests.core_gov.jv.waterfall.terms_of_two import (
    GP,
    LP,
    capital,
    catch_up,
    irr_hurdle,
    portions,
    preferred,
    split,
    terms,
)

END = split("0.8", "0.2")


@pytest.mark.parametrize(
    ("tiers", "fault"),
    [
        ([split("0.8", "0.3")], "tier 1: its portions add up to 110 %, not 100 %"),
        ([Split((Portion(Decimal(1), ()),))], "tier 1: each portion needs a share above 0 and a partner"),
        ([END, END], "tier 2: it is never reached, because tier 1 has no end"),
        ([preferred(LP)], "the last tier must be a split without an end: cash would be left over"),
        ([preferred("stranger"), END], "tier 1: stranger is not in the agreement"),
        ([preferred(LP, rate=Decimal(8)), END], "tier 1: the rate must be above 0 % and below 100 %"),
        ([capital(), END], "tier 1: no partner takes part in it"),
        (
            [preferred(LP), CatchUp((GP,), Decimal("0.2"), portions("0.8", "0.2")), END],
            "tier 2: its promote partners never catch up: their share of it must be above the target",
        ),
        (
            [split("1", "0", irr_hurdle("0.1", GP)), END],
            "tier 1: the partners that its hurdle tests get nothing from it, so the hurdle is never reached",
        ),
        (
            [split("0.9", "0.1", irr_hurdle("0.12", LP)), split("0.8", "0.2", irr_hurdle("0.12", LP)), END],
            "tier 2: its hurdle is not above that of tier 1",
        ),
    ],
)
def test_terms_that_cannot_work_are_named(tiers: list[Tier], fault: str) -> None:
    assert fault in list(faults(terms(*tiers)))


def test_usual_terms_have_no_fault() -> None:
    hurdle = Hurdle("multiple", Decimal("1.5"), (LP, GP), False)
    usual = terms(preferred(LP), capital(LP), catch_up("0.2", "0.5"), split("0.9", "0.1", hurdle), END)
    assert list(faults(usual)) == []
