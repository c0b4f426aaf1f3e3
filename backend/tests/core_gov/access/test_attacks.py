"""The service as an attacker meets it: over real HTTP, from loopback, where no token is needed."""

import asyncio
import json
import re
import socket
from pathlib import Path
from typing import Any, ClassVar

import pytest

from backend.app.core_gov.access.admission import system_user
from backend.app.kit.http import middleware
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
from backend.tests.core_gov.access.wire import Head, read_reply, send, write_request
from backend.tests.harness import LogSink
from backend.tests.promises import promise

MADE = "made by an attacker"
BODY = json.dumps({"name": MADE}).encode()


class TestRebinding:
    """A page of evil.example whose name is made to resolve to 127.0.0.1: the browser then sends that name as Host."""

    @promise("Access", "The Host header must be loopback or listed (DNS rebinding).")
    @pytest.mark.parametrize(
        "host",
        [
            "evil.example", "evil.example:{port}", "localhost.evil.example", "127.0.0.1.evil.example:{port}",
            "0.0.0.0:{port}", "[::]:{port}", "2130706433:{port}", "LOCALHOST.EVIL.EXAMPLE",
        ],
    )  # fmt: skip
    def test_foreign_names(self, target: Target, host: str) -> None:
        reply = target.ask([("Host", host.format(port=target.port))])
        assert reply.status == 403
        assert "VALHALLA_ALLOWED_HOSTS" in problem(reply)["detail"]

    @pytest.mark.parametrize("host", ["localhost", "LOCALHOST:{port}", "localhost.", "127.0.0.1", "[::1]:{port}"])
    def test_our_names(self, target: Target, host: str) -> None:
        assert target.ask([("Host", host.format(port=target.port))]).status == 200

    @pytest.mark.parametrize(
        "head",
        [
            [],
            [("Host", "")],
            [("Host", "user@127.0.0.1")],
            [("Host", "127.0.0.1@evil.example")],
            [("Host", "127.0.0.1 evil.example")],
            [("Host", "127.0.0.1/evil.example")],
            [("Host", "localhost"), ("Host", "localhost")],
            [("Host", "localhost"), ("Host", "evil.example")],
            [("Host", "evil.example"), ("Host", "localhost")],
            [("Host", "localhost, evil.example")],
        ],
    )
    def test_malformed_missing_and_twice(self, target: Target, head: Head) -> None:
        reply = target.ask(head)
        assert reply.status == 400
        assert "ost" in problem(reply)["detail"]

    def test_the_host_decides_not_the_absolute_form_of_the_target(self, target: Target) -> None:
        assert target.ask([("Host", "evil.example")], target=f"http://{target.own}{DEALS}").status == 403
        assert target.ask([("Host", target.own)], target=f"http://{target.own}{DEALS}").status == 200

    @promise("Access", "The Host header must be loopback or listed (DNS rebinding).")
    def test_a_rebound_page_cannot_write(self, target: Target) -> None:
        host = f"evil.example:{target.port}"
        head = [("Host", host), ("Origin", f"http://{host}"), ("Content-Type", "application/json")]
        assert target.ask(head, method="POST", body=BODY).status == 403
        assert MADE not in target.deals()

    @promise("Access", "The Host header must be loopback or listed (DNS rebinding).")
    @pytest.mark.parametrize("path", ["/", "/healthz", "/readyz", "/metrics", "/docs", "/openapi.json", "/nothing"])
    def test_every_path_is_guarded(self, target: Target, path: str) -> None:
        assert target.ask([("Host", "evil.example")], target=path).status == 403


