"""Pages of a sign-in in stages: each leads to the one that is next, and back to the page asked for."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from backend.app.core_gov.access.sessions import limits
from backend.app.settings import Settings
from backend.tests.core_gov.access.browser import Browser, Office, open_office
from backend.tests.core_gov.access.phone import TimeSteps, add_app, standing_clock

EMAIL = "dana@example.com"
STEP, ENROLL = "/app/sign-in/factor", "/app/sign-in/enroll"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with open_office(Settings(data_dir=tmp_path / "data"), second_factor_roles=("admin",)) as found:
        yield found


@pytest.fixture
def steps() -> Iterator[TimeSteps]:
    with standing_clock() as found:
        yield found


def target(browser: Browser, path: str) -> str:
    """Return where a page redirects to; nothing if it is shown."""
    answer = browser.get(path)
    assert answer.status_code in {200, 303}, answer.text
    return str(answer.headers.get("location", ""))


def test_pages_lead_to_the_step_that_is_next(office: Office, steps: TimeSteps) -> None:
    after = "?next=/app/deals%3Fstatus%3Dlead"
    with office.browser() as browser:
        assert target(browser, STEP + after) == "/app/sign-in"
        browser.accept(office.invite(EMAIL, "admin"))
        for path in ("/app/sign-in", STEP):
            assert target(browser, path + after) == ENROLL + after
        assert target(browser, ENROLL + after) == ""
        assert target(browser, "/app/deals") == "/app/sign-in?next=/app/deals"
        phone, _ = add_app(browser, steps)
        assert target(browser, ENROLL + after) == "/app/deals?status=lead"
        browser.sign_in(EMAIL)
        for path in ("/app/sign-in", ENROLL):
            assert target(browser, path + after) == STEP + after
        assert target(browser, STEP) == ""
        browser.post("/core/access/sign_in/code", {"code": phone.next_code()}).raise_for_status()
        for outside in ("//example.com", "https://example.com/app", "/app/sign-in", "/app/../../x"):
            assert target(browser, f"{STEP}?next={outside}") == "/app"


def test_page_of_factors_asks_to_confirm_first(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    with office.signed_in(EMAIL) as browser:
        assert "Set up an authenticator app" in browser.get("/app/account/factors").text
        monkeypatch.setattr(limits, "RECENT", timedelta(0))
        asked = browser.get("/app/account/factors").text
        assert "Confirm that it is you" in asked
        assert "Set up an authenticator app" not in asked
        assert 'data-next="/app/deals"' in browser.get("/app/sign-in/confirm?next=/app/deals").text
