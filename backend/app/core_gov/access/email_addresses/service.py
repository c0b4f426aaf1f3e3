"""Service of email addresses: change them, together with everything that is kept under an address.

A person is identified by id, but acts under the address. Tokens, sessions, factors and accounts at providers name the
id. Saved views and stored responses name the address, so they follow in the same unit of work. The audit trail keeps
the address of the time.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from backend.app.core_gov.access.email_addresses.schemas import EmailChange, PersonEdit
from backend.app.core_gov.access.people import service as people
from backend.app.core_gov.access.people import store
from backend.app.core_gov.access.people.schemas import PersonPatch
from backend.app.core_gov.access.people.store import Person
from backend.app.core_gov.access.sessions import service as sessions
from backend.app.core_gov.access.sign_in.service import Arrival, SignInRules, confirm_password
from backend.app.core_gov.audit import service as audit
from backend.app.kit.db import Database, Tx
from backend.app.kit.errors import BadInput, Conflict
from backend.app.kit.records import Stored
from backend.app.kit.requests import idempotency

CHANGED = "person.email_changed"
"""Action in the audit trail."""

Follow = Callable[[Tx, str, str], object]
"""Function that gives to a new address what another package keeps under the earlier one."""


def change_person(tx: Tx, person_id: str, edit: PersonEdit, follow: Follow) -> Stored[Any]:
    """Change name, role, status or email address. Raises NotFound, PreconditionFailed and Conflict."""
    others = edit.model_dump(exclude_unset=True, exclude={"email"})
    changed = people.change_person(tx, person_id, PersonPatch.model_validate(others))
    return change_address(tx, person_id, edit.email, follow) if "email" in edit.model_fields_set else changed


def change_address(tx: Tx, person_id: str, email: str, follow: Follow, kept_session: str | None = None) -> Stored[Any]:
    """Give a person another email address, end the other sessions, and revoke links.

    Raises NotFound, and Conflict for an address that is that of another person or the name of a token.
    """
    person = store.get(tx, person_id, lock=True)
    if email == person.email:
        return people.stored_form(person)
    _check_free(tx, email)
    changed = replace(person, email=email, updated_at=tx.now)
    store.update_person(tx, changed)
    audit.record_act(tx, CHANGED, "person", person.id, {"email": email}, before={"email": person.email})
    follow(tx, person.email, email)
    idempotency.rename_actor(tx, person.email, email)
    store.revoke_links(tx, person.id)
    sessions.end_sessions(tx, person.id, "email address changed", kept_session)
    return people.stored_form(changed)


def _check_free(tx: Tx, email: str) -> None:
    found = store.find(tx, email)
    if found is not None:
        whose = "a disabled person" if found.status == "disabled" else "another person"
        raise Conflict(f"{email} is the address of {whose}; choose another one")
    if store.names_a_token(tx, email):
        raise Conflict(f"{email} is the name of an access token; revoke that token first")


def change_by_email(tx: Tx, before: str, after: str, follow: Follow) -> Stored[Any]:
    """Give the person with an email address another one. Raises NotFound and Conflict."""
    return change_address(tx, people.require(tx, before).id, after, follow)


async def change_own(
    database: Database, arrival: Arrival, person_id: str, given: EmailChange, rules: SignInRules, follow: Follow
) -> Stored[Any]:
    """Change the address of the person who is signed in.

    Raises BadInput if the password is missing or wrong, TooManyRequests, and Conflict for an address that is taken, or
    under which somebody has acted before.
    """
    person = await database.read(people.get_person, person_id)
    if rules.passwords and person.password_hash is not None:
        if given.current is None:
            raise BadInput.field("current", "current is required: the password that you have now")
        await confirm_password(database, arrival, person, given.current, "current")
    return await database.write(arrival.ctx, _change_own, person, given.email, arrival.replaces, follow)


def _change_own(tx: Tx, checked: Person, email: str, session: str | None, follow: Follow) -> Stored[Any]:
    person = store.get(tx, checked.id, lock=True)
    if person.password_hash != checked.password_hash:
        raise Conflict("the account was changed meanwhile; try again")
    if email != person.email:
        _check_never_used(tx, email)
    return change_address(tx, person.id, email, follow, kept_session=session)


def _check_never_used(tx: Tx, email: str) -> None:
    """Raise Conflict for a name by which the audit trail would take the person for somebody else."""
    _check_free(tx, email)
    if audit.read_events(tx, {"actor": email}, 1, None)[0]:
        raise Conflict(f"the audit trail has acts under {email} already; ask an admin to give you this address")


def former_addresses(tx: Tx, person_id: str) -> list[str]:
    """Return the earlier addresses of a person, the latest first."""
    events, _ = audit.read_events(tx, {"entity": "person", "entity_id": person_id, "action": CHANGED}, 100, None)
    return list(dict.fromkeys(str(each["changes"]["email"]["before"]) for each in events))
