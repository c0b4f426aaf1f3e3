"""Flows that amended terms cannot take are refused when they are posted, not when they are read."""

from typing import Any

import httpx
import pytest

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
    found = joint_venture(shared_api)
    found.contribute(1_000, on=days_ago(400))
    found.post("transactions", kind="income", deal_id=found.deal, amount=5_000, effective_on=days_ago(400))
    return found


def amend(jv: JointVenture, *names: str) -> dict[str, Any]:
    """Give the tiers other names from 200 days ago on."""
    pref, last = preferred([jv.lp], name=names[0]), split((80, [jv.lp]), (20, [jv.gp]), name=names[1])
    return jv.post(
        "amendments", effective_from=days_ago(200), terms=terms(jv.lp, jv.gp, [pref, capital([jv.lp]), last])
    )


def refused(jv: JointVenture, what: str, words: str, **fields: Any) -> None:
    before = jv.summary()
    answer = jv.send(what, **fields)
    assert answer.status_code == 409, answer.text
    assert words in answer.json()["detail"]
    assert jv.summary() == before


def test_distribution_is_not_undone_under_terms_without_its_tier(jv: JointVenture) -> None:
    paid = jv.distribute(3_000, on=days_ago(300))["entry_id"]
    amend(jv, "preferred return", "last split")
    undone = {"reverses": paid, "meaning": "undone"}
    refused(jv, "reversals", "have no tier split, under which", **undone, effective_on=days_ago(100))
    jv.post("reversals", **undone, effective_on=days_ago(250))


def test_nothing_is_owed_afterwards_under_a_tier_that_was_dropped(jv: JointVenture) -> None:
    paid = jv.distribute(3_000, on=days_ago(300))["entry_id"]
    amend(jv, "second return", "split")
    words = "drop the tier preferred return, under which preferred return is owed"
    refused(jv, "contributions", words, partner_id=jv.lp, amount=100, effective_on=days_ago(250))
    refused(jv, "reversals", words, reverses=paid, meaning="never_happened")
    jv.contribute(100, on=days_ago(150))


def test_amendment_in_the_far_future_is_refused(jv: JointVenture) -> None:
    answer = jv.send("amendments", effective_from="9999-12-31", terms=terms(jv.lp, jv.gp))
    assert answer.status_code == 400
    assert answer.json()["detail"] == "effective_from is more than 10 years from today"


def test_amounts_that_are_computed_have_no_limit(shared_api: httpx.Client) -> None:
    """10 trillion is the most that can be posted; with its preferred return it is more."""
    jv = joint_venture(shared_api)
    jv.contribute(10_000_000_000_000)
    assert jv.summary()["partners"][0]["preferred_owed"] == 800_000_000_000
    jv.contribute(10_000_000_000_000)
    assert jv.preview(1)["tiers"][1]["needed"] == 20_000_000_000_000


def test_terms_begin_after_a_distribution_that_was_taken_back(jv: JointVenture) -> None:
    """It counts from its own day until it was taken back, under the tiers that paid it."""
    paid = jv.distribute(3_000, on=days_ago(300))
    jv.post("reversals", reverses=paid["entry_id"], meaning="undone", effective_on=days_ago(200))
    no_capital = terms(jv.lp, jv.gp, [preferred([jv.lp]), split((80, [jv.lp]), (20, [jv.gp]))])
    early = f"the distribution {paid['id']} counts on {days_ago(300)}, so new terms must begin later"
    refused(jv, "amendments", early, effective_from=days_ago(350), terms=no_capital)
    between = f"have no tier capital, under which {paid['id']} paid"
    refused(jv, "amendments", between, effective_from=days_ago(250), terms=no_capital)
    jv.post("amendments", effective_from=days_ago(150), terms=no_capital)
    assert jv.summary()["partners"][0]["capital"] == 1_000
