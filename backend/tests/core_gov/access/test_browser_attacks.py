"""Requests that pages of other sites make a browser send: over real HTTP, from loopback, where no token is needed."""

import json

import pytest

from backend.tests.core_gov.access.target import (
    DEALS,
    Target,
    problem,
)
from backend.tests.core_gov.access.wire import Head
from backend.tests.promises import promise

MADE = "made by an attacker"
BODY = json.dumps({"name": MADE}).encode()


class TestRebinding:
    """DNS rebinding: evil.example resolves to 127.0.0.1, and the browser sends evil.example as Host."""

    @promise("Access", "The Host header must be loopback or listed (DNS rebinding).")
    @pytest.mark.parametrize(
        "host",
        [
            "evil.example", "evil.example:{port}", "localhost.evil.example", "127.0.0.1.evil.example:{port}",
            "0.0.0.0:{port}", "[::]:{port}", "2130706433:{port}", "LOCALHOST.EVIL.EXAMPLE",
        ],
    )  # fmt: skip
    def test_foreign_host_is_refused(self, target: Target, host: str) -> None:
        reply = target.ask([("Host", host.format(port=target.port))])
        assert reply.status == 403
        assert "VALHALLA_ALLOWED_HOSTS" in problem(reply)["detail"]

    @pytest.mark.parametrize("host", ["localhost", "LOCALHOST:{port}", "localhost.", "127.0.0.1", "[::1]:{port}"])
    def test_loopback_host_is_served(self, target: Target, host: str) -> None:
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
    def test_malformed_missing_or_repeated_host_is_refused(self, target: Target, head: Head) -> None:
        reply = target.ask(head)
        assert reply.status == 400
        assert "ost" in problem(reply)["detail"]

    def test_host_header_decides_not_the_absolute_target(self, target: Target) -> None:
        assert target.ask([("Host", "evil.example")], target=f"http://{target.own}{DEALS}").status == 403
        assert target.ask([("Host", target.own)], target=f"http://{target.own}{DEALS}").status == 200

    @promise("Access", "The Host header must be loopback or listed (DNS rebinding).")
    def test_rebound_page_cannot_write(self, target: Target) -> None:
        host = f"evil.example:{target.port}"
        head = [("Host", host), ("Origin", f"http://{host}"), ("Content-Type", "application/json")]
        assert target.ask(head, method="POST", body=BODY).status == 403
        assert MADE not in target.deals()

    @promise("Access", "The Host header must be loopback or listed (DNS rebinding).")
    @pytest.mark.parametrize("path", ["/", "/healthz", "/readyz", "/metrics", "/docs", "/openapi.json", "/nothing"])
    def test_foreign_host_is_refused_on_every_path(self, target: Target, path: str) -> None:
        assert target.ask([("Host", "evil.example")], target=path).status == 403


class TestForeignPages:
    """Requests that a browser sends for a page of another origin without a preflight, and preflights."""

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
    def test_form_post_with_a_foreign_origin_is_refused(
        self, target: Target, media: str, body: bytes, origin: str
    ) -> None:
        head = [("Host", target.own), ("Origin", origin), ("Content-Type", media), ("Sec-Fetch-Site", "cross-site")]
        reply = target.ask(head, method="POST", body=body)
        assert reply.status == 403
        assert "VALHALLA_ALLOWED_ORIGINS" in problem(reply)["detail"]
        assert MADE not in target.deals()

    @promise("Access", "A foreign Origin is refused (cross-site form posts).")
    @pytest.mark.parametrize(("media", "body"), FORMS)
    def test_form_post_without_origin_is_refused_by_its_media_type(
        self, target: Target, media: str, body: bytes
    ) -> None:
        reply = target.ask([("Host", target.own), ("Content-Type", media)], method="POST", body=body)
        assert reply.status == 415
        assert MADE not in target.deals()

    @pytest.mark.parametrize("site", ["cross-site", "same-site"])
    def test_cross_site_post_without_origin_is_refused(self, target: Target, site: str) -> None:
        head = [("Host", target.own), ("Content-Type", "application/json"), ("Sec-Fetch-Site", site)]
        assert target.ask(head, method="POST", body=BODY).status == 403
        assert MADE not in target.deals()

    def test_cross_site_post_without_body_is_refused(self, target: Target) -> None:
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
    def test_cross_site_get_is_allowed_only_for_navigation(
        self, target: Target, mode: str, dest: str, status: int
    ) -> None:
        head = [
            ("Host", target.own),
            ("Sec-Fetch-Site", "cross-site"),
            ("Sec-Fetch-Mode", mode),
            ("Sec-Fetch-Dest", dest),
        ]
        assert target.ask(head).status == status

    @promise("Access", "A foreign Origin is refused (cross-site form posts).")
    def test_fetch_from_another_origin_is_refused(self, target: Target) -> None:
        for origin in ("https://evil.example", "http://localhost:1", f"http://localhost:{target.port}"):
            reply = target.ask([("Host", target.own), ("Origin", origin), ("Sec-Fetch-Mode", "cors")])
            assert reply.status == 403
            assert "access-control-allow-origin" not in reply.headers

    def test_preflight_from_another_origin_is_refused(self, target: Target) -> None:
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

    def test_page_of_the_service_may_write(self, target: Target) -> None:
        head = [
            ("Host", target.own),
            ("Origin", f"http://{target.own}"),
            ("Referer", f"http://{target.own}/docs"),
            ("Sec-Fetch-Site", "same-origin"),
            ("Content-Type", "application/json"),
        ]
        assert target.ask(head, method="POST", body=b'{"name": "our own"}').status == 201

    def test_websocket_handshake_is_refused(self, target: Target) -> None:
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
