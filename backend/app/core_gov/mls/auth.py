"""Credentials of a feed: read from files on demand, kept in memory, never shown."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from backend.app.core_gov.mls.errors import FeedFailed
from backend.app.core_gov.mls.feeds import Feed

_SECRET = re.compile(r"[\x21-\x7e]+")
_MAX_SECRET_BYTES = 65_536
_MARGIN_S = 60.0
_DEFAULT_LIFETIME_S = 3_600.0

FetchToken = Callable[[str, dict[str, str]], Any]
"""Function that posts a form to a URL and returns the JSON of the response. Raises FeedFailed."""


class Credentials:
    """Bearer token of a feed, fetched again after it has expired."""

    def __init__(self, feed: Feed, fetch: FetchToken, now: Callable[[], float]) -> None:
        self._feed, self._fetch, self._now = feed, fetch, now
        self._token: str | None = None
        self._until = float("inf")
        self._secrets: set[str] = set()

    def __repr__(self) -> str:
        return f"Credentials({self._feed.name!r})"

    def header(self) -> str:
        if self._token is None or self._now() >= self._until:
            self._obtain()
        return f"Bearer {self._token}"

    def renew(self) -> bool:
        """Fetch another token after a 401. Return False if a token file still holds the refused token."""
        before = self._token
        self._obtain()
        return self._token != before or self._feed.token_file is None

    def scrub(self, text: str) -> str:
        """Return the text with all secrets replaced."""
        for secret in self._secrets:
            text = text.replace(secret, "…")
        return text

    def contains_secret(self, text: str) -> bool:
        """Return True if the text contains a secret."""
        return any(secret in text for secret in self._secrets)

    def _obtain(self) -> None:
        auth = self._feed.table.auth
        if self._feed.token_file is not None:
            self._token = self._read(self._feed.token_file, "token_file")
            return
        assert self._feed.client_secret_file is not None
        assert auth.token_url is not None
        assert auth.client_id is not None
        form = {
            "grant_type": "client_credentials",
            "client_id": auth.client_id,
            "client_secret": self._read(self._feed.client_secret_file, "client_secret_file"),
        }
        if auth.scope is not None:
            form["scope"] = auth.scope
        self._take(self._fetch(auth.token_url, form))

    def _take(self, response: Any) -> None:
        token = response.get("access_token") if isinstance(response, dict) else None
        if not (isinstance(token, str) and _SECRET.fullmatch(token) and len(token) <= _MAX_SECRET_BYTES):
            raise FeedFailed("the token server's response has no valid access_token")
        kind = response.get("token_type", "Bearer")
        if not (isinstance(kind, str) and kind.lower() == "bearer"):
            raise FeedFailed("the token server's token is not of type Bearer")
        expires_in = response.get("expires_in")
        known = isinstance(expires_in, int | float) and 0 < expires_in < 1e9
        seconds = float(expires_in) if known else _DEFAULT_LIFETIME_S
        self._token, self._until = token, self._now() + max(seconds - _MARGIN_S, seconds / 2)
        self._secrets.add(token)

    def _read(self, path: Path, what: str) -> str:
        try:
            text = path.read_bytes()[: _MAX_SECRET_BYTES + 1].decode("ascii").strip()
        except OSError as error:
            raise FeedFailed(f"the {what} of {self._feed.name}, {path}, cannot be read: {error.strerror}") from None
        except UnicodeDecodeError:
            text = ""
        if not _SECRET.fullmatch(text) or len(text) > _MAX_SECRET_BYTES:
            raise FeedFailed(
                f"the {what} of {self._feed.name}, {path}, must contain only the secret, as one word of ASCII"
            )
        self._secrets.add(text)
        return text
