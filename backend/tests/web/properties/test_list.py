"""The page of all properties."""

import httpx

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
    create(api, address="9 Elm Street")
    found = api.get("/app/properties/map?status=offered").json()
    feature = {"at": [-79.87, 43.25], "id": home, "title": "12 Oak Ave", "href": f"/app/properties/{home}", "count": 1}
    assert found == {"features": [feature], "total": 1}
