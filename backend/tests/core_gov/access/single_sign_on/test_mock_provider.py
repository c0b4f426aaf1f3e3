"""Signing in at a real OpenID Connect server, over real HTTP on both databases."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from backend.app.bootstrap import open_store
from backend.app.core_gov.audit import service as audit
from backend.app.settings import Settings
from backend.tests.core_gov.access.browser import open_office
from backend.tests.core_gov.access.single_sign_on.mock_provider import come_back, mock_provider, sign_in_at
from backend.tests.promises import promise

DANA = {"sub": "dana-at-work", "email": "dana@company.example", "email_verified": True, "name": "Dana Fox"}
EVE = {"sub": "eve", "email": "eve@elsewhere.example", "email_verified": True}


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    with mock_provider(DANA, EVE) as found:
        yield found


@pytest.fixture
def configured(store_settings: Settings, tmp_path: Path, issuer: str) -> Settings:
    """Settings with one provider, which invited people may use."""
    secret = tmp_path / "client-secret"
    secret.write_text("s3cret:with%signs")
    secret.chmod(0o600)
    (store_settings.data_dir).mkdir(exist_ok=True)
    (store_settings.data_dir / "providers.toml").write_text(
        f'[work]\nlabel = "Work ID"\nissuer = "{issuer}"\nclient_id = "valhalla"\nclient_secret_file = "{secret}"\n'
    )
    return store_settings


@promise("Access", "An invited person accepts by signing in at a provider, and signs in there from then on.")
def test_invited_person_accepts_at_a_provider(configured: Settings) -> None:
    with open_office(configured) as office, office.browser() as browser:
        secret = office.invite("someone@example.com", "operator")
        assert "Accept with Work ID" in browser.get("/app/invitation").text
        begun = browser.post("/core/access/providers/work/sign_in", {"secret": secret})
        assert begun.status_code == 200, begun.text
        done = come_back(browser, begun.json()["location"], "dana-at-work")
        assert (done.status_code, done.headers["location"]) == (303, "/app"), done.text
        assert "someone@example.com" in browser.get("/app/deals").text
        assert browser.post("/core/access/links/read", {"secret": secret}).status_code == 409

        browser.post("/core/access/sign_out").raise_for_status()
        assert browser.get("/core/deals").status_code == 401
        page = browser.get("/app/sign-in?next=/app/deals%3Fstatus%3Dlead").text
        start = "/app/sign-in/with/work?next=%2Fapp%2Fdeals%3Fstatus%3Dlead"
        assert f'href="{start}"' in page
        again = sign_in_at(browser, start, "dana-at-work")
        assert again.headers["location"] == "/app/deals?status=lead"
        assert browser.get("/core/access/me").json()["actor"] == "someone@example.com"
    with open_store(configured) as store:
        events = store.db.snapshot_now(audit.read_events, {"entity": "person"}, 10, None)[0]
    acts = ["person.signed_in", "person.session_ended", "person.signed_in", "person.joined", "person.account_linked"]
    assert [event["action"] for event in events][:5] == acts
    assert {event["actor"] for event in events[:5]} == {"someone@example.com"}
    linked = events[4]["changes"]
    assert linked["email_at_provider"]["after"] == "dana@company.example"
    assert linked["email"]["after"] == "someone@example.com"
    assert secret not in str(events)
