"""Views of second factors."""

from typing import Any

from backend.app.core_gov.access.factors import service as factors
from backend.app.core_gov.access.people import service as people
from backend.app.core_gov.access.sessions import service as sessions
from backend.app.core_gov.access.sessions.limits import is_recent
from backend.app.core_gov.access.sign_in.service import SignInRules
from backend.app.kit.db import Tx
from backend.app.kit.http import Caller
from backend.app.web.factors.steps import NextQuery
from backend.app.web.sign_in.return_paths import return_path


def own_factors(tx: Tx, caller: Caller, rules: SignInRules, host: str) -> dict[str, Any]:
    """Return the factors of the person, and what changing them needs; no person for tokens and the local user."""
    if caller.person is None or caller.session is None:
        return {"person": None}
    person = people.get_person(tx, caller.person)
    listed = factors.list_factors(tx, person.id, required=person.role in rules.factor_roles)
    session = sessions.session_of(tx, caller.session)
    is_last = factors.is_last(tx, person.id)
    return {
        "person": person,
        "factors": listed,
        "is_recent": is_recent(tx.now, session.signed_in_at),
        "must_stay": is_last and listed.required,
        "needs_password": is_last and rules.passwords and person.password_hash is not None,
        "next": "/app/account/factors",
        **_ways(tx, caller, host),
    }


def confirmation(tx: Tx, query: NextQuery, caller: Caller, host: str) -> dict[str, Any]:
    """Return the ways in which somebody can give the second factor or, without one, confirm by password."""
    return {"next": return_path(query.next), "actor": caller.actor, **_ways(tx, caller, host)}


def _ways(tx: Tx, caller: Caller, host: str) -> dict[str, Any]:
    if caller.person is None:
        none = dict.fromkeys(("has_factor", "has_totp", "has_passkey", "has_password", "codes_left"), 0)
        return {**none, "elsewhere": []}
    passkeys = factors.passkeys_of(tx, caller.person)
    return {
        "has_factor": factors.has_factor(tx, caller.person),
        "has_password": people.get_person(tx, caller.person).password_hash is not None,
        "has_totp": factors.has_totp(tx, caller.person),
        "has_passkey": any(each.rp_id == host for each in passkeys),
        "elsewhere": sorted({each.rp_id for each in passkeys} - {host}),
        "codes_left": factors.codes_left(tx, caller.person),
    }


def enrollment(tx: Tx, query: NextQuery, caller: Caller, rules: SignInRules) -> dict[str, Any]:
    """Return why somebody has to add a second factor, whether they signed in recently, and where to go afterwards."""
    assert caller.person is not None
    assert caller.session is not None
    person, session = people.get_person(tx, caller.person), sessions.session_of(tx, caller.session)
    return {
        "next": return_path(query.next),
        "person": person,
        "of_role": person.role in rules.factor_roles,
        "is_recent": is_recent(tx.now, session.signed_in_at),
    }
