"""The page of the audit trail."""

from collections.abc import Callable

import httpx

from backend.tests.web.test_pages import PAGE, export_of

HOSTILE = "<script>alert(1)</script>"


def test_trail_shows_changes_and_refusals(api: httpx.Client) -> None:
    deal = api.post("/core/deals", json={"name": HOSTILE}).json()["id"]
    api.patch(f"/core/deals/{deal}", json={"status": "dead"}, headers={"if-match": '"other"'})
    page = api.get("/app/audit", headers=PAGE).text
    assert "deal.created" in page
    assert f"PATCH /core/deals/{deal}" in page
    assert "the deal has changed since you read it" in page
    assert HOSTILE not in page
    assert "&lt;script&gt;" in page
    filtered = api.get(f"/app/audit?entity_id={deal}&action=deal.created&actor=&since=", headers=PAGE).text
    assert "PATCH /core/deals" not in filtered
    exported = api.get(export_of(filtered))
    assert (exported.headers["x-total-count"], "deal.created" in exported.text) == ("1", True)
    assert f'href="/app/deals/{deal}"' in filtered
    assert "No event matches" in api.get("/app/audit?actor=nobody", headers=PAGE).text


def test_trail_is_for_administrators(api_as: Callable[[str], httpx.Client]) -> None:
    answer = api_as("operator").get("/app/audit", headers=PAGE)
    assert answer.status_code == 403
    assert "this needs the role admin" in answer.text
    assert 'href="/app/audit"' not in api_as("operator").get("/app/properties", headers=PAGE).text
