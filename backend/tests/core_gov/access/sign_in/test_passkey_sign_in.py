"""Passkeys as second step, alone and to confirm, and attacks on them, over real HTTP."""

from datetime import timedelta
from typing import Any

import pytest
from fido2.utils import websafe_encode

from backend.app.bootstrap import open_store
from backend.app.core_gov.access.factors import service as factors
from backend.app.core_gov.access.sign_in import challenges
from backend.app.core_gov.audit import service as audit
from backend.tests.core_gov.access.authenticator import USER, Authenticator, add_passkey, begin, use_passkey
from backend.tests.core_gov.access.browser import PASSWORD, Browser, Office, open_office
from backend.tests.core_gov.access.phone import TimeSteps, add_app
from backend.tests.promises import promise

EMAIL, OTHER = "dana@example.com", "robin@example.com"
FACTORS = "/core/access/factors"


def audited(office: Office, action: str) -> list[dict[str, Any]]:
    with open_store(office.settings) as store:
        events = store.db.snapshot_now(audit.read_events, {"entity": "person"}, 50, None)[0]
    return [each for each in events if each["action"] == action]


def status(browser: Browser, credential: dict[str, Any], path: str = "sign_in/passkey") -> int:
    return browser.post(f"/core/access/{path}", {"credential": credential}).status_code


@promise("Access", "A passkey that verifies its user signs in alone, and counts as both factors.")
@promise("Access", "`POST /core/access/factors/passkeys/begin` and `POST /core/access/factors/passkeys` add a passkey.")
@promise(
    "Access", "`POST /core/access/sign_in/passkey/begin` and `POST /core/access/sign_in/passkey` sign in with one."
)
def test_passkey_signs_in_alone_and_is_the_second_step(either_office: Office) -> None:
    office = either_office
    with office.signed_in(EMAIL) as browser, office.browser() as fresh:
        device = Authenticator(browser.origin)
        added = add_passkey(browser, device)
        assert added.status_code == 201
        assert len(added.json()["recovery_codes"]) == 10
        assert [each["name"] for each in added.json()["factors"]["passkeys"]] == ["Laptop"]
        assert use_passkey(fresh, device).json()["stage"] == "complete"
        assert fresh.get("/core/deals").status_code == 200

        before = fresh.token
        assert fresh.sign_in(EMAIL).json()["stage"] == "factor"
        options = begin(fresh, "sign_in/passkey")
        assert [each["transports"] for each in options["allowCredentials"]] == [["internal"]]
        device.flags = USER  # without a PIN, it is a second factor only
        assert status(fresh, device.get(options)) == 200
        assert fresh.token != before
        fresh.post("/core/access/sign_out")
        assert use_passkey(fresh, device).status_code == 401
    methods = [each["changes"]["methods"]["after"] for each in audited(office, "person.signed_in")]
    assert methods[:2] == [["password", "passkey"], ["passkey"]]


@promise("Access", "A signature of a passkey is refused for another challenge, origin, site, person or purpose.")
def test_signatures_for_something_else_are_refused(office: Office) -> None:
    with office.signed_in(EMAIL) as browser, office.signed_in(OTHER) as other:
        device, others = Authenticator(browser.origin), Authenticator(browser.origin)
        add_passkey(browser, device).raise_for_status()
        add_passkey(other, others).raise_for_status()
        for each in (browser, other):
            each.post("/core/access/sign_out")
        options = begin(browser, "sign_in/passkey")
        forged = {
            "challenge": websafe_encode(bytes(32)),
            "origin": "https://office.example.net",
            "type": "webauthn.create",
            "crossOrigin": True,
        }
        for name, value in forged.items():
            fresh = begin(browser, "sign_in/passkey")
            assert status(browser, device.get(fresh, **{name: value})) in {401, 409}, name
        used = device.get(options)
        assert status(browser, used) == 200
        assert status(browser, used) == 409  # the challenge was used
        for change in ({"rp_id": "example.com"}, {"user_handle": others.user_handle}, {"key": others.key}):
            strange = Authenticator(browser.origin, credential_id=device.credential_id, counter=100, **_of(device))
            for name, value in change.items():
                setattr(strange, name, value)
            browser.client.cookies.clear()
            assert use_passkey(browser, strange).status_code == 401, change
        browser.client.cookies.clear()
        assert use_passkey(browser, Authenticator(browser.origin, **_of(device))).status_code == 401  # unknown

        # The second step of one person is not given by another one's passkey, nor in another one's session.
        browser.sign_in(EMAIL)
        assert use_passkey(browser, others).status_code == 401
        other.sign_in(OTHER)
        assert status(other, device.get(begin(browser, "sign_in/passkey"))) == 409
        assert status(browser, device.get(begin(other, "sign_in/passkey"))) == 409
        assert use_passkey(browser, device).status_code == 200
        assert status(browser, device.get(begin(browser, "sign_in/passkey")), "confirm/passkey") == 409


def _of(device: Authenticator) -> dict[str, Any]:
    return {"key": device.key, "user_handle": device.user_handle, "rp_id": device.rp_id}


