"""What earlier distributions should have paid otherwise if some were undone or trued up, and the promote."""

from datetime import date
from typing import Any

import httpx
import pytest

from backend.app.core_gov.jv.agreements.conversion import waterfall_terms
from backend.app.core_gov.jv.agreements.service import AgreedTerms
from backend.app.core_gov.jv.agreements.tiers import AgreementTerms
from backend.app.core_gov.jv.distributions.computation import divide, promote
from backend.app.core_gov.jv.documents.flows import FlowHistory, PostedFlow
from backend.app.core_gov.jv.waterfall.flows import Contribution
from backend.tests.core_gov.jv.joint_venture import (
    JointVenture,
    capital,
    days_ago,
    joint_venture,
    preferred,
    split,
    terms,
)


@pytest.fixture
def jv(shared_api: httpx.Client) -> JointVenture:
    """Return a joint venture with 1,000 of each partner from 400 days ago on, and cash."""
    found = joint_venture(
        shared_api, [preferred(["lp", "gp"]), capital(["lp", "gp"]), split((80, ["lp"]), (20, ["gp"]))]
    )
    for partner in (found.lp, found.gp):
        found.contribute(1_000, partner, on=days_ago(400))
    found.post("transactions", kind="income", deal_id=found.deal, amount=50_000, effective_on=days_ago(400))
    return found


def differences(jv: JointVenture) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = jv.preview(3_000, on=days_ago(100))["differences"]
    return found


def test_undone_distribution_has_nothing_to_be_made_up_for(jv: JointVenture) -> None:
    """All of its cash came back. What is left are the 10 of the distribution before it."""
    jv.distribute(10, on=days_ago(300))
    undone = jv.distribute(1_000, on=days_ago(290))
    jv.post("reversals", reverses=undone["entry_id"], meaning="undone", effective_on=days_ago(280))
    jv.contribute(2_000, on=days_ago(390))
    assert {each["tier"] for each in differences(jv)} == {"preferred return"}
    assert sum(abs(each["difference"]) for each in differences(jv)) <= 10


def test_undone_true_up_made_up_for_nothing(jv: JointVenture) -> None:
    jv.distribute(100, on=days_ago(300))
    jv.contribute(2_000, on=days_ago(390))
    before = differences(jv)
    assert before
    trued = jv.distribute(500, on=days_ago(200), true_up=True)
    assert differences(jv) == []
    jv.post("reversals", reverses=trued["entry_id"], meaning="undone", effective_on=days_ago(180))
    assert differences(jv) == before
    assert jv.summary()["warnings"]


def test_late_contribution_does_not_take_back_a_true_up(jv: JointVenture) -> None:
    """A dollar that is found after the true-up changes what both distributions should have paid by cents."""
    jv.distribute(100, on=days_ago(300))
    jv.contribute(2_000, on=days_ago(390))
    jv.distribute(100, on=days_ago(299), true_up=True)
    jv.contribute(1, on=days_ago(299))
    assert sum(abs(each["difference"]) for each in differences(jv)) < 0.1


@pytest.mark.parametrize(
    ("measure", "promotes"), [("tier_share", {"a": 150, "b": 50}), ("above_pro_rata", {"a": 75, "b": 25})]
)
def test_partners_who_share_a_portion_have_the_promote_that_they_get(measure: str, promotes: dict[str, int]) -> None:
    """They divide 200 of 1,000 by their capital of 75 and 25, which would get 75 and 25 without a promote."""
    written = AgreementTerms.model_validate(
        terms("lp", "a", [split((80, ["lp"]), (20, ["a", "b"]))])
        | {"partners": ["lp", "a", "b"], "promote_partners": ["a", "b"], "promote_measure": measure}
    )
    agreed = AgreedTerms("agr_1", "en_1", "2026-01-01", written, waterfall_terms(written))
    contributed = {"lp": 900, "a": 75, "b": 25}
    day = date(2026, 1, 1)
    posted = [PostedFlow(Contribution(day, *each), number, {}) for number, each in enumerate(contributed.items(), 1)]
    division = divide(FlowHistory([agreed], posted, []), day, 1_000, true_up=False)
    assert division.by_partner == {"lp": 800, "a": 150, "b": 50}
    assert promote(division, contributed) == promotes
