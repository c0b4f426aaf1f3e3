"""The rules of the gate one by one. test_browser_attacks.py and test_proxies.py test them over real HTTP."""

from ipaddress import ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.app.core_gov.access import gate
from backend.app.kit.errors import BadInput, Forbidden
from backend.tests.promises import promise

NONE = gate.Rules()
OURS = gate.Rules(
    hosts=frozenset({"office.example.com", "10.1.2.3", "fd00::1"}),
    origins=frozenset({"https://app.example.com", "http://localhost:3000"}),
    proxies=(ip_network("10.0.0.0/24"), ip_network("fd00::/64"), ip_network("127.0.0.2")),
)


class TestPeer:
    @pytest.mark.parametrize("host", ["127.0.0.1", "127.8.9.10", "::1", "::ffff:127.0.0.1"])
    def test_loopback_addresses_are_local(self, host: str) -> None:
        assert gate.peer_at(host, NONE).local

    @pytest.mark.parametrize(
        "host",
        [
            None, "", "testclient", "localhost", "192.0.2.1", "10.0.0.5", "::", "0.0.0.0", "fe80::1",
            "::ffff:192.0.2.1",
            "127.0.0.1:80", "127.0.0.1, 1.2.3.4", "127.1", "0x7f000001", "2130706433", " 127.0.0.1", "[::1]",
            "127.0.0.1\x00", "١٢٧.0.0.1", "::127.0.0.1", "/run/valhalla.sock",
        ],
    )  # fmt: skip
    def test_other_addresses_are_not_local(self, host: str | None) -> None:
        assert not gate.peer_at(host, NONE).local

    def test_declared_proxy_on_loopback_is_not_local(self) -> None:
        peer = gate.peer_at("127.0.0.2", OURS)
        assert peer.loopback
        assert peer.proxy
        assert not peer.local

    def test_long_address_is_shortened(self) -> None:
        assert len(gate.peer_at("x" * 100_000, NONE).address) == gate.MAX_ADDRESS
        assert len(gate.peer_at("fe80::1%" + "x" * 100_000, NONE).address) == gate.MAX_ADDRESS


