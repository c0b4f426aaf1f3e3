"""Service of access tokens: create, verify, revoke."""

import json
import re
from contextlib import suppress

from backend.app.core_gov.access.schemas import Role
from backend.app.core_gov.access.secrets import digest, new_secret
from backend.app.core_gov.access.tokens import store
from backend.app.core_gov.access.tokens.schemas import Token
from backend.app.core_gov.audit import service as audit
from backend.app.kit.db import Tx, state
from backend.app.kit.errors import BadInput, Conflict

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]{0,63}")

SALVAGED = "salvaged_tokens"
"""Key in the state table under which the names of tokens revoked by a salvage are kept."""
_BEARER = re.compile(rb"(?i:bearer) +(vlh_[A-Za-z0-9_-]{43}) *")


def create_token(tx: Tx, name: str, role: Role) -> str:
    """Create a token and return its secret, which is not stored. Raises BadInput or Conflict."""
    if not _NAME.fullmatch(name):
        raise BadInput("the name of a token must have 1 to 64 letters, digits, dots, dashes, underscores or @")
    secret = new_secret("vlh_")
    store.add(tx, name, digest(secret), role)
    audit.record_act(tx, "token.created", "token", name, {"role": role})
    return secret


def revoke_token(tx: Tx, name: str) -> None:
    """Revoke a token, effective from the next request. Raises NotFound."""
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


def list_tokens(tx: Tx) -> list[Token]:
    return store.every(tx)


def holder(tx: Tx, secret_digest: str) -> tuple[str, str] | None:
    return store.holder(tx, secret_digest)


def token_digest(authorization: bytes) -> str | None:
    """Return the digest of the token in an Authorization header, or None if it has the wrong form."""
    match = _BEARER.fullmatch(authorization)
    return digest(match[1].decode("ascii")) if match else None
