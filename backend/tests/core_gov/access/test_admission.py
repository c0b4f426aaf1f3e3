"""Authentication of requests, and the memory that its caches take."""

import asyncio
import getpass
import os
from collections.abc import Callable
from ipaddress import ip_network
from typing import Any

import pytest

from backend.app.core_gov.access import admission, gate
from backend.app.core_gov.access.admission import Admission, Lookup
from backend.app.core_gov.access.secrets import digest
from backend.app.core_gov.access.sessions.live_session import LiveSession
from backend.app.core_gov.access.system_user import system_user
from backend.app.core_gov.access.tokens.live_token import LiveToken
from backend.app.kit.errors import AppError, BadInput, Forbidden, TooManyRequests, Unauthenticated
from backend.app.kit.http.operation import Admits
from backend.app.kit.rate_limit import RateLimit
from backend.tests.promises import promise

SECRETS = {role: f"vlh_{role:_<43}" for role in ("viewer", "operator", "admin")}
HOLDERS = {digest(secret): LiveToken(f"{role}-token", role) for role, secret in SECRETS.items()}

LOCAL = ("127.0.0.1", 50_000)
REMOTE = ("192.0.2.7", 50_000)
PROXY = ("10.0.0.5", 50_000)
RULES = gate.Rules(proxies=(ip_network("10.0.0.5"), ip_network("127.0.0.2")))

Scope = dict[str, Any]
Ask = Callable[[Scope], tuple[str, str]]


