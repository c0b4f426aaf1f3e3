"""Signing out here and at the provider, whichever side begins."""

import time
from typing import Any
from urllib.parse import parse_qs, urlsplit

from backend.app.bootstrap import open_store
from backend.app.core_gov.audit import service as audit
from backend.app.settings import Settings
from backend.tests.core_gov.access.browser import Browser
from backend.tests.core_gov.access.single_sign_on.conftest import OpenOffice
from backend.tests.core_gov.access.single_sign_on.loopback_provider import LoopbackProvider, begin, come_back
from backend.tests.core_gov.access.single_sign_on.test_attacks import DANA, PROVISIONED
from backend.tests.promises import promise

LOGOUT = "/core/access/providers/work/back_channel_logout"


def sign_on(browser: Browser, provider: LoopbackProvider) -> None:
    assert come_back(browser, provider.callback(begin(browser))).status_code == 303


def log_out(browser: Browser, token: str) -> Any:
    """Send a logout token as a provider does: without cookies and Origin."""
    return browser.client.post(LOGOUT, data={"logout_token": token, "other": "ignored"}, cookies=None)


@promise("Access", "Signing out of a session that began at a provider also signs out there.")
def test_signing_out_here_leads_to_the_provider(provider: LoopbackProvider, open_with: OpenOffice) -> None:
    provider.claims = DANA
    provider.metadata = {"end_session_endpoint": f"{provider.issuer}/logout?ui=en"}
    with open_with(**PROVISIONED) as office, office.browser() as browser:
        sign_on(browser, provider)
        answer = browser.post("/core/access/sign_out").json()
        url = urlsplit(answer["redirect"])
        asked = {name: values[0] for name, values in parse_qs(url.query).items()}
        assert answer["redirect"].startswith(f"{provider.issuer}/logout?ui=en&")
        assert asked["client_id"] == "valhalla"
        assert asked["post_logout_redirect_uri"] == f"{office.url}/app/sign-in"
        assert asked["id_token_hint"].count(".") == 2
        assert browser.get("/core/deals").status_code == 401
        with office.signed_in("pat@example.com") as pat:
            assert pat.post("/core/access/sign_out").json()["redirect"] is None
    with open_with(**PROVISIONED, single_sign_out=False) as office, office.browser() as browser:
        sign_on(browser, provider)
        assert browser.post("/core/access/sign_out").json()["redirect"] is None


def test_sign_out_works_without_the_provider(provider: LoopbackProvider, open_with: OpenOffice) -> None:
    provider.claims = DANA
    with open_with(**PROVISIONED) as office, office.browser() as browser:
        sign_on(browser, provider)
        (office.settings.data_dir / "providers.toml").unlink()
        assert browser.post("/core/access/sign_out").json()["redirect"] is None
        assert browser.get("/core/deals").status_code == 401


@promise(
    "Access", "`POST /core/access/providers/{provider}/back_channel_logout` ends the sessions of who signs out there."
)
def test_provider_ends_sessions(provider: LoopbackProvider, open_with: OpenOffice, store_settings: Settings) -> None:
    with (
        open_with(store_settings, **PROVISIONED) as office,
        office.browser() as desk,
        office.browser() as phone,
        office.browser() as other,
        office.browser() as machine,
    ):
        for browser, session in ((desk, "s1"), (phone, "s2"), (other, None)):
            provider.claims = DANA | {"sid": session}
            sign_on(browser, provider)
        token = provider.logout_token(sid="s1", sub=None)
        assert log_out(machine, token).json() == {"ended": 1}
        assert [each.get("/core/deals").status_code for each in (desk, phone, other)] == [401, 200, 200]
        again = log_out(machine, token)
        assert again.status_code == 400
        assert "was used before" in again.text
        assert log_out(machine, provider.logout_token(sid="s2")).json() == {"ended": 2}
        assert log_out(machine, provider.logout_token(sub="nobody")).json() == {"ended": 0}
        provider.claims = DANA
        sign_on(desk, provider)
        assert log_out(machine, provider.logout_token()).json() == {"ended": 1}
        assert desk.get("/core/deals").status_code == 401
    with open_store(store_settings) as store:
        found = store.db.snapshot_now(audit.read_events, {"action": "person.session_ended"}, 10, None)[0]
    assert {event["actor"] for event in found} == {"provider work"}
    assert len(found) == 4


def test_only_logout_tokens_end_sessions(provider: LoopbackProvider, open_with: OpenOffice) -> None:
    provider.claims = DANA
    with open_with(**PROVISIONED) as office, office.browser() as browser, office.browser() as machine:
        sign_on(browser, provider)
        wrong: list[dict[str, Any]] = [
            *({"events": None}, {"events": {}}, {"events": "logout"}, {"nonce": "n"}, {"jti": None}),
            *({"sub": None}, {"aud": "another"}, {"iss": "https://other.example"}, {"exp": int(time.time()) - 999}),
            *({"iat": int(time.time()) - 7200, "exp": int(time.time()) + 99}, {"iat": None}),
        ]
        for changes in wrong:
            assert log_out(machine, provider.logout_token(**changes)).status_code == 400, changes
        assert log_out(machine, provider.signed(provider.id_claims("n"))).status_code == 400
        assert log_out(machine, "x").status_code == 400
        named = provider.signed(provider.logout_claims(), typ="at+jwt")
        assert log_out(machine, named).status_code == 400
        assert machine.client.post(LOGOUT, json={"logout_token": provider.logout_token()}).status_code == 415
        assert machine.client.post(LOGOUT, data={"a": "b"}).status_code == 400
        assert browser.get("/core/deals").status_code == 200
        named = provider.signed(provider.logout_claims(), typ="logout+jwt")
        assert log_out(machine, named).json() == {"ended": 1}
