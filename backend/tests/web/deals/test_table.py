"""The table of deals."""

import re

import httpx

from backend.tests.web.deals.test_board import HOSTILE, create
from backend.tests.web.test_pages import PAGE


def table(api: httpx.Client, query: str = "") -> str:
    answer = api.get(f"/app/deals/table{query}", headers=PAGE)
    assert answer.status_code == 200, answer.text
    return answer.text


def names(page: str) -> list[str]:
    return re.findall(r'<td class="title"[^>]*><a [^>]*>([^<]*)</a>', page)


def test_table_is_filtered_sorted_and_counted_by_its_address(api: httpx.Client) -> None:
    assert "No deals yet" in table(api)
    for name, price, stage in (("Ash", 300, "offered"), ("birch", 100, "closed"), ("Çedar", None, "offered")):
        create(api, name, price=price, status=stage, arv=1000, est_repairs=50.5)
    assert names(table(api)) == ["Çedar", "birch", "Ash"]
    assert names(table(api, "?sort=price")) == ["birch", "Ash", "Çedar"]
    assert names(table(api, "?sort=name")) == ["Ash", "birch", "Çedar"]
    found = table(api, "?status=offered&status=closed&min_price=200&max_price=&sort=-price")
    assert names(found) == ["Ash"]
    assert 'aria-sort="descending"' in found
    assert 'value="649.50" data-currency="CAD"' in found  # spread
    assert re.search(r'class="total"><data[^>]*>1</data> deal<', found)
    assert "Price from: " in found
    assert "No deal matches" in table(api, "?status=dead")
    answer = api.get("/app/deals/table?min_price=3&max_price=2", headers=PAGE)
    assert (answer.status_code, "so no record can match" in answer.text) == (400, True)


def test_pages_of_a_sorted_table_follow_one_another(api: httpx.Client) -> None:
    for number in range(3):
        create(api, f"{number} Oak Ave", price=number)
    first = table(api, "?sort=-price&limit=2")
    assert names(first) == ["2 Oak Ave", "1 Oak Ave"]
    path = first.partition('rel="next" href="/app/deals/table')[2].partition('"')[0].replace("&amp;", "&")
    assert names(table(api, path)) == ["0 Oak Ave"]


def test_hostile_text_is_only_text(api: httpx.Client) -> None:
    create(api, HOSTILE, owner=HOSTILE, next_action=HOSTILE)
    page = table(api)
    assert "<img" not in page
    assert page.count("&lt;img src=x onerror=alert(1)&gt;") == 3
