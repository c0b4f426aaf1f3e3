"""What earlier distributions should have paid otherwise, when some of them were undone or trued up."""

from typing import Any

import httpx
import pytest

from backend.tests.core_gov.jv.joint_venture import JointVenture, capital, days_ago, joint_venture, preferred, split


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
