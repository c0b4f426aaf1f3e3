"""Attempts to sign in at a provider: from the redirect to it until its callback.

The browser that began one holds a random value in a cookie, which the callback needs beside `state`: a callback in
another browser is refused. An attempt is used once. OpenID Connect Core 1.0, section 3.1.2; RFC 7636 (PKCE).
"""

import base64
from datetime import timedelta
from hashlib import sha256
from urllib.parse import urlencode

from pydantic import BaseModel, Field

from backend.app.core_gov.access.secrets import digest, new_secret
from backend.app.core_gov.access.sign_in import store as challenges
from backend.app.core_gov.access.single_sign_on.discovery import Metadata
from backend.app.core_gov.access.single_sign_on.providers import Provider
from backend.app.kit.clock import later
from backend.app.kit.db import Tx
from backend.app.kit.errors import Conflict

KIND = "provider"
VALID_FOR = timedelta(minutes=10)

GONE = (
    "this sign-in was used already, took longer than 10 minutes, or began in another browser; begin again, and allow "
    "cookies"
)


class ProviderAttempt(BaseModel):
    """An attempt, as stored. `next`: page to go to afterwards. `again`: whether the provider must ask anew.

    `link`: digest of the secret of an invitation that it accepts. `person`: who links an account to their own.
    """

    provider: str
    redirect_uri: str = Field(repr=False)
    nonce: str = Field(default_factory=new_secret, repr=False)
    verifier: str = Field(default_factory=new_secret, repr=False)
    next: str | None = None
    again: bool = False
    link: str | None = Field(default=None, repr=False)
    person: str | None = None


def begin(tx: Tx, attempt: ProviderAttempt, browser: str, state: str) -> None:
    """Store an attempt of a browser under its state, and delete those that nobody finished."""
    challenges.purge_challenges(tx, tx.now)
    challenges.add_challenge(tx, _key(browser, state), KIND, attempt.model_dump_json(), later(tx.now, VALID_FOR))


def take(tx: Tx, browser: str, state: str) -> ProviderAttempt:
    """Return the attempt of a callback, and use it up. Raises Conflict if there is none of this browser."""
    found = challenges.take_challenge(tx, _key(browser, state), KIND)
    if found is None:
        raise Conflict(GONE)
    return ProviderAttempt.model_validate_json(found)


def _key(browser: str, state: str) -> str:
    return digest(f"{browser} {state}")


def authorization_url(metadata: Metadata, provider: Provider, attempt: ProviderAttempt, state: str) -> str:
    """Return the address at which a provider asks a person to sign in."""
    challenge = base64.urlsafe_b64encode(sha256(attempt.verifier.encode()).digest()).rstrip(b"=").decode()
    parameters = {
        "response_type": "code",
        "response_mode": "query",
        "client_id": provider.table.client_id,
        "redirect_uri": attempt.redirect_uri,
        "scope": " ".join(provider.table.scopes),
        "state": state,
        "nonce": attempt.nonce,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    if attempt.again:
        parameters |= {"prompt": "login", "max_age": "0"}
    endpoint = metadata.authorization_endpoint
    return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(parameters)}"
