"""Accounts that a provider opens, and with which role, over real HTTP on both databases."""

from typing import Any

import pytest

from backend.app.bootstrap import open_store
from backend.app.core_gov.access.people import service as people
from backend.app.core_gov.access.people.store import Person
from backend.app.core_gov.audit import service as audit
from backend.app.settings import Settings
from backend.tests.core_gov.access.browser import CLI, Browser, Office
from backend.tests.core_gov.access.single_sign_on.conftest import OpenOffice
from backend.tests.core_gov.access.single_sign_on.loopback_provider import LoopbackProvider, begin, come_back
from backend.tests.core_gov.access.single_sign_on.test_attacks import DANA, PROVISIONED
from backend.tests.promises import promise

EMAIL = "dana@company.example"


def sign_on(browser: Browser, provider: LoopbackProvider) -> Any:
    return come_back(browser, provider.callback(begin(browser)))


def refused(office: Office, provider: LoopbackProvider) -> str:
    """Return why a person does not get in."""
    with office.browser() as browser:
        page = sign_on(browser, provider)
        assert page.status_code in {403, 409}, page.text
        assert browser.token is None
        return str(page.text.partition("Not signed in: ")[2].partition("</p>")[0])


def person(settings: Settings, email: str = EMAIL) -> Person | None:
    with open_store(settings) as store:
        return store.db.snapshot_now(people.find_person, email)


def events(settings: Settings, action: str) -> list[dict[str, Any]]:
    with open_store(settings) as store:
        found = store.db.snapshot_now(audit.read_events, {"action": action}, 50, None)[0]
    return [{name: change["after"] for name, change in event["changes"].items()} for event in found]


@promise("Access", "A new person with a verified address of an allowed domain gets an account at the first sign-in.")
def test_person_of_the_company_is_provisioned(
    provider: LoopbackProvider, open_with: OpenOffice, store_settings: Settings
) -> None:
    provider.claims = DANA
    with open_with(store_settings, **PROVISIONED) as office, office.browser() as browser:
        assert sign_on(browser, provider).status_code == 303
        me = browser.get("/core/access/me").json()
        assert (me["actor"], me["role"], me["stage"]) == (EMAIL, "operator", "complete")
        provider.claims = DANA | {"email": "dana.new@company.example"}  # the account stays the same person
        assert sign_on(browser, provider).status_code == 303
        assert browser.get("/core/access/me").json()["actor"] == EMAIL
    found = person(store_settings)
    assert found is not None
    assert (found.name, found.status, found.created_by) == ("Dana Fox", "active", "provider work")


@promise("Access", "Nobody gets in, and no account is linked, by an email address alone.")
def test_address_alone_opens_nothing(provider: LoopbackProvider, open_with: OpenOffice) -> None:
    provider.claims = DANA
    with open_with(**PROVISIONED) as office, office.signed_in(EMAIL, "admin"):
        assert f"{EMAIL} is on file here, but not linked" in refused(office, provider)
        office.invite("invited@company.example")
        provider.claims = DANA | {"email": "Invited@Company.example", "sub": "other"}
        assert "is on file here, but not linked" in refused(office, provider)
        cases: list[tuple[dict[str, Any], str]] = [
            ({"email_verified": False}, "has not verified the address"),
            ({"email_verified": None}, "has not verified the address"),
            ({"email_verified": "yes"}, "has not verified the address"),
            ({"email": "eve@other.example"}, "is not an address of the company"),
            ({"email": "eve@company.example.other.example"}, "is not an address of the company"),
            ({"email": "eve@sub.company.example"}, "is not an address of the company"),
            ({"email": "eve@company.example@other.example"}, "is not known here"),
            ({"email": None}, "is not known here"),
            ({"email": ["eve@company.example"]}, "is not known here"),
        ]
        for changes, reason in cases:
            provider.claims = DANA | {"sub": "eve", "email": "eve@company.example"} | changes
            assert reason in refused(office, provider), changes
    assert person(office.settings, "eve@company.example") is None
    with open_with() as office:
        provider.claims = DANA | {"sub": "eve", "email": "eve@company.example"}
        assert "ask an admin for an invitation" in refused(office, provider)


