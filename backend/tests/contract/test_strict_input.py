"""What comes from outside is taken as it is or refused by name: nothing is converted, mended or dropped."""

import gzip
import json
import socket
from collections.abc import Callable, Iterator
from http.client import HTTPResponse
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from backend.app.core_gov.comms import service as comms
from backend.app.kit.strict_json import MAX_BYTES, MAX_DEPTH
from backend.tests.contract.answers import everything, refused
from backend.tests.contract.kinds import KINDS, PER_PROPERTY, Kind, make, unique
from backend.tests.harness import SOON_S
from backend.tests.promises import promise

DEALS = "/core/deals"
JSON = {"Content-Type": "application/json"}
every_kind = pytest.mark.parametrize("kind", KINDS.values(), ids=str)


def sane(answer: httpx.Response) -> httpx.Response:
    """Assert that the response is a readable 4xx problem document without internal details. Return it."""
    assert 400 <= answer.status_code < 500, (answer.status_code, answer.text)
    assert answer.status_code != 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["request_id"] == answer.headers["x-request-id"]
    for secret in ("Traceback", "<html", 'File "', "pydantic", "sqlite3", "psycopg"):
        assert secret not in answer.text
    return answer


def send_raw(api: httpx.Client, *parts: bytes, finish: bool = True) -> httpx.Response | None:
    """Send raw bytes and return the response, or None if the server closes the connection without one."""
    with socket.create_connection((api.base_url.host, api.base_url.port or 80), timeout=SOON_S) as connection:
        answer = HTTPResponse(connection)
        try:
            for part in parts:
                connection.sendall(part)
            if not finish:
                connection.shutdown(socket.SHUT_WR)
            answer.begin()
        except OSError:
            return None
        headers = list(answer.headers.items())
        return httpx.Response(answer.status, content=answer.read(), headers=headers)


def head(api: httpx.Client, start: bytes, *headers: bytes) -> bytes:
    """Return the head of a request with `Connection: close`."""
    host = f"{api.base_url.host}:{api.base_url.port}".encode()
    return b"\r\n".join([start + b" HTTP/1.1", b"Host: " + host, b"Connection: close", *headers, b"", b""])


@pytest.fixture
def unchanged(shared_api: httpx.Client) -> Iterator[None]:
    """Assert that the test stores and audits nothing."""

    def newest() -> list[str]:
        paths = [*(kind.path for kind in KINDS.values()), "/core/comms/sendlog", "/core/audit/events"]
        return [shared_api.get(path, params={"limit": 1}).text for path in paths]

    before = newest()
    yield
    assert newest() == before


NOT_TEXT = {
    "Latin-1": '{"name": "é"}'.encode("latin-1"),
    "UTF-16": '{"name": "x"}'.encode("utf-16"),
    "a byte order mark": b'\xef\xbb\xbf{"name": "x"}',
    "a surrogate in UTF-8": b'{"name": "\xed\xa0\x80"}',
    "an overlong NUL": b'{"name": "\xc0\x80"}',
    "cut within a character": b'{"name": "\xe2\x82',
}
NOT_JSON = {
    "nothing": b"",
    "spaces": b"  \n ",
    "a form": b"name=x",
    "cut short": b'{"name": "x"',
    "two values": b'{"name": "x"}{"name": "y"}',
    "a trailing comma": b'{"name": "x",}',
    "single quotes": b"{'name': 'x'}",
    "a comment": b'{"name": "x" /* y */}',
    "a bare NUL": b'{"name": "\x00"}',
    "a bare newline": b'{"name": "a\nb"}',
    "a hexadecimal number": b'{"name": "x", "price": 0x10}',
    "a leading zero": b'{"name": "x", "price": 010}',
    "a leading plus": b'{"name": "x", "price": +1}',
}
REFUSED_JSON = {
    "a key twice": b'{"name": "x", "name": "x"}',
    "a key twice, deep inside": b'{"name": "x", "meta": {"a": {"b": 1, "b": 2}}}',
    "a key twice, once escaped": rb'{"name": "x", "n\u0061me": "y"}',
    "NaN": b'{"name": "x", "price": NaN}',
    "NaN in meta": b'{"name": "x", "meta": {"a": NaN}}',
    "Infinity": b'{"name": "x", "price": Infinity}',
    "-Infinity in meta": b'{"name": "x", "meta": {"a": -Infinity}}',
    "1e999": b'{"name": "x", "price": 1e999}',
    "-1e999 in meta": b'{"name": "x", "meta": {"a": -1e999}}',
    "2**63": b'{"name": "x", "meta": {"a": 9223372036854775808}}',
    "-2**63 - 1": b'{"name": "x", "meta": {"a": -9223372036854775809}}',
    "five thousand digits": b'{"name": "x", "meta": {"a": ' + b"9" * 5000 + b"}}",
    "1e-9999": b'{"name": "x", "meta": {"a": 1e-9999}}',
    "a long decimal": b'{"name": "x", "meta": {"a": 3.14159265358979323846}}',
    "a long amount": b'{"name": "x", "price": 100.00000000000000000001}',
    "33 levels": b'{"name": "x", "meta": ' + b'{"a":' * 32 + b"1" + b"}" * 33,
    "100,000 levels": b"[" * 100_000 + b"]" * 100_000,
    "an escaped NUL": rb'{"name": "a\u0000b"}',
    "an escaped NUL in a key": rb'{"name": "x", "meta": {"\u0000": 1}}',
    "half a surrogate pair": rb'{"name": "\ud800"}',
    "half a surrogate pair in meta": rb'{"name": "x", "meta": {"a": ["\udc00"]}}',
    "half a surrogate pair in a key": rb'{"name": "x", "meta": {"\ud83d": 1}}',
    "a list": b'[{"name": "x"}]',
    "a text": b'"name"',
    "a number": b"1",
    "null": b"null",
}


