"""The OpenAPI document is complete, documented and valid for client generation."""

import json
from collections.abc import Iterator
from typing import Any

import httpx
import jsonschema_rs
import pytest
from schemathesis.openapi import from_dict

from backend.app.main import create_app
from backend.tests.promises import promise

Node = dict[str, Any]

NAMES = {
    "DraftCreate",
    "DraftRecord",
    "DraftList",
    "SendLogRecord",
    "SendLogList",
    "PartnerCreate",
    "PartnerRecord",
    "PartnerList",
    "DealLinkCreate",
    "DealLinkRecord",
    "DealLinkList",
    "PartnerDashboard",
    "PropertyCreate",
    "PropertyRecord",
    "PropertyList",
    "NeighborhoodRating",
    "CompsRequest",
    "CompsResponse",
    "RepairRentStub",
    "DealCreate",
    "DealRecord",
    "DealList",
    "AuditEvent",
    "AuditEventList",
    "Problem",
}

OPERATIONS = [
    "GET /core/search 200",
    "POST /core/comms/drafts 201",
    "GET /core/comms/drafts 200",
    "GET /core/comms/drafts/{draft_id} 200",
    "PATCH /core/comms/drafts/{draft_id} 200",
    "POST /core/comms/drafts/{draft_id}/mark_sent 200",
    "GET /core/comms/sendlog 200",
    "POST /core/jv/partners 201",
    "GET /core/jv/partners 200",
    "GET /core/jv/partners/{partner_id} 200",
    "PATCH /core/jv/partners/{partner_id} 200",
    "GET /core/jv/partners/{partner_id}/dashboard 200",
    "POST /core/jv/links 201",
    "GET /core/jv/links 200",
    "PATCH /core/jv/links/{link_id} 200",
    "POST /core/property/properties 201",
    "GET /core/property/properties 200",
    "GET /core/property/properties/{property_id} 200",
    "PATCH /core/property/properties/{property_id} 200",
    "POST /core/property/properties/{property_id}/neighborhood_rating 200",
    "GET /core/property/properties/{property_id}/neighborhood_rating 200",
    "POST /core/property/comps 200",
    "GET /core/property/properties/{property_id}/comps 200",
    "GET /core/property/properties/{property_id}/comps/why_not 200",
    "POST /core/property/properties/{property_id}/valuation 201",
    "GET /core/property/properties/{property_id}/valuation 200",
    "GET /core/property/properties/{property_id}/valuations 200",
    "POST /core/property/properties/{property_id}/repair_rent 200",
    "GET /core/property/properties/{property_id}/repair_rent 200",
    "POST /core/property/properties/{property_id}/repair_rent/estimate 200",
    "POST /core/property/properties/{property_id}/neighborhood_rating/compute 200",
    "POST /core/property/repair_costs 201",
    "GET /core/property/repair_costs 200",
    "GET /core/property/repair_costs/{costs_id} 200",
    "POST /core/deals 201",
    "GET /core/deals 200",
    "GET /core/deals/{deal_id} 200",
    "PATCH /core/deals/{deal_id} 200",
    "GET /core/deals/{deal_id}/stages 200",
    "POST /core/market/markets 201",
    "GET /core/market/markets 200",
    "GET /core/market/markets/{name} 200",
    "PATCH /core/market/markets/{name} 200",
    "GET /core/market/markets/{name}/summary 200",
    "GET /core/market/markets/{name}/index 200",
    "GET /core/market/study 200",
    "GET /core/market/models 200",
    "GET /core/market/sales 200",
    "GET /core/market/sales/export 200",
    "GET /core/market/sales/export 202",
    "GET /core/market/sales/{sale_id} 200",
    "PATCH /core/market/sales/{sale_id} 200",
    "POST /core/market/appraisals 201",
    "GET /core/market/appraisals 200",
    "GET /core/market/appraisals/export 200",
    "GET /core/market/appraisals/export 202",
    "GET /core/market/appraisals/{appraisal_id} 200",
    "PATCH /core/market/appraisals/{appraisal_id} 200",
    "GET /core/comms/drafts/export 200",
    "GET /core/comms/drafts/export 202",
    "GET /core/comms/sendlog/export 200",
    "GET /core/comms/sendlog/export 202",
    "GET /core/jv/partners/export 200",
    "GET /core/jv/partners/export 202",
    "GET /core/jv/links/export 200",
    "GET /core/jv/links/export 202",
    "GET /core/property/properties/export 200",
    "GET /core/property/properties/export 202",
    "GET /core/deals/export 200",
    "GET /core/deals/export 202",
    "GET /core/jobs 200",
    "GET /core/jobs/{job_id} 200",
    "GET /core/jobs/{job_id}/result 200",
    "POST /core/jobs/{job_id}/pause 200",
    "POST /core/jobs/{job_id}/resume 200",
    "POST /core/jobs/{job_id}/cancel 200",
    "POST /core/notes 201",
    "GET /core/notes 200",
    "GET /core/notes/export 200",
    "GET /core/notes/export 202",
    "GET /core/notes/{note_id} 200",
    "PATCH /core/notes/{note_id} 200",
    "POST /core/views 201",
    "GET /core/views 200",
    "GET /core/views/{view_id} 200",
    "PATCH /core/views/{view_id} 200",
    "GET /core/history 200",
    "GET /core/audit/events 200",
    "GET /core/audit/events/export 200",
    "GET /core/audit/events/export 202",
    "GET /core/audit/records/{record_id} 200",
    "GET /healthz 200",
    "GET /readyz 200",
    "GET /metrics 200",
]

