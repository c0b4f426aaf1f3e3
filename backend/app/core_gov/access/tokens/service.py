"""Service of access tokens: create, verify, rotate, revoke. Everything is recorded in the audit trail."""

import json
import re
from collections.abc import Collection
from contextlib import suppress
from datetime import datetime, timedelta

from backend.app.core_gov.access.people import service as people
from backend.app.core_gov.access.people.schemas import sign_in_name
from backend.app.core_gov.access.people.store import Person
from backend.app.core_gov.access.schemas import Role, lower_role
from backend.app.core_gov.access.secrets import digest, new_secret
from backend.app.core_gov.access.stored_rows import record_of_row
from backend.app.core_gov.access.tokens import store
from backend.app.core_gov.access.tokens.schemas import TokenList, TokenRecord, TokenState
from backend.app.core_gov.access.tokens.scopes import listed, stored
from backend.app.core_gov.access.tokens.store import AccessToken
from backend.app.core_gov.access.tokens.terms import OVERLAP, SOON, Term, lifetime_s
from backend.app.core_gov.audit import service as audit
from backend.app.kit.clock import later
from backend.app.kit.db import Tx, state
from backend.app.kit.errors import BadInput, Conflict

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]{0,63}")

SALVAGED = "salvaged_tokens"
"""Key in the state table under which the names of tokens revoked by a salvage are kept."""
_BEARER = re.compile(rb"(?i:bearer) +(vlh_[A-Za-z0-9_-]{43}) *")

ONE_YEAR = Term()

live_token = store.live_token


def create_token(
    tx: Tx,
    name: str,
    role: Role,
    *,
    owner: Person | None = None,
    scopes: Collection[str] | None = None,
    term: Term = ONE_YEAR,
) -> str:
    """Create a token and return its secret, which is not stored.

    Raises BadInput, and Conflict for a name that is taken, or an owner who cannot have such a token.
    """
    if not _NAME.fullmatch(name):
        raise BadInput("the name of a token must have 1 to 64 letters, digits, dots, dashes, underscores or @")
    if people.find_person(tx, sign_in_name(name)) is not None:
        raise Conflict(f"{name} is a person; a token needs a name of its own, because both are actors")
    if owner is not None:
        _check_owner(owner, role)
    secret, expires_at = new_secret("vlh_"), term.end(tx.now)
    terms = {
        "owner": owner.id if owner else None,
        "scopes": None if scopes is None else stored(scopes),
        "expires_at": expires_at,
    }
    store.add(tx, name, digest(secret), role, **terms, lifetime_s=lifetime_s(tx.now, expires_at))
    facts = {"role": role, **terms, "owner": owner.email if owner else None}
    audit.record_act(tx, "token.created", "token", name, {key: value for key, value in facts.items() if value})
    return secret


def _check_owner(owner: Person, role: Role) -> None:
    if owner.status == "disabled":
        raise Conflict(f"{owner.email} is disabled: enable the account first")
    if lower_role(role, owner.role) != role:
        raise Conflict(f"{owner.email} is {owner.role}, so the token can be {owner.role} at most")


def rotate_token(tx: Tx, name: str, overlap: timedelta = OVERLAP, latest_expiry: str | None = None) -> str:
    """Replace the secret of a token and return the new one. The replaced one stays valid during the overlap.

    The expiry is renewed by the same duration as before, unless that would be after `latest_expiry`. A secret from
    before an earlier rotation ends. Raises NotFound, and Conflict for a token that is revoked or whose owner is not
    active.
    """
    token = store.get(tx, name, lock=True)
    found = state_of(token, tx.now)
    if found in {"revoked", "owner inactive"}:
        reason = "was revoked" if found == "revoked" else f"belongs to {token.owner_email}, whose account is not active"
        raise Conflict(f"token {name} {reason}; create a new token")
    renewed = later(tx.now, timedelta(seconds=token.lifetime_s)) if token.lifetime_s is not None else None
    if latest_expiry is not None and (renewed is None or renewed > latest_expiry):
        renewed = token.expires_at
    secret = new_secret("vlh_")
    until = min(later(tx.now, overlap), token.expires_at or "9999")
    store.rotate(tx, name, digest(secret), until if until > tx.now else None, renewed)
    facts = {"expires_at": renewed, "previous_until": until if until > tx.now else None}
    audit.record_act(tx, "token.rotated", "token", name, facts)
    return secret


def set_expiry(tx: Tx, name: str, term: Term) -> TokenRecord:
    """Change until when a token is valid. Raises NotFound, BadInput, or Conflict for a revoked token."""
    if store.get(tx, name, lock=True).revoked_at is not None:
        raise Conflict(f"token {name} was revoked; create a new token")
    expires_at = term.end(tx.now)
    store.set_term(tx, name, expires_at, lifetime_s(tx.now, expires_at))
    audit.record_act(tx, "token.expiry_changed", "token", name, {"expires_at": expires_at})
    return read_token(tx, name)


