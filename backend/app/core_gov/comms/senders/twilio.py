"""Requests to Twilio's REST API (2010-04-01): send, read a message, read the list of messages.

Twilio has no idempotent sending: no request that sends is ever repeated here, and one whose answer is lost is
uncertain.
"""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urljoin, urlsplit

import httpx

from backend.app import __version__
from backend.app.core_gov.comms.senders.outcomes import Accepted, NotSent, Refused, RequestOutcome, SlowDown, Uncertain
from backend.app.core_gov.comms.senders.senders_file import Sender
from backend.app.kit import strict_json
from backend.app.kit.errors import AppError, BadInput
from backend.app.kit.http_client.timed_transport import Deadline, TimedTransport
from backend.app.kit.text import shorten

EXCHANGE_S = 30.0
"""Time for one exchange, from the connection to the end of the body."""

MAX_BYTES = 8_000_000
PAGE_SIZE = 1_000
RETRY_S = 10.0
"""Seconds before another attempt if nothing was sent."""

AGAIN_S = 1.0
"""Seconds before another attempt if the process was too slow."""

CREDENTIALS_S = 300.0
"""Seconds before another attempt if the credentials are refused."""

KEEPALIVE_S = 2.0
"""Seconds for which a connection is used again: one that the server closes meanwhile would make a text uncertain."""

MAX_WAIT_S = 3_600.0
_TIMEOUT = httpx.Timeout(10.0, read=20.0)
_HEADERS = {"accept": "application/json", "accept-encoding": "identity", "user-agent": f"valhalla/{__version__}"}

_QUEUE_CODES = {"20429", "21611", "14107", "30001", "30022", "63018"}
"""Error codes of full queues and of rates: they concern the sender, not the message."""

_GONE = frozenset({400, 404, 410})
_BAD_CREDENTIALS = "20003"
_SID = re.compile(r"(?:SM|MM)[0-9a-fA-F]{32}")


class TwilioFailed(AppError):
    """Twilio cannot be read."""

    status, title = 503, "Service Unavailable"


class PageGone(TwilioFailed):
    """Twilio does not know the link to a page of the list any more."""


class TooLate(Exception):
    """The last check before the first byte refused."""


@dataclass(frozen=True, slots=True)
class ProviderMessage:
    """A message as the provider lists it. Times are ISO 8601 in UTC, to the second."""

    provider_id: str
    inbound: bool
    status: str
    error_code: str | None
    from_: str
    to: str
    body: str
    messaging_service: str | None
    created_at: str
    sent_at: str | None


@dataclass(frozen=True, slots=True)
class MessagePage:
    """A page of the list, and the URL of the next one."""

    messages: tuple[ProviderMessage, ...]
    next_url: str | None


class _SendDeadline(Deadline):
    """Deadline of an exchange, which notes whether a byte of the request left."""

    def __init__(self) -> None:
        super().__init__(EXCHANGE_S)
        self.wrote = False
        self._check: Callable[[], bool] | None = None

    def begin(self, check: Callable[[], bool] | None = None) -> None:
        """Start an exchange. `check` decides directly before the first byte whether it may leave."""
        self.start()
        self.wrote, self._check = False, check

    def before_write(self) -> None:
        if not self.wrote and self._check is not None and not self._check():
            raise TooLate
        self.wrote = True


