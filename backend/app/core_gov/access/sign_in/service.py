"""Signing in with a password, setting one by a link, and what follows the first factor."""

import asyncio
from dataclasses import dataclass, field, replace

from backend.app.core_gov.access.factors import service as factors
from backend.app.core_gov.access.passwords import rules
from backend.app.core_gov.access.passwords.hashing import PasswordHashing
from backend.app.core_gov.access.people import links
from backend.app.core_gov.access.people import service as people
from backend.app.core_gov.access.people.schemas import LinkState, sign_in_name
from backend.app.core_gov.access.people.store import Person
from backend.app.core_gov.access.sessions import service as sessions
from backend.app.core_gov.access.sessions.limits import SessionLimits
from backend.app.core_gov.access.sessions.schemas import Method, SignedIn, Stage
from backend.app.core_gov.access.sessions.service import Browser, NewSession
from backend.app.core_gov.access.sign_in import delays, store
from backend.app.core_gov.access.sign_in.delays import Attempt
from backend.app.core_gov.access.sign_in.schemas import LinkAcceptance, PasswordChange, PasswordSignIn
from backend.app.core_gov.access.sign_in.stages import next_stage, stage_of
from backend.app.kit.db import Ctx, Database, Tx
from backend.app.kit.errors import BadInput, Conflict, NotFound, Unauthenticated

live_session = store.live_session

WRONG = "email or password is wrong"


@dataclass(frozen=True, slots=True)
class SignInRules:
    """Settings of sign-in.

    `factor_roles`: roles that require a second factor. `passwords`: whether they can be used.
    """

    limits: SessionLimits = field(default_factory=SessionLimits)
    factor_roles: frozenset[str] = frozenset()
    passwords: bool = True


@dataclass(frozen=True, slots=True)
class Arrival:
    """A request to sign in: its context, where it comes from, and the live session that it replaces."""

    ctx: Ctx
    browser: Browser
    replaces: str | None = None

    def by(self, person: Person) -> Ctx:
        """Return the context of what the person does once known."""
        return replace(self.ctx, actor=person.email)


async def sign_in(database: Database, arrival: Arrival, given: PasswordSignIn, rules_: SignInRules) -> NewSession:
    """Sign in with a password. Raises Unauthenticated, TooManyRequests, or Conflict if passwords are disabled.

    Unknown and disabled accounts, and those without a password, take as long and are answered like a wrong password.
    """
    _require_passwords(rules_)
    email = sign_in_name(given.email)
    attempt, person = await database.write(arrival.ctx, _begin, email, arrival.browser.address)
    stored = person.password_hash if person and person.status == "active" else None
    hashing = database.cached(PasswordHashing)
    if not await hashing.verify(stored, given.password) or person is None or stored is None:
        raise Unauthenticated(WRONG)
    newer = await hashing.hash(given.password) if hashing.is_outdated(stored) else None
    weak = not rules.is_long_enough_alone(given.password)
    return await database.write(arrival.by(person), _succeed, person, attempt, arrival, rules_, newer, weak=weak)


def _require_passwords(rules_: SignInRules) -> None:
    if not rules_.passwords:
        raise Conflict("passwords are disabled here; sign in with the provider of your company")


def _begin(tx: Tx, email: str, address: str) -> tuple[Attempt, Person | None]:
    person = people.find_person(tx, email)
    known = person is not None and sessions.has_signed_in_from(tx, person.id, address)
    attempt = delays.attempt("password", email, address, known_address=known)
    delays.begin(tx, attempt)
    return attempt, person


def _succeed(
    tx: Tx, person: Person, attempt: Attempt, arrival: Arrival, rules_: SignInRules, newer: str | None, *, weak: bool
) -> NewSession:
    current = people.get_person(tx, person.id, lock=True)
    if current.status != "active" or current.password_hash != person.password_hash:
        raise Unauthenticated(WRONG)  # disabled or changed since
    delays.succeed(tx, attempt)
    if newer is not None and person.password_hash is not None:
        people.rehash_password(tx, person.id, person.password_hash, newer)
    return open_session(tx, current, ("password",), arrival, rules_, weak=weak)


def open_session(
    tx: Tx,
    person: Person,
    methods: tuple[Method, ...],
    arrival: Arrival,
    rules_: SignInRules,
    *,
    weak: bool = False,
) -> NewSession:
    """Begin a session after the first factor, and end the one that the browser had.

    `weak`: the first factor may not be the only one.
    """
    if arrival.replaces is not None:
        sessions.end_session(tx, arrival.replaces, "signed in again")
    stage = next_stage(tx, person, rules_.factor_roles, weak=weak)
    return sessions.begin_session(tx, person, methods, stage, arrival.browser, rules_.limits)


