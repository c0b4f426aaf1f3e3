"""Agreements over HTTP on both databases: what may be agreed on, amendments, lists and presets."""

from typing import Any

import httpx
import pytest

from backend.tests.core_gov.jv.joint_venture import (
    JointVenture,
    capital,
    days_ago,
    preferred,
    refused,
    split,
    terms,
)
from backend.tests.promises import promise

TODAY = days_ago(0)


def agreement(jv: JointVenture, **changes: Any) -> httpx.Response:
    body = {
        "name": f"second of {jv.id}",
        "deal_ids": [jv.deal],
        "currency": "CAD",
        "effective_from": days_ago(10),
        "terms": terms(jv.lp, jv.gp),
    }
    return jv.api.post("/core/jv/agreements", json=body | changes)


def until(tested: list[str], value: float = 12, kind: str = "irr") -> dict[str, Any]:
    return {"kind": kind, "value": value, "tested": tested, "surplus_offsets": True, "day_count": "actual/365"}


def hurdle(lp: str, gp: str, name: str, **changes: Any) -> dict[str, Any]:
    return split((80, [lp]), (20, [gp]), kind="split_until", name=name, until=until([lp], **changes))


def bad_terms(lp: str, gp: str) -> dict[str, tuple[list[dict[str, Any]], str]]:
    last = split((80, [lp]), (20, [gp]))
    catch_up = {"kind": "catch_up", "name": "catch-up", "partners": [gp], "target_percent": 20}
    return {
        "shares": ([split((80, [lp]), (19, [gp]))], "tier 1: its portions add up to 99 %, not 100 %"),
        "no end": ([preferred([lp]), capital([lp])], "the last tier must be a split without an end"),
        "unreached": ([last, preferred([lp])], "tier 2: it is never reached, because tier 1 has no end"),
        "stranger": ([preferred(["p_x"]), last], "tier 1: p_x is not in the agreement"),
        "same name": ([capital([lp]), capital([gp]), last], "two tiers are named capital"),
        "nothing to catch up with": (
            [catch_up | {"portions": [{"share_percent": 100, "partners": [gp]}]}, last],
            "tier 1: no preferred return is before it",
        ),
        "twice": ([preferred([lp, lp]), last], "is named twice"),
        "met at once": (
            [capital([lp]), hurdle(lp, gp, "a", kind="multiple", value=0.5), last],
            "its hurdle is met as soon as the capital is returned",
        ),
        "never catches up": (
            [
                catch_up
                | {"portions": [{"share_percent": 20, "partners": [gp]}, {"share_percent": 80, "partners": [lp]}]},
                last,
            ],
            "never catch up",
        ),
        "lower hurdle": (
            [hurdle(lp, gp, "first", value=12), hurdle(lp, gp, "second", value=12), last],
            "tier 2: its hurdle is not above that of tier 1",
        ),
        "nothing for the tested": (
            [split((100, [gp]), (0, [lp]), kind="split_until", name="a", until=until([lp])), last],
            "tier 1: each portion needs a share above 0",
        ),
    }


@promise("Joint ventures", "Terms that contradict themselves are refused by name, and no choice has a default.")
@pytest.mark.parametrize("name", bad_terms("lp", "gp"))
def test_terms_that_contradict_themselves_are_refused(jv: JointVenture, name: str) -> None:
    tiers, words = bad_terms(jv.lp, jv.gp)[name]
    refused(agreement(jv, terms=terms(jv.lp, jv.gp, tiers)), 400, words)


@promise("Joint ventures", "Terms that contradict themselves are refused by name, and no choice has a default.")
def test_no_choice_of_a_tier_has_a_default(jv: JointVenture) -> None:
    whole = preferred([jv.lp])
    for name in whole:
        tier = {key: value for key, value in whole.items() if key != name}
        refused(agreement(jv, terms=terms(jv.lp, jv.gp, [tier, split((80, [jv.lp]), (20, [jv.gp]))])), 400, name)
    for name in terms(jv.lp, jv.gp):
        lacking = {key: value for key, value in terms(jv.lp, jv.gp).items() if key != name}
        refused(agreement(jv, terms=lacking), 400, f"terms.{name} is required")


