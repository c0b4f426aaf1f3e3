"""Queries, paths, headers and filter values are taken exactly as sent or refused."""

import httpx
import pytest

from backend.tests.contract.answers import everything, head, refused, sane, send_raw
from backend.tests.contract.kinds import KINDS, Kind, make
from backend.tests.promises import promise

DEALS = "/core/deals"


JSON = {"Content-Type": "application/json"}


every_kind = pytest.mark.parametrize("kind", KINDS.values(), ids=str)


@pytest.mark.usefixtures("unchanged")
class TestQueries:
    @promise("Strict input", "NUL and lone surrogates are refused in paths and queries.")
    @pytest.mark.parametrize(
        ("query", "sentence"),
        [
            ("property_id=x&property_id=x", "property_id is given twice in the query"),
            ("property_id=x&limit=1&property_id=y", "property_id is given twice in the query"),
            ("property_i%64=x&property_id=y", "property_id is given twice in the query"),
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
            b"/core%2Fdeals",
            b"/core/deals%2fnope",
            b"/docs%2Fassets/x",
            b"/%2Fdocs",
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
