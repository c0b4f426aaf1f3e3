"""The second step of signing in with a code, and attacks on it, over real HTTP on both databases."""

from typing import Any

import pytest

from backend.app.bootstrap import open_store
from backend.app.core_gov.access.sign_in import delays
from backend.app.core_gov.audit import service as audit
from backend.tests.core_gov.access.browser import Browser, Office
from backend.tests.core_gov.access.phone import Phone, TimeSteps, add_app, give_code
from backend.tests.promises import promise

ANYONE = (
    *("sign_in", "sign_in/passkey", "sign_in/passkey/begin", "links/read", "links/accept"),
    *("providers/{provider}/sign_in", "providers/{provider}/back_channel_logout"),
)
"""Operations of people who have not signed in at all."""

EMAIL, OTHER = "dana@example.com", "robin@example.com"


def audited(office: Office) -> list[dict[str, Any]]:
    with open_store(office.settings) as store:
        return store.db.snapshot_now(audit.read_events, {"entity": "person"}, 50, None)[0]


def first_step(browser: Browser, email: str = EMAIL) -> str:
    """Sign in by password, and return the token of the session whose second step is missing."""
    assert browser.sign_in(email).json()["stage"] == "factor"
    return str(browser.token)


@promise("Access", "A code of an authenticator app completes a sign-in, and is accepted only once.")
@promise("Access", "`POST /core/access/sign_in/code` is the second step; `GET /core/access/factors` lists own factors.")
def test_code_completes_the_sign_in_once(either_office: Office, steps: TimeSteps) -> None:
    office = either_office
    with office.signed_in(EMAIL) as browser, office.browser() as thief:
        phone, _ = add_app(browser, steps)
        used_to_confirm = phone.code()
        browser.post("/core/access/sign_out")
        before = first_step(browser)
        assert browser.get("/core/deals").status_code == 401
        assert give_code(browser, used_to_confirm).status_code == 401  # the code that confirmed the app
        code = phone.next_code()
        assert give_code(browser, f" {code[:3]} {code[3:]}").json()["stage"] == "complete"
        assert browser.get("/core/deals").status_code == 200
        assert browser.token != before

        first_step(thief)
        assert give_code(thief, code).status_code == 401  # in the same step
        steps.go_on()
        assert give_code(thief, code).status_code == 401  # in the next step
        thief.client.cookies.clear()
        name = f"valhalla_{office.url.rpartition(':')[2]}"
        thief.client.cookies.set(name, before, domain="localhost.local")
        assert thief.get("/core/access/me").status_code == 401  # the session of the first step has ended
    events = audited(office)
    signed_in = next(each for each in events if each["action"] == "person.signed_in")
    assert signed_in["changes"]["methods"]["after"] == ["password", "totp"]
    assert {"person.factor_added", "person.code_refused"} <= {each["action"] for each in events}
    assert phone.secret not in str(events)
    assert code not in str(events)


@promise("Access", "Each of ten recovery codes replaces a second factor once; new ones replace the old.")
@promise("Access", "`POST /core/access/factors/recovery_codes` makes new ones.")
def test_recovery_code_works_once(either_office: Office, steps: TimeSteps) -> None:
    office = either_office
    with office.signed_in(EMAIL) as browser:
        phone, added = add_app(browser, steps)
        codes = added["recovery_codes"]
        assert len(set(codes)) == 10
        first_step(browser)
        assert give_code(browser, codes[0].lower().replace("-", " ")).json()["stage"] == "complete"
        first_step(browser)
        assert give_code(browser, codes[0]).status_code == 401
        assert give_code(browser, codes[1]).json()["stage"] == "complete"
        assert browser.get("/core/access/factors").json()["recovery_codes_left"] == 8

        replaced = browser.post("/core/access/factors/recovery_codes").json()["recovery_codes"]
        first_step(browser)
        assert give_code(browser, codes[2]).status_code == 401
        assert give_code(browser, replaced[2]).json()["stage"] == "complete"
    events = audited(office)
    assert not [code for code in [*codes, *replaced] if code in str(events) or code.replace("-", "") in str(events)]
    assert phone.secret not in str(events)


def test_code_of_another_person_is_refused(office: Office, steps: TimeSteps) -> None:
    with office.signed_in(EMAIL) as browser, office.signed_in(OTHER) as other:
        add_app(browser, steps)
        phone, added = add_app(other, steps)
        first_step(browser)
        assert give_code(browser, phone.next_code()).status_code == 401
        assert give_code(browser, added["recovery_codes"][0]).status_code == 401