class TestForeignPages:
    """What a browser sends for a page of another origin, without asking that origin's owner."""

    FORMS = (
        ("text/plain", b'{"name": "x", "meta": "="}'),
        ("application/x-www-form-urlencoded", b"name=x"),
        (
            "multipart/form-data; boundary=b",
            b'--b\r\nContent-Disposition: form-data; name="name"\r\n\r\nx\r\n--b--\r\n',
        ),
    )

    @promise("Access", "A foreign Origin is refused (cross-site form posts).")
    @pytest.mark.parametrize(("media", "body"), FORMS)
    @pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://localhost:3000", "http://127.0.0.1"])
    def test_form_posts(self, target: Target, media: str, body: bytes, origin: str) -> None:
        head = [("Host", target.own), ("Origin", origin), ("Content-Type", media), ("Sec-Fetch-Site", "cross-site")]
        reply = target.ask(head, method="POST", body=body)
        assert reply.status == 403
        assert "VALHALLA_ALLOWED_ORIGINS" in problem(reply)["detail"]
        assert MADE not in target.deals()

    @promise("Access", "A foreign Origin is refused (cross-site form posts).")
    @pytest.mark.parametrize(("media", "body"), FORMS)
    def test_form_posts_without_an_origin(self, target: Target, media: str, body: bytes) -> None:
        reply = target.ask([("Host", target.own), ("Content-Type", media)], method="POST", body=body)
        assert reply.status == 415
        assert MADE not in target.deals()

    @pytest.mark.parametrize("site", ["cross-site", "same-site"])
    def test_form_posts_that_hide_their_origin(self, target: Target, site: str) -> None:
        head = [("Host", target.own), ("Content-Type", "application/json"), ("Sec-Fetch-Site", site)]
        assert target.ask(head, method="POST", body=BODY).status == 403
        assert MADE not in target.deals()

    def test_an_act_without_a_body(self, target: Target) -> None:
        with target.client() as client:
            draft = client.post("/core/comms/drafts", json={"body": "hello"}).json()["id"]
            path = f"/core/comms/drafts/{draft}/mark_sent"
            for head in (("Origin", "https://evil.example"), ("Origin", "null"), ("Sec-Fetch-Site", "cross-site")):
                assert target.ask([("Host", target.own), head], target=path, method="POST").status == 403
            assert client.get(f"/core/comms/drafts/{draft}").json()["status"] == "draft"

    @pytest.mark.parametrize(
        ("mode", "dest", "status"),
        [
            ("no-cors", "image", 403),
            ("no-cors", "script", 403),
            ("navigate", "iframe", 403),
            ("navigate", "document", 200),
        ],
    )
    def test_simple_gets(self, target: Target, mode: str, dest: str, status: int) -> None:
        head = [
            ("Host", target.own),
            ("Sec-Fetch-Site", "cross-site"),
            ("Sec-Fetch-Mode", mode),
            ("Sec-Fetch-Dest", dest),
        ]
        assert target.ask(head).status == status

    @promise("Access", "A foreign Origin is refused (cross-site form posts).")
    def test_fetches_of_other_origins(self, target: Target) -> None:
        for origin in ("https://evil.example", "http://localhost:1", f"http://localhost:{target.port}"):
            reply = target.ask([("Host", target.own), ("Origin", origin), ("Sec-Fetch-Mode", "cors")])
            assert reply.status == 403
            assert "access-control-allow-origin" not in reply.headers

    def test_preflights_of_other_origins(self, target: Target) -> None:
        head = [
            ("Host", target.own),
            ("Origin", "https://evil.example"),
            ("Access-Control-Request-Method", "POST"),
            ("Access-Control-Request-Headers", "content-type"),
            ("Access-Control-Request-Private-Network", "true"),
        ]
        reply = target.ask(head, method="OPTIONS")
        assert reply.status == 403
        assert not [name for name in reply.headers if name.startswith("access-control")]

    def test_our_own_page(self, target: Target) -> None:
        head = [
            ("Host", target.own),
            ("Origin", f"http://{target.own}"),
            ("Referer", f"http://{target.own}/docs"),
            ("Sec-Fetch-Site", "same-origin"),
            ("Content-Type", "application/json"),
        ]
        assert target.ask(head, method="POST", body=b'{"name": "our own"}').status == 201

    def test_websockets(self, target: Target) -> None:
        handshake = [
            ("Host", target.own),
            ("Connection", "Upgrade"),
            ("Upgrade", "websocket"),
            ("Sec-WebSocket-Version", "13"),
            ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="),
        ]
        assert target.ask([*handshake, ("Origin", "https://evil.example")]).status == 403
        assert target.ask(handshake).status != 101
        assert target.ask(handshake, target="/docs/assets/x").status in {403, 404}


