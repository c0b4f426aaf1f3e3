"""The board of deals."""

import re

import httpx

from backend.app.web.deals.board import MAX_CARDS
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
    assert "No deals yet" in api.get("/app/deals", headers=PAGE).text
    assert "No deal matches" in api.get("/app/deals?owner=mei", headers=PAGE).text
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
    assert 'class="sums"' not in columns["lead"]


def test_hostile_text_is_only_text(api: httpx.Client) -> None:
    create(api, HOSTILE)
    shown = board(api)["lead"]
    assert "<img" not in shown
    assert "&lt;img src=x onerror=alert(1)&gt;" in shown


def test_totals_and_cards_follow_the_filters(api: httpx.Client) -> None:
    create(api, "12 Oak Ave", status="offered", strategy="flip", owner="André", price=100)
    create(api, "9 Elm Street", status="offered", strategy="jv", owner="mei", price=20)
    create(api, "4 Ash Road", status="offered", owner="mei", price=3)
    for query, names, total in (
        ("?strategy=flip&strategy=jv&owner=", ["9 Elm Street", "12 Oak Ave"], "120.00"),
        ("?owner=mei", ["4 Ash Road", "9 Elm Street"], "23.00"),
        ("?strategy=flip&owner=Andr%C3%A9", ["12 Oak Ave"], "100.00"),
    ):
        offered = board(api, query)["offered"]
        assert re.findall(r'data-name="([^"]+)"', offered) == names
        assert f'class="number" value="{len(names)}"' in offered
        assert f'value="{total}" data-currency="CAD"' in offered
    assert api.get("/app/deals?strategy=hope", headers=PAGE).status_code == 400


def test_column_shows_the_deals_that_changed_last_and_leads_to_all(api: httpx.Client) -> None:
    first = create(api, "The first")
    for number in range(MAX_CARDS):
        create(api, f"{number} Oak Ave")
    lead = board(api)["lead"]
    assert lead.count("data-row ") == MAX_CARDS
    assert "The first" not in lead
    assert f'value="{MAX_CARDS + 1}"' in lead
    assert 'href="/app/deals/table?status=lead">All lead in the table' in lead
    api.patch(f"/core/deals/{first}", json={"next_action": "Call", "next_action_date": "2020-01-31"})
    lead = board(api)["lead"]
    assert lead.index("The first") < lead.index("Oak Ave")
    assert "<strong>Overdue:</strong> Call" in lead
    assert "0</data> days" in lead
