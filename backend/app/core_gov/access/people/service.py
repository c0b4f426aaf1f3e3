"""Service of people: invite, change, disable and enable them. Everything is recorded in the audit trail."""

from dataclasses import replace
from typing import Any

from backend.app.core_gov.access.people import links, store
from backend.app.core_gov.access.people.links import NewLink
from backend.app.core_gov.access.people.schemas import InvitationCreate, PersonList, PersonPatch, PersonRecord
from backend.app.core_gov.access.people.store import Person
from backend.app.core_gov.access.schemas import Role
from backend.app.core_gov.access.sessions import service as sessions
from backend.app.core_gov.access.sessions.limits import SessionLimits
from backend.app.core_gov.access.sessions.schemas import EndedSessions, SessionList
from backend.app.core_gov.access.stored_rows import record_of_row
from backend.app.core_gov.audit import service as audit
from backend.app.kit.db import Tx
from backend.app.kit.errors import Conflict, NotFound, PreconditionFailed
from backend.app.kit.ids import new_id
from backend.app.kit.records import Stored
from backend.app.kit.requests.entity_tags import matches

find_person, get_person, revoke_links = store.find, store.get, store.revoke_links


def invite(tx: Tx, invitation: InvitationCreate) -> NewLink:
    """Create a person and the link of the invitation; a person who has not accepted one yet gets a new link.

    Raises Conflict for anyone else on file, and for an address that is the name of a token: both are actors.
    """
    found = store.find(tx, invitation.email)
    if found is not None and found.status != "invited":
        state = "is disabled: enable the account" if found.status == "disabled" else "can sign in already"
        raise Conflict(f"{found.email} {state}")
    if store.names_a_token(tx, invitation.email):
        raise Conflict(f"{invitation.email} is the name of an access token; revoke that token first")
    person = Person(
        id=found.id if found else new_id("per"),
        email=invitation.email,
        name=invitation.name or (found.name if found else invitation.email.partition("@")[0]),
        role=invitation.role,
        status="invited",
        password_hash=None,
        password_set_at=None,
        created_by=tx.ctx.actor,
        created_at=found.created_at if found else tx.now,
        updated_at=tx.now,
    )
    if found is None:
        store.add(tx, person)
    else:
        store.update_person(tx, person)
    facts = {"email": person.email, "name": person.name, "role": person.role}
    audit.record_act(tx, "person.invited", "person", person.id, facts)
    return links.create_link(tx, person, "invitation")


def provision(tx: Tx, email: str, name: str, role: Role, provider: str) -> Person:
    """Create a person who signs in at a provider for the first time. Raises Conflict if the address is on file."""
    person = Person(
        id=new_id("per"),
        email=email,
        name=name,
        role=role,
        status="active",
        password_hash=None,
        password_set_at=None,
        created_by=f"provider {provider}",
        created_at=tx.now,
        updated_at=tx.now,
    )
    store.add(tx, person)
    facts = {"email": email, "name": name, "role": role, "provider": provider}
    audit.record_act(tx, "person.provisioned", "person", person.id, facts)
    return person


def create_reset(tx: Tx, person_id: str) -> NewLink:
    """Create a link by which a person sets a new password. Raises NotFound, or Conflict for a disabled account."""
    person = store.get(tx, person_id, lock=True)
    if person.status == "disabled":
        raise Conflict(f"{person.email} is disabled: enable the account first")
    return links.create_link(tx, person, "invitation" if person.status == "invited" else "reset")


def change_person(tx: Tx, person_id: str, patch: PersonPatch) -> Stored[Any]:
    """Change name, role or status. A new role, and disabling, end the sessions of the person.

    The address is changed by `email_addresses`, because more depends on it.

    Raises NotFound, and Conflict for a change that would leave nobody who can manage access.
    """
    person = store.get(tx, person_id, lock=True)
    _check_version(tx, person)
    given = {name: value for name, value in patch.model_dump(exclude_unset=True).items() if value is not None}
    changed = replace(person, **given, updated_at=tx.now)
    if all(getattr(person, name) == value for name, value in given.items()):
        return stored_form(person)
    if changed.status == "active" and person.status == "invited":
        raise Conflict(f"{person.email} has not accepted the invitation yet; send a new link")
    if changed.status == "active" and person.status == "disabled" and person.password_set_at is None:
        changed = replace(changed, status="invited")
    _check_admins(tx, person, changed)
    store.update_person(tx, changed)
    if changed.status == "disabled":
        store.revoke_links(tx, person.id)
    _record_change(tx, person, changed)
    if changed.status == "disabled" or changed.role != person.role:
        sessions.end_sessions(tx, person.id, "disabled" if changed.status == "disabled" else "role changed")
    return stored_form(changed)


