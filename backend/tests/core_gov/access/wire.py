"""Raw requests over a socket, which httpx would not send, and small forwarding proxies."""

import socket
import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPResponse
from typing import Any, cast
from urllib.parse import urlsplit

TIMEOUT_S = 30.0

Head = list[tuple[str, str]]


@dataclass(frozen=True)
class Reply:
    """A complete response."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


def write_request(
    target: str, head: Head, *, method: str = "GET", version: str = "HTTP/1.1", body: bytes = b""
) -> bytes:
    """Return the bytes of a request. Only the length of a body is added."""
    lines = [f"{method} {target} {version}", *(f"{name}: {value}" for name, value in head)]
    if body:
        lines.append(f"Content-Length: {len(body)}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1") + body


def send(port: int, request: bytes, method: str = "GET") -> Reply:
    """Send bytes to a port on loopback, and read one response."""
    with socket.create_connection(("127.0.0.1", port), timeout=TIMEOUT_S) as connection:
        connection.sendall(request)
        return read_reply(connection, method)


def read_reply(connection: socket.socket, method: str = "GET") -> Reply:
    response = HTTPResponse(connection, method=method)
    response.begin()
    headers = {name.lower(): value for name, value in response.getheaders()}
    return Reply(response.status, headers, response.read())


def port_of(base_url: str) -> int:
    port = urlsplit(base_url).port
    assert port is not None
    return port


# Proxies

Rewrite = Callable[[str, Head, int], tuple[str, Head]]
"""Function from the received request line and headers to the forwarded ones, for an upstream port."""


class _Forward(socketserver.StreamRequestHandler):
    timeout = TIMEOUT_S

    def handle(self) -> None:
        line = self.rfile.readline().decode("latin-1").strip()
        if not line:
            return
        head: Head = []
        while pair := self.rfile.readline().decode("latin-1").strip():
            name, _, value = pair.partition(":")
            head.append((name, value.strip()))
        length = next((int(value) for name, value in head if name.lower() == "content-length"), 0)
        body = self.rfile.read(length)
        server = cast("_Proxy", self.server)
        line, head = server.rewrite(line, head, server.upstream)
        head = [(name, value) for name, value in head if name.lower() != "connection"]
        text = "\r\n".join([line, *(f"{name}: {value}" for name, value in [*head, ("Connection", "close")])])
        with socket.create_connection(("127.0.0.1", server.upstream), timeout=TIMEOUT_S) as behind:
            behind.sendall(text.encode("latin-1") + b"\r\n\r\n" + body)
            while piece := behind.recv(65_536):
                self.wfile.write(piece)


class _Proxy(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, upstream: int, rewrite: Rewrite) -> None:
        super().__init__(("127.0.0.1", 0), _Forward)
        self.upstream, self.rewrite = upstream, rewrite


@contextmanager
def proxy(base_url: str, rewrite: Rewrite) -> Iterator[str]:
    """Run a forwarding proxy on loopback, and yield its base URL."""
    with _Proxy(port_of(base_url), rewrite) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        try:
            address: Any = server.server_address
            yield f"http://127.0.0.1:{address[1]}"
        finally:
            server.shutdown()
            thread.join()


def without(head: Head, *names: str) -> Head:
    return [(name, value) for name, value in head if name.lower() not in names]


def valued(head: Head, wanted: str) -> str | None:
    return next((value for name, value in head if name.lower() == wanted), None)


def to_upstream(head: Head, upstream: int) -> Head:
    """Set Host to the upstream address, as nginx does by default."""
    return [("Host", f"127.0.0.1:{upstream}"), *without(head, "host")]


def adds_x_forwarded_for(client: str) -> Rewrite:
    """Append the client's address to X-Forwarded-For."""

    def rewrite(line: str, head: Head, upstream: int) -> tuple[str, Head]:
        said = valued(head, "x-forwarded-for")
        chain = f"{said}, {client}" if said else client
        return line, [*without(to_upstream(head, upstream), "x-forwarded-for"), ("X-Forwarded-For", chain)]

    return rewrite


def adds_another_x_forwarded_for(client: str) -> Rewrite:
    """Add another X-Forwarded-For line, as HAProxy does."""

    def rewrite(line: str, head: Head, upstream: int) -> tuple[str, Head]:
        return line, [*to_upstream(head, upstream), ("X-Forwarded-For", client)]

    return rewrite


def adds_forwarded(client: str) -> Rewrite:
    def rewrite(line: str, head: Head, upstream: int) -> tuple[str, Head]:
        return line, [*to_upstream(head, upstream), ("Forwarded", f"for={client};proto=https")]

    return rewrite


def adds_nothing(version: str) -> Rewrite:
    """Add no forwarding header, speak HTTP/1.0 and set Host, as nginx does by default."""

    def rewrite(line: str, head: Head, upstream: int) -> tuple[str, Head]:
        method, target, _ = line.split(" ")
        return f"{method} {target} {version}", to_upstream(head, upstream)

    return rewrite
