"""The table of partners."""

import httpx

from backend.tests.web.deals.test_board import HOSTILE
from backend.tests.web.test_pages import PAGE


def create(api: httpx.Client, name: str, **fields: object) -> str:
    answer = api.post("/core/jv/partners", json={"name": name, **fields})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def test_table_shows_the_filtered_partners_with_links_to_reach_them(api: httpx.Client) -> None:
    assert "No partners yet" in api.get("/app/partners", headers=PAGE).text
    kept = create(api, "Maple Street Capital", role="lender", phone="416-555-0147", email="loans@example.com")
    create(api, "Ada Park", role="buyer", phone="call the office", email="nobody")
    found = api.get("/app/partners?role=lender", headers=PAGE).text
    assert f'href="/app/partners/{kept}"' in found
    assert 'href="tel:+14165550147"' in found
    assert 'href="sms:+14165550147"' in found
    assert 'href="mailto:loans@example.com"' in found
    assert "not verified</span>" not in found
    assert "Ada Park" not in found
    assert api.get("/app/partners?role=buyer", headers=PAGE).text.count("not verified</span>") == 2
    assert "No partner matches" in api.get("/app/partners?status=archived", headers=PAGE).text


def test_hostile_text_is_only_text(api: httpx.Client) -> None:
    partner = create(api, HOSTILE, tags=[HOSTILE], notes=HOSTILE)
    for path in ("/app/partners", f"/app/partners/{partner}"):
        page = api.get(path, headers=PAGE).text
        assert "<img" not in page
        assert "&lt;img src=x onerror=alert(1)&gt;" in page
