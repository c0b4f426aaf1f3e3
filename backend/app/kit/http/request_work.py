"""Database access for the handler of one request."""

import asyncio
import json
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field, replace
from typing import Annotated, Any, Concatenate, ParamSpec, TypeVar

from fastapi import Depends, Request

from backend.app.kit import strict_json
from backend.app.kit.db import Ctx, Database, Tx
from backend.app.kit.errors import BadInput, Forbidden
from backend.app.kit.http.computation import Computations, ComputeAll
from backend.app.kit.http.cursors import Cursors
from backend.app.kit.http.query import parse_query
from backend.app.kit.http.responses import Response, not_modified, page_body, render
from backend.app.kit.query import ListQuery, RecordQuery
from backend.app.kit.records import Page
from backend.app.kit.requests import idempotency
from backend.app.kit.requests.entity_tags import matches, parse

P = ParamSpec("P")
T = TypeVar("T")
C = TypeVar("C")
Q = TypeVar("Q", bound=RecordQuery)


@dataclass(frozen=True, slots=True)
class Caller:
    """Sender of a request. `roles` holds its role, after the roles that this one includes.

    `session` and `person` are ids, if the request has a session cookie. `address` is that of the client, and `secure`
    says whether it used HTTPS. `token`: name of the access token, if the request has one; `scopes`: what the token may
    use, None for everything that the role allows.
    """

    actor: str
    roles: tuple[str, ...] = ()
    session: str | None = None
    person: str | None = None
    address: str = ""
    secure: bool = False
    token: str | None = None
    scopes: frozenset[str] | None = None


