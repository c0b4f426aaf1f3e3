"""Single sign-on in a browser, with a real provider on another site: cookies and redirects as browsers treat them."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from backend.app.settings import Settings
from backend.tests.browser.offices import People, people_of
from backend.tests.browser.page_checks import assert_no_horizontal_overflow, axe
from backend.tests.browser.watched import PHONE, Problems
from backend.tests.core_gov.access.browser import Office, open_office
from backend.tests.core_gov.access.single_sign_on.conftest import write_providers
from backend.tests.core_gov.access.single_sign_on.mock_provider import mock_provider
from backend.tests.promises import promise


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    """A provider at an IP address, which is another site than `localhost`."""
    with mock_provider({"sub": "dana", "email": "dana@company.example", "email_verified": True}) as found:
        yield found.replace("localhost", "127.0.0.1")


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory, issuer: str) -> Iterator[Office]:
    folder = tmp_path_factory.mktemp("office")
    settings, secret = Settings(data_dir=folder / "data", jobs=False), folder / "secret"
    secret.write_text("secret")
    secret.chmod(0o600)
    table = {"label": "Work ID", "issuer": issuer, "client_id": "valhalla", "client_secret_file": str(secret)}
    write_providers(settings, work=table)
    with open_office(settings) as office:
        yield office


@pytest.fixture
def people(office: Office, issuer: str, browser: Browser, problems: Problems) -> Iterator[People]:
    with people_of(office, browser, problems) as people:
        yield people


def open_page(people: People, issuer: str, **options: object) -> Page:
    """Open a page that may go to the provider."""
    page = people.open_page(**options)
    page.context.route(re.compile(re.escape(issuer)), lambda route: route.continue_())
    return page


@promise("Access", "An invited person accepts by signing in at a provider, and signs in there from then on.")
def test_invited_person_accepts_and_comes_back(people: People, issuer: str, problems: Problems) -> None:
    problems.allowed += [re.escape(issuer), "cdn.jsdelivr.net", "Failed to load"]  # what the provider's pages ask for
    email, secret = people.invite()
    page = open_page(people, issuer)
    page.goto(f"/app/invitation#{secret}")
    page.get_by_role("button", name="Accept with Work ID").click()
    page.get_by_role("button", name="dana").click()
    page.wait_for_url(people.office.url + "/app/properties")
    page.get_by_label(f"Account of {email}").press("Enter")
    page.get_by_role("button", name="Sign out").press("Enter")
    page.wait_for_url(re.compile(re.escape(issuer)))  # signed out there, too

    page.goto("/app/partners?status=active")
    page.get_by_role("link", name="Sign in with Work ID").click()
    page.get_by_role("button", name="dana").first.click()
    page.wait_for_url(re.compile(r"/app/partners\?status=active$"))
    page.goto("/app/account")
    section = page.get_by_role("region", name="Single sign-on")
    expect(section).to_contain_text("Work ID, linked")
    axe(page)


def test_sign_in_that_is_canceled_says_so(people: People, issuer: str, problems: Problems) -> None:
    problems.allowed += [re.escape(issuer), "cdn.jsdelivr.net", "Failed to load"]
    page = open_page(people, issuer, width=PHONE)
    page.goto("/app/sign-in")
    assert_no_horizontal_overflow(page)
    page.get_by_role("link", name="Sign in with Work ID").click()
    page.get_by_role("button", name="Deny").click()
    expect(page.get_by_role("alert")).to_contain_text("the sign-in at Work ID was canceled or refused there")
    axe(page)
