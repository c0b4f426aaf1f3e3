"""Sessions are listed and ended by their owners and by admins, over real HTTP on both databases."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from backend.app.bootstrap import open_store
from backend.app.core_gov.audit import service as audit
from backend.app.settings import Settings
from backend.tests.core_gov.access.browser import Browser, Office, open_office
from backend.tests.promises import promise

DANA, AMIR, ADMIN = "dana@example.com", "amir@example.com", "ada@example.com"


@pytest.fixture
def office(store_settings: Settings) -> Iterator[Office]:
    with open_office(store_settings) as office:
        yield office


def sessions(browser: Browser, path: str = "/core/access/sessions") -> list[tuple[str, bool]]:
    """Return id and whether it is the current one of each session."""
    answer = browser.get(path).raise_for_status()
    return [(each["id"], each["current"]) for each in answer.json()["items"]]


def ended(office: Office, *actions: str) -> list[tuple[str, str, object]]:
    """Return action, actor and number or id of the ended sessions, of events newest first."""
    with open_store(office.settings) as store:
        events = store.db.snapshot_now(audit.read_events, {"entity": "person"}, 50, None)[0]
    facts = [(event, event["changes"].get("session") or event["changes"].get("ended")) for event in events]
    return [(event["action"], event["actor"], fact["after"]) for event, fact in facts if event["action"] in actions]


@promise(
    "Access",
    "`GET /core/access/sessions`, `POST /core/access/sessions/{session_id}/end` and "
    "`POST /core/access/sessions/end_others` show people their own sessions, and end them at once.",
)
def test_people_end_their_own_sessions(office: Office) -> None:
    with ExitStack() as browsers:
        laptop = browsers.enter_context(office.signed_in(DANA, "viewer", headers={"user-agent": "Laptop"}))
        phone, library, other = (browsers.enter_context(office.browser()) for _ in range(3))
        for browser in (phone, library):
            browser.sign_in(DANA).raise_for_status()
        other.accept(office.invite(AMIR)).raise_for_status()

        (_, _), (phone_id, _), (laptop_id, is_current) = sessions(laptop)
        assert is_current
        assert laptop.get("/core/access/sessions").json()["items"][-1]["user_agent"] == "Laptop"
        assert other.post(f"/core/access/sessions/{phone_id}/end").status_code == 404
        assert laptop.post(f"/core/access/sessions/{phone_id}/end").json()["id"] == phone_id
        assert laptop.post(f"/core/access/sessions/{phone_id}/end").status_code == 200
        assert phone.get("/core/deals").status_code == 401
        assert laptop.post("/core/access/sessions/end_others").json() == {"ended": 1}
        assert laptop.post("/core/access/sessions/end_others").json() == {"ended": 0}
        assert library.get("/core/deals").status_code == 401
        assert sessions(laptop) == [(laptop_id, True)]
        assert other.get("/core/deals").status_code == 200

        assert laptop.post(f"/core/access/sessions/{laptop_id}/end").status_code == 200
        assert laptop.token is None
    kinds = ("person.session_ended", "person.sessions_ended")
    found = [(kinds[0], DANA, laptop_id), (kinds[1], DANA, 1), (kinds[0], DANA, phone_id)]
    assert ended(office, *kinds) == found


@promise(
    "Access",
    "`GET /core/access/people/{person_id}/sessions` and `POST /core/access/people/{person_id}/end_sessions` show the "
    "sessions of anyone to admins, and end them at once.",
)
def test_admins_end_the_sessions_of_anyone(office: Office) -> None:
    with office.signed_in(ADMIN, "admin") as admin, office.signed_in(DANA) as dana, office.browser() as phone:
        phone.sign_in(DANA).raise_for_status()
        person = next(each for each in admin.get("/core/access/people").json()["items"] if each["email"] == DANA)
        path = f"/core/access/people/{person['id']}"
        assert dana.get(f"{path}/sessions").status_code == 403
        assert dana.post(f"{path}/end_sessions").status_code == 403
        (newest, _), _ = sessions(admin, f"{path}/sessions")
        assert admin.post(f"/core/access/sessions/{newest}/end").status_code == 200
        assert (phone.get("/core/deals").status_code, dana.get("/core/deals").status_code) == (401, 200)
        assert admin.post(f"{path}/end_sessions").json() == {"ended": 1}
        assert dana.get("/core/deals").status_code == 401
        assert sessions(admin, f"{path}/sessions") == []
        assert len(sessions(admin)) == 1
        assert admin.get("/core/access/people/per_0/sessions").status_code == 404
        for unknown in ("people/per_0/end_sessions", "sessions/ses_0/end"):
            assert admin.post(f"/core/access/{unknown}").status_code == 404
    assert ended(office, "person.sessions_ended") == [("person.sessions_ended", ADMIN, 1)]


def test_the_user_of_the_machine_has_no_sessions(tmp_path: Path) -> None:
    with open_office(Settings(data_dir=tmp_path / "data"), loopback="open") as office, office.browser() as browser:
        for answer in (browser.get("/core/access/sessions"), browser.post("/core/access/sessions/end_others")):
            assert answer.status_code == 409
            assert "has no account here" in answer.json()["detail"]
