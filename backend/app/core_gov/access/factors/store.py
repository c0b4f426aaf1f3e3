"""Tables of second factors."""

from dataclasses import dataclass

from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    Table,
    Text,
    bindparam,
    delete,
    func,
    insert,
    null,
    select,
    text,
    update,
)

from backend.app.kit.db import Query, Tx, metadata
from backend.app.kit.errors import Conflict, DuplicateKey

totp_secrets = Table(
    "totp_secrets",
    metadata,
    Column("person_id", Text, primary_key=True),
    Column("secret", Text),
    Column("confirmed_at", Text),
    Column("pending", Text),
    Column("pending_at", Text),
    Column("last_step", BigInteger, nullable=False),
)
recovery_codes = Table(
    "recovery_codes",
    metadata,
    Column("person_id", Text, primary_key=True),
    Column("digest", Text, primary_key=True),
    Column("created_at", Text, nullable=False),
    Column("used_at", Text),
)
passkeys = Table(
    "passkeys",
    metadata,
    Column("id", Text, primary_key=True),
    Column("person_id", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("rp_id", Text, nullable=False),
    Column("credential", Text, nullable=False),
    Column("transports", Text, nullable=False),
    Column("sign_count", BigInteger, nullable=False),
    Column("created_at", Text, nullable=False),
    Column("used_at", Text),
)
_t, _r, _k = totp_secrets.c, recovery_codes.c, passkeys.c
Index("ix_passkeys_person_id", _k.person_id)


@dataclass(frozen=True, slots=True)
class Totp:
    """The authenticator app of a person, as stored.

    `secret` counts from `confirmed_at` on. `pending` is a new secret that no code has confirmed yet. `last_step`: time
    step of the last accepted code.
    """

    person_id: str
    secret: str | None
    confirmed_at: str | None
    pending: str | None
    pending_at: str | None
    last_step: int

    def __repr__(self) -> str:
        return f"Totp({self.person_id})"


@dataclass(frozen=True, slots=True)
class Passkey:
    """A passkey as stored.

    `rp_id`: host name that it is for. `credential`: its id and public key (AttestedCredentialData of WebAuthn) in
    URL-safe base64. `transports`: how browsers reach it, separated by spaces. `sign_count`: its counter of signatures,
    0 if it has none.
    """

    id: str
    person_id: str
    name: str
    rp_id: str
    credential: str
    transports: str
    sign_count: int
    created_at: str
    used_at: str | None


_totp = Query(select(*_t).where(_t.person_id == bindparam("person_id")))
_offer = Query(
    text(
        "INSERT INTO totp_secrets (person_id, pending, pending_at, last_step) VALUES (:person_id, :pending, :at, 0) "
        "ON CONFLICT (person_id) DO UPDATE SET pending = :pending, pending_at = :at"
    )
)
_confirm = Query(
    update(totp_secrets)
    .values(
        secret=_t.pending, confirmed_at=bindparam("at"), pending=null(), pending_at=null(), last_step=bindparam("step")
    )
    .where(_t.person_id == bindparam("whose"), _t.pending == bindparam("confirmed"))
)
_use_step = Query(
    update(totp_secrets)
    .values(last_step=bindparam("step"))
    .where(_t.person_id == bindparam("whose"), _t.secret == bindparam("of_secret"), _t.last_step < bindparam("step"))
)
_remove_totp = Query(delete(totp_secrets).where(_t.person_id == bindparam("whose")))

_codes_left = Query(select(func.count()).where(_r.person_id == bindparam("person_id"), _r.used_at.is_(None)))
_add_code = Query(insert(recovery_codes).values({column.name: bindparam(column.name) for column in _r}))
_use_code = Query(
    update(recovery_codes)
    .values(used_at=bindparam("at"))
    .where(_r.person_id == bindparam("whose"), _r.digest == bindparam("code"), _r.used_at.is_(None))
)
_remove_codes = Query(delete(recovery_codes).where(_r.person_id == bindparam("whose")))

_passkeys = Query(select(*_k).where(_k.person_id == bindparam("person_id")).order_by(_k.created_at, _k.id))
_passkey = Query(select(*_k).where(_k.id == bindparam("id")))
_add_passkey = Query(insert(passkeys).values({column.name: bindparam(column.name) for column in _k}))
_rename_passkey = Query(update(passkeys).values(name=bindparam("label")).where(_k.id == bindparam("passkey")))
_use_passkey = Query(
    update(passkeys)
    .values(sign_count=bindparam("count"), used_at=bindparam("at"))
    .where(_k.id == bindparam("passkey"))
    .where((_k.sign_count < bindparam("count")) | (_k.sign_count == bindparam("zero")))
)
_remove_passkey = Query(delete(passkeys).where(_k.id == bindparam("passkey")))
_remove_passkeys = Query(delete(passkeys).where(_k.person_id == bindparam("whose")))

_with_factor = Query(
    select(_t.person_id).where(_t.confirmed_at.is_not(None)).union(select(_k.person_id)).order_by("person_id")
)


def totp(tx: Tx, person_id: str) -> Totp | None:
    row = tx.one(_totp, person_id=person_id)
    return Totp(*row) if row else None


def offer_totp(tx: Tx, person_id: str, secret: str) -> None:
    """Store a new secret, which counts once a code confirms it. A confirmed one stays until then."""
    tx.run(_offer, person_id=person_id, pending=secret, at=tx.now)


def confirm_totp(tx: Tx, person_id: str, pending: str, step: int) -> bool:
    """Put the pending secret in force, and return whether it was still pending."""
    return tx.count(_confirm, whose=person_id, confirmed=pending, step=step, at=tx.now) == 1


def use_step(tx: Tx, person_id: str, secret: str, step: int) -> bool:
    """Note the time step of an accepted code, and return whether it is later than all before.

    The condition is in the statement, so that of two processes only one accepts a code.
    """
    return tx.count(_use_step, whose=person_id, of_secret=secret, step=step) == 1


def remove_totp(tx: Tx, person_id: str) -> int:
    return tx.count(_remove_totp, whose=person_id)


def codes_left(tx: Tx, person_id: str) -> int:
    """Return the number of unused recovery codes."""
    row = tx.one(_codes_left, person_id=person_id)
    return int(row[0]) if row else 0


def replace_codes(tx: Tx, person_id: str, digests: list[str]) -> None:
    tx.run(_remove_codes, whose=person_id)
    for digest in digests:
        tx.run(_add_code, person_id=person_id, digest=digest, created_at=tx.now, used_at=None)


def use_code(tx: Tx, person_id: str, digest: str) -> bool:
    """Use a recovery code up, and return whether it was unused."""
    return tx.count(_use_code, whose=person_id, code=digest, at=tx.now) == 1


def passkeys_of(tx: Tx, person_id: str) -> list[Passkey]:
    """Return the passkeys of a person, oldest first."""
    return [Passkey(*row) for row in tx.all(_passkeys, person_id=person_id)]


def passkey(tx: Tx, passkey_id: str) -> Passkey | None:
    row = tx.one(_passkey, id=passkey_id)
    return Passkey(*row) if row else None


def add_passkey(tx: Tx, added: Passkey) -> None:
    """Add a passkey. Raises Conflict if it is on file, whosever it is."""
    try:
        tx.run(_add_passkey, **{column.name: getattr(added, column.name) for column in _k})
    except DuplicateKey:
        raise Conflict("this passkey is on file already") from None


def rename_passkey(tx: Tx, passkey_id: str, name: str) -> None:
    tx.run(_rename_passkey, passkey=passkey_id, label=name)


def use_passkey(tx: Tx, passkey_id: str, count: int) -> bool:
    """Note a use, and return whether the counter went up. Passkeys without a counter send 0 each time."""
    return tx.count(_use_passkey, passkey=passkey_id, count=count, zero=0 if count == 0 else -1, at=tx.now) == 1


def remove_passkey(tx: Tx, passkey_id: str) -> None:
    tx.run(_remove_passkey, passkey=passkey_id)


def remove_all(tx: Tx, person_id: str) -> tuple[int, int, int]:
    """Remove all factors of a person, and return the number of apps, passkeys and recovery codes."""
    removed = (tx.count(query, whose=person_id) for query in (_remove_totp, _remove_passkeys, _remove_codes))
    apps, keys, codes = removed
    return apps, keys, codes


def people_with_factor(tx: Tx) -> set[str]:
    """Return the ids of the people who have a second factor."""
    return {row[0] for row in tx.all(_with_factor)}
