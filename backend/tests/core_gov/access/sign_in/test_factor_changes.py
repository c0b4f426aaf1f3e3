"""Adding and removing one's own factors: who may, what it does to sessions, and what a lost factor needs."""

from datetime import timedelta
from pathlib import Path

import pytest

from backend.app.bootstrap import open_store
from backend.app.core_gov.access.people import service as people
from backend.app.core_gov.access.sessions import limits
from backend.app.settings import Settings
from backend.tests.cli.conftest import Command, command
from backend.tests.core_gov.access.browser import CLI, PASSWORD, Browser, Office, open_office
from backend.tests.core_gov.access.phone import TimeSteps, add_app, give_code
from backend.tests.core_gov.access.target import bearer
from backend.tests.promises import promise

__all__ = ["command"]

EMAIL = "dana@example.com"
FACTORS = "/core/access/factors"
SHORT = "odd pear 51 x"
"""A password that is long enough beside a second factor only."""


def detail(browser: Browser, path: str, body: object = None, status: int = 409) -> str:
    answer = browser.post(path, body)
    assert answer.status_code == status, answer.text
    return str(answer.json()["detail"])


@promise("Access", "A role can require a second factor: people then add one before they can do anything else.")
@promise("Access", "`POST /core/access/factors/totp` and `POST /core/access/factors/totp/confirm` add an app.")
def test_required_factor_is_added_before_anything_else(store_settings: Settings, steps: TimeSteps) -> None:
    with open_office(store_settings, second_factor_roles=("admin",)) as office, office.browser() as browser:
        accepted = browser.accept(office.invite(EMAIL, "admin"), SHORT)
        assert accepted.json()["stage"] == "enroll"
        before = browser.token
        assert browser.get("/core/deals").status_code == 401
        assert browser.get("/core/access/me").json() == accepted.json() | {"role": ""}
        assert browser.post(f"{FACTORS}/recovery_codes").status_code == 401
        assert browser.get(FACTORS).json()["required"] is True

        phone, added = add_app(browser, steps)
        assert (added["signed_in"]["stage"], len(added["recovery_codes"])) == ("complete", 10)
        assert browser.token != before
        assert browser.get("/core/deals").status_code == 200
        assert "requires a second factor" in detail(browser, f"{FACTORS}/totp/remove")
        assert browser.sign_in(EMAIL, SHORT).json()["stage"] == "factor"
        assert give_code(browser, phone.next_code()).json()["stage"] == "complete"


@promise("Access", "A session without a second factor ends its rights as soon as the role requires one.")
def test_role_that_requires_a_factor_later(office: Office, steps: TimeSteps, monkeypatch: pytest.MonkeyPatch) -> None:
    with office.signed_in(EMAIL) as browser:
        with open_office(office.settings, second_factor_roles=("operator",)) as stricter, stricter.browser() as same:
            same.client.cookies.set(f"valhalla_{stricter.url.rpartition(':')[2]}", str(browser.token))
            assert same.get("/core/deals").status_code == 401
            assert same.get("/core/access/me").json()["stage"] == "enroll"
            assert "Set up" in same.get("/app/sign-in/enroll").text
            with monkeypatch.context() as later:
                later.setattr(limits, "RECENT", timedelta(0))
                page = same.get("/app/sign-in/enroll").text
            assert "Set up" not in page
            assert "Sign in again" in page
            same.client.cookies.clear()
            assert same.sign_in(EMAIL).json()["stage"] == "enroll"
            add_app(same, steps)
            assert same.get("/core/deals").status_code == 200
        assert browser.get("/core/access/me").status_code == 401  # it began before the first factor


