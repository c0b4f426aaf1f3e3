"""View of one's own account."""

from typing import Any

from backend.app.core_gov.access.people import service as people
from backend.app.core_gov.access.rules import limits_of, rules_of
from backend.app.core_gov.access.sessions import service as sessions
from backend.app.core_gov.access.sessions.schemas import SessionRecord
from backend.app.core_gov.access.sign_in import service as sign_in
from backend.app.core_gov.access.single_sign_on import service as single_sign_on
from backend.app.core_gov.access.single_sign_on.providers import usable_providers
from backend.app.kit.db import Tx
from backend.app.settings import Settings
from backend.app.web.account.devices import device_of
from backend.app.web.visits import Visit


def account(tx: Tx, visit: Visit, settings: Settings) -> dict[str, Any]:
    """Return the person who is signed in with their sessions. `person` is None for the user of this machine."""
    if visit.person is None:
        return {"person": None, "sessions": []}
    person = people.get_person(tx, visit.person)
    found = sessions.list_sessions(tx, person.id, visit.session, limits_of(settings))
    return {
        "person": people.record_of(person),
        "sessions": [shown_session(each) for each in found.items],
        "passwords": settings.passwords,
        "linked": linked_accounts(tx, person.id, settings),
        "providers": usable_providers(settings)[0],
        "shortest": sign_in.shortest_password(tx, person, rules_of(settings)),
    }


def shown_session(session: SessionRecord) -> dict[str, Any]:
    """Return a session with its device in words, and how the person signed in."""
    methods = [_METHODS.get(each, each) for each in session.methods]
    return {**session.model_dump(), "device": device_of(session.user_agent), "means": " and ".join(methods)}


def linked_accounts(tx: Tx, person_id: str, settings: Settings) -> list[dict[str, Any]]:
    """Return the accounts at providers of a person, with the name of each provider as it is shown."""
    labels = {each.name: each.label for each in usable_providers(settings)[0]}
    found = single_sign_on.list_identities(tx, person_id).items
    return [{**each.model_dump(), "label": labels.get(each.provider, each.provider)} for each in found]


_METHODS = {
    "totp": "code of an app",
    "recovery_code": "recovery code",
    "provider": "single sign-on",
    "provider_factor": "second factor there",
}
