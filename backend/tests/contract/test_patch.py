"""PATCH and If-Match for every kind of record, on both databases, over HTTP."""

import httpx
import pytest

from backend.tests.contract.answers import events, refused
from backend.tests.contract.kinds import KINDS, Kind, make
from backend.tests.promises import promise

pytestmark = pytest.mark.parametrize("kind", KINDS.values(), ids=str)


class TestPatch:
    @promise("Messages", "`PATCH /core/comms/drafts/{draft_id}` replaces the fields sent and no others.")
    @promise(
        "Joint ventures",
        "`GET /core/jv/partners/{partner_id}` returns a partner, and `PATCH /core/jv/partners/{partner_id}` changes "
        "one.",
    )
    @promise(
        "Joint ventures",
        "`GET /core/jv/links` filters by partner_id, deal_id and status, and `PATCH /core/jv/links/{link_id}` "
        "changes a link.",
    )
    @promise("Deals", "`GET /core/deals` lists and filters deals, and `PATCH /core/deals/{deal_id}` changes one.")
    @promise(
        "Records and lists",
        "PATCH replaces each field sent, tags and meta as a whole; null clears a field that allows null.",
    )
    def test_replaces_the_fields_sent_and_no_others(self, kind: Kind, shared_api: httpx.Client) -> None:
        before = make(kind, shared_api, **kind.full)
        answer = shared_api.patch(kind.one(before["id"]), json=kind.change)
        assert answer.status_code == 200
        after = answer.json()
        after.pop("warnings", None)
        assert after["updated_at"] > before["updated_at"]
        logged = {name: after[name] for name in kind.logged}
        assert after == before | kind.change | logged | {"updated_at": after["updated_at"]}
        for name in kind.logged:
            assert after[name][:-1] == before[name]
        assert kind.read(shared_api, before["id"]).json() == after

    @promise(
        "Records and lists",
        "PATCH replaces each field sent, tags and meta as a whole; null clears a field that allows null.",
    )
    def test_null_clears_a_nullable_field(self, kind: Kind, shared_api: httpx.Client) -> None:
        record = make(kind, shared_api, **kind.full)
        for name in kind.cleared:
            answer = shared_api.patch(kind.one(record["id"]), json={name: None})
            assert answer.status_code == 200, answer.text
            assert answer.json()[name] is None

    @promise(
        "Records and lists",
        "PATCH replaces each field sent, tags and meta as a whole; null clears a field that allows null.",
    )
    def test_null_is_refused_for_a_field_that_is_not_nullable(self, kind: Kind, shared_api: httpx.Client) -> None:
        record = make(kind, shared_api, **kind.full)
        together = {"latitude", "longitude"}
        for name in kind.full.keys() - set(kind.cleared) - together:
            answer = shared_api.patch(kind.one(record["id"]), json={name: None})
            assert answer.status_code == 400, name
            assert answer.json()["detail"] == f"{name} must not be null"
        assert kind.read(shared_api, record["id"]).json() == record

    @pytest.mark.parametrize("nothing", ["no field", "the same again"])
    def test_patch_without_a_change_writes_nothing(self, kind: Kind, shared_api: httpx.Client, nothing: str) -> None:
        record = make(kind, shared_api, **kind.full)
        path, trail = kind.one(record["id"]), events(shared_api, record["id"])
        answer = shared_api.patch(path, json={} if nothing == "no field" else kind.full)
        assert answer.status_code == 200
        assert kind.read(shared_api, record["id"]).json() == record == {
            name: value for name, value in answer.json().items() if name != "warnings"
        }  # fmt: skip
        assert events(shared_api, record["id"]) == trail

    @promise("Strict input", "No value is converted to another type.")
    def test_true_and_1_are_different_values(self, kind: Kind, shared_api: httpx.Client) -> None:
        record = make(kind, shared_api, meta={"flag": 1})
        answer = shared_api.patch(kind.one(record["id"]), json={"meta": {"flag": True}})
        assert answer.json()["meta"]["flag"] is True
        assert kind.read(shared_api, record["id"]).json()["meta"]["flag"] is True
        newest = events(shared_api, record["id"])[0]
        assert newest["changes"]["meta"]["after"]["flag"] is True

    @promise("Records and lists", "PATCH validates the merged record and refuses read-only fields.")
    def test_read_only_or_unknown_field_is_refused(self, kind: Kind, shared_api: httpx.Client) -> None:
        path = kind.one(make(kind, shared_api)["id"])
        for name in ("id", "created_at", "updated_at", "warnings", *kind.derived):
            refused(shared_api.patch(path, json={name: "x"}), 400, f"{name} is read-only")
        refused(shared_api.patch(path, json={"nonsense": None}), 400, "nonsense is not a known field")

    @promise(
        "Errors",
        "Every error is an RFC 9457 document with a readable sentence; a 400 lists each invalid field with its "
        "message.",
    )
    def test_all_faults_are_listed_and_nothing_is_stored(self, kind: Kind, shared_api: httpx.Client) -> None:
        record = make(kind, shared_api)
        wrong = kind.change | {"id": "x", "nonsense": 1, "meta": []}
        answer = shared_api.patch(kind.one(record["id"]), json=wrong)
        assert answer.status_code == 400
        assert {fault["field"] for fault in answer.json()["errors"]} == {"id", "nonsense", "meta"}
        assert kind.read(shared_api, record["id"]).json() == record

    def test_body_that_is_not_an_object_is_refused(self, kind: Kind, shared_api: httpx.Client) -> None:
        path = kind.one(make(kind, shared_api)["id"])
        for body in ("[]", "null", "1", '"x"', "true", "[{}]"):
            answer = shared_api.patch(path, content=body, headers={"Content-Type": "application/json"})
            refused(answer, 400, "the body must be a JSON object")