SALE_FILTERS = {
    *("market", "latitude", "longitude", "near_property", "radius_km", "since", "until", "property_type", "parcel"),
    *("usable", "flag"),
    *("min_price", "max_price", "min_sqft", "max_sqft", "min_beds", "max_beds", "min_baths", "max_baths"),
}


def listed(*ranges: str) -> set[str]:
    """Return the parameters that sort and count a list, and limit these fields."""
    return {"sort", "count", *(f"{limit}_{name}" for limit in ("min", "max") for name in ranges)}


FILTERS = {
    "/core/comms/drafts": {"status", "channel", "deal_id", "contact_id", "verified"} | listed("updated_at"),
    "/core/comms/sendlog": {
        *("channel", "deal_id", "contact_id", "draft_id", "to", "to_e164", "to_email", "provider", "provider_ref"),
        *("since", "until"),
    }
    | listed(),
    "/core/jv/partners": {"status", "role", "tag", "verified", "email", "phone", "owner"} | listed("updated_at"),
    "/core/jv/links": {"partner_id", "deal_id", "status"} | listed("updated_at"),
    "/core/property/properties": {"status", "country", "region", "city", "address", "owner"}
    | listed("value", "arv", "beds", "baths", "sqft", "updated_at"),
    "/core/deals": {"status", "strategy", "property_id", "owner"}
    | listed("price", "arv", "next_action_date", "close_date", "updated_at"),
    "/core/property/repair_costs": {"currency"},
    "/core/notes": {"entity", "entity_id", "author", "status"},
    "/core/views": {"list", "owner", "status"},
    "/core/history": {"entity", "entity_id"},
    "/core/audit/events": {"entity", "entity_id", "actor", "action", "since", "until"},
    "/core/property/properties/{property_id}/valuations": {"kind"},
    "/core/audit/records/{record_id}": set(),
    "/core/market/markets": set(),
    "/core/market/appraisals": {"market", "property_id", "parcel"},
    "/core/market/sales": SALE_FILTERS | {"sort"},
    "/core/jobs": {"state", "kind", "created_by"},
}
EXPORTED = (
    *("/core/comms/drafts", "/core/comms/sendlog", "/core/jv/partners", "/core/jv/links"),
    *("/core/property/properties", "/core/deals", "/core/notes", "/core/market/appraisals", "/core/audit/events"),
)
"""Lists that are exported as CSV, with the same filters and sorts."""

NOT_EXPORTED = {
    *("/core/market/markets", "/core/property/repair_costs", "/core/views", "/core/jobs"),
    *("/core/property/properties/{property_id}/valuations", "/core/history", "/core/audit/records/{record_id}"),
}
"""Lists that are not exported, for the reasons that docs/api.md gives."""

PARAMETERS = {
    "get /core/search": {"q", "kind", "limit"},
    **{f"get {path}/export": FILTERS[path] - {"count"} for path in EXPORTED},
    "post /core/comms/drafts/{draft_id}/mark_sent": {"provider", "provider_ref"},
    "get /core/market/sales/export": SALE_FILTERS,
    "get /core/property/properties/{property_id}/comps/why_not": {"sale"},
    "get /core/property/properties/{property_id}/valuation": {"kind"},
    "get /core/market/study": {"market"},
    "get /core/market/models": {"market"},
    "get /core/market/markets/{name}/summary": {"as_of"},
    "get /core/market/markets/{name}/index": {"as_of"},
}
"""Query parameters of operations other than lists."""

NAMED_IN_THE_QUERY = ("/core/market/study", "/core/market/models", "/core/history")

MEDIA = {
    "/metrics": "text/plain",
    "/core/market/sales/export": "text/csv",
    "/core/jobs/{job_id}/result": "text/csv",
    **{f"{path}/export": "text/csv" for path in EXPORTED},
}
"""Media types of responses that are not JSON."""