class TestForwardedFromLoopback:
    """Whoever speaks from 127.0.0.1 and says that it is for somebody else."""

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
    def test_refused(self, target: Target, header: tuple[str, str]) -> None:
        reply = target.ask([("Host", "localhost"), header])
        assert reply.status == 403
        assert "127.0.0.1 is not a declared proxy: list it in VALHALLA_TRUSTED_PROXIES" in problem(reply)["detail"]

    def test_uvicorn_started_by_hand(self, serve: Serve) -> None:
        """It believes whatever comes from 127.0.0.1, unless it is told not to."""
        target = serve(proxy_headers=True)
        for header in self.HEADERS:
            reply = target.ask([("Host", "localhost"), header])
            assert reply.status == 403
            assert "VALHALLA_TRUSTED_PROXIES" in problem(reply)["detail"]
        assert target.ask([("Host", "localhost")]).status == 200

    def test_uvicorn_that_believes_everyone(self, serve: Serve) -> None:
        """`--forwarded-allow-ips '*'` takes the first address of the header, which anybody can write."""
        target = serve(proxy_headers=True, uvicorn={"forwarded_allow_ips": "*"})
        for said in ("127.0.0.1", "127.0.0.1:50000", "[::1]:50000"):
            reply = target.ask([("Host", "localhost"), ("X-Forwarded-For", said)])
            assert reply.status == 403
        assert target.ask([("Host", "localhost")]).status == 200

    def test_uvicorn_that_puts_a_declared_proxy_in_the_place_of_the_caller(
        self, serve: Serve, tokens: dict[str, str]
    ) -> None:
        target = serve(proxy_headers=True, trusted_proxies="10.0.0.5")
        token = ("Authorization", f"Bearer {tokens['admin']}")
        for said in ("10.0.0.5", "192.0.2.7, 10.0.0.5", "10.0.0.5:50000", "10.0.0.5:050000"):
            reply = target.ask([("Host", "localhost"), ("X-Forwarded-For", said), token])
            assert reply.status == 403
            assert "--no-proxy-headers" in problem(reply)["detail"]

    def test_old_http(self, target: Target) -> None:
        assert target.ask([("Host", "localhost")], version="HTTP/1.0").status == 403
        assert target.ask([("Host", "localhost")], version="HTTP/0.9").status in {400, 403}


