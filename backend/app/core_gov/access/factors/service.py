"""Service of second factors: add, use and remove them. Everything is recorded in the audit trail, without secrets."""

from collections.abc import Mapping
from datetime import timedelta

from backend.app.core_gov.access.factors import recovery_codes, store, totp
from backend.app.core_gov.access.factors.schemas import FactorList, PasskeyRecord, TotpSetup
from backend.app.core_gov.access.factors.store import Passkey
from backend.app.core_gov.access.people import service as people
from backend.app.core_gov.access.people.store import Person
from backend.app.core_gov.access.secrets import digest
from backend.app.core_gov.access.sessions import service as sessions
from backend.app.core_gov.access.sessions.schemas import Method
from backend.app.core_gov.audit import service as audit
from backend.app.kit.clock import later
from backend.app.kit.db import Tx
from backend.app.kit.errors import BadInput, Conflict, NotFound

passkeys_of, passkey_on_file, codes_left = store.passkeys_of, store.passkey, store.codes_left
people_with_factor = store.people_with_factor

MAX_PASSKEYS = 20
"""Passkeys of one person."""

CONFIRMED_WITHIN = timedelta(minutes=30)
"""Time in which a code must confirm a new secret."""

_NONE_PENDING = "there is no new authenticator app to confirm: start again"


def has_factor(tx: Tx, person_id: str) -> bool:
    """Return whether a person has a second factor. Recovery codes alone are none."""
    return has_totp(tx, person_id) or bool(store.passkeys_of(tx, person_id))


def has_totp(tx: Tx, person_id: str) -> bool:
    """Return whether a person has an authenticator app that a code has confirmed."""
    app = store.totp(tx, person_id)
    return app is not None and app.secret is not None


def list_factors(tx: Tx, person_id: str, *, required: bool) -> FactorList:
    """Return the factors of a person. `required`: whether the role needs one."""
    app = store.totp(tx, person_id)
    return FactorList(
        totp_since=app.confirmed_at if app else None,
        passkeys=[passkey_record(each) for each in store.passkeys_of(tx, person_id)],
        recovery_codes_left=store.codes_left(tx, person_id),
        required=required,
    )


# Authenticator app


def start_totp(tx: Tx, person: Person) -> TotpSetup:
    """Create a secret for an authenticator app. The current app, if there is one, works until a code confirms it."""
    secret = totp.new_totp_secret()
    store.offer_totp(tx, person.id, secret)
    uri = totp.setup_uri(secret, person.email)
    return TotpSetup(secret=secret, uri=uri, qr=totp.qr_image(uri))


def confirm_totp(tx: Tx, person: Person, code: str) -> None:
    """Put the pending app in force with its first code. Raises Conflict if there is none, and BadInput for the code."""
    app = store.totp(tx, person.id)
    if app is None or app.pending is None or app.pending_at is None:
        raise Conflict(_NONE_PENDING)
    if tx.now >= later(app.pending_at, CONFIRMED_WITHIN):
        raise Conflict("the new authenticator app was not confirmed in time: start again")
    step = totp.matching_step(app.pending, recovery_codes.normalized_code(code), tx.now, 0)
    if step is None:
        raise BadInput.field("code", "code does not match: compare the clock of the phone, and enter the newest code")
    if not store.confirm_totp(tx, person.id, app.pending, step):
        raise Conflict(_NONE_PENDING)
    _record(tx, "person.factor_added", person, {"factor": "totp", "replaces": app.secret is not None})


def remove_totp(tx: Tx, person: Person) -> None:
    """Remove the authenticator app of a person. Raises NotFound."""
    app = store.totp(tx, person.id)
    if app is None or app.secret is None:
        raise NotFound("authenticator app")
    store.remove_totp(tx, person.id)
    _removed(tx, person, {"factor": "totp"})


# Codes


def use_code(tx: Tx, person: Person, typed: str) -> Method | None:
    """Use a code of the app, or a recovery code, and return which; None if it is wrong or was used already.

    A code is accepted once, whichever process sees it first.
    """
    code = recovery_codes.normalized_code(typed)
    if totp.is_totp_code(code):
        return "totp" if _use_totp(tx, person, code) else None
    if not store.use_code(tx, person.id, digest(code)):
        return None
    _record(tx, "person.recovery_code_used", person, {"left": store.codes_left(tx, person.id)})
    return "recovery_code"


def _use_totp(tx: Tx, person: Person, code: str) -> bool:
    app = store.totp(tx, person.id)
    if app is None or app.secret is None:
        return False
    step = totp.matching_step(app.secret, code, tx.now, app.last_step)
    return step is not None and store.use_step(tx, person.id, app.secret, step)


