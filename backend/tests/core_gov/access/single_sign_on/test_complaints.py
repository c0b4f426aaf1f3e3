"""Complaints of users of other products, each with its issue there."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pyotp
import time_machine

from backend.app.settings import Settings
from backend.tests.core_gov.access.browser import Browser, open_office
from backend.tests.core_gov.access.single_sign_on.conftest import OpenOffice, table_of, write_providers
from backend.tests.core_gov.access.single_sign_on.loopback_provider import LoopbackProvider, begin, come_back
from backend.tests.core_gov.access.single_sign_on.test_attacks import DANA, PROVISIONED
from backend.tests.promises import promise

LINK = "/core/access/providers/work/sign_in"


def sign_on(browser: Browser, provider: LoopbackProvider, start: str = "/app/sign-in/with/work") -> Any:
    return come_back(browser, provider.callback(begin(browser, start)))


@promise("Access", "A session that began at a provider ends by Valhalla's limits, not with the provider's token.")
def test_nobody_signs_in_again_when_the_token_expires(provider: LoopbackProvider, open_with: OpenOffice) -> None:
    """gitea#28394: people who use single sign-on have to sign in again and again."""
    now = int(datetime.now(UTC).timestamp())
    provider.claims = DANA | {"exp": now + 60}
    with open_with(**PROVISIONED) as office, office.browser() as browser:
        sign_on(browser, provider)
        with time_machine.travel(datetime.now(UTC) + timedelta(hours=11)):
            assert browser.get("/core/deals").status_code == 200
        with time_machine.travel(datetime.now(UTC) + timedelta(days=8)):
            assert browser.get("/core/deals").status_code == 401


def test_linking_and_signing_in_with_an_own_second_factor(provider: LoopbackProvider, open_with: OpenOffice) -> None:
    """gitea#38171: whoever has a second factor cannot sign in after an account was linked."""
    provider.metadata = {"end_session_endpoint": f"{provider.issuer}/logout"}
    with open_with() as office, office.signed_in("dana@example.com") as dana:
        setup = dana.post("/core/access/factors/totp").json()
        app = pyotp.TOTP(setup["secret"])
        now = datetime.now(UTC)
        dana.post("/core/access/factors/totp/confirm", {"code": app.at(now)}).raise_for_status()
        begun = dana.post(LINK, {"link": True}).json()["location"]
        assert come_back(dana, provider.callback(begun)).status_code == 303
        with office.browser() as browser:
            done = sign_on(browser, provider, "/app/sign-in/with/work?next=/app/deals")
            assert done.headers["location"] == "/app/sign-in/factor?next=/app/deals"
            assert browser.get("/core/deals").status_code == 401
            with time_machine.travel(now + timedelta(minutes=1)):
                code = {"code": app.at(datetime.now(UTC))}
                assert browser.post("/core/access/sign_in/code", code).json()["stage"] == "complete"
                assert browser.get("/core/deals").status_code == 200
                redirect = browser.post("/core/access/sign_out").json()["redirect"]
                assert redirect.startswith(f"{provider.issuer}/logout")


def test_failures_lead_back_to_the_sign_in_page(provider: LoopbackProvider, open_with: OpenOffice) -> None:
    """directus#17901, directus#22279: a failed sign-in ends on a page of the API, or without a word."""
    with open_with() as office, office.browser() as browser:
        start = "/app/sign-in/with/work?next=/app/deals"
        denied = provider.callback(begin(browser, start), code=None, error="access_denied")
        page = come_back(browser, denied)
        assert page.headers["content-type"].startswith("text/html")
        assert "canceled or refused there" in page.text
        assert 'href="/app/sign-in/with/work?next=%2Fapp%2Fdeals"' in page.text


def test_redirect_to_the_provider_is_never_kept(provider: LoopbackProvider, open_with: OpenOffice) -> None:
    """directus#23999: the browser keeps the redirect, and with it the state of an earlier sign-in."""
    with open_with() as office, office.browser() as browser:
        redirect = browser.get("/app/sign-in/with/work")
        assert (redirect.status_code, redirect.headers["cache-control"]) == (303, "no-store")
        assert begin(browser) != redirect.headers["location"]