def test_accounts_outside_of_the_company_are_refused(provider: LoopbackProvider, open_with: OpenOffice) -> None:
    """Of Google (`hd`) and Microsoft (`tid`), the claim that no account of another organization can have."""
    provider.claims = DANA
    with open_with(**PROVISIONED, required_claims={"hd": ["company.example", "company.ca"]}) as office:
        assert "is not one of the company (hd)" in refused(office, provider)
        provider.claims = DANA | {"hd": "other.example"}
        assert "is not one of the company (hd)" in refused(office, provider)
        provider.claims = DANA | {"hd": "company.ca"}
        with office.browser() as browser:
            assert sign_on(browser, provider).status_code == 303
        provider.claims = DANA  # also of people who are on file
        assert "is not one of the company (hd)" in refused(office, provider)


def test_claims_that_are_only_in_userinfo_are_fetched(provider: LoopbackProvider, open_with: OpenOffice) -> None:
    provider.metadata = {"userinfo_endpoint": f"{provider.issuer}/userinfo"}
    provider.userinfo = DANA | {"sub": "somebody else"}
    with open_with(**PROVISIONED) as office:
        assert "tells about another person" in refused(office, provider)
        provider.userinfo = DANA | {"sub": "dana"}
        with office.browser() as browser:
            assert sign_on(browser, provider).status_code == 303
            assert browser.get("/core/access/me").json()["actor"] == EMAIL


@promise("Access", "Disabling an account ends its sessions, and no provider lets it in.")
def test_disabled_account_stays_out(
    provider: LoopbackProvider, open_with: OpenOffice, store_settings: Settings
) -> None:
    provider.claims = DANA
    with open_with(store_settings, **PROVISIONED) as office, office.browser() as browser:
        sign_on(browser, provider)
        with open_store(store_settings) as store:
            store.db.write_now(CLI, people.set_status, EMAIL, "disabled")
        assert browser.get("/core/deals").status_code == 401
        assert f"the account of {EMAIL} is disabled" in refused(office, provider)
        with open_store(store_settings) as store:
            store.db.write_now(CLI, people.set_status, EMAIL, "active")
        assert sign_on(browser, provider).status_code == 303
        assert browser.get("/core/deals").status_code == 200


ROLES = {"role_claim": "realm_access.roles", "roles": {"v-admin": "admin", "v-read": "viewer"}}


@promise("Access", "A role from a claim of the provider holds from the next sign-in; the last admin stays one.")
def test_role_follows_the_claim(provider: LoopbackProvider, open_with: OpenOffice, store_settings: Settings) -> None:
    """The claim of a nested name, and a missing one never gives more (gitea#10016)."""
    with open_with(store_settings, allowed_domains=["company.example"], **ROLES) as office:
        provider.claims = DANA | {"realm_access": {"roles": ["v-read", "other"]}}
        with office.browser() as browser, office.browser() as second:
            sign_on(browser, provider)
            assert browser.get("/core/access/me").json()["role"] == "viewer"
            provider.claims = DANA | {"realm_access": {"roles": ["v-read", "v-admin"]}}
            sign_on(second, provider)
            assert second.get("/core/access/me").json()["role"] == "admin"
            assert browser.get("/core/access/me").status_code == 401  # a session keeps no role that has changed
            provider.claims = DANA | {"realm_access": {"roles": "v-read"}}
            assert sign_on(second, provider).status_code == 303
            assert second.get("/core/access/me").json()["role"] == "admin"
        assert events(store_settings, "person.role_kept")[0]["role_at_provider"] == "viewer"
        useless: tuple[Any, ...] = (None, {"roles": []}, {"roles": ["other"]}, "v-admin", ["v-admin"])
        for nothing in useless:
            provider.claims = DANA | {"realm_access": nothing}
            assert "gives this account no role here" in refused(office, provider)
    with (
        open_with(store_settings, default_role="viewer", **ROLES) as office,
        office.signed_in("boss@x.example", "admin"),
    ):
        provider.claims = DANA
        with office.browser() as browser:
            sign_on(browser, provider)
            assert browser.get("/core/access/me").json()["role"] == "viewer"
    assert [each["role"] for each in events(store_settings, "person.changed")] == ["viewer", "admin"]


