"""Changes of one's own second factors: which sessions may make them, and what follows for sessions."""

from dataclasses import dataclass

from backend.app.core_gov.access.factors import passkeys
from backend.app.core_gov.access.factors import service as factors
from backend.app.core_gov.access.factors.passkeys import Registration, Site
from backend.app.core_gov.access.factors.schemas import (
    FactorList,
    FactorRemoval,
    PasskeyCreate,
    PasskeyOptions,
    PasskeyPatch,
    PasskeyRecord,
    RecoveryCodes,
    TotpSetup,
)
from backend.app.core_gov.access.factors.store import Passkey
from backend.app.core_gov.access.passwords.rules import SHORTEST_ALONE, is_long_enough_alone
from backend.app.core_gov.access.people.store import Person
from backend.app.core_gov.access.sessions import service as sessions
from backend.app.core_gov.access.sessions.limits import require_recent
from backend.app.core_gov.access.sessions.schemas import Method, Stage
from backend.app.core_gov.access.sessions.service import NewSession
from backend.app.core_gov.access.sessions.store import Session
from backend.app.core_gov.access.sign_in import challenges
from backend.app.core_gov.access.sign_in.second_step import own_session
from backend.app.core_gov.access.sign_in.service import Arrival, SignInRules, confirm_password
from backend.app.core_gov.access.sign_in.stages import require_no_factor_stage, stage_of
from backend.app.kit.db import Database, Tx
from backend.app.kit.errors import BadInput, Conflict

_TOO_SHORT = (
    f"this is the last second factor, and the password has fewer than {SHORTEST_ALONE} characters: set a longer one "
    "first, or add another factor"
)


@dataclass(frozen=True, slots=True)
class FactorAdded:
    """Result of adding a factor: recovery codes if there were none, and a session if it completes the sign-in."""

    factors: FactorList
    recovery_codes: list[str] | None
    session: NewSession | None


def list_own(tx: Tx, arrival: Arrival, rules_: SignInRules) -> FactorList:
    """Return the factors of the person who is signed in. Raises Forbidden if the second factor must be given first."""
    _, person, _ = _own(tx, arrival, rules_, lock=False)
    return _listed(tx, person, rules_)


def changing(tx: Tx, arrival: Arrival, rules_: SignInRules) -> tuple[Session, Person, Stage]:
    """Return session, person and stage of a request that may change factors: the sign-in is recent.

    Raises Forbidden if it is not, or if the second factor must be given first.
    """
    session, person, stage = _own(tx, arrival, rules_, lock=True)
    require_recent(tx.now, session.signed_in_at)
    return session, person, stage


def _own(tx: Tx, arrival: Arrival, rules_: SignInRules, *, lock: bool) -> tuple[Session, Person, Stage]:
    session, person = own_session(tx, arrival, lock=lock)
    stage = stage_of(tx, session, person, rules_.factor_roles)
    require_no_factor_stage(stage)
    return session, person, stage


def _listed(tx: Tx, person: Person, rules_: SignInRules) -> FactorList:
    return factors.list_factors(tx, person.id, required=person.role in rules_.factor_roles)


# Adding


def start_totp(tx: Tx, arrival: Arrival, rules_: SignInRules) -> TotpSetup:
    """Create a secret for an authenticator app."""
    _, person, _ = changing(tx, arrival, rules_)
    return factors.start_totp(tx, person)


def confirm_totp(tx: Tx, arrival: Arrival, code: str, rules_: SignInRules) -> FactorAdded:
    """Put the new authenticator app in force with its first code."""
    session, person, stage = changing(tx, arrival, rules_)
    new_or_replaced = not factors.has_factor(tx, person.id) or factors.has_totp(tx, person.id)
    factors.confirm_totp(tx, person, code)
    return after_adding(tx, (session, person, stage), "totp", arrival, rules_, ends_others=new_or_replaced)


def after_adding(
    tx: Tx,
    of: tuple[Session, Person, Stage],
    method: Method,
    arrival: Arrival,
    rules_: SignInRules,
    *,
    ends_others: bool,
) -> FactorAdded:
    """Return what follows an added factor. It completes the sign-in of somebody who needed one.

    The first factor ends the other sessions, which have begun without one.
    """
    session, person, stage = of
    codes = factors.first_codes(tx, person)
    if ends_others:
        sessions.end_sessions(tx, person.id, "second factor changed", session.id)
    begun = None
    if stage == "enroll":
        begun = sessions.complete_session(tx, session, person, method, arrival.browser, rules_.limits)
    return FactorAdded(_listed(tx, person, rules_), codes, begun)


