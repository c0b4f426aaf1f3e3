"""A browser as the service sees it: cookies, and an Origin with every change."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx

from backend.app.bootstrap import open_store
from backend.app.core_gov.access.people import service as people
from backend.app.core_gov.access.people.schemas import InvitationCreate
from backend.app.core_gov.access.schemas import Role
from backend.app.kit.db import Ctx
from backend.app.settings import Settings
from backend.tests.harness import http_client, serving

PASSWORD = "eleven green umbrellas"
CLI = Ctx("tester", "cli")


class Browser:
    """A client of the service with cookies of its own."""

    def __init__(self, client: httpx.Client) -> None:
        self.client = client
        self.origin = str(client.base_url).rstrip("/")

    def get(self, path: str, **options: Any) -> httpx.Response:
        """Open a page, or read from the API."""
        accept = "text/html" if path.startswith("/app") else "application/json"
        return self.client.get(path, headers={"accept": accept} | options.pop("headers", {}), **options)

    def post(self, path: str, body: object = None, **headers: str) -> httpx.Response:
        """Send a change as a page of the service does."""
        return self.client.post(path, json=body if body is not None else {}, headers={"origin": self.origin} | headers)

    def sign_in(self, email: str, password: str = PASSWORD) -> httpx.Response:
        return self.post("/core/access/sign_in", {"email": email, "password": password})

    def accept(self, secret: str, password: str = PASSWORD, **fields: str) -> httpx.Response:
        """Set a password by a link."""
        return self.post("/core/access/links/accept", {"secret": secret, "password": password, **fields})

    @property
    def token(self) -> str | None:
        """The token in the session cookie."""
        return next((each.value for each in self.client.cookies.jar if "valhalla" in each.name), None)


class Office:
    """A running service on which everyone signs in, and the people of its store."""

    def __init__(self, url: str, settings: Settings) -> None:
        self.url, self.settings = url.replace("127.0.0.1", "localhost"), settings

    @contextmanager
    def browser(self, **options: Any) -> Iterator[Browser]:
        with http_client(self.url, **options) as client:
            yield Browser(client)

    @contextmanager
    def signed_in(self, email: str, role: Role = "operator", **options: Any) -> Iterator[Browser]:
        """Invite a person, and yield the browser in which they have set their password."""
        with self.browser(**options) as browser:
            browser.accept(self.invite(email, role)).raise_for_status()
            yield browser

    def invite(self, email: str, role: Role = "operator") -> str:
        """Invite a person as the operator of the machine does, and return the secret of the link."""
        with open_store(self.settings) as store:
            return store.db.write_now(CLI, people.invite, InvitationCreate(email=email, role=role)).secret


@contextmanager
def open_office(settings: Settings, **options: Any) -> Iterator[Office]:
    """Serve a store on which everyone signs in."""
    changed = settings.model_copy(update={"loopback": "login", **options})
    with serving(changed, proxy_headers=False) as url:
        yield Office(url, changed)
