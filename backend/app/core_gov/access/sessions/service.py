"""Service of sessions: begin, find, list and end them."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol, cast

from backend.app.core_gov.access.secrets import digest, new_secret
from backend.app.core_gov.access.sessions import store
from backend.app.core_gov.access.sessions.limits import (
    INCOMPLETE,
    KEPT_AFTER_END,
    TOUCHED_AFTER,
    SessionLimits,
)
from backend.app.core_gov.access.sessions.schemas import EndedSessions, Method, SessionList, SessionRecord, Stage
from backend.app.core_gov.access.sessions.store import Session
from backend.app.core_gov.access.stored_rows import record_of_row
from backend.app.core_gov.audit import service as audit
from backend.app.kit.clock import later
from backend.app.kit.db import Tx
from backend.app.kit.errors import NotFound, Unauthenticated
from backend.app.kit.ids import new_id

has_signed_in_from, last_seen = store.has_signed_in_from, store.last_seen

MAX_USER_AGENT = 300

_ENDED = "the session has ended; sign in again"


@dataclass(frozen=True, slots=True)
class Browser:
    """Network address and browser of a sign-in."""

    address: str
    user_agent: str = ""


@dataclass(frozen=True, slots=True)
class ProviderSession:
    """Session of a person at a provider of single sign-on.

    `id`: the provider's id of it, if it names one. `signed_in_at`: when the person signed in there, if it says so.
    """

    provider: str
    id: str | None
    id_token: str = field(repr=False)
    signed_in_at: str | None = None


class SessionHolder(Protocol):
    """A person who gets a session."""

    @property
    def id(self) -> str: ...
    @property
    def email(self) -> str: ...
    @property
    def role(self) -> str: ...


@dataclass(frozen=True, slots=True)
class NewSession:
    """A session that has begun, and its token, which is not stored."""

    id: str
    token: str
    stage: Stage
    email: str
    role: str


def begin_session(
    tx: Tx,
    person: SessionHolder,
    methods: tuple[Method, ...],
    stage: Stage,
    browser: Browser,
    limits: SessionLimits,
    provider: ProviderSession | None = None,
) -> NewSession:
    """Begin a session with a new token. It is recorded in the audit trail when it is complete."""
    token, session_id = new_secret(), new_id("ses")
    complete = stage == "complete"
    store.add(
        tx,
        Session(
            digest=digest(token),
            id=session_id,
            person_id=person.id,
            stage=stage,
            methods=" ".join(methods),
            address=browser.address,
            user_agent=browser.user_agent[:MAX_USER_AGENT],
            created_at=tx.now,
            signed_in_at=min(tx.now, (provider and provider.signed_in_at) or tx.now),
            seen_at=tx.now,
            expires_at=limits.expires_at(tx.now) if complete else later(tx.now, INCOMPLETE),
            provider=provider.provider if provider else None,
            provider_session=provider.id if provider else None,
            id_token=provider.id_token if provider else None,
        ),
    )
    store.purge(tx, later(tx.now, -KEPT_AFTER_END))
    if complete:
        facts = {"session": session_id, "methods": list(methods), "address": browser.address}
        audit.record_act(tx, "person.signed_in", "person", person.id, facts)
    return NewSession(session_id, token, stage, person.email, person.role)


def complete_session(
    tx: Tx, session: Session, person: SessionHolder, method: Method, browser: Browser, limits: SessionLimits
) -> NewSession:
    """End a session whose sign-in was not complete, and begin the one that follows the second factor.

    Raises Unauthenticated if it has ended.
    """
    if not store.end(tx, session.id, "second factor given"):
        raise Unauthenticated(_ENDED)
    provider = None
    if session.provider is not None:
        provider = ProviderSession(session.provider, session.provider_session, session.id_token or "")
    methods = cast("tuple[Method, ...]", (*session.methods.split(), method))
    return begin_session(tx, person, methods, "complete", browser, limits, provider)


def renew_session(tx: Tx, session: Session, person: SessionHolder) -> NewSession:
    """Give a session a new token after its person has confirmed who they are. It ends no later than before.

    Raises Unauthenticated if it has ended.
    """
    token = new_secret()
    if not store.renew(tx, session.id, digest(token)):
        raise Unauthenticated(_ENDED)
    return NewSession(session.id, token, session.stage, person.email, person.role)


def is_untouched(now: str, seen_at: str) -> bool:
    """Return whether the time of the last request should be noted again."""
    return now[:16] != seen_at[:16] and now >= later(seen_at, TOUCHED_AFTER)


def touch(tx: Tx, session_id: str) -> None:
    """Note the time of a request."""
    store.touch(tx, session_id)


def list_sessions(tx: Tx, person_id: str, current: str | None, limits: SessionLimits) -> SessionList:
    """Return the open sessions of a person, newest first."""
    found = [
        each for each in store.of_person(tx, person_id) if not limits.is_over(tx.now, each.seen_at, each.expires_at)
    ]
    return SessionList(items=[_record(each, current) for each in found if each.stage == "complete"])


def end_session(tx: Tx, session_id: str, because: str, *, of_person: str | None = None) -> SessionRecord:
    """End a session. Raises NotFound if it is unknown, or of another person than `of_person`."""
    found = store.find(tx, session_id)
    if found is None or of_person not in {None, found.person_id}:
        raise NotFound("session")
    if store.end(tx, session_id, because) and found.stage == "complete":
        facts = {"session": session_id, "because": because}
        audit.record_act(tx, "person.session_ended", "person", found.person_id, facts)
    return _record(found, None)


def end_sessions(tx: Tx, person_id: str, because: str, kept: str | None = None) -> int:
    """End all sessions of a person except one, and return how many there were. The caller records why."""
    return store.end_of_person(tx, person_id, because, kept or "")


def end_others(tx: Tx, person_id: str, kept: str | None, because: str) -> EndedSessions:
    """End the sessions of a person except one, and record it if there were any."""
    ended = end_sessions(tx, person_id, because, kept)
    if ended:
        audit.record_act(tx, "person.sessions_ended", "person", person_id, {"ended": ended, "because": because})
    return EndedSessions(ended=ended)


def end_every_session(tx: Tx, because: str) -> int:
    """End all sessions of all people, and return how many there were. The caller records why."""
    return store.end_every(tx, because)


def end_sessions_at_provider(tx: Tx, provider: str, session: str | None, person_id: str | None, because: str) -> int:
    """End the sessions that began in a session of a provider, or without one all of a person there.

    Of a person, those end too that began in none that the provider named. Return how many there were.
    """
    found = store.at_provider(tx, provider, session, person_id)
    named = [each for each in found if session is None or each.provider_session in {session, None}]
    for each in named:
        end_session(tx, each.id, because)
    return len(named)


def session_of(tx: Tx, session_id: str) -> Session:
    """Return a session. Raises NotFound."""
    found = store.find(tx, session_id)
    if found is None:
        raise NotFound("session")
    return found


def _record(session: Session, current: str | None) -> SessionRecord:
    seen = datetime.fromisoformat(session.seen_at).replace(second=0, microsecond=0)
    return record_of_row(
        SessionRecord,
        f"session {session.id}",
        id=session.id,
        person_id=session.person_id,
        current=session.id == current,
        methods=session.methods.split(),
        address=session.address,
        user_agent=session.user_agent,
        created_at=session.created_at,
        seen_at=seen.isoformat().replace("+00:00", "Z"),
        expires_at=session.expires_at,
    )