@promise("Access", "A session without its second factor can give it, say who it is, and sign out; nothing else.")
def test_session_without_its_factor_can_do_nothing_else(office: Office, steps: TimeSteps) -> None:
    with office.signed_in(EMAIL, "admin") as browser:
        phone, _ = add_app(browser, steps)
        first_step(browser)
        paths: dict[str, Any] = browser.get("/core/access/me").json() and _paths(office)
        admitted = {}
        for path, operations in paths.items():
            for method in operations:
                url = path.replace("{", "").replace("}", "")
                body: dict[str, str] | None = {} if "requestBody" in operations[method] else None
                answer = browser.client.request(method, url, json=body, headers={"origin": browser.origin})
                if answer.status_code != 401:
                    admitted[method, path] = answer.status_code
                if path == "/core/access/sign_out":
                    first_step(browser)
        anyone = {("post", f"/core/access/{each}") for each in ANYONE}
        own = {("get", "/core/access/me"): 200, ("post", "/core/access/sign_out"): 200}
        own |= {("post", "/core/access/sign_in/code"): 400}  # its body is empty
        refused = {key for key, status in admitted.items() if "/access/factors" in key[1] and status in {400, 403}}
        assert {key: status for key, status in admitted.items() if key not in {*anyone, *own, *refused}} == {}
        assert {key: admitted[key] for key in own} == own
        setup = browser.post("/core/access/factors/totp")
        assert (setup.status_code, setup.json()["detail"]) == (403, "give the second factor first")
        assert browser.post("/core/access/factors/totp/confirm", {"code": phone.next_code()}).status_code == 403
        assert give_code(browser, phone.code()).status_code == 200


def _paths(office: Office) -> dict[str, Any]:
    with office.signed_in("reader@example.com") as reader:
        found: dict[str, Any] = reader.get("/openapi.json").json()["paths"]
    return found


@promise("Access", "Wrong codes delay further attempts, also across processes; the right one waits like any other.")
def test_wrong_codes_delay_further_ones(office: Office, steps: TimeSteps, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delays.Counter, "delay_s", lambda self, failures: 600 if failures >= self.free else 0)
    with office.signed_in(EMAIL) as browser, office.browser() as other:
        phone, added = add_app(browser, steps)
        first_step(browser)
        wrong = [f"{(int(phone.code()) + number) % 1_000_000:06}" for number in range(7, 15)]
        assert [give_code(browser, code).status_code for code in wrong[:5]] == [401] * 5
        assert give_code(browser, phone.next_code()).status_code == 429
        assert give_code(browser, added["recovery_codes"][0]).status_code == 429
        assert browser.sign_in(EMAIL).status_code == 200  # the counters of passwords are others
        other.sign_in(EMAIL)
        assert give_code(other, phone.code()).status_code == 429  # a new session begins no new count


def test_link_for_a_new_password_does_not_replace_the_factor(office: Office, steps: TimeSteps) -> None:
    with office.signed_in(EMAIL) as browser, office.signed_in("admin@example.com", "admin") as admin:
        phone, _ = add_app(browser, steps)
        person = next(each for each in admin.get("/core/access/people").json()["items"] if each["email"] == EMAIL)
        link = admin.post(f"/core/access/people/{person['id']}/reset").json()["link"]
        password = "short but odd 7"[:14]
        accepted = browser.accept(link.partition("#")[2], password)  # 14 characters are enough beside a factor
        assert accepted.json()["stage"] == "factor"
        assert browser.get("/core/deals").status_code == 401
        assert give_code(browser, phone.next_code()).json()["stage"] == "complete"


def test_code_is_refused_in_other_stages(office: Office, steps: TimeSteps) -> None:
    with office.signed_in(EMAIL) as browser:
        answer = give_code(browser, "123456")
        assert (answer.status_code, answer.json()["detail"]) == (403, "the sign-in is complete already")
        phone, _ = add_app(browser, steps)
        assert give_code(browser, phone.next_code()).status_code == 403


@promise(
    "Access", "People confirm that it is them without signing out: by a code, or by the password without a factor."
)
@promise("Access", "`POST /core/access/confirm` renews the time of the sign-in and the token of the session.")
def test_confirming_renews_the_token(office: Office, steps: TimeSteps) -> None:
    with office.signed_in(EMAIL) as browser:
        before, session = browser.token, browser.get("/core/access/me").json()["session"]
        assert browser.post("/core/access/confirm", {"password": "wrong"}).status_code == 400
        confirmed = browser.post("/core/access/confirm", {"password": "eleven green umbrellas"})
        assert confirmed.json()["session"] == session
        assert browser.token != before
        phone, _ = add_app(browser, steps)
        refused = browser.post("/core/access/confirm", {"password": "eleven green umbrellas"})
        assert (refused.status_code, refused.json()["detail"]) == (
            409,
            "a second factor is on file: confirm with a code or a passkey",
        )
        assert browser.post("/core/access/confirm", {"code": phone.code()}).status_code == 400
        after = browser.token
        assert browser.post("/core/access/confirm", {"code": phone.next_code()}).status_code == 200
        assert browser.token != after
        assert browser.post("/core/access/confirm").status_code == 400


def test_two_browsers_of_one_phone(office: Office, steps: TimeSteps) -> None:
    """One code opens one session, also if two first steps wait for it."""
    with office.signed_in(EMAIL) as browser, office.browser() as second:
        phone: Phone
        phone, _ = add_app(browser, steps)
        first_step(browser)
        first_step(second)
        code = phone.next_code()
        assert [give_code(each, code).status_code for each in (browser, second)] == [200, 401]
        assert give_code(second, phone.next_code()).status_code == 200
