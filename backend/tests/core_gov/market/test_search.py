"""Searching sales: each parameter against a plain reading of the same sales, on both databases."""

import csv
import io
import math
import random
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from backend.app.core_gov.market.parcels import parcel_key
from backend.app.core_gov.market.property_types import canonical_type
from backend.app.core_gov.market.sale import Sale
from backend.app.core_gov.market.search.schemas import SaleRecord
from backend.app.settings import Settings
from backend.tests.core_gov.market.on_file import ELM, OAK, sale, served, varied
from backend.tests.harness import Postgres, until
from backend.tests.promises import promise

PATH = "/core/market/sales"
ELMS = [
    *varied(120),
    # Three at one place, and what a spreadsheet would run.
    *(sale(number, latitude=47.61, longitude=-122.31, source_key=f"same {number}") for number in (200, 201, 202)),
    sale(300, price_cents=500_000, address="=HYPERLINK(1)", parcel="cheap"),
]
OAKS = [sale(number, latitude=OAK[0], longitude=OAK[1], parcel=None) for number in range(5)]
Item = dict[str, Any]


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def stocked(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A service with two markets on file."""
    url = None
    if request.param == "postgresql":
        server: Postgres = request.getfixturevalue("postgres")
        url = server.new_database()
    settings = Settings(data_dir=tmp_path_factory.mktemp("stocked") / "data", database_url=url)
    with served(settings, {"elm": ("US", ELMS), "oak": ("CA", OAKS)}) as client:
        yield client


def found(client: httpx.Client, **query: Any) -> list[Item]:
    """All pages of a search."""
    items: list[Item] = []
    while True:
        answer = client.get(PATH, params=query)
        assert answer.status_code == 200, answer.text
        page = answer.json()
        items += page["items"]
        if "next_cursor" not in page:
            return items
        assert len(page["items"]) == query["limit"]
        query["cursor"] = page["next_cursor"]


def keys(items: list[Item]) -> list[str]:
    return [item["source_key"] for item in items]


def km(one: tuple[float, float], latitude: float, longitude: float) -> float:
    """The distance on a sphere, by the haversine formula."""
    north, east = math.radians(latitude - one[0]) / 2, math.radians(longitude - one[1]) / 2
    part = (
        math.sin(north) ** 2 + math.cos(math.radians(one[0])) * math.cos(math.radians(latitude)) * math.sin(east) ** 2
    )
    return 2 * 6371.0088 * math.asin(math.sqrt(part))


def passes(sold: Sale, asked: dict[str, Any]) -> bool:
    """Select sales by the documented meaning of the parameters."""
    price, sqft = sold.price_cents / 100, sold.living_sqft
    tests: dict[str, Callable[[Any], bool]] = {
        "since": lambda day: sold.close_date >= day,
        "until": lambda day: sold.close_date < day,
        "min_price": lambda least: price >= least,
        "max_price": lambda most: price <= most,
        "min_sqft": lambda least: sqft is not None and sqft >= least,
        "max_sqft": lambda most: sqft is not None and sqft <= most,
        "min_beds": lambda least: sold.beds is not None and sold.beds >= least,
        "max_beds": lambda most: sold.beds is not None and sold.beds <= most,
        "min_baths": lambda least: sold.baths is not None and sold.baths >= least,
        "max_baths": lambda most: sold.baths is not None and sold.baths <= most,
        "property_type": lambda kind: canonical_type(sold.property_type or "") == canonical_type(kind),
        "parcel": lambda parcel: parcel_key(sold.parcel) == parcel_key(parcel),
        "radius_km": lambda radius: sold.latitude is not None and km(ELM, sold.latitude, sold.longitude or 0) <= radius,
    }
    return all(tests[name](value) for name, value in asked.items() if name in tests)


SEARCHES: list[dict[str, Any]] = [
    {"since": "2014-08-01"},
    {"until": "2014-08-01"},
    {"since": "2014-07-01", "until": "2014-10-01"},
    {"min_price": 500000, "max_price": 700000.5},
    {"min_sqft": 1500, "max_sqft": 2500},
    {"min_beds": 3, "max_beds": 3},
    {"min_baths": 1.75},
    {"max_baths": 2},
    {"property_type": "condo"},
    {"parcel": "parcel 7"},
    {"parcel": "parcel 7", "since": "2014-07-01"},
    {"radius_km": 1},
    {"radius_km": 2.5, "since": "2014-06-01", "min_beds": 2, "property_type": "single_family"},
    {"radius_km": 50, "sort": "newest", "until": "2014-12-01"},
    {"parcel": "nobody's"},
    {"property_type": "Condo/Co-op"},
    {"property_type": "Single Family Residence"},
    {"property_type": "maison détachée"},
    {"property_type": "townhouse"},
    {"parcel": "PARCEL-07"},
]


@promise(
    "Markets",
    "`GET /core/market/sales` searches by point, date, size, price, rooms, type, parcel and flag, newest or nearest "
    "first.",
)
@pytest.mark.parametrize("asked", SEARCHES, ids=str)
def test_each_parameter_narrows_the_search(stocked: httpx.Client, asked: dict[str, Any]) -> None:
    point = {"latitude": ELM[0], "longitude": ELM[1]} if "radius_km" in asked else {}
    got = keys(found(stocked, market="elm", limit=50, **point, **asked))
    assert sorted(got) == sorted(each.source_key for each in ELMS if passes(each, asked))


@promise(
    "Markets",
    "`GET /core/market/sales` searches by point, date, size, price, rooms, type, parcel and flag, newest or nearest "
    "first.",
)
def test_any_combination_of_parameters(stocked: httpx.Client) -> None:
    chance = random.Random(8)
    for _ in range(25):
        asked = {name: value for search in chance.sample(SEARCHES[:14], 2) for name, value in search.items()}
        if any(
            asked.get(f"min_{name}", 0) > asked.get(f"max_{name}", 1e9) for name in ("price", "sqft", "beds", "baths")
        ):
            continue
        if asked.get("since", "") >= asked.get("until", "9") or ("sort" in asked and "radius_km" not in asked):
            continue
        test_each_parameter_narrows_the_search(stocked, asked)


@promise(
    "Markets",
    "`GET /core/market/sales` searches by point, date, size, price, rooms, type, parcel and flag, newest or nearest "
    "first.",
)
def test_all_markets_are_newest_first(stocked: httpx.Client) -> None:
    items = found(stocked, limit=7)
    assert len(items) == len(ELMS) + len(OAKS)
    places = [(item["close_date"], int(item["id"][5:])) for item in items]
    assert places == sorted(places, reverse=True)
    assert "distance_km" not in items[0]
    assert {item["currency"] for item in items} == {"USD", "CAD"}


@promise(
    "Markets",
    "`GET /core/market/sales` searches by point, date, size, price, rooms, type, parcel and flag, newest or nearest "
    "first.",
)
def test_nearest_first_with_distances(stocked: httpx.Client) -> None:
    items = found(stocked, latitude=47.61, longitude=-122.31, radius_km=3, limit=4)
    assert items[:3] == [item for item in items if item["distance_km"] == 0]
    assert keys(items[:3]) == ["same 200", "same 201", "same 202"]
    for item in items:
        truth = km((47.61, -122.31), item["latitude"], item["longitude"])
        assert item["distance_km"] == pytest.approx(truth, rel=1e-3, abs=1e-3)
    distances = [item["distance_km"] for item in items]
    assert distances == sorted(distances)
    assert len(set(keys(items))) == len(items)


def test_default_radius_is_two_kilometers(stocked: httpx.Client) -> None:
    given, not_given = (
        {"latitude": ELM[0], "longitude": ELM[1], "limit": 50} | more for more in ({"radius_km": 2}, {})
    )
    assert keys(found(stocked, **given)) == keys(found(stocked, **not_given))


def test_near_property_uses_its_coordinates(stocked: httpx.Client) -> None:
    point = {"latitude": 47.61, "longitude": -122.31}
    house = {"address": "1 Elm St", "country": "US"}
    ids = [
        stocked.post("/core/property/properties", json=house | more).json()["id"]
        for more in (point, {"postal": "98101"}, {})
    ]
    near = found(stocked, near_property=ids[0], radius_km=3)
    assert near == found(stocked, radius_km=3, **point)
    assert near
    assert [item["id"] for item in found(stocked, near_property=ids[0], sort="newest")]
    assert stocked.get(PATH, params={"near_property": ids[1]}).status_code == 200
    assert stocked.get(f"{PATH}/export", params={"near_property": ids[0]}).text.count("\n") > 1
    nowhere = stocked.get(PATH, params={"near_property": ids[2]})
    assert (nowhere.status_code, nowhere.json()["detail"]) == (
        400,
        "near_property: the property has neither coordinates nor a known postal code",
    )
    assert stocked.get(PATH, params={"near_property": "pr_no"}).json()["detail"] == "near_property: property not found"
    assert stocked.get(PATH, params={"near_property": ids[0], **point}).status_code == 400


def test_search_near_a_point_can_be_newest_first(stocked: httpx.Client) -> None:
    items = found(stocked, latitude=ELM[0], longitude=ELM[1], sort="newest", limit=9)
    days = [item["close_date"] for item in items]
    assert days == sorted(days, reverse=True)
    assert all(item["distance_km"] <= 2 for item in items)


def test_point_in_the_other_country_finds_its_sales(stocked: httpx.Client) -> None:
    assert {item["market"] for item in found(stocked, latitude=OAK[0], longitude=OAK[1], limit=3)} == {"oak"}
    assert found(stocked, latitude=48.85, longitude=2.35, limit=3) == []


def test_usable_and_flagged_filters(stocked: httpx.Client) -> None:
    (cheap,) = found(stocked, flag="low_price", limit=10)
    assert (cheap["price"], cheap["usable"]) == (5000, False)
    assert cheap["flags"][0]["flag"] == "low_price"
    assert cheap["flags"][0]["lifted"] is None
    assert keys(found(stocked, usable="false", limit=10)) == [cheap["source_key"]]
    assert cheap["source_key"] not in keys(found(stocked, usable="true", limit=100))
    assert len(found(stocked, usable="true", limit=100)) == len(ELMS) + len(OAKS) - 1
    assert found(stocked, flag="low_pric_", limit=10) == []


@promise("Markets", "`GET /core/market/sales/{sale_id}` includes the original source row and its units.")
def test_sale_has_its_source_row_and_documented_fields(stocked: httpx.Client) -> None:
    (item,) = found(stocked, parcel="cheap", limit=1)
    answer = stocked.get(f"{PATH}/{item['id']}")
    whole = answer.json()
    assert whole["row"] == {"number": "300"}
    assert whole["units"] == {}
    assert {name: whole[name] for name in item} == item
    assert [*whole] == [*SaleRecord.model_fields]
    SaleRecord.model_validate(whole)
    assert answer.headers["etag"]


def test_whole_numbers_are_written_as_such(stocked: httpx.Client) -> None:
    text = stocked.get(PATH, params={"parcel": "cheap"}).text
    assert '"price":5000,' in text
    assert '"living_sqft":1500,' in text
    assert '"price_per_sqft":3.33,' in text


@pytest.mark.parametrize(
    "name", ["sale_0", "sale_999999", "sale_x", "17", "sale_1e3", "sale_99999999999999999999", "sale_-1"]
)
def test_unknown_id_is_not_found(stocked: httpx.Client, name: str) -> None:
    answer = stocked.get(f"{PATH}/{name}")
    assert (answer.status_code, answer.json()["detail"]) == (404, "sale not found")


BAD = [
    ({"latitude": 47.6}, "longitude", "latitude without longitude: give both or neither"),
    ({"longitude": -122.3}, "latitude", "longitude without latitude: give both or neither"),
    ({"radius_km": 2}, "radius_km", "radius_km needs a location: give near_property, or latitude and longitude"),
    ({"sort": "distance"}, "sort", "sort=distance needs a location: give near_property, or latitude and longitude"),
    ({"sort": "price"}, "sort", "sort must be one of newest, distance"),
    (
        {"latitude": -122.3, "longitude": 47.6},
        "latitude",
        "latitude must be between -90 and 90 degrees; latitude and longitude look swapped",
    ),
    (
        {"latitude": -79.87, "longitude": 43.25},
        "latitude",
        "latitude and longitude look swapped: -79.87, 43.25 is in neither country",
    ),
    ({"latitude": 47.6, "longitude": 200}, "longitude", "longitude must be between -180 and 180 degrees"),
    ({"latitude": 47.6, "longitude": -122, "radius_km": 0}, "radius_km", "radius_km must be greater than 0"),
    (
        {"latitude": 47.6, "longitude": -122, "radius_km": 101},
        "radius_km",
        "radius_km must be less than or equal to 100",
    ),
    ({"latitude": "nan", "longitude": 1}, "latitude", "latitude must be a number such as 12.5"),
    ({"min_price": "1e400"}, "min_price", "min_price is too large for a number"),
    ({"min_price": "1_000"}, "min_price", "min_price must be a number such as 12.5"),
    ({"min_price": -1}, "min_price", "min_price must be greater than or equal to 0"),
    ({"min_price": 2, "max_price": 1}, "min_price", "min_price is more than max_price, so no sale can match"),
    ({"since": "2015-02-02", "until": "2015-02-01"}, "since", "since is more than until, so no sale can match"),
    ({"since": "2015-02-30"}, "since", "since 2015-02-30 is not a calendar date"),
    ({"since": "yesterday"}, "since", "since must be a date such as 2026-01-31"),
    ({"usable": "yes"}, "usable", "usable must be true or false"),
    ({"flag": "%"}, "flag", "flag must be the name of a flag, such as low_price"),
    ({"market": "fir"}, "market", "there is no market fir; GET /core/market/markets lists them"),
    ({"beds": 3}, "beds", "beds is not a known query parameter"),
    ({"limit": 501}, "limit", "limit must be less than or equal to 500"),
    ({"cursor": "czE"}, "cursor", "cursor is not a next_cursor of this search"),
    ({"cursor": "bm9uZQ"}, "cursor", "cursor is not a next_cursor of this search"),
]


@promise(
    "Markets",
    "Incomplete points, swapped coordinates, a radius without a point and reversed ranges are refused by name.",
)
@pytest.mark.parametrize(("query", "field", "detail"), BAD, ids=lambda value: str(value)[:40])
def test_contradictory_parameters_are_refused_by_name(
    stocked: httpx.Client, query: dict[str, Any], field: str, detail: str
) -> None:
    answer = stocked.get(PATH, params=query)
    problem = answer.json()
    assert (answer.status_code, problem["detail"]) == (400, detail)
    assert problem["errors"][0]["field"] == field


def test_cursor_of_another_order_is_refused(stocked: httpx.Client) -> None:
    newest = stocked.get(PATH, params={"limit": 1}).json()["next_cursor"]
    near = {"latitude": ELM[0], "longitude": ELM[1], "limit": 1}
    distance = stocked.get(PATH, params=near).json()["next_cursor"]
    assert stocked.get(PATH, params={**near, "cursor": newest}).status_code == 400
    assert stocked.get(PATH, params={"limit": 1, "cursor": distance}).status_code == 400


class TestExport:
    @promise(
        "Markets",
        "`GET /core/market/sales/export` returns the same search as CSV, in which no cell can run as a formula.",
    )
    def test_export_equals_the_search_oldest_first(self, stocked: httpx.Client) -> None:
        query: dict[str, Any] = {"market": "elm", "min_price": 300000, "usable": "true"}
        answer = stocked.get(f"{PATH}/export", params=query)
        assert answer.headers["content-type"] == "text/csv; charset=utf-8"
        rows = list(csv.DictReader(io.StringIO(answer.text)))
        items = {item["id"]: item for item in found(stocked, limit=100, **query)}
        assert {row["id"] for row in rows} == items.keys()
        assert [row["close_date"] for row in rows] == sorted(row["close_date"] for row in rows)
        for row in rows:
            for name in ("price", "latitude", "beds"):
                value = items[row["id"]][name]
                assert row[name] == ("" if value is None else str(value))
        assert "distance_km" not in rows[0]

    def test_export_near_a_point_has_distances(self, stocked: httpx.Client) -> None:
        answer = stocked.get(f"{PATH}/export", params={"latitude": 47.61, "longitude": -122.31, "radius_km": 1})
        rows = list(csv.DictReader(io.StringIO(answer.text)))
        assert "0.0" in {row["distance_km"] for row in rows}

    @promise(
        "Markets",
        "`GET /core/market/sales/export` returns the same search as CSV, in which no cell can run as a formula.",
    )
    def test_export_escapes_formulas(self, stocked: httpx.Client) -> None:
        (row,) = csv.DictReader(io.StringIO(stocked.get(f"{PATH}/export", params={"parcel": "cheap"}).text))
        assert row["address"] == "'=HYPERLINK(1)"
        assert row["flags"] == "low_price"
        assert row["longitude"] == "-122.3"

    def test_export_refuses_paging_parameters(self, stocked: httpx.Client) -> None:
        answer = stocked.get(f"{PATH}/export", params={"limit": 3})
        assert answer.json()["detail"] == "limit is not a known query parameter"

    def test_export_of_many_sales_is_a_job(self, stocked: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
        query = {"latitude": 47.61, "longitude": -122.31, "radius_km": 100, "min_price": 1}
        whole = stocked.get(f"{PATH}/export", params=query)
        monkeypatch.setattr("backend.app.core_gov.exports.service.MAX_ROWS", 100)
        answer = stocked.get(f"{PATH}/export", params=query)
        assert int(whole.headers["x-total-count"]) > 100
        assert answer.status_code == 202
        assert answer.json()["parameters"] == {"list": "sales", "query": query}
        job = answer.headers["location"]
        until(lambda: stocked.get(job).json()["state"] == "succeeded", "the job is run")
        assert stocked.get(f"{job}/result").text == whole.text
        assert stocked.get(f"{PATH}/export", params={"market": "oak"}).status_code == 200
