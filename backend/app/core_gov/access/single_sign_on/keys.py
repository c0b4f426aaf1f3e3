"""Keys by which a provider signs its tokens: RFC 7517."""

from dataclasses import dataclass

from joserfc.errors import JoseError
from joserfc.jwk import ECKey, Key, OKPKey, RSAKey, import_key

from backend.app.core_gov.access.single_sign_on.errors import ProviderFailed
from backend.app.kit.strict_json import Json

KEPT_S = 600.0
"""Age up to which keys are used without asking again, and so the longest time for which a withdrawn key is trusted."""

UNKNOWN_S = 60.0
"""Age from which an unknown key id makes the keys be fetched again. Tokens with invented ids cannot cause more."""

MAX_KEYS = 100
SMALLEST_RSA = 2048

ALGORITHMS = ("RS256", "PS256", "ES256", "EdDSA")
"""Accepted signatures. Never `none`, and never one with a shared secret."""


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A public key of a provider. `kid`: its id. `algorithms`: those that it may verify."""

    kid: str | None
    algorithms: tuple[str, ...]
    key: Key


def signing_keys(document: dict[str, Json], label: str) -> tuple[SigningKey, ...]:
    """Return the keys of a key set that can verify signatures, without the others. Raises ProviderFailed for none."""
    entries = document.get("keys")
    given = entries[:MAX_KEYS] if isinstance(entries, list) else []
    found = [_signing_key(entry) for entry in given if isinstance(entry, dict)]
    keys = tuple(each for each in found if each is not None)
    if not keys:
        raise ProviderFailed(f"the keys of {label} contain none that can be used ({', '.join(ALGORITHMS)})")
    return keys


def _signing_key(entry: dict[str, Json]) -> SigningKey | None:
    """Return a key; None if it is not for signatures, not public, too short or malformed."""
    if entry.get("use", "sig") != "sig" or entry.get("kty") not in {"RSA", "EC", "OKP"} or "d" in entry:
        return None
    kid, named = entry.get("kid"), entry.get("alg")
    known = {name: entry[name] for name in ("kty", "n", "e", "crv", "x", "y") if name in entry}
    try:
        key = import_key(known)  # type: ignore[arg-type]
        algorithms = tuple(each for each in _algorithms(key) if named in (None, each))
    except (JoseError, ValueError, TypeError):
        return None
    return SigningKey(kid if isinstance(kid, str) else None, algorithms, key) if algorithms else None


def _algorithms(key: Key) -> tuple[str, ...]:
    if isinstance(key, RSAKey):
        return ("RS256", "PS256") if key.raw_value.key_size >= SMALLEST_RSA else ()
    if isinstance(key, ECKey):
        return ("ES256",) if key.curve_name == "P-256" else ()
    return ("EdDSA",) if isinstance(key, OKPKey) and key.curve_name == "Ed25519" else ()


def choose_key(keys: tuple[SigningKey, ...], kid: str | None, algorithm: str) -> SigningKey | None:
    """Return the key of a token. A token without a key id needs a provider with one suitable key."""
    suitable = [each for each in keys if algorithm in each.algorithms]
    if kid is not None:
        return next((each for each in suitable if each.kid == kid), None)
    return suitable[0] if len(suitable) == 1 else None
