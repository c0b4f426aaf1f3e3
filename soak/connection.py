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
ANSWERS_WITHIN_S = 60.0
IDLE_S = 3.0
"""Idle seconds before a reconnect. The service closes connections that were idle for five seconds."""
BEHIND_S = 5.0
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
        found: Doc = json.loads(self.content)
        return found

    @property
    def etag(self) -> str:
        return self.headers["etag"]


class Connection:
    """A keep-alive connection on loopback that reconnects. `every_s` is the time between two requests."""

    def __init__(self, port: int, every_s: float, journal: Journal, stop: threading.Event) -> None:
        self._port, self._every_s, self._journal, self._stop = port, every_s, journal, stop
        self._http = http.client.HTTPConnection("127.0.0.1", port, timeout=ANSWERS_WITHIN_S)
        self._next = self._used = time.monotonic()

    def ask(self, method: str, path: str, body: Doc | bytes | None = None, want: int = 200, **headers: str) -> Response:
        """Return the response. Raises Unexpected if its status is not `want`. `if_match=…` sends `if-match: …`."""
        self._wait()
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        content = json.dumps(body).encode() if isinstance(body, dict) else body
        if content is not None:
            sent.setdefault("content-type", "application/json")
        if time.monotonic() - self._used > IDLE_S:
            self.close()
        began = time.perf_counter()
        try:
            self._http.request(method, path, content, sent)
            raw = self._http.getresponse()
            answer = Response(raw.status, {name.lower(): value for name, value in raw.getheaders()}, raw.read())
        except (OSError, http.client.HTTPException) as error:
            self.close()
            raise Unexpected(f"{method} {path} was not answered: {error!r}") from error
        self._used = time.monotonic()
        self._journal.answered(answer.status, time.perf_counter() - began)
        if answer.status != want:
            raise Unexpected(f"{method} {path} was answered {answer.status}, not {want}: {answer.content[:500]!r}")
        return answer

    def cut(self, data: bytes) -> None:
        """Send data on a new connection, and close it without reading."""
        self._wait()
        with socket.create_connection(("127.0.0.1", self._port), ANSWERS_WITHIN_S) as line:
            line.sendall(data)

    def raw(self, data: bytes) -> bytes:
        """Send data on a new connection. Return the response until the server closes it, or its first 64 KB.

        Empty if the server closed the connection before it had read everything: the response may be lost then.
        """
        self._wait()
        try:
            with socket.create_connection(("127.0.0.1", self._port), ANSWERS_WITHIN_S) as line:
                line.sendall(data)
                with suppress(OSError):  # the server may have closed the connection already
                    line.shutdown(socket.SHUT_WR)
                return line.makefile("rb").read(65_536)
        except ConnectionError:
            return b""

    def close(self) -> None:
        self._http.close()

    def _wait(self) -> None:
        now = time.monotonic()
        self._next = max(self._next, now - BEHIND_S)
        self._stop.wait(max(0.0, self._next - now))
        self._next += self._every_s