def new_codes(tx: Tx, person: Person) -> list[str]:
    """Create recovery codes, which replace the earlier ones. Raises Conflict without a second factor."""
    if not has_factor(tx, person.id):
        raise Conflict("recovery codes are for people with a second factor: add one first")
    codes = recovery_codes.new_recovery_codes()
    store.replace_codes(tx, person.id, [digest(recovery_codes.normalized_code(code)) for code in codes])
    _record(tx, "person.recovery_codes_created", person, {"number": len(codes)})
    return codes


def first_codes(tx: Tx, person: Person) -> list[str] | None:
    """Create recovery codes if the person has none left."""
    return None if store.codes_left(tx, person.id) else new_codes(tx, person)


# Passkeys


def passkey_record(passkey: Passkey) -> PasskeyRecord:
    return PasskeyRecord(
        id=passkey.id,
        name=passkey.name,
        rp_id=passkey.rp_id,
        created_at=passkey.created_at,
        used_at=passkey.used_at,
    )


def add_passkey(tx: Tx, person: Person, added: Passkey) -> None:
    """Add a passkey. Raises Conflict if it is on file, or the person has too many."""
    check_number(store.passkeys_of(tx, person.id))
    store.add_passkey(tx, added)
    facts = {"factor": "passkey", "passkey": added.id, "name": added.name, "rp_id": added.rp_id}
    _record(tx, "person.factor_added", person, facts)


def check_number(passkeys: list[Passkey]) -> None:
    """Raise Conflict if there is no room for another passkey."""
    if len(passkeys) >= MAX_PASSKEYS:
        raise Conflict(f"there are {MAX_PASSKEYS} passkeys already; remove one that is not used")


def use_passkey(tx: Tx, person: Person, passkey: Passkey, count: int) -> bool:
    """Note the use of a passkey, and return whether its counter went up.

    A counter that did not go up is the sign of a copy (WebAuthn, section 6.1.1), and recorded.
    """
    if store.use_passkey(tx, passkey.id, count):
        return True
    facts = {"passkey": passkey.id, "because": "its counter did not go up: it may have been copied"}
    _record(tx, "person.passkey_refused", person, facts)
    return False


def rename_passkey(tx: Tx, person: Person, passkey_id: str, name: str) -> PasskeyRecord:
    """Give a passkey another name. Raises NotFound if the person has no such passkey."""
    found = _own(tx, person, passkey_id)
    store.rename_passkey(tx, found.id, name)
    _record(tx, "person.passkey_renamed", person, {"passkey": found.id, "name": name})
    return passkey_record(found).model_copy(update={"name": name})


def remove_passkey(tx: Tx, person: Person, passkey_id: str) -> None:
    """Remove a passkey. Raises NotFound if the person has no such passkey."""
    found = _own(tx, person, passkey_id)
    store.remove_passkey(tx, found.id)
    _removed(tx, person, {"factor": "passkey", "passkey": found.id, "name": found.name})


def _own(tx: Tx, person: Person, passkey_id: str) -> Passkey:
    found = store.passkey(tx, passkey_id)
    if found is None or found.person_id != person.id:
        raise NotFound("passkey")
    return found


# All factors


def is_last(tx: Tx, person_id: str) -> bool:
    """Return whether a person has one second factor only."""
    return has_totp(tx, person_id) + len(store.passkeys_of(tx, person_id)) == 1


def reset_factors(tx: Tx, email: str) -> int:
    """Remove all factors of a person who has lost them, and return how many there were, without recovery codes.

    Ends all sessions and revokes links, so that whoever has found the phone gains nothing. Raises NotFound.
    """
    person = people.get_person(tx, people.require(tx, email).id, lock=True)
    apps, keys, codes = store.remove_all(tx, person.id)
    ended = sessions.end_sessions(tx, person.id, "factors reset")
    revoked = people.revoke_links(tx, person.id)
    facts = {"totp": apps, "passkeys": keys, "recovery_codes": codes, "sessions": ended, "links": revoked}
    _record(tx, "person.factors_reset", person, facts)
    return apps + keys


def _removed(tx: Tx, person: Person, facts: Mapping[str, object]) -> None:
    """Record a removal. Recovery codes go with the last factor."""
    if not has_factor(tx, person.id):
        store.replace_codes(tx, person.id, [])
    _record(tx, "person.factor_removed", person, facts)


def _record(tx: Tx, action: str, person: Person, facts: Mapping[str, object]) -> None:
    audit.record_act(tx, action, "person", person.id, {"email": person.email, **facts})
