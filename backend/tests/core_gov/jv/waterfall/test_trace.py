"""The trace of a distribution, in words and numbers."""

from decimal import Decimal

from backend.app.core_gov.jv.waterfall.terms import Hurdle
from backend.app.core_gov.jv.waterfall.trace import money, trace
from backend.app.core_gov.jv.waterfall.waterfall import distribute
from backend.tests.core_gov.jv.waterfall.terms_of_two import (
    GP,
    LP,
    YEAR_LATER,
    capital,
    catch_up,
    irr_hurdle,
    paid_in,
    preferred,
    split,
    terms,
)

NAMES = {LP: "Maple LP", GP: "Elm GP"}
AGREED = terms(
    preferred(LP),
    capital(LP, GP),
    catch_up("0.2"),
    split("0.8", "0.2", irr_hurdle("0.125", LP)),
    split("0.7", "0.3", Hurdle("multiple", Decimal("2.50"), (LP, GP), False)),
    split("0.5", "0.5"),
)


def sentences(cash: int) -> list[str]:
    return [tier.sentence for tier in trace(AGREED, distribute(AGREED, paid_in(1_000), YEAR_LATER, cash), NAMES)]


def test_every_tier_is_one_sentence() -> None:
    found = sentences(60_000)
    assert found[0].startswith("Preferred return of 8 % a year on outstanding capital to Maple LP (nominal, compounded")
    assert found[0].endswith(" annually, actual/365): 80.00, all that is due.")
    assert found[1] == "Return of capital to Maple LP and Elm GP: 520.00 of 1,000.00 due; 480.00 more would fill it."
    assert found[2].startswith("Catch-up, 100 % to Elm GP, until Elm GP has 20 % of the profit so far: 0.00 of 20.00")
    hurdles = [each.partition(", until ")[2].partition(":")[0] for each in found[3:5]]
    assert hurdles == [
        "Maple LP has 12.5 % a year (internal rate of return)",
        "Maple LP and Elm GP have 2.5 times the capital",
    ]
    assert found[5] == "Split, 50 % to Maple LP, 50 % to Elm GP: nothing is left for it."


def test_numbers_of_the_trace_add_up() -> None:
    found = trace(AGREED, distribute(AGREED, paid_in(1_000), YEAR_LATER, 123_456), NAMES)
    assert sum(tier.paid for tier in found) == 123_456
    assert all(sum(tier.by_partner.values()) == tier.paid for tier in found)
    assert all(tier.needed == tier.paid + tier.still_needed for tier in found if tier.still_needed is not None)


def test_money_has_two_decimals() -> None:
    assert [money(cents) for cents in (0, 5, -123_456, 100_000_000)] == ["0.00", "0.05", "-1,234.56", "1,000,000.00"]
