"""Paths of pages to which people return after they have signed in."""

import re
from urllib.parse import quote, unquote, urlsplit

from backend.app.kit.http import RefusedPage, Response

SIGN_IN = "/app/sign-in"
HOME = "/app"

_LOCAL = re.compile(r"/[A-Za-z0-9._~!$&'()*+,;=:@%/?-]*")
"""Path and query on this host. Neither `//`, which names another host, nor a backslash, which browsers read as `/`."""

_PAGES = ("/app", "/docs")
_NOT_PAGES = ("/app/assets/", "/app/sign-in", "/app/invitation", "/app/password-reset")


def return_path(asked: str | None) -> str:
    """Return the path of a page of this service that was asked for, else the start page."""
    if asked is None or len(asked) > 2_000 or not _LOCAL.fullmatch(asked) or asked.startswith("//"):
        return HOME
    path = unquote(urlsplit(asked).path)
    segments = path.split("/")
    under = any(path == page or path.startswith(f"{page}/") for page in _PAGES)
    if not under or path.startswith(_NOT_PAGES) or ".." in segments or "\\" in path:
        return HOME
    return asked


def sign_in_first(refused: RefusedPage) -> Response:
    """Return a redirect to the sign-in page, with the page that was asked for.

    htmx follows a header instead, so that the whole page changes and not the part that it replaces.
    """
    if refused.is_for_part:
        target = _path_of(refused.headers.get(b"hx-current-url", b"").decode("latin-1"))
        return Response(401, b"", headers=[(b"hx-redirect", _sign_in_url(target))])
    return Response(303, b"", headers=[(b"location", _sign_in_url(refused.target))])


def _path_of(address: str) -> str:
    """Return path and query of an address; the start page if it is malformed."""
    try:
        page = urlsplit(address)
    except ValueError:
        return HOME
    return f"{page.path}?{page.query}" if page.query else page.path


def _sign_in_url(target: str) -> bytes:
    page = return_path(target)
    return (SIGN_IN if page == HOME else f"{SIGN_IN}?next={quote(page, safe='/')}").encode()
