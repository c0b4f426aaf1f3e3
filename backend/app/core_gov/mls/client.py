"""HTTP client of a feed: sends one request at a time, retries transient failures, and reports errors in sentences.

Credentials are sent to the host of the feed only: a redirect or a link to another host is refused.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any, Generic, TypeVar
from urllib.parse import urljoin

import httpx

from backend.app.core_gov.mls.auth import Credentials
from backend.app.core_gov.mls.errors import BadResponse, FeedFailed, QueryRefused
from backend.app.core_gov.mls.exchange import (
    ACCEPTED,
    BodyTooLarge,
    DecompressionError,
    decompressed,
    is_gzipped,
)
from backend.app.core_gov.mls.feeds import Feed
from backend.app.core_gov.mls.odata import NS, is_url, may_say_no_records
from backend.app.core_gov.mls.throttle import RequestPacing, back_off, retry_after
from backend.app.kit.http_client.timed_transport import Deadline, TimedTransport
from backend.app.kit.text import shorten

MAX_BYTES = 64 * 1024 * 1024
"""Maximum size of a response in bytes. A list of all keys fits."""

MAX_VALUES = 4_000_000
"""Maximum number of JSON values in a response, because each takes about a hundred bytes of memory."""

MAX_TOKEN_BYTES = 1_000_000
MAX_ATTEMPTS = 8
MAX_BAD_RESPONSES = 4
MAX_REDIRECTS = 3
MAX_S = 600.0
"""Maximum duration of an exchange in seconds, from the request to the last byte of the response."""

MAX_REQUESTS = 1_000_000
MAX_RUN_S = 86_400.0
"""Maximum number of requests and maximum duration in seconds of a run; the next run resumes."""

_TIMEOUT = httpx.Timeout(120.0, connect=15.0)
_RESUME = "sync it again to resume"
_SECRET_OPTION = re.compile(r"[?&](access_?token|token|api_?key|key|secret|sig|signature)=", re.IGNORECASE)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ServerResponse(Generic[T]):
    """Parsed response and the server's clock in nanoseconds, None if there was no Date header."""

    data: T
    date: int | None


class _RetryableError(Exception):
    """Retryable failure. `wait` is the Retry-After of the server in seconds; None means exponential backoff."""

    def __init__(self, reason: str, *, wait: float | None = None, max_attempts: int = MAX_ATTEMPTS) -> None:
        super().__init__(reason)
        self.reason, self.wait, self.max_attempts = reason, wait, max_attempts


