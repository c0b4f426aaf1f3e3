"""Answers of browsers about passkeys: anything malformed is a bad request, never an error of the server."""

from typing import Any

import pytest
from fido2.utils import websafe_decode, websafe_encode
from hypothesis import example, given
from hypothesis import strategies as st

from backend.app.core_gov.access.factors import passkeys
from backend.app.core_gov.access.factors.passkeys import Site
from backend.app.kit.errors import BadInput, Conflict
from backend.tests.core_gov.access.authenticator import Authenticator

ORIGIN = "http://localhost:8000"
SITE = Site("localhost", ORIGIN)
CHALLENGE = "A" * 43
CREATED = Authenticator(ORIGIN).create(
    {"rp": {"id": "localhost"}, "user": {"id": "cGVyXzE"}, "challenge": CHALLENGE, "pubKeyCredParams": []}
)

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=12), inner, max_size=3),
    max_leaves=6,
)
base64_texts = st.binary(max_size=120).map(websafe_encode)


def changed(path: list[str], value: Any) -> dict[str, Any]:
    """Return the answer of a browser with one value replaced."""
    found: dict[str, Any] = {**CREATED, "response": dict(CREATED["response"])}
    place = found
    for name in path[:-1]:
        place = place[name]
    place[path[-1]] = value
    return found


_IN_RESPONSE = ("clientDataJSON", "attestationObject", "transports", "authenticatorData", "signature")
paths = st.sampled_from([["id"], ["rawId"], ["type"], ["response"], *(["response", name] for name in _IN_RESPONSE)])


@example(["rawId"], 1 << 50)
@example(["response", "signature"], 1 << 50)
@given(paths, json_values | base64_texts)
def test_malformed_answers_are_bad_requests(path: list[str], value: Any) -> None:
    answer = changed(path, value)
    for read in (passkeys.challenge_of, passkeys.read_assertion, verified):
        try:
            read(answer)
        except BadInput:
            continue


def verified(answer: dict[str, Any]) -> None:
    passkeys.verify_registration(SITE, CHALLENGE, answer)


@given(st.binary(min_size=1, max_size=8), st.integers(0, 10_000))
def test_changed_registrations_are_refused_or_harmless(noise: bytes, at: int) -> None:
    """Bytes written over the attestation give a bad request, or a passkey for the same site."""
    raw = bytearray(websafe_decode(CREATED["response"]["attestationObject"]))
    start = at % len(raw)
    raw[start : start + len(noise)] = noise
    try:
        found = passkeys.verify_registration(
            SITE, CHALLENGE, changed(["response", "attestationObject"], websafe_encode(bytes(raw)))
        )
    except BadInput:
        return
    assert found.id.startswith("pk_")


@pytest.mark.parametrize("nested", [b"\x81" * 100_000, b"\x9b" + b"\xff" * 8, b"\xa1" * 50_000, b"\xbb" + b"\xff" * 8])
def test_deep_and_endless_attestations_are_refused(nested: bytes) -> None:
    with pytest.raises(BadInput):
        verified(changed(["response", "attestationObject"], websafe_encode(nested)))


def test_large_keys_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passkeys, "MAX_CREDENTIAL", 100)
    with pytest.raises(BadInput, match="too long"):
        verified(CREATED)


def test_registration_is_verified() -> None:
    made = passkeys.verify_registration(SITE, CHALLENGE, CREATED)
    assert (made.sign_count, made.transports) == (1, "internal")
    for site, challenge in ((Site("localhost", "http://localhost:1"), CHALLENGE), (SITE, "B" * 43)):
        with pytest.raises(BadInput):
            passkeys.verify_registration(site, challenge, CREATED)
    with pytest.raises(BadInput, match="RP ID"):
        passkeys.verify_registration(Site("example.com", ORIGIN), CHALLENGE, CREATED)


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "10.0.0.7", None])
def test_addresses_have_no_passkeys(host: str | None) -> None:
    with pytest.raises(Conflict, match="host names only"):
        passkeys.site_of(host, ORIGIN)