@dataclass(slots=True)
class RequestWork:
    """Database access for one request. Each method runs a service and returns its result as a response.

    `sent`: query and body as received, with an Idempotency-Key. `listed`: the parsed query of a list. `site`: what
    pages show of the installation. `respond_async`: whether the caller prefers a job to waiting.
    """

    database: Database
    ctx: Ctx
    caller: Caller
    path: str
    cursors: Cursors
    status: int = 200
    method: str = "GET"
    if_none_match: str | None = None
    idempotency_key: str | None = None
    sent: tuple[bytes, bytes] = (b"", b"")
    listed: ListQuery | None = None
    accepts_gzip: bool = False
    site: object = None
    respond_async: bool = False
    headers: dict[bytes, bytes] = field(default_factory=dict)

    async def write(self, fn: Callable[Concatenate[Tx, P], T], *args: P.args, **kw: P.kwargs) -> Response:
        """Run a unit of work, or replay the response stored for its Idempotency-Key."""
        if self.idempotency_key is None:
            return self._response(await self.database.write(self.ctx, fn, *args, **kw))
        return self._replay(await self.database.write(self.ctx, self._once, self._request, fn, args, kw))

    def _replay(self, stored: idempotency.StoredResponse) -> Response:
        response = Response(stored.status, stored.body.encode())
        if stored.etag:
            response.headers.append((b"etag", stored.etag.encode()))
        if stored.replayed:
            response.headers.append((b"idempotent-replayed", b"true"))
        return response

    def refuse_key(self) -> None:
        """Raise BadInput for an Idempotency-Key or If-Match: a response with a secret must not be stored."""
        if self.idempotency_key is not None:
            raise BadInput("this operation takes no Idempotency-Key, because its response is not stored")
        if self.ctx.if_match is not None:
            raise BadInput("this operation takes no If-Match")

    async def read(self, fn: Callable[Concatenate[Tx, P], T], *args: P.args, **kw: P.kwargs) -> Response:
        """Run a service that needs one short statement."""
        return self._response(await self.database.read(fn, *args, **kw))

    async def listing(self, fn: Callable[[Tx, Q], Page[Any]], query: Q) -> Response:
        """Run the service of a list of records."""
        return await (self.read if query.is_plain else self.snapshot)(fn, query)

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
        found = await self._computations.run(fn, self.database, *args, **kw)
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
        return await self.write(store, await self._computations.run(compute, self.database, *args, **kw))

    async def compute_together_and_write(
        self, compute: ComputeAll[C, T], store: Callable[[Tx, T], object], key: Hashable, item: C
    ) -> Response:
        """Compute and store like `compute_and_write`, together with other requests that wait with the same key.

        `compute` computes many items, and returns the error of an item in its place.
        """
        stored = await self._stored()
        if stored is not None:
            return self._replay(stored)
        return await self.write(store, await self._computations.together(self.database, compute, key, item))

    @property
    def _computations(self) -> Computations:
        return self.database.cached(Computations)

    async def page(self, fn: Callable[Concatenate[Tx, P], Response], *args: P.args, **kw: P.kwargs) -> Response:
        """Run a function that reads from a snapshot and renders a page, in a worker thread."""
        return await self.database.snapshot(fn, *args, **kw)

    async def computed_page(
        self, fn: Callable[Concatenate[Database, P], Response], *args: P.args, **kw: P.kwargs
    ) -> Response:
        """Run a function that renders a page and reads what it needs itself, in a worker thread."""
        return await asyncio.to_thread(fn, self.database, *args, **kw)

    def require(self, role: str) -> None:
        """Raise Forbidden if the caller does not have a role."""
        roles = self.caller.roles
        if role not in roles:
            raise Forbidden(f"this needs the role {role}; {self.caller.actor} is {roles[-1] if roles else 'unknown'}")

    def _response(self, result: object) -> Response:
        if isinstance(result, Page):
            return Response(self.status, page_body(self._with_cursor(result)))
        body, etag = render(result)
        if etag is not None and self._has_current_version(etag):
            return not_modified(etag)
        return Response(self.status, body.encode(), headers=[(b"etag", etag.encode())] if etag else [])

    async def _stored(self) -> idempotency.StoredResponse | None:
        if self.idempotency_key is None:
            return None
        return await self.database.read(idempotency.stored_response, self._request)

    @property
    def _request(self) -> idempotency.KeyedRequest:
        """The request as its Idempotency-Key identifies it. Its query and body have been found valid before."""
        assert self.idempotency_key is not None
        query, body = self.sent
        where = f"{self.ctx.actor} {self.path}"
        condition = parse(self.ctx.if_match) if self.ctx.if_match is not None else None
        content = [parse_query(query), condition, strict_json.parse(body) if body.strip() else {}]
        earlier = (where, idempotency.digest_of(query + b"\n" + body)) if self.method == "POST" else None
        digest = idempotency.digest_of(json.dumps(content, sort_keys=True).encode())
        return idempotency.KeyedRequest(f"{self.method} {where}", self.idempotency_key, digest, earlier)

    def take_cursor(self, query: ListQuery) -> None:
        """Replace the cursor of a list by the position in it. Raises BadInput if it was not issued for this query."""
        self.listed = query
        if query.cursor is not None:
            query.cursor = self.cursors.position(self.path, query.scope, query.cursor, query.noun)

    def _with_cursor(self, page: Page[Any]) -> Page[Any]:
        return replace(page, next_cursor=self.issued(page.next_cursor))

    def issued(self, position: str | None) -> str | None:
        """Return the cursor of a position in the list that was asked for; None for the last page."""
        if position is None or self.listed is None:
            return position
        return self.cursors.issue(self.path, self.listed.scope, position)

    def _has_current_version(self, etag: str) -> bool:
        """Return True if If-None-Match names this version. Raises BadInput if it is malformed."""
        if self.if_none_match is None:
            return False
        check_condition("If-None-Match", self.if_none_match)
        return matches(self.if_none_match, etag)

    def _once(
        self,
        tx: Tx,
        request: idempotency.KeyedRequest,
        fn: Callable[..., object],
        args: tuple[Any, ...],
        kw: dict[str, Any],
    ) -> idempotency.StoredResponse:
        def work(tx: Tx) -> idempotency.StoredResponse:
            body, etag = render(fn(tx, *args, **kw))
            return idempotency.StoredResponse(self.status, body, etag)

        return idempotency.once(tx, request, work)


def check_condition(name: str, value: str) -> None:
    """Raise BadInput unless the header is a list of ETags or `*`."""
    try:
        parse(value)
    except ValueError:
        raise BadInput(f'{name} must be an ETag with its quotes, such as "faa76e38…", or *') from None


def _unchanged(tx: Tx, found: T) -> T:
    """Return the computed result without storing anything."""
    return found


def _work(request: Request) -> RequestWork:
    raise RuntimeError("handlers are called by kit.http.operation, never by the framework")


Db = Annotated[RequestWork, Depends(_work)]
"""Type of the parameter through which a handler gets its `RequestWork`."""
