"""Creating and reading every kind of record, on both databases, over HTTP."""

import re

import httpx
import pytest

from backend.tests.contract.answers import MOMENT, refused
from backend.tests.contract.kinds import KINDS, Kind, make, split_items, unique
from backend.tests.promises import promise

pytestmark = pytest.mark.parametrize("kind", KINDS.values(), ids=str)


class TestCreate:
    @promise("Messages", "`POST /core/comms/drafts` creates a draft (`dr_…`) and returns 201 with the whole record.")
    @promise(
        "Joint ventures",
        "`POST /core/jv/partners` creates a partner (`p_…`); name is required, and role and status have fixed choices.",
    )
    @promise(
        "Joint ventures",
        "`POST /core/jv/links` links a partner to a deal (`lnk_…`); partner_id and deal_id are required, "
        "relationship defaults to JV.",
    )
    @promise(
        "Properties",
        "`POST /core/property/properties` creates a property (`pr_…`); address is required, country is CA (default) "
        "or US.",
    )
    @promise(
        "Deals",
        "`POST /core/deals` creates a deal (`deal_…`) and keeps every field sent; `GET /core/deals/{deal_id}` "
        "returns it.",
    )
    @promise(
        "Records and lists",
        "Creating returns 201 with the whole record, an id prefixed by kind, and times in ISO 8601 UTC.",
    )
    def test_returns_the_whole_record(self, kind: Kind, shared_api: httpx.Client) -> None:
        body = kind.body(shared_api)
        answer = shared_api.post(kind.path, json=body)
        assert answer.status_code == 201
        assert answer.headers["content-type"] == "application/json"
        assert re.fullmatch(r'"[0-9a-f]{24}"', answer.headers["etag"])
        assert answer.headers["x-request-id"]
        record = answer.json()
        assert record.pop("id").startswith(kind.prefix)
        created, updated = record.pop("created_at"), record.pop("updated_at")
        assert created == updated
        assert MOMENT.fullmatch(created)
        record.pop("warnings", None)
        for name in kind.derived:
            del record[name]
        assert record == kind.defaults | body

    @promise(
        "Messages",
        "A draft has a channel (default sms), a status (default draft) and a required body, and keeps every field "
        "sent.",
    )
    @promise(
        "Deals",
        "`POST /core/deals` creates a deal (`deal_…`) and keeps every field sent; `GET /core/deals/{deal_id}` "
        "returns it.",
    )
    @promise("Deals", "Other records may name a deal_id that does not exist.")
    def test_keeps_every_field_as_it_was_sent(self, kind: Kind, shared_api: httpx.Client) -> None:
        body = kind.body(shared_api, kind.full)
        assert body.keys() == kind.defaults.keys() | set(kind.required)
        record = shared_api.post(kind.path, json=body).json()
        assert {name: record[name] for name in body} == body
        assert next(iter(record)) == "id"

    @promise("Messages", "`GET /core/comms/drafts/{draft_id}` returns the record byte for byte as stored.")
    @promise(
        "Joint ventures",
        "`GET /core/jv/partners/{partner_id}` returns a partner, and `PATCH /core/jv/partners/{partner_id}` changes "
        "one.",
    )
    @promise("Records and lists", "Stored bytes are valid against the published schema.")
    def test_reads_back_the_same_bytes(self, kind: Kind, shared_api: httpx.Client) -> None:
        made = shared_api.post(kind.path, json=kind.body(shared_api, kind.full))
        stored = re.sub(r',"warnings":\[.*?\]}$', "}", made.text)
        found = kind.read(shared_api, made.json()["id"])
        assert found.status_code == 200
        assert found.text == stored
        if kind.readable:
            assert found.headers["etag"] == made.headers["etag"]
        listed = shared_api.get(kind.path, params={"limit": 20}).text
        assert stored in split_items(listed)

    @promise(
        "Messages",
        "A draft has a channel (default sms), a status (default draft) and a required body, and keeps every field "
        "sent.",
    )
    @promise(
        "Joint ventures",
        "`POST /core/jv/partners` creates a partner (`p_…`); name is required, and role and status have fixed choices.",
    )
    @promise(
        "Properties",
        "`POST /core/property/properties` creates a property (`pr_…`); address is required, country is CA (default) "
        "or US.",
    )
    def test_every_enum_value_is_accepted(self, kind: Kind, shared_api: httpx.Client) -> None:
        for name, choices in kind.choices.items():
            for choice in choices:
                assert make(kind, shared_api, **{name: choice})[name] == choice

    @promise(
        "Messages",
        "A draft has a channel (default sms), a status (default draft) and a required body, and keeps every field "
        "sent.",
    )
    def test_other_enum_values_are_refused(self, kind: Kind, shared_api: httpx.Client) -> None:
        body = kind.body(shared_api)
        for name in kind.choices:
            for wrong in ("nonsense", "", "Active", 1, True, ["draft"]):
                answer = shared_api.post(kind.path, json=body | {name: wrong})
                assert answer.status_code == 400
                assert answer.json()["detail"].startswith(f"{name} must be one of ")

    @promise(
        "Messages",
        "A draft has a channel (default sms), a status (default draft) and a required body, and keeps every field "
        "sent.",
    )
    @promise(
        "Joint ventures",
        "`POST /core/jv/partners` creates a partner (`p_…`); name is required, and role and status have fixed choices.",
    )
    @promise(
        "Joint ventures",
        "`POST /core/jv/links` links a partner to a deal (`lnk_…`); partner_id and deal_id are required, "
        "relationship defaults to JV.",
    )
    @promise(
        "Errors",
        'Contract messages are fixed, such as `{"detail": "body is required"}` and `{"detail": "draft not found"}`.',
    )
    def test_missing_required_field_is_named(self, kind: Kind, shared_api: httpx.Client) -> None:
        body = kind.body(shared_api)
        for name in kind.required:
            without = {key: value for key, value in body.items() if key != name}
            refused(shared_api.post(kind.path, json=without), 400, f"{name} is required")
        answer = shared_api.post(kind.path, json={})
        assert {(fault["field"], fault["message"]) for fault in answer.json()["errors"]} == {
            (name, f"{name} is required") for name in kind.required
        }

    @promise("Strict input", "Unknown fields and query parameters are refused by name.")
    def test_unknown_field_is_named(self, kind: Kind, shared_api: httpx.Client) -> None:
        body = kind.body(shared_api)
        for name in ("nonsense", "Body", "body ", "int", "__class__", "é", "warning"):
            refused(shared_api.post(kind.path, json=body | {name: 1}), 400, f"{name} is not a known field")

    def test_read_only_field_is_named(self, kind: Kind, shared_api: httpx.Client) -> None:
        body = kind.body(shared_api)
        for name in ("id", "created_at", "updated_at", "warnings", *kind.derived):
            refused(shared_api.post(kind.path, json=body | {name: "x"}), 400, f"{name} is read-only")

    @promise("Strict input", "No value is converted to another type.")
    def test_values_are_not_converted(self, kind: Kind, shared_api: httpx.Client) -> None:
        body = kind.body(shared_api)
        known = kind.defaults | body | {name: value for name, value in kind.full.items() if value is not None}
        for name, value in known.items():
            for wrong in (1, True, "5", 1.5, ["x"], {"x": 1}):
                if type(wrong) is type(value) or (isinstance(value, int | float) and type(wrong) in {int, float}):
                    continue
                answer = shared_api.post(kind.path, json=body | {name: wrong})
                assert answer.status_code == 400, (name, wrong)
                assert {fault["field"].split(".")[0] for fault in answer.json()["errors"]} == {name}

    def test_refused_request_stores_nothing(self, kind: Kind, shared_api: httpx.Client) -> None:
        mark = unique("refused")
        before = shared_api.get(kind.path, params={"limit": 1}).json()["items"]
        for wrong in ({"nonsense": mark}, {"meta": mark}, {"id": mark}, {next(iter(kind.least)): 5}):
            assert shared_api.post(kind.path, json=kind.body(shared_api) | wrong).status_code == 400
        assert shared_api.get(kind.path, params={"limit": 1}).json()["items"] == before


