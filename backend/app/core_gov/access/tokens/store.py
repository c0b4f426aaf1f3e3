"""Table of access tokens, stored as SHA-256 digests only."""

from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import BigInteger, Column, Index, Table, Text, bindparam, case, insert, null, select, update

from backend.app.core_gov.access.people.store import people
from backend.app.core_gov.access.schemas import Role, lower_role
from backend.app.core_gov.access.tokens.live_token import LiveToken
from backend.app.core_gov.access.tokens.scopes import Scopes
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
    Column("lifetime_s", BigInteger),
)
Index("ux_access_tokens_previous_digest", access_tokens.c.previous_digest, unique=True)
Index("ix_access_tokens_owner", access_tokens.c.owner)


@dataclass(frozen=True, slots=True)
class AccessToken:
    """A token as stored, without its digests.

    `owner` is the id of a person, whose address and status follow; None for a token without an owner. `lifetime_s`:
    seconds from creation, rotation or change of expiry to the expiry. `previous_until`: until when the secret before
    the last rotation is valid.
    """

    name: str
    role: Role
    owner: str | None
    scopes: str | None
    created_at: str
    expires_at: str | None
    lifetime_s: int | None
    used_at: str | None
    revoked_at: str | None
    previous_until: str | None
    owner_email: str | None
    owner_status: str | None

    @property
    def scope_set(self) -> Scopes | None:
        return scopes_of(self.scopes)


def scopes_of(stored: str | None) -> Scopes | None:
    """Return stored scopes. None for a token that may use everything."""
    return None if stored is None else frozenset(stored.split())


_c, _p = access_tokens.c, people.c
_OWN = tuple(each.name for each in fields(AccessToken))[:-2]
_with_owner = access_tokens.outerjoin(people, _p.id == _c.owner)
_INSERTED = ("name", "digest", "role", "owner", "scopes", "created_at", "expires_at", "lifetime_s")
_insert = Query(insert(access_tokens).values({name: bindparam(name) for name in _INSERTED}))
_live = select(
    *(_c.name, _c.role, _c.scopes, _c.expires_at, _c.used_at, _c.owner, _p.status, _p.role, _c.previous_until)
).select_from(_with_owner)
_by_digest = Query(_live.where(_c.digest == bindparam("digest"), _c.revoked_at.is_(None)))
_by_previous = Query(_live.where(_c.previous_digest == bindparam("digest"), _c.revoked_at.is_(None)))
_listed = select(*(_c[name] for name in _OWN), _p.email, _p.status).select_from(_with_owner)
_every = Query(_listed.order_by(_c.created_at, _c.name))
_of_owner = Query(_listed.where(_c.owner == bindparam("owner")).order_by(_c.created_at, _c.name))
_by_name = Query(_listed.where(_c.name == bindparam("name")))
_lock = Query(select(_c.name).where(_c.name == bindparam("name")).with_for_update())
_named = _c.name == bindparam("token_name")
_revoke = Query(
    update(access_tokens)
    .values(
        revoked_at=case((_c.created_at > bindparam("at"), _c.created_at), else_=bindparam("at")),
        previous_digest=null(),
        previous_until=null(),
    )
    .where(_named, _c.revoked_at.is_(None))
)
_enable = Query(
    update(access_tokens).values(revoked_at=null(), previous_digest=null(), previous_until=null()).where(_named)
)
_replacing = update(access_tokens).values(digest=bindparam("new_digest"), expires_at=bindparam("end")).where(_named)
_replace = Query(_replacing.values(previous_digest=null(), previous_until=null()))
_rotate = Query(_replacing.values(previous_digest=_c.digest, previous_until=bindparam("overlap_until")))
_set_term = Query(
    update(access_tokens).values(expires_at=bindparam("end"), lifetime_s=bindparam("seconds")).where(_named)
)
_note_use = Query(update(access_tokens).values(used_at=bindparam("at")).where(_named))


def add(tx: Tx, name: str, digest: str, role: str, **terms: Any) -> None:
    """Add a token. `terms`: owner, scopes, expires_at, lifetime_s. Raises Conflict if the name was ever used."""
    given = dict.fromkeys(_INSERTED) | {"name": name, "digest": digest, "role": role, "created_at": tx.now} | terms
    try:
        tx.run(_insert, **given)
    except DuplicateKey:
        raise Conflict(f"a token named {name} exists already, perhaps revoked; choose another name") from None


def live_token(tx: Tx, digest: str) -> LiveToken | None:
    """Return the token with this digest, or None if it is unknown or revoked. Whether it is valid now is not checked.

    Only a secret that is not a current one takes a second statement: it may be one from before a rotation.
    """
    row = tx.one(_by_digest, digest=digest)
    if row is not None:
        return _live_token(row, None)
    row = tx.one(_by_previous, digest=digest)
    return _live_token(row, row[8] or "") if row is not None else None


def _live_token(row: tuple[Any, ...], replaced_until: str | None) -> LiveToken:
    name, role, scopes, expires_at, used_at, owner, status, owner_role, _ = row
    if owner is not None:
        status, role = status or "missing", lower_role(role, owner_role or "")
    return LiveToken(name, role, scopes_of(scopes), expires_at, used_at, status, replaced_until)


def every(tx: Tx) -> list[AccessToken]:
    return [AccessToken(*row) for row in tx.all(_every)]


def of_owner(tx: Tx, person_id: str) -> list[AccessToken]:
    return [AccessToken(*row) for row in tx.all(_of_owner, owner=person_id)]


def get(tx: Tx, name: str, *, lock: bool = False) -> AccessToken:
    """Return a token, locked until the end of the unit if asked. Raises NotFound."""
    if lock:
        tx.one(_lock, name=name)
    row = tx.one(_by_name, name=name)
    if row is None:
        raise NotFound(f"token {name}")
    return AccessToken(*row)


def enable(tx: Tx, name: str) -> None:
    """Make a revoked token valid again, with its latest secret only."""
    tx.run(_enable, token_name=name)


def revoke(tx: Tx, name: str) -> None:
    if tx.count(_revoke, token_name=name, at=tx.now) == 0:
        raise NotFound(f"valid token {name}")


def rotate(tx: Tx, name: str, digest: str, overlap_until: str | None, expires_at: str | None) -> None:
    """Replace the secret. The replaced one is valid until `overlap_until`, and an earlier one not any more."""
    if overlap_until is None:
        tx.run(_replace, token_name=name, new_digest=digest, end=expires_at)
    else:
        tx.run(_rotate, token_name=name, new_digest=digest, end=expires_at, overlap_until=overlap_until)


def set_term(tx: Tx, name: str, expires_at: str | None, lifetime_s: int | None) -> None:
    tx.run(_set_term, token_name=name, end=expires_at, seconds=lifetime_s)


def note_use(tx: Tx, name: str, at: str) -> None:
    tx.run(_note_use, token_name=name, at=at)
