"""Making, checking and revoking access tokens."""

import re
import secrets
from hashlib import sha256

from backend.app.core_gov.access import store
from backend.app.core_gov.access.schemas import Role, Token
from backend.app.core_gov.audit import service as audit
from backend.app.kit.db import Tx
from backend.app.kit.errors import BadInput

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]{0,63}")
_BYTES = 32
_PRESENTED = re.compile(rb"(?i:bearer) +(vlh_[A-Za-z0-9_-]{43}) *")


def create_token(tx: Tx, name: str, role: Role) -> str:
    """Makes a token and returns its secret, which cannot be shown again; raises BadInput or Conflict."""
    if not _NAME.fullmatch(name):
        raise BadInput("a token's name has 1 to 64 letters, digits, dots, dashes, underscores or @")
    secret = f"vlh_{secrets.token_urlsafe(_BYTES)}"
    store.add(tx, name, digest(secret), role)
    audit.record_act(tx, "token.created", "token", name, {"role": role})
    return secret


def revoke_token(tx: Tx, name: str) -> None:
    """From the next request on the token opens nothing; raises NotFound."""
    store.revoke(tx, name)
    audit.record_act(tx, "token.revoked", "token", name, {"revoked_at": tx.now})


def list_tokens(tx: Tx) -> list[Token]:
    return store.every(tx)


def holder(tx: Tx, secret_digest: str) -> tuple[str, str] | None:
    return store.holder(tx, secret_digest)


def presented(authorization: bytes) -> str | None:
    """The digest of the token in an Authorization header; None when there is none that could be ours."""
    match = _PRESENTED.fullmatch(authorization)
    return digest(match[1].decode("ascii")) if match else None


def digest(secret: str) -> str:
    """What is stored and looked up in place of a token.

    A token is 256 random bits, so a plain hash cannot be turned back, and how long the lookup takes tells nothing
    about the token that would have been right.
    """
    return sha256(secret.encode("utf-8", "replace")).hexdigest()
