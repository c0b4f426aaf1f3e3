"""The ledger of an agreement: filters, one entry, and the form that reverses it."""

import httpx
import pytest

from backend.tests.core_gov.jv.joint_venture import JointVenture, days_ago, joint_venture
from backend.tests.web.joint_ventures.test_agreement_pages import shown


@pytest.fixture(scope="module")
def jv(shared_sqlite: httpx.Client) -> JointVenture:
    made = joint_venture(shared_sqlite)
    made.contribute(100_000)
    made.post("commitments", partner_id=made.lp, amount=200_000, effective_on=days_ago(300))
    typo = made.contribute(7_777.77, partner=made.gp)
    made.post("reversals", reverses=typo["entry_id"], meaning="never_happened", note="Typed twice")
    made.post("transactions", kind="purchase", deal_id=made.deal, amount=60_000, effective_on=days_ago(200))
    made.post("periods", action="close", through=days_ago(300))
    return made


def test_entries_are_filtered_by_account_and_kind(jv: JointVenture) -> None:
    path = f"/app/agreements/{jv.id}/ledger"
    found = {
        query: shown(jv.api, f"{path}?{query}").count('<li class="card entry"')
        for query in (
            "",
            "account=cash",
            f"account=property:{jv.deal}",
            "kind=commitment",
            "account=cash&kind=reversal",
        )
    }
    assert list(found.values()) == [7, 4, 1, 1, 1]
    page = shown(jv.api, f"{path}?account=property:{jv.deal}")
    assert 'value="60000.00"' in page
    assert f'href="{path}?account=cash"' in page
    assert "is not an account" in shown(jv.api, f"{path}?account=savings", 400)


def test_an_entry_is_shown_alone_with_its_reversal(jv: JointVenture) -> None:
    entries = {each["kind"]: each for each in jv.entries()}
    typo, reversal = entries["contribution"], entries["reversal"]
    if not typo["reversed_by"]:
        typo = next(each for each in jv.entries() if each["reversed_by"])
    page = shown(jv.api, f"/app/agreements/{jv.id}/ledger?entry={typo['id']}")
    assert page.count('<li class="card entry"') == 1
    assert f'id="{typo["id"]}"' in page
    assert f"?entry={reversal['id']}#{reversal['id']}" in page
    assert "/reversals" not in page
    undone = shown(jv.api, f"/app/agreements/{jv.id}/ledger?entry={reversal['id']}")
    assert "It never happened: a mistake in the books" in undone
    assert "Typed twice" in undone
    other = joint_venture(jv.api)
    assert "entry not found" in shown(jv.api, f"/app/agreements/{other.id}/ledger?entry={typo['id']}", 404)


def test_only_what_can_be_reversed_has_the_form(jv: JointVenture) -> None:
    forms = {}
    for each in jv.entries():
        page = shown(jv.api, f"/app/agreements/{jv.id}/ledger?entry={each['id']}")
        forms[each["kind"], each["reversed_by"] is None] = (
            "/reversals" in page,
            '<option value="undone">' in page,
        )
    assert forms == {
        ("agreement", True): (False, False),
        ("contribution", True): (True, True),
        ("contribution", False): (False, False),
        ("commitment", True): (True, False),
        ("reversal", True): (False, False),
        ("transaction", True): (True, True),
        ("period", True): (False, False),
    }