@promise("Access", "A passkey whose counter did not go up is refused as a copy, and the audit trail says so.")
def test_copied_passkey_is_refused_and_audited(either_office: Office) -> None:
    office = either_office
    with office.signed_in(EMAIL) as browser, office.browser() as thief:
        device = Authenticator(browser.origin)
        add_passkey(browser, device).raise_for_status()
        copy = Authenticator(browser.origin, credential_id=device.credential_id, counter=1, **_of(device))
        assert use_passkey(browser, device).status_code == 200
        assert use_passkey(browser, device).status_code == 200
        assert use_passkey(thief, copy).status_code == 401
        assert thief.get("/core/access/me").status_code == 401
        assert use_passkey(thief, device).status_code == 200
    (refused,) = audited(office, "person.passkey_refused")
    assert "copied" in refused["changes"]["because"]["after"]


def test_passkey_without_a_counter_works_each_time(office: Office) -> None:
    with office.signed_in(EMAIL) as browser:
        device = Authenticator(browser.origin, step=0)
        add_passkey(browser, device).raise_for_status()
        assert [use_passkey(browser, device).status_code for _ in range(2)] == [200, 200]


def test_expired_challenge_is_refused(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    with office.signed_in(EMAIL) as browser:
        device = Authenticator(browser.origin)
        add_passkey(browser, device).raise_for_status()
        monkeypatch.setattr(challenges, "VALID_FOR", timedelta(0))
        assert use_passkey(browser, device).status_code == 409


@promise("Access", "People confirm with a passkey; `POST /core/access/confirm/passkey/begin` asks for it.")
@promise("Access", "`POST /core/access/confirm/passkey` takes its signature.")
def test_confirming_with_a_passkey(office: Office) -> None:
    with office.signed_in(EMAIL) as browser:
        device, before = Authenticator(browser.origin), browser.token
        assert browser.post("/core/access/confirm/passkey/begin").status_code == 409  # there is none
        add_passkey(browser, device).raise_for_status()
        assert use_passkey(browser, device, "confirm/passkey").status_code == 200
        assert browser.token != before
        assert browser.get("/core/deals").status_code == 200


@promise("Access", "`PATCH /core/access/factors/passkeys/{passkey_id}` renames a passkey of one's own.")
@promise("Access", "`POST /core/access/factors/passkeys/{passkey_id}/remove` removes a passkey of one's own.")
def test_passkeys_are_named_and_removed_by_their_owner(office: Office, steps: TimeSteps) -> None:
    with office.signed_in(EMAIL) as browser, office.signed_in(OTHER) as other:
        device = Authenticator(browser.origin)
        passkey = add_passkey(browser, device).json()["factors"]["passkeys"][0]["id"]
        path = f"{FACTORS}/passkeys/{passkey}"
        headers = {"origin": other.origin}
        assert other.client.patch(path, json={"name": "mine"}, headers=headers).status_code == 404
        assert other.post(f"{path}/remove").status_code == 404
        assert browser.client.patch(path, json={"name": "Phone"}, headers=headers).json()["name"] == "Phone"
        assert add_passkey(other, device).status_code == 409  # it is on file already
        assert browser.post(f"{path}/remove").status_code == 400  # the last one needs the password
        add_app(browser, steps)
        assert browser.post(f"{path}/remove").json()["passkeys"] == []
        browser.post("/core/access/sign_out")
        assert use_passkey(browser, device).status_code == 401


def test_number_of_passkeys_is_limited(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(factors, "MAX_PASSKEYS", 2)
    with office.signed_in(EMAIL) as browser:
        for _ in range(2):
            add_passkey(browser, Authenticator(browser.origin)).raise_for_status()
        assert browser.post(f"{FACTORS}/passkeys/begin").status_code == 409


def test_required_factor_can_be_a_passkey(office: Office) -> None:
    with open_office(office.settings, second_factor_roles=("admin",)) as stricter, stricter.browser() as browser:
        browser.accept(stricter.invite(EMAIL, "admin"))
        added = add_passkey(browser, Authenticator(browser.origin))
        assert added.json()["signed_in"]["stage"] == "complete"
        assert browser.get("/core/deals").status_code == 200


def test_disabled_account_and_disabled_passwords(office: Office) -> None:
    with office.signed_in("admin@example.com", "admin") as admin, office.signed_in(EMAIL) as browser:
        device = Authenticator(browser.origin)
        add_passkey(browser, device).raise_for_status()
        person = next(each for each in admin.get("/core/access/people").json()["items"] if each["email"] == EMAIL)
        path, headers = f"/core/access/people/{person['id']}", {"origin": admin.origin}
        admin.client.patch(path, json={"status": "disabled"}, headers=headers).raise_for_status()
        browser.client.cookies.clear()
        assert use_passkey(browser, device).status_code == 401
        admin.client.patch(path, json={"status": "active"}, headers=headers).raise_for_status()
        assert use_passkey(browser, device).status_code == 200
    with open_office(office.settings, passwords=False) as strict, strict.browser() as browser:
        assert "disabled here" in browser.post("/core/access/sign_in/passkey/begin").json()["detail"]


@promise("Access", "Passkeys work on host names only; on an IP address the answer says so.")
def test_passkeys_need_a_host_name(office: Office) -> None:
    address = office.url.replace("localhost", "127.0.0.1")
    with office.browser() as browser:
        answer = browser.post(
            "/core/access/sign_in/passkey/begin", host=address.removeprefix("http://"), origin=address
        )
    assert answer.status_code == 409
    assert "http://localhost" in answer.json()["detail"]
    assert PASSWORD not in answer.text