@promise("Access", "`POST /core/access/providers/{provider}/sign_in` links an account to whoever has just signed in.")
def test_person_links_an_account_and_signs_in_with_it(provider: LoopbackProvider, open_with: OpenOffice) -> None:
    path = "/core/access/providers/work/sign_in"
    with open_with() as office, office.signed_in("dana@example.com") as dana, office.browser() as stranger:
        assert stranger.post(path, {"link": True}).status_code == 409
        assert dana.client.post(path, json={"link": True}).status_code == 403  # of another site
        begun = dana.post(path, {"link": True, "next": "/app/account"})
        assert "max_age=0" in begun.json()["location"]
        away = provider.callback(begun.json()["location"])
        assert "you have signed out meanwhile" in _without_session(dana, away)
        begun = dana.post(path, {"link": True, "next": "/app/account"})
        before = dana.token
        done = come_back(dana, provider.callback(begun.json()["location"]))
        assert (done.status_code, done.headers["location"]) == (303, "/app/account")
        assert dana.token == before
        assert sign_on(stranger, provider).status_code == 303
        assert stranger.get("/core/access/me").json()["actor"] == "dana@example.com"
        with office.signed_in("eve@example.com") as eve:
            begun = eve.post(path, {"link": True})
            taken = come_back(eve, provider.callback(begun.json()["location"]))
            assert taken.status_code == 409
            assert "belongs to somebody else here" in taken.text
        secret = office.invite("new@example.com")
        with office.browser() as new:
            begun = new.post(path, {"secret": secret})
            assert come_back(new, provider.callback(begun.json()["location"])).status_code == 409
            assert new.post("/core/access/links/read", {"secret": secret}).status_code == 200


def _without_session(browser: Browser, address: str) -> str:
    """Come back after the session cookie is gone, and return the page."""
    token = next(each for each in browser.client.cookies.jar if "valhalla" in each.name)
    browser.client.cookies.delete(token.name)
    page = come_back(browser, address).text
    browser.client.cookies.jar.set_cookie(token)
    return str(page)


def test_reset_links_an_account_and_ends_other_sessions(provider: LoopbackProvider, open_with: OpenOffice) -> None:
    """The way in for people whose account at the provider has changed."""
    with open_with() as office, office.signed_in("dana@example.com") as dana, office.browser() as browser:
        with open_store(office.settings) as store:
            known = store.db.snapshot_now(people.require, "dana@example.com")
            secret = store.db.write_now(CLI, people.create_reset, known.id).secret
        begun = browser.post("/core/access/providers/work/sign_in", {"secret": secret})
        assert come_back(browser, provider.callback(begun.json()["location"])).status_code == 303
        assert browser.get("/core/access/me").json()["actor"] == "dana@example.com"
        assert dana.get("/core/deals").status_code == 401


@promise("Access", "With passwords turned off, people sign in at a provider only.")
def test_passwords_can_be_turned_off(
    provider: LoopbackProvider, open_with: OpenOffice, sqlite_settings: Settings
) -> None:
    """Free of charge (twenty#9624), and really off (twenty#13066, chatwoot#3158)."""
    off = sqlite_settings.model_copy(update={"passwords": False})
    with open_with(off) as office, office.browser() as browser:
        secret = office.invite("dana@example.com")
        page = browser.get("/app/sign-in").text
        assert "Sign in with Work ID" in page
        assert 'type="password"' not in page + browser.get("/app/invitation").text
        assert browser.sign_in("dana@example.com").status_code == 409
        assert browser.accept(secret).status_code == 409
        begun = browser.post("/core/access/providers/work/sign_in", {"secret": secret})
        assert come_back(browser, provider.callback(begun.json()["location"])).status_code == 303
        assert browser.get("/core/access/me").json()["stage"] == "complete"


@pytest.mark.parametrize("options", [{}, {"trusts_factors": ["mfa"]}])
def test_our_own_second_factor_is_asked_for(
    provider: LoopbackProvider, open_with: OpenOffice, sqlite_settings: Settings, options: dict[str, Any]
) -> None:
    """Also after an account was linked by the same sign-in (gitea#38171), and back to the page that was asked for."""
    strict = sqlite_settings.model_copy(update={"second_factor_roles": ("operator",)})
    with open_with(strict, **PROVISIONED, **options) as office, office.browser() as browser:
        provider.claims = DANA | {"amr": ["pwd"]}
        done = come_back(browser, provider.callback(begin(browser, "/app/sign-in/with/work?next=/app/deals")))
        assert done.headers["location"] == "/app/sign-in/enroll?next=/app/deals"
        assert browser.get("/core/deals").status_code == 401
        provider.claims = DANA | {"amr": ["pwd", "mfa"]}
        sign_on(browser, provider)
        assert browser.get("/core/deals").status_code == (200 if options else 401)