class Client:
    """HTTP client of the server of one feed."""

    def __init__(self, feed: Feed, pace: RequestPacing, *, already: int = 0, max_bytes: int | None = None) -> None:
        self._feed, self._pace, self._clock = feed, pace, pace.clock
        self._max_bytes = max_bytes or MAX_BYTES
        self._origin = _origin(httpx.URL(feed.table.url))
        self._credentials = Credentials(feed, self._fetch_token, self._clock.now)
        self.requests = already
        self._sent, self._began = 0, self._clock.now()
        self._deadline = Deadline(MAX_S)
        # Ignore proxies and netrc: the environment must not decide where credentials are sent.
        self._http = httpx.Client(
            timeout=_TIMEOUT,
            trust_env=False,
            follow_redirects=False,
            transport=TimedTransport(self._deadline),
            headers={"accept-encoding": ACCEPTED},
        )

    def close(self) -> None:
        self._http.close()

    def get(self, url: str, parse: Callable[[Any], T]) -> ServerResponse[T]:
        """Return the JSON at a URL of the server, parsed by `parse`.

        Raises QueryRefused, BadResponse if every response was unreadable, or FeedFailed.
        """

        def request() -> ServerResponse[T]:
            response = self._get_authorized(url)
            try:
                return ServerResponse(parse(response.data), response.date)
            except BadResponse as bad:
                raise _RetryableError(
                    f"does not return a page of records: {bad.detail}", max_attempts=MAX_BAD_RESPONSES
                ) from None

        return self._retry(request, "the server")

    def may_be_stored(self, link: str) -> bool:
        """Return True if a link contains no secret and may be stored."""
        return not (self._credentials.contains_secret(link) or _SECRET_OPTION.search(link))

    def _retry(self, act: Callable[[], ServerResponse[T]], who: str) -> ServerResponse[T]:
        attempt = 0
        while True:
            try:
                return act()
            except _RetryableError as error:
                attempt += 1
                reason = self._credentials.scrub(error.reason)
                if attempt >= error.max_attempts:
                    kind = BadResponse if error.max_attempts == MAX_BAD_RESPONSES else FeedFailed
                    raise kind(f"{who} {reason}, {attempt} times in a row") from None
                wait = back_off(attempt - 1) if error.wait is None else error.wait
                self._clock.wait(wait, f"{who} {reason}")

    # Requests

    def _get_authorized(self, url: str) -> ServerResponse[Any]:
        header = self._credentials.header()
        try:
            return self._send(url, header)
        except QueryRefused as refused:
            if refused.code != 401:
                raise
        if not self._credentials.renew():
            raise self._refused_credentials()
        try:
            return self._send(url, self._credentials.header())
        except QueryRefused as refused:
            raise (self._refused_credentials() if refused.code == 401 else refused) from None

    def _refused_credentials(self) -> FeedFailed:
        return FeedFailed(f"the server rejects the credentials of {self._feed.name} (401)")

    def _send(self, url: str, authorization: str) -> ServerResponse[Any]:
        headers = {"authorization": authorization, "accept": "application/json"}
        if self._feed.profile.pages:
            headers["prefer"] = f"odata.maxpagesize={self._feed.page_size}"
        for _ in range(MAX_REDIRECTS + 1):
            self._check_origin(url)
            self._pace.take_turn()
            self.requests += 1
            response = self._exchange(self._http.build_request("GET", url, headers=headers))
            if not isinstance(response, str):
                return response
            url = _joined(url, response)
        raise FeedFailed(f"the server redirects more than {MAX_REDIRECTS} times")

    def _check_origin(self, url: str) -> None:
        """Raise FeedFailed for an invalid URL or another origin, as parsed by httpx, which sends the request."""
        try:
            target = httpx.URL(url) if is_url(url) else None
        except (httpx.InvalidURL, ValueError):
            target = None
        if target is None:
            raise _not_a_url()
        if target.userinfo:
            raise FeedFailed("the server links to a URL with a user name or password, which is not followed")
        if _origin(target) != self._origin:
            host = shorten(target.host or "nowhere", 200)
            raise FeedFailed(f"the server links to {host}; the credentials are for {self._feed.host} only")

    def _check_run(self) -> None:
        """Raise FeedFailed if the run exceeds its limit of requests or of time. What was stored stays."""
        self._sent += 1
        if self._sent > MAX_REQUESTS:
            raise FeedFailed(f"{MAX_REQUESTS:,} requests were made in this run: {_RESUME}")
        if self._clock.now() - self._began > MAX_RUN_S:
            raise FeedFailed(f"this run has taken more than {MAX_RUN_S / 3600:.0f} hours: {_RESUME}")

    def _exchange(self, request: httpx.Request, *, max_bytes: int | None = None) -> ServerResponse[Any] | str:
        """Return the response, or the target of its redirect."""
        self._check_run()
        self._deadline.start()
        try:
            response = self._http.send(request, stream=True)
            try:
                if response.status_code in {301, 302, 303, 307, 308} and "location" in response.headers:
                    return str(response.headers["location"])
                body = self._body(response, max_bytes or self._max_bytes)
            finally:
                response.close()
        except httpx.TransportError as error:
            raise _RetryableError(self._transport_sentence(error)) from None
        except httpx.InvalidURL:  # the URL was checked, so the redirect target is invalid
            raise _not_a_url() from None
        except (httpx.DecodingError, httpx.CookieConflict, DecompressionError) as error:
            raise _RetryableError(f"sends a response that cannot be decoded ({type(error).__name__})") from None
        self._check_status(response, body)
        if response.status_code == 204 or (not body and response.headers.get("content-length") == "0"):
            return ServerResponse({}, _date(response))
        if response.status_code != 200:
            raise FeedFailed(f"the server responds with the unexpected status {response.status_code}")
        return ServerResponse(_json(response, body), _date(response))

    def _body(self, response: httpx.Response, max_bytes: int) -> bytes:
        gzipped = is_gzipped(response.headers.get("content-encoding", ""))
        try:
            return decompressed(response.iter_raw(), gzipped=gzipped, max_bytes=max_bytes)
        except BodyTooLarge:
            raise FeedFailed(
                f"the server sends a page of more than {max_bytes:,} bytes; a smaller page_size may help"
            ) from None

    def _transport_sentence(self, error: httpx.TransportError) -> str:
        match error:
            case httpx.ConnectError() | httpx.ConnectTimeout():
                return "cannot be reached"
            case httpx.TimeoutException() if self._deadline.left() <= 0:
                return f"takes longer than {MAX_S:.0f} s for one response"
            case httpx.TimeoutException():
                return "does not respond in time"
            case httpx.UnsupportedProtocol():
                return "links to something that is not a URL"
            case _:
                return "closes the connection"

    def _check_status(self, response: httpx.Response, body: bytes) -> None:
        code = response.status_code
        if code < 300:
            return
        message = self._credentials.scrub(_error_message(body))
        if code in {408, 425, 429} or (code >= 500 and code != 501):
            reason = "says that there are too many requests (429)" if code == 429 else f"responds with {code}{message}"
            raise _RetryableError(reason, wait=retry_after(response.headers.get("retry-after"), self._clock.now()))
        may_be_empty = code == 404 and may_say_no_records(_media_type(response) if body else "", message)
        sentence = f"the server rejects the request: {code}{message}"
        raise QueryRefused(sentence, code, message.strip(" ()"), may_be_empty=may_be_empty)

    # Token

    def _fetch_token(self, url: str, form: dict[str, str]) -> Any:
        def post() -> ServerResponse[Any]:
            request = self._http.build_request("POST", url, data=form, headers={"accept": "application/json"})
            response = self._exchange(request, max_bytes=MAX_TOKEN_BYTES)
            if isinstance(response, str):
                raise FeedFailed("the token server redirects; the secret is not sent to another address")
            return response

        try:
            return self._retry(post, "the token server").data
        except QueryRefused as refused:
            reason = refused.detail.partition(": ")[2]
            raise FeedFailed(f"the token server rejects the client of {self._feed.name}: {reason}") from None


