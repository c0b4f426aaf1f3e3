"""CORS for declared origins: their pages may send requests with a token and read the responses."""

import pytest

from backend.tests.core_gov.access.target import DEALS, Serve, Target, bearer
from backend.tests.core_gov.access.wire import adds_x_forwarded_for, proxy
from backend.tests.harness import http_client

PAGE = "https://app.example.com"
ASKED = {"Access-Control-Request-Method": "PATCH", "Access-Control-Request-Headers": "authorization,if-match"}


@pytest.fixture
def declared(serve: Serve) -> Target:
    return serve(allowed_origins=f"{PAGE}, http://localhost:3000/")


def listed(value: str) -> set[str]:
    return {part.strip().lower() for part in value.split(",")}


@pytest.mark.parametrize("origin", [PAGE, "http://localhost:3000"])
def test_preflight_allows_a_declared_origin(declared: Target, origin: str) -> None:
    with declared.client(headers={"Origin": origin}) as client:
        answer = client.options(f"{DEALS}/deal_1", headers=ASKED)
    assert answer.status_code == 200
    assert answer.headers["access-control-allow-origin"] == origin
    assert {"get", "post", "patch"} <= listed(answer.headers["access-control-allow-methods"])
    allowed = listed(answer.headers["access-control-allow-headers"])
    assert {"authorization", "content-type", "if-match", "idempotency-key"} <= allowed
    assert "access-control-allow-credentials" not in answer.headers
    assert answer.headers["vary"] == "Origin"


def test_preflight_needs_no_token(serve: Serve, tokens: dict[str, str]) -> None:
    target = serve(allowed_origins=PAGE, trusted_proxies="127.0.0.1")
    with (
        proxy(target.base_url, adds_x_forwarded_for("203.0.113.9")) as base_url,
        http_client(base_url, headers={"Origin": PAGE}) as client,
    ):
        assert client.options(DEALS, headers=ASKED).status_code == 200
        assert client.options(DEALS).status_code == 401
        for headers, status in (({}, 401), (bearer(tokens["viewer"]), 200)):
            answer = client.get(DEALS, headers=headers)
            assert answer.status_code == status
            assert answer.headers["access-control-allow-origin"] == PAGE


def test_page_of_a_declared_origin_on_loopback_needs_no_token(declared: Target) -> None:
    """The request has the headers that a browser sends for such a page, Referer included."""
    head = {"Origin": PAGE, "Referer": f"{PAGE}/", "Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "cors"}
    with declared.client(headers=head) as client:
        assert client.post(DEALS, json={"name": "from a page"}).status_code == 201


def test_every_response_can_be_read_by_a_declared_origin(declared: Target) -> None:
    with declared.client(headers={"Origin": PAGE}) as client:
        answers = [
            client.get(DEALS),
            client.get(f"{DEALS}/none"),
            client.post(DEALS, json={}),
            client.get(DEALS, headers={"Host": "evil.example"}),
            client.get("/openapi.json"),
            client.get("/nothing"),
        ]
    assert [answer.status_code for answer in answers] == [200, 404, 400, 403, 200, 404]
    for answer in answers:
        assert answer.headers["access-control-allow-origin"] == PAGE
        assert {"etag", "x-request-id", "retry-after"} <= listed(answer.headers["access-control-expose-headers"])


@pytest.mark.parametrize("origin", ["null", "https://evil.example", f"{PAGE}.evil.example", f"{PAGE}:444", "*"])
def test_other_origins_get_no_cors_headers(declared: Target, origin: str) -> None:
    with declared.client(headers={"Origin": origin}) as client:
        answers = [client.options(DEALS, headers=ASKED), client.get(DEALS), client.post(DEALS, json={"name": "x"})]
    for answer in answers:
        assert answer.status_code == 403
        assert not [name for name in answer.headers if name.startswith("access-control")]


def test_request_without_origin_gets_no_cors_headers(declared: Target) -> None:
    with declared.client() as client:
        assert not [name for name in client.get(DEALS).headers if name.startswith("access-control")]
        assert client.options(DEALS, headers=ASKED).status_code == 405
