"""Request middleware, alone and in the running service."""

import asyncio
import re
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from starlette.routing import BaseRoute

from backend.app.kit.db import Ctx
from backend.app.kit.errors import AppError, Forbidden
from backend.app.kit.http import Caller, RequestMiddleware, ServiceComponents
from backend.app.kit.http.middleware import MAX_HEADERS, MAX_TARGET, Message, Receive, Scope, Send
from backend.app.kit.http.operation import Admits
from backend.app.kit.metrics import Metrics
from backend.tests.contract.answers import events, refused
from backend.tests.contract.kinds import KINDS, make

Logged = Callable[[], list[dict[str, Any]]]


async def inner(scope: Scope, receive: Receive, send: Send) -> None:
    """Application behind the middleware, in place of the framework."""
    if scope["path"] == "/broken":
        raise ZeroDivisionError("a secret of ours")
    await send({"type": "http.response.start", "status": 204, "headers": [(b"x-inner", b"yes")]})
    await send({"type": "http.response.body", "body": b""})


async def anyone(scope: Scope, headers: dict[bytes, bytes], admits: Admits) -> Caller:
    if scope["path"] == "/private":
        raise Forbidden("not for you")
    return Caller("dana", ("admin",))


def ask(wiring: ServiceComponents, path: str = "/", **changes: Any) -> list[Message]:
    """Return the messages that the middleware sends for one request."""
    scope: Scope = {
        "type": "http", "method": "GET", "path": path, "raw_path": path.encode(), "query_string": b"", "headers": [],
        "client": ("127.0.0.1", 5), **changes,
    }  # fmt: skip
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    routes: list[BaseRoute] = []
    asyncio.run(RequestMiddleware(inner, routes, wiring)(scope, receive, send))
    return sent


def wired(**parts: Any) -> ServiceComponents:
    return ServiceComponents(**{"metrics": Metrics(), "docs_paths": ("/docs",), "admit": anyone, **parts})


class TestMiddleware:
    def test_requests_before_the_start_get_503(self) -> None:
        start, body = ask(wired(admit=None))
        assert start["status"] == 503
        assert (b"retry-after", b"1") in start["headers"]
        assert b"starting or stopping" in body["body"]

    def test_requests_without_an_operation_go_to_the_framework(self) -> None:
        start, _ = ask(wired(), headers=[(b"x-request-id", b"mine")])
        assert start["status"] == 204
        assert start["headers"] == [(b"x-inner", b"yes"), (b"x-request-id", b"mine")]

    def test_unexpected_error_is_500_without_details(self) -> None:
        start, body = ask(wired(), "/broken")
        assert start["status"] == 500
        assert b"secret" not in body["body"]

    def test_refusals_by_a_rule_are_reported_for_the_audit(self) -> None:
        told: list[tuple[str, str, str, int]] = []

        async def refused_(ctx: Ctx, method: str, path: str, error: AppError) -> None:
            told.append((ctx.actor, method, path, error.status))

        start, _ = ask(wired(refused=refused_), "/private")
        assert start["status"] == 403
        assert told == [("client 127.0.0.1", "GET", "/private", 403)]

    def test_refusal_is_returned_even_if_it_cannot_be_audited(self) -> None:
        async def failing(*args: Any) -> None:
            raise ZeroDivisionError("a secret of ours")

        start, body = ask(wired(refused=failing), "/private")
        assert (start["status"], b"not for you" in body["body"]) == (403, True)

    @pytest.mark.parametrize(
        ("changes", "sentence"),
        [
            ({"headers": [(b"host", b"a"), (b"host", b"b")]}, b"the header host is given twice"),
            ({"headers": [(b"x", b"1")] * (MAX_HEADERS + 1)}, b"there are more than 100 header lines"),
            ({"query_string": b"a" * MAX_TARGET}, b"the path and the query are longer than 8000 bytes"),
            ({"raw_path": b"/%ff"}, b"the path is not UTF-8 text"),
            ({"raw_path": b"/%00"}, b"the path contains a NUL character"),
        ],
    )
    def test_invalid_request_heads_are_400(self, changes: dict[str, Any], sentence: bytes) -> None:
        start, body = ask(wired(), **changes)
        assert start["status"] == 400
        assert sentence in body["body"]

    def test_requests_are_counted_by_route_and_status(self) -> None:
        wiring = wired()
        for path in ("/docs", "/docs/assets/x", "/nowhere", "/private", "/broken"):
            ask(wiring, path)
        text = wiring.metrics.text(0, 0.0).decode()
        counts = re.findall(r'requests_total\{method="GET",route="(\w+)",status="(\d+)"\} (\d+)', text)
        assert sorted(counts) == [
            ("docs", "204", "2"),
            ("other", "204", "1"),
            ("other", "403", "1"),
            ("other", "500", "1"),
        ]


class TestService:
    def test_every_response_has_its_headers(self, shared_api: httpx.Client) -> None:
        for path in ("/core/deals", "/core/deals/nope", "/nowhere", "/healthz", "/core/deals?x=1"):
            answer = shared_api.get(path)
            assert re.fullmatch(r"[0-9a-f]{16}", answer.headers["x-request-id"])
            if path != "/nowhere":
                assert answer.headers["x-content-type-options"] == "nosniff"
                assert answer.headers["cache-control"] == "no-store"

    @pytest.mark.parametrize("path", ["/nowhere", "/core", "/core/nothing", "/core/comms/drafts/x/y/z", "/metrics/x"])
    def test_unknown_path_is_404(self, shared_api: httpx.Client, path: str) -> None:
        for method in ("GET", "POST", "DELETE"):
            refused(shared_api.request(method, path), 404, f"there is nothing at {path}")

    def test_request_is_one_log_line(self, shared_api: httpx.Client, logged: Logged) -> None:
        answer = shared_api.get("/core/deals/nope", headers={"X-Request-ID": "req-1"})
        lines = [line for line in logged() if line.get("request_id") == "req-1"]
        refusal, request = lines
        assert (refusal["event"], refusal["detail"], refusal["status"]) == ("refused", "deal not found", 404)
        assert request.items() >= {
            "event": "request", "method": "GET", "path": "/core/deals/nope", "status": 404, "client": "127.0.0.1"
        }.items()  # fmt: skip
        assert request["ms"] >= 0
        assert answer.headers["x-request-id"] == "req-1"

    def test_refusals_by_a_rule_are_audited_and_malformed_input_is_not(self, shared_api: httpx.Client) -> None:
        record = make(KINDS["drafts"], shared_api)
        path = f"/core/comms/drafts/{record['id']}"
        shared_api.patch(path, json={"nonsense": 1})
        shared_api.patch(path, json={"status": "sent"})
        shared_api.patch(path, json={}, headers={"If-Match": '"x"'})
        shared_api.delete(path)
        found = [event["detail"][:3] for event in events(shared_api, record["id"]) if event["outcome"] == "refused"]
        assert found == ["412", "409"]
