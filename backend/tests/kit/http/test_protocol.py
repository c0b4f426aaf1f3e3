"""Endless request heads and invalid HTTP, sent to `valhalla serve`."""

import json
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from backend.app.kit.http.protocol import MAX_HEAD, BoundedProtocol
from backend.app.settings import Settings
from backend.tests.core_gov.access.wire import port_of, read_reply, send, write_request
from backend.tests.harness import SOON_S, LogSink, serving

HOST = ("Host", "localhost")
JSON = ("Content-Type", "application/json")
CHUNKED = ("Transfer-Encoding", "chunked")


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory, log_sink: LogSink) -> Iterator[int]:
    directory: Path = tmp_path_factory.mktemp("protocol")
    with serving(Settings(data_dir=directory / "data"), http=BoundedProtocol) as base_url:
        yield port_of(base_url)


def pour(port: int, beginning: bytes, endless: bytes, times: int) -> bytes:
    """Send the same bytes until the server closes the connection. Return its response."""
    with socket.create_connection(("127.0.0.1", port), timeout=SOON_S) as connection:
        connection.sendall(beginning)
        try:
            for _ in range(times):
                connection.sendall(endless)
        except OSError:
            pass
        else:
            raise AssertionError("it took all of it")
        try:
            return connection.recv(65_536)
        except OSError:  # the answer was lost with the connection, as it may be
            return b""


PIECE = b"a" * 16_384


@pytest.mark.parametrize(
    ("beginning", "endless"),
    [
        (b"GET /", PIECE),
        (b"GET / HTTP/1.1\r\nHost: localhost\r\nX: ", PIECE),
        (b"GET / HTTP/1.1\r\nHost: localhost\r\n", b"X: y\r\n" * 2_000),
        (b"GET / HTTP/1.1\r\nHost: localhost\r\n" + b"X", PIECE),
        (b"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n1;", PIECE),
        (b"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX: ", PIECE),
    ],
)
def test_endless_head_is_refused(port: int, beginning: bytes, endless: bytes) -> None:
    said = pour(port, beginning, endless, times=5_000)
    assert not said or said.startswith((b"HTTP/1.1 400 ", b"HTTP/1.1 404 ", b"HTTP/1.1 405 "))


@pytest.mark.parametrize(
    "request_", [b"BREW / HTTP/1.1\r\nHost: localhost\r\n\r\n", b"\x16\x03\x01\x02", b"GET /\xff HTTP/1.1\r\n\r\n"]
)
def test_invalid_http_gets_a_problem_document(port: int, request_: bytes) -> None:
    reply = send(port, request_)
    assert reply.status == 400
    assert reply.headers["content-type"] == "application/problem+json"
    assert reply.headers["connection"] == "close"
    document = json.loads(reply.body)
    assert document["status"] == 400
    assert document["request_id"] == reply.headers["x-request-id"]


def test_requests_over_one_connection_are_unlimited(port: int) -> None:
    """The size limit applies to each request separately."""
    request = write_request("/healthz", [HOST, ("X", "x" * 8_000)])
    with socket.create_connection(("127.0.0.1", port), timeout=SOON_S) as connection:
        for _ in range(3 * MAX_HEAD // len(request)):
            connection.sendall(request)
            assert read_reply(connection).status == 200


def test_pipelined_requests_are_answered(port: int) -> None:
    request = write_request("/healthz", [HOST, ("X", "x" * 1_000)])
    count = 3 * MAX_HEAD // len(request)
    with socket.create_connection(("127.0.0.1", port), timeout=SOON_S) as connection:
        connection.sendall(request * (count - 1) + request.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
        said = b"".join(iter(lambda: connection.recv(65_536), b""))
    assert said.count(b"HTTP/1.1 200 OK\r\n") == count


@pytest.mark.parametrize("size", [1, 7, 4_096, 900_000])
def test_body_in_chunks_of_any_size_is_read(port: int, size: int) -> None:
    body = b'{"name": "in pieces"}' + b" " * 100_000
    pieces = [body[at : at + size] for at in range(0, len(body), size)]
    chunks = b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"
    reply = send(port, write_request("/core/deals", [HOST, JSON, CHUNKED], method="POST") + chunks)
    assert reply.status == 201


def test_trailer_is_not_a_header(port: int) -> None:
    """Otherwise it could replace a header that a proxy has checked or set."""
    chunks = (
        b"2\r\n{}\r\n0\r\nX-Request-ID: from-the-trailer\r\nHost: evil.example\r\nX-Forwarded-For: 127.0.0.1\r\n\r\n"
    )
    reply = send(port, write_request("/core/deals", [HOST, JSON, CHUNKED], method="POST") + chunks)
    assert reply.status == 400
    assert json.loads(reply.body)["detail"] == "name is required"
    assert reply.headers["x-request-id"] != "from-the-trailer"