class TestRead:
    @promise(
        "Errors",
        'Contract messages are fixed, such as `{"detail": "body is required"}` and `{"detail": "draft not found"}`.',
    )
    def test_unknown_id_is_not_found(self, kind: Kind, shared_api: httpx.Client) -> None:
        if kind.readable:
            for record_id in ("nope", f"{kind.prefix}0", "x" * 5000, "%C3%A9", "a%20b"):
                refused(shared_api.get(kind.one(record_id)), 404, f"{kind.entity} not found")
        refused(shared_api.patch(kind.one("nope"), json={}), 404, f"{kind.entity} not found")

    @promise("Errors", "An unknown path returns 404; a wrong method returns 405 with Allow.")
    def test_wrong_method_is_405(self, kind: Kind, shared_api: httpx.Client) -> None:
        record = make(kind, shared_api)
        one = "GET, PATCH" if kind.readable else "PATCH"
        for path, methods, allowed in (
            (kind.path, ("DELETE", "PUT", "PATCH", "OPTIONS", "TRACE"), "GET, POST"),
            (kind.one(record["id"]), ("DELETE", "PUT", "POST", "OPTIONS", "TRACE"), one),
        ):
            for method in methods:
                answer = shared_api.request(method, path)
                refused(answer, 405, f"{method} is not allowed here; use {allowed}")
                assert answer.headers["allow"] == allowed

    def test_head_is_get_without_the_body(self, kind: Kind, shared_api: httpx.Client) -> None:
        make(kind, shared_api)
        answer = shared_api.head(kind.path, params={"limit": 1})
        assert (answer.status_code, answer.content) == (200, b"")
        assert answer.headers["content-length"] == str(len(shared_api.get(kind.path, params={"limit": 1}).content))

    @promise("Errors", "An unknown path returns 404; a wrong method returns 405 with Allow.")
    def test_unknown_path_is_not_found(self, kind: Kind, shared_api: httpx.Client) -> None:
        one = kind.one(make(kind, shared_api)["id"])
        for path in (f"{kind.path}/", f"{one}/", f"{one}/nonsense", f"/x{kind.path}", kind.path.upper()):
            answer = shared_api.get(path)
            assert answer.status_code == 404
            assert answer.headers["content-type"] == "application/problem+json"

    def test_get_by_id_refuses_query_parameters(self, kind: Kind, shared_api: httpx.Client) -> None:
        record = make(kind, shared_api)
        if kind.readable:
            answer = shared_api.get(kind.one(record["id"]), params={"verbose": "1"})
            refused(answer, 400, "verbose is not a known query parameter")
