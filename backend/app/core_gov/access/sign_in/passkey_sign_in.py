"""Using passkeys: as the second step, instead of a password, and to confirm again who one is."""

from typing import Literal

from backend.app.core_gov.access.factors import passkeys
from backend.app.core_gov.access.factors import service as factors
from backend.app.core_gov.access.factors.passkeys import Assertion, Site
from backend.app.core_gov.access.factors.schemas import PasskeyAssertion, PasskeyOptions
from backend.app.core_gov.access.factors.store import Passkey
from backend.app.core_gov.access.people import service as people
from backend.app.core_gov.access.people.store import Person
from backend.app.core_gov.access.sessions import service as sessions
from backend.app.core_gov.access.sessions.schemas import Stage
from backend.app.core_gov.access.sessions.service import NewSession
from backend.app.core_gov.access.sign_in import challenges
from backend.app.core_gov.access.sign_in.second_step import own_session, renew
from backend.app.core_gov.access.sign_in.service import Arrival, SignInRules
from backend.app.core_gov.access.sign_in.stages import require_factor_stage, require_no_factor_stage, stage_of
from backend.app.kit.db import Database, Tx
from backend.app.kit.errors import Conflict, Unauthenticated

Purpose = Literal["sign in", "second step", "confirm"]

REFUSED = "this passkey is not on file here, or does not match: try again, or use another way"
_COPIED = "this passkey was refused, because its counter says that it was copied: use another way, and remove it"


def purpose_of(tx: Tx, arrival: Arrival, rules_: SignInRules) -> Purpose:
    """Return what a passkey on the sign-in pages is for: the second step, if it is what the session lacks."""
    if arrival.replaces is None:
        return "sign in"
    session, person = own_session(tx, arrival, lock=False)
    return "second step" if stage_of(tx, session, person, rules_.factor_roles) == "factor" else "sign in"


def begin_sign_in(tx: Tx, arrival: Arrival, site: Site, rules_: SignInRules) -> PasskeyOptions:
    """Return the options of a passkey for the second step or, without one to give, in place of the password.

    Raises Conflict if passwords are disabled, or if the person has no passkey for this address.
    """
    if purpose_of(tx, arrival, rules_) == "second step":
        return _own_options(tx, arrival, site, "second step", rules_)
    if not rules_.passwords:
        raise Conflict("passkeys alone are disabled here; sign in with the provider of your company")
    challenge = challenges.open_challenge(tx, "sign in", None)
    return PasskeyOptions(public_key=passkeys.request_options(site, challenge, None))


def begin_confirmation(tx: Tx, arrival: Arrival, site: Site, rules_: SignInRules) -> PasskeyOptions:
    """Return the options of a passkey that confirms who is signed in."""
    return _own_options(tx, arrival, site, "confirm", rules_)


def _own_options(tx: Tx, arrival: Arrival, site: Site, purpose: Purpose, rules_: SignInRules) -> PasskeyOptions:
    session, person = own_session(tx, arrival)
    _require_stage(purpose, stage_of(tx, session, person, rules_.factor_roles))
    on_file = factors.passkeys_of(tx, person.id)
    if not any(each.rp_id == site.rp_id for each in on_file):
        names = sorted({each.rp_id for each in on_file})
        where = f": yours work on {', '.join(names)}" if names else ""
        raise Conflict(f"there is no passkey for {site.rp_id} on file{where}")
    challenge = challenges.open_challenge(tx, purpose, session.id)
    return PasskeyOptions(public_key=passkeys.request_options(site, challenge, on_file))


async def finish(
    database: Database, arrival: Arrival, purpose: Purpose, given: PasskeyAssertion, site: Site, rules_: SignInRules
) -> NewSession:
    """Complete what a passkey was asked for. Raises Unauthenticated if it does not match, Conflict, and BadInput.

    A passkey alone is both factors.
    """
    asserted = passkeys.read_assertion(given.credential)
    passkey = await database.write(arrival.ctx, _begin_finishing, asserted, purpose, arrival)
    count = passkeys.verify_assertion(site, passkey, asserted, alone=purpose == "sign in") if passkey else None
    if passkey is None or count is None:
        raise Unauthenticated(REFUSED)
    person = await database.read(people.get_person, passkey.person_id)
    begun = await database.write(arrival.by(person), _finish, arrival, purpose, passkey.id, count, rules_)
    if begun is None:
        raise Unauthenticated(_COPIED)
    return begun


def _begin_finishing(tx: Tx, asserted: Assertion, purpose: Purpose, arrival: Arrival) -> Passkey | None:
    """Use the challenge up, and return the passkey that the browser names, if it is on file."""
    session_id = None if purpose == "sign in" else arrival.replaces
    challenges.use_challenge(tx, asserted.challenge, purpose, session_id)
    return factors.passkey_on_file(tx, asserted.passkey_id)


def _finish(
    tx: Tx, arrival: Arrival, purpose: Purpose, passkey_id: str, count: int, rules_: SignInRules
) -> NewSession | None:
    """Return the new session; None if the passkey was copied, which is recorded in the same unit."""
    passkey = factors.passkey_on_file(tx, passkey_id)
    if passkey is None:
        raise Unauthenticated(REFUSED)
    person = people.get_person(tx, passkey.person_id, lock=True)
    if person.status != "active":
        raise Unauthenticated(REFUSED)
    if purpose == "sign in":
        return _sign_in(tx, arrival, person, rules_) if factors.use_passkey(tx, person, passkey, count) else None
    session, signed_in = own_session(tx, arrival)
    if signed_in.id != person.id:
        raise Unauthenticated(REFUSED)
    _require_stage(purpose, stage_of(tx, session, person, rules_.factor_roles))
    if not factors.use_passkey(tx, person, passkey, count):
        return None
    if purpose == "confirm":
        return renew(tx, session, person, "passkey")
    return sessions.complete_session(tx, session, person, "passkey", arrival.browser, rules_.limits)


def _sign_in(tx: Tx, arrival: Arrival, person: Person, rules_: SignInRules) -> NewSession:
    if arrival.replaces is not None:
        sessions.end_session(tx, arrival.replaces, "signed in again")
    return sessions.begin_session(tx, person, ("passkey",), "complete", arrival.browser, rules_.limits)


def _require_stage(purpose: Purpose, stage: Stage) -> None:
    if purpose == "second step":
        require_factor_stage(stage)
    else:
        require_no_factor_stage(stage)
