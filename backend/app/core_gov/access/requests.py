"""Requests of browsers: who is there, where from, and the cookies of responses."""

from typing import Any

from backend.app.core_gov.access import gate
from backend.app.core_gov.access.factors import passkeys
from backend.app.core_gov.access.factors.passkeys import Site
from backend.app.core_gov.access.rules import rules_of
from backend.app.core_gov.access.sessions import cookies
from backend.app.core_gov.access.sessions.limits import require_recent
from backend.app.core_gov.access.sessions.schemas import SignedIn
from backend.app.core_gov.access.sessions.service import Browser, NewSession, session_of
from backend.app.core_gov.access.sign_in.service import Arrival, SignInRules
from backend.app.kit import clock
from backend.app.kit.errors import Conflict, Forbidden
from backend.app.kit.http import RequestWork, Response
from backend.app.settings import Settings

_PLAIN = (
    "signing in needs HTTPS: open the service by https://, through a proxy that is listed in VALHALLA_TRUSTED_PROXIES "
    "and sends X-Forwarded-Proto, or on its own machine as http://localhost"
)


NO_ACCOUNT: dict[int | str, dict[str, Any]] = {
    409: {"description": "root has no account here: this is for people who are signed in"}
}
"""Response of operations on one's own account to tokens and the local user."""


def settings_of(work: RequestWork) -> Settings:
    """Return the settings of the installation."""
    assert isinstance(work.site, Settings)
    return work.site


def sign_in_rules(work: RequestWork) -> SignInRules:
    """Return what sign-in requires here."""
    return rules_of(settings_of(work))


def arrival_of(work: RequestWork) -> Arrival:
    """Return where a sign-in comes from. Raises Forbidden over plain HTTP from elsewhere than this machine.

    The Host header tells: browsers send the name of this machine to itself only.
    """
    name = gate.host_name(_host(work))
    if not work.caller.secure and not (name and gate.is_loopback_name(name)):
        raise Forbidden(_PLAIN)
    agent = work.headers.get(b"user-agent", b"").decode("latin-1")
    printable = "".join(each for each in agent if each.isprintable())
    return Arrival(work.ctx, Browser(work.caller.address, printable), work.caller.session)


def base_url(work: RequestWork) -> str:
    """Return the address under which the caller reached the service, without a slash at the end."""
    return settings_of(work).public_url or reached_url(work)


def reached_url(work: RequestWork) -> str:
    """Return the address that the browser opened, in lower case and without the default port."""
    scheme, host = ("https", _host(work)) if work.caller.secure else ("http", _host(work))
    name = host.decode("latin-1").lower()
    return f"{scheme}://{name.removesuffix(':443' if work.caller.secure else ':80')}"


def host_of(work: RequestWork) -> str:
    """Return the host name of the page, without port, in lower case."""
    return gate.host_name(_host(work)) or ""


def site_of(work: RequestWork) -> Site:
    """Return the site of the page that sends a request. Raises Conflict if its address has no host name."""
    scheme = "https" if work.caller.secure else "http"
    return passkeys.site_of(gate.host_name(_host(work)), f"{scheme}://{_host(work).decode('latin-1').lower()}")


def signed_in(work: RequestWork, session: NewSession) -> Response:
    """Return the response to a sign-in, which sets the session cookie."""
    return with_session(work, Response(200, signed_in_as(session).model_dump_json().encode()), session)


def signed_in_as(session: NewSession) -> SignedIn:
    """Return what a response says of a new session."""
    return SignedIn(actor=session.email, role=session.role, session=session.id, stage=session.stage)


def with_session(work: RequestWork, response: Response, session: NewSession) -> Response:
    """Make a response set the session cookie."""
    name = cookies.cookie_name(secure=work.caller.secure, host=_host(work))
    longest = int(sign_in_rules(work).limits.longest.total_seconds()) if session.stage == "complete" else None
    response.headers.append(cookies.set_cookie(name, session.token, secure=work.caller.secure, longest_s=longest))
    return response


def without_session(work: RequestWork, response: Response) -> Response:
    """Make a response delete the session cookie."""
    name = cookies.cookie_name(secure=work.caller.secure, host=_host(work))
    response.headers.append(cookies.clear_cookie(name, secure=work.caller.secure))
    return response


def require_person(work: RequestWork) -> str:
    """Return the id of the person who is signed in. Raises Conflict for tokens and the local user."""
    if work.caller.person is None:
        raise Conflict(f"{work.caller.actor} has no account here: this is for people who are signed in")
    return work.caller.person


async def require_recent_sign_in(work: RequestWork) -> str:
    """Return the id of the person, whose sign-in must be recent. Raises Conflict or Forbidden."""
    person = require_person(work)
    assert work.caller.session is not None
    session = await work.database.read(session_of, work.caller.session)
    require_recent(clock.now(), session.signed_in_at)
    return person


async def require_confirmed(work: RequestWork) -> None:
    """Raise Forbidden unless whoever gives access is certain to have it: a recent sign-in, or a token without scopes.

    Otherwise an unlocked browser or a narrow token would become an account of its own.
    """
    if work.caller.scopes is not None:
        raise Forbidden("a token with scopes does not manage people; use a token without scopes")
    if work.caller.person is not None:
        await require_recent_sign_in(work)


def _host(work: RequestWork) -> bytes:
    return work.headers.get(b"host", b"")
