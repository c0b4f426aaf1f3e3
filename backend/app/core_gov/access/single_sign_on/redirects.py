"""Redirects of browsers to providers and back: addresses, and the cookie that ties both to one browser.

The cookie outlives an attempt, so that two tabs of a browser can sign in at the same time.
"""

import asyncio

from backend.app.core_gov.access import requests
from backend.app.core_gov.access.sessions import cookies
from backend.app.core_gov.access.single_sign_on import sign_on
from backend.app.core_gov.access.single_sign_on.attempts import VALID_FOR, ProviderAttempt
from backend.app.core_gov.access.single_sign_on.providers import Provider, find_provider
from backend.app.core_gov.access.single_sign_on.sign_on import Redirect
from backend.app.kit.errors import Unauthenticated
from backend.app.kit.http import RequestWork

PATH = "/app/sign-in/with"

Header = tuple[bytes, bytes]


async def provider_of(work: RequestWork, name: str) -> Provider:
    """Return a provider of the installation. Raises NotFound, or BadInput if its settings are wrong."""
    return await asyncio.to_thread(find_provider, requests.settings_of(work), name)


def other_address(work: RequestWork) -> str | None:
    """Return the public address, if the browser has opened the service by another one.

    The provider sends it back to the public one, where the cookie of this one would be missing.
    """
    public = requests.settings_of(work).public_url
    return public if public is not None and public != requests.reached_url(work) else None


def callback_url(work: RequestWork, provider: Provider) -> str:
    """Return the address that is registered with the provider."""
    return f"{requests.base_url(work)}{PATH}/{provider.name}/callback"


async def begin(
    work: RequestWork,
    provider: Provider,
    *,
    target: str | None,
    again: bool = False,
    secret: str | None = None,
    person: str | None = None,
) -> tuple[Redirect, Header]:
    """Begin an attempt, and return where the browser goes, and the header that sets its cookie.

    Raises what `sign_on.begin` raises, and Forbidden over plain HTTP.
    """
    arrival = requests.arrival_of(work)
    attempt = ProviderAttempt(
        provider=provider.name, redirect_uri=callback_url(work, provider), next=target, again=again, person=person
    )
    redirect = await sign_on.begin(work.database, provider, arrival, attempt, browser_of(work), secret)
    return redirect, _set_cookie(work, redirect.browser)


def browser_of(work: RequestWork) -> str | None:
    """Return the value of the cookie; None if there is none, or more than one."""
    try:
        return cookies.session_token(work.headers.get(cookies.COOKIE, b""), _cookie_name(work))
    except Unauthenticated:
        return None


def _cookie_name(work: RequestWork) -> str:
    port = requests.reached_url(work).rpartition(":")[2]
    return "__Host-sign-on" if work.caller.secure else f"sign_on_{port if port.isdigit() else '80'}"


def _set_cookie(work: RequestWork, value: str) -> Header:
    seconds = int(VALID_FOR.total_seconds())
    attributes = f"Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax" + ("; Secure" if work.caller.secure else "")
    return b"set-cookie", f"{_cookie_name(work)}={value}; {attributes}".encode("latin-1")
