"""Pages of people, and of one's own account."""

from collections.abc import Callable, Iterator

import httpx
import pytest

from backend.app.bootstrap import open_store
from backend.app.core_gov.access.single_sign_on import store as identities
from backend.app.core_gov.access.single_sign_on.store import Identity
from backend.app.settings import Settings
from backend.app.web.account.devices import device_of
from backend.tests.core_gov.access.browser import CLI, Office, open_office
from backend.tests.promises import promise
from backend.tests.web.test_pages import PAGE

HOSTILE = '<img src=x onerror="alert(1)">'


@pytest.fixture
def office(store_settings: Settings) -> Iterator[Office]:
    with open_office(store_settings) as office:
        yield office


def test_admin_sees_people_with_their_sessions_and_history(office: Office) -> None:
    with office.signed_in("ada@example.com", "admin") as admin, office.browser() as other:
        made = admin.post(
            "/core/access/people", {"email": "dana@example.com", "name": HOSTILE, "role": "viewer"}
        ).json()
        other.accept(made["link"].partition("#")[2]).raise_for_status()
        page = admin.get("/app/people").text
        assert "&lt;img src=x" in page
        assert HOSTILE not in page
        person = admin.get(f"/app/people/{made['person']['id']}")
        etag = admin.get(f"/core/access/people/{made['person']['id']}").headers["etag"]
        assert person.text.count(f'data-etag="{etag.replace(chr(34), "&#34;")}"') == 2
        for shown in ("dana@example.com", "Unknown device", "127.0.0.1", "joined", "signed in", "invited"):
            assert shown in person.text, shown
        assert HOSTILE not in person.text
        assert admin.get("/app/people/per_0").status_code == 404
        trail = admin.get(f"/app/audit?entity_id={made['person']['id']}").text
        assert f'href="/app/people/{made["person"]["id"]}"' in trail


@promise("Console", "The page of a person shows their tokens and linked accounts; administrators take both away.")
@promise(
    "Access", "An admin unlinks the account of anyone at a provider, which ends their sessions; others only their own."
)
def test_admin_takes_tokens_and_accounts_away(office: Office) -> None:
    with (
        office.signed_in("ada@example.com", "admin") as admin,
        office.signed_in("dana@example.com") as dana,
        office.signed_in("max@example.com") as other,
    ):
        dana.post("/core/access/tokens", {"name": "laptop", "scopes": ["deals:read"]}).raise_for_status()
        items = admin.get("/core/access/people").json()["items"]
        person = next(each["id"] for each in items if each["email"] == "dana@example.com")
        with open_store(office.settings) as store:
            identity = Identity("https://id.example.com", "dana-1", person, "work", "2026-11-01T00:00:00.000000Z")
            store.db.write_now(CLI, identities.add, identity)
        (linked,) = dana.get("/core/access/identities").json()["items"]
        page = admin.get(f"/app/people/{person}").text
        for shown in (
            "laptop",
            "deals:read",
            "/core/access/tokens/laptop/revoke",
            "https://id.example.com",
            linked["id"],
        ):
            assert shown in page, shown
        unlink = f"/core/access/identities/{linked['id']}/unlink"
        assert other.post(unlink).status_code == 404
        assert admin.post(unlink).json()["id"] == linked["id"]
        assert dana.get("/core/access/me").status_code == 401
        assert admin.post(unlink).status_code == 404
        admin.post("/core/access/tokens/laptop/revoke").raise_for_status()
        page = admin.get(f"/app/people/{person}").text
        assert "/core/access/tokens/laptop/revoke" not in page
        assert "Single sign-on" not in page


@promise("Access", "Only administrators see the people; everyone sees their own account.")
def test_only_admins_see_people(office: Office) -> None:
    with office.signed_in("dana@example.com", "operator") as dana:
        assert dana.get("/app/people").status_code == 403
        assert dana.get("/app/people/per_0").status_code == 403
        page = dana.get("/app/account").text
        assert "/app/people" not in page
        assert "An administrator changes name and role" in page
        assert "At least <span data-shortest>15</span> characters" in page
        assert "This session" in page
        assert "People" not in dana.get("/app/search?q=people").text.partition("<main")[2].replace("No people", "")


def test_account_of_the_user_of_the_machine_and_of_a_token(
    shared_api: httpx.Client, api_as: Callable[[str], httpx.Client]
) -> None:
    local = shared_api.get("/app/account", headers=PAGE).text
    assert "the user of this machine" in local
    assert "/app/sign-in?next=/app/account" in local
    assert "acts there as <strong>" in shared_api.get("/app/sign-in", headers=PAGE).text
    assert "Continue as" not in api_as("viewer").get("/app/sign-in", headers=PAGE).text
    assert "uses an access token" in api_as("viewer").get("/app/account", headers=PAGE).text
    assert "Nobody can sign in yet" in api_as("admin").get("/app/people", headers=PAGE).text


@pytest.mark.parametrize(
    ("user_agent", "device"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0", "Firefox on Linux"),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) … Chrome/130.0.0.0 Safari/537.36 Edg/130.0", "Edge on Windows"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) … Version/18.1 Safari/605.1.15", "Safari on macOS"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) … Version/18.1 Safari/604.1", "Safari on iPhone"),
        ("Mozilla/5.0 (Linux; Android 14; Pixel 8) … Chrome/130.0.0.0 Mobile Safari/537.36", "Chrome on Android"),
        ("curl/8.14.1", "curl"),
        ("(Linux)", "Unknown browser on Linux"),
        ("", "Unknown device"),
        (HOSTILE, "Unknown device"),
    ],
)
def test_devices_in_words(user_agent: str, device: str) -> None:
    assert device_of(user_agent) == device
