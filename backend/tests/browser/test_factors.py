"""Second factors in the console, with the virtual authenticator of Chromium."""

import re
from collections.abc import Iterator
from pathlib import Path

import pyotp
import pytest
from playwright.sync_api import Browser, Page, expect

from backend.app.settings import Settings
from backend.tests.browser.offices import People, fill_sign_in, people_of
from backend.tests.browser.page_checks import assert_no_horizontal_overflow, assert_touch_targets, axe
from backend.tests.browser.watched import PHONE, Problems, page_opener
from backend.tests.core_gov.access.browser import Office, open_office
from backend.tests.core_gov.access.phone import TimeSteps, standing_clock
from backend.tests.promises import promise

FACTORS = "/app/account/factors"


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    folder: Path = tmp_path_factory.mktemp("office")
    settings = Settings(data_dir=folder / "data", jobs=False, second_factor_roles=("admin",))
    with open_office(settings) as office:
        yield office


@pytest.fixture
def steps() -> Iterator[TimeSteps]:
    with standing_clock() as found:
        yield found


@pytest.fixture
def people(office: Office, browser: Browser, problems: Problems) -> Iterator[People]:
    with people_of(office, browser, problems) as people:
        yield people


def add_authenticator(page: Page) -> None:
    """Give the browser of a page a device that keeps passkeys and verifies its user."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    ready = {"isUserVerified": True, "automaticPresenceSimulation": True}
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options | ready})


def sign_out(page: Page) -> None:
    page.context.clear_cookies()
    page.goto("/app/sign-in?next=/app/deals")


@promise("Access", "In the console, people add a passkey and sign in with it alone, or with it as second step.")
def test_passkey_is_added_and_signs_in(people: People) -> None:
    page, email = people.signed_in()
    add_authenticator(page)
    page.goto(FACTORS)
    axe(page)
    page.get_by_label("Name of the device").fill("Laptop")
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_role("heading", name="Your recovery codes")).to_be_focused()
    expect(page.locator(".codes li")).to_have_count(10)
    axe(page)
    page.get_by_role("button", name="I have stored them").click()
    expect(page.locator(".passkey")).to_contain_text("Laptop for localhost")

    sign_out(page)
    page.get_by_role("button", name="Use a passkey instead").click()
    page.wait_for_url(re.compile(r"/app/deals$"))
    expect(page.get_by_label(f"Account of {email}")).to_be_visible()

    sign_out(page)
    fill_sign_in(page, email)
    page.wait_for_url(re.compile(r"/app/sign-in/factor\?next="))
    axe(page)
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url(re.compile(r"/app/deals$"))


@promise("Access", "Who needs a second factor adds one before anything else, and then goes on to the page asked for.")
def test_required_app_is_added_on_the_way(people: People, problems: Problems, steps: TimeSteps) -> None:
    problems.allowed += ["status of 40[01]"]
    email, secret = people.invite("admin")
    with people.office.browser() as browser:
        browser.accept(secret).raise_for_status()
    page = people.open_page(width=PHONE)
    page.goto("/app/sign-in?next=/app/partners")
    fill_sign_in(page, email)
    page.wait_for_url(re.compile(r"/app/sign-in/enroll"))
    page.get_by_role("button", name="Set up an authenticator app").click()
    secret_of_app = page.locator("[data-secret]")
    expect(secret_of_app).to_have_text(re.compile("([A-Z2-7]{4} ?){8}"))
    page.wait_for_function("document.querySelector('[data-qr]').naturalWidth > 0")
    app = pyotp.TOTP(secret_of_app.inner_text().replace(" ", ""))
    axe(page)
    assert_no_horizontal_overflow(page)
    assert_touch_targets(page)
    page.get_by_role("textbox", name="Code", exact=True).fill("000 000")
    page.get_by_role("textbox", name="Code", exact=True).press("Enter")
    expect(page.locator(".field-error")).to_contain_text("does not match")
    page.get_by_role("textbox", name="Code", exact=True).fill(app.generate_otp(steps.current))
    page.get_by_role("textbox", name="Code", exact=True).press("Enter")
    code = page.locator(".codes li").first.inner_text()
    page.get_by_role("button", name="I have stored them").click()
    page.wait_for_url(re.compile(r"/app/partners$"))

    sign_out(page)
    fill_sign_in(page, email)
    page.wait_for_url(re.compile(r"/app/sign-in/factor"))
    page.get_by_role("textbox", name="Code of your authenticator app").fill(
        app.generate_otp(steps.current)
    )  # used already
    page.get_by_role("textbox", name="Code of your authenticator app").press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("was used already")
    page.get_by_text("Use a recovery code").click()
    page.get_by_role("textbox", name="Recovery code").fill(code.lower())
    page.get_by_role("textbox", name="Recovery code").press("Enter")
    page.wait_for_url(re.compile(r"/app/deals$"))
    page.goto(FACTORS)
    expect(page.get_by_text("9 of 10 are left")).to_be_visible()
    expect(page.get_by_text("Your role requires a second factor. Add another")).to_be_visible()
    assert_no_horizontal_overflow(page)
    assert_touch_targets(page)


@promise("Access", "Passkeys work on host names only; on an IP address the page says so, and where they work.")
def test_address_without_a_name_says_where_passkeys_work(office: Office, browser: Browser, problems: Problems) -> None:
    with page_opener(browser, office.url.replace("localhost", "127.0.0.1"), problems) as open_page:
        page = open_page()
        page.goto("/app/sign-in")
        expect(page.get_by_text("Passkeys work on host names, not on IP addresses.")).to_be_visible()
        link = page.get_by_role("link", name=office.url.removeprefix("http://"))
        expect(link).to_have_attribute("href", f"{office.url}/app/sign-in")
