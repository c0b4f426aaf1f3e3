"""ASGI middleware that processes every request before and after its operation.

Plain ASGI, because the framework's middleware classes take longer than the work they wrap. In order: request id,
access, the strict parser, the operation, the response, the metrics, the log line. Requests without an operation (the
docs and their assets) go on to the framework.
"""

import re
import time
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import structlog
from starlette.routing import BaseRoute

from backend.app.kit import log as logs
from backend.app.kit.db import Ctx, Database
from backend.app.kit.errors import (
    AppError,
    BadInput,
    MethodNotAllowed,
    NotFound,
    StartError,
    StoreUnavailable,
    TooLarge,
)
from backend.app.kit.http.cors import Cors
from backend.app.kit.http.cursors import Cursors
from backend.app.kit.http.exchange import NO_CALLER, Exchange, RefusedPage
from backend.app.kit.http.operation import Admits, Headers, Node, Operation, find, route_tree
from backend.app.kit.http.query import check_path
from backend.app.kit.http.request_work import Caller, RequestWork, check_condition
from backend.app.kit.http.responses import FileResponse, Response, problem
from backend.app.kit.json_mirror.mirror import Mirror
from backend.app.kit.json_mirror.mirror_off import MirrorOff
from backend.app.kit.metrics import Metrics
from backend.app.kit.rate_limit import RateLimit
from backend.app.kit.requests.idempotency import check_key
from backend.app.kit.strict_json import MAX_BYTES

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

log = structlog.get_logger("http")

_ONCE_ONLY = (
    b"host",
    b"authorization",
    b"origin",
    b"content-type",
    b"content-length",
    b"idempotency-key",
    b"if-match",
    b"if-none-match",
)
_ASYNC = re.compile(rb"(?:^|,)\s*respond-async\s*(?:[,;]|$)", re.IGNORECASE)
"""Preference for a response before the work is done (RFC 7240, section 4.1)."""

_HTTPS_ONLY = (b"strict-transport-security", b"max-age=31536000")
"""Header by which browsers use only HTTPS for a year (RFC 6797). Not for subdomains, which others may run."""

MAX_HEADERS = 100
MAX_TARGET = 8_000
_AUDITED = {403, 409, 412}
MAX_AUDITED_WITHOUT_ACCESS = (600, 3600.0)
"""Maximum audited refusals of clients without access, per period.

All are logged, but must not fill the disk with audit events.
"""
_WARNED = {401, 403, 429}


class Admit(Protocol):
    """Authentication of a request for an operation. Raises Unauthenticated, Forbidden or TooManyRequests."""

    async def __call__(self, scope: Scope, headers: Headers, admits: Admits) -> Caller: ...


class RefusedRequest(Protocol):
    """Callback for requests that a rule refused, so that they can be audited."""

    async def __call__(self, ctx: Ctx, method: str, path: str, error: AppError) -> None: ...


@dataclass
class ServiceComponents:
    """Components connected when the service starts and removed when it stops.

    `pages` is the path under which people see pages, `error_page` renders the errors there, or returns None for those
    that scripts of a page show, and `site` is what they show of the installation.
    """

    metrics: Metrics
    docs_paths: tuple[str, ...]
    pages: str = ""
    error_page: Callable[[AppError, RefusedPage], Response | None] | None = None
    site: object = None
    max_lag_s: float = 120.0
    database: Database | None = None
    mirror: Mirror | MirrorOff | None = None
    admit: Admit | None = None
    refused: RefusedRequest | None = None
    cors: Cors = field(default_factory=Cors)
    cursors: Cursors = field(default_factory=Cursors)


