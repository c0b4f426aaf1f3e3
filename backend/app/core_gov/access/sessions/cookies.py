"""Cookies of sessions.

Over HTTPS the name begins with `__Host-`, so that no other host or path can set it. Over plain HTTP on loopback it
holds the port, because browsers send the cookies of one port of a host to all its ports.
"""

import re
from functools import lru_cache

from backend.app.kit.errors import Unauthenticated

COOKIE = b"cookie"
_VALUE = re.compile(r"[A-Za-z0-9_-]{43}")
_PORT = re.compile(rb":(\d{1,5})$")


@lru_cache(maxsize=1_000)
def cookie_name(*, secure: bool, host: bytes) -> str:
    """Return the name of the session cookie. `host` is the Host header, whose port browsers know the service by."""
    if secure:
        return "__Host-valhalla"
    found = _PORT.search(host)
    return f"valhalla_{found[1].decode() if found else '80'}"


def session_token(header: bytes, name: str) -> str | None:
    """Return the session token of a Cookie header; None if there is none.

    Raises Unauthenticated for a malformed token, and for two cookies of the name: another host of the domain may have
    set one of them.
    """
    text = header.decode("latin-1")
    if text.startswith(f"{name}=") and ";" not in text:  # the usual case, in half the time
        found = [text[len(name) + 1 :].strip()]
    else:
        found = [value for key, _, value in map(_parts, text.split(";")) if key == name]
    if not found:
        return None
    if len(found) > 1 or not _VALUE.fullmatch(found[0]):
        raise Unauthenticated("the session cookie is not valid; sign in again")
    return found[0]


def _parts(pair: str) -> tuple[str, str, str]:
    key, equals, value = pair.partition("=")
    return key.strip(), equals, value.strip()


def set_cookie(name: str, token: str, *, secure: bool, longest_s: int | None) -> tuple[bytes, bytes]:
    """Return the header that sets a session cookie. `longest_s`: seconds after which the session ends in any case.

    Without it, the cookie ends with the browser. With it, nobody has to sign in again because the browser was closed.
    """
    age = "" if longest_s is None else f"; Max-Age={longest_s}"
    return _header(f"{name}={token}{age}", secure=secure)


def clear_cookie(name: str, *, secure: bool) -> tuple[bytes, bytes]:
    return _header(f"{name}=; Max-Age=0", secure=secure)


def _header(value: str, *, secure: bool) -> tuple[bytes, bytes]:
    attributes = "; Path=/; HttpOnly; SameSite=Lax" + ("; Secure" if secure else "")
    return b"set-cookie", (value + attributes).encode("latin-1")
