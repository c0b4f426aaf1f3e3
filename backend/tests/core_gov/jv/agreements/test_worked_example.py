"""Worked example of terms: who contributes, and how the cash is divided."""

from datetime import date
from typing import Any

import pytest

from backend.app.core_gov.jv.agreements.tiers import AgreementTerms
from backend.app.core_gov.jv.agreements.worked_example import contributors, worked_example
from backend.tests.core_gov.jv.joint_venture import capital, preferred, split, terms

FIRST = date(2026, 1, 1)


def written(tiers: list[dict[str, Any]] | None = None) -> AgreementTerms:
    return AgreementTerms.model_validate(terms("lp", "gp", tiers))


def test_cash_is_divided_tier_by_tier() -> None:
    found = worked_example(written(), 100_000_00, 2, 50, FIRST, {"lp": "Investor"})
    assert (found.first, found.last, found.cash) == (FIRST, date(2028, 1, 1), 150_000_00)
    assert found.contributed == {"lp": 100_000_00}
    assert [tier.paid for tier in found.tiers] == [16_640_00, 100_000_00, 33_360_00]
    assert found.tiers[0].sentence.startswith("Preferred return of 8 % a year on outstanding capital to Investor")
    assert found.received == {"lp": 143_328_00, "gp": 6_672_00}
    assert found.profit == 50_000_00
    assert (found.profit_of("lp"), found.profit_of("gp")) == (43_328_00, 6_672_00)


@pytest.mark.parametrize(("percent", "cash"), [(0, 100_000_00), (-40, 60_000_00), (33.33, 133_330_00)])
def test_a_loss_is_an_example_too(percent: float, cash: int) -> None:
    found = worked_example(written(), 100_000_00, 1, percent, FIRST, {})
    assert found.cash == cash == sum(found.received.values())


def test_partners_whose_capital_is_returned_or_rewarded_contribute() -> None:
    assert contributors(written()) == ["lp"]
    assert contributors(written([split((50, ["lp"]), (50, ["gp"]))])) == ["lp", "gp"]
    both = [preferred(["lp"]), capital(["gp"]), split((50, ["lp"]), (50, ["gp"]))]
    assert contributors(written(both)) == ["lp", "gp"]
