"""The second step of signing in, and confirming again who one is."""

from backend.app.core_gov.access.factors import service as factors
from backend.app.core_gov.access.factors.schemas import FactorCode
from backend.app.core_gov.access.people import service as people
from backend.app.core_gov.access.people.store import Person
from backend.app.core_gov.access.sessions import service as sessions
from backend.app.core_gov.access.sessions.schemas import Method
from backend.app.core_gov.access.sessions.service import NewSession
from backend.app.core_gov.access.sessions.store import Session
from backend.app.core_gov.access.sign_in import delays
from backend.app.core_gov.access.sign_in.schemas import Confirmation
from backend.app.core_gov.access.sign_in.service import Arrival, SignInRules, confirm_password
from backend.app.core_gov.access.sign_in.stages import require_factor_stage, require_no_factor_stage, stage_of
from backend.app.core_gov.audit import service as audit
from backend.app.kit.db import Database, Tx
from backend.app.kit.errors import BadInput, Conflict, Unauthenticated

WRONG_CODE = "the code is wrong, or was used already; each works once"


async def give_code(database: Database, arrival: Arrival, given: FactorCode, rules_: SignInRules) -> NewSession:
    """Complete a sign-in with a code of the app or a recovery code. A new session replaces the current one.

    Raises Unauthenticated for a wrong code, Forbidden unless a code is what is left to give, and TooManyRequests.
    """
    begun = await database.write(arrival.ctx, _give_code, arrival, given.code, rules_)
    if begun is None:
        raise Unauthenticated(WRONG_CODE)
    return begun


def _give_code(tx: Tx, arrival: Arrival, code: str, rules_: SignInRules) -> NewSession | None:
    """Return the new session; None for a wrong code, which is counted in the same unit."""
    session, person = own_session(tx, arrival)
    require_factor_stage(stage_of(tx, session, person, rules_.factor_roles))
    method = _try_code(tx, person, code, arrival)
    if method is None:
        return None
    return sessions.complete_session(tx, session, person, method, arrival.browser, rules_.limits)


async def confirm(database: Database, arrival: Arrival, given: Confirmation, rules_: SignInRules) -> NewSession:
    """Confirm who is signed in, by a code or, without a second factor, by the password. The session gets a new token.

    Raises BadInput if the code or the password is wrong, Conflict for a password in place of a code, and
    TooManyRequests.
    """
    if given.code is not None:
        renewed = await database.write(arrival.ctx, _confirm_by_code, arrival, given.code, rules_)
        if renewed is None:
            raise BadInput.field("code", f"code is not accepted: {WRONG_CODE}")
        return renewed
    if given.password is None:
        raise BadInput("send a code, or the password")
    person = await database.snapshot(_without_factor, arrival)
    await confirm_password(database, arrival, person, given.password)
    return await database.write(arrival.ctx, _confirm_by_password, arrival, person, rules_)


def _confirm_by_code(tx: Tx, arrival: Arrival, code: str, rules_: SignInRules) -> NewSession | None:
    session, person = own_session(tx, arrival)
    require_no_factor_stage(stage_of(tx, session, person, rules_.factor_roles))
    method = _try_code(tx, person, code, arrival)
    return renew(tx, session, person, method) if method else None


def _without_factor(tx: Tx, arrival: Arrival) -> Person:
    """Return the person, whose password is the only factor. Raises Conflict if it is not."""
    _, person = own_session(tx, arrival, lock=False)
    if factors.has_factor(tx, person.id):
        raise Conflict("a second factor is on file: confirm with a code or a passkey")
    if person.password_hash is None:
        raise Conflict("this account has no password: sign out, and sign in again")
    return person


def _confirm_by_password(tx: Tx, arrival: Arrival, checked: Person, rules_: SignInRules) -> NewSession:
    session, person = own_session(tx, arrival)
    require_no_factor_stage(stage_of(tx, session, person, rules_.factor_roles))
    if person.password_hash != checked.password_hash or factors.has_factor(tx, person.id):
        raise Conflict("the account was changed meanwhile; try again")
    return renew(tx, session, person, "password")


def renew(tx: Tx, session: Session, person: Person, method: Method) -> NewSession:
    """Record that a person has confirmed who they are, and give the session a new token."""
    facts = {"session": session.id, "method": method}
    audit.record_act(tx, "person.confirmed", "person", person.id, facts)
    return sessions.renew_session(tx, session, person)


def own_session(tx: Tx, arrival: Arrival, *, lock: bool = True) -> tuple[Session, Person]:
    """Return the session of the request and its person, locked, so that changes of one person follow one another.

    Raises Conflict without a session. A unit that only reads cannot lock.
    """
    if arrival.replaces is None:
        raise Conflict(f"{arrival.ctx.actor} has no account here: this is for people who are signed in")
    session = sessions.session_of(tx, arrival.replaces)
    return session, people.get_person(tx, session.person_id, lock=lock)


def _try_code(tx: Tx, person: Person, code: str, arrival: Arrival) -> Method | None:
    """Count an attempt, and return what the code is; None, and a record, if it is wrong. Raises TooManyRequests."""
    address = arrival.browser.address
    known = sessions.has_signed_in_from(tx, person.id, address)
    attempt = delays.attempt("factor", person.email, address, known_address=known)
    delays.begin(tx, attempt)
    method = factors.use_code(tx, person, code)
    if method is None:
        audit.record_act(tx, "person.code_refused", "person", person.id, {"email": person.email, "address": address})
    else:
        delays.succeed(tx, attempt)
    return method
