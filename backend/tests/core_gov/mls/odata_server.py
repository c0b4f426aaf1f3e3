"""RESO Web API on loopback with configurable misbehavior.

It sorts, filters and pages as real ones do: by links whose token names the last record, by links that count rows, or
by none. `faults` are what goes wrong with which request, `before` is done before one is answered: so records change
while they are read. `instead` gives every answer, by the request and its number.
"""

import base64
import gzip
import json
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal
from urllib.parse import parse_qs, quote, urlsplit

from backend.app.core_gov.mls.odata import nanoseconds
from backend.tests.core_gov.mls.filters import matches

Record = dict[str, Any]
Links = Literal["token", "rows", "none"]

ROOT = "/odata"
TOKEN, SECRET = "T0k3n-of-the-feed", "S3cr3t-of-the-client"


def sale(key: str, modified: str = "2026-01-05T10:00:00.123Z", **fields: Any) -> Record:
    """Return a closed listing."""
    return {
        "ListingKey": key,
        "ModificationTimestamp": modified,
        "StandardStatus": "Closed",
        "PropertyType": "Residential",
        "ClosePrice": 412_000,
        "CloseDate": "2025-11-03",
        "LivingArea": 1_850,
        "LivingAreaUnits": "Square Feet",
        "BedroomsTotal": 3,
        "BathroomsTotalInteger": 2,
        "YearBuilt": 1994,
        **fields,
    }


