"""Assertions and helpers for responses."""

import re
import socket
from http.client import HTTPResponse
from typing import Any

import httpx

from backend.tests.harness import SOON_S

MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")


def refused(answer: httpx.Response, status: int, detail: str) -> None:
    """Assert that the response is a problem document with this status and detail."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["detail"] == detail
    assert problem["status"] == status
    assert problem["request_id"] == answer.headers["x-request-id"]
    assert problem.keys() <= {"type", "title", "status", "detail", "request_id", "errors"}


def events(api: httpx.Client, record_id: str) -> list[dict[str, Any]]:
    """Return the audit events of a record, newest first."""
    found: list[dict[str, Any]] = api.get(f"/core/audit/records/{record_id}").json()["items"]
    return found


def everything(
    api: httpx.Client, path: str, params: dict[str, Any] | None = None, limit: int = 500
) -> list[dict[str, Any]]:
    """Return all items of a list, page by page."""
    found: list[dict[str, Any]] = []
    cursor: dict[str, str] = {}
    while True:
        answer = api.get(path, params={**(params or {}), "limit": limit, **cursor}).json()
        found += answer["items"]
        if "next_cursor" not in answer:
            return found
        cursor = {"cursor": answer["next_cursor"]}


def sane(answer: httpx.Response) -> httpx.Response:
    """Assert that the response is a readable 4xx problem document without internal details. Return it."""
    assert 400 <= answer.status_code < 500, (answer.status_code, answer.text)
    assert answer.status_code != 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["request_id"] == answer.headers["x-request-id"]
    for secret in ("Traceback", "<html", 'File "', "pydantic", "sqlite3", "psycopg"):
        assert secret not in answer.text
    return answer


def send_raw(api: httpx.Client, *parts: bytes, finish: bool = True) -> httpx.Response | None:
    """Send raw bytes and return the response, or None if the server closes the connection without one."""
    with socket.create_connection((api.base_url.host, api.base_url.port or 80), timeout=SOON_S) as connection:
        answer = HTTPResponse(connection)
        try:
            for part in parts:
                connection.sendall(part)
            if not finish:
                connection.shutdown(socket.SHUT_WR)
            answer.begin()
        except OSError:
            return None
        headers = list(answer.headers.items())
        return httpx.Response(answer.status, content=answer.read(), headers=headers)


def head(api: httpx.Client, start: bytes, *headers: bytes) -> bytes:
    """Return the head of a request with `Connection: close`."""
    host = f"{api.base_url.host}:{api.base_url.port}".encode()
    return b"\r\n".join([start + b" HTTP/1.1", b"Host: " + host, b"Connection: close", *headers, b"", b""])
