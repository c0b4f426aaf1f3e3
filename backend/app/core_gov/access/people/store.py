"""Tables of people, and of the links by which they set a password."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Index, Table, Text, bindparam, insert, select, text, update

from backend.app.core_gov.access.people.schemas import LinkKind, Status
from backend.app.core_gov.access.schemas import Role
from backend.app.kit.db import Query, Tx, metadata
from backend.app.kit.errors import Conflict, DuplicateKey, NotFound

people = Table(
    "people",
    metadata,
    Column("id", Text, primary_key=True),
    Column("email", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("password_hash", Text),
    Column("password_set_at", Text),
    Column("created_by", Text, nullable=False),
    Column("created_at", Text, nullable=False),
    Column("updated_at", Text, nullable=False),
)
person_links = Table(
    "person_links",
    metadata,
    Column("digest", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("person_id", Text, nullable=False),
    Column("created_by", Text, nullable=False),
    Column("created_at", Text, nullable=False),
    Column("expires_at", Text, nullable=False),
    Column("used_at", Text),
    Column("revoked_at", Text),
)
Index("ix_person_links_person_id", person_links.c.person_id)


@dataclass(frozen=True, slots=True)
class Person:
    """A person as stored. `password_hash` is kept out of every representation."""

    id: str
    email: str
    name: str
    role: Role
    status: Status
    password_hash: str | None
    password_set_at: str | None
    created_by: str
    created_at: str
    updated_at: str

    def __repr__(self) -> str:
        return f"Person({self.id}, {self.email})"


@dataclass(frozen=True, slots=True)
class Link:
    """A link of a person as stored."""

    digest: str
    kind: LinkKind
    person_id: str
    created_by: str
    created_at: str
    expires_at: str
    used_at: str | None
    revoked_at: str | None


_c, _l = people.c, person_links.c
_NAMES = tuple(column.name for column in people.columns)
_insert = Query(insert(people).values({name: bindparam(name) for name in _NAMES}))
_every = Query(select(*_c).order_by(_c.email))
_by_id = Query(select(*_c).where(_c.id == bindparam("id")))
_lock = Query(select(*_c).where(_c.id == bindparam("id")).with_for_update())
_by_email = Query(select(*_c).where(_c.email == bindparam("email")))
_token = Query(text("SELECT name FROM access_tokens WHERE lower(name) = :email AND revoked_at IS NULL"))
_lock_admins = Query(select(_c.id).where(_c.role == "admin", _c.status == "active").order_by(_c.id).with_for_update())
_CHANGED = tuple(name for name in _NAMES if name not in {"id", "created_by", "created_at"})
_update = Query(
    update(people).values({name: bindparam(name) for name in _CHANGED}).where(_c.id == bindparam("person_id"))
)
_add_link = Query(insert(person_links).values({column.name: bindparam(column.name) for column in _l}))
_lock_link = Query(select(*_l).where(_l.digest == bindparam("digest")).with_for_update())
_link = Query(select(*_l).where(_l.digest == bindparam("digest")))
_use_link = Query(update(person_links).values(used_at=bindparam("at")).where(_l.digest == bindparam("link_digest")))
_revoke_links = Query(
    update(person_links)
    .values(revoked_at=bindparam("at"))
    .where(_l.person_id == bindparam("whose"), _l.used_at.is_(None), _l.revoked_at.is_(None))
)
_revoke_all_links = Query(
    update(person_links).values(revoked_at=bindparam("at")).where(_l.used_at.is_(None), _l.revoked_at.is_(None))
)


def add(tx: Tx, person: Person) -> None:
    try:
        tx.run(_insert, **{name: getattr(person, name) for name in _NAMES})
    except DuplicateKey:
        raise Conflict(f"{person.email} is on file already") from None


def every(tx: Tx) -> list[Person]:
    return [Person(*row) for row in tx.all(_every)]


def get(tx: Tx, person_id: str, *, lock: bool = False) -> Person:
    """Return a person, locked until the end of the unit if asked. Raises NotFound."""
    row = tx.one(_lock if lock else _by_id, id=person_id)
    if row is None:
        raise NotFound("person")
    return Person(*row)


def find(tx: Tx, email: str) -> Person | None:
    row = tx.one(_by_email, email=email)
    return Person(*row) if row else None


def names_a_token(tx: Tx, email: str) -> bool:
    """Return whether a token that has not been revoked has an email address as its name, in any case."""
    return tx.one(_token, email=email) is not None


def other_admins(tx: Tx, person_id: str) -> int:
    """Return the number of active admins besides a person, locked, so that two cannot leave at the same time."""
    return sum(row[0] != person_id for row in tx.all(_lock_admins))


def update_person(tx: Tx, person: Person) -> None:
    values: dict[str, Any] = {name: getattr(person, name) for name in _CHANGED}
    try:
        tx.run(_update, person_id=person.id, **values)
    except DuplicateKey:
        raise Conflict(f"{person.email} is on file already") from None


def add_link(tx: Tx, link: Link) -> None:
    tx.run(_add_link, **{column.name: getattr(link, column.name) for column in _l})


def link(tx: Tx, digest: str, *, lock: bool = False) -> Link | None:
    row = tx.one(_lock_link if lock else _link, digest=digest)
    return Link(*row) if row else None


def use_link(tx: Tx, digest: str) -> None:
    tx.run(_use_link, link_digest=digest, at=tx.now)


def revoke_links(tx: Tx, person_id: str) -> int:
    """Revoke the unused links of a person, and return how many there were."""
    return tx.count(_revoke_links, whose=person_id, at=tx.now)


def revoke_all_links(tx: Tx) -> int:
    return tx.count(_revoke_all_links, at=tx.now)