@dataclass
class Fault:
    """A faulty response; `partly` truncates the body, `drops` closes the connection."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes | None = None
    partly: bool = False
    drops: bool = False


@dataclass
class Request:
    method: str
    target: str
    headers: dict[str, str]

    @property
    def options(self) -> dict[str, str]:
        return {name: values[0] for name, values in parse_qs(urlsplit(self.target).query).items()}


@dataclass
class Mls:
    """Data and behavior of the server."""

    records: dict[str, Record] = field(default_factory=dict)
    page: int = 1000
    links: Links = "token"
    tie_break: bool = True
    by_key: bool = True
    sorts: bool = True
    requires: str | None = None
    token_lasts: int = 10**9
    hidden: set[str] = field(default_factory=set)
    events: list[Record] = field(default_factory=list)
    faults: dict[int, Fault] = field(default_factory=dict)
    before: Callable[[int], None] | None = None
    instead: "Callable[[Request, int], Record] | None" = None
    requests: list[Request] = field(default_factory=list)
    tokens: list[str] = field(default_factory=list)
    address: str = ""
    _uses: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, *records: Record) -> None:
        for record in records:
            self.records[record["ListingKey"]] = record

    def change(self, key: str, modified: str, **fields: Any) -> None:
        self.records[key] = {**self.records[key], "ModificationTimestamp": modified, **fields}

    @property
    def asked(self) -> list[Request]:
        """Return the requests for data."""
        return [request for request in self.requests if request.method == "GET"]

    # Responses

    def answer(self, request: Request, body: bytes) -> tuple[int, dict[str, str], bytes, Fault]:
        with self._lock:
            self.requests.append(request)
            if request.method == "POST":
                return self._token(body)
            number = len(self.asked)
            if self.before is not None:
                self.before(number)
            fault = self.faults.get(number, Fault())
            if fault.status != 200 or fault.body is not None:
                return fault.status, {"content-type": "application/json", **fault.headers}, _body(fault), fault
            status, found = self._data(request) if self.instead is None else (200, self.instead(request, number))
            headers = {"content-type": "application/json;odata.metadata=minimal", **fault.headers}
            return status, headers, json.dumps(found).encode(), fault

    def _token(self, body: bytes) -> tuple[int, dict[str, str], bytes, Fault]:
        form = parse_qs(body.decode())
        if form.get("client_secret") != [SECRET]:
            found: Record = {"error": "invalid_client", "error_description": f"not {form.get('client_secret')}"}
            return 400, {"content-type": "application/json"}, json.dumps(found).encode(), Fault()
        self.tokens.append(f"token-{len(self.tokens) + 1}-of-the-server")
        self._uses = 0
        found = {"access_token": self.tokens[-1], "token_type": "Bearer", "expires_in": 3600}
        return 200, {"content-type": "application/json"}, json.dumps(found).encode(), Fault()

    def _data(self, request: Request) -> tuple[int, Record]:
        self._uses += 1
        known = {f"Bearer {self.tokens[-1]}"} if self.tokens else {f"Bearer {TOKEN}"}
        if request.headers.get("authorization") not in known or (self.tokens and self._uses > self.token_lasts):
            return 401, _error("the token has run out")
        path = urlsplit(request.target).path.removeprefix(ROOT)
        if path == "/EntityEvent":
            return self._events(request.options)
        if path.startswith("/Property('"):
            record = self.records.get(path[len("/Property('") : -2])
            return (404, _error("no such listing")) if record is None else (200, record)
        try:
            return 200, self._page(path, request.options)
        except (ValueError, KeyError, IndexError) as error:
            return 400, _error(f"the filter cannot be read: {error}")

    def _page(self, path: str, options: dict[str, str]) -> Record:
        condition = options.get("$filter", "")
        if self.requires is not None and self.requires not in condition:
            raise ValueError(f"{self.requires} is required")
        if not self.tie_break and " or (" in condition:
            raise ValueError("or is not supported")
        if not self.by_key and "ListingKey" in condition:
            raise ValueError("ListingKey is not searchable")
        if not self.tie_break and "ListingKey" in options.get("$orderby", ""):
            raise ValueError("$orderby is not supported")
        rows = [record for record in self.records.values() if not condition or matches(condition, record)]
        if path.endswith("PropertyReplication()"):
            names = ("ListingKey", "ModificationTimestamp")
            return self._cut(sorted(rows, key=_place), options, len(rows) or 1, path, names)
        rows = [row for row in rows if row["ListingKey"] not in self.hidden]
        rows = sorted(rows, key=_place) if self.sorts else sorted(rows, key=lambda row: str(row["ListingKey"])[::-1])
        chosen = tuple(options["$select"].split(",")) if "$select" in options else ()
        return self._cut(rows, options, min(self.page, int(options.get("$top", 10))), path, chosen)

    def _cut(self, rows: list[Record], options: dict[str, str], size: int, path: str, names: tuple[str, ...]) -> Record:
        skip = int(options.get("$skip", 0))
        if "$skiptoken" in options:
            last = json.loads(base64.urlsafe_b64decode(options["$skiptoken"]))
            skip = next((at for at, row in enumerate(rows) if list(_place(row)) > last), len(rows))
            if not self.sorts:
                skip = last[2]
        found = rows[skip : skip + size]
        answer: Record = {"value": [{name: row[name] for name in names} if names else row for row in found]}
        if options.get("$count") == "true":
            answer["@odata.count"] = len(rows)
        if skip + size < len(rows) and self.links != "none":
            answer["@odata.nextLink"] = self._link(options, path, found, skip + size)
        return answer

    def _link(self, options: dict[str, str], path: str, found: list[Record], skip: int) -> str:
        kept = {name: value for name, value in options.items() if name not in {"$skip", "$skiptoken"}}
        place = [*_place(found[-1]), skip]
        token = base64.urlsafe_b64encode(json.dumps(place).encode()).decode()
        kept |= {"$skip": str(skip)} if self.links == "rows" else {"$skiptoken": token}
        # A link differs from the request that led to it, so a client that rebuilds links is detected.
        query = "&".join(f"{quote(name, safe='')}={quote(value, safe='*')}" for name, value in kept.items())
        return f"{self.address}{path}?{query}"

    def _events(self, options: dict[str, str]) -> tuple[int, Record]:
        condition = options.get("$filter")
        found = [event for event in self.events if condition is None or matches(condition, event)]
        found.sort(key=lambda event: event["EntityEventSequence"], reverse="desc" in options.get("$orderby", ""))
        return 200, {"value": found[: int(options["$top"])]}


def _place(record: Record) -> tuple[int, str]:
    return nanoseconds(record["ModificationTimestamp"]) or 0, str(record["ListingKey"])


def _body(fault: Fault) -> bytes:
    return b"{}" if fault.body is None else fault.body


def _error(message: str) -> Record:
    return {"error": {"code": "", "message": message}}


class _Handler(BaseHTTPRequestHandler):
    disable_nagle_algorithm = True  # otherwise each body waits 40 ms for an acknowledgment of its head
    protocol_version = "HTTP/1.1"
    server: "_Server"

    def do_GET(self) -> None:
        self._reply(b"")

    def do_POST(self) -> None:
        self._reply(self.rfile.read(int(self.headers["content-length"])))

    def _reply(self, given: bytes) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        request = Request(self.command, self.path, headers)
        status, answered, body, fault = self.server.mls.answer(request, given)
        packed = "content-encoding" in answered
        if "gzip" in headers.get("accept-encoding", "") and not (fault.partly or packed):
            body, answered = gzip.compress(body, 1), {**answered, "content-encoding": "gzip"}
        self.send_response(status)
        for name, value in answered.items():
            self.send_header(name, value)
        sent = body[: len(body) // 2] if fault.partly or fault.drops else body
        self.send_header("content-length", str(len(body) if fault.drops else len(sent)))
        self.end_headers()
        self.wfile.write(sent)
        if fault.drops:
            self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name of the base class
        """Log nothing."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    mls: Mls

    def handle_error(self, request: object, client_address: object) -> None:
        """Ignore errors of killed clients."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


@contextmanager
def serving(mls: Mls) -> Iterator[Mls]:
    """Serve it on loopback from a thread."""
    server = _Server(("127.0.0.1", 0), _Handler)
    server.mls = mls
    mls.address = f"http://127.0.0.1:{server.server_address[1]}{ROOT}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, name="mls")
    thread.start()
    try:
        yield mls
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


LATER = "2026-01-05T11:00:00.5Z"
"""Later than all records of `fill`."""


def fill(mls: Mls, count: int, *, spread: bool = True, start: int = 0) -> None:
    """Add sales, modified a second apart or all in the same millisecond."""
    for at in range(start, start + count):
        second = at if spread else 0
        modified = f"2026-01-05T10:{second // 60:02d}:{second % 60:02d}.123Z"
        mls.add(sale(f"k{at:04d}", modified, ClosePrice=200_000 + at))


def closed(mls: Mls) -> dict[str, int]:
    return {key: record["ClosePrice"] for key, record in mls.records.items() if record["StandardStatus"] == "Closed"}
