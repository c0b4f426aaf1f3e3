"""Markets, their summaries and indices, and what a person decides about a sale, as callers see it."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import pytest

from backend.app.core_gov.market.columns import date_of
from backend.app.core_gov.market.sale import Sale
from backend.app.settings import Settings
from backend.tests.core_gov.market.made_up import market, rising
from backend.tests.core_gov.market.on_file import ELM, sale, served, varied
from backend.tests.promises import promise

MARKETS = "/core/market/markets"
ONE: dict[str, Any] = {"name": "elm-county", "country": "US", "currency": "USD"}


def refused(answer: httpx.Response, status: int) -> str:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    return str(answer.json()["detail"])


@pytest.fixture
def stocked(settings: Settings) -> Iterator[httpx.Client]:
    sales = [*varied(100), sale(300, price_cents=500_000, area="98109")]
    with served(settings, {"elm": ("US", sales)}) as client:
        yield client


class TestMarkets:
    @promise(
        "Markets",
        "`POST /core/market/markets`, `GET /core/market/markets`, `GET /core/market/markets/{name}` and `PATCH "
        "/core/market/markets/{name}` keep markets; name never changes, nor country and currency once there are "
        "sales.",
    )
    def test_create_read_change_and_list(self, api: httpx.Client) -> None:
        made = api.post(MARKETS, json=ONE)
        assert made.status_code == 201
        assert made.json().items() >= (ONE | {"notes": None, "index_series": None}).items()
        read = api.get(f"{MARKETS}/elm-county")
        assert read.json() == made.json()
        changed = api.patch(
            f"{MARKETS}/elm-county", json={"notes": "Houses"}, headers={"if-match": read.headers["etag"]}
        )
        assert changed.json()["notes"] == "Houses"
        lost = api.patch(f"{MARKETS}/elm-county", json={"notes": "x"}, headers={"if-match": read.headers["etag"]})
        assert refused(lost, 412).startswith("the market has changed")
        api.post(MARKETS, json=ONE | {"name": "oak"})
        assert [item["name"] for item in api.get(MARKETS).json()["items"]] == ["oak", "elm-county"]
        page = api.get(MARKETS, params={"limit": 1}).json()
        assert [item["name"] for item in page["items"]] == ["oak"]
        rest = api.get(MARKETS, params={"cursor": page["next_cursor"]}).json()
        assert [item["name"] for item in rest["items"]] == ["elm-county"]
        events = api.get("/core/audit/records/elm-county").json()["items"]
        assert [event["action"] for event in events] == ["market.changed", "market.created"]
        assert refused(api.post(MARKETS, json=ONE), 409) == "a market with this name is on file already"
        assert refused(api.get(f"{MARKETS}/fir"), 404) == "market not found"

    @promise(
        "Markets",
        "`POST /core/market/markets`, `GET /core/market/markets`, `GET /core/market/markets/{name}` and `PATCH "
        "/core/market/markets/{name}` keep markets; name never changes, nor country and currency once there are "
        "sales.",
    )
    @pytest.mark.parametrize(
        ("body", "detail"),
        [
            ({}, "name is required"),
            (
                ONE | {"name": "Elm County"},
                "name must be at most 63 lower-case letters, digits and hyphens, such as king-county",
            ),
            (ONE | {"country": "MX"}, "country must be one of CA, US"),
            (ONE | {"currency": "EUR"}, "currency must be one of CAD, USD"),
            (
                ONE | {"index_series": "zillow:1"},
                "index_series must be fhfa: and a county's FIPS code, as in fhfa:53033, or statcan: and a place",
            ),
            (ONE | {"index_series": "statcan:Toronto"}, "index_series: statcan has no index for markets in US"),
            (ONE | {"id": "x"}, "id is read-only"),
        ],
    )
    def test_invalid_market_is_refused(self, shared_api: httpx.Client, body: dict[str, Any], detail: str) -> None:
        assert refused(shared_api.post(MARKETS, json=body), 400) == detail

    @promise(
        "Markets",
        "`POST /core/market/markets`, `GET /core/market/markets`, `GET /core/market/markets/{name}` and `PATCH "
        "/core/market/markets/{name}` keep markets; name never changes, nor country and currency once there are "
        "sales.",
    )
    def test_name_and_currency_of_sales_cannot_change(self, stocked: httpx.Client) -> None:
        one = f"{MARKETS}/elm"
        assert refused(stocked.patch(one, json={"name": "oak"}), 400) == "name is read-only"
        for body in ({"currency": "CAD"}, {"country": "CA"}):
            assert "has sales in USD, so its" in refused(stocked.patch(one, json=body), 409)
        assert stocked.patch(one, json={"currency": "USD"}).status_code == 200

    def test_index_that_is_not_loaded_is_a_warning(self, stocked: httpx.Client) -> None:
        answer = stocked.patch(f"{MARKETS}/elm", json={"index_series": "fhfa:53033"}).json()
        assert answer["warnings"] == [
            "no values of fhfa:53033 are loaded yet: valhalla market load-index FILE --source fhfa"
        ]
        assert "warnings" not in stocked.patch(f"{MARKETS}/elm", json={"notes": "x"}).json()
        assert stocked.patch(f"{MARKETS}/elm", json={"index_series": None}).json()["index_series"] is None


class TestSummary:
    @promise(
        "Markets",
        "`GET /core/market/markets/{name}/summary` reports what was known about a market on a given day.",
    )
    def test_summary_has_counts_and_medians(self, stocked: httpx.Client) -> None:
        found = stocked.get(f"{MARKETS}/elm/summary", params={"as_of": "2016-01-01"}).json()
        sales = varied(100)
        assert (found["sales"], found["usable"]) == (101, 100)
        assert found["flags"] == [{"name": "low_price", "sales": 1, "lifted": 0}]
        assert found["first_date"] == min(each.close_date for each in sales)
        last = date.fromisoformat(found["last_date"])
        assert found["days_since_last_sale"] == (date(2016, 1, 1) - last).days
        assert sum(month["sales"] for month in found["months"]) == 100
        assert [month["name"] for month in found["months"]] == sorted(month["name"] for month in found["months"])
        first = found["months"][0]
        of_first = sorted(each.price_cents / 100 for each in sales if each.close_date.startswith(first["name"]))
        assert first["sales"] == len(of_first)
        middle = (of_first[(len(of_first) - 1) // 2] + of_first[len(of_first) // 2]) / 2
        assert first["median_price"] == pytest.approx(middle, abs=0.01)
        assert {group["name"] for group in found["types"]} == {"single_family", "condo", None}
        assert {group["name"] for group in found["areas"]} == {"98101", "98102", "98103"}
        assert found["price"]["p10"] < found["price"]["median"] < found["price"]["p90"]
        assert found["known"]["grade"] == 0
        assert found["known"]["beds"] == pytest.approx(80 / 101, abs=1e-4)

    @promise(
        "Markets",
        "`GET /core/market/markets/{name}/summary` reports what was known about a market on a given day.",
    )
    def test_later_sales_are_not_in_the_summary(self, stocked: httpx.Client) -> None:
        found = stocked.get(f"{MARKETS}/elm/summary", params={"as_of": "2014-08-01"}).json()
        assert found["sales"] == sum(each.close_date < "2014-08-01" for each in varied(100))
        assert found["last_date"] < "2014-08-01"
        assert found["flags"] == []

    def test_market_without_sales_has_a_summary(self, api: httpx.Client) -> None:
        api.post(MARKETS, json=ONE)
        found = api.get(f"{MARKETS}/elm-county/summary").json()
        assert (found["sales"], found["months"], found["price"], found["last_date"]) == (0, [], None, None)
        assert found["days_since_last_sale"] is None
        index = api.get(f"{MARKETS}/elm-county/index").json()
        assert index["source"].startswith("no sales")
        assert index["change_over_year"] == 0

    @pytest.mark.parametrize("part", ["summary", "index"])
    def test_unknown_market_or_invalid_day_is_refused(self, shared_api: httpx.Client, part: str) -> None:
        assert refused(shared_api.get(f"{MARKETS}/nowhere/{part}"), 404) == "market not found"
        answer = shared_api.get(f"{MARKETS}/nowhere/{part}", params={"as_of": "2300-01-01"})
        assert refused(answer, 400) == "as_of 2300-01-01 has not come yet"
        answer = shared_api.get(f"{MARKETS}/nowhere/{part}", params={"as_of": "soon"})
        assert refused(answer, 400) == "as_of must be a date such as 2026-01-31"


@promise(
    "Markets",
    "`GET /core/market/markets/{name}/index` is a monthly price index of the market's sales with correct standard "
    "errors.",
)
def test_index_follows_the_sales(tmp_path: Path) -> None:
    columns = market(1500, 2, rising(0.1))
    sales = [
        Sale(
            source_key=str(row),
            price_cents=round(columns.price[row] * 100),
            currency="USD",
            close_date=date_of(columns.close_day[row]).isoformat(),
            latitude=float(columns.latitude[row]),
            longitude=float(columns.longitude[row]),
            living_sqft=float(columns.living_sqft[row]),
        )
        for row in range(len(columns))
    ]
    with served(Settings(data_dir=tmp_path / "data"), {"elm": ("US", sales)}) as client:
        found = client.get(f"{MARKETS}/elm/index", params={"as_of": "2015-03-01"}).json()
    assert "1,500 sales of this market" in found["source"]
    assert found["change_over_year"] == pytest.approx(0.105, abs=0.03)
    assert 0 < found["standard_error_of_year"] < 0.03
    periods = found["periods"]
    assert (periods[0]["period"], periods[-1]["period"]) == ("2013-03", "2015-02")
    assert sum(each["sales"] for each in periods) == 1500
    assert periods[0]["level"] < periods[12]["level"] < periods[-1]["level"] <= 101


class TestFlags:
    def cheap(self, client: httpx.Client) -> str:
        (item,) = client.get("/core/market/sales", params={"flag": "low_price"}).json()["items"]
        return f"/core/market/sales/{item['id']}"

    @promise(
        "Markets",
        "`PATCH /core/market/sales/{sale_id}` sets or clears the flags of a sale; the audit trail keeps the reason.",
    )
    def test_flag_is_lifted_with_its_reason(self, stocked: httpx.Client) -> None:
        one = self.cheap(stocked)
        before = stocked.get(one)
        assert stocked.get(f"{MARKETS}/elm/summary", params={"as_of": "2016-01-01"}).json()["usable"] == 100
        lifted = stocked.patch(
            one, json={"lift": {"low_price": "The deed says so"}}, headers={"if-match": before.headers["etag"]}
        )
        assert lifted.status_code == 200
        assert lifted.json()["usable"] is True
        (flag,) = lifted.json()["flags"]
        assert flag["lifted"]["reason"] == "The deed says so"
        assert lifted.headers["etag"] == stocked.get(one).headers["etag"] != before.headers["etag"]
        (event, *_) = stocked.get(f"/core/audit/records/{one.rsplit('/', 1)[1]}").json()["items"]
        assert (event["action"], event["changes"]["reason"]["after"]) == ("sale.flag_lifted", "The deed says so")
        summary = stocked.get(f"{MARKETS}/elm/summary", params={"as_of": "2016-01-01"}).json()
        assert summary["usable"] == 101
        assert summary["flags"] == [{"name": "low_price", "sales": 1, "lifted": 1}]

    def test_manual_flag_can_be_lifted(self, stocked: httpx.Client) -> None:
        one = self.cheap(stocked)
        flagged = stocked.patch(one, json={"flag": "A sale between brothers"}).json()
        assert [flag["flag"] for flag in flagged["flags"]] == ["by_hand", "low_price"]
        both = {"by_hand": "They are not related", "low_price": "It is a shed"}
        assert stocked.patch(one, json={"lift": both}).json()["usable"] is True

    @promise(
        "Markets",
        "`PATCH /core/market/sales/{sale_id}` sets or clears the flags of a sale; the audit trail keeps the reason.",
    )
    def test_refused_changes_change_nothing(self, stocked: httpx.Client) -> None:
        one = self.cheap(stocked)
        before = stocked.get(one).text
        stale = {"if-match": '"0123456789abcdef01234567"'}
        assert refused(stocked.patch(one, json={"flag": "x"}, headers=stale), 412).startswith("the sale has changed")
        detail = "the sale has no active flag resale"
        body = {"flag": "x", "lift": {"low_price": "x", "resale": "x"}}
        assert refused(stocked.patch(one, json=body), 409) == detail
        say = "say what to do: flag (a reason), or lift (the reason for each flag by its name)"
        assert refused(stocked.patch(one, json={}), 400) == say
        assert refused(stocked.patch(one, json={"flag": " "}), 400) == "flag must not be blank"
        assert refused(stocked.patch(one, json={"lift": {"low_price": ""}}), 400)
        assert refused(stocked.patch(one, json={"price": 3}), 400) == "price is read-only"
        assert refused(stocked.patch("/core/market/sales/sale_0", json={"flag": "x"}), 404) == "sale not found"
        assert stocked.get(one).text == before

    def test_same_decision_twice_changes_nothing(self, stocked: httpx.Client) -> None:
        one = self.cheap(stocked)
        first = stocked.patch(one, json={"flag": "odd"})
        again = stocked.patch(one, json={"flag": "odd"})
        assert again.text == first.text
        near = stocked.get("/core/market/sales", params={"latitude": ELM[0], "longitude": ELM[1], "usable": "false"})
        assert [item["id"] for item in near.json()["items"]] == [first.json()["id"]]
