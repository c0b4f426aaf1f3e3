"""A service on which everyone signs in, and pages of browsers in it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import count

from playwright.sync_api import Browser, Page
from sqlalchemy import bindparam, update

from backend.app.bootstrap import open_store
from backend.app.core_gov.access.people import service as people
from backend.app.core_gov.access.schemas import Role
from backend.app.core_gov.access.sessions.store import sessions
from backend.app.kit.clock import later
from backend.app.kit.db import Query
from backend.tests.browser.watched import OpenPage, Problems, page_opener
from backend.tests.core_gov.access.browser import CLI, PASSWORD, Office

SIGNED_OUT = [
    r"console error: Failed to load resource.*status of 401",
    r"htmx:responseError|Response Status Error Code 401",
]
"""Messages of the browser's console when a session has ended."""

_numbers = count(1)
_c = sessions.c
_AGE = Query(update(sessions).values(signed_in_at=bindparam("at")).where(_c.person_id == bindparam("whose")))


class People:
    """People of an office, and pages of their browsers."""

    def __init__(self, office: Office, open_page: OpenPage) -> None:
        self.office, self.open_page = office, open_page

    def invite(self, role: Role = "operator") -> tuple[str, str]:
        """Invite a person whom no other test knows. Return the email address and the secret of the link."""
        email = f"person{next(_numbers)}@example.com"
        return email, self.office.invite(email, role)

    def join(self, role: Role = "operator") -> str:
        """Return the email address of a new person who has set a password."""
        email, secret = self.invite(role)
        with self.office.browser() as browser:
            browser.accept(secret).raise_for_status()
        return email

    def sign_in(self, page: Page, email: str) -> None:
        """Give the browser of a page a session."""
        answer = page.request.post(
            "/core/access/sign_in", data={"email": email, "password": PASSWORD}, headers={"origin": self.office.url}
        )
        assert answer.status == 200, answer.text()

    def signed_in(self, role: Role = "operator", **options: object) -> tuple[Page, str]:
        """Return a page of a new person who has signed in, and the email address."""
        email, page = self.join(role), self.open_page(**options)
        self.sign_in(page, email)
        return page, email

    def age_sign_ins(self, email: str) -> None:
        """Make the sign-ins of a person an hour old, as if time had passed."""
        with open_store(self.office.settings) as store:
            person = store.db.snapshot_now(people.require, email)
            store.db.write_now(CLI, lambda tx: tx.run(_AGE, at=later(tx.now, -timedelta(hours=1)), whose=person.id))

    def end_sessions(self, email: str) -> None:
        """End the sessions of a person, as an administrator does."""
        with open_store(self.office.settings) as store:
            person = store.db.snapshot_now(people.require, email)
            store.db.write_now(CLI, people.end_sessions, person.id)


@contextmanager
def people_of(office: Office, browser: Browser, problems: Problems) -> Iterator[People]:
    with page_opener(browser, office.url, problems) as open_page:
        yield People(office, open_page)


def fill_sign_in(page: Page, email: str, password: str = PASSWORD) -> None:
    """Sign in on the sign-in page as a person does."""
    form = page.get_by_role("form", name="Sign in with a password")  # the page before may have an email field, too
    form.get_by_label("Email").fill(email)
    form.get_by_label("Password", exact=True).fill(password)
    form.get_by_role("button", name="Sign in").click()


def stored_text(page: Page) -> str:
    """Return everything that the browser keeps for the origin, and the addresses of the page."""
    found: str = page.evaluate(
        """() => JSON.stringify([{...localStorage}, {...sessionStorage}, location.href, history.state, document.cookie,
            performance.getEntriesByType("navigation").map((each) => each.name)])"""
    )
    return found