@pytest.mark.usefixtures("unchanged")
class TestBodies:
    @promise("Strict input", "A body must be UTF-8.")
    @promise("Strict input", "Duplicate keys are refused.")
    @pytest.mark.parametrize("body", [*NOT_TEXT.values(), *NOT_JSON.values(), *REFUSED_JSON.values()], ids=[
        *NOT_TEXT, *NOT_JSON, *REFUSED_JSON
    ])  # fmt: skip
    def test_invalid_bodies_are_refused_by_every_operation(self, shared_api: httpx.Client, body: bytes) -> None:
        for method, path in (("POST", DEALS), ("PATCH", f"{DEALS}/deal_nope"), ("POST", "/core/property/comps")):
            answer = sane(shared_api.request(method, path, content=body, headers=JSON))
            assert answer.status_code == 400

    @pytest.mark.parametrize("path", [f"{DEALS}/x", "/core/jv/links/x", "/core/jv/partners/x", "/core/comms/drafts/x"])
    def test_invalid_body_is_reported_before_a_missing_record(self, shared_api: httpx.Client, path: str) -> None:
        refused(shared_api.patch(path, json={"nonsense": 1}), 400, "nonsense is not a known field")


class TestBounds:
    def test_integers_of_64_bits_are_kept(self, shared_api: httpx.Client) -> None:
        meta = {"most": 2**63 - 1, "least": -(2**63), "float": 1e308, "small": 5e-324}
        record = make(KINDS["deals"], shared_api, meta=meta)
        assert shared_api.get(f"{DEALS}/{record['id']}").json()["meta"] == meta

    def test_number_that_cannot_be_kept_exactly_is_refused_by_path(self, shared_api: httpx.Client) -> None:
        body = b'{"name": "x", "meta": {"plan": [{"rate": 0.1}, {"rate": 1e-9999}]}}'
        answer = sane(shared_api.post(DEALS, content=body, headers=JSON))
        assert answer.status_code == 400
        assert answer.json()["errors"] == [{"field": "meta.plan.1.rate", "message": answer.json()["detail"]}]

    def test_depth_limit_is_32(self, shared_api: httpx.Client) -> None:
        meta: dict[str, Any] = {}
        for _ in range(MAX_DEPTH - 2):
            meta = {"a": meta}
        record = make(KINDS["deals"], shared_api, meta=meta)
        assert shared_api.get(f"{DEALS}/{record['id']}").json()["meta"] == meta

    @promise("Strict input", "A body may have at most 1 MB (else 413), with or without Content-Length.")
    @pytest.mark.parametrize(("size", "status"), [(MAX_BYTES, 201), (MAX_BYTES + 1, 413), (3 * MAX_BYTES, 413)])
    @pytest.mark.parametrize("chunked", [False, True], ids=["at once", "in chunks"])
    def test_body_limit_is_1_mb(self, shared_api: httpx.Client, size: int, status: int, chunked: bool) -> None:
        around = len(json.dumps({"name": "x", "notes": ""}))
        body = json.dumps({"name": "x", "notes": "n" * (size - around)}).encode()
        assert len(body) == size
        parts = (body[at : at + 60_000] for at in range(0, size, 60_000))
        answer = shared_api.post(DEALS, content=parts if chunked else body, headers=JSON)
        assert answer.status_code == status
        if status == 413:
            refused(answer, 413, "the body is larger than 1000000 bytes")

    def test_unicode_text_is_kept_exactly(self, shared_api: httpx.Client) -> None:
        text = "".join(map(chr, [*range(1, 0xD800), *range(0xE000, 0x11000), 0x1F600, 0x10FFFF]))
        record = make(KINDS["deals"], shared_api, notes=text, meta={text[:5000]: text[:5000]})
        found = shared_api.get(f"{DEALS}/{record['id']}").json()
        assert (found["notes"], found["meta"]) == (text, {text[:5000]: text[:5000]})


