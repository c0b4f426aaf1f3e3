"""A running service, and the effects of requests to it."""

import json
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Protocol

import httpx
import uvicorn

from backend.app.main import create_app
from backend.app.settings import Settings
from backend.tests.core_gov.access.wire import Head, Reply, port_of, send, write_request
from backend.tests.harness import http_client, until

DEALS = "/core/deals"

Logged = Callable[[], list[dict[str, Any]]]


class Serve(Protocol):
    """Start a service with its own settings. `proxy_headers` is uvicorn's; `valhalla serve` has it off."""

    def __call__(
        self, *, proxy_headers: bool = False, uvicorn: dict[str, Any] | None = None, **settings: Any
    ) -> "Target": ...


class Target:
    """A running service, and the effects of requests to it."""

    def __init__(self, base_url: str) -> None:
        self.base_url, self.port = base_url, port_of(base_url)
        self.own = f"127.0.0.1:{self.port}"

    def ask(self, head: Head, *, target: str = DEALS, method: str = "GET", **rest: Any) -> Reply:
        return send(self.port, write_request(target, head, method=method, **rest), method)

    def client(self, **options: Any) -> httpx.Client:
        return http_client(self.base_url, **options)

    def deals(self) -> list[str]:
        """Return the names of all deals."""
        with self.client() as client:
            return [deal["name"] for deal in client.get(DEALS, params={"limit": 500}).json()["items"]]

    def audited(self, request_id: str | None = None) -> list[dict[str, Any]]:
        """Return the newest events, or those of one request."""
        with self.client() as client:
            events = client.get("/core/audit/events", params={"limit": 500}).json()["items"]
        return [event for event in events if request_id in {None, event["request_id"]}]


def problem(reply: Reply) -> dict[str, Any]:
    """Return the problem document of a refusal, which has the request id of its headers."""
    assert reply.headers["content-type"] == "application/problem+json"
    found: dict[str, Any] = json.loads(reply.body)
    assert found["status"] == reply.status
    assert found["request_id"] == reply.headers["x-request-id"]
    assert isinstance(found["detail"], str)
    return found


def lines_of(logged: Logged, request_id: str, event: str = "request") -> list[dict[str, Any]]:
    """Return the log lines of one request. Waits for the last one, which is written after the response."""

    def found() -> list[dict[str, Any]]:
        lines = [line for line in logged() if line.get("request_id") == request_id]
        return lines if any(line["event"] == event for line in lines) else []

    return until(found, f"the log tells of {request_id}")


@contextmanager
def serving_on_unix_socket(settings: Settings) -> Iterator[str]:
    """Serve on a Unix socket from a thread, and yield its path."""
    with tempfile.TemporaryDirectory(prefix="vh-") as directory:
        path = f"{directory}/s"
        server = uvicorn.Server(uvicorn.Config(create_app(settings), log_config=None, uds=path))
        thread = threading.Thread(target=server.run)
        thread.start()
        try:
            until(lambda: server.started or not thread.is_alive(), "the server starts")
            yield path
        finally:
            server.should_exit = True
            thread.join()


def bearer(secret: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {secret}"}