class TestClientBehindProxies:
    @promise("Access", "A forged X-Forwarded-For does not change the identity of the client.")
    @pytest.mark.parametrize(
        ("forwarded_for", "client"),
        [
            ("192.0.2.7", "192.0.2.7"),
            ("127.0.0.1, 192.0.2.7", "192.0.2.7"),
            ("127.0.0.1,192.0.2.7,10.0.0.9", "192.0.2.7"),
            ("192.0.2.7, 127.0.0.1", "127.0.0.1"),
            ("192.0.2.7:61000", "192.0.2.7"),
            ("2001:db8::7", "2001:db8::7"),
            ("[2001:db8::7]:61000", "2001:db8::7"),
            ("::ffff:192.0.2.7", "192.0.2.7"),
            ("", "10.0.0.5"),
            ("unknown", "10.0.0.5"),
            ("192.0.2.7, made up", "10.0.0.5"),
            ("10.0.0.7, 10.0.0.8", "10.0.0.5"),
            (",,,", "10.0.0.5"),
        ],
    )
    def test_client_is_the_last_address_that_is_no_proxy(self, forwarded_for: str, client: str) -> None:
        assert gate.client_behind(gate.peer_at("10.0.0.5", OURS), forwarded_for, OURS) == client

    @promise("Access", "A forged X-Forwarded-For does not change the identity of the client.")
    @given(made_up=st.text(max_size=50))
    def test_forged_entries_to_the_left_are_ignored(self, made_up: str) -> None:
        peer = gate.peer_at("10.0.0.5", OURS)
        assert gate.client_behind(peer, f"{made_up}, 192.0.2.7", OURS) == "192.0.2.7"

    @pytest.mark.parametrize(
        ("address", "counted"),
        [
            ("192.0.2.7", "192.0.2.7"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
            ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
            ("fe80::1%eth0", "fe80::/64"),
            ("what:ever", "what:ever"),
        ],
    )
    def test_ipv6_addresses_of_one_network_share_a_key(self, address: str, counted: str) -> None:
        assert gate.rate_limit_key(address) == counted


class TestForwarding:
    @pytest.mark.parametrize(
        "name",
        ["x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "forwarded", "x-real-ip", "via", "client-ip"],
    )
    @pytest.mark.parametrize("host", ["127.0.0.1", "::1", "192.0.2.1", None])
    def test_headers_from_undeclared_proxies_are_refused(self, name: str, host: str | None) -> None:
        peer = gate.peer_at(host, OURS)
        with pytest.raises(Forbidden, match=f"{peer.address} is not a declared proxy.*VALHALLA_TRUSTED_PROXIES"):
            gate.check_forwarding(peer, 50_000, None, {name.encode(): b"x"})

    def test_headers_from_declared_proxies_are_accepted(self) -> None:
        peer = gate.peer_at("10.0.0.5", OURS)
        gate.check_forwarding(peer, 50_000, "192.0.2.7", {b"x-forwarded-for": b"192.0.2.7", b"via": b"1.1 x"})

    @pytest.mark.parametrize(
        ("port", "forwarded_for"),
        [
            (0, "10.0.0.5"),
            (0, "192.0.2.7, 10.0.0.5"),
            (55, "192.0.2.7, 10.0.0.5:55"),
            (55, "10.0.0.5:055, 192.0.2.7"),
            (55, "10.0.0.5: +55"),
        ],
    )
    def test_address_that_uvicorn_took_from_the_header_is_refused(self, port: int, forwarded_for: str) -> None:
        peer = gate.peer_at("10.0.0.5", OURS)
        with pytest.raises(Forbidden, match=r"--no-proxy-headers.*VALHALLA_TRUSTED_PROXIES"):
            gate.check_forwarding(peer, port, forwarded_for, {b"x-forwarded-for": b"-"})

    def test_ipv6_address_that_uvicorn_took_from_the_header_is_refused(self) -> None:
        with pytest.raises(Forbidden, match="--no-proxy-headers"):
            gate.check_forwarding(gate.peer_at("fd00::5", OURS), 55, "[fd00::5]:55", {b"x-forwarded-for": b"-"})

    @pytest.mark.parametrize("forwarded_for", ["192.0.2.7, 10.0.0.5", "192.0.2.7:55", "10.0.0.5:56", ":", ""])
    def test_two_proxies_on_one_machine_are_accepted(self, forwarded_for: str) -> None:
        gate.check_forwarding(gate.peer_at("10.0.0.5", OURS), 55, forwarded_for, {b"x-forwarded-for": b"-"})


class TestHost:
    @pytest.mark.parametrize(
        "host",
        [
            "localhost", "localhost:8000", "LocalHost", "localhost.", "localhost.:8000", "127.0.0.1", "127.0.0.1:8000",
            "127.0.0.1.", "127.9.9.9", "[::1]", "[::1]:8000", "[0:0:0:0:0:0:0:1]", "localhost:",
            "office.example.com", "OFFICE.example.com:443", "office.example.com.", "10.1.2.3:8000", "[fd00::1]",
        ],
    )  # fmt: skip
    def test_own_and_allowed_hosts_are_accepted(self, host: str) -> None:
        gate.check_host(host.encode(), OURS)

    @pytest.mark.parametrize(
        "host",
        [
            "evil.example", "evil.example:8000", "localhost.evil.example", "127.0.0.1.evil.example",
            "localhost.localdomain",
            "0.0.0.0", "0.0.0.0:8000", "[::]", "127.1", "2130706433", "0x7f.0.0.1", "192.0.2.1", "[fd00::2]",
            "www.office.example.com", "example.com", "localhost..", "officeXexample.com",
        ],
    )  # fmt: skip
    def test_foreign_hosts_are_refused(self, host: str) -> None:
        with pytest.raises(Forbidden, match="VALHALLA_ALLOWED_HOSTS"):
            gate.check_host(host.encode(), OURS)

    @pytest.mark.parametrize(
        "host",
        [
            "", " ", ".", ":8000", "localhost:port", "localhost:123456", "user@localhost", "evil.example@localhost",
            "localhost:8000@evil.example", "localhost/", "localhost?", "localhost#", "http://localhost", "local host",
            "local\thost", "localhost\t", "localhost, evil.example", "[::1", "::1", "[::1%25lo]", "[localhost]",
            "loc\xe4lhost", "localhost\x00", "*", "localhost\\", "a" * 70_000,
        ],
    )  # fmt: skip
    def test_malformed_hosts_are_refused(self, host: str) -> None:
        with pytest.raises(BadInput, match="Host"):
            gate.check_host(host.encode("latin-1"), OURS)

    @given(host=st.binary(max_size=60))
    def test_any_host_is_accepted_or_refused(self, host: bytes) -> None:
        try:
            gate.check_host(host, NONE)
        except (BadInput, Forbidden):
            return
        name = gate.host_name(host)
        assert name == "localhost" or gate.peer_at(name, NONE).loopback


class TestOrigin:
    @pytest.mark.parametrize("method", ["GET", "POST", "PATCH"])
    @pytest.mark.parametrize(
        ("host", "origin"),
        [
            ("localhost:8000", "http://localhost:8000"),
            ("LOCALHOST:8000", "http://localhost:8000"),
            ("[::1]:8000", "http://[::1]:8000"),
            ("office.example.com", "https://office.example.com"),
            ("localhost:8000", "https://app.example.com"),
            ("localhost:8000", "http://localhost:3000"),
            ("localhost:8000", "HTTPS://APP.example.com"),
        ],
    )
    def test_own_and_declared_origins_are_accepted(self, method: str, host: str, origin: str) -> None:
        gate.check_origin(method, {b"host": host.encode(), b"origin": origin.encode()}, OURS)

    @pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "POST"])
    @pytest.mark.parametrize(
        "origin",
        [
            "null", "", "http://evil.example", "http://localhost:8001", "http://localhost", "http://127.0.0.1:8000",
            "http://localhost:8000.evil.example", "http://evil.example/http://localhost:8000", "http://localhost:8000/",
            "https://app.example.com.evil.example", "http://app.example.com", "file://", "localhost:8000",
            "http://user@localhost:8000", "chrome-extension://abc", "http://localhost:8000 http://evil.example",
        ],
    )  # fmt: skip
    def test_foreign_origins_are_refused(self, method: str, origin: str) -> None:
        headers = {b"host": b"localhost:8000", b"origin": origin.encode()}
        with pytest.raises(Forbidden, match="VALHALLA_ALLOWED_ORIGINS"):
            gate.check_origin(method, headers, OURS)

    def test_long_origin_is_shortened_in_the_message(self) -> None:
        with pytest.raises(Forbidden) as caught:
            gate.check_origin("GET", {b"host": b"localhost", b"origin": b"x" * 60_000}, NONE)
        assert len(caught.value.detail) < 400

    @pytest.mark.parametrize("site", ["cross-site", "same-site", "something new"])
    @pytest.mark.parametrize("mode", ["no-cors", "navigate", "websocket"])
    def test_cross_site_writes_are_refused(self, site: str, mode: str) -> None:
        headers = {b"sec-fetch-site": site.encode(), b"sec-fetch-mode": mode.encode(), b"sec-fetch-dest": b"document"}
        with pytest.raises(Forbidden, match="another site"):
            gate.check_origin("POST", headers, OURS)

    @pytest.mark.parametrize(
        ("mode", "dest"),
        [
            ("no-cors", "image"),
            ("no-cors", "script"),
            ("no-cors", "empty"),
            ("navigate", "iframe"),
            ("navigate", "embed"),
        ],
    )
    def test_cross_site_embedding_is_refused(self, mode: str, dest: str) -> None:
        headers = {b"sec-fetch-site": b"cross-site", b"sec-fetch-mode": mode.encode(), b"sec-fetch-dest": dest.encode()}
        with pytest.raises(Forbidden, match="another site"):
            gate.check_origin("GET", headers, OURS)

    def test_cross_site_navigation_is_accepted(self) -> None:
        followed = {b"sec-fetch-site": b"cross-site", b"sec-fetch-mode": b"navigate", b"sec-fetch-dest": b"document"}
        gate.check_origin("GET", followed, NONE)

    @pytest.mark.parametrize("site", [b"none", b"same-origin"])
    def test_same_origin_and_typed_addresses_are_accepted(self, site: bytes) -> None:
        gate.check_origin("POST", {b"sec-fetch-site": site, b"sec-fetch-mode": b"cors"}, NONE)

    def test_requests_without_browser_headers_are_accepted(self) -> None:
        gate.check_origin("POST", {}, NONE)


