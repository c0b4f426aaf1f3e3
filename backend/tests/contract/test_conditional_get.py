"""`If-None-Match` for every GET of a single record, on both databases, over HTTP."""

import httpx
import pytest

from backend.tests.contract.answers import refused
from backend.tests.contract.kinds import KINDS, PER_PROPERTY, make
from backend.tests.promises import promise


@pytest.fixture
def paths(shared_api: httpx.Client) -> list[str]:
    """Paths of one record of each kind."""
    found = [kind.one(make(kind, shared_api)["id"]) for kind in KINDS.values() if kind.readable]
    property_id = make(KINDS["properties"], shared_api)["id"]
    for kind in PER_PROPERTY:
        assert shared_api.post(kind.path(property_id), json=kind.full).status_code == 200
        found.append(kind.path(property_id))
    return [*found, "/core/property/repair_costs/uc_shipped"]


@promise("Records and lists", "`If-None-Match` with the ETag of a record returns 304 without a body.")
@pytest.mark.parametrize("condition", ["{}", "W/{}", "*", '"x", W/{}', '"a,b",,{},'])
def test_current_version_is_not_sent_again(shared_api: httpx.Client, paths: list[str], condition: str) -> None:
    for path in paths:
        full = shared_api.get(path)
        headers = {"If-None-Match": condition.replace("{}", full.headers["etag"])}
        for method in ("GET", "HEAD"):
            answer = shared_api.request(method, path, headers=headers)
            assert (answer.status_code, answer.content) == (304, b"")
            about_the_body = {"content-type", "content-length"}
            assert answer.headers.keys() == full.headers.keys() - about_the_body
            same = {"etag", "cache-control", "x-content-type-options"}
            assert {answer.headers[name] for name in same} == {full.headers[name] for name in same}


@promise("Records and lists", "`If-None-Match` with the ETag of a record returns 304 without a body.")
def test_changed_record_is_sent(shared_api: httpx.Client) -> None:
    for kind in (kind for kind in KINDS.values() if kind.readable):
        made = shared_api.post(kind.path, json=kind.body(shared_api))
        path, etag = kind.one(made.json()["id"]), made.headers["etag"]
        changed = shared_api.patch(path, json=kind.change)
        for other in (etag, '"nonsense"', f'W/{etag}, ""'):
            answer = shared_api.get(path, headers={"If-None-Match": other})
            assert answer.status_code == 200
            assert answer.headers["etag"] == changed.headers["etag"]


def test_malformed_condition_is_refused(shared_api: httpx.Client, paths: list[str]) -> None:
    sentence = 'If-None-Match must be an ETag with its quotes, such as "faa76e38…", or *'
    for path in paths:
        for condition in ("", "x", "**", '*, "x"', '"x'):
            refused(shared_api.get(path, headers={"If-None-Match": condition}), 400, sentence)


def test_condition_is_ignored_where_there_is_no_version(shared_api: httpx.Client) -> None:
    refused(shared_api.get("/core/deals/nope", headers={"If-None-Match": "*"}), 404, "deal not found")
    for path in ("/core/deals", "/core/audit/events", "/healthz"):
        assert shared_api.get(path, headers={"If-None-Match": "*"}).status_code == 200
    made = shared_api.post("/core/deals", json={"name": "x"}, headers={"If-None-Match": "*"})
    assert made.status_code == 201
