"""Lets the pages of declared origins read what they are answered (the browsers' CORS protocol).

Whether such a page may ask at all is decided before; without these headers its browser would keep the answer from it.
Cookies are not used, so credentials are not allowed: a page sends a token, or is on the machine itself.
"""

from collections.abc import Iterable

from backend.app.kit.http.responses import Answer, Header

_READABLE = b"ETag, X-Request-ID, Retry-After, Idempotent-Replayed, WWW-Authenticate, Allow"
_SENDABLE = b"Authorization, Content-Type, If-Match, Idempotency-Key, X-Request-ID"
_METHODS = b"GET, HEAD, POST, PUT, PATCH, DELETE"
_REMEMBER_S = b"600"


class Cors:
    """The answers to a browser that asks what a page of another origin may do; without origins there are none."""

    def __init__(self, origins: Iterable[str] = ()) -> None:
        self._origins = frozenset(origin.encode() for origin in origins)

    def headers(self, origin: bytes) -> list[Header]:
        """What is added to any answer for a page of that origin."""
        if origin.lower() not in self._origins:
            return []
        return [
            (b"access-control-allow-origin", origin),
            (b"access-control-expose-headers", _READABLE),
            (b"vary", b"Origin"),
        ]

    def preflight(self, headers: dict[bytes, bytes]) -> Answer | None:
        """The answer to the question before the request, which browsers ask without a token; None when it is none."""
        origin = headers.get(b"origin", b"")
        if origin.lower() not in self._origins or b"access-control-request-method" not in headers:
            return None
        may = [
            (b"access-control-allow-methods", _METHODS),
            (b"access-control-allow-headers", _SENDABLE),
            (b"access-control-max-age", _REMEMBER_S),
        ]
        return Answer(200, b"{}", headers=may)
