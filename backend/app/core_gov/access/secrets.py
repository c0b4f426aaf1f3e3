"""Random secrets, and the digests that are stored in their place."""

import secrets
from hashlib import sha256

_BYTES = 32


def new_secret(prefix: str = "") -> str:
    """Return a prefix and 256 random bits in URL-safe base64: 43 characters."""
    return prefix + secrets.token_urlsafe(_BYTES)


def digest(secret: str) -> str:
    """Return the hash that is stored and looked up in place of a random secret.

    A secret is 256 random bits, so a plain hash cannot be reversed, and the timing of the lookup reveals nothing about
    valid secrets.
    """
    return sha256(secret.encode("utf-8", "replace")).hexdigest()
