"""From the invitation on the command line to signing out, over real HTTP on both databases."""

from pathlib import Path

import pytest

from backend.app.bootstrap import open_store
from backend.app.core_gov.audit import service as audit
from backend.app.settings import Settings
from backend.tests.cli.conftest import Command, command
from backend.tests.core_gov.access.browser import open_office
from backend.tests.promises import promise

__all__ = ["command"]

EMAIL = "someone@example.com"


@pytest.fixture
def environment(store_settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Settings:
    """Settings of the store, which commands read from the environment."""
    monkeypatch.setenv("VALHALLA_DATA_DIR", str(store_settings.data_dir))
    if store_settings.database_url:
        monkeypatch.setenv("VALHALLA_DATABASE_URL", store_settings.database_url)
    return store_settings


@promise("Access", "`POST /core/access/links/read` and `POST /core/access/links/accept` set a password by a link.")
@promise("Access", "`POST /core/access/sign_out` ends the session, and `GET /core/access/me` says who the caller is.")
@promise("Access", "An invited person sets a password by a link, signs in, and acts under their own name.")
def test_invited_person_signs_in_acts_and_signs_out(environment: Settings, command: Command) -> None:
    link = command("people", "invite", "Someone@Example.com", "--role", "operator").strip()
    path, _, secret = link.removeprefix("http://localhost:8000").partition("#")
    with open_office(environment) as office, office.browser() as browser:
        asked = browser.get("/app/deals?status=lead")
        assert asked.status_code == 303
        assert asked.headers["location"] == "/app/sign-in?next=/app/deals%3Fstatus%3Dlead"
        assert browser.get("/core/deals").status_code == 401
        assert browser.get(path).status_code == 200

        assert browser.accept(secret, name="Someone Else").json()["stage"] == "complete"
        assert EMAIL in browser.get("/app/deals").text
        deal = browser.post("/core/deals", {"name": "114 Elm Street"}).json()["id"]
        history = browser.get(f"/core/history?entity=deal&entity_id={deal}").json()["items"]
        assert [(event["actor"], event["action"]) for event in history] == [(EMAIL, "deal.created")]

        token = browser.token
        assert browser.post("/core/access/sign_out").status_code == 200
        assert browser.token is None
        browser.client.cookies.set(f"valhalla_{office.url.rpartition(':')[2]}", str(token), domain="localhost.local")
        assert browser.get("/core/deals").status_code == 401
    with open_store(environment) as store:
        events = store.db.snapshot_now(audit.read_events, {"entity": "person"}, 10, None)[0]
    acts = [("person.session_ended", EMAIL), ("person.signed_in", EMAIL), ("person.joined", EMAIL)]
    assert [(event["action"], event["actor"]) for event in events][:3] == acts
    assert secret not in str(events)
    assert str(token) not in str(events)
