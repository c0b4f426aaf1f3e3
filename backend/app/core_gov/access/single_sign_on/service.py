"""Signing in at a provider: who gets in, and as whom.

Nobody gets in by an email address alone. A person is found by an account that was linked before, or by the link of an
invitation, or is new: with a verified address of an allowed domain that nobody has yet.
"""

from dataclasses import replace
from datetime import UTC, datetime

import structlog

from backend.app.core_gov.access.people import links
from backend.app.core_gov.access.people import service as people
from backend.app.core_gov.access.people.schemas import PersonPatch
from backend.app.core_gov.access.people.store import Person
from backend.app.core_gov.access.schemas import Role
from backend.app.core_gov.access.secrets import digest
from backend.app.core_gov.access.sessions import service as sessions
from backend.app.core_gov.access.sessions.limits import RECENT
from backend.app.core_gov.access.sessions.schemas import Method
from backend.app.core_gov.access.sessions.service import NewSession, ProviderSession
from backend.app.core_gov.access.sign_in.service import Arrival, SignInRules
from backend.app.core_gov.access.sign_in.stages import next_stage
from backend.app.core_gov.access.single_sign_on import store
from backend.app.core_gov.access.single_sign_on.attempts import ProviderAttempt
from backend.app.core_gov.access.single_sign_on.claims import Account, allows_domain
from backend.app.core_gov.access.single_sign_on.providers import Provider
from backend.app.core_gov.access.single_sign_on.schemas import IdentityList, IdentityRecord
from backend.app.core_gov.access.single_sign_on.store import Identity
from backend.app.core_gov.audit import service as audit
from backend.app.kit.clock import later
from backend.app.kit.db import Tx
from backend.app.kit.errors import Conflict, Forbidden, NotFound

log = structlog.get_logger("sign_on")


def actor_of(tx: Tx, account: Account, attempt: ProviderAttempt) -> str:
    """Return the email address of who signs in, for the audit trail. The unit that admits them decides again."""
    if attempt.person is not None:
        return people.get_person(tx, attempt.person).email
    if attempt.link is not None:
        return links.find_link_by_digest(tx, attempt.link)[1].email
    identity = store.find(tx, account.issuer, account.subject)
    if identity is not None:
        return people.get_person(tx, identity.person_id).email
    return account.email or tx.ctx.actor


def sign_in_person(
    tx: Tx,
    provider: Provider,
    account: Account,
    attempt: ProviderAttempt,
    id_token: str,
    arrival: Arrival,
    rules: SignInRules,
) -> NewSession:
    """Sign the person of an account in, up to our own second factor. Raises Forbidden or Conflict."""
    if attempt.link is not None:
        person = _by_link(tx, provider, account, attempt.link)
    else:
        person = _known(tx, provider, account) or _provisioned(tx, provider, account)
    person = _with_role_of_claim(tx, provider, account, person)
    if arrival.replaces is not None:
        sessions.end_session(tx, arrival.replaces, "signed in again")
    methods: tuple[Method, ...] = ("provider", "provider_factor") if account.factor else ("provider",)
    stage = "complete" if account.factor else next_stage(tx, person, rules.factor_roles)
    session = ProviderSession(provider.name, account.session, id_token, _signed_in_at(tx.now, account, attempt))
    return sessions.begin_session(tx, person, methods, stage, arrival.browser, rules.limits, session)


def _signed_in_at(now: str, account: Account, attempt: ProviderAttempt) -> str:
    """Return when the person proved who they are.

    A provider that does not say so may have sent the browser back without asking anybody. That counts as recent only if
    the person was to be asked anew.
    """
    if account.signed_in_at is not None:
        return _moment(account.signed_in_at)
    return now if attempt.again else later(now, -RECENT)


def link_account(tx: Tx, provider: Provider, account: Account, person_id: str) -> Person:
    """Link an account to the person who is signed in. Raises Conflict if it is that of somebody else."""
    person = people.get_person(tx, person_id, lock=True)
    _require_active(person)
    _link(tx, provider, account, person)
    return person


def _by_link(tx: Tx, provider: Provider, account: Account, link_digest: str) -> Person:
    """Link the account to the person of an invitation or reset, whatever address the provider reports."""
    link, person = links.find_link_by_digest(tx, link_digest, lock=True)
    _link(tx, provider, account, person)
    if link.kind == "reset":
        sessions.end_sessions(tx, person.id, "signed in by a link")
    return links.use_link_at_provider(tx, link, person)


def _known(tx: Tx, provider: Provider, account: Account) -> Person | None:
    """Return the person that the account is linked to; None if there is none. Raises Forbidden if disabled."""
    identity = store.find(tx, account.issuer, account.subject)
    if identity is None:
        return None
    person = people.get_person(tx, identity.person_id, lock=True)
    _require_active(person)
    store.touch(tx, identity)
    return links.activate(tx, person) if person.status == "invited" else person


def _require_active(person: Person) -> None:
    if person.status == "disabled":
        raise Forbidden(f"the account of {person.email} is disabled; ask an admin")