class Tokens:
    """Table of tokens that records each lookup."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def __call__(self, digest: str) -> LiveToken | None:
        self.asked.append(digest)
        return HOLDERS.get(digest)


async def no_session(digest: str) -> LiveSession | None:
    return None


def scope_of(client: object, method: str = "GET", version: str = "1.1", **headers: str) -> Scope:
    head = {"host": "localhost:8000"} | {name.replace("_", "-"): value for name, value in headers.items()}
    pairs = [(name.encode(), value.encode("latin-1")) for name, value in head.items()]
    return {"type": "http", "client": client, "method": method, "http_version": version, "headers": pairs}


def admission_of(
    *,
    rules: gate.Rules = RULES,
    lookup: Lookup | None = None,
    remote: tuple[int, float] | None = None,
    loopback: tuple[int, float] | None = None,
) -> Ask:
    gatekeeper = Admission(rules, lookup or Tokens(), remote, loopback, no_session)

    def ask(scope: Scope) -> tuple[str, str]:
        return asyncio.run(_ask(gatekeeper, scope))

    return ask


async def _ask(gatekeeper: Admission, scope: Scope) -> tuple[str, str]:
    caller = await gatekeeper(scope, dict(scope["headers"]), Admits())
    return caller.actor, caller.roles[-1]


def bearer(role: str) -> dict[str, str]:
    return {"authorization": f"Bearer {SECRETS[role]}"}


class TestWithoutToken:
    @promise("Access", "Loopback needs no token, every other client does, and no setting turns that off.")
    @promise("Access", "Without a token, the actor is the operating-system user.")
    @pytest.mark.parametrize("host", ["127.0.0.1", "127.3.2.1", "::1", "::ffff:127.0.0.1"])
    def test_loopback_client_is_the_user_of_this_machine(self, host: str) -> None:
        assert admission_of()(scope_of((host, 50_000))) == (system_user(), "admin")

    @promise("Access", "Loopback needs no token, every other client does, and no setting turns that off.")
    @pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "POST", "PATCH", "DELETE", "TRACE"])
    @pytest.mark.parametrize("client", [REMOTE, ("2001:db8::7", 1), ("testclient", 50_000), PROXY, None, ("", 0)])
    def test_other_clients_need_a_token(self, client: object, method: str) -> None:
        with pytest.raises(Unauthenticated, match="send an access token"):
            admission_of()(scope_of(client, method))

    def test_error_explains_why_a_proxy_on_loopback_needs_a_token(self) -> None:
        with pytest.raises(Unauthenticated, match="VALHALLA_TRUSTED_PROXIES"):
            admission_of()(scope_of(("127.0.0.2", 50_000)))

    @pytest.mark.parametrize("spoofed", ["127.0.0.1", "::1", "localhost", "127.0.0.1, 127.0.0.1", "10.0.0.5", ""])
    def test_client_behind_a_declared_proxy_is_not_local(self, spoofed: str) -> None:
        with pytest.raises(Unauthenticated):
            admission_of()(scope_of(PROXY, x_forwarded_for=spoofed))

    @promise("Access", "A forged X-Forwarded-For does not change the identity of the client.")
    def test_all_lines_of_x_forwarded_for_are_joined(self) -> None:
        scope = scope_of(PROXY, x_forwarded_for="127.0.0.1")
        scope["headers"].append((b"x-forwarded-for", b"192.0.2.9"))
        with pytest.raises(Unauthenticated):
            admission_of()(scope)
        assert scope["client_address"] == "192.0.2.9"

    @pytest.mark.parametrize("header", ["x_forwarded_for", "forwarded", "x_real_ip", "via"])
    @pytest.mark.parametrize("client", [LOCAL, REMOTE, None])
    def test_forwarding_headers_of_undeclared_proxies_are_refused(self, client: object, header: str) -> None:
        with pytest.raises(Forbidden, match="VALHALLA_TRUSTED_PROXIES"):
            admission_of()(scope_of(client, **{header: "127.0.0.1"}))

    def test_refusal_does_not_reveal_the_served_names(self) -> None:
        with pytest.raises(Unauthenticated):
            admission_of()(scope_of(REMOTE, host="evil.example"))

    @pytest.mark.parametrize(
        ("refusal", "scope"),
        [
            (Forbidden, scope_of(LOCAL, host="evil.example")),
            (BadInput, scope_of(LOCAL, host="")),
            (Forbidden, scope_of(LOCAL, origin="http://evil.example")),
            (Forbidden, scope_of(LOCAL, "POST", sec_fetch_site="cross-site")),
            (Forbidden, scope_of(LOCAL, version="1.0")),
            (Forbidden, scope_of(LOCAL, referer="http://evil.example/")),
        ],
    )
    def test_requests_on_behalf_of_others_are_refused_on_loopback(self, refusal: type[AppError], scope: Scope) -> None:
        with pytest.raises(refusal):
            admission_of()(scope)

    def test_cached_decision_is_the_same(self) -> None:
        ask = admission_of()
        for _ in range(3):
            assert ask(scope_of(LOCAL))[1] == "admin"
            with pytest.raises(Forbidden):
                ask(scope_of(LOCAL, host="evil.example"))
            with pytest.raises(Unauthenticated):
                ask(scope_of(REMOTE))


class TestWithToken:
    @pytest.mark.parametrize("client", [LOCAL, REMOTE, PROXY, None])
    @pytest.mark.parametrize("role", SECRETS)
    def test_actor_is_the_name_of_the_token(self, client: object, role: str) -> None:
        assert admission_of()(scope_of(client, **bearer(role))) == (f"{role}-token", role)

    @pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
    def test_scheme_is_case_insensitive(self, scheme: str) -> None:
        assert admission_of()(scope_of(REMOTE, authorization=f"{scheme} {SECRETS['admin']}"))[1] == "admin"

    @pytest.mark.parametrize(
        "authorization",
        [
            "", "Bearer", "Bearer ", "Bearer  ", SECRETS["admin"], f"Basic {SECRETS['admin']}",
            f"Bearer{SECRETS['admin']}",
            f"Bearer {SECRETS['admin']}x", f"Bearer {SECRETS['admin'][:-1]}", f"Bearer {SECRETS['admin']},x",
            f"Bearer {SECRETS['admin'].upper()}", "Bearer " + "x" * 60_000, "Bearer \xff\xfe", "Bearer ' OR 1=1 --",
            f"Bearer x {SECRETS['admin']}", f"Bearer vlh_{'x' * 43}", "Digest username=admin",
        ],
    )  # fmt: skip
    @pytest.mark.parametrize("client", [LOCAL, REMOTE])
    def test_wrong_token_is_refused_even_on_loopback(self, client: object, authorization: str) -> None:
        with pytest.raises(Unauthenticated, match="unknown or revoked") as caught:
            admission_of()(scope_of(client, authorization=authorization))
        assert caught.value.headers == {"www-authenticate": "Bearer"}

    def test_only_well_formed_tokens_are_looked_up_by_digest(self) -> None:
        tokens = Tokens()
        ask = admission_of(lookup=tokens)
        with pytest.raises(Unauthenticated):
            ask(scope_of(REMOTE, authorization="Bearer secret"))
        ask(scope_of(REMOTE, **bearer("viewer")))
        assert tokens.asked == [digest(SECRETS["viewer"])]

    @pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "TRACE", "CONNECT", "BREW", "get"])
    def test_viewer_cannot_write(self, method: str) -> None:
        with pytest.raises(Forbidden, match="viewer-token may read"):
            admission_of()(scope_of(REMOTE, method, **bearer("viewer")))

    @pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
    def test_viewer_can_read(self, method: str) -> None:
        assert admission_of()(scope_of(REMOTE, method, **bearer("viewer")))[1] == "viewer"

    @pytest.mark.parametrize("headers", [{"host": "evil.example"}, {"origin": "http://evil.example"}])
    def test_host_and_origin_are_checked_despite_a_token(self, headers: dict[str, str]) -> None:
        scope = scope_of(REMOTE, **(bearer("admin") | headers))
        with pytest.raises(Forbidden):
            admission_of()(scope)
        assert scope["actor"] == "admin-token"  # so that the audit trail says whose token it was

    def test_proxy_signs_are_allowed_with_a_token(self) -> None:
        ask = admission_of()
        assert ask(scope_of(LOCAL, version="1.0", **bearer("operator")))[1] == "operator"
        assert ask(scope_of(LOCAL, referer="http://evil.example/", **bearer("operator")))[1] == "operator"


class TestLimits:
    @promise("Access", "Requests are limited per client: 429 with Retry-After.")
    def test_requests_of_one_client_are_limited(self) -> None:
        ask = admission_of(remote=(2, 60.0))
        for _ in range(2):
            ask(scope_of(REMOTE, **bearer("viewer")))
        with pytest.raises(TooManyRequests) as caught:
            ask(scope_of(REMOTE, **bearer("admin")))
        assert 0 < int(caught.value.headers["retry-after"]) <= 60
        assert ask(scope_of(("192.0.2.8", 1), **bearer("viewer")))
        assert ask(scope_of(LOCAL))

    def test_loopback_has_its_own_limit(self) -> None:
        ask = admission_of(loopback=(1, 60.0))
        ask(scope_of(LOCAL))
        with pytest.raises(TooManyRequests):
            ask(scope_of(LOCAL))

    def test_clients_behind_a_proxy_are_limited_separately(self) -> None:
        ask = admission_of(remote=(2, 60.0))
        for made_up in ("198.51.100.1", "127.0.0.1"):
            ask(scope_of(PROXY, x_forwarded_for=f"{made_up}, 192.0.2.7", **bearer("viewer")))
        with pytest.raises(TooManyRequests):
            ask(scope_of(PROXY, x_forwarded_for="198.51.100.3, 192.0.2.7", **bearer("viewer")))
        assert ask(scope_of(PROXY, x_forwarded_for="192.0.2.7, 198.51.100.4", **bearer("viewer")))

    def test_ipv6_clients_are_limited_by_their_64_network(self) -> None:
        ask = admission_of(remote=(1, 60.0))
        ask(scope_of(("2001:db8::1", 1), **bearer("viewer")))
        with pytest.raises(TooManyRequests):
            ask(scope_of(("2001:db8::2", 1), **bearer("viewer")))

    def test_refused_requests_count_toward_the_limit(self) -> None:
        ask = admission_of(remote=(1, 60.0))
        with pytest.raises(Unauthenticated):
            ask(scope_of(REMOTE))
        with pytest.raises(TooManyRequests):
            ask(scope_of(REMOTE))

    def test_guesses_are_limited_without_locking_out_valid_tokens(self) -> None:
        ask = admission_of()
        outcomes = []
        for guess in range(30):
            try:
                ask(scope_of(REMOTE, authorization=f"Bearer vlh_{guess:0>43}"))
            except AppError as refused:
                outcomes.append(refused.status)
        assert outcomes == [401] * 20 + [429] * 10
        assert ask(scope_of(REMOTE, **bearer("admin")))[1] == "admin"


class TestMemory:
    def test_number_of_cached_clients_and_hosts_is_limited(self) -> None:
        gatekeeper = Admission(RULES, Tokens(), (1_000, 1.0), None, no_session)

        async def crowd() -> None:
            for n in range(12_000):
                address = f"198.{n >> 16 & 255}.{n >> 8 & 255}.{n & 255}"
                scope = scope_of((address, 1), host=f"127.{n >> 8}.{n & 255}.1:{n}", **bearer("viewer"))
                await _ask(gatekeeper, scope)

        asyncio.run(crowd())
        assert len(gatekeeper._peers) <= admission.MAX_CACHED
        assert len(gatekeeper._hosts) <= admission.MAX_CACHED
        assert gatekeeper._remote is not None
        assert len(gatekeeper._remote) <= RateLimit.MAX_CLIENTS

    def test_long_address_is_not_cached(self) -> None:
        gatekeeper = Admission(RULES, Tokens(), None, None, no_session)
        with pytest.raises(Forbidden):
            asyncio.run(_ask(gatekeeper, scope_of(("x" * 60_000, 0), x_forwarded_for="x" * 60_000)))
        assert not gatekeeper._peers


@promise("Access", "Without a token, the actor is the operating-system user.")
def test_system_user_comes_from_the_system_not_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    honest = system_user()
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.setenv(name, "somebody-else")
    assert getpass.getuser() == "somebody-else"
    assert system_user() == honest


def test_system_user_without_a_name_is_its_uid(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 4_000_000_000)
    assert system_user() == "uid-4000000000"
