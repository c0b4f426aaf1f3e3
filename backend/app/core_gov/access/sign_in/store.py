"""Tables of sign-in: failures counted per account and address, and open challenges."""

from sqlalchemy import Column, Index, Integer, Table, Text, bindparam, delete, insert, select, text, update

from backend.app.core_gov.access.people.store import people
from backend.app.core_gov.access.sessions.live_session import LiveSession
from backend.app.core_gov.access.sessions.store import sessions
from backend.app.kit.db import Query, Tx, metadata

sign_in_failures = Table(
    "sign_in_failures",
    metadata,
    Column("key", Text, primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("last_at", Text, nullable=False),
)
sign_in_challenges = Table(
    "sign_in_challenges",
    metadata,
    Column("digest", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("created_at", Text, nullable=False),
    Column("expires_at", Text, nullable=False),
)
_f, _s = sign_in_failures.c, sign_in_challenges.c
Index("ix_sign_in_failures_last_at", _f.last_at)
Index("ix_sign_in_challenges_expires_at", _s.expires_at)


_e, _p = sessions.c, people.c
_live = Query(
    select(_e.id, _p.id, _p.email, _p.role, _e.stage, _e.methods, _e.signed_in_at, _e.seen_at, _e.expires_at)
    .select_from(sessions.join(people, _p.id == _e.person_id))
    .where(_e.digest == bindparam("digest"), _e.ended_at.is_(None), _p.status == "active")
)

_offer = Query(
    text("INSERT INTO sign_in_failures (key, failures, last_at) VALUES (:key, 0, :at) ON CONFLICT (key) DO NOTHING")
)
_lock = Query(select(_f.failures, _f.last_at).where(_f.key == bindparam("key")).with_for_update())
_count = Query(
    update(sign_in_failures)
    .values(failures=bindparam("count"), last_at=bindparam("at"))
    .where(_f.key == bindparam("counter"))
)
_forgive = Query(
    update(sign_in_failures).values(failures=_f.failures - 1).where(_f.key == bindparam("counter"), _f.failures > 0)
)
_forget = Query(delete(sign_in_failures).where(_f.key == bindparam("counter")))
_purge_failures = Query(delete(sign_in_failures).where(_f.last_at < bindparam("before")))

_add = Query(insert(sign_in_challenges).values({column.name: bindparam(column.name) for column in _s}))
_note = Query(
    text(
        "INSERT INTO sign_in_challenges (digest, kind, state, created_at, expires_at) "
        "VALUES (:digest, :kind, '', :at, :expires_at) ON CONFLICT (digest) DO NOTHING"
    )
)
_take = Query(
    select(_s.state, _s.expires_at)
    .where(_s.digest == bindparam("digest"), _s.kind == bindparam("kind"))
    .with_for_update()
)
_remove = Query(delete(sign_in_challenges).where(_s.digest == bindparam("challenge")))
_purge_challenges = Query(delete(sign_in_challenges).where(_s.expires_at < bindparam("before")))


def live_session(tx: Tx, digest: str) -> LiveSession | None:
    row = tx.one(_live, digest=digest)
    return LiveSession(*row) if row else None


def lock_counter(tx: Tx, key: str) -> tuple[int, str]:
    """Return the failures of a counter and the time of the last one, locked until the end of the unit."""
    tx.run(_offer, key=key, at=tx.now)
    row = tx.one(_lock, key=key)
    assert row is not None
    return int(row[0]), str(row[1])


def set_counter(tx: Tx, key: str, failures: int) -> None:
    tx.run(_count, counter=key, count=failures, at=tx.now)


def forgive(tx: Tx, key: str) -> None:
    """Take one failure back from a counter."""
    tx.run(_forgive, counter=key)


def forget(tx: Tx, key: str) -> None:
    tx.run(_forget, counter=key)


def add_challenge(tx: Tx, digest: str, kind: str, state: str, expires_at: str) -> None:
    tx.run(_add, digest=digest, kind=kind, state=state, created_at=tx.now, expires_at=expires_at)


def note_once(tx: Tx, digest: str, kind: str, expires_at: str) -> bool:
    """Note something that may be used once, and return whether it was not noted before."""
    return tx.count(_note, digest=digest, kind=kind, at=tx.now, expires_at=expires_at) == 1


def take_challenge(tx: Tx, digest: str, kind: str) -> str | None:
    """Return the state of an open challenge and remove it, so that it is used once. None if there is none."""
    row = tx.one(_take, digest=digest, kind=kind)
    if row is None:
        return None
    tx.run(_remove, challenge=digest)
    return str(row[0]) if row[1] > tx.now else None


def purge_challenges(tx: Tx, before: str) -> None:
    """Delete the challenges that expired before a time."""
    tx.run(_purge_challenges, before=before)


def purge(tx: Tx, failures_before: str, challenges_before: str) -> None:
    """Delete the counters without a recent failure, and the expired challenges."""
    tx.run(_purge_failures, before=failures_before)
    purge_challenges(tx, challenges_before)