DOCUMENT: Node = create_app().openapi()
SCHEMAS: dict[str, Node] = DOCUMENT["components"]["schemas"]
EVERY = [
    pytest.param(path, method, operation, id=f"{method.upper()} {path}")
    for path, methods in DOCUMENT["paths"].items()
    for method, operation in methods.items()
]
every_operation = pytest.mark.parametrize(("path", "method", "operation"), EVERY)


def resolved(schema: Node) -> Node:
    return SCHEMAS[schema["$ref"].rsplit("/", 1)[1]] if "$ref" in schema else schema


def successes(operation: Node) -> Iterator[tuple[str, Node]]:
    return ((status, answer) for status, answer in operation["responses"].items() if status < "300")


def examples(media: Node) -> list[Any]:
    """Return the examples of a request or response body, beside its schema or in it."""
    found: list[Any] = [media["example"]] if "example" in media else resolved(media["schema"]).get("examples", [])
    return found


def check(schema: Node, value: Any) -> None:
    """Raise if the value does not satisfy the schema, including formats."""
    whole = {**schema, "components": DOCUMENT["components"]}
    jsonschema_rs.Draft202012Validator(whole, validate_formats=True).validate(value)


def test_the_document_is_valid() -> None:
    from_dict(DOCUMENT).validate()
    assert DOCUMENT["openapi"].startswith("3.1.")
    assert json.loads(json.dumps(DOCUMENT)) == DOCUMENT


@promise("API", "The API has the operations of the contract and no others.")
def test_operations_are_those_of_the_contract() -> None:
    found = [
        f"{method.upper()} {path} {status}"
        for path, methods in DOCUMENT["paths"].items()
        for method, operation in methods.items()
        for status, _ in successes(operation)
    ]
    assert sorted(found) == sorted(OPERATIONS)


@promise("API", "OpenAPI keeps the operation and schema names that integrators use.")
@pytest.mark.parametrize("name", sorted(NAMES))
def test_schema_and_operation_names_are_stable(name: str) -> None:
    assert name in SCHEMAS


def test_every_list_is_exported_or_named_as_not() -> None:
    lists = {path for path in FILTERS if path != "/core/market/sales"}
    assert lists == {*EXPORTED, *NOT_EXPORTED}


@promise("Errors", "422 is neither returned nor documented.")
def test_no_framework_schemas_are_exposed() -> None:
    text = json.dumps(DOCUMENT)
    assert "422" not in text
    assert "HTTPValidationError" not in text
    assert "ValidationError" not in text
    assert not {"Answer", "RequestWork", "Body"} & SCHEMAS.keys()


def test_every_schema_is_used() -> None:
    text = json.dumps(DOCUMENT)
    assert [name for name in SCHEMAS if f'"#/components/schemas/{name}"' not in text] == []


def test_operation_ids_are_unique() -> None:
    names = [operation["operationId"] for methods in DOCUMENT["paths"].values() for operation in methods.values()]
    assert len(set(names)) == len(names)
    assert all(name.isidentifier() for name in names)


@promise("API", "OpenAPI has a summary, examples and headers for every operation.")
@every_operation
def test_summaries_are_sentences(path: str, method: str, operation: Node) -> None:
    assert operation["summary"]
    assert operation["summary"] != operation["operationId"].replace("_", " ").title()
    assert operation["tags"]


@every_operation
def test_every_parameter_has_a_description(path: str, method: str, operation: Node) -> None:
    for parameter in operation["parameters"]:
        assert parameter.get("description"), parameter["name"]
        assert "anyOf" not in parameter["schema"], parameter["name"]


@promise("Messages", "`GET /core/comms/drafts` filters by status, channel, deal_id, contact_id and verified.")
@promise(
    "Messages",
    "`GET /core/comms/sendlog` filters by channel, deal_id, contact_id, draft_id, recipient, provider and time.",
)
@every_operation
def test_filters_are_documented(path: str, method: str, operation: Node) -> None:
    given = {parameter["name"] for parameter in operation["parameters"] if parameter["in"] == "query"}
    if method == "get" and path in FILTERS:
        assert given == FILTERS[path] | {"limit", "cursor"}
    else:
        assert given == PARAMETERS.get(f"{method} {path}", set())


@promise("API", "OpenAPI has a summary, examples and headers for every operation.")
@every_operation
def test_request_bodies_have_examples(path: str, method: str, operation: Node) -> None:
    if "requestBody" not in operation:
        assert method == "get" or path.endswith(("/mark_sent", "/pause", "/resume", "/cancel"))
        return
    assert list(operation["requestBody"]["content"]) == ["application/json"]
    media = operation["requestBody"]["content"]["application/json"]
    assert examples(media)
    for example in examples(media):
        check(media["schema"], example)


@promise("API", "OpenAPI has a summary, examples and headers for every operation.")
@every_operation
def test_responses_have_examples(path: str, method: str, operation: Node) -> None:
    for status, answer in successes(operation):
        for kind, media in answer["content"].items():
            assert kind == (MEDIA.get(path, "application/json") if status != "202" else "application/json")
            assert examples(media)
            for example in examples(media):
                check(media["schema"], example)