class RequestMiddleware:
    """Outermost middleware of the service."""

    def __init__(self, app: App, routes: list[BaseRoute], wiring: ServiceComponents) -> None:
        self._app, self._routes, self._wiring = app, routes, wiring
        self._tree: Node | None = None
        self._without_access = RateLimit(*MAX_AUDITED_WITHOUT_ACCESS)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, _with_short_start_error(send))
            return
        if scope["type"] != "http":
            await _close(scope, receive, send)
            return
        exchange = Exchange(scope)
        try:
            response = await self._respond(exchange, scope, receive, send)
        except AppError as error:
            response = await self._refuse(exchange, scope, error)
        except Exception as error:  # noqa: BLE001 - every error gets a response and a log line
            response = self._internal_error(exchange, error)
        if response is not None:
            if (origin := exchange.headers.get(b"origin")) is not None:
                response.headers += self._wiring.cors.headers(origin)
            if scope.get("secure"):
                response.headers.append(_HTTPS_ONLY)
            exchange.status = response.status
            await send(response.start(exchange.request_id))
            if isinstance(response, FileResponse):
                await _send_file(response, exchange, send)
            else:
                await send({"type": "http.response.body", "body": response.body})
        self._record(exchange, scope)

    async def _respond(self, exchange: Exchange, scope: Scope, receive: Receive, send: Send) -> Response | None:
        _check_head(exchange, scope)
        admit = self._wiring.admit
        if admit is None:
            raise StoreUnavailable("the service is starting or stopping; try again")
        if exchange.method == "OPTIONS" and (allowed := self._wiring.cors.preflight(exchange.headers)):
            return allowed
        if self._tree is None:
            self._tree = route_tree(self._routes)
        found = find(self._tree, exchange.path, scope.get("raw_path") or b"")
        exchange.caller = await admit(scope, exchange.headers, _admits(found, exchange.method))
        if found is None and exchange.is_under(self._wiring.pages):
            raise NotFound("page")
        if found is None:
            await self._forward(exchange, scope, receive, send)
            return None
        node, arguments = found
        operation = _operation(node, exchange)
        body = await _body(exchange, receive)
        work = self._work(exchange, operation, scope, body)
        return await operation(work, arguments, scope["query_string"], exchange.headers, body)

    def _work(self, exchange: Exchange, operation: Operation, scope: Scope, body: bytes) -> RequestWork:
        database = self._wiring.database
        if database is None:
            raise StoreUnavailable("the service is starting or stopping; try again")
        headers = exchange.headers
        if_match = _condition(headers, b"if-match")
        if if_match is not None:
            check_condition("If-Match", if_match)
        ctx = Ctx(exchange.caller.actor, "api", exchange.request_id, if_match)
        work = RequestWork(
            database, ctx, exchange.caller, exchange.path, self._wiring.cursors, operation.status, exchange.method
        )
        work.site = self._wiring.site
        work.headers = headers
        if exchange.method in {"GET", "HEAD"}:
            work.if_none_match = _condition(headers, b"if-none-match")
            work.accepts_gzip = b"gzip" in headers.get(b"accept-encoding", b"")
            if (prefer := headers.get(b"prefer")) is not None:
                work.respond_async = _ASYNC.search(prefer) is not None
        key = headers.get(b"idempotency-key")
        if key is not None and exchange.method in {"POST", "PATCH"}:
            work.idempotency_key = check_key(key.decode("latin-1"))
            work.sent = (scope["query_string"], body)
        return work

    async def _forward(self, exchange: Exchange, scope: Scope, receive: Receive, send: Send) -> None:
        exchange.route = "docs" if exchange.path.startswith(self._wiring.docs_paths) else "other"

        async def with_request_id(message: Message) -> None:
            if message["type"] == "http.response.start":
                exchange.status = message["status"]
                message["headers"] = [
                    *message.get("headers", ()),
                    (b"x-request-id", exchange.request_id.encode()),
                    *((_HTTPS_ONLY,) if scope.get("secure") else ()),
                    *self._wiring.cors.headers(exchange.headers.get(b"origin", b"")),
                ]
            await send(message)

        raw = scope.get("raw_path") or b""
        if b"%2f" in raw.lower():  # the framework would take an encoded slash for a separator
            scope["path"] = raw.decode("latin-1")
        scope["request_id"] = exchange.request_id
        await self._app(scope, receive, with_request_id)

    async def _refuse(self, exchange: Exchange, scope: Scope, error: AppError) -> Response:
        address = _address(scope)
        no_access = exchange.caller is NO_CALLER and "actor" not in scope
        if exchange.caller is NO_CALLER:
            exchange.caller = Caller(scope.get("actor") or f"client {address}")
        log_at = log.error if error.status >= 500 else log.warning if error.status in _WARNED else log.info
        log_at("refused", request_id=exchange.request_id, status=error.status, client=address, detail=error.detail)
        if error.status in _AUDITED:
            await self._audit(exchange, error, no_access)
        return self._shown(exchange, error)

    def _shown(self, exchange: Exchange, error: AppError) -> Response:
        """Return the error as a page if a person would see it, otherwise as a problem document."""
        error_page = self._wiring.error_page
        if error_page is not None and exchange.shows_pages(self._wiring.pages, self._wiring.docs_paths):
            page = error_page(error, RefusedPage(exchange.request_id, exchange.target, exchange.headers))
            if page is not None:
                return page
        return problem(error, exchange.request_id)

    async def _audit(self, exchange: Exchange, error: AppError, no_access: bool) -> None:
        if self._wiring.refused is None:
            return
        if no_access and self._without_access.wait_s("", time.monotonic()):
            log.warning("refusal not audited", request_id=exchange.request_id, error="too many from strangers")
            return
        ctx = Ctx(exchange.caller.actor, "api", exchange.request_id)
        try:
            await self._wiring.refused(ctx, exchange.method, exchange.path, error)
        except Exception as failure:  # noqa: BLE001 - the refusal itself must still be returned
            log.error("refusal not audited", request_id=exchange.request_id, error=repr(failure))

    def _internal_error(self, exchange: Exchange, error: Exception) -> Response:
        log.error("request failed", request_id=exchange.request_id, path=exchange.path, exc_info=error)
        return self._shown(exchange, AppError(f"internal error; the log has details under {exchange.request_id}"))

    def _record(self, exchange: Exchange, scope: Scope) -> None:
        seconds = time.perf_counter() - exchange.started
        self._wiring.metrics.request(exchange.method, exchange.route, exchange.status, seconds)
        logs.request(
            exchange.request_id,
            exchange.method,
            exchange.path[:MAX_TARGET],
            exchange.status,
            _address(scope),
            exchange.caller.actor,
            seconds * 1000,
        )