class TestLocal:
    @pytest.mark.parametrize("version", ["1.0", "0.9"])
    def test_old_http_versions_are_refused(self, version: str) -> None:
        with pytest.raises(Forbidden, match="proxies that hide their clients"):
            gate.check_local(version, {}, NONE)

    @pytest.mark.parametrize(
        "referer",
        ["https://evil.example/x", "http://office.example", "http://[::bad", "android-app://com.example", "//evil/"],
    )
    def test_foreign_referer_is_refused(self, referer: str) -> None:
        with pytest.raises(Forbidden, match="needs a token"):
            gate.check_local("1.1", {b"referer": referer.encode()}, NONE)

    @pytest.mark.parametrize(
        "referer",
        [
            "http://127.0.0.1:8000/docs", "http://localhost/", "http://[::1]:8000/", "about:client", "",
            "https://Office.example.com/x", "https://App.example.com/x",
        ],
    )  # fmt: skip
    def test_own_referer_is_accepted(self, referer: str) -> None:
        gate.check_local("1.1", {b"referer": referer.encode()}, OURS)

    @given(referer=st.binary(max_size=60))
    def test_any_referer_is_accepted_or_refused(self, referer: bytes) -> None:
        try:
            gate.check_local("1.1", {b"referer": referer}, NONE)
        except Forbidden as refused:
            assert "token" in refused.detail  # noqa: PT017