def _origin(url: httpx.URL) -> tuple[str, str, int | None]:
    """Return scheme, host and port; httpx leaves out the default port."""
    return url.scheme, url.host, url.port


def _not_a_url() -> FeedFailed:
    return FeedFailed("the server links to something that is not a URL")


def _joined(url: str, location: str) -> str:
    try:
        return urljoin(url, location) if is_url(location) else location
    except ValueError:
        raise _not_a_url() from None


def _media_type(response: httpx.Response) -> str:
    return str(response.headers.get("content-type", "")).partition(";")[0].strip().lower()


def _json(response: httpx.Response, body: bytes) -> Any:
    kind = _media_type(response)
    if "json" not in kind:
        raise _RetryableError(
            f"sends {shorten(kind or 'content without a type', 200)}, not JSON", max_attempts=MAX_BAD_RESPONSES
        )
    if body.count(b",") + body.count(b"[") + body.count(b"{") > MAX_VALUES:
        raise FeedFailed(f"a response has more than {MAX_VALUES:,} values; a smaller page_size may help")
    try:
        return json.loads(body.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise _RetryableError("sends invalid or incomplete JSON", max_attempts=MAX_BAD_RESPONSES) from None


def _date(response: httpx.Response) -> int | None:
    try:
        return int(parsedate_to_datetime(response.headers.get("date", "")).timestamp()) * NS
    except (ValueError, TypeError, OverflowError):
        return None


def _error_message(body: bytes) -> str:
    """Return the message of an OData or OAuth error body in parentheses, or an empty string."""
    try:
        found = json.loads(body[:100_000])
    except (ValueError, RecursionError):
        return ""
    error = found.get("error") if isinstance(found, dict) else None
    if isinstance(error, str):
        text: object = " ".join(str(part) for part in (error, found.get("error_description")) if part)
    else:
        text = error.get("message") if isinstance(error, dict) else None
    text = text.get("value") if isinstance(text, dict) else text
    return f" ({shorten(text, 200)})" if isinstance(text, str) and text.strip() else ""
