"""The page of a deal, the page of a deal that is not on file, and the page for a new one."""

from collections.abc import Callable

import httpx
import pytest

from backend.app.core_gov.access.schemas import Role
from backend.app.web.deals.days import days_between
from backend.app.web.deals.figures import maximum_offer, spread
from backend.app.web.deals.key_dates import key_dates
from backend.tests.web.deals.test_board import HOSTILE, create
from backend.tests.web.test_pages import PAGE


def shown(api: httpx.Client, path: str, status: int = 200) -> str:
    answer = api.get(path, headers=PAGE)
    assert answer.status_code == status, answer.text
    return answer.text


def test_page_shows_amounts_dates_and_what_refers_to_the_deal(api: httpx.Client) -> None:
    home = api.post("/core/property/properties", json={"address": "12 Oak Ave", "city": "Hamilton"}).json()["id"]
    facts = {"price": 355000, "arv": 565000, "est_repairs": 68500.5, "property_id": home, "close_date": "2999-01-31"}
    deal = create(api, "Ironwood Row", status="under_contract", **facts)
    partner = api.post("/core/jv/partners", json={"name": "Claire", "phone": "416-555-0147"}).json()["id"]
    link = {"partner_id": partner, "deal_id": deal, "relationship": "agent", "split_notes": "Two percent"}
    assert api.post("/core/jv/links", json=link).status_code == 201
    draft = api.post("/core/comms/drafts", json={"body": "Keys from Monday", "deal_id": deal}).json()["id"]
    api.patch(f"/core/deals/{deal}", json={"price": 360000})
    api.post("/core/property/properties", json={"address": "The lot behind", "deal_id": deal})
    page = shown(api, f"/app/deals/{deal}?share=80")
    assert "The lot behind" in page
    assert "<title>Ironwood Row · Valhalla</title>" in page
    assert 'value="136499.50" data-currency="CAD"' in page  # spread
    assert 'value="383499.50" data-currency="CAD"' in page  # maximum offer at 80 %
    assert f'href="/app/properties/{home}"' in page
    assert f'href="/app/partners/{partner}"' in page
    assert 'href="tel:+14165550147"' in page
    assert "Two percent" in page
    assert f'href="/app/messages/{draft}"' in page
    assert 'datetime="2999-01-31"' in page
    assert "<del>355,000</del> → <ins>360,000</ins>" in page


def test_page_shows_stages_notes_and_key_dates_of_later_versions(api: httpx.Client) -> None:
    deal = create(api, "Ironwood Row", next_action="Call the lender", next_action_date="2020-01-31", owner="mei")
    api.patch(f"/core/deals/{deal}", json={"status": "dead", "lost_reason": "Outbid", "inspection_date": "2020-02-01"})
    note = {"entity": "deal", "entity_id": deal, "text": HOSTILE}
    kept = api.post("/core/notes", json=note).json()["id"]
    gone = api.post("/core/notes", json=note | {"text": "Archived"}).json()["id"]
    api.patch(f"/core/notes/{gone}", json={"status": "archived"})
    page = shown(api, f"/app/deals/{deal}")
    assert "Call the lender" in page
    assert "(overdue)" in page
    assert "Lost because:</span> Outbid" in page
    assert page.count('<span class="pill" data-status="lead">') == 1
    assert f'data-path="/core/notes/{kept}"' in page
    assert f'data-path="/core/notes/{gone}"' not in page
    assert "<img" not in page


def test_deal_that_is_not_on_file_is_named_with_what_refers_to_it(api: httpx.Client) -> None:
    for unknown in ("deal_nowhere", "x" * 3000, "%2e%2e"):
        assert "deal not found" in shown(api, f"/app/deals/{unknown}", 404)
    partner = api.post("/core/jv/partners", json={"name": "Claire"}).json()["id"]
    api.post("/core/jv/links", json={"partner_id": partner, "deal_id": "deal_elsewhere"})
    api.post("/core/comms/drafts", json={"body": "Still there?", "deal_id": "deal_elsewhere"})
    home = {"address": "31 Far Road", "deal_id": "deal_elsewhere"}
    assert api.post("/core/property/properties", json=home).status_code == 201
    page = shown(api, "/app/deals/deal_elsewhere", 404)
    assert "31 Far Road" in page
    assert "This deal is not on file" in page
    assert f'href="/app/partners/{partner}"' in page
    assert "Still there?" in page


def test_hostile_text_is_only_text(api: httpx.Client) -> None:
    deal = create(api, HOSTILE, address=HOSTILE, notes=HOSTILE, tags=[HOSTILE])
    api.patch(f"/core/deals/{deal}", json={"notes": "x"})
    api.post("/core/comms/drafts", json={"body": HOSTILE, "deal_id": deal})
    page = shown(api, f"/app/deals/{deal}")
    assert "<img" not in page
    assert "&lt;img src=x onerror=alert(1)&gt;" in page


def test_viewers_read_without_controls(api: httpx.Client, api_as: Callable[[Role], httpx.Client]) -> None:
    deal = create(api, "Ironwood Row")
    partner = api.post("/core/jv/partners", json={"name": "Claire"}).json()["id"]
    api.post("/core/jv/links", json={"partner_id": partner, "deal_id": deal})
    viewer = api_as("viewer")
    for path in ("/app/deals", "/app/deals/table", f"/app/deals/{deal}", "/app/partners", f"/app/partners/{partner}"):
        page = shown(viewer, path)
        assert "data-write" not in page, path
        assert "data-movable" not in page, path
        assert "/new" not in page, path
    shown(viewer, "/app/deals/new", 403)
    assert "data-write" in shown(api, f"/app/deals/{deal}")
    assert 'data-path="/core/deals"' in shown(api, "/app/deals/new")


@pytest.mark.parametrize(
    ("price", "arv", "repairs", "expected", "offer"),
    [
        (100, 200.5, 0.25, 100.25, 140.1),
        (None, 200, None, None, 140),
        (100, None, 5, None, None),
        (300, 200, 150, -250, -10),
    ],
)
def test_figures_are_exact(
    price: float | None, arv: float | None, repairs: float | None, expected: float | None, offer: float | None
) -> None:
    deal = {"price": price, "arv": arv, "est_repairs": repairs}
    assert spread(deal) == expected
    assert maximum_offer(deal, 70) == offer


def test_deadlines_of_open_deals_have_days_left() -> None:
    deal = {
        "status": "offered",
        "offer_date": "2026-01-01",
        "offer_expiry_date": "2026-01-10",
        "close_date": "2026-03-01",
    }
    found = key_dates(deal, "2026-01-12")
    assert [(each.name, each.days, each.overdue) for each in found] == [
        ("Offer", None, False),
        ("Offer expires", -2, True),
        ("Closing", 48, False),
    ]
    assert [each.days for each in key_dates(deal | {"status": "closed"}, "2026-01-12")] == [None, None, None]
    assert days_between("2026-02-28", "2026-03-01") == 1
