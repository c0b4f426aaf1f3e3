"""Remote clients behind a proxy on this machine: real proxies of each kind in front of the service.

Every connection stays on loopback, so a proxy says that its client is 203.0.113.9, as one with a foot outside would.
"""

import pytest

from backend.app.settings import Settings
from backend.tests.core_gov.access.target import DEALS, Logged, Serve, Target, bearer, lines_of
from backend.tests.core_gov.access.wire import (
    Head,
    Rewrite,
    adds_another_x_forwarded_for,
    adds_forwarded,
    adds_nothing,
    adds_x_forwarded_for,
    port_of,
    proxy,
)
from backend.tests.harness import http_client
from backend.tests.promises import promise

STRANGER = "203.0.113.9"
HERE = "127.0.0.1"
HONEST = [adds_x_forwarded_for(STRANGER), adds_another_x_forwarded_for(STRANGER)]
EVERY_KIND = [*HONEST, adds_forwarded(STRANGER), adds_nothing("HTTP/1.0")]
SPOOFED = ["127.0.0.1", "::1", "127.0.0.1, 127.0.0.1", "localhost", "10.0.0.1", "127.0.0.1:50000", ""]


def behind(target: Target, rewrite: Rewrite, head: Head | None = None) -> tuple[int, str, str]:
    """Return the status, the detail and the request id that a remote client gets through the proxy."""
    with proxy(target.base_url, rewrite) as base_url, http_client(base_url) as client:
        answer = client.get(DEALS, headers=dict(head or []))
    return answer.status_code, answer.json().get("detail", ""), answer.headers["x-request-id"]


class TestUndeclared:
    @promise("Access", "Forwarding headers from undeclared proxies are refused.")
    @pytest.mark.parametrize("rewrite", EVERY_KIND)
    @pytest.mark.parametrize("head", [[], [("X-Forwarded-For", "127.0.0.1")], [("X-Forwarded-For", "")]])
    def test_request_is_refused_with_the_setting_to_change(self, target: Target, rewrite: Rewrite, head: Head) -> None:
        status, detail, _ = behind(target, rewrite, head)
        assert status == 403
        assert "VALHALLA_TRUSTED_PROXIES" in detail or "token" in detail

    @pytest.mark.parametrize("rewrite", EVERY_KIND)
    def test_request_is_refused_if_uvicorn_handles_proxies(
        self, serve: Serve, tokens: dict[str, str], rewrite: Rewrite
    ) -> None:
        """`python -m uvicorn` trusts 127.0.0.1 and replaces the client's address by the forwarded one."""
        target, token = serve(proxy_headers=True), list(bearer(tokens["admin"]).items())
        for spoofed in SPOOFED:
            head = [("X-Forwarded-For", spoofed)]
            assert behind(target, rewrite, head)[0] == behind(target, rewrite, [*head, *token])[0] == 403

    def test_page_of_the_service_behind_it_is_refused(self, target: Target) -> None:
        """A proxy that adds no header and speaks HTTP/1.1 still passes on the headers of browsers."""
        site = "https://office.example.com"
        rewrite = adds_nothing("HTTP/1.1")
        for head in ([("Referer", f"{site}/deals")], [("Origin", site)]):
            assert behind(target, rewrite, head)[0] == 403

    def test_proxy_that_keeps_the_host_is_refused(self, target: Target) -> None:
        def keeps_the_host(line: str, head: Head, upstream: int) -> tuple[str, Head]:
            return line, [(name, "office.example.com" if name.lower() == "host" else value) for name, value in head]

        status, detail, _ = behind(target, keeps_the_host)
        assert status == 403
        assert "VALHALLA_ALLOWED_HOSTS" in detail


class TestDeclared:
    @pytest.fixture
    def declared(self, serve: Serve, tokens: dict[str, str]) -> Target:
        return serve(trusted_proxies=HERE)

    @pytest.mark.parametrize("rewrite", [*EVERY_KIND, adds_nothing("HTTP/1.1")])
    def test_every_client_behind_it_needs_a_token(
        self, declared: Target, tokens: dict[str, str], rewrite: Rewrite
    ) -> None:
        for spoofed in SPOOFED:
            head = [("X-Forwarded-For", spoofed)]
            assert behind(declared, rewrite, head)[0] == 401
            assert behind(declared, rewrite, [*head, *bearer(tokens["viewer"]).items()])[0] == 200

    def test_local_user_behind_it_needs_a_token(self, declared: Target) -> None:
        reply = declared.ask([("Host", declared.own)])
        assert reply.status == 401
        assert "VALHALLA_TRUSTED_PROXIES" in reply.text

    @promise("Access", "A forged X-Forwarded-For does not change the identity of the client.")
    @pytest.mark.parametrize("rewrite", HONEST)
    def test_log_has_the_client_without_forged_addresses(
        self, declared: Target, rewrite: Rewrite, logged: Logged
    ) -> None:
        for spoofed in SPOOFED:
            _, _, request_id = behind(declared, rewrite, [("X-Forwarded-For", spoofed)])
            assert {line["client"] for line in lines_of(logged, request_id)} == {STRANGER}

    def test_client_behind_a_chain_of_proxies_is_found(self, declared: Target, logged: Logged) -> None:
        with proxy(declared.base_url, adds_x_forwarded_for(HERE)) as inner:
            outer = Target(inner)
            status, _, request_id = behind(outer, adds_x_forwarded_for(STRANGER), [("X-Forwarded-For", "127.0.0.1")])
        assert status == 401
        assert lines_of(logged, request_id)[0]["client"] == STRANGER

    @promise("Access", "Requests are limited per client: 429 with Retry-After.")
    @pytest.mark.parametrize("rewrite", HONEST)
    def test_clients_are_rate_limited_separately(self, serve: Serve, rewrite: Rewrite) -> None:
        target = serve(trusted_proxies=HERE, rate_limit="3/hour")
        made_up = [behind(target, rewrite, [("X-Forwarded-For", f"198.51.100.{n}")])[0] for n in range(5)]
        assert made_up == [401, 401, 401, 429, 429]
        assert behind(target, adds_x_forwarded_for("203.0.113.10"))[0] == 401

    def test_wrong_setting_of_uvicorn_is_explained(self, serve: Serve, tokens: dict[str, str]) -> None:
        target = serve(proxy_headers=True, trusted_proxies=HERE)
        status, detail, _ = behind(target, adds_x_forwarded_for(STRANGER), list(bearer(tokens["admin"]).items()))
        assert status == 403
        assert "--no-proxy-headers" in detail


@promise("Access", "Loopback needs no token, every other client does, and no setting turns that off.")
def test_no_setting_admits_a_remote_client_without_a_token(serve: Serve) -> None:
    target = serve(
        trusted_proxies="0.0.0.0/0, ::/0", allowed_hosts="office.example.com", allowed_origins="https://a.example",
        rate_limit="off",
    )  # fmt: skip
    assert behind(target, adds_x_forwarded_for(STRANGER))[0] == 401
    assert target.ask([("Host", "office.example.com")]).status == 401


@promise("Access", "Requests are limited per client: 429 with Retry-After.")
def test_loopback_is_not_rate_limited_by_default(serve: Serve) -> None:
    assert Settings().rate_limit_loopback == "off"
    target = serve(rate_limit_loopback="3/hour")
    statuses = [target.ask([("Host", target.own)]).status for _ in range(4)]
    assert statuses == [200, 200, 200, 429]
    reply = target.ask([("Host", target.own)])
    assert 1 <= int(reply.headers["retry-after"]) <= 1_200
    assert port_of(target.base_url) == target.port