def revoke_token(tx: Tx, name: str) -> None:
    """Revoke a token with all its secrets, effective from the next request. Raises NotFound."""
    store.revoke(tx, name)
    audit.record_act(tx, "token.revoked", "token", name, {"revoked_at": tx.now})


def enable_token(tx: Tx, name: str) -> None:
    """Re-enable a token that was revoked because its database was salvaged, or was an older copy.

    Raises Conflict for any other token.
    """
    waiting = salvaged(tx)
    if name not in waiting:
        raise Conflict(f"token {name} was not revoked by a salvage of the database; create a new token")
    store.enable(tx, name)
    state.put(tx, SALVAGED, json.dumps(sorted(waiting - {name})))
    audit.record_act(tx, "token.enabled", "token", name, {"revoked_at": None})


def salvaged(tx: Tx) -> set[str]:
    """Return the tokens that a salvage revoked and that have not been enabled since."""
    with suppress(ValueError, TypeError):  # ignore an unreadable entry
        return {str(name) for name in json.loads(state.get(tx, SALVAGED) or "[]")}
    return set()


def contradictions(tx: Tx) -> list[str]:
    """Return the valid tokens whose last audit event is a revocation."""
    valid = [token.name for token in store.every(tx) if token.revoked_at is None]
    return [name for name in valid if _last_act(tx, name) == "token.revoked"]


def revoke_contradictions(tx: Tx) -> list[str]:
    """Revoke these tokens again: the table is older than the audit trail."""
    found = contradictions(tx)
    for name in found:
        revoke_token(tx, name)
    return found


def revoke_all(tx: Tx) -> list[str]:
    """Revoke every token of an older copy, which may lack a revocation; `enable_token` undoes it."""
    found = sorted(token.name for token in store.every(tx) if token.revoked_at is None)
    for name in found:
        revoke_token(tx, name)
    state.put(tx, SALVAGED, json.dumps(sorted(salvaged(tx) | set(found))))
    return found


def _last_act(tx: Tx, name: str) -> str | None:
    docs = audit.list_events(tx, {"entity": "token", "entity_id": name}, 1, None).docs
    return str(json.loads(docs[0])["action"]) if docs else None


# Reading


def list_tokens(tx: Tx) -> list[TokenRecord]:
    """Return all tokens, oldest first."""
    return [record_of(token, tx.now) for token in store.every(tx)]


def list_own(tx: Tx, person_id: str) -> TokenList:
    """Return the tokens of a person, oldest first."""
    return TokenList(items=[record_of(token, tx.now) for token in store.of_owner(tx, person_id)])


def read_token(tx: Tx, name: str) -> TokenRecord:
    return record_of(store.get(tx, name), tx.now)


def count_valid(tx: Tx, person_id: str) -> int:
    """Return how many tokens of a person are valid, or are as soon as the account is active."""
    states = [state_of(token, tx.now) for token in store.of_owner(tx, person_id)]
    return sum(each in {"valid", "owner inactive"} for each in states)


def note_use(tx: Tx, name: str) -> None:
    """Note the hour of a use."""
    hour = datetime.fromisoformat(tx.now).replace(minute=0, second=0, microsecond=0)
    store.note_use(tx, name, hour.isoformat(timespec="microseconds").replace("+00:00", "Z"))


def record_of(token: AccessToken, now: str) -> TokenRecord:
    return record_of_row(
        TokenRecord,
        f"token {token.name}",
        name=token.name,
        role=token.role,
        owner=token.owner_email or token.owner,
        scopes=None if token.scopes is None else listed(token.scopes.split()),
        state=state_of(token, now),
        created_at=token.created_at,
        expires_at=token.expires_at,
        used_at=token.used_at,
        revoked_at=token.revoked_at,
        previous_until=token.previous_until if token.previous_until and token.previous_until > now else None,
    )


def state_of(token: AccessToken, now: str) -> TokenState:
    """Return whether a token is valid, and if not, why."""
    if token.revoked_at is not None:
        return "revoked"
    if token.owner is not None and token.owner_status != "active":
        return "owner inactive"
    return "expired" if token.expires_at is not None and token.expires_at <= now else "valid"


def expires_soon(token: TokenRecord, now: str) -> bool:
    """Return whether a valid token expires within 30 days."""
    return token.state == "valid" and token.expires_at is not None and token.expires_at <= later(now, SOON)


def token_digest(authorization: bytes) -> str | None:
    """Return the digest of the token in an Authorization header, or None if it has the wrong form."""
    match = _BEARER.fullmatch(authorization)
    return digest(match[1].decode("ascii")) if match else None
