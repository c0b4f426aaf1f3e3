"""The pages of the search."""

from collections.abc import Callable

import httpx

from backend.app.core_gov.search.schemas import SearchHit
from backend.app.web.places import PLACES, matching, navigation
from backend.app.web.record_links import page_of_hit, path_of_record
from backend.app.web.visits import Visit
from backend.tests.web.test_pages import PAGE

VIEWER = Visit("dana", ("viewer",), "/app/deals")
ADMIN = Visit("dana", ("viewer", "operator", "admin"), "/app/deals")
HOSTILE = '<a href="javascript:alert(1)">Ironwood</a>'


def text(api: httpx.Client, path: str) -> str:
    answer = api.get(path, headers=PAGE)
    assert answer.status_code == 200, answer.text
    return answer.text


def test_records_are_found_and_lead_to_their_pages(api: httpx.Client) -> None:
    deal = api.post("/core/deals", json={"name": HOSTILE}).json()["id"]
    draft = api.post("/core/comms/drafts", json={"body": "Keys of Ironwood", "to": "416-555-0123"}).json()["id"]
    api.post(f"/core/comms/drafts/{draft}/mark_sent")
    page = text(api, "/app/search?q=ironw&kind=")
    assert f'href="/app/deals/{deal}"' in page
    assert page.count(f'href="/app/messages/{draft}"') == 2
    assert "&lt;a href=" in page
    assert '<a href="javascript' not in page
    assert f"/app/deals/{deal}" not in text(api, "/app/search?q=ironw&kind=draft")
    suggested = text(api, "/app/search/suggestions?q=iron")
    assert suggested.index(f"/app/deals/{deal}") < suggested.index(f"/app/messages/{draft}")
    assert text(api, "/app/search?q=(416)+555+0123").count(f"/app/messages/{draft}") == 2


def test_nothing_found_says_so(shared_api: httpx.Client) -> None:
    assert "Nothing found for “zzzzqq”" in text(shared_api, "/app/search?q=zzzzqq")
    assert "Nothing found" in text(shared_api, "/app/search/suggestions?q=zzzzqq")
    assert 'role="option"' not in text(shared_api, "/app/search/suggestions?q=")
    for hostile in ('"', "*", "a OR b", "NEAR(", "%27", "-", "日本"):
        text(shared_api, f"/app/search?q={hostile}")
        text(shared_api, f"/app/search/suggestions?q={hostile}")
    assert shared_api.get("/app/search", params={"q": "x" * 201}, headers=PAGE).status_code == 400


def test_pages_and_actions_are_found_by_who_may_use_them(api_as: Callable[[str], httpx.Client]) -> None:
    assert "/app/deals/new" in text(api_as("operator"), "/app/search/suggestions?q=new+d")
    assert "/app/deals/new" not in text(api_as("viewer"), "/app/search/suggestions?q=new+d")
    assert [place.name for place in matching("find doc", ADMIN)] == ["Findings of the doctor"]
    assert matching("find doc", VIEWER) == []
    assert matching(" ", ADMIN) == []
    assert "Audit" not in {place.name for place in navigation(VIEWER)}


def test_every_place_exists(shared_api: httpx.Client) -> None:
    for place in PLACES:
        assert shared_api.get(place.path, headers=PAGE).status_code == 200, place


def test_records_without_a_page_are_shown_where_they_belong() -> None:
    def hit(record_id: str, path: str) -> SearchHit:
        values = {"kind": "link", "title": "JV", "subtitle": "", "status": None, "updated_at": "", "exact": False}
        return SearchHit.model_validate(values | {"id": record_id, "path": path})

    assert page_of_hit(hit("lnk_1", "/core/jv/links?partner_id=p_1&deal_id=deal_1")) == "/app/partners/p_1"
    assert page_of_hit(hit("sl_1", "/core/comms/sendlog?draft_id=dr_1")) == "/app/messages/dr_1"
    assert page_of_hit(hit("apr_1", "/core/market/appraisals?market=x")) == "/app/search?q=apr_1"
    assert path_of_record("nothing") is None
    assert path_of_record(None) is None
