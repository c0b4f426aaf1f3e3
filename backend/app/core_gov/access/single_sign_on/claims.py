"""Account, address and role in the claims of a provider: pure functions of claims and settings."""

from dataclasses import dataclass

from pydantic import TypeAdapter, ValidationError

from backend.app.core_gov.access.people.schemas import Email, sign_in_name
from backend.app.core_gov.access.schemas import ROLES, Role
from backend.app.core_gov.access.single_sign_on.providers import Provider, ProviderTable
from backend.app.core_gov.access.single_sign_on.tokens import Claims, authenticated_at, subject_of, text_claim
from backend.app.kit.errors import Forbidden
from backend.app.kit.strict_json import Json

_MAX_NAME = 200
_YES: tuple[Json, ...] = (True, "true", "1")
"""Values by which providers say that an address is verified."""
_email = TypeAdapter(Email)


@dataclass(frozen=True, slots=True)
class Account:
    """A person's account at a provider.

    `email` is what the provider reports, and `verified` whether it may decide anything. `role` is the role that the
    provider's claim gives, else the default one. `factor`: whether the provider asked for a second factor, as far as it
    is trusted to. `signed_in_at`: when the person proved who they are, in seconds since 1970, if it says so. `session`:
    its id of the session.
    """

    provider: str
    issuer: str
    subject: str
    email: str | None
    verified: bool
    name: str | None
    role: Role | None
    factor: bool
    signed_in_at: float | None
    session: str | None


def account_of(provider: Provider, claims: Claims) -> Account:
    """Return the account that verified claims describe. Raises Forbidden for one that is not of the company."""
    table = provider.table
    check_required(provider, claims)
    email = _address(claims, table.email_claim)
    name = text_claim(claims, "name")
    return Account(
        provider=provider.name,
        issuer=table.issuer,
        subject=subject_of(claims),
        email=email,
        verified=email is not None and (table.trusts_email or claim_at(claims, table.verified_claim) in _YES),
        name=" ".join(name.split())[:_MAX_NAME] if name and name.isprintable() else None,
        role=role_of(table, claims),
        factor=has_factor(table, claims),
        signed_in_at=authenticated_at(claims),
        session=text_claim(claims, "sid"),
    )


def check_required(provider: Provider, claims: Claims) -> None:
    """Raise Forbidden unless the claims have the values that the settings require, such as `hd` or `tid`."""
    for name, wanted in provider.table.required_claims.items():
        accepted = wanted if isinstance(wanted, list) else [wanted]
        if not set(_texts(claim_at(claims, name))) & set(accepted):
            raise Forbidden(
                f"this account at {provider.label} is not one of the company ({name}); sign out there and choose "
                "another account"
            )


def role_of(table: ProviderTable, claims: Claims) -> Role | None:
    """Return the highest role that the values of the role claim give, else the default role; None without either."""
    found = claim_at(claims, table.role_claim) if table.role_claim else None
    given = [table.roles[value] for value in _texts(found) if value in table.roles]
    return max(given, key=ROLES.index) if given else table.default_role


def has_factor(table: ProviderTable, claims: Claims) -> bool:
    """Return whether the provider asked for a second factor, as far as the settings trust it to."""
    trusted = table.trusts_factors
    if isinstance(trusted, bool):
        return trusted
    return bool({*_texts(claims.get("amr")), *_texts(claims.get("acr"))} & set(trusted))


def claim_at(claims: Claims, name: str) -> Json:
    """Return a claim. The name of a nested one is a path with dots, unless a claim has the whole name."""
    if name in claims:
        return claims[name]
    found: Json = claims
    for part in name.split("."):
        if not isinstance(found, dict):
            return None
        found = found.get(part)
    return found


def allows_domain(table: ProviderTable, email: str) -> bool:
    """Return whether new people with this address may be added."""
    return sign_in_name(email).rpartition("@")[2] in table.allowed_domains


def _address(claims: Claims, name: str) -> str | None:
    found = text_claim(claims, name)
    try:
        return _email.validate_python(found) if found else None
    except ValidationError:
        return None


def _texts(value: Json) -> list[str]:
    """Return the texts of a claim, which may have one value or several."""
    values = value if isinstance(value, list) else [value]
    return [each for each in values if isinstance(each, str)]
