"""One request and its result."""

import re
import time
from collections.abc import MutableMapping
from dataclasses import dataclass
from typing import Any

from backend.app.kit.http.operation import Headers
from backend.app.kit.http.request_work import Caller
from backend.app.kit.ids import new_request_id

Scope = MutableMapping[str, Any]

NO_CALLER = Caller("-")

_VALID_ID = re.compile(rb"[A-Za-z0-9._-]{1,64}")


@dataclass(frozen=True, slots=True)
class RefusedPage:
    """A request by a browser that gets an error. `target`: path and query. `headers`: those of the request."""

    request_id: str
    target: str
    headers: Headers

    @property
    def is_for_part(self) -> bool:
        """True if a script asked for a part of a page: it shows the sentence of an error itself."""
        return _is_for_part(self.headers)


class Exchange:
    """One request and its result."""

    __slots__ = ("caller", "headers", "method", "path", "query", "request_id", "route", "started", "status")

    def __init__(self, scope: Scope) -> None:
        self.started = time.perf_counter()
        self.method: str = scope["method"]
        self.path: str = scope["path"]
        self.query: bytes = scope["query_string"]
        self.headers: Headers = dict(scope["headers"])
        given = self.headers.get(b"x-request-id", b"")
        self.request_id = given.decode("latin-1") if _VALID_ID.fullmatch(given) else new_request_id()
        self.caller = NO_CALLER
        self.route = "other"
        self.status = 500

    @property
    def target(self) -> str:
        """Path and query."""
        return f"{self.path}?{self.query.decode('latin-1')}" if self.query else self.path

    def shows_pages(self, pages: str, docs: tuple[str, ...]) -> bool:
        """Return True if a browser asked: it navigates, or htmx replaces a part of a page."""
        if _is_for_part(self.headers):
            return self.is_under(pages)
        if b"text/html" not in self.headers.get(b"accept", b""):
            return False
        return self.path == "/" or self.is_under(pages) or self.path.startswith(docs)

    def is_under(self, path: str) -> bool:
        """Return True if the path is this one or below it. There is nothing under an empty path."""
        return bool(path) and (self.path == path or self.path.startswith(f"{path}/"))


def _is_for_part(headers: Headers) -> bool:
    return headers.get(b"hx-request") == b"true"
