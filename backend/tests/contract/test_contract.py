"""What all kinds of records have in common, on both databases, over HTTP."""

import re
from typing import Any

import httpx
import pytest

from backend.tests.contract.answers import MOMENT, events, everything, refused
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


class TestList:
    @promise(
        "Records and lists",
        'Every list returns `{"items": [...]}`, newest first, with `next_cursor` if there is more.',
    )
    def test_newest_first(self, kind: Kind, shared_api: httpx.Client) -> None:
        made = [make(kind, shared_api)["id"] for _ in range(5)]
        items = shared_api.get(kind.path, params={"limit": 5}).json()["items"]
        assert [item["id"] for item in items] == made[::-1]

    @promise("Records and lists", "Following the cursor returns every page of a list.")
    def test_cursor_pages_through_the_whole_list(self, kind: Kind, shared_api: httpx.Client) -> None:
        name = next(iter(kind.filters))
        value = unique() if name.endswith("_id") else kind.filters[name][0]
        made = [make(kind, shared_api, **{name: value})["id"] for _ in range(7)]
        params: dict[str, Any] = {name: value, "limit": 3}
        pages: list[list[str]] = []
        while len(pages) < 3:
            answer = shared_api.get(kind.path, params=params).json()
            pages.append([item["id"] for item in answer["items"]])
            if "next_cursor" not in answer:
                break
            assert answer.keys() == {"items", "next_cursor"}
            params["cursor"] = answer["next_cursor"]
        assert [record_id for page in pages for record_id in page][:7] == made[::-1]
        assert [len(page) for page in pages[:2]] == [3, 3]

    @promise(
        "Records and lists",
        'Every list returns `{"items": [...]}`, newest first, with `next_cursor` if there is more.',
    )
    def test_the_last_page_has_no_cursor(self, kind: Kind, shared_api: httpx.Client) -> None:
        name = next(name for name in ("deal_id", "property_id", *kind.filters) if name in kind.filters)
        value = unique() if name.endswith("_id") else kind.filters[name][0]
        already = len(everything(shared_api, kind.path, {name: value}))
        for _ in range(2):
            make(kind, shared_api, **{name: value})
        whole = shared_api.get(kind.path, params={name: value, "limit": min(500, already + 2)}).json()
        assert whole.keys() == {"items"}
        assert len(whole["items"]) == already + 2

    @promise("Messages", "`GET /core/comms/drafts` filters by status, channel, deal_id and contact_id.")
    @promise("Joint ventures", "`GET /core/jv/partners` filters by status, role and tag.")
    @promise(
        "Joint ventures",
        "`GET /core/jv/links` filters by partner_id, deal_id and status, and `PATCH /core/jv/links/{link_id}` "
        "changes a link.",
    )
    @promise("Properties", "`GET /core/property/properties` filters by status, country and region.")
    @promise("Deals", "`GET /core/deals` lists and filters deals, and `PATCH /core/deals/{deal_id}` changes one.")
    def test_each_filter_returns_only_matching_records(self, kind: Kind, shared_api: httpx.Client) -> None:
        for name, (wanted, other) in kind.filters.items():
            extra = {"country": "CA"} if name == "region" else {}
            yes, no = (make(kind, shared_api, **extra, **{name: value})["id"] for value in (wanted, other))
            found = shared_api.get(kind.path, params={name: wanted, "limit": 500}).json()["items"]
            assert {item[name] for item in found} == {wanted}
            ids = [item["id"] for item in found]
            assert yes in ids
            assert no not in ids

    @promise("Records and lists", "Filters combine, and a filter without matches returns an empty list.")
    def test_filters_are_combined_with_and(self, kind: Kind, shared_api: httpx.Client) -> None:
        names = list(kind.filters)[:2]
        wanted = {name: kind.filters[name][0] for name in names}
        made = [
            make(kind, shared_api, **wanted | changed)["id"]
            for changed in ({}, *({name: kind.filters[name][1]} for name in names))
        ]
        found = [item["id"] for item in shared_api.get(kind.path, params=wanted | {"limit": 500}).json()["items"]]
        assert [record_id in found for record_id in made] == [True, False, False]

    @promise("Records and lists", "Filters combine, and a filter without matches returns an empty list.")
    def test_filter_without_matches_returns_an_empty_list(self, kind: Kind, shared_api: httpx.Client) -> None:
        free = [name for name in kind.filters if name not in kind.choices]
        for name in free:
            for value in ("no such thing", "%", "_", "'", "NULL", "deal_a' OR '1'='1", "é", "\u202e", "x" * 200):
                answer = shared_api.get(kind.path, params={name: value})
                assert (answer.status_code, answer.text) == (200, '{"items":[]}')

    def test_invalid_filter_value_is_refused(self, kind: Kind, shared_api: httpx.Client) -> None:
        for name in kind.filters:
            if name in kind.choices:
                answer = shared_api.get(kind.path, params={name: "nonsense"})
                assert answer.status_code == 400
                assert answer.json()["detail"].startswith(f"{name} must be one of ")
            else:
                sentence = f"{name} must have at most 200 characters"
                refused(shared_api.get(kind.path, params={name: "x" * 201}), 400, sentence)
                refused(shared_api.get(kind.path, params={name: ""}), 400, f"{name} must not be empty")

    @promise("Strict input", "Unknown fields and query parameters are refused by name.")
    @pytest.mark.parametrize("name", ["nonsense", "Status", "body", "offset", "page", "limit ", "q"])
    def test_unknown_query_parameter_is_refused(self, kind: Kind, shared_api: httpx.Client, name: str) -> None:
        answer = shared_api.get(kind.path, params={name: "1"})
        refused(answer, 400, f"{name} is not a known query parameter")

    @promise("Records and lists", "`limit` is 100 by default and may be 1 to 500.")
    @pytest.mark.parametrize("limit", ["0", "501", "-1", "x", "", "1e2", "9" * 30, "null"])
    def test_limit_out_of_range_is_refused(self, kind: Kind, shared_api: httpx.Client, limit: str) -> None:
        answer = shared_api.get(kind.path, params={"limit": limit})
        assert answer.status_code == 400
        assert answer.json()["detail"].startswith("limit must be ")

    @promise("Records and lists", "`limit` is 100 by default and may be 1 to 500.")
    @pytest.mark.parametrize("limit", [1, 500])
    def test_smallest_and_largest_limit_are_accepted(self, kind: Kind, shared_api: httpx.Client, limit: int) -> None:
        make(kind, shared_api)
        answer = shared_api.get(kind.path, params={"limit": limit})
        assert answer.status_code == 200
        assert 1 <= len(answer.json()["items"]) <= limit

    @promise("Records and lists", "A cursor that no list returned is refused with 400.")
    @pytest.mark.parametrize(
        "cursor", ["x", "s1", "czE=", "Y3oxMA", "c" * 200, "'", "czk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5"]
    )
    def test_invalid_cursor_is_refused(self, kind: Kind, shared_api: httpx.Client, cursor: str) -> None:
        answer = shared_api.get(kind.path, params={"cursor": cursor})
        refused(answer, 400, "cursor is not one that a list answered in next_cursor")


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
        assert after == before | kind.change | {"updated_at": after["updated_at"]}
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

    @pytest.mark.parametrize("condition", ["", "x", "**", "faa76e38"])
    def test_malformed_if_match_is_refused(self, kind: Kind, shared_api: httpx.Client, condition: str) -> None:
        record = make(kind, shared_api)
        answer = shared_api.patch(kind.one(record["id"]), json=kind.change, headers={"If-Match": condition})
        assert answer.status_code == 400
        assert "If-Match" in answer.json()["detail"]
        assert kind.read(shared_api, record["id"]).json() == record

    def test_stale_version_is_reported_before_other_errors(self, kind: Kind, shared_api: httpx.Client) -> None:
        """What the caller decided was decided on another version, so no rule speaks about it."""
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
