"""Attacks on single sign-on that a real provider cannot be made to help with."""

import base64
import json
import time
from collections.abc import Callable
from functools import partial
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

from joserfc import jwt
from joserfc.jwk import OctKey

from backend.app.settings import Settings
from backend.tests.core_gov.access.browser import open_office
from backend.tests.core_gov.access.single_sign_on.conftest import OpenOffice, table_of, write_providers
from backend.tests.core_gov.access.single_sign_on.loopback_provider import (
    LoopbackProvider,
    begin,
    come_back,
    loopback_provider,
    new_key,
)
from backend.tests.promises import promise

PROVISIONED = {"allowed_domains": ["company.example"], "default_role": "operator"}
DANA = {"email": "dana@company.example", "email_verified": True, "name": "Dana Fox"}

Sign = Callable[[LoopbackProvider, dict[str, Any]], str]


def _unsigned(provider: LoopbackProvider, claims: dict[str, Any]) -> str:
    parts = ({"alg": "none"}, claims)
    return ".".join(base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in parts) + "."


def _by_public_key(provider: LoopbackProvider, claims: dict[str, Any]) -> str:
    """Sign with HS256 and the public key as its secret."""
    header = {"alg": "HS256", "kid": provider.key.kid}
    secret = OctKey.import_key(json.dumps(provider.key.as_dict(private=False)))
    return jwt.encode(header, claims, secret, algorithms=["HS256"])


def _with(**changes: Any) -> Sign:
    def sign(provider: LoopbackProvider, claims: dict[str, Any]) -> str:
        found = {name: value for name, value in (claims | changes).items() if value is not None}
        return provider.signed(found)

    return sign


def _cut(provider: LoopbackProvider, claims: dict[str, Any]) -> str:
    """Put other claims under a valid signature."""
    header, _, signature = provider.signed(claims).split(".")
    other = base64.urlsafe_b64encode(json.dumps(claims | {"sub": "boss"}).encode()).rstrip(b"=").decode()
    return f"{header}.{other}.{signature}"


ATTACKS: dict[str, tuple[Sign, str]] = {
    "none": (_unsigned, "signed with"),
    "HS256 by the public key": (_by_public_key, "signed with"),
    "other claims": (_cut, "signature"),
    "unknown key": (lambda p, c: p.signed(c, new_key("other")), "does not publish"),
    "other key, known id": (lambda p, c: p.signed(c, new_key("first")), "signature"),
    "algorithm of another key": (lambda p, c: p.signed(c, new_key("first", "EC"), "ES256"), "does not publish"),
    "logout token": (lambda p, c: p.signed(c, typ="logout+jwt"), "another type"),
    "access token": (lambda p, c: p.signed(c, typ="application/at+jwt"), "another type"),
    "not a token": (lambda p, c: "a.b", "malformed"),
    "nonce": (_with(nonce="another"), "nonce"),
    "no nonce": (_with(nonce=None), "nonce"),
    "audience": (_with(aud="another"), "audience"),
    "one of many audiences": (_with(aud=["valhalla", "another"]), "azp"),
    "authorized party": (_with(azp="another"), "azp"),
    "issuer": (_with(iss="https://accounts.example.com"), "issuer"),
    "expired": (_with(exp=int(time.time()) - 3600), "expired"),
    "no expiry": (_with(exp=None), "expires"),
    "issued in the future": (_with(iat=int(time.time()) + 3600), "not valid yet"),
    "not before": (_with(nbf=int(time.time()) + 3600), "not valid yet"),
    "no subject": (_with(sub=None), "sub"),
    "empty subject": (_with(sub=" "), "sub"),
    "subject of another type": (_with(sub=7), "sub"),
    "hash of another access token": (_with(at_hash="AAAA"), "at_hash"),
}


@promise("Access", "A token of a provider counts only with its signature, issuer, audience, nonce and time.")
def test_forged_and_foreign_tokens_are_refused(provider: LoopbackProvider, open_with: OpenOffice) -> None:
    provider.claims = DANA
    with open_with(**PROVISIONED) as office:
        for name, (sign, reason) in ATTACKS.items():
            provider.sign = partial(sign, provider)
            with office.browser() as browser:
                refused = come_back(browser, provider.callback(begin(browser)))
                assert refused.status_code == 403, name
                assert reason in refused.text, name
                assert "Sign in with Work ID" in refused.text
                assert browser.token is None, name
        provider.sign = provider.signed
        with office.browser() as browser:
            assert come_back(browser, provider.callback(begin(browser))).status_code == 303
        assert len(provider.requested) < 3 * len(ATTACKS)