@pytest.mark.usefixtures("unchanged")
class TestMedia:
    @promise("Strict input", "A body must be `application/json` (else 415).")
    @pytest.mark.parametrize(
        "media",
        [
            None, "", "text/plain", "text/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x",
            "application/xml", "application/jsonp", "application/json; charset=latin-1", "application/vnd.api+json",
            "application/json, text/plain", "*/*", "application/json; charset=utf-8; x=y", "application/problem+json",
        ],
    )  # fmt: skip
    def test_other_content_types_are_415(self, shared_api: httpx.Client, media: str | None) -> None:
        headers = {} if media is None else {"Content-Type": media}
        answer = sane(shared_api.post(DEALS, content=b'{"name": "x"}', headers=headers))
        refused(answer, 415, "send the body as application/json")

    def test_content_encoding_is_refused(self, shared_api: httpx.Client) -> None:
        packed = gzip.compress(gzip.compress(b" " * 10_000_000))
        for coding in ("gzip", "gzip, gzip", "deflate", "br", "zstd", "x"):
            for body in (packed, b'{"name": "x"}', b""):
                answer = sane(shared_api.post(DEALS, content=body, headers=JSON | {"Content-Encoding": coding}))
                refused(answer, 400, "send the body without Content-Encoding: compressed bodies are not supported")
        answer = sane(shared_api.post(DEALS, content=b"{}", headers=JSON | {"Content-Encoding": "identity"}))
        refused(answer, 400, "name is required")

    def test_compressed_body_is_refused(self, shared_api: httpx.Client) -> None:
        body = gzip.compress(b'{"name": "x"}')
        assert (
            sane(shared_api.post(DEALS, content=body, headers=JSON | {"Content-Encoding": "gzip"})).status_code == 400
        )

    @promise("Strict input", "A body must be `application/json` (else 415).")
    def test_form_and_file_upload_are_415(self, shared_api: httpx.Client) -> None:
        sane(shared_api.post(DEALS, data={"name": "x"}))
        sane(shared_api.post(DEALS, files={"name": b"x"}))


@pytest.mark.parametrize("media", ["application/json; charset=utf-8", "Application/JSON;Charset=UTF-8"])
def test_json_content_type_variants_are_accepted(shared_api: httpx.Client, media: str) -> None:
    assert shared_api.post(DEALS, content=b'{"name": "x"}', headers={"Content-Type": media}).status_code == 201


