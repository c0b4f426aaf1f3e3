"""Request bodies are taken exactly as sent or refused: nothing is converted, repaired or dropped."""

import gzip
import json
from typing import Any

import httpx
import pytest

from backend.app.kit.strict_json import MAX_BYTES, MAX_DEPTH
from backend.tests.contract.answers import head, refused, sane, send_raw
from backend.tests.contract.kinds import KINDS, make
from backend.tests.promises import promise

DEALS = "/core/deals"


JSON = {"Content-Type": "application/json"}


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
