"""The board of deals."""

import re

import httpx

from backend.tests.web.test_pages import PAGE

HOSTILE = """<img src=x onerror=alert(1)>"'&{{ 7*7 }}"""


def create(api: httpx.Client, name: str, **fields: object) -> str:
    answer = api.post("/core/deals", json={"name": name, **fields})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def board(api: httpx.Client, query: str = "") -> dict[str, str]:
    """Return the HTML of each column, by stage."""
    answer = api.get(f"/app/deals{query}", headers=PAGE)
    assert answer.status_code == 200, answer.text
    parts = re.split(r'data-column="([a-z_]+)"', answer.text)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def test_columns_are_the_stages_with_count_and_exact_sums(api: httpx.Client) -> None:
    assert list(board(api)) == ["lead", "analyzing", "offered", "under_contract", "closed", "dead"]
    for price in (0.1, 0.2, 100_000.05):
        create(api, "12 Oak Ave", status="offered", price=price, arv=7, currency="USD")
    create(api, "9 Elm Street", status="offered", price=50, currency="CAD")
    create(api, "A lead")
    columns = board(api)
    assert 'value="4">4</data>' in columns["offered"]
    assert 'value="100000.35" data-currency="USD"' in columns["offered"]
    assert 'value="50.00" data-currency="CAD"' in columns["offered"]
    assert "A lead" in columns["lead"]
    assert "<table" not in columns["lead"]


def test_hostile_text_is_only_text(api: httpx.Client) -> None:
    create(api, HOSTILE)
    shown = board(api)["lead"]
    assert "<img" not in shown
    assert "&lt;img src=x onerror=alert(1)&gt;" in shown
