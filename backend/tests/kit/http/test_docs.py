"""Corrections to the framework's OpenAPI document. backend/tests/contract tests the document of the app."""

from typing import Annotated, Any, ClassVar

import pytest
from fastapi import APIRouter, FastAPI, Query
from pydantic import Field

from backend.app.kit.errors import AppError
from backend.app.kit.fields import Fields, Identified, Listing, Record
from backend.app.kit.http.docs import add_docs
from backend.app.kit.http.responses import Response
from backend.app.kit.query import ListQuery


class ThingCreate(Fields):
    name: str


class ThingRecord(Record, ThingCreate, Identified):
    example: ClassVar[dict[str, Any]] = {"id": "th_1", "name": "A thing"}


class ThingList(Listing):
    items: list[ThingRecord]


class ThingQuery(ListQuery):
    name: str | None = Field(default=None, max_length=200, description="Only those of this name")


async def handler() -> Response:
    raise NotImplementedError


async def listing(query: Annotated[ThingQuery, Query()]) -> Response:
    raise NotImplementedError


async def creating(payload: ThingCreate) -> Response:
    raise NotImplementedError


async def changing(thing_id: str, payload: ThingCreate) -> Response:
    raise NotImplementedError


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    router = APIRouter()
    router.get("/things", response_model=ThingList)(listing)
    gone: dict[int | str, dict[str, Any]] = {404: {"description": "owner not found"}}
    router.post("/things", status_code=201, response_model=ThingRecord, responses=gone)(creating)
    router.patch("/things/{thing_id}", response_model=ThingRecord)(changing)
    router.post("/things/{thing_id}/spare_part", response_model=ThingRecord)(changing)
    router.post("/things/{thing_id}/estimate", response_model=ThingRecord)(changing)
    app = FastAPI(title="Things", version="1")
    app.include_router(router)
    add_docs(app, computations=("/estimate",), home="/docs")
    assert app.openapi() is app.openapi()
    return app.openapi()


def names(operation: dict[str, Any], place: str) -> set[str]:
    return {parameter["name"] for parameter in operation["parameters"] if parameter["in"] == place}


def test_operations_have_no_422_response(document: dict[str, Any]) -> None:
    assert "422" not in str(document)
    assert document["components"]["schemas"].keys() == {"ThingCreate", "ThingRecord", "ThingList", "Problem"}


def test_each_kind_of_operation_documents_its_failures(document: dict[str, Any]) -> None:
    always = {"400", "401", "403", "429", "500", "503"}
    paths = document["paths"]
    assert paths["/things"]["get"]["responses"].keys() == {"200"} | always
    assert paths["/things"]["post"]["responses"].keys() == {"201", "404", "409", "413", "415", "507"} | always
    changing = {"200", "404", "409", "412", "413", "415", "507"} | always
    assert paths["/things/{thing_id}"]["patch"]["responses"].keys() == changing
    assert paths["/things/{thing_id}/spare_part"]["post"]["responses"].keys() == changing


def test_example_of_a_failure_has_its_title_and_status(document: dict[str, Any]) -> None:
    failures: list[type[AppError]] = [AppError, *AppError.__subclasses__()]
    titles = {str(failure.status): failure.title for failure in failures}
    for status, answer in document["paths"]["/things/{thing_id}"]["patch"]["responses"].items():
        if status >= "400":
            example = answer["content"]["application/problem+json"]["example"]
            assert (example["title"], example["status"]) == (titles[status], int(status))


def test_example_of_404_names_the_record_of_the_path(document: dict[str, Any]) -> None:
    def detail(path: str, method: str) -> str:
        answer = document["paths"][path][method]["responses"]["404"]
        text: str = answer["content"]["application/problem+json"]["example"]["detail"]
        return text

    assert detail("/things/{thing_id}", "patch") == "thing not found"
    assert detail("/things", "post") == "owner not found"


def test_header_and_query_parameters_are_documented(document: dict[str, Any]) -> None:
    listing = document["paths"]["/things"]["get"]
    (name,) = [parameter for parameter in listing["parameters"] if parameter["name"] == "name"]
    expected = {"type": "string", "maxLength": 200, "title": "Name", "pattern": r"^[^\u0000]*$"}
    assert name["schema"] == expected | {"description": name["description"]}
    changing = document["paths"]["/things/{thing_id}"]["patch"]
    assert changing["parameters"][0]["description"] == "Id of the thing"
    assert names(changing, "header") == {"If-Match", "Idempotency-Key"}
    assert names(document["paths"]["/things"]["post"], "header") == {"Idempotency-Key"}
    assert names(document["paths"]["/things/{thing_id}/spare_part"]["post"], "header") == {
        "If-Match",
        "Idempotency-Key",
    }
    assert names(listing, "header") == set()


def test_computation_takes_no_if_match(document: dict[str, Any]) -> None:
    operation = document["paths"]["/things/{thing_id}/estimate"]["post"]
    assert names(operation, "header") == {"Idempotency-Key"}
    assert "412" not in operation["responses"]


def test_response_headers_are_documented(document: dict[str, Any]) -> None:
    patched = document["paths"]["/things/{thing_id}"]["patch"]["responses"]
    assert patched["200"]["headers"].keys() == {"X-Request-ID", "ETag", "Idempotent-Replayed"}
    assert patched["503"]["headers"].keys() == {"X-Request-ID", "Retry-After"}
    assert document["paths"]["/things"]["post"]["responses"]["201"]["headers"].keys() == {
        "X-Request-ID", "ETag", "Idempotent-Replayed"
    }  # fmt: skip
    assert document["paths"]["/things"]["get"]["responses"]["200"]["headers"].keys() == {"X-Request-ID"}


def test_example_of_a_list_contains_the_example_of_its_item(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    (example,) = schemas["ThingList"]["examples"]
    assert example["items"] == schemas["ThingRecord"]["examples"]
    assert example["items"][0].items() >= {"id": "th_1", "name": "A thing"}.items()
