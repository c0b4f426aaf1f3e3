"""The page of a partner, the list of a partner's deals, and the page for a new one."""

import httpx
import pytest

from backend.app.web.partners.activity import latest_months, next_month
from backend.tests.web.deals.test_board import HOSTILE
from backend.tests.web.partners.test_list import create
from backend.tests.web.test_pages import PAGE


def shown(api: httpx.Client, path: str) -> str:
    answer = api.get(path, headers=PAGE)
    assert answer.status_code == 200, answer.text
    return answer.text


def link(api: httpx.Client, partner: str, deal: str, **fields: object) -> str:
    answer = api.post("/core/jv/links", json={"partner_id": partner, "deal_id": deal, **fields})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def new_deal(api: httpx.Client, name: str, **fields: object) -> str:
    return str(api.post("/core/deals", json={"name": name, **fields}).json()["id"])


def test_figures_of_a_partner_link_to_the_records_that_they_count(api: httpx.Client) -> None:
    partner = create(api, "Maple Street Capital", role="lender", phone="416-555-0147", email="loans@example.com")
    closed = new_deal(api, "Lamplighter Lane", status="closed", price=370000, arv=640000, currency="CAD")
    offered = new_deal(api, "Plex in Montréal", status="offered", price=655000, currency="USD")
    link(api, partner, closed, split_notes="Two points")
    link(api, partner, offered)
    link(api, partner, "deal_elsewhere")
    for channel, to in (("sms", "+1 416 555 0147"), ("email", "Loans@Example.com"), ("email", "loans@example.com")):
        draft = api.post("/core/comms/drafts", json={"channel": channel, "to": to, "body": "Hello", "status": "ready"})
        assert api.post(f"/core/comms/drafts/{draft.json()['id']}/mark_sent").status_code == 200
    page = shown(api, f"/app/partners/{partner}")
    assert "deal deal_elsewhere is not on file" in page
    assert "Two points" in page
    assert ": 2 messages by email" in page
    assert ": 1 messages by phone" in page
    assert ": 3 new links" in page
    figure = f"/app/partners/{partner}/deals?status=closed&currency=CAD"
    assert f'href="{figure.replace("&", "&amp;")}"' in page
    listed = shown(api, figure)
    assert "Lamplighter Lane" in listed
    assert "Plex in Montréal" not in listed
    every = shown(api, f"/app/partners/{partner}/deals")
    assert "deal_elsewhere" in every
    assert "3 links" in every.replace('<data class="number" value="3">3</data>', "3")
    assert "matches these filters" in shown(api, f"/app/partners/{partner}/deals?linked=2001-01")
    wrong = api.get(f"/app/partners/{partner}/deals?linked=2026-13", headers=PAGE)
    assert (wrong.status_code, "linked must be a month such as 2026-01" in wrong.text) == (400, True)
    for path in ("/app/partners/p_nobody", "/app/partners/p_nobody/deals"):
        assert api.get(path, headers=PAGE).status_code == 404


def test_other_partners_with_the_same_contact_details_are_named(api: httpx.Client) -> None:
    first = create(api, "Ada Park", phone="416-555-0147")
    second = create(api, "A. Park", phone="(416) 555-0147", email="office")
    page = shown(api, f"/app/partners/{second}")
    assert f'<a href="/app/partners/{first}">Ada Park</a>' in page
    assert "not verified" in page


def test_hostile_text_is_only_text(api: httpx.Client) -> None:
    partner = create(api, HOSTILE, notes=HOSTILE, tags=[HOSTILE])
    link(api, partner, new_deal(api, HOSTILE), relationship="x<img>", split_notes=HOSTILE)
    link(api, partner, "<img src=x>")
    for path in (f"/app/partners/{partner}", f"/app/partners/{partner}/deals"):
        page = shown(api, path)
        assert "<img" not in page
        assert "&lt;img src=x onerror=alert(1)&gt;" in page


def test_new_partners_are_created_by_the_api(api: httpx.Client) -> None:
    assert 'data-path="/core/jv/partners"' in shown(api, "/app/partners/new")


@pytest.mark.parametrize(
    ("now", "first", "last"), [("2026-01-31", "2025-02", "2026-01"), ("2026-12-01", "2026-01", "2026-12")]
)
def test_months_of_the_chart(now: str, first: str, last: str) -> None:
    found = latest_months(now)
    assert (found[0], found[-1], len(found)) == (first, last, 12)
    assert [next_month(month) for month in found[:-1]] == found[1:]
