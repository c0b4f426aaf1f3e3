"""Table of sessions, stored as digests of their tokens only."""

from dataclasses import dataclass, fields

from sqlalchemy import Column, Index, Table, Text, bindparam, delete, func, insert, null, select, update

from backend.app.core_gov.access.sessions.schemas import Stage
from backend.app.kit.db import Query, Tx, metadata

sessions = Table(
    "sessions",
    metadata,
    Column("digest", Text, primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    Column("person_id", Text, nullable=False),
    Column("stage", Text, nullable=False),
    Column("methods", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("user_agent", Text, nullable=False),
    Column("created_at", Text, nullable=False),
    Column("signed_in_at", Text, nullable=False),
    Column("seen_at", Text, nullable=False),
    Column("expires_at", Text, nullable=False),
    Column("ended_at", Text),
    Column("ended_because", Text),
    Column("provider", Text),
    Column("provider_session", Text),
    Column("id_token", Text),
)
_c = sessions.c
Index("ix_sessions_person_id", _c.person_id, _c.created_at)
Index("ix_sessions_provider_session", _c.provider, _c.provider_session)
Index("ix_sessions_expires_at", _c.expires_at)


@dataclass(frozen=True, slots=True)
class Session:
    """A session as stored. `methods`: how the person proved who they are, separated by spaces.

    `provider_session` is the provider's own id of the session, and `id_token` is what a sign-out at the provider needs.
    """

    digest: str
    id: str
    person_id: str
    stage: Stage
    methods: str
    address: str
    user_agent: str
    created_at: str
    signed_in_at: str
    seen_at: str
    expires_at: str
    ended_at: str | None = None
    ended_because: str | None = None
    provider: str | None = None
    provider_session: str | None = None
    id_token: str | None = None

    def __repr__(self) -> str:
        return f"Session({self.id})"


_NAMES = tuple(each.name for each in fields(Session))
_insert = Query(insert(sessions).values({name: bindparam(name) for name in _NAMES}))
_open = (_c.ended_at.is_(None), _c.expires_at > bindparam("at"))
_of_person = Query(
    select(*_c).where(_c.person_id == bindparam("person_id"), *_open).order_by(_c.created_at.desc(), _c.id.desc())
)
_by_id = Query(select(*_c).where(_c.id == bindparam("id")))
_touch = Query(
    update(sessions)
    .values(seen_at=bindparam("at"))
    .where(_c.id == bindparam("session_id"), _c.seen_at < bindparam("at"))
)
_renew = Query(
    update(sessions)
    .values(digest=bindparam("new_digest"), signed_in_at=bindparam("at"))
    .where(_c.id == bindparam("session_id"), *_open)
)
_ending = update(sessions).values(ended_at=bindparam("at"), ended_because=bindparam("because"), id_token=null())
_end = Query(_ending.where(_c.id == bindparam("session_id"), _c.ended_at.is_(None)))
_end_of_person = Query(
    _ending.where(_c.person_id == bindparam("whose"), _c.ended_at.is_(None), _c.id != bindparam("kept"))
)
_at_provider = Query(
    select(*_c)
    .where(
        _c.provider == bindparam("provider"),
        (_c.provider_session == bindparam("provider_session")) | (_c.person_id == bindparam("person_id")),
        _c.ended_at.is_(None),
    )
    .order_by(_c.id)
)
_end_every = Query(_ending.where(_c.ended_at.is_(None)))
_purge = Query(delete(sessions).where(_c.expires_at < bindparam("before")))
_last_seen = Query(select(_c.person_id, func.max(_c.seen_at)).where(_c.stage == "complete").group_by(_c.person_id))
_known_address = Query(
    select(_c.id)
    .where(_c.person_id == bindparam("person_id"), _c.address == bindparam("address"), _c.stage == "complete")
    .limit(1)
)


def add(tx: Tx, session: Session) -> None:
    tx.run(_insert, **{name: getattr(session, name) for name in _NAMES})


def of_person(tx: Tx, person_id: str) -> list[Session]:
    """Return the open sessions of a person, newest first."""
    return [Session(*row) for row in tx.all(_of_person, person_id=person_id, at=tx.now)]


def last_seen(tx: Tx) -> dict[str, str]:
    """Return the time of a recent request of each person with a session on file, by the id of the person."""
    return {row[0]: row[1] for row in tx.all(_last_seen)}


def at_provider(tx: Tx, provider: str, session: str | None, person_id: str | None) -> list[Session]:
    """Return the open sessions that began at a provider, in a session there or of a person."""
    named = {"provider_session": session or "", "person_id": person_id or ""}
    return [Session(*row) for row in tx.all(_at_provider, provider=provider, **named)]


def find(tx: Tx, session_id: str) -> Session | None:
    row = tx.one(_by_id, id=session_id)
    return Session(*row) if row else None


def touch(tx: Tx, session_id: str) -> None:
    tx.run(_touch, session_id=session_id, at=tx.now)


def renew(tx: Tx, session_id: str, digest: str) -> bool:
    """Give a session another token, note a sign-in, and return whether the session was open."""
    return tx.count(_renew, session_id=session_id, new_digest=digest, at=tx.now) == 1


def end(tx: Tx, session_id: str, because: str) -> bool:
    """End a session, and return whether it was open."""
    return tx.count(_end, session_id=session_id, because=because, at=tx.now) == 1


def end_of_person(tx: Tx, person_id: str, because: str, kept: str) -> int:
    return tx.count(_end_of_person, whose=person_id, because=because, at=tx.now, kept=kept)


def end_every(tx: Tx, because: str) -> int:
    return tx.count(_end_every, because=because, at=tx.now)


def purge(tx: Tx, before: str) -> int:
    """Delete the sessions that expired before a time."""
    return tx.count(_purge, before=before)


def has_signed_in_from(tx: Tx, person_id: str, address: str) -> bool:
    """Return whether a session of the person on file began at an address."""
    return tx.one(_known_address, person_id=person_id, address=address) is not None
