"""Idempotency keys and audit events of every kind of record, on both databases, over HTTP."""

import json

import httpx
import pytest

from backend.tests.contract.answers import events, refused
from backend.tests.contract.kinds import KINDS, Kind, make, unique
from backend.tests.promises import promise

pytestmark = pytest.mark.parametrize("kind", KINDS.values(), ids=str)


class TestIdempotency:
    @promise("Records and lists", "A retry with the same `Idempotency-Key` returns the first response.")
    def test_repeated_request_returns_the_same_response(self, kind: Kind, shared_api: httpx.Client) -> None:
        body, headers = kind.body(shared_api, kind.full), {"Idempotency-Key": unique("key")}
        first, second = (shared_api.post(kind.path, json=body, headers=headers) for _ in range(2))
        assert (first.status_code, second.status_code) == (201, 201)
        assert first.content == second.content
        assert first.headers["etag"] == second.headers["etag"]
        assert "idempotent-replayed" not in first.headers
        assert second.headers["idempotent-replayed"] == "true"
        assert len(events(shared_api, first.json()["id"])) == 1

    @promise("Records and lists", "A retry with the same `Idempotency-Key` returns the first response.")
    def test_first_response_is_replayed_after_the_record_changed(self, kind: Kind, shared_api: httpx.Client) -> None:
        body, headers = kind.body(shared_api), {"Idempotency-Key": unique("key")}
        first = shared_api.post(kind.path, json=body, headers=headers)
        shared_api.patch(kind.one(first.json()["id"]), json=kind.change)
        assert shared_api.post(kind.path, json=body, headers=headers).content == first.content

    @promise("Records and lists", "A retry with the same `Idempotency-Key` returns the first response.")
    def test_patch_is_done_once(self, kind: Kind, shared_api: httpx.Client) -> None:
        """The retry still names the version that the first request has changed."""
        made = shared_api.post(kind.path, json=kind.body(shared_api))
        path = kind.one(made.json()["id"])
        headers = {"Idempotency-Key": unique("key"), "If-Match": made.headers["etag"]}
        first = shared_api.patch(path, json=kind.change, headers=headers)
        later = shared_api.patch(path, json={"meta": {"later": True}})
        again = shared_api.patch(path, json=kind.change, headers=headers | {"If-Match": f"W/{made.headers['etag']}"})
        assert (first.status_code, later.status_code, again.status_code) == (200, 200, 200)
        assert (again.content, again.headers["etag"]) == (first.content, first.headers["etag"])
        assert again.headers["idempotent-replayed"] == "true"
        assert len(events(shared_api, made.json()["id"])) == 3
        used = "this Idempotency-Key was used for another request; use a new key for a new request"
        for other in ({"If-Match": later.headers["etag"]}, {"If-Match": "*"}):
            refused(shared_api.patch(path, json=kind.change, headers=headers | other), 409, used)
        refused(shared_api.patch(path, json={}, headers=headers), 409, used)
        del headers["If-Match"]
        refused(shared_api.patch(path, json=kind.change, headers=headers), 409, used)

    @promise("Records and lists", "A retry is recognized whatever the order of its JSON keys and query parameters.")
    def test_rewritten_json_is_the_same_request(self, kind: Kind, shared_api: httpx.Client) -> None:
        body = kind.body(shared_api, kind.full) | {"meta": {"a": 1, "b": [1.5, "é"]}}
        headers = {"Idempotency-Key": unique("key"), "Content-Type": "application/json"}
        first = shared_api.post(kind.path, json=body, headers=headers)
        turned = {**dict(reversed(body.items())), "meta": {"b": [1.50, "é"], "a": 1}}
        for text in (json.dumps(turned, indent=2), json.dumps(turned, ensure_ascii=False)):
            again = shared_api.post(kind.path, content=text.replace("1.5", "15e-1").encode(), headers=headers)
            assert (again.status_code, again.content) == (201, first.content)
        other = json.dumps(turned | {"meta": {"b": [1.5, "é"], "a": 1.0}})
        assert shared_api.post(kind.path, content=other, headers=headers).status_code == 409

    def test_key_of_another_method_is_a_new_request(self, kind: Kind, shared_api: httpx.Client) -> None:
        made = make(kind, shared_api)
        headers = {"Idempotency-Key": unique("key")}
        assert shared_api.patch(kind.one(made["id"]), json=kind.change, headers=headers).status_code == 200
        other = make(kind, shared_api)
        answer = shared_api.patch(kind.one(other["id"]), json=kind.change, headers=headers)
        assert "idempotent-replayed" not in answer.headers
        assert shared_api.post(kind.path, json=kind.body(shared_api), headers=headers).status_code == 201

    @promise(
        "Records and lists",
        "Only 2xx responses are kept for an `Idempotency-Key`; a different body with the same key returns 409.",
    )
    def test_same_key_with_another_body_is_refused(self, kind: Kind, shared_api: httpx.Client) -> None:
        body, headers = kind.body(shared_api), {"Idempotency-Key": unique("key")}
        shared_api.post(kind.path, json=body, headers=headers)
        answer = shared_api.post(kind.path, json=body | {"meta": {"a": 1}}, headers=headers)
        refused(answer, 409, "this Idempotency-Key was used for another request; use a new key for a new request")

    @promise(
        "Records and lists",
        "Only 2xx responses are kept for an `Idempotency-Key`; a different body with the same key returns 409.",
    )
    def test_failed_request_is_not_stored(self, kind: Kind, shared_api: httpx.Client) -> None:
        headers = {"Idempotency-Key": unique("key")}
        assert shared_api.post(kind.path, json={"nonsense": 1}, headers=headers).status_code == 400
        answer = shared_api.post(kind.path, json=kind.body(shared_api), headers=headers)
        assert answer.status_code == 201
        assert "idempotent-replayed" not in answer.headers

    def test_other_or_no_keys_create_new_records(self, kind: Kind, shared_api: httpx.Client) -> None:
        bodies = [kind.body(shared_api) for _ in range(3)]
        keys: list[dict[str, str]] = [{"Idempotency-Key": unique("key")}, {"Idempotency-Key": unique("key")}, {}]
        pairs = zip(bodies, keys, strict=True)
        ids = {shared_api.post(kind.path, json=body, headers=key).json()["id"] for body, key in pairs}
        assert len(ids) == 3

    @pytest.mark.parametrize("key", ["", "x" * 201, "tab\there"])
    def test_malformed_key_is_refused(self, kind: Kind, shared_api: httpx.Client, key: str) -> None:
        body = kind.body(shared_api)
        answer = shared_api.post(kind.path, json=body, headers={"Idempotency-Key": key})
        refused(answer, 400, "Idempotency-Key must have 1 to 200 printable ASCII characters")