class TwilioClient:
    """Connection of one thread to the account of a sender."""

    def __init__(self, sender: Sender) -> None:
        table = sender.table
        assert table.api_key is not None
        self.sender, self._account = sender, sender.account
        self._secret = sender.api_key_secret()
        self._exchange = _SendDeadline()
        self._http = httpx.Client(
            auth=(table.api_key, self._secret),
            timeout=_TIMEOUT,
            trust_env=False,
            follow_redirects=False,
            transport=TimedTransport(self._exchange, keepalive_s=KEEPALIVE_S),
            headers=_HEADERS,
        )
        self._messages = f"{table.url}/2010-04-01/Accounts/{self._account}/Messages"

    def __repr__(self) -> str:
        return f"TwilioClient({self.sender.name!r})"

    def close(self) -> None:
        self._http.close()

    def send(self, to: str, body: str, validity_s: int | None, may_leave: Callable[[], bool]) -> RequestOutcome:
        """Ask Twilio once to send a text, and return what became of the request.

        `validity_s`: seconds after which Twilio and the carriers drop a message that still waits. `may_leave` is asked
        directly before the first byte.
        """
        table = self.sender.table
        origin = {"From": table.from_} if table.from_ else {"MessagingServiceSid": table.messaging_service}
        form = {"To": to, **origin, "Body": body} | ({"ValidityPeriod": str(validity_s)} if validity_s else {})
        self._exchange.begin(may_leave)
        try:
            status, headers, found = self._send(self._http.build_request("POST", f"{self._messages}.json", data=form))
        except TooLate:
            return NotSent("too much time had passed since the last check", AGAIN_S)
        except (httpx.HTTPError, OSError, ValueError) as error:
            reason = f"{type(error).__name__}{f' ({error})' if str(error) else ''}"
            if not self._exchange.wrote:
                return NotSent(f"Twilio cannot be reached: {shorten(reason, 200)}", RETRY_S)
            return Uncertain(f"the answer of Twilio is lost: {shorten(self._scrub(reason), 200)}")
        return self._outcome(status, headers, found)

    def _outcome(self, status: int, headers: httpx.Headers, found: dict[str, Any]) -> RequestOutcome:
        code, reason = _code(found.get("code")), self._reason(status, found)
        if status in {200, 201}:
            sid = found.get("sid")
            if not (isinstance(sid, str) and _SID.fullmatch(sid)):
                return Uncertain("the answer of Twilio has no ID of the message")
            return Accepted(sid, _text(found.get("status")), _code(found.get("error_code")))
        if status == 429 or (400 <= status < 500 and code in _QUEUE_CODES):
            return SlowDown(reason, _retry_after(headers.get("retry-after")), code)
        if status == 401 or code == _BAD_CREDENTIALS:
            return SlowDown(reason, CREDENTIALS_S, code)
        if 400 <= status < 500 and status != 408:
            return Refused(reason, code)
        return Uncertain(reason)

    def message(self, provider_id: str) -> ProviderMessage | None:
        """Return a message, None if Twilio does not have it. Raises TwilioFailed."""
        status, found = self._get(f"{self._messages}/{provider_id}.json")
        if status == 404:
            return None
        return _message(self._require(status, found))

    def page(self, url: str | None, since: str) -> MessagePage:
        """Return a page of all messages that were sent or received since a time, newest first.

        `url` is that of a page that an earlier one named. Raises TwilioFailed, and PageGone if that is too old.
        """
        target = url or f"{self._messages}.json?PageSize={PAGE_SIZE}&DateSent%3E={since}"
        self._check_origin(target)
        status, answer = self._get(target)
        if url is not None and status in _GONE:
            raise PageGone(self._reason(status, answer))
        found = self._require(status, answer)
        listed = found.get("messages")
        if not isinstance(listed, list):
            raise TwilioFailed("the list of Twilio has no messages")
        following = found.get("next_page_uri")
        next_url = urljoin(self.sender.table.url, following) if isinstance(following, str) and following else None
        return MessagePage(tuple(_message(each) for each in listed), next_url)

    def check(self) -> str:
        """Return the name of the account. Raises TwilioFailed if the credentials or the number are not valid."""
        base = f"{self.sender.table.url}/2010-04-01/Accounts/{self._account}"
        account = self._require(*self._get(f"{base}.json"))
        if (number := self.sender.table.from_) is not None:
            quoted = number.replace("+", "%2B")
            owned = self._require(*self._get(f"{base}/IncomingPhoneNumbers.json?PhoneNumber={quoted}"))
            numbers = owned.get("incoming_phone_numbers")
            if not isinstance(numbers, list) or not any(each.get("phone_number") == number for each in numbers):
                raise TwilioFailed(f"{number} is not a number of the account {self._account}")
        if account.get("status") not in {None, "active"}:
            raise TwilioFailed(f"the account {self._account} is {shorten(str(account['status']), 40)}")
        return str(account.get("friendly_name") or self._account)

    # One exchange

    def _get(self, url: str) -> tuple[int, dict[str, Any]]:
        self._exchange.begin()
        try:
            status, _, found = self._send(self._http.build_request("GET", url))
        except (httpx.HTTPError, OSError, ValueError) as error:
            raise TwilioFailed(
                f"Twilio cannot be read ({type(error).__name__}: {shorten(self._scrub(str(error)), 200)})"
            ) from None
        return status, found

    def _send(self, request: httpx.Request) -> tuple[int, httpx.Headers, dict[str, Any]]:
        response = self._http.send(request, stream=True)
        try:
            body = bytearray()
            for chunk in response.iter_raw():
                body += chunk
                if len(body) > MAX_BYTES:
                    raise ValueError(f"the answer is larger than {MAX_BYTES:,} bytes")
        finally:
            response.close()
        try:
            found = strict_json.parse(bytes(body)) if body else {}
        except BadInput:
            found = {}
        return response.status_code, response.headers, found if isinstance(found, dict) else {}

    def _require(self, status: int, found: dict[str, Any]) -> dict[str, Any]:
        if status != 200:
            raise TwilioFailed(self._reason(status, found))
        return found

    def _reason(self, status: int, found: dict[str, Any]) -> str:
        message = found.get("message")
        said = f": {shorten(self._scrub(message), 300)}" if isinstance(message, str) and message else ""
        return f"Twilio answers {status}{said}"

    def _check_origin(self, url: str) -> None:
        """Raise TwilioFailed for a link to another server: the credentials are for one only."""
        own, other = urlsplit(self.sender.table.url), urlsplit(url)
        if (own.scheme, own.netloc) != (other.scheme, other.netloc):
            raise TwilioFailed("the list of Twilio links to another server, which is not followed")

    def _scrub(self, text: str) -> str:
        return text.replace(self._secret, "…")