@promise("Access", "A sign-in at a provider ends once, in the browser that began it, by that provider's answer.")
def test_answers_of_others_are_refused(provider: LoopbackProvider, sqlite_settings: Settings) -> None:
    provider.claims = DANA
    with loopback_provider() as evil:
        evil.claims = DANA
        tables = {"work": table_of(provider, **PROVISIONED), "evil": table_of(evil, **PROVISIONED)}
        write_providers(sqlite_settings, **tables)
        with open_office(sqlite_settings) as office, office.browser() as browser, office.browser() as other:
            address = provider.callback(begin(browser))
            begin(other)
            assert _refusal(come_back(other, address)).startswith("this sign-in was used already")
            assert come_back(browser, address).status_code == 303
            assert _refusal(come_back(browser, address)).startswith("this sign-in was used already")

            with office.browser() as fresh:  # mix-up: the answer of one provider for the sign-in at another
                there = begin(fresh, "/app/sign-in/with/evil")
                mixed = provider.callback(there).replace("/with/evil/", "/with/work/")
                assert "did not begin at Work ID" in _refusal(come_back(fresh, mixed))
                assert provider.forms[1:] == evil.forms == []
                named = provider.callback(begin(fresh), iss=evil.issuer)
                assert "does not come from Work ID" in _refusal(come_back(fresh, named))
                assert fresh.token is None
                right = provider.callback(begin(fresh), iss=provider.issuer)
                assert come_back(fresh, right).status_code == 303


def test_provider_that_names_its_issuer_must_do_so(provider: LoopbackProvider, open_with: OpenOffice) -> None:
    provider.metadata = {"authorization_response_iss_parameter_supported": True}
    with open_with() as office, office.browser() as browser:
        assert "does not come from Work ID" in _refusal(come_back(browser, provider.callback(begin(browser))))
        assert provider.forms == []


def test_callbacks_that_lead_nowhere_are_delayed(provider: LoopbackProvider, open_with: OpenOffice) -> None:
    with open_with() as office, office.browser() as browser:
        for _ in range(30):
            refused = come_back(browser, provider.callback(begin(browser), code=None, error="server_error"))
            assert refused.status_code == 403
        refused = come_back(browser, provider.callback(begin(browser)))
        assert refused.status_code == 429
        assert int(refused.headers["retry-after"]) >= 1
        assert provider.forms == []


def test_request_follows_the_specification(provider: LoopbackProvider, open_with: OpenOffice, tmp_path: Any) -> None:
    secret = tmp_path / "secret"
    secret.write_text("top secret".replace(" ", "-"))
    secret.chmod(0o600)
    provider.metadata = {"token_endpoint_auth_methods_supported": ["client_secret_post"]}
    with open_with(client_secret_file=str(secret)) as office, office.browser() as browser:
        there = begin(browser)
        asked = {name: values[0] for name, values in parse_qs(urlsplit(there).query).items()}
        cookie = next(each for each in browser.client.cookies.jar if each.name.startswith("sign_on_"))
        come_back(browser, provider.callback(there))
    assert asked["response_type"] == "code"
    assert asked["response_mode"] == "query"
    assert asked["code_challenge_method"] == "S256"
    assert asked["redirect_uri"] == f"{office.url}/app/sign-in/with/work/callback"
    assert len({asked["state"], asked["nonce"], asked["code_challenge"], cookie.value}) == 4
    assert cookie.has_nonstandard_attr("HttpOnly")
    assert cookie.get_nonstandard_attr("SameSite") == "Lax"
    (form,) = provider.forms
    assert form["client_secret"] == "top-secret"
    assert len(form["code_verifier"]) >= 43
    assert form["redirect_uri"] == asked["redirect_uri"]


def test_nobody_is_sent_elsewhere(provider: LoopbackProvider, open_with: OpenOffice) -> None:
    """Also not back to a style sheet, which a browser had asked for last (grafana#23293, grafana#12131)."""
    provider.claims = DANA
    elsewhere = ("https://evil.example/", "//evil.example/app", "/app/../../evil", "/app/assets/x.css", "\\x")
    with open_with(**PROVISIONED) as office:
        for target in (*elsewhere, "/app/sign-in", "/app/sign-in/with/work"):
            with office.browser() as browser:
                start = f"/app/sign-in/with/work?next={quote(target, safe='')}"
                done = come_back(browser, provider.callback(begin(browser, start)))
                assert done.headers["location"] == "/app", target


def _refusal(response: Any) -> str:
    """Return why the sign-in page says that nobody was signed in."""
    assert response.status_code in {403, 409}, response.text
    return str(response.text).partition("Not signed in: ")[2].partition("</p>")[0]
