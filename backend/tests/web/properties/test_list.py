"""The page of all properties."""

import re
from collections.abc import Callable
from html import unescape

import httpx

from backend.app.core_gov.property.figures import PropertyFigures
from backend.app.web.properties.property_row import PropertyRow
from backend.tests.web.test_pages import PAGE

HOSTILE = """<img src=x onerror=alert(1)>"'&{{ 11111*7 }}"""


def create(api: httpx.Client, **fields: object) -> str:
    answer = api.post("/core/property/properties", json=fields)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def test_table_shows_the_filtered_properties(api: httpx.Client) -> None:
    assert "No properties yet" in api.get("/app/properties", headers=PAGE).text
    kept = create(api, address="12 Oak Ave", city="Hamilton", region="ON", sqft=1580.0, status="offered")
    create(api, address="9 Elm Street", region="WA", country="US")
    both = api.get("/app/properties", headers=PAGE).text
    assert "12 Oak Ave" in both
    assert "9 Elm Street" in both
    found = api.get("/app/properties?status=offered&country=&region=on", headers=PAGE).text
    assert f'href="/app/properties/{kept}"' in found
    assert "1,580<" in found
    assert "9 Elm Street" not in found
    assert "No property matches" in api.get("/app/properties?status=sold", headers=PAGE).text


def cells(page: str, label: str) -> list[str]:
    """Return the text of the cells of a column, from the top."""
    found = re.findall(rf'<td data-label="{label}"[^>]*>(.*?)</td>', page, re.DOTALL)
    return [re.sub(r"<[^>]+>", "", each).strip() for each in found]


def titles(page: str) -> list[str]:
    return re.findall(r'<td class="title"[^>]*><a[^>]*>([^<]*)</a>', page)


def test_rows_have_figures_and_what_is_known_of_the_deal(api: httpx.Client) -> None:
    deal = api.post("/core/deals", json={"name": "Oak", "next_action": "Call the seller"}).json()["id"]
    home = create(api, address="12 Oak Ave", country="US", region="WA", deal_id=deal)
    create(api, address="9 Elm Street", deal_id="deal_elsewhere")
    api.post(f"/core/property/properties/{home}/repair_rent", json={"est_repairs": 42500})
    draft = api.post("/core/comms/drafts", json={"body": "Hello", "deal_id": deal}).json()["id"]
    api.post(f"/core/comms/drafts/{draft}/mark_sent")
    sent = api.get("/core/comms/sendlog").json()["items"][0]["sent_at"]
    page = api.get("/app/properties", headers=PAGE).text
    assert cells(page, "Repairs") == ["–", "USD 42,500"]
    assert cells(page, "Value") == ["–", "–"]
    assert cells(page, "Last contact") == ["–", sent[:10]]
    assert cells(page, "Next action") == ["–", "Call the seller"]
    assert f'href="/app/deals/{deal}" title="Call the seller"' in page


def test_spread_is_arv_less_value_and_repairs() -> None:
    home = {"country": "US"}
    row = PropertyRow(home, PropertyFigures(300_000_00, 450_000_00, 60_000_50, "USD"), {}, None)
    assert (row.amount("spread"), row.amount("arv"), row.currency) == (89_999.5, 450_000.0, "USD")
    assert PropertyRow(home, PropertyFigures(300_000_00, None, 0, None), {}, None).amount("spread") is None
    assert PropertyRow({"country": "CA"}, PropertyFigures(), {}, None).currency == "CAD"


def test_list_is_filtered_sorted_and_counted_in_the_address(api: httpx.Client) -> None:
    for number, city in ((12, "Hamilton"), (9, "Montréal"), (110, "Hamilton")):
        create(api, address=f"{number} Oak Ave", city=city, beds=number % 5, sqft=1000 + number)
    page = api.get(
        "/app/properties?sort=address&city=hamilton,+montreal&min_beds=&columns=beds&columns=city", headers=PAGE
    ).text
    assert titles(page) == ["9 Oak Ave", "12 Oak Ave", "110 Oak Ave"]
    assert 'aria-sort="ascending"' in page
    assert ">3</data> properties" in page
    assert cells(page, "Beds") == ["4", "2", "0"]
    assert 'data-label="Status"' not in page
    descending = re.search(r'id="sort-address" href="([^"]*)"', page)
    assert descending is not None
    assert titles(api.get(unescape(descending[1]), headers=PAGE).text) == ["110 Oak Ave", "12 Oak Ave", "9 Oak Ave"]
    narrowed = api.get("/app/properties?address=oak+av&min_sqft=1010&max_beds=2", headers=PAGE).text
    assert titles(narrowed) == ["110 Oak Ave", "12 Oak Ave"]
    assert "Sq ft from: " in narrowed
    assert 'href="/app/properties?address=oak+av&amp;min_sqft=1010"' in narrowed
    assert 'href="/core/property/properties/export?address=oak+av&amp;max_beds=2&amp;min_sqft=1010"' in narrowed
    refused = api.get("/app/properties?min_sqft=2000&max_sqft=1000", headers=PAGE)
    assert refused.status_code == 400
    assert "min_sqft is more than max_sqft, so no record can match" in refused.text


