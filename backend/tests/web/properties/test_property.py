"""The page of one property."""

from collections.abc import Callable

import httpx

from backend.app.core_gov.access.schemas import Role
from backend.app.settings import Settings
from backend.tests.promises import promise
from backend.tests.web.properties.appraised_home import appraise, comp, create, valuation
from backend.tests.web.properties.test_list import HOSTILE
from backend.tests.web.test_pages import PAGE


def page(api: httpx.Client, property_id: str, **query: str) -> str:
    answer = api.get(f"/app/properties/{property_id}", params=query, headers=PAGE)
    assert answer.status_code == 200, answer.text
    return answer.text


def section(text: str, start: str, end: str = "</section>") -> str:
    assert start in text
    return text.partition(start)[2].partition(end)[0]


@promise("Console", "The page of a property shows its value, its comparable sales line by line, and an offer.")
def test_page_shows_values_grid_and_offer(api: httpx.Client, store_settings: Settings) -> None:
    home = create(api)
    comps = [comp(rank) for rank in range(1, 31)]
    asked = valuation("as_is", 863_441.0, at_least=800_000, probability_at_least=0.7214)
    appraise(store_settings, home, comps, asked, valuation("after_repair", 950_000.0))
    text = page(api, home)
    assert "<h1>12 Elm Street</h1>" in text
    assert "4 beds · 1.75 baths · 1,580 sq ft · 9,382 sq ft lot · built 1960" in text
    assert "USD 863,441<" in section(text, 'aria-label="Value As is"')
    asked_for = section(text, "Sells for at least", "</p>")
    assert "USD 800,000<" in asked_for
    assert asked_for.endswith(" with a probability of <strong>72.1 %</strong>")
    repaired = section(text, 'aria-label="Value After repair (ARV)"')
    assert "FSD 18.8 %" in repaired
    assert "with a probability of" not in repaired
    assert "90 % between 665,000 and 1,235,000" in repaired
    assert "grade 8, against grade 7" in section(text, 'class="chart waterfall"', "</svg>")
    grid = section(text, "data-comps-grid", "</table>")
    assert grid.count('scope="colgroup"') == 30
    assert "1 Oak Avenue" in grid
    assert "0.09 mi" in grid
    assert "± 1.50) = +9,244, standard error 300. Source: regression on 900 sales." in grid
    assert "1580.0" not in text
    assert ">sale_" not in text
    assert "USD 665,000<" in section(text, 'id="offer"')
    assert "70 % × 950,000 − 0 − 0" in text
    risky = page(api, home, loss="5", fee="15000")
    assert ">USD 650,000<" in section(risky, "<strong data-limit>", "</strong>"), "the low end of the 90 % interval"


@promise("Console", "A property without a valuation, comparison or estimate says how to get one.")
def test_empty_sections_say_what_to_do(api: httpx.Client) -> None:
    home = create(api, latitude=None, longitude=None, postal=None)
    text = page(api, home)
    for said in (
        "press “Value now”", "Not compared yet", "The property has no location", "No value after repair is on file",
        "No rent on file", "Not rated yet", "No deal",
    ):  # fmt: skip
        assert said in text


def test_offer_is_computed_without_a_script(api: httpx.Client) -> None:
    home = create(api)
    api.post(f"/core/property/properties/{home}/repair_rent", json={"est_repairs": 45000})
    text = page(api, home, arv="863441", share="70", repairs="", fee="10000")
    assert "USD 549,409<" in text
    assert "70 % × 863,441 − 45,000 − 10,000" in text
    assert "USD −10,000<" in page(api, home, arv="0", repairs="0", fee="10000")
    refused = api.get(f"/app/properties/{home}?share=most", headers=PAGE)
    assert (refused.status_code, "share must be a number such as 12.5" in refused.text) == (400, True)


def test_hostile_text_is_only_text(api: httpx.Client, store_settings: Settings) -> None:
    home = create(api, address=HOSTILE, city=HOSTILE, tags=[HOSTILE], property_type=HOSTILE)
    appraise(
        store_settings,
        home,
        [comp(1, address=HOSTILE, warnings=[HOSTILE])],
        valuation("as_is", 1.0, cautions=[HOSTILE], drivers=[{"name": "x", "amount": 1.0, "sentence": HOSTILE}]),
    )
    estimate = {"assumptions": {HOSTILE: HOSTILE, "repairs": {"lines": [HOSTILE], HOSTILE: {HOSTILE: [1]}}, "rent": []}}
    api.post(f"/core/property/properties/{home}/repair_rent", json=estimate)
    rating = {"score": 5, "notes": HOSTILE, "factors": {HOSTILE: HOSTILE, "transit": {"score": HOSTILE}, "x": None}}
    api.post(f"/core/property/properties/{home}/neighborhood_rating", json=rating)
    text = page(api, home)
    assert "<img" not in text
    assert text.count("&lt;img src=x onerror=alert(1)&gt;") >= 14


def test_viewers_see_no_forms(api: httpx.Client, api_as: Callable[[Role], httpx.Client]) -> None:
    home = create(api)
    assert "data-write" in page(api, home)
    text = page(api_as("viewer"), home)
    assert "data-write" not in text
    assert "data-propose" not in text
    assert "<dd>12 Elm Street</dd>" in text


def test_changes_since_the_valuation_are_said(api: httpx.Client, store_settings: Settings) -> None:
    home = create(api)
    appraise(store_settings, home, [comp(1)], valuation("as_is", 863_441.0))
    assert "has changed since" not in page(api, home)
    api.patch(f"/core/property/properties/{home}", json={"sqft": 1600, "status": "archived"})
    text = page(api, home)
    assert text.count("has changed since") == 2
    assert "This property is archived." in text


def test_related_records_are_listed(api: httpx.Client) -> None:
    deal = api.post("/core/deals", json={"name": "Elm flip", "currency": "USD", "arv": 500000}).json()["id"]
    home = create(api, deal_id=deal)
    api.post("/core/comms/drafts", json={"deal_id": deal, "body": "Is the roof new?"})
    appraisal = {"property_id": home, "value": 540000, "currency": "USD", "date": "2026-01-31", "appraiser": "Dana Kim"}
    assert api.post("/core/market/appraisals", json=appraisal).status_code == 201
    note = {"entity": "property", "entity_id": home, "text": HOSTILE, "date": "2026-03-02"}
    assert api.post("/core/notes", json=note).status_code == 201
    api.patch(f"/core/property/properties/{home}", json={"status": "under_contract"})
    text = page(api, home)
    assert "&lt;img src=x" in section(text, 'id="notes-title"')
    assert "<del>tracked</del> → <ins>under contract</ins>" in section(text, 'id="history-title"')
    assert f'href="/app/deals/{deal}">Elm flip</a>' in text
    assert "Is the roof new?" in text
    assert "Dana Kim" in text
    assert "70 % × 500,000 − 0 − 0" in text
    assert "is not on file" in page(api, create(api, deal_id="deal_0"))


def test_unknown_property_is_not_found(shared_api: httpx.Client) -> None:
    answer = shared_api.get("/app/properties/pr_0", headers=PAGE)
    assert (answer.status_code, "property not found" in answer.text) == (404, True)