class TestAudit:
    @promise("Audit trail", "`GET /core/audit/records/{record_id}` returns the history of one record.")
    @promise(
        "Audit trail",
        "Every change writes, in its own transaction, an event with actor, time, action, record, changed fields and "
        "request id.",
    )
    def test_create_is_audited_with_the_record(self, kind: Kind, shared_api: httpx.Client) -> None:
        answer = shared_api.post(kind.path, json=kind.body(shared_api, kind.full))
        record = answer.json()
        record.pop("warnings", None)
        (event,) = events(shared_api, record["id"])
        assert event["id"].startswith("ev_")
        assert event["at"] == record["created_at"]
        assert event["action"] == f"{kind.entity}.created"
        assert (event["entity"], event["entity_id"]) == (kind.entity, record["id"])
        assert (event["via"], event["outcome"], event["detail"]) == ("api", "done", None)
        assert event["request_id"] == answer.headers["x-request-id"]
        assert event["actor"]
        assert event["changes"] == {name: {"before": None, "after": value} for name, value in record.items()}

    @promise("Audit trail", "`GET /core/audit/records/{record_id}` returns the history of one record.")
    @promise(
        "Audit trail",
        "Every change writes, in its own transaction, an event with actor, time, action, record, changed fields and "
        "request id.",
    )
    def test_patch_is_audited_with_before_and_after(self, kind: Kind, shared_api: httpx.Client) -> None:
        before = make(kind, shared_api)
        answer = shared_api.patch(kind.one(before["id"]), json=kind.change)
        newest, _ = events(shared_api, before["id"])
        assert newest["action"] == f"{kind.entity}.changed"
        assert newest["request_id"] == answer.headers["x-request-id"]
        assert newest["at"] == answer.json()["updated_at"]
        assert newest["changes"] == {
            name: {"before": before[name], "after": value} for name, value in kind.change.items()
        }

    @promise(
        "Audit trail",
        "Every change writes, in its own transaction, an event with actor, time, action, record, changed fields and "
        "request id.",
    )
    @promise("Operations", "Logs are structured, and responses carry the request id of their log lines.")
    def test_valid_request_id_of_the_client_is_used(self, kind: Kind, shared_api: httpx.Client) -> None:
        name = unique("req")
        answer = shared_api.post(kind.path, json=kind.body(shared_api), headers={"X-Request-ID": name})
        assert answer.headers["x-request-id"] == name
        assert events(shared_api, answer.json()["id"])[0]["request_id"] == name
        for wild in ("x" * 65, "a b", "<script>", "é"):
            answer = shared_api.post(kind.path, json={}, headers={b"X-Request-ID": wild.encode("latin-1")})
            assert answer.headers["x-request-id"] != wild

    @promise(
        "Errors",
        "Requests refused by a rule (403, 409, 412) are logged and audited in their own transaction; malformed input "
        "is not audited.",
    )
    def test_malformed_request_is_not_audited(self, kind: Kind, shared_api: httpx.Client) -> None:
        newest = shared_api.get("/core/audit/events", params={"limit": 1}).json()["items"]
        assert shared_api.post(kind.path, json={"nonsense": 1}).status_code == 400
        assert shared_api.patch(kind.one("nope"), json={}).status_code == 404
        assert shared_api.get("/core/audit/events", params={"limit": 1}).json()["items"] == newest
