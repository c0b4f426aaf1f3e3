"""What a handler is given: the database as this request may use it."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import blake2b
from typing import Annotated, Any, Concatenate, ParamSpec, TypeVar

from fastapi import Depends, Request

from backend.app.kit import idempotency
from backend.app.kit.db import Ctx, Database, Tx
from backend.app.kit.errors import Forbidden
from backend.app.kit.http.responses import Answer, page_body, render
from backend.app.kit.records import Page

P = ParamSpec("P")
T = TypeVar("T")
C = TypeVar("C")

ROLES = ("viewer", "operator", "admin")


@dataclass(frozen=True, slots=True)
class Caller:
    """Who sends the request, and what they may do: viewer reads, operator writes, admin sees the audit trail."""

    actor: str
    role: str

    def may(self, role: str) -> bool:
        return ROLES.index(self.role) >= ROLES.index(role)


@dataclass(slots=True)
class Work:
    """The database as one request uses it; each method runs a service and answers with what it returned."""

    database: Database
    ctx: Ctx
    caller: Caller
    path: str
    status: int = 200
    sent: bytes = b""
    idempotency_key: str | None = None

    async def write(self, fn: Callable[Concatenate[Tx, P], T], *args: P.args, **kw: P.kwargs) -> Answer:
        """Runs one unit of work, or replays the answer that its Idempotency-Key got before."""
        if self.idempotency_key is None:
            return self._answer(await self.database.write(self.ctx, fn, *args, **kw))
        return self._again(await self.database.write(self.ctx, self._once, fn, args, kw))

    def _again(self, kept: idempotency.KeptAnswer) -> Answer:
        answer = Answer(kept.status, kept.body.encode())
        if kept.etag:
            answer.headers.append((b"etag", kept.etag.encode()))
        if kept.replayed:
            answer.headers.append((b"idempotent-replayed", b"true"))
        return answer

    async def read(self, fn: Callable[Concatenate[Tx, P], T], *args: P.args, **kw: P.kwargs) -> Answer:
        """For one short statement."""
        return self._answer(await self.database.read(fn, *args, **kw))

    async def snapshot(self, fn: Callable[Concatenate[Tx, P], T], *args: P.args, **kw: P.kwargs) -> Answer:
        """For several statements that must agree, or a long one."""
        return self._answer(await self.database.snapshot(fn, *args, **kw))

    async def compute(self, fn: Callable[Concatenate[Database, P], T], *args: P.args, **kw: P.kwargs) -> Answer:
        """For what takes more than a few milliseconds: it runs in a worker thread, and reads what it needs itself.

        It stores nothing but, where there is an Idempotency-Key, its answer.
        """
        known = await self._known()
        if known is not None:
            return self._again(known)
        found = await asyncio.to_thread(fn, self.database, *args, **kw)
        return self._answer(found) if self.idempotency_key is None else await self.write(_as_it_is, found)

    async def compute_and_write(
        self,
        compute: Callable[Concatenate[Database, P], C],
        store: Callable[[Tx, C], object],
        *args: P.args,
        **kw: P.kwargs,
    ) -> Answer:
        """Computes in a worker thread, and stores what came of it in a short unit of work, which checks it anew.

        What its Idempotency-Key got before is replayed without computing: it may be that nothing comes of it any more.
        """
        known = await self._known()
        if known is not None:
            return self._again(known)
        return await self.write(store, await asyncio.to_thread(compute, self.database, *args, **kw))

    def require(self, role: str) -> None:
        if not self.caller.may(role):
            raise Forbidden(f"this needs the role {role}; {self.caller.actor} is {self.caller.role}")

    def _answer(self, result: object) -> Answer:
        if isinstance(result, Page):
            return Answer(self.status, page_body(result))
        body, etag = render(result)
        return Answer(self.status, body.encode(), headers=[(b"etag", etag.encode())] if etag else [])

    async def _known(self) -> idempotency.KeptAnswer | None:
        if self.idempotency_key is None:
            return None
        return await self.database.read(idempotency.known_answer, *self._request)

    @property
    def _request(self) -> tuple[str, str, str]:
        """What an answer is kept under: the scope, the key and a digest of what was sent."""
        assert self.idempotency_key is not None
        digest = blake2b(self.sent, digest_size=16).hexdigest()
        return f"{self.ctx.actor} {self.path}", self.idempotency_key, digest

    def _once(
        self, tx: Tx, fn: Callable[..., object], args: tuple[Any, ...], kw: dict[str, Any]
    ) -> idempotency.KeptAnswer:
        def work(tx: Tx) -> idempotency.KeptAnswer:
            body, etag = render(fn(tx, *args, **kw))
            return idempotency.KeptAnswer(self.status, body, etag)

        return idempotency.once(tx, *self._request, work)


def _as_it_is(tx: Tx, found: T) -> T:
    """Stores nothing of what was computed."""
    return found


def _work(request: Request) -> Work:
    raise RuntimeError("handlers are called by kit.http.operation, never by the framework")


Db = Annotated[Work, Depends(_work)]
"""The parameter by which a handler asks for its `Work`."""