@pytest.mark.usefixtures("unchanged")
class TestFraming:
    def test_truncated_body_stores_nothing(self, shared_api: httpx.Client) -> None:
        draft = shared_api.get("/core/comms/drafts", params={"limit": 1}).json()["items"]
        target = f"/core/comms/drafts/{draft[0]['id'] if draft else 'x'}/mark_sent".encode()
        for start in (b"POST /core/deals", b"POST " + target):
            request_head = head(shared_api, start, b"Content-Type: application/json", b"Content-Length: 500")
            send_raw(shared_api, request_head, b'{"name": "x"}', finish=False)
            send_raw(shared_api, request_head, finish=False)

    def test_truncated_chunks_store_nothing(self, shared_api: httpx.Client) -> None:
        request_head = head(
            shared_api, b"POST /core/deals", b"Content-Type: application/json", b"Transfer-Encoding: chunked"
        )
        send_raw(shared_api, request_head, b'd\r\n{"name": "x"}\r\n', finish=False)

    @pytest.mark.parametrize("length", [b"-1", b"abc", b"1e3", b"0x10", b"5, 5", b"", b"9" * 30])
    def test_invalid_content_length_is_refused(self, shared_api: httpx.Client, length: bytes) -> None:
        request = head(shared_api, b"POST /core/deals", b"Content-Type: application/json", b"Content-Length: " + length)
        answer = send_raw(shared_api, request + b'{"name": "x"}', finish=False)
        assert answer is None or answer.status_code in {400, 413}

    @pytest.mark.parametrize(
        "chunk", [b"zz\r\n{}\r\n0\r\n\r\n", b"-1\r\n\r\n", b"ffffffffffffffffff\r\nx\r\n0\r\n\r\n"]
    )
    def test_invalid_chunk_size_is_refused(self, shared_api: httpx.Client, chunk: bytes) -> None:
        request_head = head(
            shared_api, b"POST /core/deals", b"Content-Type: application/json", b"Transfer-Encoding: chunked"
        )
        answer = send_raw(shared_api, request_head, chunk, finish=False)
        assert answer is None or answer.status_code in {400, 413}

    def test_conflicting_content_lengths_are_refused(self, shared_api: httpx.Client) -> None:
        for other in (b"Content-Length: 2", b"Transfer-Encoding: chunked"):
            fields = (b"Content-Type: application/json", b"Content-Length: 13", other)
            answer = send_raw(
                shared_api, head(shared_api, b"POST /core/deals", *fields), b'{"name": "x"}', finish=False
            )
            assert answer is None or answer.status_code == 400

    def test_body_of_a_get_is_refused(self, shared_api: httpx.Client) -> None:
        for path in (DEALS, f"{DEALS}/x", "/healthz"):
            answer = shared_api.request("GET", path, content=b'{"status": "lead"}', headers=JSON)
            refused(answer, 400, "this operation takes no body")


@promise("Strict input", "A body may have at most 1 MB (else 413), with or without Content-Length.")
def test_chunked_body_is_accepted(shared_api: httpx.Client) -> None:
    parts = (bytes([byte]) for byte in b'{"name": "in chunks"}')
    assert shared_api.post(DEALS, content=parts, headers=JSON).json()["name"] == "in chunks"


@pytest.mark.usefixtures("unchanged")
class TestQueries:
    @promise("Strict input", "NUL and lone surrogates are refused in paths and queries.")
    @pytest.mark.parametrize(
        ("query", "sentence"),
        [
            ("status=lead&status=lead", "status is given twice in the query"),
            ("status=lead&limit=1&status=dead", "status is given twice in the query"),
            ("statu%73=lead&status=dead", "status is given twice in the query"),
            ("status[]=lead", "status[] is not a known query parameter"),
            ("status%5B0%5D=lead", "status[0] is not a known query parameter"),
            ("Status=lead", "Status is not a known query parameter"),
            ("status=lead;limit=1", "status must be one of lead, analyzing, offered, under_contract, closed, dead"),
            ("=", '"" is not a known query parameter'),
            ("property_id", "property_id must not be empty"),
            ("property_id=%00", "the query contains a NUL character, which cannot be stored"),
            ("property_id=a%00b", "the query contains a NUL character, which cannot be stored"),
            ("%00=x", "the query contains a NUL character, which cannot be stored"),
            ("property_id=%FF", "the query is not UTF-8 text"),
            ("property_id=%ED%A0%80", "the query is not UTF-8 text"),
            ("property_id=%C0%AF", "the query is not UTF-8 text"),
            ("%FF=x", "the query is not UTF-8 text"),
            ("limit=1.0", "limit must be a valid integer"),
            ("limit=+5", "limit must be a valid integer"),
            ("limit=%201", "limit must be a valid integer"),
            ("limit=1_0", "limit must be a valid integer"),
            ("limit=%D9%A3", "limit must be a valid integer"),
        ],
    )
    def test_invalid_queries_are_refused(self, shared_api: httpx.Client, query: str, sentence: str) -> None:
        refused(sane(shared_api.get(f"{DEALS}?{query}")), 400, sentence)

    @pytest.mark.parametrize("query", ["", "&", "&&limit=5&", "property_id=%zz", "property_id=100%25", "property_id=%"])
    def test_unusual_query_values_are_taken_literally(self, shared_api: httpx.Client, query: str) -> None:
        assert shared_api.get(f"{DEALS}?{query}").status_code == 200

    def test_plus_in_a_query_is_a_space(self, shared_api: httpx.Client) -> None:
        assert shared_api.get(f"{DEALS}?property_id=a+b%20c%2B").json() == {"items": []}

    @pytest.mark.parametrize("path", [DEALS, f"{DEALS}/x", "/healthz", "/readyz"])
    def test_operations_without_parameters_refuse_query_parameters(self, shared_api: httpx.Client, path: str) -> None:
        method = "PATCH" if path.endswith("/x") else "POST" if path == DEALS else "GET"
        answer = shared_api.request(
            method, path, params={"dry_run": "1"}, json=None if method == "GET" else {"name": "x"}
        )
        refused(answer, 400, "dry_run is not a known query parameter")

    def test_thousand_unknown_query_parameters_are_refused(self, shared_api: httpx.Client) -> None:
        query = "&".join(f"a{n}=1" for n in range(1000))
        sane(shared_api.get(f"{DEALS}?{query}"))