def test_views_are_links_of_those_who_may_read_them(api_as: Callable[[str], httpx.Client]) -> None:
    operator, other = api_as("operator"), api_as("admin")
    for name, shared in ((HOSTILE, True), ("Mine", False)):
        view = {"list": "properties", "name": name, "query": "status=offered&sort=-value", "shared": shared}
        assert operator.post("/core/views", json=view).status_code == 201
    operator.post("/core/views", json={"list": "deals", "name": "Deals", "query": ""})
    own = operator.get("/app/properties?status=offered&sort=-value&limit=5", headers=PAGE).text
    assert own.count('href="/app/properties?status=offered&amp;sort=-value" aria-current="true"') == 0
    menu = own.partition('aria-label="Saved views"')[2].partition("</details>")[0]
    assert "Mine" in menu
    assert "<img" not in menu
    assert "Deals" not in menu
    shared_menu = other.get("/app/properties", headers=PAGE).text.partition('aria-label="Saved views"')[2]
    assert "by operator-token" in shared_menu
    assert "Mine" not in shared_menu


def test_viewers_see_no_button_that_would_be_refused(api_as: Callable[[str], httpx.Client]) -> None:
    viewer, operator = api_as("viewer"), api_as("operator")
    for path in ("/app/properties", "/app/properties/new"):
        assert "data-write" not in viewer.get(path, headers=PAGE).text
    assert "New property" in operator.get("/app/properties", headers=PAGE).text
    assert "/app/properties/new" not in viewer.get("/app/properties", headers=PAGE).text
    assert "needs the role operator" in viewer.get("/app/properties/new", headers=PAGE).text


def test_pages_follow_one_another(api: httpx.Client) -> None:
    for n in range(3):
        create(api, address=f"{n} Oak Ave", status="offered")
    first = api.get("/app/properties?limit=2&status=offered", headers=PAGE).text
    assert "2 Oak Ave" in first
    path = first.partition('rel="next" href="')[2].partition('"')[0].replace("&amp;", "&")
    second = api.get(path, headers=PAGE).text
    assert "0 Oak Ave" in second
    assert "2 Oak Ave" not in second
    assert "First page" in second


def test_hostile_text_is_only_text(api: httpx.Client) -> None:
    create(api, address=HOSTILE, city=HOSTILE)
    page = api.get("/app/properties", headers=PAGE).text
    assert "<img" not in page
    assert "&lt;img src=x onerror=alert(1)&gt;" in page
    assert "77777" not in page


def test_map_has_the_filtered_properties(api: httpx.Client) -> None:
    home = create(api, address="12 Oak Ave", latitude=43.25, longitude=-79.87, status="offered")
    create(api, address="9 Elm Street", status="offered")
    create(api, address="10 Elm Street", latitude=43.9, longitude=-79.87)
    feature = {"at": [-79.87, 43.25], "id": home, "title": "12 Oak Ave", "href": f"/app/properties/{home}", "count": 1}
    for query in ("status=offered", "bounds=-80,43,-79,43.5&zoom=9", "status=offered&status=sold&min_beds=&city="):
        assert api.get(f"/app/properties/map?{query}").json() == {"features": [feature], "total": 1}
    assert api.get("/app/properties/map?bounds=-80,50,-79,51&zoom=9").json() == {"features": [], "total": 0}
    create(api, address="13 Oak Ave", latitude=43.25, longitude=-79.87)
    together = api.get("/app/properties/map").json()
    assert [each["count"] for each in together["features"]] == [2, 1]