def _with_short_start_error(send: Send) -> Send:
    """Wrap `send` so that a StartError is reported in one line instead of the framework's stack trace."""

    async def shortened(message: Message) -> None:
        marker = f"{StartError.__name__}: "
        text = message.get("message", "")
        if message["type"] == "lifespan.startup.failed" and marker in text:
            message["message"] = "Valhalla cannot start: " + text.rsplit(marker, 1)[1].strip()
        await send(message)

    return shortened


async def _close(scope: Scope, receive: Receive, send: Send) -> None:
    """Refuse a WebSocket connection: the service has none. The server answers the handshake with 403."""
    await receive()
    log.warning("websocket refused", client=_address(scope), path=scope["path"][:MAX_TARGET])
    await send({"type": "websocket.close", "code": 1008})


async def _send_file(response: FileResponse, exchange: Exchange, send: Send) -> None:
    """Send the file, unless only the head was asked for. `send` raises if the client has gone."""
    parts = response.parts()
    try:
        if exchange.method != "HEAD":
            async for part in parts:
                await send({"type": "http.response.body", "body": part, "more_body": True})
        await send({"type": "http.response.body", "body": b""})
    finally:
        await parts.aclose()
        response.close()


def _address(scope: Scope) -> str:
    """Return the address of the client, as far as it is known."""
    return str(scope.get("client_address") or (scope.get("client") or ("unknown",))[0])


def _check_head(exchange: Exchange, scope: Scope) -> None:
    count = len(scope["headers"])
    if count > MAX_HEADERS:
        raise BadInput(f"there are more than {MAX_HEADERS} header lines")
    if len(exchange.headers) != count:
        for name in _ONCE_ONLY:
            if sum(1 for found, _ in scope["headers"] if found == name) > 1:
                raise BadInput(f"the header {name.decode()} is given twice")
    raw = scope.get("raw_path") or b""
    if len(raw) + len(scope["query_string"]) > MAX_TARGET:
        raise BadInput(f"the path and the query are longer than {MAX_TARGET} bytes")
    if b"%" in raw:
        check_path(raw)


def _condition(headers: Headers, name: bytes) -> str | None:
    value = headers.get(name)
    return value.decode("latin-1") if value is not None else None


def _admits(found: tuple[Node, dict[str, str]] | None, method: str) -> Admits:
    """Return which callers the operation of a request admits; the usual ones if there is no operation."""
    operation = found[0].operations.get("GET" if method == "HEAD" else method) if found else None
    return operation.admits if operation else Admits()


def _operation(node: Node, exchange: Exchange) -> Operation:
    method = "GET" if exchange.method == "HEAD" else exchange.method
    operation = node.operations.get(method)
    if operation is None:
        exchange.route = next(iter(node.operations.values())).path
        raise MethodNotAllowed(exchange.method, list(node.operations))
    exchange.route = operation.path
    return operation


async def _body(exchange: Exchange, receive: Receive) -> bytes:
    """Return the complete body. Raises TooLarge above 1 MB."""
    length = exchange.headers.get(b"content-length", b"0")
    if exchange.method in {"GET", "HEAD"}:
        if length != b"0" or b"transfer-encoding" in exchange.headers:
            raise BadInput("this operation takes no body")
        return b""
    if not length.isdigit() or len(length) > 20 or int(length) > MAX_BYTES:
        raise TooLarge(f"the body is larger than {MAX_BYTES} bytes")
    if exchange.headers.get(b"content-encoding", b"identity").strip().lower() not in {b"", b"identity"}:
        raise BadInput("send the body without Content-Encoding: compressed bodies are not supported")
    parts: list[bytes] = []
    size, more = 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise BadInput("the body is incomplete")
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > MAX_BYTES:
            raise TooLarge(f"the body is larger than {MAX_BYTES} bytes")
        more = message.get("more_body", False)
    return parts[0] if len(parts) == 1 else b"".join(parts)
