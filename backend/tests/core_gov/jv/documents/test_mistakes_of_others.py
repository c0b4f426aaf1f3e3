"""Mistakes that other projects made with money, and that are not made here."""

import httpx

from backend.tests.core_gov.jv.joint_venture import JointVenture, days_ago, joint_venture, refused

TODAY = days_ago(0)


def test_retry_after_an_error_does_not_post_twice(jv: JointVenture) -> None:
    """formancehq/stack#1464: the request was retried after a timeout, and the transaction was posted twice."""
    given = {"source_key": "wire-77", "partner_id": jv.lp, "amount": 10, "effective_on": TODAY}
    for _ in range(3):
        jv.api.post(f"{jv.path}/contributions", json=given)
    assert jv.balances()["cash"] == 10


def test_a_reversal_counts_once(jv: JointVenture) -> None:
    """OCA/commission#55: the reversal was added to the total although the original was left out already."""
    first = jv.contribute(100, on=days_ago(50))
    jv.contribute(300, on=days_ago(50))
    jv.post("reversals", reverses=first["entry_id"], meaning="never_happened")
    assert jv.summary()["partners"][0]["contributed"] == 300
    second = jv.contribute(100, on=days_ago(50))
    jv.post("reversals", reverses=second["entry_id"], meaning="undone", effective_on=days_ago(20))
    assert jv.summary()["partners"][0]["contributed"] == 300
    assert jv.balances()[f"capital_contributed:{jv.lp}"] == 300


def test_a_reversal_has_the_day_that_its_meaning_gives_it(jv: JointVenture) -> None:
    """erpnext#28678: reversing an entry took today's date and moved interest between months."""
    first, second = (jv.contribute(100, on=days_ago(50)) for _ in range(2))
    never = jv.post("reversals", reverses=first["entry_id"], meaning="never_happened")
    undone = jv.post("reversals", reverses=second["entry_id"], meaning="undone", effective_on=days_ago(7))
    assert (never["effective_on"], never["posted_on"]) == (days_ago(50), TODAY)
    assert (undone["effective_on"], undone["posted_on"]) == (days_ago(7), TODAY)


def test_a_reversal_is_not_posted_to_a_closed_period(jv: JointVenture) -> None:
    """erpnext#56709: canceling an old entry wrote into the closed period."""
    first = jv.contribute(100, on=days_ago(50), posted_on=days_ago(50))
    jv.post("periods", action="close", through=days_ago(30))
    back = {"reverses": first["entry_id"], "meaning": "never_happened"}
    refused(jv.send("reversals", **back, posted_on=days_ago(50)), 409, "the books are closed")
    assert jv.post("reversals", **back)["posted_on"] == TODAY


def test_currencies_are_never_summed(shared_api: httpx.Client) -> None:
    """firefly-iii#3340: a report added amounts in different currencies."""
    canadian = joint_venture(shared_api)
    deal = shared_api.post("/core/deals", json={"name": "US", "address": "2 Elm Street", "currency": "USD"}).json()[
        "id"
    ]
    agreement = shared_api.get(canadian.path).json()
    fields = {name: agreement[name] for name in ("effective_from", "terms", "note")}
    body = fields | {"name": f"US {canadian.id}", "deal_ids": [deal], "currency": "CAD"}
    refused(shared_api.post("/core/jv/agreements", json=body), 409, "is in USD, and the agreement in CAD")
    mixed = body | {"deal_ids": [deal, canadian.deal], "currency": "USD"}
    refused(shared_api.post("/core/jv/agreements", json=mixed), 409, "is in CAD, and the agreement in USD")
    answer = shared_api.post("/core/jv/agreements", json=body | {"currency": "USD"})
    american = JointVenture(shared_api, answer.json()["id"], canadian.lp, canadian.gp, deal)
    canadian.contribute(100)
    american.contribute(7)
    holdings = shared_api.get(f"/core/jv/partners/{canadian.lp}/dashboard").json()["agreements"]
    assert {each["currency"]: each["contributed"] for each in holdings} == {"CAD": 100, "USD": 7}
