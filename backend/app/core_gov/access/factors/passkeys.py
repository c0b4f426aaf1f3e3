"""Passkeys (WebAuthn, level 3): the options that browsers get, and verification of what they send back.

Pure functions around python-fido2. Attestation is not asked for: any authenticator will do.
"""

import ipaddress
import struct
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from backend.app.core_gov.access.factors.store import Passkey
from backend.app.core_gov.access.people.store import Person
from backend.app.kit.errors import BadInput, Conflict

if TYPE_CHECKING:
    from fido2.server import Fido2Server
    from fido2.webauthn import AttestedCredentialData, PublicKeyCredentialDescriptor

ALGORITHMS = (-8, -7, -257)
"""Accepted signatures, best first: EdDSA, ES256, RS256 (COSE numbers)."""

MAX_CREDENTIAL_ID = 1023
"""Bytes of a credential id, as WebAuthn, section 7.1, limits it."""

MAX_CREDENTIAL = 4_000
"""Bytes of a credential id and a public key. A larger key would only cost time at each sign-in."""

_TRANSPORTS = frozenset({"ble", "cable", "hybrid", "internal", "nfc", "smart-card", "usb"})
_NAME = "Valhalla"


@dataclass(frozen=True, slots=True)
class Site:
    """The host name that passkeys are bound to, and the origin of its pages."""

    rp_id: str
    origin: str


@dataclass(frozen=True, slots=True)
class Registration:
    """A verified new passkey. `credential` is as stored."""

    id: str
    credential: str
    transports: str
    sign_count: int


@dataclass(frozen=True, slots=True)
class Assertion:
    """Response of a browser to a sign-in challenge, not verified yet."""

    passkey_id: str
    challenge: str
    user_handle: str | None
    response: Mapping[str, Any]


def site_of(host: str | None, origin: str) -> Site:
    """Return the site of a page. Raises Conflict if its address has no host name."""
    if host is None or _is_address(host):
        raise Conflict(
            "passkeys work on host names only, not on IP addresses: open this page by its name, on this machine as "
            "http://localhost"
        )
    return Site(host, origin)


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def passkey_id(credential_id: bytes) -> str:
    """Return the id of a passkey: half a digest, so that a credential cannot be on file twice."""
    return f"pk_{sha256(credential_id).hexdigest()[:32]}"


# Options


def registration_options(site: Site, person: Person, challenge: bytes, passkeys: Sequence[Passkey]) -> dict[str, Any]:
    """Return the options with which a browser creates a passkey. It is not to create one where there is one already."""
    from fido2.webauthn import PublicKeyCredentialUserEntity, ResidentKeyRequirement, UserVerificationRequirement

    user = PublicKeyCredentialUserEntity(id=person.id.encode(), name=person.email, display_name=person.name)
    options, _ = _server(site).register_begin(
        user,
        _descriptors(site, passkeys),
        ResidentKeyRequirement.PREFERRED,
        UserVerificationRequirement.PREFERRED,
        challenge=challenge,
    )
    found: dict[str, Any] = dict(options)["publicKey"]
    return found


def request_options(site: Site, challenge: bytes, passkeys: Sequence[Passkey] | None) -> dict[str, Any]:
    """Return the options with which a browser uses a passkey.

    Without `passkeys`, any of the site will do, and the browser must verify its user: it replaces the password too.
    """
    from fido2.webauthn import UserVerificationRequirement

    needed = UserVerificationRequirement.REQUIRED if passkeys is None else UserVerificationRequirement.DISCOURAGED
    descriptors = None if passkeys is None else _descriptors(site, passkeys)
    options, _ = _server(site).authenticate_begin(descriptors, needed, challenge)
    found: dict[str, Any] = dict(options)["publicKey"]
    return found


def _descriptors(site: Site, passkeys: Sequence[Passkey]) -> "list[PublicKeyCredentialDescriptor]":
    from fido2.server import to_descriptor

    return [
        to_descriptor(_attested(each), each.transports.split() or None) for each in passkeys if each.rp_id == site.rp_id
    ]


def _attested(passkey: Passkey) -> "AttestedCredentialData":
    from fido2.utils import websafe_decode
    from fido2.webauthn import AttestedCredentialData

    return AttestedCredentialData(websafe_decode(passkey.credential))


def _server(site: Site) -> "Fido2Server":
    from fido2.server import Fido2Server
    from fido2.webauthn import PublicKeyCredentialParameters, PublicKeyCredentialRpEntity, PublicKeyCredentialType

    server = Fido2Server(PublicKeyCredentialRpEntity(id=site.rp_id, name=_NAME), verify_origin=site.origin.__eq__)
    key = PublicKeyCredentialType.PUBLIC_KEY
    server.allowed_algorithms = [PublicKeyCredentialParameters(type=key, alg=number) for number in ALGORITHMS]
    return server


