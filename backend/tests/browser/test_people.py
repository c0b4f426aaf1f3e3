"""Pages of people and of one's own account, as administrators and others use them."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from backend.app.settings import Settings
from backend.tests.browser.offices import SIGNED_OUT, People, people_of, stored_text
from backend.tests.browser.page_checks import assert_no_horizontal_overflow, assert_touch_targets, axe
from backend.tests.browser.watched import DESKTOP, PHONE, Problems
from backend.tests.core_gov.access.browser import PASSWORD, Office, open_office
from backend.tests.promises import promise

NEW = "twelve dry raincoats"


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with open_office(Settings(data_dir=tmp_path_factory.mktemp("office") / "data", jobs=False)) as office:
        yield office


@pytest.fixture
def people(office: Office, browser: Browser, problems: Problems) -> Iterator[People]:
    with people_of(office, browser, problems) as people:
        yield people


@promise("Access", "The link of an invitation is shown once, can be copied, and stays nowhere in the browser.")
def test_admin_invites_someone_and_takes_the_access_away(people: People, problems: Problems) -> None:
    problems.allowed += ["status of 409", "status of 412"]
    page, _ = people.signed_in("admin", permissions=["clipboard-read", "clipboard-write"])
    page.goto("/app/people")
    page.get_by_text("Invite someone").click()
    page.get_by_label("Email").fill("new.person@example.com")
    page.get_by_label("Role").select_option("viewer")
    page.get_by_role("button", name="Make the invitation").click()
    dialog = page.get_by_role("dialog", name="Invitation")
    link = dialog.get_by_label("Link for new.person@example.com").input_value()
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    dialog.get_by_role("button", name="Copy").click()
    expect(dialog.locator(".said")).to_have_text("Copied.")
    assert page.evaluate("navigator.clipboard.readText()") == link
    axe(page)
    dialog.get_by_role("button", name="Done").click()
    row = page.get_by_role("row", name="new.person")
    expect(row).to_contain_text("invited")
    expect(page.get_by_label("Email")).to_have_value("")
    page.reload()
    assert link.partition("#")[2] not in stored_text(page) + page.content()

    guest = people.open_page()
    guest.goto(link)
    guest.get_by_label("Your name").fill("New Person")
    guest.get_by_label("New password", exact=True).fill(PASSWORD)
    guest.get_by_role("button", name="Set password").click()
    expect(guest.get_by_label("Account of new.person@example.com")).to_be_visible()
    assert guest.get_by_role("link", name="People").count() == 0

    page.reload()
    page.get_by_role("link", name="New Person").click()
    page.get_by_label("Name", exact=True).fill("Newest Person")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="Newest Person")).to_be_visible()
    page.get_by_role("button", name="Disable the account").click()
    expect(page.get_by_role("dialog")).to_contain_text("All sessions end at once, and links stop working")
    page.get_by_role("dialog").get_by_role("button", name="Disable the account").click()
    expect(page.get_by_role("button", name="Enable the account")).to_be_visible()
    expect(page.get_by_text("is not signed in")).to_be_visible()
    guest.goto("/app/deals")
    expect(guest.get_by_role("heading", name="Sign in")).to_be_visible()


@promise("Console", "Everyone sees and ends their own sessions, and changes their password.")
def test_everyone_changes_their_password_and_ends_their_sessions(people: People, problems: Problems) -> None:
    problems.allowed += [*SIGNED_OUT, "status of 400"]
    page, email = people.signed_in("viewer", user_agent="Mozilla/5.0 (iPhone) CriOS/130.0 Mobile/15E148 Safari/604.1")
    others = [people.open_page() for _ in range(2)]
    for other in others:
        people.sign_in(other, email)
    page.goto("/app/account")
    expect(page.get_by_role("row", name="Chrome on iPhone")).to_contain_text("This session")
    page.get_by_role("button", name="End the session Chrome on Linux").first.click()
    expect(page.locator(".announcer")).to_have_text("Session ended")
    expect(page.get_by_role("button", name="End the session")).to_have_count(2)
    page.get_by_role("button", name="End all others").click()
    page.get_by_role("dialog").get_by_role("button", name="End all others").click()
    expect(page.get_by_role("button", name="End the session")).to_have_count(0)
    for other in others:
        other.goto("/app/deals")
        expect(other.get_by_role("heading", name="Sign in")).to_be_visible()

    page.get_by_label("Current password", exact=True).fill("not the password")
    page.get_by_label("New password", exact=True).fill(NEW)
    page.get_by_role("button", name="Change password").click()
    expect(page.locator(".field-error")).to_have_text("“Current password” is wrong")
    assert NEW not in stored_text(page)
    page.get_by_label("Current password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Change password").click()
    expect(page.locator(".announcer")).to_have_text("Password changed")
    expect(page.get_by_label("New password", exact=True)).to_have_value("")
    assert NEW not in stored_text(page)


@promise("Console", "Everyone changes their email address, with the password.")
def test_everyone_changes_their_email_address(people: People, problems: Problems) -> None:
    problems.allowed += ["status of 400"]
    page, email = people.signed_in("viewer")
    page.goto("/app/account")
    page.get_by_text("Change the email address").click()
    form = page.get_by_role("form", name="Change the email address")
    form.get_by_label("New email").fill(f"new.{email}")
    form.get_by_label("Password", exact=True).fill("not the password")
    form.get_by_role("button", name="Change email").click()
    expect(form.locator(".field-error")).to_have_text("Password is wrong")
    axe(page)
    form.get_by_label("Password", exact=True).fill(PASSWORD)
    form.get_by_role("button", name="Change email").click()
    expect(page.get_by_label(f"Account of new.{email}")).to_be_visible()


@promise("Access", "People make tokens of their own in the console; the secret is shown once, and stays nowhere.")
def test_everyone_makes_and_revokes_tokens_of_their_own(people: People, problems: Problems) -> None:
    problems.allowed += [*SIGNED_OUT, "status of 403"]
    page, email = people.signed_in("operator")
    page.goto("/app/account/tokens")
    page.get_by_text("New token").click()
    page.get_by_label("Name in the audit trail").fill("laptop")
    page.get_by_label("Scopes").select_option(["deals:read", "search:read"])
    page.get_by_role("button", name="Create the token").click()
    secret = page.get_by_role("dialog").get_by_label("Token laptop").input_value()
    page.get_by_role("button", name="Done").click()
    expect(page.get_by_role("row", name="laptop")).to_contain_text("deals:read, search:read")
    assert secret not in stored_text(page) + page.content()
    headers = {"authorization": f"Bearer {secret}"}
    with people.office.browser(headers=headers) as program:
        assert (program.get("/core/deals").status_code, program.get("/core/jv/partners").status_code) == (200, 403)
        page.get_by_role("button", name="Revoke laptop").click()
        page.get_by_role("dialog").get_by_role("button", name="Revoke").click()
        expect(page.get_by_role("row", name="laptop")).to_contain_text("revoked")
        assert program.get("/core/deals").status_code == 401
    people.age_sign_ins(email)
    page.get_by_label("Name in the audit trail").fill("other")
    page.get_by_role("button", name="Create the token").click()
    page.get_by_role("link", name="Confirm that it is you").click()
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Confirm").click()
    page.wait_for_url(people.office.url + "/app/account/tokens")


@pytest.mark.parametrize(("width", "scheme"), [(PHONE, "dark"), (DESKTOP, "light")])
def test_pages_of_people_are_accessible(people: People, width: int, scheme: str) -> None:
    page, email = people.signed_in("admin", width=width, scheme=scheme)
    people.join("viewer")
    page.goto("/app/people")
    page.get_by_text("Invite someone").click()
    for path in ("/app/people", "/app/account", "/app/account/tokens", None):
        if path is None:
            page.goto("/app/people")
            page.get_by_role("link", name=email.partition("@")[0], exact=True).click()
            page.get_by_role("heading", name="Name, email and role").wait_for()
        else:
            page.goto(path)
        axe(page)
        assert_no_horizontal_overflow(page)
        if width == PHONE:
            assert_touch_targets(page)
    page.get_by_label(f"Account of {email}").press("Enter")
    page.get_by_role("link", name="My account").press("Enter")
    expect(page.get_by_role("heading", name="My account")).to_be_visible()