def describe_caller(
    tx: Tx, actor: str, roles: tuple[str, ...], session_id: str | None, rules_: SignInRules
) -> SignedIn:
    """Return who sends a request. A session whose sign-in is not complete has no role."""
    stage: Stage = "complete"
    if session_id:
        session = sessions.session_of(tx, session_id)
        stage = stage_of(tx, session, people.get_person(tx, session.person_id), rules_.factor_roles)
    return SignedIn(actor=actor, role=roles[-1] if roles else "", session=session_id, stage=stage)


def read_link(tx: Tx, secret: str, rules_: SignInRules) -> LinkState:
    """Return what a link is for. It stays valid. Raises NotFound or Conflict if it is not."""
    link, person = links.find_link(tx, secret)
    return LinkState(
        kind=link.kind,
        email=person.email,
        name=person.name,
        expires_at=link.expires_at,
        shortest=shortest_password(tx, person, rules_),
    )


def shortest_password(tx: Tx, person: Person, rules_: SignInRules) -> int:
    """Return the fewest characters that a new password of a person may have."""
    return rules.shortest(with_factor=_with_factor(tx, person, rules_))


async def accept_link(database: Database, arrival: Arrival, given: LinkAcceptance, rules_: SignInRules) -> NewSession:
    """Set the password of a link's person, use the link up, and sign the person in up to the second factor.

    Raises NotFound or Conflict if the link is not valid, BadInput for the password, and TooManyRequests.
    """
    _require_passwords(rules_)
    attempt = delays.attempt("link", "", arrival.browser.address, known_address=True)
    try:
        person, with_factor = await database.snapshot(_person_of_link, given.secret, rules_)
    except NotFound:
        await database.write(arrival.ctx, delays.begin, attempt)
        raise
    await check_password(given.password, person, with_factor=with_factor)
    hashed = await database.cached(PasswordHashing).hash(given.password)
    return await database.write(arrival.by(person), _accept, given, hashed, arrival, rules_)


def _person_of_link(tx: Tx, secret: str, rules_: SignInRules) -> tuple[Person, bool]:
    _, person = links.find_link(tx, secret)
    return person, _with_factor(tx, person, rules_)


def _with_factor(tx: Tx, person: Person, rules_: SignInRules) -> bool:
    """Return whether the password of a person is never the only factor."""
    return person.role in rules_.factor_roles or factors.has_factor(tx, person.id)


async def check_password(password: str, person: Person, *, with_factor: bool) -> None:
    """Raise BadInput unless a person may use a password. Runs in a worker thread: it takes milliseconds."""
    known = [person.email, person.name]
    await asyncio.to_thread(rules.check_password, password, with_factor=with_factor, known=known)


def _accept(tx: Tx, given: LinkAcceptance, hashed: str, arrival: Arrival, rules_: SignInRules) -> NewSession:
    person, _ = links.use_link(tx, given.secret, given.name, hashed)
    sessions.end_sessions(tx, person.id, "password set by a link")
    weak = not rules.is_long_enough_alone(given.password)
    return open_session(tx, person, ("password",), arrival, rules_, weak=weak)


async def change_password(
    database: Database, arrival: Arrival, person_id: str, given: PasswordChange, rules_: SignInRules
) -> None:
    """Replace the password of a person who is signed in, and end the other sessions.

    Raises BadInput if the current one is wrong or the new one is not allowed, and TooManyRequests.
    """
    _require_passwords(rules_)
    person = await database.read(people.get_person, person_id)
    await confirm_password(database, arrival, person, given.current, "current")
    with_factor = await database.snapshot(_with_factor, person, rules_)
    await check_password(given.password, person, with_factor=with_factor)
    hashed = await database.cached(PasswordHashing).hash(given.password)
    await database.write(arrival.ctx, people.set_password, person.id, hashed, arrival.replaces)


async def confirm_password(
    database: Database, arrival: Arrival, person: Person, password: str, field: str = "password"
) -> None:
    """Check the password of a person who is signed in. Raises TooManyRequests, or BadInput of the field it came in.

    Not Unauthenticated: the session is valid, and a client must not take it for ended.
    """
    attempt, found = await database.write(arrival.ctx, _begin, person.email, arrival.browser.address)
    stored = found.password_hash if found else None
    if not await database.cached(PasswordHashing).verify(stored, password):
        raise BadInput.field(field, f"{field} is wrong")
    await database.write(arrival.ctx, delays.succeed, attempt)
