"""Twilio's message API on loopback, with configurable misbehavior.

It counts what it accepts: `accepted` has one entry for each text that would reach a phone. `faults` are what goes wrong
with which request to send, by number from one; `answers` are messages that were accepted before their answer.
"""

import base64
import json
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import parse_qs, urlsplit

T = TypeVar("T", bound="Twilio")
ACCOUNT, KEY, SECRET = "AC" + "0" * 31 + "1", "SK" + "0" * 31 + "2", "S3cr3t-of-the-sender"
NUMBER = "+14165550100"


@dataclass
class Fault:
    """A fault of one request to send.

    `status` and `code`: an error response. `accepts`: the text is accepted although the response fails. `drops`: the
    connection closes without a response. `delay_s`: time before the response.
    """

    status: int = 201
    code: int | None = None
    message: str = "an error of the double"
    headers: dict[str, str] = field(default_factory=dict)
    accepts: bool = False
    drops: bool = False
    delay_s: float = 0.0


@dataclass
class Message:
    """A message as the double has it."""

    sid: str
    to: str
    from_: str
    body: str
    direction: str
    created: float
    status: str = "queued"
    error_code: int | None = None
    form: dict[str, str] = field(default_factory=dict)

    def shown(self) -> dict[str, Any]:
        return {
            "sid": self.sid,
            "account_sid": ACCOUNT,
            "to": self.to,
            "from": self.from_,
            "body": self.body,
            "direction": self.direction,
            "status": self.status,
            "error_code": self.error_code,
            "error_message": None,
            "date_created": formatdate(self.created, usegmt=True),
            "date_sent": formatdate(self.created, usegmt=True),
            "messaging_service_sid": self.form.get("MessagingServiceSid"),
            "num_segments": "1",
        }


@dataclass
class Twilio:
    """Data and behavior of the double."""

    url: str = ""
    account: str = ACCOUNT
    faults: dict[int, Fault] = field(default_factory=dict)
    answers: dict[int, Message] = field(default_factory=dict)
    messages: dict[str, Message] = field(default_factory=dict)
    requests: list[dict[str, str]] = field(default_factory=list)
    before: Callable[[int], None] | None = None
    statuses: tuple[str, ...] = ("delivered",)
    page: int = 1_000
    stale_links: bool = False
    hidden: set[str] = field(default_factory=set)
    lists: int = 0
    _reads: Counter[str] = field(default_factory=Counter)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def accepted(self) -> list[Message]:
        """The texts that it accepted, oldest first."""
        return [each for each in self.messages.values() if each.direction == "outbound-api"]

    def count_by_text(self) -> Counter[tuple[str, str]]:
        """Return how often each text was accepted for each recipient."""
        return Counter((each.to, each.body) for each in self.accepted)

    def receive(self, from_: str, body: str, to: str = NUMBER, at: float | None = None) -> Message:
        """Receive a text of a person."""
        with self._lock:
            return self._add(to, from_, body, "inbound", "received", {}, at)

    def accept(self, form: dict[str, str]) -> Message:
        """Accept the text of a request, which has not been answered yet."""
        with self._lock:
            return self._add(form["To"], form.get("From", NUMBER), form["Body"], "outbound-api", "queued", form)

    def _add(
        self, to: str, from_: str, body: str, direction: str, status: str, form: dict[str, str], at: float | None = None
    ) -> Message:
        sid = f"SM{len(self.messages) + 1:032x}"
        message = Message(sid, to, from_, body, direction, at or time.time(), status, None, form)
        self.messages[sid] = message
        return message

    # Responses: status, headers and body; None closes the connection

    def answer(self, method: str, target: str, body: bytes) -> tuple[int, dict[str, str], dict[str, Any]] | None:
        path, query = urlsplit(target).path, parse_qs(urlsplit(target).query)
        base = f"/2010-04-01/Accounts/{self.account}"
        if method == "POST" and path == f"{base}/Messages.json":
            return self._create({name: values[0] for name, values in parse_qs(body.decode()).items()})
        if path == f"{base}.json":
            return 200, {}, {"sid": ACCOUNT, "friendly_name": "Maple Homes", "status": "active"}
        if path == f"{base}/IncomingPhoneNumbers.json":
            owned = [{"phone_number": NUMBER}] if query["PhoneNumber"] == [NUMBER] else []
            return 200, {}, {"incoming_phone_numbers": owned}
        if path == f"{base}/Messages.json":
            return self._list(query)
        sid = path.removeprefix(f"{base}/Messages/").removesuffix(".json")
        return self._message(sid)

    def _create(self, form: dict[str, str]) -> tuple[int, dict[str, str], dict[str, Any]] | None:
        with self._lock:
            self.requests.append(form)
            number = len(self.requests)
        if self.before is not None:
            self.before(number)
        fault = self.faults.get(number, Fault())
        message = self.answers.get(number)
        if message is None and ((fault.status == 201 and not fault.drops) or fault.accepts):
            message = self.accept(form)
        if fault.delay_s:
            time.sleep(fault.delay_s)
        if fault.drops:
            return None
        if fault.status != 201 or message is None:
            found = {"code": fault.code, "message": fault.message, "status": fault.status}
            return fault.status, fault.headers, found
        return 201, {}, message.shown()

    def _message(self, sid: str) -> tuple[int, dict[str, str], dict[str, Any]]:
        with self._lock:
            message = self.messages.get(sid)
            if message is None:
                return 404, {}, {"code": 20404, "message": "The requested resource was not found", "status": 404}
            if message.direction == "outbound-api" and message.error_code is None:
                message.status = self.statuses[min(self._reads[sid], len(self.statuses) - 1)]
                self._reads[sid] += 1
            return 200, {}, message.shown()

    def _list(self, query: dict[str, list[str]]) -> tuple[int, dict[str, str], dict[str, Any]]:
        with self._lock:
            self.lists += 1
            if self.stale_links and "PageToken" in query:
                return 400, {}, {"code": 20001, "message": "Page token is not valid", "status": 400}
            since = query.get("DateSent>", [""])[0]
            start = int(query.get("Page", ["0"])[0]) * self.page
            newest = sorted(self.messages.values(), key=lambda each: (-int(each.created), each.sid), reverse=False)
            shown = [each for each in newest if each.sid not in self.hidden and _day(each.created) >= since[:10]]
            following = None
            if start + self.page < len(shown):
                token = f"PageSize={self.page}&DateSent%3E={since}&Page={start // self.page + 1}&PageToken=PA"
                following = f"/2010-04-01/Accounts/{self.account}/Messages.json?{token}{shown[start].sid}"
            part = shown[start : start + self.page]
            return 200, {}, {"messages": [each.shown() for each in part], "next_page_uri": following}


