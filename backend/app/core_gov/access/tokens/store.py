"""Table of access tokens, stored as SHA-256 digests only."""

from sqlalchemy import Column, Index, Table, Text, bindparam, case, insert, null, select, update

from backend.app.core_gov.access.tokens.schemas import Token
from backend.app.kit.db import Query, Tx, metadata
from backend.app.kit.errors import Conflict, DuplicateKey, NotFound

access_tokens = Table(
    "access_tokens",
    metadata,
    Column("name", Text, primary_key=True),
    Column("digest", Text, nullable=False, unique=True),
    Column("role", Text, nullable=False),
    Column("created_at", Text, nullable=False),
    Column("revoked_at", Text),
    *(Column(name, Text) for name in ("owner", "scopes", "expires_at", "used_at", "previous_digest", "previous_until")),
)
Index("ux_access_tokens_previous_digest", access_tokens.c.previous_digest, unique=True)
Index("ix_access_tokens_owner", access_tokens.c.owner)
_c = access_tokens.c
_insert = Query(
    insert(access_tokens).values(
        name=bindparam("name"),
        digest=bindparam("digest"),
        role=bindparam("role"),
        created_at=bindparam("created_at"),
    )
)
_by_digest = Query(select(_c.name, _c.role).where(_c.digest == bindparam("digest"), _c.revoked_at.is_(None)))
_every = Query(select(_c.name, _c.role, _c.created_at, _c.revoked_at).order_by(_c.created_at))
_revoke = Query(
    update(access_tokens)
    .values(revoked_at=case((_c.created_at > bindparam("at"), _c.created_at), else_=bindparam("at")))
    .where(_c.name == bindparam("token_name"), _c.revoked_at.is_(None))
)
_enable = Query(update(access_tokens).values(revoked_at=null()).where(_c.name == bindparam("token_name")))


def add(tx: Tx, name: str, digest: str, role: str) -> None:
    try:
        tx.run(_insert, name=name, digest=digest, role=role, created_at=tx.now)
    except DuplicateKey:
        raise Conflict(f"a token named {name} exists already, perhaps revoked; choose another name") from None


def holder(tx: Tx, digest: str) -> tuple[str, str] | None:
    """Return the name and role of the token with this digest, or None if it is unknown or revoked."""
    row = tx.one(_by_digest, digest=digest)
    return (row[0], row[1]) if row else None


def every(tx: Tx) -> list[Token]:
    return [Token(*row) for row in tx.all(_every)]


def enable(tx: Tx, name: str) -> None:
    tx.run(_enable, token_name=name)


def revoke(tx: Tx, name: str) -> None:
    if tx.count(_revoke, token_name=name, at=tx.now) == 0:
        raise NotFound(f"valid token {name}")
