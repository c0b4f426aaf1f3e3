"""Records of which a property has at most one: rating, repair and rent estimate, comparison."""

from typing import Any

import httpx
import pytest

from backend.tests.contract.answers import MOMENT, events, refused
from backend.tests.contract.kinds import KINDS, PER_PROPERTY, PerProperty, make, unique
from backend.tests.promises import promise

every_kind = pytest.mark.parametrize("kind", PER_PROPERTY, ids=str)


@pytest.fixture
def property_id(shared_api: httpx.Client) -> str:
    return str(make(KINDS["properties"], shared_api)["id"])


@every_kind
class TestUpsert:
    @promise(
        "Repairs, rents and neighborhoods",
        "`GET /core/property/properties/{property_id}/neighborhood_rating` returns 404 if there is no rating.",
    )
    @promise(
        "Repairs, rents and neighborhoods",
        "`GET /core/property/properties/{property_id}/repair_rent` returns 404 if nothing was assumed.",
    )
    def test_missing_record_is_404(self, kind: PerProperty, shared_api: httpx.Client, property_id: str) -> None:
        refused(shared_api.get(kind.path(property_id)), 404, f"{kind.entity} not found")

    def test_unknown_property_is_not_found(self, kind: PerProperty, shared_api: httpx.Client) -> None:
        refused(shared_api.get(kind.path("pr_nope")), 404, "property not found")
        refused(shared_api.post(kind.path("pr_nope"), json=kind.full), 404, "property not found")

    @promise(
        "Repairs, rents and neighborhoods",
        "`POST /core/property/properties/{property_id}/neighborhood_rating` creates or replaces the rating: score "
        "0–100, notes, factors.",
    )
    @promise(
        "Repairs, rents and neighborhoods",
        "`POST /core/property/properties/{property_id}/repair_rent` creates or replaces the assumed repairs and rent.",
    )
    def test_first_post_creates_the_record(self, kind: PerProperty, shared_api: httpx.Client, property_id: str) -> None:
        answer = shared_api.post(kind.path(property_id), json=kind.full)
        assert answer.status_code == 200
        record = answer.json()
        assert MOMENT.fullmatch(record["created_at"])
        assert record == kind.full | {
            "property_id": property_id, "created_at": record["created_at"], "updated_at": record["created_at"]
        }  # fmt: skip
        found = shared_api.get(kind.path(property_id))
        assert (found.status_code, found.text, found.headers["etag"]) == (200, answer.text, answer.headers["etag"])

    @promise(
        "Repairs, rents and neighborhoods",
        "`POST /core/property/properties/{property_id}/neighborhood_rating` creates or replaces the rating: score "
        "0–100, notes, factors.",
    )
    def test_later_post_replaces_the_record(
        self, kind: PerProperty, shared_api: httpx.Client, property_id: str
    ) -> None:
        first = shared_api.post(kind.path(property_id), json=kind.full).json()
        answer = shared_api.post(kind.path(property_id), json=kind.other)
        assert answer.status_code == 200
        second = answer.json()
        assert second["created_at"] == first["created_at"]
        assert second["updated_at"] > first["updated_at"]
        given = {"property_id": property_id, "created_at": first["created_at"], "updated_at": second["updated_at"]}
        assert second == kind.defaults | kind.other | given
        assert shared_api.get(kind.path(property_id)).json() == second

    def test_identical_post_changes_nothing(
        self, kind: PerProperty, shared_api: httpx.Client, property_id: str
    ) -> None:
        first, second = (shared_api.post(kind.path(property_id), json=kind.full) for _ in range(2))
        assert second.text == first.text

    def test_invalid_field_is_named_and_nothing_is_stored(
        self, kind: PerProperty, shared_api: httpx.Client, property_id: str
    ) -> None:
        path = kind.path(property_id)
        kept = shared_api.post(path, json=kind.full).text
        refused(shared_api.post(path, json=kind.other | {"nonsense": 1}), 400, "nonsense is not a known field")
        for name in ("created_at", "updated_at", "property_id", "warnings"):
            refused(shared_api.post(path, json=kind.other | {name: "x"}), 400, f"{name} is read-only")
        answer = shared_api.post(path, json=kind.wrong)
        assert answer.status_code == 400
        assert answer.json()["errors"][0]["field"] == next(iter(kind.wrong))
        refused(shared_api.get(path, params={"x": "1"}), 400, "x is not a known query parameter")
        assert shared_api.get(path).text == kept

    def test_stale_version_is_412(self, kind: PerProperty, shared_api: httpx.Client, property_id: str) -> None:
        path = kind.path(property_id)
        none = f"there is no {kind.entity} yet, so If-Match cannot match"
        refused(shared_api.post(path, json=kind.full, headers={"If-Match": "*"}), 412, none)
        sentence = f"the {kind.entity} has changed since you read it; read it again before you change it"
        etag = shared_api.post(path, json=kind.full).headers["etag"]
        assert shared_api.post(path, json=kind.other, headers={"If-Match": etag}).status_code == 200
        refused(shared_api.post(path, json=kind.full, headers={"If-Match": etag}), 412, sentence)
        assert shared_api.post(path, json=kind.full, headers={"If-Match": "*"}).status_code == 200

    def test_idempotency_key_replays_the_response(
        self, kind: PerProperty, shared_api: httpx.Client, property_id: str
    ) -> None:
        path, headers = kind.path(property_id), {"Idempotency-Key": unique("key")}
        first = shared_api.post(path, json=kind.full, headers=headers)
        shared_api.post(path, json=kind.other)
        again = shared_api.post(path, json=kind.full, headers=headers)
        assert (again.status_code, again.text, again.headers["idempotent-replayed"]) == (200, first.text, "true")
        assert shared_api.post(path, json=kind.other, headers=headers).status_code == 409

    def test_post_is_audited(self, kind: PerProperty, shared_api: httpx.Client, property_id: str) -> None:
        path = kind.path(property_id)
        first = shared_api.post(path, json=kind.full).json()
        answer = shared_api.post(path, json=kind.other)
        changed, created, _ = events(shared_api, property_id)
        assert (changed["action"], created["action"]) == (f"{kind.entity}.changed", f"{kind.entity}.created")
        assert created["changes"] == {name: {"before": None, "after": value} for name, value in first.items()}
        assert changed["request_id"] == answer.headers["x-request-id"]
        after = kind.defaults | kind.other
        assert changed["changes"] == {
            name: {"before": first[name], "after": value} for name, value in after.items() if first[name] != value
        }

    def test_wrong_method_is_405(self, kind: PerProperty, shared_api: httpx.Client, property_id: str) -> None:
        answer = shared_api.patch(kind.path(property_id), json=kind.other)
        refused(answer, 405, "PATCH is not allowed here; use GET, POST")