@pytest.mark.usefixtures("unchanged")
class TestPaths:
    @promise("Strict input", "NUL and lone surrogates are refused in paths and queries.")
    @pytest.mark.parametrize(
        "path",
        [
            b"/core/deals/%00",
            b"/core/deals/a%00b",
            b"/core/deals/%FF",
            b"/core/deals/%ED%A0%80",
            b"/core/deals/%C0%AF",
            b"/core/deals/%zz",
            b"/core/deals/%",
            b"/core/deals/%2",
            b"/core/deals/%2F",
            b"/core/deals/..%2F..%2Fetc",
            b"/core/deals/%2e%2e/x",
            b"/core/deals/../deals",
            b"//core/deals",
            b"/core//deals",
            b"/core/deals//",
            b"/core/deals/%25%30%30",
            b"/%F0%9F%98%80",
            b"/core/deals;x=1",
            b"/CORE/DEALS",
            b"/core/%64eals/nope",
            b"/" + b"x" * 7000,
            b"/core/deals/" + b"%41" * 2000,
            b"/./healthz",
            b"/healthz/",
        ],
    )
    def test_invalid_paths_are_refused(self, shared_api: httpx.Client, path: bytes) -> None:
        answer = send_raw(shared_api, head(shared_api, b"GET " + path))
        assert answer is not None
        assert sane(answer).status_code in {400, 404}

    @pytest.mark.parametrize("path", [b"/\xff", b"/core/deals/\xc3\xa9", b"/ /", b"", b"x", b"/core/deals?a=\xff"])
    def test_paths_invalid_in_http_are_refused(self, shared_api: httpx.Client, path: bytes) -> None:
        answer = send_raw(shared_api, head(shared_api, b"GET " + path))
        assert answer is None or answer.status_code in {400, 404}
        assert answer is None or "Traceback" not in answer.text

    def test_very_long_path_is_refused(self, shared_api: httpx.Client) -> None:
        answer = send_raw(shared_api, head(shared_api, b"GET /core/deals/" + b"x" * 60_000))
        assert answer is None or 400 <= answer.status_code < 500


@pytest.mark.usefixtures("unchanged")
class TestHeaders:
    @pytest.mark.parametrize("name", ["Content-Type", "Idempotency-Key", "If-Match", "Authorization", "Origin"])
    def test_duplicate_headers_are_refused(self, shared_api: httpx.Client, name: str) -> None:
        headers = [*JSON.items()] * (name != "Content-Type") + [(name, "application/json")] * 2
        answer = shared_api.post(DEALS, content=b'{"name": "x"}', headers=headers)
        refused(sane(answer), 400, f"the header {name.lower()} is given twice")

    def test_two_host_headers_are_refused(self, shared_api: httpx.Client) -> None:
        answer = send_raw(shared_api, head(shared_api, b"GET /core/deals", b"Host: localhost"))
        assert answer is not None
        refused(sane(answer), 400, "the header host is given twice")

    @pytest.mark.parametrize("key", [b"", b"\xff", b"\xc3\xa9", b"a\tb", b"x" * 201])
    def test_malformed_idempotency_key_is_refused(self, shared_api: httpx.Client, key: bytes) -> None:
        headers = {b"content-type": b"application/json", b"idempotency-key": key}
        assert sane(shared_api.post(DEALS, content=b'{"name": "x"}', headers=headers)).status_code == 400


