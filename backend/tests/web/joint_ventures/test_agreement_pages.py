"""The list of agreements, the page of one, and what the pages of its partners and deals show of it."""

import re
from collections.abc import Callable

import httpx
import pytest

from backend.app.bootstrap import open_store
from backend.app.core_gov.access.schemas import Role
from backend.app.core_gov.jv.ledger import service as ledger
from backend.app.kit.db import Ctx
from backend.app.settings import Settings
from backend.tests.core_gov.jv.joint_venture import JointVenture, days_ago, joint_venture
from backend.tests.promises import promise
from backend.tests.web.deals.test_board import HOSTILE
from backend.tests.web.test_pages import PAGE


def shown(api: httpx.Client, path: str, status: int = 200) -> str:
    answer = api.get(path, headers=PAGE)
    assert answer.status_code == status, answer.text
    return answer.text


@pytest.fixture(scope="module")
def jv(shared_sqlite: httpx.Client) -> JointVenture:
    """A joint venture with one distribution that is paid and one that is not."""
    made = joint_venture(shared_sqlite)
    made.contribute(100_000.55)
    made.post("commitments", partner_id=made.lp, amount=250_000, effective_on=days_ago(360))
    paid = made.distribute(9_000, on=days_ago(10))
    made.post("payments", distribution_id=paid["id"], effective_on=days_ago(5))
    made.distribute(1_000)
    return made


def test_list_shows_the_filtered_agreements(jv: JointVenture) -> None:
    other = joint_venture(jv.api, currency="USD")
    for query in (f"partner_id={jv.lp}", f"deal_id={jv.deal}&currency=CAD", f"partner_id={jv.gp}&currency="):
        page = shown(jv.api, f"/app/agreements?{query}")
        assert f'href="/app/agreements/{jv.id}"' in page
        assert f'href="/app/agreements/{other.id}"' not in page
        assert "remove this filter" in page
    assert "No agreement matches" in shown(jv.api, f"/app/agreements?partner_id={jv.lp}&currency=USD")
    assert 'href="/app/agreements/new"' in shown(jv.api, "/app/agreements")


def test_page_shows_what_the_partners_have_and_what_is_due(jv: JointVenture) -> None:
    page = shown(jv.api, f"/app/agreements/{jv.id}")
    summary = jv.summary()
    (lp, gp) = summary["partners"]
    for amount in (lp["contributed"], lp["capital"], lp["distributed"], lp["unfunded"], summary["available"]):
        assert f'value="{amount:.2f}" data-currency="CAD" data-digits="2"' in page
    assert f"{lp['irr_percent'][0]:,.2f} %".replace("-", "−") in page
    assert gp["contributed"] == 0
    assert "no real rate</span>" not in page  # a partner without capital has no rate to speak of
    (due,) = summary["due"]
    assert re.search(rf'data-path="/core/jv/agreements/{jv.id}/payments"[^>]*{due["distribution_id"]}', page)
    (entry,) = [each["id"] for each in jv.entries() if (each["document"] or {}).get("id") == due["distribution_id"]]
    assert f'<a href="/app/agreements/{jv.id}/ledger?entry={entry}#{entry}">' in page
    assert "80 % to" in page


def test_capital_that_got_nothing_back_has_no_real_rate(shared_sqlite: httpx.Client) -> None:
    made = joint_venture(shared_sqlite)
    made.contribute(1_000)
    assert shown(made.api, f"/app/agreements/{made.id}").count("no real rate</span>") == 1


@promise("Console", "Every number of an agreement's summary leads to the entries in the ledger that it comes from.")
def test_every_number_of_the_summary_leads_to_its_entries(jv: JointVenture) -> None:
    page = shown(jv.api, f"/app/agreements/{jv.id}")
    (table,) = re.findall(r'aria-label="Partners of this agreement">(.*?)</table>', page, re.DOTALL)
    cells = [each for each in re.findall(r"<td.*?</td>", table, re.DOTALL) if re.search(r"\d\.\d", each)]
    assert len(cells) == 18
    links = {re.findall(r'href="([^"]+)"', each)[0] for each in cells}
    assert len(links) == 7
    for link in links:
        assert "entry" in shown(jv.api, link.replace("&amp;", "&"))


@promise("Console", "A form that posts to a joint venture has a key of its own: sent twice, it posts once.")
def test_each_form_has_a_source_key_of_its_own(jv: JointVenture) -> None:
    path = f"/app/agreements/{jv.id}"
    found = [re.findall(r'name="source_key" value="([^"]+)" data-kept', shown(jv.api, path)) for _ in range(2)]
    assert [len(each) for each in found] == [5, 5]
    assert len({*found[0], *found[1]}) == 10


def test_partner_and_deal_lead_to_their_agreements(jv: JointVenture) -> None:
    page = shown(jv.api, f"/app/partners/{jv.lp}")
    assert f'href="/app/agreements/{jv.id}"' in page
    assert 'value="100000.55"' in page
    assert '<option value="fr-CA">French (Canada)</option>' in page
    assert f'href="/app/agreements/{jv.id}"' in shown(jv.api, f"/app/deals/{jv.deal}")


def test_language_of_a_partner_is_shown(shared_sqlite: httpx.Client) -> None:
    partner = shared_sqlite.post("/core/jv/partners", json={"name": "Fonds de l'Érable", "language": "fr-CA"}).json()
    page = shown(shared_sqlite, f"/app/partners/{partner['id']}")
    assert '<option value="fr-CA" selected>' in page


def test_hostile_text_is_only_text(shared_sqlite: httpx.Client) -> None:
    made = joint_venture(shared_sqlite)
    shared_sqlite.patch(f"/core/jv/partners/{made.lp}", json={"name": HOSTILE})
    shared_sqlite.patch(f"/core/deals/{made.deal}", json={"name": HOSTILE})
    made.contribute(50_000, note=HOSTILE)
    made.post("transactions", kind="loan_draw", deal_id=made.deal, amount=5, loan=HOSTILE, effective_on=days_ago(9))
    for path in ("", "/ledger", "/distribution?cash=100"):
        page = shown(made.api, f"/app/agreements/{made.id}{path}")
        assert "<img" not in page
        assert "&lt;img src=x onerror=alert(1)&gt;" in page


def test_agreement_that_is_not_on_file_is_an_error_page(shared_sqlite: httpx.Client) -> None:
    for path in ("", "/ledger", "/distribution"):
        assert "agreement not found" in shown(shared_sqlite, f"/app/agreements/agr_none{path}", 404)


def test_blocked_agreement_says_why_and_only_administrators_unblock_it(
    api: httpx.Client, api_as: Callable[[Role], httpx.Client], store_settings: Settings
) -> None:
    made = joint_venture(api)
    path = f"/app/agreements/{made.id}"
    viewed = shown(api_as("viewer"), path)
    assert "data-write" not in viewed
    assert "/distribution" not in viewed
    operated = shown(api_as("operator"), path)
    assert "/contributions" in operated
    assert "/periods" not in operated
    assert "/periods" in shown(api, path)
    with open_store(store_settings) as store:
        store.db.write_now(Ctx("dana", "cli"), ledger.block, made.id, "two entries have the same key")
    for role in ("viewer", "operator"):
        page = shown(api_as(role), path)
        assert "Two entries have the same key" in page
        for post in ("contributions", "transactions", "payments", "periods", "unblock"):
            assert f"{made.id}/{post}" not in page
    assert f'data-path="/core/jv/agreements/{made.id}/unblock"' in shown(api, path)