class TestComps:
    def ask(self, api: httpx.Client, property_id: str, **criteria: Any) -> httpx.Response:
        return api.post("/core/property/comps", json={"property_id": property_id} | criteria)

    def path(self, property_id: str) -> str:
        return f"/core/property/properties/{property_id}/comps"

    @promise(
        "Comparable sales",
        "`GET /core/property/properties/{property_id}/comps` returns an empty list if no comparison was made.",
    )
    def test_returns_an_empty_list_before_the_first_comparison(
        self, shared_api: httpx.Client, property_id: str
    ) -> None:
        found = shared_api.get(self.path(property_id))
        assert found.status_code == 200
        assert (found.json()["comps"], found.json()["property_id"]) == ([], property_id)

    @promise(
        "Comparable sales",
        "`POST /core/property/comps` returns the criteria, the comps and notes; without sales, an empty list and a "
        "note that says so.",
    )
    def test_criteria_are_returned_and_stored(self, shared_api: httpx.Client, property_id: str) -> None:
        criteria = {"radius_km": 1.5, "beds": 3, "baths": 2, "notes": "Brick only"}
        answer = self.ask(shared_api, property_id, **criteria)
        assert answer.status_code == 200
        record = answer.json()
        assert record.items() >= (criteria | {"property_id": property_id, "ok": True, "comps": []}).items()
        assert MOMENT.fullmatch(record["updated_at"])
        found = shared_api.get(self.path(property_id))
        assert (found.text, found.headers["etag"]) == (answer.text, answer.headers["etag"])

    @promise(
        "Comparable sales",
        "`POST /core/property/comps` returns the criteria, the comps and notes; without sales, an empty list and a "
        "note that says so.",
    )
    def test_notes_explain_an_empty_list(self, shared_api: httpx.Client, property_id: str) -> None:
        assert "no sales are loaded" in self.ask(shared_api, property_id).json()["notes"]

    def test_invalid_field_is_named(self, shared_api: httpx.Client, property_id: str) -> None:
        refused(self.ask(shared_api, "pr_nope"), 404, "property not found")
        refused(shared_api.get(self.path("pr_nope")), 404, "property not found")
        refused(shared_api.post("/core/property/comps", json={}), 400, "property_id is required")
        refused(self.ask(shared_api, property_id, comps=[]), 400, "comps is read-only")
        refused(self.ask(shared_api, property_id, nonsense=1), 400, "nonsense is not a known field")
        for name, value in (("radius_km", 0), ("radius_km", "2"), ("beds", -1), ("beds", 1.5), ("notes", 5)):
            answer = self.ask(shared_api, property_id, **{name: value})
            assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, name)

    def test_stale_version_is_412(self, shared_api: httpx.Client, property_id: str) -> None:
        etag = self.ask(shared_api, property_id, radius_km=1).headers["etag"]
        body = {"property_id": property_id, "radius_km": 3}
        for headers, status in (({"If-Match": etag}, 200), ({"If-Match": etag}, 412), ({"If-Match": "*"}, 200)):
            assert shared_api.post("/core/property/comps", json=body, headers=headers).status_code == status

    def test_post_is_audited(self, shared_api: httpx.Client, property_id: str) -> None:
        self.ask(shared_api, property_id, radius_km=1)
        self.ask(shared_api, property_id, radius_km=3)
        changed, created, _ = events(shared_api, property_id)
        assert (changed["action"], created["action"]) == ("comps.changed", "comps.created")
        assert changed["changes"] == {"radius_km": {"before": 1, "after": 3}}