def test_parties_must_fit(jv: JointVenture) -> None:
    refused(agreement(jv, deal_ids=["deal_x"]), 400, "deal deal_x is not on file")
    refused(agreement(jv, deal_ids=[jv.deal, jv.deal]), 400, "names a deal twice")
    refused(agreement(jv, terms=terms(jv.lp, "p_x")), 400, "partner p_x is not on file")
    refused(agreement(jv, terms=terms(jv.lp, jv.gp, promote_partners=["p_x"])), 400, "promote partner p_x")
    refused(agreement(jv, name=jv.api.get(jv.path).json()["name"].upper()), 409, "of this name is on file already")
    assert agreement(jv).status_code == 201


def test_lists_filter_by_partner_deal_and_currency(jv: JointVenture) -> None:
    other = agreement(jv).json()["id"]

    def listed(**query: str) -> list[str]:
        return [each["id"] for each in jv.api.get("/core/jv/agreements", params=query).json()["items"]]

    assert listed(partner_id=jv.lp) == listed(deal_id=jv.deal) == [other, jv.id]
    assert listed(partner_id="p_x") == listed(partner_id=jv.lp, currency="USD") == []


@promise(
    "Joint ventures", "An amendment replaces the terms from a day on; what is owed under a tier of the same name stays."
)
def test_amendment(jv: JointVenture) -> None:
    jv.contribute(100_000, on=days_ago(365))
    simple = terms(jv.lp, jv.gp, [preferred([jv.lp], rate_percent=12), *terms(jv.lp, jv.gp)["tiers"][1:]])
    amended = jv.post("amendments", effective_from=days_ago(0), terms=simple)
    summary = jv.summary()
    assert (summary["terms_id"], summary["terms"]) == (amended["id"], simple)
    assert summary["partners"][0]["preferred_owed"] == 8_000
    assert [
        each["id"] for each in jv.api.get("/core/jv/amendments", params={"agreement_id": jv.id}).json()["items"]
    ] == [amended["id"]]
    refused(jv.send("amendments", effective_from=days_ago(0), terms=simple), 409, "so new ones must begin later")
    jv.post("reversals", reverses=amended["entry_id"], meaning="never_happened")
    assert jv.summary()["terms_id"] == jv.id


def test_amendment_that_begins_after_today_is_reversed(jv: JointVenture) -> None:
    amended = jv.post("amendments", effective_from=days_ago(-60), terms=terms(jv.lp, jv.gp))
    reversal = jv.post("reversals", reverses=amended["entry_id"], meaning="never_happened")
    assert reversal["effective_on"] == days_ago(-60)
    first = jv.post("amendments", effective_from=days_ago(-30), terms=terms(jv.lp, jv.gp))
    second = jv.post("amendments", effective_from=days_ago(-60), terms=terms(jv.lp, jv.gp))
    early = jv.send("reversals", reverses=first["entry_id"], meaning="never_happened")
    refused(early, 409, f"the amendment {second['id']} begins later; reverse that first")


def test_amendment_that_does_not_fit_is_refused(jv: JointVenture) -> None:
    jv.contribute(100_000, on=days_ago(365))
    jv.distribute(1_000, on=days_ago(20))
    same = terms(jv.lp, jv.gp)
    refused(jv.send("amendments", effective_from=days_ago(20), terms=same), 409, "so new terms must begin later")
    others = terms(jv.lp, jv.gp, [preferred([jv.lp], name="other"), *same["tiers"][1:]])
    refused(jv.send("amendments", effective_from=TODAY, terms=others), 409, "keep its name")
    alone = terms(jv.lp, jv.lp, [capital([jv.lp]), split((50, [jv.lp]), (50, [jv.lp]))], partners=[jv.lp])
    refused(jv.send("amendments", effective_from=TODAY, terms=alone), 409, "partners stay in an agreement")
    later = jv.post("amendments", effective_from=days_ago(10), terms=same)
    refused(
        jv.send("reversals", reverses=later["entry_id"], meaning="undone", effective_on=TODAY),
        400,
        "meaning must be never_happened for an amendment",
    )
    jv.contribute(5, on=days_ago(5))
    refused(
        jv.send("reversals", reverses=later["entry_id"], meaning="never_happened"),
        409,
        "agree on another amendment instead",
    )


@promise("Joint ventures", "Presets fill in every field of common terms for the partners of an agreement.")
def test_presets_can_be_used_as_they_are(jv: JointVenture) -> None:
    presets = jv.api.get("/core/jv/presets", params={"investor": jv.lp, "sponsor": jv.gp}).json()["items"]
    assert len(presets) == 4
    for number, preset in enumerate(presets):
        answer = agreement(jv, terms=preset["terms"], name=f"{number} of {jv.id}")
        assert answer.status_code == 201, answer.text
        assert answer.json()["terms"] == preset["terms"]