class TestTokens:
    @promise("Access", "Tokens are stored hashed; a revoked or unknown token returns 401; guessing is slowed down.")
    @pytest.mark.parametrize("scheme", ["Bearer {}", "Basic {}", "{}", "Bearer {}x", "Bearer"])
    def test_wrong_ones(self, target: Target, scheme: str) -> None:
        wrong = scheme.format("vlh_" + "A" * 43)
        reply = target.ask([("Host", target.own), ("Authorization", wrong)])
        assert reply.status == 401
        assert reply.headers["www-authenticate"] == "Bearer"
        assert "A" * 43 not in reply.text

    @promise("Access", "Tokens are stored hashed; a revoked or unknown token returns 401; guessing is slowed down.")
    def test_revoked(self, serve: Serve, tokens: dict[str, str]) -> None:
        target = serve()
        assert target.ask([("Host", target.own), ("Authorization", f"Bearer {tokens['revoked']}")]).status == 401

    def test_twice(self, serve: Serve, tokens: dict[str, str]) -> None:
        target = serve()
        pair = [("Authorization", f"Bearer {tokens[role]}") for role in ("viewer", "admin")]
        assert target.ask([("Host", target.own), *pair]).status == 400

    @promise("Access", "Tokens are stored hashed; a revoked or unknown token returns 401; guessing is slowed down.")
    def test_guessing_is_slowed_down(self, serve: Serve, tokens: dict[str, str]) -> None:
        target = serve()
        with target.client() as client:
            statuses = [client.get(DEALS, headers=bearer(f"vlh_{n:0>43}")).status_code for n in range(22)]
            assert statuses == [401] * 20 + [429] * 2
            late = client.get(DEALS, headers=bearer("wrong"))
            assert int(late.headers["retry-after"]) >= 1
            assert client.get(DEALS, headers=bearer(tokens["viewer"])).status_code == 200
            assert client.get(DEALS).status_code == 200

    @pytest.mark.parametrize("name", ["access_token", "token", "authorization", "api_key"])
    def test_in_the_query_they_are_refused_and_not_repeated(
        self, serve: Serve, tokens: dict[str, str], name: str, logged: Logged
    ) -> None:
        target, secret = serve(), tokens["admin"]
        reply = target.ask([("Host", target.own)], target=f"{DEALS}?{name}={secret}")
        assert reply.status == 400
        assert name in problem(reply)["detail"]
        assert secret not in reply.text
        assert secret not in json.dumps(lines_of(logged, reply.headers["x-request-id"]))

    def test_they_are_in_no_answer_no_log_and_no_event(
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


class TestTrail:
    """What is refused by a rule is answered, logged and audited, under one request id."""

    @promise(
        "Errors",
        "Requests refused by a rule (403, 409, 412) are logged and audited in their own transaction; malformed input "
        "is not audited.",
    )
    @promise("Operations", "Logs are structured, and responses carry the request id of their log lines.")
    def test_a_refusal_can_be_followed_from_the_answer_to_the_log_and_the_trail(
        self, target: Target, logged: Logged
    ) -> None:
        reply = target.ask([("Host", "evil.example"), ("X-Request-ID", "trace-me.1")], method="POST", body=BODY)
        assert reply.headers["x-request-id"] == "trace-me.1"
        lines = lines_of(logged, "trace-me.1")
        assert [(line["event"], line["client"]) for line in lines] == [
            ("refused", "127.0.0.1"),
            ("request", "127.0.0.1"),
        ]
        events = target.audited("trace-me.1")
        assert [(event["actor"], event["outcome"], event["action"]) for event in events] == [
            ("client 127.0.0.1", "refused", f"POST {DEALS}")
        ]
        assert events[0]["detail"] == "403 " + problem(reply)["detail"]

    def test_rules_of_the_business_too(self, target: Target) -> None:
        with target.client() as client:
            draft = client.post("/core/comms/drafts", json={"body": "hello"}).json()["id"]
            path = f"/core/comms/drafts/{draft}"
            conflict = client.patch(path, json={"status": "sent"})
            lost = client.patch(path, json={"body": "x"}, headers={"If-Match": '"other"'})
        assert (conflict.status_code, lost.status_code) == (409, 412)
        for answer in (conflict, lost):
            (event,) = target.audited(answer.headers["x-request-id"])
            assert (event["actor"], event["outcome"]) == (system_user(), "refused")
            assert event["detail"] == f"{answer.status_code} {answer.json()['detail']}"

    MALFORMED: ClassVar = (
        ({"method": "POST", "url": DEALS, "content": b"{", "headers": {"Content-Type": "application/json"}}, 400),
        ({"method": "GET", "url": "/core/deals/none"}, 404),
        ({"method": "GET", "url": DEALS, "headers": {"Authorization": "Bearer x"}}, 401),
    )

    @promise(
        "Errors",
        "Requests refused by a rule (403, 409, 412) are logged and audited in their own transaction; malformed input "
        "is not audited.",
    )
    @pytest.mark.parametrize(("request_", "status"), MALFORMED)
    def test_malformed_input_is_logged_but_no_event(
        self, target: Target, logged: Logged, request_: dict[str, Any], status: int
    ) -> None:
        with target.client() as client:
            reply = client.request(**request_)
        assert reply.status_code == status
        request_id = reply.headers["x-request-id"]
        (refused,) = [line for line in lines_of(logged, request_id) if line["event"] == "refused"]
        assert refused["detail"] == reply.json()["detail"]
        assert target.audited(request_id) == []

    @pytest.mark.parametrize("sane", ["a", "A-b_c.9", "x" * 64])
    def test_a_sane_request_id_is_kept(self, target: Target, sane: str) -> None:
        assert target.ask([("Host", target.own), ("X-Request-ID", sane)]).headers["x-request-id"] == sane

    @pytest.mark.parametrize("odd", ["", "x" * 65, "a b", "a\tb", "a;b", '{"a":1}', "\xe4", "../../etc", "a, b"])
    def test_any_other_is_replaced(self, target: Target, odd: str, logged: Logged) -> None:
        given = target.ask([("Host", target.own), ("X-Request-ID", odd)]).headers["x-request-id"]
        assert re.fullmatch("[0-9a-f]{16}", given)
        lines_of(logged, given)
        assert odd == "" or json.dumps(odd) not in json.dumps(logged())

    def test_strangers_cannot_fill_the_trail(
        self, serve: Serve, logged: Logged, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(middleware, "STRANGERS_AUDITED", (5, 3600.0))
        target = serve()
        asked = [("Host", "evil.example")]
        given = [target.ask(asked).headers["x-request-id"] for _ in range(8)]
        lines = [lines_of(logged, request_id) for request_id in given]
        assert [lines[n][0]["event"] for n in range(8)] == ["refused"] * 8
        audited = {event["request_id"] for event in target.audited()}
        assert [request_id in audited for request_id in given] == [True] * 5 + [False] * 3
        assert ["refusal not audited" in {line["event"] for line in found} for found in lines] == [False] * 5 + [
            True
        ] * 3

    ODD_PATHS = (
        "/core/deals/%0A%1B[31mred",
        "/core/%7Bx%7D",
        "/core/deals/a%22b",
        "/core/%E2%80%AE",
        "/core/%C2%9B31m",
    )

    @pytest.mark.parametrize("path", ODD_PATHS)
    def test_a_path_can_neither_begin_a_line_nor_colour_a_terminal(
        self, target: Target, path: str, log_sink: LogSink, logged: Logged
    ) -> None:
        replies = [target.ask([("Host", host)], target=path) for host in (target.own, "evil.example")]
        for reply in replies:
            lines_of(logged, reply.headers["x-request-id"])
        said = "".join(log_sink.lines)
        assert all(json.loads(line)["at"] for line in said.splitlines())
        assert said.isascii()
        assert "\x1b" not in said


class TestOddRequests:
    @pytest.mark.parametrize("method", ["TRACE", "DELETE", "PUT", "OPTIONS", "PROPFIND"])
    def test_methods_that_mean_nothing_here(self, target: Target, method: str) -> None:
        reply = target.ask([("Host", target.own), ("Secret", "s3cret")], method=method)
        assert reply.status == 405
        assert reply.headers["allow"] == "GET, POST"
        assert "s3cret" not in reply.text

    def test_head_is_get_without_the_body(self, target: Target) -> None:
        got, head = (target.ask([("Host", target.own)], method=method) for method in ("GET", "HEAD"))
        assert head.status == 200
        assert head.body == b""
        assert head.headers["content-length"] == str(len(got.body))

    @pytest.mark.parametrize(
        "request_",
        [
            b"BREW /pot HTTP/1.1\r\nHost: localhost\r\n\r\n",
            b"CONNECT evil.example:443 HTTP/1.1\r\nHost: localhost\r\n\r\n",
            b"GET /\xff HTTP/1.1\r\nHost: localhost\r\n\r\n",
            b"GET / HTTP/1.1\r\nHost: localhost\r\nX: a\x00b\r\n\r\n",
            b"GET / HTTP/1.1\r\nHost : localhost\r\n\r\n",
            b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
            b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n",
            b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
            b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\nhello",
        ],
    )
    def test_what_is_not_http(self, target: Target, request_: bytes) -> None:
        assert send(target.port, request_).status == 400

    def test_too_many_headers(self, target: Target) -> None:
        reply = target.ask([("Host", target.own), *((f"X-{n}", "x") for n in range(200))])
        assert reply.status == 400
        assert "header lines" in problem(reply)["detail"]

    @pytest.mark.parametrize("long", ["/core/deals/" + "x" * 9_000, "/core/deals?limit=" + "1" * 9_000])
    def test_a_target_that_is_too_long(self, target: Target, long: str, logged: Logged) -> None:
        reply = target.ask([("Host", target.own)], target=long)
        assert reply.status == 400
        assert "longer than" in problem(reply)["detail"]
        assert len(json.dumps(lines_of(logged, reply.headers["x-request-id"]))) < 10_000

    @pytest.mark.parametrize(
        "name", ["Host", "Origin", "Authorization", "Referer", "X-Forwarded-For", "If-Match", "X-Request-ID"]
    )
    def test_one_long_header(self, target: Target, name: str, logged: Logged) -> None:
        others = [] if name == "Host" else [("Host", target.own)]
        reply = target.ask([*others, (name, "x" * 60_000)])
        assert reply.status in {200, 400, 401, 403}
        assert len(reply.body) < 2_000
        assert len(json.dumps(lines_of(logged, reply.headers["x-request-id"]))) < 2_000

    def test_a_trailer_that_comes_as_a_header_is_no_fault_of_ours(self, target: Target) -> None:
        chunked = b"2\r\n{}\r\n0\r\nContent-Length: " + b"9" * 5_000 + b"\r\n\r\n"
        head = [("Host", target.own), ("Content-Type", "application/json"), ("Transfer-Encoding", "chunked")]
        reply = send(target.port, write_request(DEALS, head, method="POST") + chunked)
        assert reply.status in {400, 413}


class TestOtherWaysIn:
    def test_a_unix_socket_has_no_address_and_so_needs_a_token(self, data_dir: Path, tokens: dict[str, str]) -> None:
        statuses = []
        with serving_on_unix_socket(Settings(data_dir=data_dir)) as path:
            for head in ([], list(bearer(tokens["viewer"]).items()), [("X-Forwarded-For", "127.0.0.1")]):
                with socket.socket(socket.AF_UNIX) as connection:
                    connection.connect(path)
                    connection.sendall(write_request(DEALS, [("Host", "localhost"), *head]))
                    statuses.append(read_reply(connection).status)
        assert statuses == [401, 200, 403]

    @pytest.mark.parametrize("path", [DEALS, "/docs/assets/swagger-ui.css", "/nothing"])
    def test_a_websocket_where_the_server_could_open_one(self, path: str, data_dir: Path) -> None:
        app, sent = create_app(Settings(data_dir=data_dir)), []
        scope = {"type": "websocket", "path": path, "client": ("127.0.0.1", 5), "headers": [(b"host", b"localhost")]}

        async def receive() -> dict[str, str]:
            return {"type": "websocket.connect"}

        async def send_(message: Any) -> None:
            sent.append(message["type"])

        asyncio.run(app(scope, receive, send_))
        assert sent == ["websocket.close"]
