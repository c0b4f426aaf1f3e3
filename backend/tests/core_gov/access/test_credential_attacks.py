"""Requests without a valid token, or forwarded by proxies that are not declared, over real HTTP."""

import asyncio
import json
import socket
from pathlib import Path
from typing import Any

import pytest

from backend.app.main import create_app
from backend.app.settings import Settings
from backend.tests.core_gov.access.target import (
    DEALS,
    Logged,
    Serve,
    Target,
    bearer,
    lines_of,
    problem,
    serving_on_unix_socket,
)
from backend.tests.core_gov.access.wire import read_reply, write_request
from backend.tests.promises import promise

BODY = json.dumps({"name": "made by an attacker"}).encode()


class TestForwardedFromLoopback:
    """Clients on 127.0.0.1 that forward requests of others."""

    HEADERS = (
        ("X-Forwarded-For", "127.0.0.1"),
        ("X-Forwarded-For", "::1"),
        ("X-Forwarded-For", "192.0.2.7"),
        ("X-Forwarded-For", "127.0.0.1:50000"),
        ("X-Forwarded-For", ""),
        ("X-Forwarded-Host", "localhost"),
        ("X-Forwarded-Proto", "https"),
        ("Forwarded", "for=127.0.0.1"),
        ("X-Real-IP", "127.0.0.1"),
        ("Via", "1.1 proxy"),
    )

    @promise("Access", "Forwarding headers from undeclared proxies are refused.")
    @pytest.mark.parametrize("header", HEADERS)
    def test_forwarding_header_from_an_undeclared_proxy_is_refused(
        self, target: Target, header: tuple[str, str]
    ) -> None:
        reply = target.ask([("Host", "localhost"), header])
        assert reply.status == 403
        assert "127.0.0.1 is not a declared proxy: list it in VALHALLA_TRUSTED_PROXIES" in problem(reply)["detail"]

    def test_forwarding_header_is_refused_with_the_defaults_of_uvicorn(self, serve: Serve) -> None:
        """By default, uvicorn trusts forwarding headers from 127.0.0.1."""
        target = serve(proxy_headers=True)
        for header in self.HEADERS:
            reply = target.ask([("Host", "localhost"), header])
            assert reply.status == 403
            assert "VALHALLA_TRUSTED_PROXIES" in problem(reply)["detail"]
        assert target.ask([("Host", "localhost")]).status == 200

    def test_forwarding_header_is_refused_if_uvicorn_trusts_all_proxies(self, serve: Serve) -> None:
        """`--forwarded-allow-ips '*'` takes the first address of the header, which any client can forge."""
        target = serve(proxy_headers=True, uvicorn={"forwarded_allow_ips": "*"})
        for said in ("127.0.0.1", "127.0.0.1:50000", "[::1]:50000"):
            reply = target.ask([("Host", "localhost"), ("X-Forwarded-For", said)])
            assert reply.status == 403
        assert target.ask([("Host", "localhost")]).status == 200

    def test_peer_address_replaced_by_uvicorn_is_refused(self, serve: Serve, tokens: dict[str, str]) -> None:
        target = serve(proxy_headers=True, trusted_proxies="10.0.0.5")
        token = ("Authorization", f"Bearer {tokens['admin']}")
        for said in ("10.0.0.5", "192.0.2.7, 10.0.0.5", "10.0.0.5:50000", "10.0.0.5:050000"):
            reply = target.ask([("Host", "localhost"), ("X-Forwarded-For", said), token])
            assert reply.status == 403
            assert "--no-proxy-headers" in problem(reply)["detail"]

    def test_http_1_0_without_token_is_refused(self, target: Target) -> None:
        assert target.ask([("Host", "localhost")], version="HTTP/1.0").status == 403
        assert target.ask([("Host", "localhost")], version="HTTP/0.9").status in {400, 403}


