"""Browser access for pages of declared origins (CORS).

Access itself is decided elsewhere. Without these headers, the browser would withhold the response from the page.
Cookies are not used, so credentials are not allowed: a page sends a token, or runs on the same machine.
"""

from collections.abc import Iterable

from backend.app.kit.http.responses import Header, Response

_READABLE = b"ETag, X-Request-ID, Retry-After, Idempotent-Replayed, WWW-Authenticate, Allow, Location, X-Total-Count"
_SENDABLE = b"Authorization, Content-Type, If-Match, If-None-Match, Idempotency-Key, Prefer, X-Request-ID"
_METHODS = b"GET, HEAD, POST, PUT, PATCH, DELETE"
_MAX_AGE_S = b"600"


class Cors:
    """CORS headers and preflight responses. Without declared origins there are none."""

    def __init__(self, origins: Iterable[str] = ()) -> None:
        self._origins = frozenset(origin.encode() for origin in origins)

    def headers(self, origin: bytes) -> list[Header]:
        """Return the headers to add to any response for a page of that origin."""
        if origin.lower() not in self._origins:
            return []
        return [
            (b"access-control-allow-origin", origin),
            (b"access-control-expose-headers", _READABLE),
            (b"vary", b"Origin"),
        ]

    def preflight(self, headers: dict[bytes, bytes]) -> Response | None:
        """Return the response to a preflight request, which browsers send without a token; None if it is not one."""
        origin = headers.get(b"origin", b"")
        if origin.lower() not in self._origins or b"access-control-request-method" not in headers:
            return None
        may = [
            (b"access-control-allow-methods", _METHODS),
            (b"access-control-allow-headers", _SENDABLE),
            (b"access-control-max-age", _MAX_AGE_S),
        ]
        return Response(200, b"{}", headers=may)
