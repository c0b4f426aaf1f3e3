"""Challenges that passkeys sign: random, valid once and for five minutes, bound to a purpose and a session."""

import base64
import secrets
from datetime import timedelta

from backend.app.core_gov.access.secrets import digest
from backend.app.core_gov.access.sign_in import store
from backend.app.core_gov.access.sign_in.delays import FORGOTTEN_AFTER
from backend.app.kit.clock import later
from backend.app.kit.db import Tx
from backend.app.kit.errors import Conflict

VALID_FOR = timedelta(minutes=5)

_BYTES = 32


def open_challenge(tx: Tx, purpose: str, session_id: str | None) -> bytes:
    """Return a new challenge, of which a digest is stored. `session_id`: the only session that may use it."""
    store.purge(tx, later(tx.now, -FORGOTTEN_AFTER), tx.now)
    challenge = secrets.token_bytes(_BYTES)
    store.add_challenge(tx, _digest(challenge), purpose, session_id or "", later(tx.now, VALID_FOR))
    return challenge


def use_challenge(tx: Tx, challenge: str, purpose: str, session_id: str | None) -> None:
    """Use a challenge up, in URL-safe base64. Raises Conflict unless it is open, for this purpose and session."""
    if store.take_challenge(tx, digest(challenge), purpose) != (session_id or ""):
        raise Conflict("this passkey was asked for too long ago, or elsewhere: try again")


def _digest(challenge: bytes) -> str:
    return digest(base64.urlsafe_b64encode(challenge).decode().rstrip("="))