class TestFilterFields:
    """Length limits of filterable fields, which are indexed."""

    def fields(self, kind: Kind) -> list[str]:
        free = [name for name in kind.filters if name not in kind.choices and name != "region"]
        return free + {"drafts": ["to", "tone"], "links": ["relationship"]}.get(kind.name, [])

    @promise("Strict input", "Filterable fields have at most 200 characters.")
    @every_kind
    @pytest.mark.parametrize("letter", ["x", "é", "€", "😀"])
    def test_200_characters_are_kept_and_found(self, kind: Kind, shared_api: httpx.Client, letter: str) -> None:
        for name in self.fields(kind):
            value = letter * 200
            given = {"channel": "other"} if name == "to" else {}
            record = make(kind, shared_api, **given, **{name: value})
            assert record[name] == value
            if name in kind.filters:
                assert record in everything(shared_api, kind.path, {name: value})

    @promise("Strict input", "Filterable fields have at most 200 characters.")
    @every_kind
    def test_201_characters_are_refused(self, kind: Kind, shared_api: httpx.Client) -> None:
        record = make(kind, shared_api)
        for name in self.fields(kind):
            sentence = f"{name} must have at most 200 characters"
            body = kind.body(shared_api, {name: "x" * 201})
            refused(shared_api.post(kind.path, json=body), 400, sentence)
            refused(shared_api.patch(kind.one(record["id"]), json={name: "x" * 201}), 400, sentence)


SQL = [
    "'; DROP TABLE deals; --",
    "' OR '1'='1",
    '" OR ""="',
    "x'); DELETE FROM audit_events WHERE ('1'='1",
    "%(id)s :id ? $1 {0} %s %%",
    "\\'; SELECT pg_sleep(10); --",
    "1; ATTACH DATABASE '/tmp/x' AS y",
    "(doc ->> 'status')",
    "NULL",
    "/* */ UNION SELECT * FROM access_tokens",
]