def test_other_address_leads_to_the_public_one(provider: LoopbackProvider, sqlite_settings: Settings) -> None:
    """directus#25404: a sign-in that begins under another address comes back without its cookie."""
    write_providers(sqlite_settings, work=table_of(provider))
    public = sqlite_settings.model_copy(update={"public_url": "https://office.example.com"})
    with open_office(public) as office, office.browser() as browser:
        moved = browser.get("/app/sign-in/with/work?next=/app/deals")
        where = "https://office.example.com/app/sign-in/with/work?next=%2Fapp%2Fdeals&moved=true"
        assert moved.headers["location"] == where
        there = begin(browser, "/app/sign-in/with/work?moved=true")  # never in a circle
        assert "redirect_uri=https%3A%2F%2Foffice.example.com%2Fapp%2Fsign-in%2Fwith%2Fwork%2Fcallback" in there
        refused = browser.post(LINK, {})
        assert refused.status_code == 409
        assert "https://office.example.com" in refused.json()["detail"]


def test_two_tabs_sign_in_at_the_same_time(provider: LoopbackProvider, open_with: OpenOffice) -> None:
    provider.claims = DANA
    with open_with(**PROVISIONED) as office, office.browser() as browser:
        first, second = begin(browser), begin(browser)
        for address in (first, second):
            assert come_back(browser, provider.callback(address)).status_code == 303
        assert browser.get("/core/deals").status_code == 200


def test_recent_sign_in_is_the_one_at_the_provider(provider: LoopbackProvider, open_with: OpenOffice) -> None:
    """A provider that signs people in without asking them confirms nothing; asked anew, it does."""
    now = int(datetime.now(UTC).timestamp())
    with open_with(**PROVISIONED) as office, office.browser() as browser:
        provider.claims = DANA | {"auth_time": now - 3600}
        sign_on(browser, provider)
        refused = browser.post(LINK, {"link": True})
        assert refused.status_code == 403
        assert "recent sign-in" in refused.json()["detail"]
        start = "/app/sign-in/with/work?next=%2Fapp%2Faccount&amp;again=true"
        assert f'href="{start}"' in browser.get("/app/sign-in?next=/app/account").text
        again = begin(browser, start.replace("&amp;", "&"))
        assert "prompt=login&max_age=0" in again
        provider.claims = DANA | {"auth_time": now}
        come_back(browser, provider.callback(again))
        assert browser.post(LINK, {"link": True}).status_code == 200
        provider.claims = DANA  # it does not say when, as if nobody had been asked
        sign_on(browser, provider)
        assert browser.post(LINK, {"link": True}).status_code == 403
        come_back(browser, provider.callback(begin(browser, start.replace("&amp;", "&"))))
        assert browser.post(LINK, {"link": True}).status_code == 200


@promise("Access", "`GET /core/access/identities` lists one's accounts at providers.")
@promise("Access", "`POST /core/access/identities/{identity_id}/unlink` unlinks one that is not the only way in.")
def test_person_unlinks_an_account_but_not_the_only_way_in(provider: LoopbackProvider, open_with: OpenOffice) -> None:
    provider.claims = DANA | {"auth_time": int(datetime.now(UTC).timestamp())}
    with open_with(**PROVISIONED) as office, office.browser() as browser, office.signed_in("pat@example.com") as pat:
        sign_on(browser, provider)
        (found,) = browser.get("/core/access/identities").json()["items"]
        assert (found["provider"], found["issuer"]) == ("work", provider.issuer)
        only = browser.post(f"/core/access/identities/{found['id']}/unlink")
        assert only.status_code == 409
        assert "your only way to sign in" in only.json()["detail"]
        assert pat.post(f"/core/access/identities/{found['id']}/unlink").status_code == 404
        provider.claims = DANA | {"sub": "pat"}
        begun = pat.post(LINK, {"link": True}).json()["location"]
        come_back(pat, provider.callback(begun))
        page = pat.get("/app/account").text
        assert "Work ID, linked" in page
        assert "Link an account at Work ID" in page
        (linked,) = pat.get("/core/access/identities").json()["items"]
        assert pat.post(f"/core/access/identities/{linked['id']}/unlink").status_code == 200
        assert pat.get("/core/access/identities").json() == {"items": []}
