"""`Idempotency-Key`: a repeated POST or PATCH gets the response of the first one for 24 hours.

The response is stored in the same transaction as the change, so neither can exist without the other. Only successful
responses are stored, because a failed unit stores nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Any

from sqlalchemy import Column, Index, Integer, Table, Text, bindparam, delete, func, insert, select, update

from backend.app.kit.db.sql import Query, metadata
from backend.app.kit.db.tx import Tx
from backend.app.kit.errors import BadInput, Conflict, DuplicateKey, RetryUnit

KEPT = timedelta(hours=24)
MAX_KEY = 200

idempotency_keys = Table(
    "idempotency_keys",
    metadata,
    Column("scope", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("digest", Text, nullable=False),
    Column("status", Integer, nullable=False),
    Column("body", Text, nullable=False),
    Column("etag", Text),
    Column("at", Text, nullable=False),
)
Index("ix_idempotency_keys_at", idempotency_keys.c.at)

_c = idempotency_keys.c
_mine = (_c.scope == bindparam("scope")) & (_c.key == bindparam("key"))
_find = Query(select(_c.digest, _c.status, _c.body, _c.etag, _c.at).where(_mine))
_forget = Query(delete(idempotency_keys).where(_mine))
_keep = Query(insert(idempotency_keys).values({column.name: bindparam(column.name) for column in _c}))
_named = func.substr(_c.scope, 1, bindparam("length")) == bindparam("prefix")
_forget_scopes = Query(delete(idempotency_keys).where(_named))
_rename_scopes = Query(
    update(idempotency_keys)
    .values(scope=bindparam("new", type_=Text).concat(func.substr(_c.scope, bindparam("length") + 1)))
    .where(_named)
)
_purge = Query(delete(idempotency_keys).where(_c.at < bindparam("before")))


@dataclass(frozen=True, slots=True)
class KeyedRequest:
    """A request with an Idempotency-Key.

    `scope`: method, actor and path, within which the key identifies the request. `digest`: of query, If-Match and body.
    `earlier`: scope and digest under which earlier versions stored the response to this request.
    """

    scope: str
    key: str
    digest: str
    earlier: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class StoredResponse:
    """A stored successful response."""

    status: int
    body: str
    etag: str | None
    replayed: bool = False


def check_key(key: str) -> str:
    """Return the key. Raises BadInput unless it has 1 to 200 printable ASCII characters."""
    if not 0 < len(key) <= MAX_KEY or not (key.isascii() and key.isprintable()):
        raise BadInput(f"Idempotency-Key must have 1 to {MAX_KEY} printable ASCII characters")
    return key


def digest_of(content: bytes) -> str:
    """Return the digest of the content of a request."""
    return blake2b(content, digest_size=16).hexdigest()


def once(tx: Tx, request: KeyedRequest, work: Callable[[Tx], StoredResponse]) -> StoredResponse:
    """Run the work once per scope and key, and return the same response from then on.

    Raises Conflict if the key was used for another request.
    """
    row = tx.one(_find, scope=request.scope, key=request.key)
    stored = _replayed(tx, row, request)
    if stored is not None:
        return stored
    if row is not None:
        tx.run(_forget, scope=request.scope, key=request.key)
    response = work(tx)
    try:
        tx.run(
            _keep,
            scope=request.scope,
            key=request.key,
            digest=request.digest,
            status=response.status,
            body=response.body,
            etag=response.etag,
            at=tx.now,
        )
    except DuplicateKey:
        raise RetryUnit from None  # the first request has just been committed: read its response
    return response


def stored_response(tx: Tx, request: KeyedRequest) -> StoredResponse | None:
    """Return the response of the first request, if there was one. Raises Conflict as `once` does."""
    return _replayed(tx, tx.one(_find, scope=request.scope, key=request.key), request)


def _replayed(tx: Tx, row: tuple[Any, ...] | None, request: KeyedRequest) -> StoredResponse | None:
    digest = request.digest
    if row is None and request.earlier is not None:
        scope, digest = request.earlier
        row = tx.one(_find, scope=scope, key=request.key)
    if row is None or row[4] < _expiry(tx.now):
        return None
    if row[0] != digest:
        raise Conflict("this Idempotency-Key was used for another request; use a new key for a new request")
    return StoredResponse(row[1], row[2], row[3], replayed=True)


def rename_actor(tx: Tx, before: str, after: str) -> None:
    """Keep the stored responses of a caller under a new name; those of whoever had it earlier are deleted."""
    for method in ("POST", "PATCH"):
        old, new = f"{method} {before} ", f"{method} {after} "
        tx.run(_forget_scopes, prefix=new, length=len(new))
        tx.run(_rename_scopes, prefix=old, length=len(old), new=new)


def purge(tx: Tx) -> int:
    """Delete the responses older than 24 hours. Return how many."""
    return tx.count(_purge, before=_expiry(tx.now))


def _expiry(now: str) -> str:
    return (datetime.fromisoformat(now) - KEPT).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
