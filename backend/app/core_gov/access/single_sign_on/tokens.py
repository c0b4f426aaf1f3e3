"""Verification of signed tokens of a provider, without I/O: OpenID Connect Core 1.0, section 3.1.3.7."""

import base64
import hmac
from dataclasses import dataclass
from hashlib import sha256, sha512

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwa import JWSAlgModel
from joserfc.jws import JWSRegistry

from backend.app.core_gov.access.single_sign_on.errors import InvalidToken
from backend.app.core_gov.access.single_sign_on.keys import ALGORITHMS, SigningKey
from backend.app.kit import strict_json
from backend.app.kit.errors import BadInput
from backend.app.kit.strict_json import Json

MAX_TOKEN = 100_000
LEEWAY_S = 60
"""Seconds by which the clocks of provider and service may differ."""

MAX_SUBJECT = 255
MAX_LOGOUT_AGE_S = 3_600
"""Age from which a logout token is refused. Its id is remembered for longer, so none is used twice."""

Claims = dict[str, Json]


class _Algorithms(JWSRegistry):
    """The accepted algorithms. The library's own list would warn about EdDSA, which RFC 9864 only renames."""

    max_header_length = 8_000
    max_payload_length = MAX_TOKEN

    def get_alg(self, name: str) -> JWSAlgModel:
        if name not in ALGORITHMS:
            raise InvalidToken(f"the token is signed with {name[:20]}; accepted are {', '.join(ALGORITHMS)}")
        return self.algorithms[name]


_REGISTRY = _Algorithms(algorithms=ALGORITHMS, strict_check_header=False)


@dataclass(frozen=True, slots=True)
class TokenHeader:
    """Algorithm and type in the header of a token. The type is in lower case, and empty if there is none."""

    algorithm: str
    kid: str | None
    type: str


@dataclass(frozen=True, slots=True)
class Expected:
    """Claims that a token must have. `now`: seconds since 1970."""

    issuer: str
    client_id: str
    now: float


def header_of(token: str) -> TokenHeader:
    """Return the header of a token that is not verified yet. Raises InvalidToken."""
    if len(token) > MAX_TOKEN or not token.isascii():
        raise InvalidToken("the token is too long, or not ASCII")
    try:
        header = jws.extract_compact(token.encode(), registry=_REGISTRY).headers()
    except (JoseError, ValueError, RecursionError):
        raise InvalidToken("the token is malformed") from None
    algorithm, kid = header.get("alg"), header.get("kid")
    if not isinstance(algorithm, str) or algorithm not in ALGORITHMS:
        raise InvalidToken(f"the token is signed with {str(algorithm)[:20]!a}; accepted are {', '.join(ALGORITHMS)}")
    if kid is not None and not isinstance(kid, str):
        raise InvalidToken("the token has a malformed key id")
    return TokenHeader(algorithm, kid, str(header.get("typ", "")).lower().removeprefix("application/"))


def check_type(header: TokenHeader, own: str = "jwt") -> None:
    """Raise InvalidToken for a token that says it is of another type than this one, or a plain one."""
    if header.type not in {"", "jwt", own}:
        raise InvalidToken("the token is of another type (typ)")


def verified_claims(token: str, key: SigningKey) -> Claims:
    """Return the claims of a token after its signature has been verified. Raises InvalidToken."""
    if header_of(token).algorithm not in key.algorithms:
        raise InvalidToken("the signature of the token does not fit the key")
    try:
        found = jws.deserialize_compact(token.encode(), key.key, registry=_REGISTRY)
        claims = strict_json.parse(found.payload)
    except (JoseError, ValueError, BadInput):
        raise InvalidToken("the signature of the token is not valid") from None
    if not isinstance(claims, dict):
        raise InvalidToken("the claims of the token are not a JSON object")
    return claims


def check_id_token(claims: Claims, expected: Expected, nonce: str, access_token: str | None, algorithm: str) -> None:
    """Raise InvalidToken unless the claims are those of an id token for this client and this sign-in."""
    check_issued(claims, expected)
    found = claims.get("nonce")
    if not isinstance(found, str) or not hmac.compare_digest(found.encode(), nonce.encode()):
        raise InvalidToken("the id token belongs to another sign-in (nonce)")
    subject_of(claims)
    at_hash = claims.get("at_hash")
    if at_hash is not None and access_token is not None and at_hash != _half_hash(access_token, algorithm):
        raise InvalidToken("the id token does not belong to the access token (at_hash)")


_LOGOUT = "http://schemas.openid.net/event/backchannel-logout"


def check_logout_token(claims: Claims, expected: Expected) -> None:
    """Raise InvalidToken unless the claims are those of a logout token (OpenID Connect Back-Channel Logout, 2.6)."""
    check_issued(claims, expected)
    if expected.now - (_time(claims, "iat") or 0.0) > MAX_LOGOUT_AGE_S:
        raise InvalidToken("the logout token is too old")
    events = claims.get("events")
    if not isinstance(events, dict) or not isinstance(events.get(_LOGOUT), dict) or "nonce" in claims:
        raise InvalidToken("the token is not a logout token")
    if text_claim(claims, "jti") is None or not (text_claim(claims, "sub") or text_claim(claims, "sid")):
        raise InvalidToken("the logout token names neither person nor session, or has no id")


def check_issued(claims: Claims, expected: Expected) -> None:
    """Raise InvalidToken unless the issuer made the token for this client, and it is valid now."""
    if claims.get("iss") != expected.issuer:
        raise InvalidToken("the token comes from another issuer")
    audience, party = claims.get("aud"), claims.get("azp")
    audiences = audience if isinstance(audience, list) else [audience]
    if expected.client_id not in audiences:
        raise InvalidToken("the token is meant for another client (audience)")
    if (len(audiences) > 1 or party is not None) and party != expected.client_id:
        raise InvalidToken("the token was issued to another client (azp)")
    expires = _time(claims, "exp")
    issued = _time(claims, "iat")
    if expires is None or issued is None:
        raise InvalidToken("the token does not say when it was issued, or when it expires")
    if expected.now >= expires + LEEWAY_S:
        raise InvalidToken("the token has expired; check the clock of this machine if that happens always")
    if max(issued, _time(claims, "nbf") or 0.0) > expected.now + LEEWAY_S:
        raise InvalidToken("the token is not valid yet; check the clock of this machine")


def subject_of(claims: Claims) -> str:
    """Return the provider's id of a person. Raises InvalidToken."""
    subject = claims.get("sub")
    if not isinstance(subject, str) or not subject.strip() or len(subject) > MAX_SUBJECT:
        raise InvalidToken("the token does not name a person (sub)")
    return subject


def text_claim(claims: Claims, name: str) -> str | None:
    found = claims.get(name)
    return found if isinstance(found, str) and found.strip() else None


def _time(claims: Claims, name: str) -> float | None:
    """Return a time in seconds since 1970; None if there is none. Raises InvalidToken for anything else."""
    found = claims.get(name)
    if found is None:
        return None
    if isinstance(found, bool) or not isinstance(found, int | float) or not 0 <= found < 1e11:
        raise InvalidToken(f"the token has a malformed time ({name})")
    return float(found)


def authenticated_at(claims: Claims) -> float | None:
    """Return when the person last proved to the provider who they are, in seconds since 1970, if it says so."""
    return _time(claims, "auth_time")


def _half_hash(access_token: str, algorithm: str) -> str:
    hashed = (sha512 if algorithm == "EdDSA" else sha256)(access_token.encode("utf-8", "replace")).digest()
    return base64.urlsafe_b64encode(hashed[: len(hashed) // 2]).rstrip(b"=").decode()
