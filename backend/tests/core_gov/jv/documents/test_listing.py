"""Entries of an agreement: filters by account and kind, and one entry."""

import httpx

from backend.tests.core_gov.jv.joint_venture import days_ago, joint_venture


def test_entries_are_filtered_by_kind_and_account(shared_api: httpx.Client) -> None:
    jv = joint_venture(shared_api)
    for amount in (100, 200, 300):
        jv.contribute(amount)
    jv.post("transactions", kind="income", deal_id=jv.deal, amount=5, effective_on=days_ago(3))
    assert [each["kind"] for each in jv.entries(kind="transaction")] == ["transaction"]
    both = jv.entries(kind="contribution", account=f"capital_contributed:{jv.lp}")
    assert [each["document"]["amount"] for each in both] == [300, 200, 100]
    assert jv.entries(kind="contribution", account=f"capital_contributed:{jv.gp}") == []
    assert jv.entries(kind="payment") == []
    path = f"{jv.path}/entries"
    first = shared_api.get(path, params={"kind": "contribution", "limit": 2}).json()
    rest = shared_api.get(path, params={"kind": "contribution", "limit": 2, "cursor": first["next_cursor"]}).json()
    assert [each["document"]["amount"] for each in (*first["items"], *rest["items"])] == [300, 200, 100]
    assert "next_cursor" not in rest
    assert shared_api.get(path, params={"kind": "gift"}).status_code == 400
