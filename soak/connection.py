"""Connection of one simulated user: HTTP at a bounded rate, and broken requests."""

import http.client
import json
import socket
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from soak.journal import Journal

Doc = dict[str, Any]
TIMEOUT_S = 60.0
IDLE_S = 3.0
"""Idle seconds before a reconnect. The service closes connections that were idle for five seconds."""
MAX_DELAY_S = 5.0
"""Most seconds of delay to catch up on. Longer delays are dropped, which bounds the rate."""


class Unexpected(Exception):
    """A response differs from the expected one, or is missing."""


@dataclass(frozen=True, slots=True)
class Response:
    """Status, headers and body of a response."""

    status: int
    headers: dict[str, str]
    content: bytes

    @property
    def doc(self) -> Doc:
        doc: Doc = json.loads(self.content)
        return doc

    @property
    def etag(self) -> str:
        return self.headers["etag"]


class Connection:
    """A keep-alive connection on loopback that reconnects. `every_s` is the time between two requests."""

    def __init__(self, port: int, every_s: float, journal: Journal, stop: threading.Event) -> None:
        self._port, self._every_s, self._journal, self._stop = port, every_s, journal, stop
        self._http = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT_S)
        self._next_at = self._used_at = time.monotonic()

    def request(
        self, method: str, path: str, body: Doc | bytes | None = None, status: int = 200, **headers: str
    ) -> Response:
        """Return the response. Raises Unexpected if its status differs. `if_match=…` sends `if-match: …`."""
        self._wait()
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        content = json.dumps(body).encode() if isinstance(body, dict) else body
        if content is not None:
            sent.setdefault("content-type", "application/json")
        if time.monotonic() - self._used_at > IDLE_S:
            self.close()
        began = time.perf_counter()
        try:
            self._http.request(method, path, content, sent)
            raw = self._http.getresponse()
            response = Response(raw.status, {name.lower(): value for name, value in raw.getheaders()}, raw.read())
        except (OSError, http.client.HTTPException) as error:
            self.close()
            raise Unexpected(f"{method} {path} got no response: {error!r}") from error
        self._used_at = time.monotonic()
        self._journal.count_response(response.status, time.perf_counter() - began)
        if response.status != status:
            raise Unexpected(f"{method} {path} returned {response.status}, not {status}: {response.content[:500]!r}")
        return response

    def send_and_close(self, data: bytes) -> None:
        """Send data on a new connection, and close it without reading."""
        self._wait()
        with socket.create_connection(("127.0.0.1", self._port), TIMEOUT_S) as connection:
            connection.sendall(data)

    def send_raw(self, data: bytes) -> bytes:
        """Send data on a new connection. Return the response until the server closes it, or its first 64 KB.

        Empty if the server closed the connection before it had read everything: the response may be lost then.
        """
        self._wait()
        try:
            with socket.create_connection(("127.0.0.1", self._port), TIMEOUT_S) as connection:
                connection.sendall(data)
                with suppress(OSError):  # the server may have closed the connection already
                    connection.shutdown(socket.SHUT_WR)
                return connection.makefile("rb").read(65_536)
        except ConnectionError:
            return b""

    def close(self) -> None:
        self._http.close()

    def _wait(self) -> None:
        now = time.monotonic()
        self._next_at = max(self._next_at, now - MAX_DELAY_S)
        self._stop.wait(max(0.0, self._next_at - now))
        self._next_at += self._every_s
