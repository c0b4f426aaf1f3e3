"""Signing in, invitations and ended sessions, as people see them."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from backend.app.settings import Settings
from backend.tests.browser.offices import SIGNED_OUT, People, fill_sign_in, people_of, stored_text
from backend.tests.browser.page_checks import assert_no_horizontal_overflow, assert_touch_targets, axe
from backend.tests.browser.watched import DESKTOP, PHONE, OpenPage, Problems
from backend.tests.core_gov.access.browser import PASSWORD, Office, open_office
from backend.tests.promises import promise


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with open_office(Settings(data_dir=tmp_path_factory.mktemp("office") / "data", jobs=False)) as office:
        yield office


@pytest.fixture
def people(office: Office, browser: Browser, problems: Problems) -> Iterator[People]:
    with people_of(office, browser, problems) as people:
        yield people


def refused(problems: Problems, *statuses: int) -> None:
    problems.allowed += [f"status of {status}" for status in statuses]


@promise("Access", "An invited person sets a password by a link, signs in, acts under their own name.")
def test_invited_person_joins_works_and_comes_back(people: People, problems: Problems) -> None:
    refused(problems, 400, 401)
    email, secret = people.invite("admin")
    page = people.open_page()
    page.goto("/app/partners?status=active&sort=-updated_at")
    expect(page).to_have_url(re.compile(r"/app/sign-in\?next=/app/partners"))

    page.goto(f"/app/invitation#{secret}")
    expect(page.get_by_text("You sign in as")).to_contain_text(email)
    expect(page.get_by_text("At least 15 characters")).to_be_visible()
    password = page.get_by_label("New password", exact=True)
    expect(password).to_be_focused()
    assert password.get_attribute("autocomplete") == "new-password"
    page.get_by_label("Your name").fill("Person One")
    password.fill("short")
    password.press("Enter")
    expect(page.locator(".field-error")).to_contain_text("must have at least 15 characters")
    expect(password).to_be_focused()
    page.get_by_role("button", name="Show the new password").click()
    expect(password).to_have_attribute("type", "text")
    password.fill(PASSWORD)
    page.get_by_role("button", name="Set password and sign in").click()
    page.wait_for_url(people.office.url + "/app/properties")
    assert secret not in stored_text(page)
    page.go_back()
    assert secret not in stored_text(page)

    page.goto("/app/partners?status=active&sort=-updated_at")
    page.get_by_label(f"Account of {email}").press("Enter")
    page.get_by_role("button", name="Sign out").press("Enter")
    page.wait_for_url(people.office.url + "/app/sign-in")
    page.goto("/app/partners?status=active&sort=-updated_at")
    fill_sign_in(page, email.upper(), "the wrong password")
    expect(page.get_by_role("alert")).to_have_text("Email or password is wrong.")
    expect(page.get_by_label("Password", exact=True)).to_be_focused()
    fill_sign_in(page, email.upper())
    page.wait_for_url(re.compile(r"/app/partners\?status=active&sort=-updated_at$"))
    expect(page.get_by_label(f"Account of {email}")).to_be_visible()


@promise("Access", "A link that is unknown, used or incomplete says so, and what to do.")
def test_links_that_do_not_work_say_why(people: People, problems: Problems) -> None:
    refused(problems, 404, 409)
    page = people.open_page()
    alert, instead = page.get_by_role("alert"), page.get_by_role("link", name="Go to the sign-in page")
    page.goto("/app/invitation")
    expect(alert).to_contain_text("this page needs all of it, with what is after the #")
    expect(instead).to_be_visible()
    page.goto(f"/app/password-reset#{'x' * 43}")
    expect(alert).to_contain_text("with everything after the #")

    _, secret = people.invite()
    first, second = people.open_page(), people.open_page()
    for tab in (first, second):
        tab.goto(f"/app/invitation#{secret}")
        tab.get_by_label("New password", exact=True).fill(PASSWORD)
    first.get_by_role("button", name="Set password").click()
    first.wait_for_url(people.office.url + "/app/properties")
    second.get_by_role("button", name="Set password").click()
    expect(second.get_by_role("alert")).to_contain_text("This link was used already; sign in, or ask an admin")
    expect(second.get_by_label("New password", exact=True)).to_be_hidden()

    _, other = people.invite()
    second.evaluate("(secret) => { location.hash = secret }", other)
    expect(second.get_by_label("New password", exact=True)).to_be_visible()
    expect(second.get_by_role("alert")).to_have_count(0)
    first.goto(f"/app/invitation#{other}")
    expect(first.get_by_text("This ends that session in this browser")).to_be_visible()


@promise("Access", "If the session has ended, a change keeps what was typed and leads back after the sign-in.")
def test_a_form_of_an_ended_session_keeps_its_text(people: People, problems: Problems) -> None:
    problems.allowed += SIGNED_OUT
    page, email = people.signed_in()
    page.goto("/app/partners/new")
    page.get_by_label("Name", exact=True).fill("Ada Park")
    people.end_sessions(email)
    page.get_by_role("button", name="Create the partner").click()
    alert = page.get_by_role("alert")
    expect(alert).to_have_text(
        "You have been signed out. Sign in again to continue here. What you typed is kept in this browser."
    )
    alert.get_by_role("link", name="Sign in again").click()
    fill_sign_in(page, email)
    page.wait_for_url(people.office.url + "/app/partners/new")
    expect(page.get_by_label("Name", exact=True)).to_have_value("Ada Park")
    page.get_by_role("button", name="Create the partner").click()
    page.wait_for_url("**/app/partners/p_*")
    expect(page.get_by_role("heading", name="Ada Park")).to_be_visible()


def sign_in_again(page: Page, people: People, email: str, path: str) -> None:
    """Wait for the notice about the ended session, and return to the page by it."""
    page.get_by_role("link", name="Sign in again").click()
    fill_sign_in(page, email)
    page.wait_for_url(people.office.url + path)


@promise("Access", "If the session has ended, a change keeps what was typed and leads back after the sign-in.")
def test_every_part_of_a_page_says_that_the_session_has_ended(people: People, problems: Problems) -> None:
    problems.allowed += SIGNED_OUT
    page, email = people.signed_in()
    origin = {"origin": people.office.url}
    page.request.post("/core/deals", data={"name": "Elm Street"}, headers=origin)
    home = {"address": "5 Elm Street", "latitude": 47.6, "longitude": -122.3}
    assert page.request.post("/core/property/properties", data=home, headers=origin).status == 201

    page.goto("/app/deals")
    people.end_sessions(email)
    page.get_by_role("link", name="Elm Street").press("]")
    sign_in_again(page, people, email, "/app/deals")
    people.end_sessions(email)
    page.get_by_label("Search", exact=True).fill("elm")
    page.wait_for_url(re.compile(r"/app/sign-in\?next=/app/deals$"))
    fill_sign_in(page, email)
    page.wait_for_url(people.office.url + "/app/deals")

    page.goto("/app/properties")
    page.locator(".leaflet-control-zoom-in").wait_for()
    people.end_sessions(email)
    page.locator(".leaflet-control-zoom-in").click()
    sign_in_again(page, people, email, "/app/properties")
    people.end_sessions(email)
    page.get_by_role("link", name="CSV").click()
    sign_in_again(page, people, email, "/app/properties")

    page.goto("/app/messages/new")
    people.end_sessions(email)
    page.get_by_label("Deal").fill("elm")
    sign_in_again(page, people, email, "/app/messages/new")
    people.end_sessions(email)
    page.reload()
    page.wait_for_url(re.compile(r"/app/sign-in\?next=/app/messages/new$"))


@promise("Access", "Text that was not saved is for the person who typed it, and deleted when they sign out.")
def test_unsaved_text_is_for_the_person_who_typed_it(people: People, problems: Problems) -> None:
    page, email = people.signed_in()
    page.goto("/app/partners/new")
    page.get_by_label("Name", exact=True).fill("A private thought")
    people.sign_in(page, people.join())
    page.goto("/app/partners/new")
    expect(page.get_by_label("Name", exact=True)).to_have_value("")
    people.sign_in(page, email)
    page.goto("/app/partners/new")
    expect(page.get_by_label("Name", exact=True)).to_have_value("A private thought")
    page.get_by_label(f"Account of {email}").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("dialog")).to_contain_text("text of one form that you have not saved")
    page.get_by_role("dialog").get_by_role("button", name="Sign out").click()
    page.wait_for_url(people.office.url + "/app/sign-in")
    assert "thought" not in stored_text(page)


@pytest.mark.parametrize(("width", "scheme"), [(PHONE, "dark"), (DESKTOP, "light")])
def test_pages_of_signing_in_are_accessible(people: People, problems: Problems, width: int, scheme: str) -> None:
    refused(problems, 401, 400)
    _, secret = people.invite()
    page = people.open_page(width=width, scheme=scheme)
    for path, button in (("/app/sign-in", "Sign in"), (f"/app/invitation#{secret}", "Set password and sign in")):
        page.goto(path)
        if "sign-in" in path:
            fill_sign_in(page, "nobody@example.com", "not a password")
        else:
            page.get_by_label("New password", exact=True).fill("short")
            page.get_by_role("button", name=button).click()
        expect(page.locator("[role=alert], .field-error").first).to_be_visible()
        axe(page)
        assert_no_horizontal_overflow(page)
        if width == PHONE:
            assert_touch_targets(page)


def test_the_user_of_the_machine_may_sign_in(open_page: OpenPage) -> None:
    page = open_page(width=PHONE)
    page.goto("/app/deals")
    page.get_by_label("Account of").click()
    expect(page.locator(".account .menu-panel")).to_contain_text("the user of this machine, and need no password here")
    axe(page)
    assert_no_horizontal_overflow(page)
    assert_touch_targets(page)
    page.keyboard.press("Escape")
    expect(page.locator(".account .menu-panel")).to_be_hidden()
    page.get_by_label("Account of").press("Enter")
    page.get_by_role("link", name="Sign in").click()
    page.get_by_role("link", name="Continue as").click()
    page.wait_for_url(re.compile(r":\d+/app/deals$"))