def _provisioned(tx: Tx, provider: Provider, account: Account) -> Person:
    """Create the person of an account of the company. Raises Forbidden if it is not one.

    Raises Conflict if the address is on file, which only its verified owner is told.
    """
    email = account.email
    if email is not None and account.verified and people.find_person(tx, email) is not None:
        raise Conflict(
            f"{email} is on file here, but not linked to this account at {provider.label}: sign in as before and link "
            "it on your account page, or ask an admin for a link"
        )
    if email is None or not provider.table.allowed_domains:
        who = f"{email} at {provider.label}" if email else f"this account at {provider.label}"
        raise Forbidden(f"{who} is not known here; ask an admin for an invitation")
    if not account.verified:
        raise Forbidden(f"{provider.label} has not verified the address {email}; ask an admin for an invitation")
    if not allows_domain(provider.table, email):
        raise Forbidden(f"{email} is not an address of the company; ask an admin for an invitation")
    role = _required_role(provider, account)
    name = account.name or email.partition("@")[0]
    person = people.provision(tx, email, name, role, provider.name)
    _add_identity(tx, provider, account, person)
    return person


def _link(tx: Tx, provider: Provider, account: Account, person: Person) -> None:
    identity = store.find(tx, account.issuer, account.subject)
    if identity is None:
        _add_identity(tx, provider, account, person)
    elif identity.person_id == person.id:
        store.touch(tx, identity)
    else:
        raise Conflict(f"this account at {provider.label} belongs to somebody else here; choose another account there")


def _add_identity(tx: Tx, provider: Provider, account: Account, person: Person) -> None:
    store.add(tx, Identity(account.issuer, account.subject, person.id, provider.name, tx.now, tx.now))
    facts = {
        "provider": provider.name,
        "issuer": account.issuer,
        "subject": account.subject,
        "email": person.email,
        "email_at_provider": account.email,
    }
    audit.record_act(tx, "person.account_linked", "person", person.id, facts)


def _with_role_of_claim(tx: Tx, provider: Provider, account: Account, person: Person) -> Person:
    """Give a person the role that the provider's claim says, if the settings name one. The last admin stays admin."""
    if provider.table.role_claim is None:
        return person
    role = _required_role(provider, account)
    if role == person.role:
        return person
    try:
        people.change_person(tx, person.id, PersonPatch.model_validate({"role": role}))
    except Conflict as refused:
        log.warning("role of the last admin kept", person=person.id, provider=provider.name, role=role)
        facts = {"role": person.role, "role_at_provider": role, "reason": refused.detail}
        audit.record_act(tx, "person.role_kept", "person", person.id, facts)
        return person
    return replace(person, role=role)


def _required_role(provider: Provider, account: Account) -> Role:
    if account.role is None:
        raise Forbidden(f"{provider.label} gives this account no role here; ask an admin")
    return account.role


def _moment(seconds: float) -> str:
    """Return a time in seconds since 1970 in the form of `clock.now`."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


# Accounts that are linked


def list_identities(tx: Tx, person_id: str) -> IdentityList:
    """Return the accounts at providers with which a person signs in."""
    return IdentityList(items=[_record(each) for each in store.of_person(tx, person_id)])


def unlink(tx: Tx, identity_id: str, by: str | None, *, of_anyone: bool, passwords: bool) -> IdentityRecord:
    """Unlink an account from the person `by`, or from anyone; sessions of somebody else end.

    Raises NotFound, or Conflict if it is the own only way to sign in.
    """
    holder = next((each.person_id for each in store.every(tx) if _identity_id(each) == identity_id), None)
    if holder is None or not (of_anyone or holder == by):
        raise NotFound("linked account")
    person = people.get_person(tx, holder, lock=True)
    linked = store.of_person(tx, holder)
    found = next((each for each in linked if _identity_id(each) == identity_id), None)
    if found is None:
        raise NotFound("linked account")
    if holder == by and len(linked) == 1 and not (passwords and person.password_hash):
        raise Conflict("this account is your only way to sign in; set a password or link another one first")
    _unlink(tx, person, found)
    if holder != by:
        sessions.end_sessions(tx, holder, "account unlinked")
    return _record(found)


def unlink_all(tx: Tx, email: str) -> int:
    """Unlink all accounts of a person, end the sessions, and return how many accounts there were. Raises NotFound."""
    person = people.require(tx, email)
    linked = store.of_person(tx, person.id)
    for each in linked:
        _unlink(tx, person, each)
    if linked:
        sessions.end_sessions(tx, person.id, "account unlinked")
    return len(linked)


def _unlink(tx: Tx, person: Person, identity: Identity) -> None:
    store.remove(tx, identity)
    facts = {"provider": identity.provider, "issuer": identity.issuer, "subject": identity.subject}
    audit.record_act(tx, "person.account_unlinked", "person", person.id, facts)


def _identity_id(identity: Identity) -> str:
    return f"idn_{digest(f'{identity.issuer} {identity.subject}')[:32]}"


def _record(identity: Identity) -> IdentityRecord:
    return IdentityRecord(
        id=_identity_id(identity),
        provider=identity.provider,
        issuer=identity.issuer,
        created_at=identity.created_at,
        used_at=identity.used_at,
    )