# Verification


def challenge_of(credential: Mapping[str, Any]) -> str:
    """Return the challenge that a response of a browser names. Raises BadInput if it is malformed."""
    from fido2.utils import websafe_decode, websafe_encode
    from fido2.webauthn import CollectedClientData

    with _well_formed():
        return websafe_encode(CollectedClientData(websafe_decode(credential["response"]["clientDataJSON"])).challenge)


def verify_registration(site: Site, challenge: str, credential: Mapping[str, Any]) -> Registration:
    """Verify a new passkey. Raises BadInput if it is malformed, of another site, or of an algorithm not asked for."""
    from fido2.utils import websafe_encode

    with _well_formed():
        _check_texts(credential)
        data = _server(site).register_complete(_state(challenge, verified=False), credential)
        attested = data.credential_data
        if attested is None or attested.public_key.get(3) not in ALGORITHMS:
            raise ValueError("the algorithm is not supported")
        if len(attested.credential_id) > MAX_CREDENTIAL_ID or len(attested) > MAX_CREDENTIAL:
            raise ValueError("the credential is too long")
        _check_frame(credential)
        named = credential["response"].get("transports") or []
        transports = " ".join(sorted(_TRANSPORTS.intersection(named)))
        return Registration(passkey_id(attested.credential_id), websafe_encode(attested), transports, data.counter)


def read_assertion(credential: Mapping[str, Any]) -> Assertion:
    """Return what a browser sends to use a passkey, unverified. Raises BadInput if it is malformed."""
    from fido2.utils import websafe_encode
    from fido2.webauthn import AuthenticationResponse

    with _well_formed():
        _check_texts(credential)
        found = AuthenticationResponse.from_dict(credential)
        handle = found.response.user_handle
        return Assertion(
            passkey_id(found.raw_id),
            websafe_encode(found.response.client_data.challenge),
            handle.decode() if handle else None,
            credential,
        )


def verify_assertion(site: Site, passkey: Passkey, given: Assertion, *, alone: bool) -> int | None:
    """Return the counter of a passkey; None unless it has signed this challenge for this site.

    `alone`: it replaces the password too, so that it must have verified its user, and name the person.
    """
    from fido2.webauthn import AuthenticationResponse

    if passkey.rp_id != site.rp_id or (given.user_handle != passkey.person_id and (alone or given.user_handle)):
        return None
    try:
        state = _state(given.challenge, verified=alone)
        _server(site).authenticate_complete(state, [_attested(passkey)], given.response)
        _check_frame(given.response)
        found = AuthenticationResponse.from_dict(given.response)
    except _MALFORMED:
        return None
    assert found is not None
    return found.response.authenticator_data.counter


def _state(challenge: str, *, verified: bool) -> dict[str, Any]:
    from fido2.webauthn import UserVerificationRequirement

    needed = UserVerificationRequirement.REQUIRED if verified else UserVerificationRequirement.DISCOURAGED
    return {"challenge": challenge, "user_verification": needed}


def _check_texts(credential: Mapping[str, Any]) -> None:
    """Raise ValueError if a field that encodes bytes has a number: python-fido2 would allocate that many bytes."""
    given = [credential.get("rawId"), *(value for name, value in credential["response"].items() if name in _ENCODED)]
    if any(isinstance(value, int | float) for value in given):
        raise ValueError("a number is in the place of text")


_ENCODED = frozenset({"clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"})


def _check_frame(credential: Mapping[str, Any]) -> None:
    """Raise ValueError if the passkey was used in a frame of another site."""
    from fido2.utils import websafe_decode
    from fido2.webauthn import CollectedClientData

    if CollectedClientData(websafe_decode(credential["response"]["clientDataJSON"])).cross_origin:
        raise ValueError("the page is in a frame of another site")


_MALFORMED = (
    *(ValueError, KeyError, TypeError, AttributeError, IndexError, AssertionError, struct.error),
    *(OverflowError, RecursionError),
)
"""Exceptions of python-fido2 for responses that are malformed or do not match."""


@contextmanager
def _well_formed() -> Iterator[None]:
    """Turn what python-fido2 raises into BadInput."""
    try:
        yield
    except _MALFORMED as error:
        reason = str(error).rstrip(".") if type(error) is ValueError else "it is malformed"
        raise BadInput.field("credential", f"credential is not what a browser answers here: {reason}") from None