def begin_passkey(tx: Tx, arrival: Arrival, site: Site, rules_: SignInRules) -> PasskeyOptions:
    """Return the options with which the browser creates a passkey."""
    session, person, _ = changing(tx, arrival, rules_)
    on_file = factors.passkeys_of(tx, person.id)
    factors.check_number(on_file)
    challenge = challenges.open_challenge(tx, "passkey added", session.id)
    return PasskeyOptions(public_key=passkeys.registration_options(site, person, challenge, on_file))


async def add_passkey(
    database: Database, arrival: Arrival, given: PasskeyCreate, site: Site, rules_: SignInRules
) -> FactorAdded:
    """Add a passkey that the browser has created. Raises BadInput if it does not match, and Conflict."""
    challenge = passkeys.challenge_of(given.credential)
    await database.write(arrival.ctx, challenges.use_challenge, challenge, "passkey added", arrival.replaces)
    made = passkeys.verify_registration(site, challenge, given.credential)
    return await database.write(arrival.ctx, _add_passkey, arrival, made, (site.rp_id, given.name), rules_)


def _add_passkey(
    tx: Tx, arrival: Arrival, made: Registration, described: tuple[str, str], rules_: SignInRules
) -> FactorAdded:
    session, person, stage = changing(tx, arrival, rules_)
    is_first = not factors.has_factor(tx, person.id)
    rp_id, name = described
    added = Passkey(
        id=made.id,
        person_id=person.id,
        name=name,
        rp_id=rp_id,
        credential=made.credential,
        transports=made.transports,
        sign_count=made.sign_count,
        created_at=tx.now,
        used_at=None,
    )
    factors.add_passkey(tx, person, added)
    return after_adding(tx, (session, person, stage), "passkey", arrival, rules_, ends_others=is_first)


def new_codes(tx: Tx, arrival: Arrival, rules_: SignInRules) -> RecoveryCodes:
    """Create recovery codes, which replace the earlier ones."""
    _, person, _ = changing(tx, arrival, rules_)
    return RecoveryCodes(recovery_codes=factors.new_codes(tx, person))


def rename_passkey(
    tx: Tx, arrival: Arrival, passkey_id: str, patch: PasskeyPatch, rules_: SignInRules
) -> PasskeyRecord:
    """Give a passkey another name."""
    _, person, _ = changing(tx, arrival, rules_)
    return factors.rename_passkey(tx, person, passkey_id, patch.name)


# Removing


async def remove(
    database: Database, arrival: Arrival, passkey_id: str | None, given: FactorRemoval, rules_: SignInRules
) -> FactorList:
    """Remove a passkey, or the authenticator app if none is named. Other sessions end.

    The last factor can be removed if the role requires none, and the password, which must be given, is long enough to
    be the only factor. Raises Conflict otherwise, and BadInput if it is wrong.
    """
    person, needs_password = await database.write(arrival.ctx, _before_removal, arrival, rules_)
    if needs_password:
        if given.password is None:
            raise BadInput.field("password", "password is required to remove the last second factor")
        await confirm_password(database, arrival, person, given.password)
        if not is_long_enough_alone(given.password):
            raise Conflict(_TOO_SHORT)
    checked = person.password_hash if needs_password else None
    return await database.write(arrival.ctx, _remove, arrival, passkey_id, checked, rules_)


def _before_removal(tx: Tx, arrival: Arrival, rules_: SignInRules) -> tuple[Person, bool]:
    """Return the person, and whether a removal needs the password. Raises Conflict if the factor must stay."""
    _, person, _ = changing(tx, arrival, rules_)
    is_last = factors.is_last(tx, person.id)
    if is_last and person.role in rules_.factor_roles:
        raise Conflict(f"the role {person.role} requires a second factor: add another one before you remove this one")
    return person, is_last and rules_.passwords and person.password_hash is not None


def _remove(tx: Tx, arrival: Arrival, passkey_id: str | None, checked: str | None, rules_: SignInRules) -> FactorList:
    person, needs_password = _before_removal(tx, arrival, rules_)
    if needs_password and checked != person.password_hash:
        raise Conflict("the account was changed meanwhile; try again")
    if passkey_id is None:
        factors.remove_totp(tx, person)
    else:
        factors.remove_passkey(tx, person, passkey_id)
    sessions.end_sessions(tx, person.id, "second factor changed", arrival.replaces)
    return _listed(tx, person, rules_)