def _message(found: Any) -> ProviderMessage:
    if not isinstance(found, dict) or not isinstance(found.get("sid"), str):
        raise TwilioFailed("the answer of Twilio has a message without an ID")
    created = _time(found.get("date_created"))
    if created is None:
        raise TwilioFailed(f"the message {shorten(found['sid'], 40)} of Twilio has no time")
    return ProviderMessage(
        provider_id=found["sid"],
        inbound=found.get("direction") == "inbound",
        status=_text(found.get("status")) or "unknown",
        error_code=_code(found.get("error_code")),
        from_=_text(found.get("from")) or "",
        to=_text(found.get("to")) or "",
        body=_text(found.get("body")) or "",
        messaging_service=_text(found.get("messaging_service_sid")),
        created_at=created,
        sent_at=_time(found.get("date_sent")),
    )


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _code(value: object) -> str | None:
    return str(value) if isinstance(value, int | str) and value not in {"", 0, "0"} else None


def _time(value: object) -> str | None:
    """Return a time of RFC 2822 as ISO 8601 in UTC."""
    if not isinstance(value, str):
        return None
    try:
        return parsedate_to_datetime(value).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000000Z")
    except (ValueError, TypeError, OverflowError):
        return None


def _retry_after(value: str | None, now: Callable[[], float] = time.time) -> float:
    """Return the seconds of a Retry-After header; ten if there is none, an hour at most."""
    if value is None:
        return RETRY_S
    try:
        seconds = float(value) if value.isdigit() else parsedate_to_datetime(value).timestamp() - now()
    except (ValueError, TypeError, OverflowError):
        return RETRY_S
    return min(max(seconds, 1.0), MAX_WAIT_S)
