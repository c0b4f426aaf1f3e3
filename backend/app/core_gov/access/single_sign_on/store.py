"""Table of the identities that people have at providers."""

from dataclasses import dataclass, fields

from sqlalchemy import Column, Index, Table, Text, bindparam, delete, insert, select, update

from backend.app.kit.db import Query, Tx, metadata
from backend.app.kit.errors import DuplicateKey, RetryUnit

identities = Table(
    "identities",
    metadata,
    Column("issuer", Text, primary_key=True),
    Column("subject", Text, primary_key=True),
    Column("person_id", Text, nullable=False),
    Column("provider", Text, nullable=False),
    Column("created_at", Text, nullable=False),
    Column("used_at", Text),
)
_c = identities.c
Index("ix_identities_person_id", _c.person_id)


@dataclass(frozen=True, slots=True)
class Identity:
    """An account of a person at a provider. `provider`: its name in the settings when the account was linked."""

    issuer: str
    subject: str
    person_id: str
    provider: str
    created_at: str
    used_at: str | None = None


_NAMES = tuple(each.name for each in fields(Identity))
_insert = Query(insert(identities).values({name: bindparam(name) for name in _NAMES}))
_same = (_c.issuer == bindparam("of_issuer"), _c.subject == bindparam("of_subject"))
_find = Query(select(*_c).where(*_same))
_of_person = Query(select(*_c).where(_c.person_id == bindparam("person_id")).order_by(_c.created_at, _c.subject))
_every = Query(select(*_c).order_by(_c.issuer, _c.subject))
_touch = Query(update(identities).values(used_at=bindparam("at")).where(*_same))
_remove = Query(delete(identities).where(*_same))


def add(tx: Tx, identity: Identity) -> None:
    """Store an identity. If another process has just stored it, the unit runs again and finds it."""
    try:
        tx.run(_insert, **{name: getattr(identity, name) for name in _NAMES})
    except DuplicateKey:
        raise RetryUnit from None


def find(tx: Tx, issuer: str, subject: str) -> Identity | None:
    row = tx.one(_find, of_issuer=issuer, of_subject=subject)
    return Identity(*row) if row else None


def of_person(tx: Tx, person_id: str) -> list[Identity]:
    """Return the identities of a person, the oldest first."""
    return [Identity(*row) for row in tx.all(_of_person, person_id=person_id)]


def every(tx: Tx) -> list[Identity]:
    return [Identity(*row) for row in tx.all(_every)]


def touch(tx: Tx, identity: Identity) -> None:
    """Note the time of a sign-in."""
    tx.run(_touch, of_issuer=identity.issuer, of_subject=identity.subject, at=tx.now)


def remove(tx: Tx, identity: Identity) -> None:
    tx.run(_remove, of_issuer=identity.issuer, of_subject=identity.subject)
