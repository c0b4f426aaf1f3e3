"""The pages of markets and their sales."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import httpx
import pytest

from backend.app.bootstrap import open_store
from backend.app.core_gov.access.schemas import Role
from backend.app.core_gov.market import service as market
from backend.app.core_gov.market.sale import Sale
from backend.app.core_gov.valuation.model_card import Card
from backend.app.core_gov.valuation.store import add_model
from backend.app.kit.db import Ctx
from backend.app.settings import Settings
from backend.app.web.charts.price_index import Period, price_index
from backend.app.web.markets.sales_views import title_of
from backend.tests.promises import promise
from backend.tests.web.test_pages import PAGE, export_of

HOSTILE = "<i>9 Elm</i>"
CTX = Ctx("dana", "cli")


@pytest.fixture
def hamilton(api: httpx.Client, store_settings: Settings) -> httpx.Client:
    """A client of a service with a market of 40 sales, of which one is flagged."""
    api.post("/core/market/markets", json={"name": "hamilton", "country": "CA", "currency": "CAD", "notes": HOSTILE})
    sold = [
        Sale(
            f"p{n}", 41_000_000 + 250_000 * n, "CAD", f"2026-{n % 9 + 1:02}-15", latitude=43.25, parcel=f"p{n}",
            longitude=-79.87 + n / 500, living_sqft=1200.0 + 10 * n, beds=3.0, address=HOSTILE if n == 7 else None,
            property_type="condo" if n == 9 else None, row='{"Preis":"<b>x</b>"}',
        )
        for n in range(40)
    ]  # fmt: skip
    with open_store(store_settings) as store:
        store.db.write_now(CTX, market.upsert_sales, "hamilton", "county", sold)
        store.db.write_now(CTX, market.flag_sale, 1, "sold to a cousin")
    return api


def text(api: httpx.Client, path: str) -> str:
    answer = api.get(path, headers=PAGE)
    assert answer.status_code == 200, answer.text
    return answer.text


def test_empty_pages_say_what_to_do(api: httpx.Client) -> None:
    for path in ("/app/markets", "/app/sales"):
        assert "valhalla market import-sales" in text(api, path)
    assert api.get("/app/markets/nowhere", headers=PAGE).status_code == 404
    assert api.get("/app/sales/sale_9", headers=PAGE).status_code == 404
    assert api.get("/app/sales/map").json() == {"features": [], "total": 0}


def test_pages_of_a_market(hamilton: httpx.Client) -> None:
    assert 'href="/app/markets/hamilton"' in text(hamilton, "/app/markets")
    page = text(hamilton, "/app/markets/hamilton")
    assert "usable=false" in page
    assert "valhalla market train --market hamilton" in page
    assert HOSTILE not in page
    found = text(hamilton, "/app/sales?market=hamilton&usable=false&parcel=&flag=")
    assert found.count("data-row data-id") == 1
    assert "Parcel p0" in found
    assert hamilton.get(export_of(found)).headers["x-total-count"] == "1"
    sale = text(hamilton, "/app/sales/sale_1")
    assert "sold to a cousin" in sale
    assert "<b>x</b>" not in sale
    assert text(hamilton, "/app/sales?max_price=411000").count("data-row data-id") == 1
    assert 'value="411000"' in text(hamilton, "/app/sales?max_price=411000")
    assert "No sale matches" in text(hamilton, "/app/sales?min_price=9000000")


COMPARISON = {
    "passed": False, "incumbent_id": "mdl_1", "incumbent_until": "2026-01-01", "since": "2026-03-02",
    "until": "2026-06-01", "sales": 40, "median_error": 0.25, "incumbent_median_error": 0.08, "mean_difference": 0.1,
    "standard_error": 0.02,
}  # fmt: skip


def test_page_of_a_market_shows_the_use_of_its_models(
    hamilton: httpx.Client, store_settings: Settings, api_as: Callable[[str], httpx.Client]
) -> None:
    style = {"name": "style", "kind": "categorical", "known": 0.5, "rank_correlation": None}
    facts = {"version": "3-a", "extra_columns": [style]}
    used = Card("mdl_1", "hamilton", "2026-01-01", "3", "", facts, "2026-01-01T00:00:00.000000Z")
    lost = replace(used, id="mdl_2", until="2026-06-01", in_use=False, comparison=COMPARISON)
    with open_store(store_settings) as store:
        for card in (used, lost):
            store.db.write_now(CTX, add_model, card, "{}")
    page = text(hamilton, "/app/markets/hamilton")
    assert "<dd>style (categorical, known for 50 %)</dd>" in page
    assert "not used, worse than the model in use" in page
    assert "median error 25.0 %, 8.0 % by the model of" in page
    assert 'data-path="/core/market/models/mdl_2/use"' in page
    assert 'data-write="DELETE" data-path="/core/market/models/mdl_2"' in page
    assert "/core/market/models/mdl_1" not in page
    assert "/core/market/models/" not in text(api_as("operator"), "/app/markets/hamilton")


@promise("Console", "The page of a market shows its tasks on a schedule, and administrators change them there.")
def test_tasks_on_a_schedule(api: httpx.Client, api_as: Callable[[Role], httpx.Client]) -> None:
    api.post("/core/market/markets", json={"name": "hamilton", "country": "CA", "currency": "CAD"})
    page = text(api, "/app/markets/hamilton")
    assert page.count('<option value="">off</option>') == 3
    assert 'data-write="PUT" data-path="/core/market/schedules/hamilton"' in page
    api.put("/core/market/schedules/hamilton", json={"train": 2160, "revalue": 24}).raise_for_status()
    page = text(api, "/app/markets/hamilton")
    assert '<option value="2160" selected>every 90d</option>' in page
    assert '<option value="24" selected>every day</option>' in page
    operator = text(api_as("operator"), "/app/markets/hamilton")
    assert ('data-write="PUT"' in operator, "An administrator can change the schedule." in operator) == (False, True)


@pytest.mark.parametrize(
    "query",
    [
        *("", "usable=false", "usable=true", "min_price=500000", "min_sqft=1300&max_sqft=1400", "max_beds=2"),
        *("since=2026-05-01&until=2026-07-01", "property_type=Condominium", "property_type=farm", "parcel=P-12"),
        *("latitude=43.25&longitude=-79.87&radius_km=1", "flag=excluded_by_user", "market=hamilton&min_beds=3"),
    ],
)
def test_map_has_the_sales_of_the_list(hamilton: httpx.Client, query: str) -> None:
    listed = hamilton.get(f"/core/market/sales?limit=500&{query}").json()["items"]
    shown = hamilton.get(f"/app/sales/map?{query}").json()
    assert shown["total"] == len(listed)
    assert {each["id"] for each in shown["features"] if each["count"] == 1} <= {sale["id"] for sale in listed}


def test_map_refuses_what_the_list_refuses(shared_api: httpx.Client) -> None:
    for query in ("market=nowhere", "min_price=2&max_price=1", "bounds=1,2,3"):
        assert shared_api.get(f"/app/sales/map?{query}").status_code == 400


def test_sales_without_an_address_are_named_by_parcel_or_day() -> None:
    sale: dict[str, Any] = {"address": None, "parcel": None, "close_date": "2026-01-31"}
    assert title_of(sale) == "Sale of 2026-01-31"
    assert title_of(sale | {"parcel": "7"}) == "Parcel 7"
    assert title_of(sale | {"parcel": "7", "address": "9 Elm"}) == "9 Elm"


def test_price_index_is_a_line_in_a_band() -> None:
    chart = price_index([Period(f"2026-{n:02}", 100.0 + n, 0.02) for n in range(1, 13)])
    assert chart.count("<polygon") == chart.count("<polyline") == 1
    assert 'aria-label="Price index from 2026-01 to 2026-12"' in chart
    assert price_index([Period("2026-01", 100.0, 0.0)]) == ""
    assert "nan" not in price_index([Period("<a>", 100.0, 0.0)] * 2)


def test_viewers_may_read_everything(hamilton: httpx.Client, api_as: Callable[[str], httpx.Client]) -> None:
    viewer = api_as("viewer")
    for path in ("/app/markets", "/app/markets/hamilton", "/app/sales", "/app/sales/sale_1"):
        assert "data-write" not in text(viewer, path)