@promise("Errors", "OpenAPI documents the error responses of every operation.")
@every_operation
def test_every_error_is_a_problem_document(path: str, method: str, operation: Node) -> None:
    failures = {status: answer for status, answer in operation["responses"].items() if status >= "400"}
    assert failures.keys() >= {"400", "401", "403", "429", "500", "503"}
    for status, answer in failures.items():
        assert list(answer["content"]) == ["application/problem+json"]
        media = answer["content"]["application/problem+json"]
        assert media["schema"] == {"$ref": "#/components/schemas/Problem"}
        check(media["schema"], media["example"])
        assert media["example"]["status"] == int(status)
        assert answer["description"]


@promise("Errors", "OpenAPI documents the error responses of every operation.")
@every_operation
def test_error_statuses_fit_the_operation(path: str, method: str, operation: Node) -> None:
    statuses = operation["responses"].keys()
    names_a_record = "{" in path or path in NAMED_IN_THE_QUERY
    assert ("404" in statuses) == (
        names_a_record or (method == "post" and path.endswith(("/links", "/comps", "/notes")))
    )
    assert ({"409", "413", "507"} <= statuses) == (method != "get")
    assert ("415" in statuses) == ("requestBody" in operation)
    assert ("412" in statuses) == ("If-Match" in {parameter["name"] for parameter in operation["parameters"]})
    assert method != "patch" or "412" in statuses


@promise("API", "OpenAPI has a summary, examples and headers for every operation.")
@every_operation
def test_headers_are_documented(path: str, method: str, operation: Node) -> None:
    for status, answer in operation["responses"].items():
        assert "X-Request-ID" in answer["headers"]
        assert ("Retry-After" in answer["headers"]) == (status in {"429", "503"})
        assert ("WWW-Authenticate" in answer["headers"]) == (status == "401")
    for _, answer in successes(operation):
        schema = resolved(next(iter(answer["content"].values()))["schema"])
        assert ("ETag" in answer["headers"]) == ("updated_at" in schema.get("properties", {}))
    names = {parameter["name"] for parameter in operation["parameters"] if parameter["in"] == "header"}
    assert ("Idempotency-Key" in names) == (method in {"post", "patch"})
    assert ("If-None-Match" in names) == ("304" in operation["responses"])
    if method == "get" and "ETag" in operation["responses"]["200"]["headers"]:
        assert operation["responses"]["304"]["headers"].keys() == {"X-Request-ID", "ETag"}


@pytest.mark.parametrize("name", sorted(SCHEMAS))
def test_request_schemas_forbid_unknown_fields(name: str) -> None:
    schema = SCHEMAS[name]
    if name.endswith(("Create", "Patch", "Request")):
        assert schema["additionalProperties"] is False
        assert schema["description"]


def test_schema_keywords_are_valid() -> None:
    """Pydantic writes constraints that JSON Schema lacks under names of its own, which clients ignore."""
    unknown = {"ge", "le", "gt", "lt", "min_length", "max_length", "multiple_of", "strict"}

    def words(node: Any) -> Iterator[str]:
        if isinstance(node, dict):
            yield from node.keys() - node.get("properties", {}).keys()
            for name, value in node.items():
                yield from words(list(value.values()) if name == "properties" else value)
        elif isinstance(node, list):
            for each in node:
                yield from words(each)

    assert not unknown & set(words(DOCUMENT))


class TestServed:
    def test_served_document_is_the_generated_one(self, shared_api: httpx.Client) -> None:
        answer = shared_api.get("/openapi.json")
        assert answer.status_code == 200
        assert answer.json() == DOCUMENT

    @promise("Operations", "`GET /` redirects to the console.")
    def test_root_redirects_to_the_console(self, shared_api: httpx.Client) -> None:
        answer = shared_api.get("/", params={"x": "1"}, follow_redirects=False)
        assert (answer.status_code, answer.headers["location"], answer.text) == (307, "/app", "")
        assert shared_api.get("/", follow_redirects=True).headers["content-type"].startswith("text/html")
        assert shared_api.post("/", json={}).status_code == 405

    def test_docs_page_loads_no_external_resources(self, shared_api: httpx.Client) -> None:
        page = shared_api.get("/docs")
        assert page.status_code == 200
        assert "http://" not in page.text
        assert "https://" not in page.text
        assert "default-src 'self'" in page.headers["content-security-policy"]
        for asset in ("swagger-ui-bundle.js", "swagger-ui.css", "favicon.png"):
            assert f"/docs/assets/{asset}" in page.text
            assert shared_api.get(f"/docs/assets/{asset}").status_code == 200
