"""The property endpoints over HTTP."""

from typing import Any

import httpx
import pytest

from backend.tests.promises import promise

PATH = "/core/property"


@pytest.fixture
def made(shared_api: httpx.Client) -> dict[str, Any]:
    answer = shared_api.post(f"{PATH}/properties", json={"address": "114 Elm Street", "region": "ON"})
    assert answer.status_code == 201
    found: dict[str, Any] = answer.json()
    return found


def refused(answer: httpx.Response, status: int) -> dict[str, Any]:
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    found: dict[str, Any] = answer.json()
    return found


class TestProperties:
    @promise(
        "Properties",
        "`GET /core/property/properties/{property_id}` returns a property, and `PATCH "
        "/core/property/properties/{property_id}` changes one.",
    )
    def test_create_read_and_change(self, shared_api: httpx.Client, made: dict[str, Any]) -> None:
        one = f"{PATH}/properties/{made['id']}"
        made.pop("warnings", None)
        read = shared_api.get(one)
        assert (read.status_code, read.json()) == (200, made)
        changed = shared_api.patch(one, json={"beds": 3}, headers={"if-match": read.headers["etag"]})
        assert (changed.status_code, changed.json()["beds"]) == (200, 3)
        lost = shared_api.patch(one, json={"beds": 4}, headers={"if-match": read.headers["etag"]})
        assert refused(lost, 412)["detail"].startswith("the property has changed")

    def test_list_is_newest_first(self, shared_api: httpx.Client, made: dict[str, Any]) -> None:
        listed = shared_api.get(f"{PATH}/properties", params={"region": "ontario", "limit": 1}).json()
        assert [item["id"] for item in listed["items"]] == [made["id"]]

    @promise("Records and lists", "Warnings are part of the response to POST and PATCH and are never stored.")
    def test_warnings_are_in_the_response_but_not_stored(self, shared_api: httpx.Client, made: dict[str, Any]) -> None:
        again = shared_api.post(f"{PATH}/properties", json={"address": "114 Elm Street", "region": "on"}).json()
        assert made["id"] in again["warnings"][0]
        assert "warnings" not in shared_api.get(f"{PATH}/properties/{again['id']}").json()

    @pytest.mark.parametrize(
        ("body", "field", "detail"),
        [
            ({}, "address", "address is required"),
            (
                {"address": "1 A St", "region": "TX"},
                "region",
                "region TX is a state of US, not a province or territory of CA",
            ),
            ({"address": "1 A St", "id": "pr_1"}, "id", "id is read-only"),
            ({"address": "1 A St", "address_key": "x"}, "address_key", "address_key is read-only"),
            ({"address": "1 A St", "colour": "x"}, "colour", "colour is not a known field"),
        ],
    )
    def test_invalid_properties_are_refused(
        self, shared_api: httpx.Client, body: dict[str, Any], field: str, detail: str
    ) -> None:
        said = refused(shared_api.post(f"{PATH}/properties", json=body), 400)
        assert said["detail"] == detail
        assert said["errors"] == [{"field": field, "message": detail}]

    @pytest.mark.parametrize("query", ["country=MX", "town=Toronto", "region=", "status=gone"])
    def test_invalid_queries_are_refused(self, shared_api: httpx.Client, query: str) -> None:
        refused(shared_api.get(f"{PATH}/properties?{query}"), 400)


class TestRatingEstimateAndComps:
    @promise(
        "Repairs, rents and neighborhoods",
        "`POST /core/property/properties/{property_id}/neighborhood_rating` creates or replaces the rating: score "
        "0–100, notes, factors.",
    )
    def test_rating_is_stored_and_read(self, shared_api: httpx.Client, made: dict[str, Any]) -> None:
        path = f"{PATH}/properties/{made['id']}/neighborhood_rating"
        assert refused(shared_api.get(path), 404)["detail"] == "rating not found"
        kept = shared_api.post(path, json={"score": 72, "factors": {"schools": 80}})
        assert kept.status_code == 200
        read = shared_api.get(path)
        assert (read.status_code, read.json(), read.headers["etag"]) == (200, kept.json(), kept.headers["etag"])
        assert refused(shared_api.post(path, json={"score": 101}), 400)["errors"][0]["field"] == "score"

    @promise(
        "Repairs, rents and neighborhoods",
        "`POST /core/property/properties/{property_id}/repair_rent` creates or replaces the assumed repairs and rent.",
    )
    def test_estimate_is_stored_and_read(self, shared_api: httpx.Client, made: dict[str, Any]) -> None:
        path = f"{PATH}/properties/{made['id']}/repair_rent"
        assert refused(shared_api.get(path), 404)["detail"] == "repair-rent estimate not found"
        kept = shared_api.post(path, json={"est_repairs": 68500.5, "assumptions": {"roof": 1}})
        assert kept.status_code == 200
        assert shared_api.get(path).json() == kept.json()
        said = refused(shared_api.post(path, json={"est_rent": 0.001}), 400)
        assert said["detail"] == "est_rent must have at most two decimals"

    @promise(
        "Comparable sales",
        "`POST /core/property/comps` returns the criteria, the comps and notes; without sales, an empty list and a "
        "note that says so.",
    )
    def test_comps_are_stored_and_read(self, shared_api: httpx.Client, made: dict[str, Any]) -> None:
        path = f"{PATH}/properties/{made['id']}/comps"
        none = shared_api.get(path)
        assert (none.status_code, none.json()["comps"]) == (200, [])
        asked = shared_api.post(f"{PATH}/comps", json={"property_id": made["id"], "notes": "Brick only"})
        assert asked.status_code == 200
        assert (asked.json()["ok"], asked.json()["comps"], asked.json()["notes"]) == (True, [], "Brick only")
        assert asked.json()["message"].startswith("no sales are loaded")
        assert shared_api.get(path).json() == asked.json()

    @promise(
        "Repairs, rents and neighborhoods",
        "`GET /core/property/properties/{property_id}/neighborhood_rating` returns 404 if there is no rating.",
    )
    def test_unknown_property_is_not_found(self, shared_api: httpx.Client) -> None:
        one = f"{PATH}/properties/pr_no"
        answers = [
            shared_api.get(one),
            shared_api.patch(one, json={"beds": 1}),
            shared_api.get(f"{one}/neighborhood_rating"),
            shared_api.post(f"{one}/neighborhood_rating", json={"score": 1}),
            shared_api.get(f"{one}/comps"),
            shared_api.post(f"{PATH}/comps", json={"property_id": "pr_no"}),
            shared_api.get(f"{one}/repair_rent"),
            shared_api.post(f"{one}/repair_rent", json={}),
        ]
        assert {refused(answer, 404)["detail"] for answer in answers} == {"property not found"}


def test_properties_are_found_by_city_and_part_of_their_address(api: httpx.Client) -> None:
    for address, city in (("12 Rue de l'Église", "Montréal"), ("9 Elm Street", "Hamilton"), ("112 Elm Street", None)):
        api.post("/core/property/properties", json={"address": address, "city": city})

    def found(query: str) -> list[str]:
        items = api.get(f"/core/property/properties?{query}&sort=address").json()["items"]
        return [each["address"] for each in items]

    assert found("city=MONTREAL") == ["12 Rue de l'Église"]
    assert found("city=montreal&city=hamilton") == ["9 Elm Street", "12 Rue de l'Église"]
    assert found("address=elm+st") == ["9 Elm Street", "112 Elm Street"]
    assert found("address=EGLISE") == ["12 Rue de l'Église"]
    assert found("address=elm&city=Hamilton") == ["9 Elm Street"]
    assert found("address=%25") == found("city=---") == []