def _record_change(tx: Tx, before: Person, after: Person) -> None:
    """Record new values. A new status has an action of its own, by which a lost one can be found."""
    if after.status != before.status:
        action = "person.disabled" if after.status == "disabled" else "person.enabled"
        audit.record_act(tx, action, "person", after.id, {"status": after.status, "email": after.email})
    facts = {name: getattr(after, name) for name in ("name", "role") if getattr(after, name) != getattr(before, name)}
    if facts:
        audit.record_act(tx, "person.changed", "person", after.id, facts)


def contradictions(tx: Tx) -> list[Person]:
    """Return the people who can sign in although the audit trail says that they were disabled last."""
    return [each for each in store.every(tx) if each.status != "disabled" and _was_disabled(tx, each.id)]


def _was_disabled(tx: Tx, person_id: str) -> bool:
    last = {}
    for action in ("person.disabled", "person.enabled"):
        events, _ = audit.read_events(tx, {"entity": "person", "entity_id": person_id, "action": action}, 1, None)
        last[action] = events[0]["at"] if events else ""
    return last["person.disabled"] > last["person.enabled"]


def disable_contradictions(tx: Tx) -> list[str]:
    """Disable these people again: the table is older than the audit trail. Return their addresses."""
    found = contradictions(tx)
    for person in found:
        store.update_person(tx, replace(person, status="disabled", updated_at=tx.now))
        audit.record_act(tx, "person.disabled", "person", person.id, {"status": "disabled", "email": person.email})
        sessions.end_sessions(tx, person.id, "disabled")
    return [person.email for person in found]


def close_all(tx: Tx, because: str) -> None:
    """End all sessions and revoke all links: some may have ended since the moment that the database is from."""
    ended, revoked = sessions.end_every_session(tx, because), store.revoke_all_links(tx)
    if ended or revoked:
        audit.record_act(tx, "sessions.ended", "store", None, {"sessions": ended, "links": revoked, "because": because})


def _check_admins(tx: Tx, person: Person, changed: Person) -> None:
    """Raise Conflict if the last active admin would stop being one."""
    was, stays = (each.role == "admin" and each.status == "active" for each in (person, changed))
    if was and not stays and not store.other_admins(tx, person.id):
        raise Conflict(f"{person.email} is the last admin who can sign in; make someone else admin first")


def change_role(tx: Tx, email: str, role: Role) -> Stored[Any]:
    return change_person(tx, require(tx, email).id, PersonPatch.model_validate({"role": role}))


def set_status(tx: Tx, email: str, status: str) -> Stored[Any]:
    return change_person(tx, require(tx, email).id, PersonPatch.model_validate({"status": status}))


def set_password(tx: Tx, person_id: str, password_hash: str, kept_session: str | None) -> None:
    """Store a new password, and end all other sessions of the person."""
    person = store.get(tx, person_id, lock=True)
    store.update_person(tx, replace(person, password_hash=password_hash, password_set_at=tx.now, updated_at=tx.now))
    audit.record_act(tx, "person.password_changed", "person", person.id, {"email": person.email})
    sessions.end_sessions(tx, person.id, "password changed", kept_session)


def rehash_password(tx: Tx, person_id: str, before: str, after: str) -> None:
    """Replace the hash of an unchanged password by one with the current parameters."""
    person = store.get(tx, person_id, lock=True)
    if person.password_hash == before:
        store.update_person(tx, replace(person, password_hash=after))


def require(tx: Tx, email: str) -> Person:
    """Return the person with an email address. Raises NotFound."""
    found = store.find(tx, email)
    if found is None:
        raise NotFound(f"person {email}")
    return found


def _check_version(tx: Tx, person: Person) -> None:
    """Raise PreconditionFailed if the change is of an earlier version."""
    if tx.ctx.if_match is not None and not matches(tx.ctx.if_match, stored_form(person).etag):
        raise PreconditionFailed("the person has changed since you read it; read it again before you change it")


def list_people(tx: Tx) -> PersonList:
    return PersonList(items=[record_of(person) for person in store.every(tx)])


def read_person(tx: Tx, person_id: str) -> Stored[Any]:
    return stored_form(store.get(tx, person_id))


def stored_form(person: Person) -> Stored[Any]:
    """Return a person as a document with an ETag."""
    return Stored(record_of(person).model_dump_json())


def list_sessions(tx: Tx, person_id: str, current: str | None, limits: SessionLimits) -> SessionList:
    """Return the open sessions of a person, newest first. Raises NotFound."""
    return sessions.list_sessions(tx, store.get(tx, person_id).id, current, limits)


def end_sessions(tx: Tx, person_id: str) -> EndedSessions:
    """End all sessions of a person. Raises NotFound."""
    return sessions.end_others(tx, store.get(tx, person_id).id, None, "ended by an admin")


def record_of(person: Person) -> PersonRecord:
    return record_of_row(
        PersonRecord,
        f"person {person.id}",
        id=person.id,
        email=person.email,
        name=person.name,
        role=person.role,
        status=person.status,
        has_password=person.password_hash is not None,
        created_by=person.created_by,
        created_at=person.created_at,
        updated_at=person.updated_at,
    )
