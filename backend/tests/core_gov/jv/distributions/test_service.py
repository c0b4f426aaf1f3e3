"""Previews, declarations and true-ups over HTTP on both databases, against published examples."""

from typing import Any

import httpx
import pytest

from backend.tests.core_gov.jv.joint_venture import capital, days_ago, joint_venture, preferred, split, terms
from backend.tests.promises import promise

TODAY = days_ago(0)
CATCH_UP = {
    "kind": "catch_up",
    "name": "catch-up",
    "partners": ["gp"],
    "target_percent": 20,
    "portions": [{"share_percent": 100, "partners": ["gp"]}],
}


def amounts(preview: dict[str, Any]) -> list[float]:
    return [each["amount"] for each in preview["partners"]]


def promotes(preview: dict[str, Any]) -> list[float]:
    return [each["promote"] for each in preview["partners"]]


@promise("Joint ventures", "A preview shows each tier in words and numbers that add up, and what fills it.")
def test_million_with_full_catch_up(shared_api: httpx.Client) -> None:
    """1,000,000 equity, 450,000 profit, 20 % promote, full catch-up: 360,000 and 90,000."""
    tiers = [preferred(["lp"]), capital(["lp"]), CATCH_UP, split((80, ["lp"]), (20, ["gp"]))]
    jv = joint_venture(shared_api, tiers)
    jv.contribute(1_000_000)
    jv.post("transactions", kind="income", deal_id=jv.deal, amount=450_000, effective_on=TODAY)
    preview = jv.preview(1_450_000)
    assert amounts(preview) == [1_360_000, 90_000]
    assert [tier["paid"] for tier in preview["tiers"]] == [80_000, 1_000_000, 20_000, 350_000]
    assert [tier["still_needed"] for tier in preview["tiers"]] == [0, 0, 0, None]
    assert preview["tiers"][2]["sentence"].endswith("20,000.00, all that is due.")
    assert promotes(preview) == [0, 90_000]
    for tier in preview["tiers"]:
        assert sum(each["amount"] for each in tier["amounts"]) == tier["paid"]
    short = jv.preview(40_000)
    assert (short["tiers"][0]["needed"], short["tiers"][0]["still_needed"]) == (80_000, 40_000)


@pytest.mark.parametrize(("measure", "promote"), [("tier_share", 300_000), ("above_pro_rata", 200_000)])
def test_promote_as_tier_share_or_above_pro_rata(shared_api: httpx.Client, measure: str, promote: float) -> None:
    tiers = [preferred(["lp", "gp"]), capital(["lp", "gp"]), split((70, ["lp"]), (30, ["gp"]))]
    jv = joint_venture(shared_api, tiers, promote_measure=measure)
    jv.contribute(900_000)
    jv.contribute(100_000, jv.gp)
    jv.post("transactions", kind="income", deal_id=jv.deal, amount=1_080_000, effective_on=TODAY)
    preview = jv.preview(2_080_000)
    assert amounts(preview) == [1_672_000, 408_000]
    assert promotes(preview) == [0, promote]


def test_preview_writes_nothing(shared_api: httpx.Client) -> None:
    jv = joint_venture(shared_api)
    jv.contribute(1_000)
    before = jv.summary(), jv.entries()
    assert jv.preview(500) == jv.preview(500)
    assert (jv.summary(), jv.entries()) == before


def test_distribution_before_another_is_refused(shared_api: httpx.Client) -> None:
    jv = joint_venture(shared_api)
    jv.contribute(1_000)
    first = jv.distribute(100, on=days_ago(10))
    answer = jv.send("distributions/preview", cash=1, declared_on=days_ago(11), payable_on=TODAY)
    assert answer.status_code == 409
    assert f"reverse {first['id']} first" in answer.json()["detail"]
    jv.distribute(100, on=days_ago(10))


def test_distribution_that_counts_after_today_is_reversed(shared_api: httpx.Client) -> None:
    """Until then a right one could not be declared in its place, because it would count on an earlier day."""
    jv = joint_venture(shared_api, accrues_until="payment")
    jv.contribute(1_000)
    wrong = jv.distribute(100, payable_on=days_ago(-30))
    undone = jv.send("reversals", reverses=wrong["entry_id"], meaning="undone", effective_on=days_ago(-30))
    assert (undone.status_code, undone.json()["detail"]) == (400, f"effective_on {days_ago(-30)} is after today")
    jv.post("reversals", reverses=wrong["entry_id"], meaning="never_happened")
    assert jv.summary()["available"] == 1_000
    jv.distribute(100, payable_on=days_ago(-10))