class TestTokens:
    @promise("Access", "Tokens are stored hashed; a revoked or unknown token returns 401; guessing is slowed down.")
    @pytest.mark.parametrize("scheme", ["Bearer {}", "Basic {}", "{}", "Bearer {}x", "Bearer"])
    def test_wrong_token_is_refused(self, target: Target, scheme: str) -> None:
        wrong = scheme.format("vlh_" + "A" * 43)
        reply = target.ask([("Host", target.own), ("Authorization", wrong)])
        assert reply.status == 401
        assert reply.headers["www-authenticate"] == "Bearer"
        assert "A" * 43 not in reply.text

    @promise("Access", "Tokens are stored hashed; a revoked or unknown token returns 401; guessing is slowed down.")
    def test_revoked_token_is_refused(self, serve: Serve, tokens: dict[str, str]) -> None:
        target = serve()
        assert target.ask([("Host", target.own), ("Authorization", f"Bearer {tokens['revoked']}")]).status == 401

    def test_two_tokens_are_refused(self, serve: Serve, tokens: dict[str, str]) -> None:
        target = serve()
        pair = [("Authorization", f"Bearer {tokens[role]}") for role in ("viewer", "admin")]
        assert target.ask([("Host", target.own), *pair]).status == 400

    @promise("Access", "Tokens are stored hashed; a revoked or unknown token returns 401; guessing is slowed down.")
    def test_guesses_are_rate_limited(self, serve: Serve, tokens: dict[str, str]) -> None:
        target = serve()
        with target.client() as client:
            statuses = [client.get(DEALS, headers=bearer(f"vlh_{n:0>43}")).status_code for n in range(22)]
            assert statuses == [401] * 20 + [429] * 2
            late = client.get(DEALS, headers=bearer("wrong"))
            assert int(late.headers["retry-after"]) >= 1
            assert client.get(DEALS, headers=bearer(tokens["viewer"])).status_code == 200
            assert client.get(DEALS).status_code == 200

    @pytest.mark.parametrize("name", ["access_token", "token", "authorization", "api_key"])
    def test_token_in_the_query_is_refused_and_not_repeated(
        self, serve: Serve, tokens: dict[str, str], name: str, logged: Logged
    ) -> None:
        target, secret = serve(), tokens["admin"]
        reply = target.ask([("Host", target.own)], target=f"{DEALS}?{name}={secret}")
        assert reply.status == 400
        assert name in problem(reply)["detail"]
        assert secret not in reply.text
        assert secret not in json.dumps(lines_of(logged, reply.headers["x-request-id"]))

    def test_tokens_are_in_no_response_log_line_or_event(
        self, serve: Serve, tokens: dict[str, str], logged: Logged
    ) -> None:
        target = serve()
        for secret in tokens.values():
            for method, body in (("GET", b""), ("POST", BODY), ("DELETE", b"")):
                head = [
                    ("Host", target.own),
                    ("Authorization", f"Bearer {secret}"),
                    ("Content-Type", "application/json"),
                ]
                reply = target.ask(head, method=method, body=body)
                assert secret not in reply.text
                lines_of(logged, reply.headers["x-request-id"])
        said = json.dumps([logged(), target.audited()])
        assert "viewer-token" in said
        for secret in tokens.values():
            assert secret.removeprefix("vlh_") not in said


class TestOtherWaysIn:
    def test_unix_socket_requires_a_token(self, data_dir: Path, tokens: dict[str, str]) -> None:
        statuses = []
        with serving_on_unix_socket(Settings(data_dir=data_dir)) as path:
            for head in ([], list(bearer(tokens["viewer"]).items()), [("X-Forwarded-For", "127.0.0.1")]):
                with socket.socket(socket.AF_UNIX) as connection:
                    connection.connect(path)
                    connection.sendall(write_request(DEALS, [("Host", "localhost"), *head]))
                    statuses.append(read_reply(connection).status)
        assert statuses == [401, 200, 403]

    @pytest.mark.parametrize("path", [DEALS, "/docs/assets/swagger-ui.css", "/nothing"])
    def test_websocket_is_closed_on_every_path(self, path: str, data_dir: Path) -> None:
        app, sent = create_app(Settings(data_dir=data_dir)), []
        scope = {"type": "websocket", "path": path, "client": ("127.0.0.1", 5), "headers": [(b"host", b"localhost")]}

        async def receive() -> dict[str, str]:
            return {"type": "websocket.connect"}

        async def send_(message: Any) -> None:
            sent.append(message["type"])

        asyncio.run(app(scope, receive, send_))
        assert sent == ["websocket.close"]
