import asyncio
from typing import Annotated, Any, cast

import pytest
from fastapi import APIRouter, FastAPI, Query
from pydantic import Field

from backend.app.kit.errors import BadInput, UnsupportedMedia
from backend.app.kit.fields import Fields
from backend.app.kit.http.operation import Headers, Node, Operation, find, route_tree
from backend.app.kit.http.request_work import Db, RequestWork
from backend.app.kit.http.responses import Response
from backend.app.kit.query import QueryFields

JSON: Headers = {b"content-type": b"application/json"}
WORK = cast(RequestWork, object())


class Thing(Fields):
    name: str
    count: int = 1


class ThingRecord(Thing):
    id: str
    name_key: str | None = None


class How(QueryFields):
    mode: str = Field(default="quick", min_length=1)


async def write(db: Db, thing_id: str, payload: Thing, query: Annotated[How, Query()]) -> Response:
    assert db is WORK
    return Response(200, f"{thing_id} {payload.name} {payload.count} {query.mode}".encode())


async def read(thing_id: str) -> Response:
    return Response(200, thing_id.encode())


def call(operation: Operation, query: bytes = b"", body: bytes = b"", headers: Headers | None = None) -> bytes:
    answering = operation(WORK, {"thing_id": "th_1"}, query, JSON if headers is None else headers, body)
    return asyncio.run(_awaited(answering)).body


async def _awaited(answering: Any) -> Response:
    answer: Response = await answering
    return answer


def refusal(operation: Operation, query: bytes = b"", body: bytes = b"") -> str:
    with pytest.raises(BadInput) as refused:
        call(operation, query, body)
    return refused.value.detail


class TestCalling:
    writing = Operation("/things/{thing_id}", write, 200, ThingRecord)
    reading = Operation("/things/{thing_id}", read, 200)

    def test_arguments_are_bound_from_the_signature(self) -> None:
        assert call(self.writing, b"mode=slow", b'{"name": "x", "count": 5}') == b"th_1 x 5 slow"
        assert call(self.writing, b"", b'{"name": "x"}') == b"th_1 x 1 quick"
        assert call(self.reading) == b"th_1"
        assert (self.writing.takes_body, self.reading.takes_body) == (True, False)

    @pytest.mark.parametrize(
        ("body", "sentence"),
        [
            (b"{}", "name is required"),
            (b'{"name": 5}', "name must be a valid string"),
            (b'{"name": "x", "count": "5"}', "count must be a valid integer"),
            (b'{"name": "x", "count": true}', "count must be a valid integer"),
            (b'{"name": "x", "what": 5}', "what is not a known field"),
            (b'{"name": "x", "id": "y"}', "id is read-only"),
            (b'{"name": "x", "name_key": "y"}', "name_key is read-only"),
            (b'{"name": "x", "updated_at": "y"}', "updated_at is read-only"),
            (b"[]", "the body must be a JSON object"),
            (b"", "the body is not valid JSON: Expecting value (line 1, column 1)"),
        ],
    )
    def test_invalid_body_is_refused(self, body: bytes, sentence: str) -> None:
        assert refusal(self.writing, b"", body) == sentence

    @pytest.mark.parametrize(
        ("query", "sentence"),
        [
            (b"what=1", "what is not a known query parameter"),
            (b"mode=", "mode must not be empty"),
            (b"mode=a&mode=b", "mode is given twice in the query"),
        ],
    )
    def test_invalid_query_is_refused(self, query: bytes, sentence: str) -> None:
        assert refusal(self.writing, query, b'{"name": "x"}') == sentence

    def test_query_and_body_are_refused_where_none_is_declared(self) -> None:
        assert refusal(self.reading, b"a=1&b=2") == "a is not a known query parameter"
        assert refusal(self.reading, b"", b'{"a": 1}') == "this operation takes no body"
        assert call(self.reading, b"&", b" {} ") == b"th_1"

    @pytest.mark.parametrize(
        "media",
        [b"application/json", b"application/json; charset=utf-8", b'APPLICATION/JSON;charset="UTF-8"',
         b"application/json ;charset=UTF8", b"application/json;"],
    )  # fmt: skip
    def test_spellings_of_the_json_media_type_are_accepted(self, media: bytes) -> None:
        assert call(self.writing, b"", b'{"name": "x"}', {b"content-type": media})

    @pytest.mark.parametrize(
        "media",
        [
            b"",
            b"text/plain",
            b"application/json; charset=latin-1",
            b"application/jsonx",
            b";",
            b"application/json;profile=x",
        ],
    )
    def test_other_media_types_are_415(self, media: bytes) -> None:
        with pytest.raises(UnsupportedMedia):
            call(self.writing, b"", b'{"name": "x"}', {b"content-type": media} if media else {})


class TestFinding:
    @pytest.fixture
    def tree(self) -> Node:
        router = APIRouter()
        router.get("/things")(_nothing)
        router.post("/things", status_code=201)(_nothing)
        router.get("/things/{thing_id}")(_nothing)
        router.get("/things/latest")(_nothing)
        router.post("/things/{thing_id}/parts/{part_id}")(_nothing)
        app = FastAPI()
        app.include_router(router, prefix="/core")
        return route_tree(app.router.routes)

    @pytest.mark.parametrize(
        ("path", "methods", "arguments"),
        [
            ("/core/things", {"GET", "POST"}, {}),
            ("/core/things/1", {"GET"}, {"thing_id": "1"}),
            ("/core/things/latest", {"GET"}, {}),
            ("/core/things/1/parts/2", {"POST"}, {"thing_id": "1", "part_id": "2"}),
            ("/core/things/things", {"GET"}, {"thing_id": "things"}),
        ],
    )
    def test_known_paths_are_found(self, tree: Node, path: str, methods: set[str], arguments: dict[str, str]) -> None:
        found = find(tree, path)
        assert found is not None
        assert (set(found[0].operations), found[1]) == (methods, arguments)

    @pytest.mark.parametrize(
        "path",
        ["", "/", "/core", "/core/", "/core/things/", "/core//things", "/things", "/core/things/1/parts",
         "/core/things//parts/2", "/core/things/1/parts/", "/core/things/1/parts/2/", "core/things", "/CORE/things"],
    )  # fmt: skip
    def test_unknown_paths_are_not_found(self, tree: Node, path: str) -> None:
        assert find(tree, path) is None

    def test_encoded_slash_belongs_to_a_segment(self, tree: Node) -> None:
        found = find(tree, "/core/things/a/b", b"/core/things/a%2Fb")
        assert found is not None
        assert found[1] == {"thing_id": "a/b"}
        assert find(tree, "/core/things/1", b"/core%2fthings/1") is None

    def test_operation_has_the_declared_status(self, tree: Node) -> None:
        found = find(tree, "/core/things")
        assert found is not None
        assert {method: operation.status for method, operation in found[0].operations.items()} == {
            "GET": 200, "POST": 201
        }  # fmt: skip


async def _nothing() -> Response:
    return Response(200, b"")