@pytest.mark.parametrize("sql", SQL)
class TestSql:
    @promise("Strict input", "SQL in any string is stored and searched as plain text.")
    @every_kind
    def test_sql_in_text_fields_is_stored_literally(self, kind: Kind, shared_api: httpx.Client, sql: str) -> None:
        checked = {"region", "postal", "email", "phone", "offer_date", "contract_date", "close_date", "partner_id"}
        checked |= set(kind.choices)
        texts = [name for name, value in kind.full.items() if isinstance(value, str) and name not in checked]
        given: dict[str, Any] = dict.fromkeys(texts, sql) | {"meta": {sql: sql}}
        if "tags" in kind.full:
            given["tags"] = [sql]
        if "to" in given:
            given["channel"] = "other"
        record = make(kind, shared_api, **given)
        assert record.items() >= given.items()
        again = shared_api.patch(kind.one(record["id"]), json=given | {"meta": {}})
        assert again.json().items() >= (given | {"meta": {}}).items()

    @promise("Strict input", "SQL in any string is stored and searched as plain text.")
    @every_kind
    def test_sql_in_record_filters_matches_literally(self, kind: Kind, shared_api: httpx.Client, sql: str) -> None:
        for name in kind.filters:
            answer = shared_api.get(kind.path, params={name: sql})
            if name in kind.choices:
                sane(answer)
            else:
                assert all(item[name] == sql for item in answer.json()["items"])
        sane(shared_api.get(kind.path, params={"cursor": sql}))
        sane(shared_api.get(kind.path, params={"limit": sql}))
        sane(shared_api.get(kind.path, params={sql: "1"}))

    def test_sql_in_tag_and_audit_filters_is_searched_literally(self, shared_api: httpx.Client, sql: str) -> None:
        assert shared_api.get("/core/jv/partners", params={"tag": sql}).status_code == 200
        for name in ("entity", "entity_id", "actor", "action"):
            assert shared_api.get("/core/audit/events", params={name: sql}).json() == {"items": []}
        for name in ("since", "until"):
            sane(shared_api.get("/core/audit/events", params={name: sql}))

    @promise("Strict input", "SQL in any string is stored and searched as plain text.")
    def test_sql_in_paths_and_keys_is_taken_literally(self, shared_api: httpx.Client, sql: str) -> None:
        for path in (DEALS, "/core/comms/drafts", "/core/jv/partners", "/core/property/properties"):
            assert sane(shared_api.get(f"{path}/{quote(sql, safe='')}")).status_code == 404
        name = unique("sql")
        body, headers = {"name": name}, {"Idempotency-Key": f"{sql} {name}"[:200]}
        first, second = (shared_api.post(DEALS, json=body, headers=headers) for _ in range(2))
        assert second.text == first.text

    def test_sql_in_provider_is_stored_literally(self, shared_api: httpx.Client, sql: str) -> None:
        draft = make(KINDS["drafts"], shared_api)
        answer = shared_api.post(
            f"/core/comms/drafts/{draft['id']}/mark_sent", params={"provider": sql, "provider_ref": sql}
        )
        assert (answer.json()["provider"], answer.json()["provider_ref"]) == (sql, sql)

    @pytest.mark.parametrize("kind", PER_PROPERTY, ids=str)
    def test_sql_in_property_details_is_stored_literally(self, shared_api: httpx.Client, sql: str, kind: Any) -> None:
        property_id = make(KINDS["properties"], shared_api)["id"]
        texts: dict[str, Any] = {
            name: sql if isinstance(value, str) else {sql: sql}
            for name, value in kind.full.items()
            if isinstance(value, str | dict)
        }
        answer = shared_api.post(kind.path(property_id), json=kind.full | texts)
        assert answer.json().items() >= texts.items()


class TestFailures:
    @pytest.fixture
    def break_(self, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
        def make_fail(name: str) -> None:
            real = getattr(comms, name)

            def fail(*args: Any, **kw: Any) -> Any:
                real(*args, **kw)
                raise ZeroDivisionError("a secret of ours")

            monkeypatch.setattr(comms, name, fail)

        return make_fail

    @promise("Errors", "A 500 response has an id that the log also has, and no stack trace.")
    @pytest.mark.parametrize(
        ("act", "method", "path"),
        [
            ("list_drafts", "GET", "/core/comms/drafts"),
            ("create_draft", "POST", "/core/comms/drafts"),
        ],
    )
    def test_500_returns_the_request_id_of_the_log(
        self,
        shared_api: httpx.Client,
        break_: Callable[[str], None],
        logged: Callable[[], list[dict[str, Any]]],
        act: str,
        method: str,
        path: str,
    ) -> None:
        newest = shared_api.get("/core/comms/drafts", params={"limit": 1}).text
        trail = shared_api.get("/core/audit/events", params={"limit": 1}).text
        break_(act)
        answer = shared_api.request(method, path, json={"body": "x"} if method == "POST" else None)
        request_id = answer.headers["x-request-id"]
        refused(answer, 500, f"internal error; the log has details under {request_id}")
        assert "secret" not in answer.text
        assert "Traceback" not in answer.text
        (entry,) = [line for line in logged() if line["level"] == "error"]
        assert entry["request_id"] == request_id
        assert "ZeroDivisionError: a secret of ours" in entry["exception"]
        if method == "POST":
            assert shared_api.get("/core/comms/drafts", params={"limit": 1}).text == newest
        assert shared_api.get("/core/audit/events", params={"limit": 1}).text == trail

    def test_500_is_not_stored_under_the_idempotency_key(
        self, shared_api: httpx.Client, break_: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        headers = {"Idempotency-Key": unique("key")}
        with monkeypatch.context():
            break_("create_draft")
            assert shared_api.post("/core/comms/drafts", json={"body": "x"}, headers=headers).status_code == 500
        monkeypatch.undo()
        assert shared_api.post("/core/comms/drafts", json={"body": "x"}, headers=headers).status_code == 201