@promise("Access", "The last factor stays if the password is too short to be the only one.")
@promise("Access", "`POST /core/access/factors/totp/remove` removes the app.")
def test_last_factor_stays_beside_a_short_password(office: Office, steps: TimeSteps) -> None:
    with office.signed_in(EMAIL) as browser:
        add_app(browser, steps)
        change = {"current": PASSWORD, "password": SHORT}
        assert browser.post("/core/access/password", change).status_code == 200
        assert "password is required" in detail(browser, f"{FACTORS}/totp/remove", status=400)
        assert detail(browser, f"{FACTORS}/totp/remove", {"password": "wrong"}, 400) == "password is wrong"
        assert "fewer than 15 characters" in detail(browser, f"{FACTORS}/totp/remove", {"password": SHORT})
        browser.post("/core/access/password", {"current": SHORT, "password": PASSWORD}).raise_for_status()
        removed = browser.post(f"{FACTORS}/totp/remove", {"password": PASSWORD})
        assert removed.json() == {"totp_since": None, "passkeys": [], "recovery_codes_left": 0, "required": False}
        assert browser.sign_in(EMAIL).json()["stage"] == "complete"
        assert "authenticator app not found" in detail(browser, f"{FACTORS}/totp/remove", status=404)


@promise("Access", "The first factor, and removing one, end the other sessions of the person.")
def test_changes_end_other_sessions(office: Office, steps: TimeSteps) -> None:
    with office.signed_in(EMAIL) as browser, office.browser() as other:
        assert other.sign_in(EMAIL).json()["stage"] == "complete"
        phone, _ = add_app(browser, steps)
        assert other.get("/core/deals").status_code == 401
        other.sign_in(EMAIL)
        assert give_code(other, phone.next_code()).status_code == 200
        browser.post(f"{FACTORS}/totp/remove", {"password": PASSWORD}).raise_for_status()
        assert other.get("/core/deals").status_code == 401
        assert browser.get("/core/deals").status_code == 200


@promise("Access", "Changing factors needs a sign-in within the last 15 minutes.")
def test_changes_need_a_recent_sign_in(office: Office, steps: TimeSteps, monkeypatch: pytest.MonkeyPatch) -> None:
    with office.signed_in(EMAIL) as browser:
        add_app(browser, steps)
        monkeypatch.setattr(limits, "RECENT", timedelta(0))
        for path in (f"{FACTORS}/totp", f"{FACTORS}/recovery_codes", f"{FACTORS}/totp/remove"):
            assert "recent sign-in" in detail(browser, path, status=403)
        assert browser.get(FACTORS).json()["recovery_codes_left"] == 10


def test_tokens_have_no_factors(office: Office) -> None:
    from backend.app.core_gov.access.tokens import service as tokens

    with open_store(office.settings) as store:
        token = store.db.write_now(CLI, tokens.create_token, "robot", "admin")
    with office.browser(headers=bearer(token)) as robot:
        for path in (f"{FACTORS}/totp", f"{FACTORS}/recovery_codes", f"{FACTORS}/totp/remove"):
            assert "no account here" in detail(robot, path)


@promise("Access", "`valhalla people reset-factors` removes lost factors, ends all sessions and revokes links.")
def test_lost_factors_are_reset_on_the_command_line(
    store_settings: Settings, command: Command, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, steps: TimeSteps
) -> None:
    monkeypatch.setenv("VALHALLA_DATA_DIR", str(store_settings.data_dir))
    if store_settings.database_url:
        monkeypatch.setenv("VALHALLA_DATABASE_URL", store_settings.database_url)
    with open_office(store_settings) as office, office.signed_in(EMAIL) as browser, office.browser() as finder:
        _, added = add_app(browser, steps)
        browser.post("/core/access/password", {"current": PASSWORD, "password": SHORT}).raise_for_status()
        with open_store(store_settings) as store:
            link = store.db.write_now(CLI, lambda tx: people.create_reset(tx, people.require(tx, EMAIL).id))
        assert "--yes" in command("people", "reset-factors", EMAIL, status=1)
        printed = command("people", "reset-factors", "Dana@Example.com", "--yes")
        assert printed.startswith(f"Removed 1 second factor of {EMAIL}")
        assert browser.get("/core/deals").status_code == 401
        assert " no " in command("people", "list")
        assert finder.accept(link.secret).status_code == 409
        assert command("people", "reset-factors", "nobody@example.com", "--yes", status=1)

        # A password that was chosen beside a second factor does not become the only one.
        assert browser.sign_in(EMAIL, SHORT).json()["stage"] == "enroll"
        assert browser.post("/core/access/sign_in/code", {"code": added["recovery_codes"][0]}).status_code == 403
        add_app(browser, steps)
        assert browser.get("/core/deals").status_code == 200
