"""Properties of the pure rules: tokens, roles, domains and addresses."""

import base64
import json
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.app.core_gov.access.schemas import ROLES
from backend.app.core_gov.access.single_sign_on.claims import account_of, allows_domain, claim_at, role_of
from backend.app.core_gov.access.single_sign_on.errors import InvalidToken
from backend.app.core_gov.access.single_sign_on.keys import signing_keys
from backend.app.core_gov.access.single_sign_on.providers import Provider, ProviderTable
from backend.app.core_gov.access.single_sign_on.sign_on import together
from backend.app.core_gov.access.single_sign_on.tokens import _REGISTRY, Claims, Expected, check_id_token, header_of
from backend.app.core_gov.access.single_sign_on.tokens import verified_claims as verified
from backend.app.kit.errors import AppError
from backend.app.kit.network_names import check_address
from backend.tests.core_gov.access.single_sign_on.loopback_provider import new_key

ISSUER = "https://id.example.com"
KEY = new_key()
(PUBLISHED,) = signing_keys({"keys": [KEY.as_dict(private=False)]}, "Test")  # type: ignore[list-item]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=8,
)


def table(**options: Any) -> ProviderTable:
    return ProviderTable.model_validate({"issuer": ISSUER, "client_id": "valhalla"} | options)


@given(changes=st.dictionaries(st.sampled_from(["iss", "aud", "azp", "exp", "iat", "nbf", "nonce", "sub"]), JSON))
def test_only_the_expected_claims_pass(changes: dict[str, Any]) -> None:
    now = time.time()
    right: dict[str, Any] = {"iss": ISSUER, "aud": "valhalla", "exp": now + 60, "iat": now, "nonce": "n", "sub": "dana"}
    claims = right | changes
    try:
        check_id_token(claims, Expected(ISSUER, "valhalla", now), "n", None, "RS256")
    except InvalidToken:
        return
    assert (claims["iss"], claims["nonce"]) == (ISSUER, "n")
    assert claims["aud"] in ("valhalla", ["valhalla"]) or claims["azp"] == "valhalla"
    assert claims["exp"] > now - 61
    assert claims["iat"] < now + 61
    assert claims["sub"].strip()


@given(position=st.integers(0, 10_000), bit=st.integers(0, 7))
def test_changed_token_is_never_accepted(position: int, bit: int) -> None:
    from joserfc import jwt

    token = jwt.encode({"alg": "RS256", "kid": KEY.kid}, {"sub": "dana", "n": 1}, KEY, registry=_REGISTRY)
    at = position % len(token)
    changed = token[:at] + chr(ord(token[at]) ^ (1 << bit)) + token[at + 1 :]
    try:
        header_of(changed)
        found = verified(changed, PUBLISHED)
    except InvalidToken:
        return
    # The last character of base64 may have bits that no byte holds.
    assert found == {"sub": "dana", "n": 1}
    assert at in {token.index("."), len(token) - 1} or token[at + 1] == "."


@given(header=JSON, claims=JSON, rest=st.binary(max_size=10))
def test_any_header_is_answered_with_a_sentence(header: Any, claims: Any, rest: bytes) -> None:
    parts = (json.dumps(header).encode(), json.dumps(claims).encode(), rest)
    token = ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts)
    with pytest.raises(InvalidToken):
        verified(token, PUBLISHED)


@given(
    claims=st.dictionaries(st.sampled_from(["roles", "a", "a.b"]), JSON, max_size=3),
    values=st.lists(st.text(max_size=5)),
)
def test_no_claim_gives_more_than_its_values_say(claims: dict[str, Any], values: list[str]) -> None:
    roles = dict(zip(values, ROLES, strict=False)) or {"x": "admin"}
    given_table = table(role_claim="roles", roles=roles)
    claim = claim_at(claims, "roles")
    listed = claim if isinstance(claim, list) else [claim]
    allowed = {roles[each] for each in listed if isinstance(each, str) and each in roles}
    found = role_of(given_table, claims)
    assert found is None if not allowed else found == max(allowed, key=ROLES.index)


@given(
    claims=st.dictionaries(st.sampled_from(["sub", "email", "email_verified", "name", "amr", "auth_time", "sid"]), JSON)
)
def test_any_claims_make_an_account_or_a_sentence(claims: dict[str, Any]) -> None:
    provider = Provider("work", table(allowed_domains=["company.example"], default_role="viewer"), None, None)
    try:
        account = account_of(provider, {"sub": "dana"} | claims)
    except AppError:
        return
    assert account.verified <= (claims.get("email_verified") in (True, "true", "1"))
    assert account.role == "viewer"


@pytest.mark.parametrize(
    ("email", "allowed"),
    [
        ("dana@company.example", True),
        ("dana@COMPANY.example", True),
        ("dana@company.example.evil.example", False),
        ("dana@evilcompany.example", False),
    ],
)
def test_domain_is_compared_whole(email: str, allowed: bool) -> None:
    found = table(allowed_domains=["Company.Example"], default_role="viewer")
    assert allows_domain(found, email) == allowed


@given(st.text(max_size=40) | st.from_regex(r"(https?|ftp|javascript)://[a-z@:./\[\]%-]{0,30}", fullmatch=True))
def test_address_is_https_or_on_this_machine(url: str) -> None:
    try:
        check_address(url)
    except ValueError:
        return
    assert url.startswith("https://") or url.split("/")[2].split(":", maxsplit=1)[0] in {"localhost", "127.0.0.1"}


def test_weak_and_foreign_keys_are_ignored() -> None:
    from joserfc.jwk import ECKey, OctKey

    usable = KEY.as_dict(private=False)
    useless = [
        ECKey.generate_key("P-384", {"kid": "p384"}).as_dict(private=False),
        OctKey.generate_key(256).as_dict(),
        usable | {"use": "enc"},
        usable | {"alg": "HS256"},
        KEY.as_dict(private=True),
        {"kty": "RSA", "n": "AQAB", "e": "AQAB"},
        {"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"},
        {"kty": "RSA"},
        {},
        "x",
    ]
    keys = signing_keys({"keys": [*useless, usable]}, "Test")  # type: ignore[list-item]
    assert [key.kid for key in keys] == [KEY.kid]
    with pytest.raises(AppError, match="contain none that can be used"):
        signing_keys({"keys": useless}, "Test")  # type: ignore[dict-item]


@pytest.mark.parametrize(
    ("claims", "more", "address", "is_verified"),
    [
        ({"email": "ceo@x.com"}, {"email": "evil@y.com", "email_verified": True}, "ceo@x.com", None),
        ({"email": "a@x.com"}, {"email": "a@x.com", "email_verified": True}, "a@x.com", True),
        ({"email_verified": True}, {"email": "a@x.com"}, "a@x.com", None),
        ({"email": "a@x.com", "email_verified": False}, {"email": "a@x.com", "email_verified": True}, "a@x.com", False),
    ],
)
def test_address_is_verified_by_the_document_that_names_it(
    claims: Claims, more: Claims, address: str, is_verified: bool | None
) -> None:
    found = together({"sub": "1", **claims}, {"sub": "1", "groups": ["adm"], **more}, "email_verified")
    assert found["email"] == address
    assert found.get("email_verified") is is_verified
    assert found["groups"] == ["adm"]
