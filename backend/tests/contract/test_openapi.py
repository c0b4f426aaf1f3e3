"""The OpenAPI document is complete, documented and valid for client generation."""

import json
from collections.abc import Iterator
from functools import cache
from typing import Any

import httpx
import jsonschema_rs
import pytest
from schemathesis.openapi import from_dict

from backend.app.kit.http.operation import FORM
from backend.tests.contract.openapi_document import DOCUMENT, SCHEMAS, Node
from backend.tests.contract.operations import (
    EXPORTED,
    FILTERS,
    MEDIA,
    NAMED_IN_THE_QUERY,
    NAMES,
    NOT_EXPORTED,
    NOT_STORED,
    OPERATIONS,
    PARAMETERS,
    WITHOUT_BODY,
)
from backend.tests.promises import promise

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


@cache
def validator(schema: str) -> jsonschema_rs.Draft202012Validator:
    """Return the validator of a schema in JSON, which may refer to the components of the document."""
    whole = {**json.loads(schema), "components": DOCUMENT["components"]}
    return jsonschema_rs.Draft202012Validator(whole, validate_formats=True)


def check(schema: Node, value: Any) -> None:
    """Raise if the value does not satisfy the schema, including formats."""
    validator(json.dumps(schema)).validate(value)


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
        assert method == "get" or path.endswith(WITHOUT_BODY)
        return
    ((kind, media),) = operation["requestBody"]["content"].items()
    assert kind == (FORM if path.endswith("/back_channel_logout") else "application/json")
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


_NAMED_IN_THE_BODY = (
    *("/links", "/comps", "/notes", "/statements"),
    *("/links/read", "/links/accept", "/access/tokens"),
)


@promise("Errors", "OpenAPI documents the error responses of every operation.")
@every_operation
def test_error_statuses_fit_the_operation(path: str, method: str, operation: Node) -> None:
    statuses = operation["responses"].keys()
    names_a_record = "{" in path or path in NAMED_IN_THE_QUERY
    assert ("404" in statuses) == (names_a_record or (method == "post" and path.endswith(_NAMED_IN_THE_BODY)))
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
    repeatable = method in {"post", "patch"} and f"{method.upper()} {path}" not in NOT_STORED
    assert ("Idempotency-Key" in names) == repeatable
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
