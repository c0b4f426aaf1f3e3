"""Providers that are down, slow, wrong, or change their keys."""

import threading
from functools import partial
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest

from backend.app.core_gov.access.single_sign_on import exchange, fetched
from backend.app.settings import Settings
from backend.tests.core_gov.access.browser import PASSWORD, Office, open_office
from backend.tests.core_gov.access.single_sign_on.conftest import OpenOffice, table_of, write_providers
from backend.tests.core_gov.access.single_sign_on.loopback_provider import (
    LoopbackProvider,
    begin,
    come_back,
    new_key,
    send,
)
from backend.tests.core_gov.access.single_sign_on.mock_provider import free_port
from backend.tests.core_gov.access.single_sign_on.test_attacks import DANA, PROVISIONED
from backend.tests.promises import promise

DISCOVERY = "/.well-known/openid-configuration"


@pytest.fixture(autouse=True)
def _try_again_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetched, "FAILED_S", -1.0)


def refusal(office: Office, start: str = "/app/sign-in/with/work") -> str:
    """Return why nobody gets to the provider."""
    with office.browser() as browser:
        page = browser.get(start)
        assert page.status_code == 502, page.text
        assert 'name="password"' in page.text
        return page.text.partition("Not signed in: ")[2].partition("</p>")[0]


@promise("Access", "A provider that is down or slow is said so, and passwords work as before.")
def test_provider_that_is_down_stops_nobody_else(sqlite_settings: Settings) -> None:
    write_providers(sqlite_settings, work={"issuer": f"http://127.0.0.1:{free_port()}", "client_id": "x"})
    with open_office(sqlite_settings) as office, office.signed_in("dana@example.com") as dana:
        assert refusal(office) == "Work cannot be reached (no connection); try again in a moment."
        dana.post("/core/access/sign_out").raise_for_status()
        assert dana.sign_in("dana@example.com", PASSWORD).status_code == 200


def test_slow_provider_is_given_up(
    provider: LoopbackProvider, open_with: OpenOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exchange, "TIMEOUT_S", 0.2)
    ended = threading.Event()

    def drip(handler: BaseHTTPRequestHandler) -> None:
        """Send a byte now and then: the time of a single read never runs out."""
        handler.send_response(200)
        handler.send_header("content-length", "1000")
        handler.end_headers()
        while not ended.wait(0.02):
            handler.wfile.write(b" ")

    provider.respond[DISCOVERY] = drip
    with open_with() as office:
        try:
            assert "does not answer in time" in refusal(office)
        finally:
            ended.set()


def _huge(handler: BaseHTTPRequestHandler) -> None:
    send(handler, b'{"a":"' + b"x" * exchange.MAX_BYTES + b'"}')


ANSWERS: dict[str, tuple[Any, str]] = {
    "huge": (_huge, "larger than"),
    "html": (lambda h: send(h, b"<html>Welcome"), "not a JSON object"),
    "list": (lambda h: send(h, b"[]"), "not a JSON object"),
    "broken text": (lambda h: send(h, b'{"a":"\xff"}'), "not a JSON object"),
    "compressed": (lambda h: send(h, b"\x1f\x8b", content_encoding="gzip"), "compressed"),
    "redirect": (lambda h: send(h, b"", 302, location="file:///etc/passwd"), "redirects elsewhere"),
    "error": (lambda h: send(h, b"{}", 500), "status 500"),
    "cut": (lambda h: send(h, b"{}", content_length="50"), "connection broke"),
}


def test_answers_that_cannot_be_used_are_named(provider: LoopbackProvider, open_with: OpenOffice) -> None:
    with open_with() as office:
        for name, (respond, reason) in ANSWERS.items():
            provider.respond[DISCOVERY] = respond
            assert reason in refusal(office), name
        provider.respond.clear()
        documents: list[tuple[dict[str, Any], str]] = [
            ({"issuer": "https://accounts.example.com"}, "names the issuer https://accounts.example.com"),
            ({"issuer": f"{provider.issuer}/"}, "names the issuer"),
            ({"token_endpoint": None}, "has no token_endpoint"),
            ({"token_endpoint": "http://id.example.com/token"}, "must start with https://"),
            ({"jwks_uri": "javascript:alert(1)"}, "is not a URL"),
            ({"authorization_endpoint": "https://user:secret@id.example.com/"}, "user name or password"),
            ({"userinfo_endpoint": 7}, "is not a URL"),
        ]
        for changes, reason in documents:
            provider.metadata = changes
            assert reason in refusal(office), changes


def test_answers_of_the_token_endpoint_are_shown_as_text(provider: LoopbackProvider, open_with: OpenOffice) -> None:
    markup = "<script>alert(1)</script>" + "x" * 1_000
    answers = {
        "error": b'{"error":"invalid_client","error_description":"%s"}' % markup.encode(),
        "no token": b'{"access_token":"a","token_type":"Bearer"}',
    }
    with open_with() as office, office.browser() as browser:
        for body in answers.values():
            provider.respond["/token"] = partial(send, body=body, status=400 if b"error" in body else 200)
            page = come_back(browser, provider.callback(begin(browser)))
            assert page.status_code == 502
            assert "<script>alert" not in page.text
            assert "x" * 300 not in page.text
        denied = provider.callback(begin(browser), code=None, error="access_denied", error_description=markup)
        page = come_back(browser, denied)
        assert page.status_code == 403
        assert "the sign-in at Work ID was canceled or refused there (&lt;script&gt;" in page.text
        assert "x" * 300 not in page.text
        stranger = come_back(browser, denied.replace("state=", "state=x"))
        assert "alert(1)" not in stranger.text  # nobody else can put words on the page


@promise("Access", "A provider may change its keys at any time.")
def test_new_keys_are_fetched_once_for_all_unknown_ones(
    provider: LoopbackProvider, open_with: OpenOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    provider.claims = DANA
    with open_with(**PROVISIONED) as office:
        for kind, algorithm in (("RSA", "PS256"), ("EC", "ES256"), ("OKP", "EdDSA")):
            monkeypatch.setattr("backend.app.core_gov.access.single_sign_on.keys.UNKNOWN_S", -1.0)
            fresh = new_key(f"new-{kind}", kind)
            provider.published = [fresh]
            provider.sign = partial(provider.signed, key=fresh, algorithm=algorithm)
            with office.browser() as browser:
                assert come_back(browser, provider.callback(begin(browser))).status_code == 303
        monkeypatch.setattr("backend.app.core_gov.access.single_sign_on.keys.UNKNOWN_S", 60.0)
        before = provider.requested.count("/keys")
        invented = [provider.signed({}, provider.key, kid=f"invented-{number}") for number in range(20)]
        with office.browser() as browser:
            for token in invented:
                logout = "/core/access/providers/work/back_channel_logout"
                assert browser.client.post(logout, data={"logout_token": token}).status_code == 400
        assert provider.requested.count("/keys") == before


def test_one_wrong_table_does_not_hide_the_others(provider: LoopbackProvider, sqlite_settings: Settings) -> None:
    write_providers(sqlite_settings, broken={"issuer": "ftp://x", "client_id": "y"}, work=table_of(provider))
    with open_office(sqlite_settings) as office, office.browser() as browser:
        page = browser.get("/app/sign-in").text
        assert "Sign in with Work ID" in page
        assert "valhalla people providers" in page
        assert begin(browser).startswith(provider.issuer)
        assert browser.get("/app/sign-in/with/broken").status_code == 400
        assert browser.get("/app/sign-in/with/unknown").status_code == 404
