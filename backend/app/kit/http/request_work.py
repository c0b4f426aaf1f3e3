"""Database access for the handler of one request."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import blake2b
from typing import Annotated, Any, Concatenate, ParamSpec, TypeVar

from fastapi import Depends, Request

from backend.app.kit import idempotency
from backend.app.kit.db import Ctx, Database, Tx
from backend.app.kit.errors import Forbidden
from backend.app.kit.http.responses import Response, page_body, render
from backend.app.kit.records import Page

P = ParamSpec("P")
T = TypeVar("T")
C = TypeVar("C")


@dataclass(frozen=True, slots=True)
class Caller:
    """Sender of a request. `roles` holds its role, after the roles that this one includes."""

    actor: str
    roles: tuple[str, ...] = ()


@dataclass(slots=True)
class RequestWork:
    """Database access for one request. Each method runs a service and returns its result as a response."""

    database: Database
    ctx: Ctx
    caller: Caller
    path: str
    status: int = 200
    sent: bytes = b""
    idempotency_key: str | None = None

    async def write(self, fn: Callable[Concatenate[Tx, P], T], *args: P.args, **kw: P.kwargs) -> Response:
        """Run a unit of work, or replay the response stored for its Idempotency-Key."""
        if self.idempotency_key is None:
            return self._response(await self.database.write(self.ctx, fn, *args, **kw))
        return self._replay(await self.database.write(self.ctx, self._once, fn, args, kw))

    def _replay(self, stored: idempotency.StoredResponse) -> Response:
        response = Response(stored.status, stored.body.encode())
        if stored.etag:
            response.headers.append((b"etag", stored.etag.encode()))
        if stored.replayed:
            response.headers.append((b"idempotent-replayed", b"true"))
        return response

    async def read(self, fn: Callable[Concatenate[Tx, P], T], *args: P.args, **kw: P.kwargs) -> Response:
        """Run a service that needs one short statement."""
        return self._response(await self.database.read(fn, *args, **kw))

    async def snapshot(self, fn: Callable[Concatenate[Tx, P], T], *args: P.args, **kw: P.kwargs) -> Response:
        """Run a service that needs several consistent statements, or a long one."""
        return self._response(await self.database.snapshot(fn, *args, **kw))

    async def compute(self, fn: Callable[Concatenate[Database, P], T], *args: P.args, **kw: P.kwargs) -> Response:
        """Run a function that takes more than a few milliseconds in a worker thread. It reads what it needs itself.

        Nothing is stored except, with an Idempotency-Key, the response.
        """
        stored = await self._stored()
        if stored is not None:
            return self._replay(stored)
        found = await asyncio.to_thread(fn, self.database, *args, **kw)
        return self._response(found) if self.idempotency_key is None else await self.write(_unchanged, found)

    async def compute_and_write(
        self,
        compute: Callable[Concatenate[Database, P], C],
        store: Callable[[Tx, C], object],
        *args: P.args,
        **kw: P.kwargs,
    ) -> Response:
        """Compute in a worker thread, then store the result in a short unit of work, which validates it again.

        A response stored for the Idempotency-Key is replayed without computing: a second computation might no
        longer succeed.
        """
        stored = await self._stored()
        if stored is not None:
            return self._replay(stored)
        return await self.write(store, await asyncio.to_thread(compute, self.database, *args, **kw))

    def require(self, role: str) -> None:
        """Raise Forbidden if the caller does not have a role."""
        roles = self.caller.roles
        if role not in roles:
            raise Forbidden(f"this needs the role {role}; {self.caller.actor} is {roles[-1] if roles else 'unknown'}")

    def _response(self, result: object) -> Response:
        if isinstance(result, Page):
            return Response(self.status, page_body(result))
        body, etag = render(result)
        return Response(self.status, body.encode(), headers=[(b"etag", etag.encode())] if etag else [])

    async def _stored(self) -> idempotency.StoredResponse | None:
        if self.idempotency_key is None:
            return None
        return await self.database.read(idempotency.stored_response, *self._request)

    @property
    def _request(self) -> tuple[str, str, str]:
        """Key of a stored response: scope, Idempotency-Key, and digest of the request."""
        assert self.idempotency_key is not None
        digest = blake2b(self.sent, digest_size=16).hexdigest()
        return f"{self.ctx.actor} {self.path}", self.idempotency_key, digest

    def _once(
        self, tx: Tx, fn: Callable[..., object], args: tuple[Any, ...], kw: dict[str, Any]
    ) -> idempotency.StoredResponse:
        def work(tx: Tx) -> idempotency.StoredResponse:
            body, etag = render(fn(tx, *args, **kw))
            return idempotency.StoredResponse(self.status, body, etag)

        return idempotency.once(tx, *self._request, work)


def _unchanged(tx: Tx, found: T) -> T:
    """Return the computed result without storing anything."""
    return found


def _work(request: Request) -> RequestWork:
    raise RuntimeError("handlers are called by kit.http.operation, never by the framework")


Db = Annotated[RequestWork, Depends(_work)]
"""Type of the parameter through which a handler gets its `RequestWork`."""
