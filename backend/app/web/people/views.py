"""Views of people."""

from typing import Any

from backend.app.core_gov.access.email_addresses.service import former_addresses
from backend.app.core_gov.access.factors import service as factors
from backend.app.core_gov.access.people import service as people
from backend.app.core_gov.access.rules import limits_of
from backend.app.core_gov.access.schemas import ROLES
from backend.app.core_gov.access.sessions import service as sessions
from backend.app.core_gov.access.tokens import service as tokens
from backend.app.core_gov.audit import service as audit
from backend.app.kit.db import Tx
from backend.app.settings import Settings
from backend.app.web.account.views import linked_accounts, shown_session
from backend.app.web.history import entries_of
from backend.app.web.visits import Visit

SHOWN_EVENTS = 30
"""Events of a person's history that their page shows."""


def listing(tx: Tx) -> dict[str, Any]:
    """Return all people by name, and when each was seen last."""
    seen, protected = sessions.last_seen(tx), factors.people_with_factor(tx)
    found = sorted(people.list_people(tx).items, key=lambda person: (person.name.casefold(), person.email))
    rows = [
        {"person": person, "seen_at": seen.get(person.id), "has_factor": person.id in protected} for person in found
    ]
    return {"people": rows, "roles": ROLES}


def person(tx: Tx, person_id: str, visit: Visit, settings: Settings) -> dict[str, Any]:
    """Return a person with their tokens, linked accounts, sessions and history. Raises NotFound."""
    found = people.read_person(tx, person_id)
    events = audit.list_events(tx, {"entity": "person", "entity_id": person_id}, SHOWN_EVENTS, None)
    open_sessions = people.list_sessions(tx, person_id, visit.session, limits_of(settings))
    return {
        "person": found.document,
        "etag": found.etag,
        "former": former_addresses(tx, person_id),
        "seen_at": sessions.last_seen(tx).get(person_id),
        "factors": factors.list_factors(tx, person_id, required=False),
        "tokens": tokens.list_own(tx, person_id).items,
        "linked": linked_accounts(tx, person_id, settings),
        "sessions": [shown_session(each) for each in open_sessions.items],
        "history": entries_of(events.docs),
        "roles": ROLES,
        "is_self": person_id == visit.person,
    }
