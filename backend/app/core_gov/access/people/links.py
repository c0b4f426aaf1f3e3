"""Links by which people set a password: invitations and resets.

The secret is in the fragment, which browsers do not send: no log and no audit event can hold it. Only a POST uses a
link up, so that programs that follow links in messages do not.
"""

from dataclasses import dataclass, replace
from datetime import timedelta

from backend.app.core_gov.access.people import store
from backend.app.core_gov.access.people.schemas import LinkKind
from backend.app.core_gov.access.people.store import Link, Person
from backend.app.core_gov.access.secrets import digest, new_secret
from backend.app.core_gov.audit import service as audit
from backend.app.kit.clock import later
from backend.app.kit.db import Tx
from backend.app.kit.errors import Conflict, NotFound

VALID_FOR = timedelta(hours=72)

PATHS: dict[LinkKind, str] = {"invitation": "/app/invitation", "reset": "/app/password-reset"}


@dataclass(frozen=True, slots=True)
class NewLink:
    """A link that was just created, with its secret, which is not stored."""

    person: Person
    kind: LinkKind
    secret: str
    expires_at: str

    def url(self, base: str) -> str:
        return f"{base}{PATHS[self.kind]}#{self.secret}"


def create_link(tx: Tx, person: Person, kind: LinkKind) -> NewLink:
    """Create a link, which replaces the earlier ones of the person."""
    store.revoke_links(tx, person.id)
    secret, expires_at = new_secret(), later(tx.now, VALID_FOR)
    store.add_link(tx, Link(digest(secret), kind, person.id, tx.ctx.actor, tx.now, expires_at, None, None))
    audit.record_act(tx, f"person.{kind}_created", "person", person.id, {"expires_at": expires_at})
    return NewLink(person, kind, secret, expires_at)


def find_link(tx: Tx, secret: str, *, lock: bool = False) -> tuple[Link, Person]:
    """Return a valid link and its person. Raises NotFound with the reason if it is not valid."""
    return find_link_by_digest(tx, digest(secret), lock=lock)


def find_link_by_digest(tx: Tx, secret_digest: str, *, lock: bool = False) -> tuple[Link, Person]:
    """Return a valid link and its person, by the digest of the secret. Raises NotFound or Conflict."""
    link = store.link(tx, secret_digest, lock=lock)
    if link is None:
        raise NotFound("link", "open it exactly as it was sent, with everything after the #")
    if link.used_at is not None:
        raise Conflict("this link was used already; sign in, or ask an admin for a new one")
    if link.revoked_at is not None:
        raise Conflict("this link was replaced or withdrawn; ask an admin for a new one")
    if link.expires_at <= tx.now:
        raise Conflict("this link has expired; ask an admin for a new one")
    person = store.get(tx, link.person_id, lock=lock)
    if person.status == "disabled":
        raise Conflict("this account is disabled; ask an admin")
    return link, person


def use_link(tx: Tx, secret: str, name: str | None, password_hash: str) -> tuple[Person, LinkKind]:
    """Use a link up and store the password. Raises NotFound or Conflict if it is not valid."""
    link, person = find_link(tx, secret, lock=True)
    store.use_link(tx, link.digest)
    changed = replace(
        person,
        name=name or person.name,
        status="active",
        password_hash=password_hash,
        password_set_at=tx.now,
        updated_at=tx.now,
    )
    store.update_person(tx, changed)
    action = "person.joined" if link.kind == "invitation" else "person.password_reset"
    audit.record_act(tx, action, "person", person.id, {"email": person.email, "name": changed.name})
    return changed, link.kind


def use_link_at_provider(tx: Tx, link: Link, person: Person) -> Person:
    """Use a link up for a person who signs in at a provider instead of setting a password."""
    store.use_link(tx, link.digest)
    return activate(tx, person) if person.status == "invited" else person


def activate(tx: Tx, person: Person) -> Person:
    """Let an invited person in, who has proved at a provider who they are."""
    changed = replace(person, status="active", updated_at=tx.now)
    store.update_person(tx, changed)
    audit.record_act(tx, "person.joined", "person", person.id, {"email": person.email, "name": person.name})
    return changed