@pytest.mark.parametrize(("before", "after"), [("payment", "declaration"), ("declaration", "payment")])
def test_terms_on_the_day_of_the_declaration_say_when_it_counts_and_is_paid(
    shared_api: httpx.Client, before: str, after: str
) -> None:
    jv = joint_venture(shared_api, accrues_until=before)
    jv.contribute(1_000)
    jv.post("amendments", effective_from=days_ago(20), terms=terms(jv.lp, jv.gp, accrues_until=after))
    distribution = jv.distribute(100, on=days_ago(30), payable_on=days_ago(10))
    assert distribution["effective_on"] == days_ago(10 if before == "payment" else 30)
    late = jv.send("payments", distribution_id=distribution["id"], effective_on=TODAY)
    assert late.status_code == (409 if before == "payment" else 201)


@promise(
    "Joint ventures", "A late contribution shows what earlier distributions should have paid; a true-up is a choice."
)
def test_true_up_makes_up_for_a_late_contribution(shared_api: httpx.Client) -> None:
    """Both have earned 8 % on what they paid in, but the second contribution was posted too late."""
    jv = joint_venture(shared_api, [preferred(["lp", "gp"]), capital(["lp", "gp"]), split((80, ["lp"]), (20, ["gp"]))])
    jv.contribute(100_000)
    jv.distribute(8_000, on=days_ago(10))
    jv.contribute(100_000, jv.gp, on=days_ago(365))
    assert "something was posted to a day before a distribution" in jv.summary()["warnings"][0]
    plain = jv.preview(16_000, on=days_ago(10))
    assert "should have paid otherwise" in plain["warnings"][0]
    differences = {(each["tier"], each["partner_id"]): each["difference"] for each in plain["differences"]}
    owed = 100_000 * (1.08 ** (355 / 365) - 1)
    assert differences["preferred return", jv.gp] == pytest.approx(4_000, abs=20)
    assert sum(differences.values()) == pytest.approx(0)
    assert plain["corrections"] == []
    trued = jv.preview(16_000, on=days_ago(10), true_up=True)
    total = 8_000 + 16_000
    assert trued["tiers"][0]["needed"] == pytest.approx(2 * owed - 8_000, abs=0.01)
    assert sum(amounts(trued)) == 16_000
    assert amounts(trued) == pytest.approx([total / 2 - 8_000, total / 2], abs=0.01)
    declared = jv.distribute(16_000, on=days_ago(10), true_up=True)
    assert declared["true_up"] is True
    assert jv.preview(100, on=days_ago(10))["differences"] == []
    assert jv.summary()["warnings"] == []
    capitals = {each["partner_id"]: each["distributed"] for each in jv.summary()["partners"]}
    assert capitals == {jv.lp: 12_000, jv.gp: 12_000}


def test_true_up_that_would_take_from_a_partner_is_refused(shared_api: httpx.Client) -> None:
    jv = joint_venture(shared_api, [preferred(["lp", "gp"]), capital(["lp", "gp"]), split((80, ["lp"]), (20, ["gp"]))])
    jv.contribute(100_000)
    jv.distribute(8_000, on=days_ago(10))
    jv.contribute(100_000, jv.gp, on=days_ago(365))
    answer = jv.send("distributions/preview", cash=100, declared_on=TODAY, payable_on=TODAY, true_up=True)
    assert answer.status_code == 409
    assert f"from {jv.lp}; distribute more, or true up later" in answer.json()["detail"]


def test_contribution_after_the_promote_was_paid(shared_api: httpx.Client) -> None:
    """The investors' later capital comes first again; the promote that was paid stays paid."""
    jv = joint_venture(shared_api)
    jv.contribute(1_000)
    jv.post("transactions", kind="income", deal_id=jv.deal, amount=1_000, effective_on=days_ago(100))
    first = jv.distribute(2_000, on=days_ago(100))
    assert first["tiers"][2]["paid"] > 0
    jv.contribute(500, on=days_ago(50))
    preview = jv.preview(500)
    assert amounts(preview) == [500, 0]
    assert preview["differences"] == []


def test_contributions_that_count_later_are_a_warning(shared_api: httpx.Client) -> None:
    """A wrong year in `declared_on` would divide capital as if it were profit."""
    jv = joint_venture(shared_api)
    jv.contribute(1_000, on=days_ago(300))
    jv.contribute(234.5, on=days_ago(100))
    later = f"contributions of 234.50 CAD count after {days_ago(200)} only: nothing of them is returned"
    (warning,) = jv.preview(50, on=days_ago(200))["warnings"]
    assert warning.startswith(later)
    assert jv.distribute(50, on=days_ago(200))["warnings"] == [warning]
    assert jv.preview(50, on=days_ago(100))["warnings"] == []
