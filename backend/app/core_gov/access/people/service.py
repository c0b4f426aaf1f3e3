"""Service of people: invite, change, disable and enable them. Everything is recorded in the audit trail."""

from dataclasses import replace

from backend.app.core_gov.access.people import links, store
from backend.app.core_gov.access.people.links import NewLink
from backend.app.core_gov.access.people.schemas import InvitationCreate, PersonList, PersonPatch, PersonRecord
from backend.app.core_gov.access.people.store import Person
from backend.app.core_gov.access.schemas import Role
from backend.app.core_gov.access.sessions import service as sessions
from backend.app.core_gov.access.sessions.limits import SessionLimits
from backend.app.core_gov.access.sessions.schemas import EndedSessions, SessionList
from backend.app.core_gov.audit import service as audit
from backend.app.kit.db import Tx
from backend.app.kit.errors import Conflict, NotFound
from backend.app.kit.ids import new_id

find_person, get_person = store.find, store.get


def invite(tx: Tx, invitation: InvitationCreate) -> NewLink:
    """Create a person and the link of the invitation; a person who has not accepted one yet gets a new link.

    Raises Conflict for anyone else on file.
    """
    found = store.find(tx, invitation.email)
    if found is not None and found.status != "invited":
        state = "is disabled: enable the account" if found.status == "disabled" else "can sign in already"
        raise Conflict(f"{found.email} {state}")
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


def change_person(tx: Tx, person_id: str, patch: PersonPatch) -> PersonRecord:
    """Change name, role or status. A new role, and disabling, end the sessions of the person.

    Raises NotFound, and Conflict for a change that would leave nobody who can manage access.
    """
    person = store.get(tx, person_id, lock=True)
    given = {name: value for name, value in patch.model_dump(exclude_unset=True).items() if value is not None}
    changed = replace(person, **given, updated_at=tx.now)
    facts = {name: {"before": getattr(person, name), "after": value} for name, value in given.items()}
    facts = {name: change for name, change in facts.items() if change["before"] != change["after"]}
    if not facts:
        return record_of(person)
    if person.status == "invited" and "status" in facts:
        if changed.status == "active":
            raise Conflict(f"{person.email} has not accepted the invitation yet; send a new link")
    elif person.status == "disabled" and changed.status == "active" and person.password_set_at is None:
        changed = replace(changed, status="invited")
    _check_admins(tx, person, changed)
    store.update_person(tx, changed)
    if changed.status == "disabled":
        store.revoke_links(tx, person.id)
    audit.record_act(tx, "person.changed", "person", person.id, {name: each["after"] for name, each in facts.items()})
    if changed.status == "disabled" or changed.role != person.role:
        sessions.end_sessions(tx, person.id, "disabled" if changed.status == "disabled" else "role changed")
    return record_of(changed)


def _check_admins(tx: Tx, person: Person, changed: Person) -> None:
    """Raise Conflict if the last active admin would stop being one."""
    was, stays = (each.role == "admin" and each.status == "active" for each in (person, changed))
    if was and not stays and not store.other_admins(tx, person.id):
        raise Conflict(f"{person.email} is the last admin who can sign in; make someone else admin first")


def change_role(tx: Tx, email: str, role: Role) -> PersonRecord:
    return change_person(tx, require(tx, email).id, PersonPatch.model_validate({"role": role}))


def set_status(tx: Tx, email: str, status: str) -> PersonRecord:
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


def list_people(tx: Tx) -> PersonList:
    return PersonList(items=[record_of(person) for person in store.every(tx)])


def read_person(tx: Tx, person_id: str) -> PersonRecord:
    return record_of(store.get(tx, person_id))


def list_sessions(tx: Tx, person_id: str, current: str | None, limits: SessionLimits) -> SessionList:
    """Return the open sessions of a person, newest first. Raises NotFound."""
    return sessions.list_sessions(tx, store.get(tx, person_id).id, current, limits)


def end_sessions(tx: Tx, person_id: str) -> EndedSessions:
    """End all sessions of a person. Raises NotFound."""
    return sessions.end_others(tx, store.get(tx, person_id).id, None, "ended by an admin")


def record_of(person: Person) -> PersonRecord:
    return PersonRecord(
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