def _day(moment: float) -> str:
    return time.strftime("%Y-%m-%d", time.gmtime(moment))


@contextmanager
def twilio_double(**behavior: Any) -> Iterator[Twilio]:
    """Serve a double."""
    with serve(Twilio(**behavior)) as twilio:
        yield twilio


@contextmanager
def serve(twilio: T) -> Iterator[T]:
    """Serve this double."""
    authorization = "Basic " + base64.b64encode(f"{KEY}:{SECRET}".encode()).decode()

    class Handler(BaseHTTPRequestHandler):
        disable_nagle_algorithm = True  # otherwise each body waits 40 ms for an acknowledgment of its head
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self._respond()

        def do_POST(self) -> None:
            self._respond()

        def _respond(self) -> None:
            length = int(self.headers.get("content-length", 0))
            body = self.rfile.read(length)
            if len(body) < length:  # the client ended in the middle of its request
                self.close_connection = True
                return
            if self.headers.get("authorization") != authorization:
                found: Any = (401, {}, {"code": 20003, "message": "Authenticate", "status": 401})
            else:
                found = twilio.answer(self.command, self.path, body)
            if found is None:
                self.close_connection = True
                return
            status, headers, document = found
            raw = json.dumps(document).encode()
            self.send_response(status)
            for name, value in {"content-type": "application/json", "content-length": str(len(raw)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(raw)

        def log_message(self, *args: Any) -> None:
            """Log nothing."""

    class Server(ThreadingHTTPServer):
        request_queue_size = 128

        def handle_error(self, *args: Any) -> None:
            """Ignore clients that went away."""

    server = Server(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    twilio.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield twilio
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def write_senders(data_dir: Path, url: str, name: str = "main-line", **extra: object) -> None:
    """Write senders.toml with one sender, and its secret outside the data directory."""
    data_dir.mkdir(parents=True, exist_ok=True)
    secret = data_dir.parent / "twilio-secret"
    secret.write_text(SECRET)
    secret.chmod(0o600)
    fields: dict[str, object] = {
        "kind": "twilio",
        "account": ACCOUNT,
        "from": NUMBER,
        "legal_name": "Maple Homes Inc.",
        "api_key": KEY,
        "api_key_secret_file": str(secret),
        "per_second": 1_000,
        "url": url,
    }
    lines = [f"{key} = {json.dumps(value)}" for key, value in (fields | extra).items() if value is not None]
    with (data_dir / "senders.toml").open("a") as file:
        file.write("\n".join([f"[{name}]", *lines, ""]))