class TestIfMatch:
    @promise(
        "Records and lists",
        "`If-Match` with the ETag of a record makes a PATCH conditional; a lost race returns 412.",
    )
    def test_current_version_is_accepted(self, kind: Kind, shared_api: httpx.Client) -> None:
        record = shared_api.post(kind.path, json=kind.body(shared_api))
        path, etag = kind.one(record.json()["id"]), record.headers["etag"]
        first = shared_api.patch(path, json=kind.change, headers={"If-Match": etag})
        assert first.status_code == 200
        assert first.headers["etag"] != etag
        second = shared_api.patch(path, json={"meta": {}}, headers={"If-Match": f'"x", {first.headers["etag"]}'})
        assert second.status_code == 200

    @promise(
        "Records and lists",
        "`If-Match` with the ETag of a record makes a PATCH conditional; a lost race returns 412.",
    )
    def test_stale_version_is_412(self, kind: Kind, shared_api: httpx.Client) -> None:
        made = shared_api.post(kind.path, json=kind.body(shared_api))
        path, etag = kind.one(made.json()["id"]), made.headers["etag"]
        won = shared_api.patch(path, json=kind.change).json()
        sentence = f"the {kind.entity} has changed since you read it; read it again before you change it"
        for stale in (etag, '"nonsense"', f"W/{etag}", f'{etag}, "other"'):
            refused(shared_api.patch(path, json={"meta": {}}, headers={"If-Match": stale}), 412, sentence)
        found = kind.read(shared_api, won["id"]).json()
        assert found == {name: value for name, value in won.items() if name != "warnings"}

    @promise("Records and lists", "A weak ETag in `If-Match` matches like a strong one, because proxies weaken ETags.")
    def test_weak_tag_of_the_current_version_is_accepted(self, kind: Kind, shared_api: httpx.Client) -> None:
        made = shared_api.post(kind.path, json=kind.body(shared_api))
        path, etag = kind.one(made.json()["id"]), made.headers["etag"]
        for written in ("W/{}", '"a,b", W/"x" ,,W/{},'):
            condition = written.replace("{}", etag)
            answer = shared_api.patch(path, json={"meta": {"tag": written}}, headers={"If-Match": condition})
            assert answer.status_code == 200
            etag = answer.headers["etag"]

    @pytest.mark.parametrize(
        "condition", ["", "x", "**", "faa76e38", '"x" "y"', '*, "x"', 'w/"x"', 'W/ "x"', '"x', '"x"y', ","]
    )
    def test_malformed_if_match_is_refused(self, kind: Kind, shared_api: httpx.Client, condition: str) -> None:
        record = make(kind, shared_api)
        answer = shared_api.patch(kind.one(record["id"]), json=kind.change, headers={"If-Match": condition})
        assert answer.status_code == 400
        assert "If-Match" in answer.json()["detail"]
        assert kind.read(shared_api, record["id"]).json() == record

    def test_stale_version_is_reported_before_other_errors(self, kind: Kind, shared_api: httpx.Client) -> None:
        """The client decided on an outdated version, so no other rule is checked."""
        path = kind.one(make(kind, shared_api)["id"])
        answer = shared_api.patch(path, json=kind.change, headers={"If-Match": '"other"'})
        assert answer.status_code == 412

    def test_star_matches_any_version(self, kind: Kind, shared_api: httpx.Client) -> None:
        path = kind.one(make(kind, shared_api)["id"])
        assert shared_api.patch(path, json=kind.change, headers={"If-Match": "*"}).status_code == 200
        refused(shared_api.patch(kind.one("nope"), json={}, headers={"If-Match": "*"}), 404, f"{kind.entity} not found")

    @promise(
        "Errors",
        "Requests refused by a rule (403, 409, 412) are logged and audited in their own transaction; malformed input "
        "is not audited.",
    )
    def test_stale_version_is_audited_as_refused(self, kind: Kind, shared_api: httpx.Client) -> None:
        record_id = make(kind, shared_api)["id"]
        answer = shared_api.patch(kind.one(record_id), json=kind.change, headers={"If-Match": '"other"'})
        event = events(shared_api, record_id)[0]
        assert event["outcome"] == "refused"
        assert event["request_id"] == answer.headers["x-request-id"]
        assert event["detail"] == f"412 {answer.json()['detail']}"
        assert event["changes"] == {}
