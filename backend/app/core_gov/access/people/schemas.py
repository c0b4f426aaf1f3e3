"""Schemas of people who sign in."""

import unicodedata
from contextlib import suppress
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, WithJsonSchema

from backend.app.core_gov.access.schemas import Role
from backend.app.kit.fields import Fields, IsoTime, Title, partial

Status = Literal["invited", "active", "disabled"]
LinkKind = Literal["invitation", "reset"]


def sign_in_name(typed: str) -> str:
    """Return the email address as people are identified by it: in lower case, with the domain in Unicode."""
    local, at, domain = unicodedata.normalize("NFC", typed.strip()).lower().rpartition("@")
    if domain.startswith("xn--") or ".xn--" in domain:
        with suppress(UnicodeError):  # not a valid form of another name, so it is the name
            domain = domain.encode("ascii").decode("idna")
    return f"{local}{at}{domain}"


def _email(typed: str) -> str:
    from email_validator import EmailNotValidError, validate_email

    from backend.app.kit.contact_details import check_email

    with suppress(EmailNotValidError):
        found = validate_email(typed.strip(), check_deliverability=False, globally_deliverable=False)
        return sign_in_name(found.normalized)
    try:
        check_email(typed)  # accepts those of private networks, too, such as office.local
    except ValueError:
        raise ValueError("must be an email address such as dana@example.com") from None
    return sign_in_name(typed.rpartition(":")[2])  # without mailto:


Email = Annotated[
    str,
    Field(min_length=3, max_length=254),
    AfterValidator(_email),
    WithJsonSchema({"type": "string", "format": "email", "minLength": 3, "maxLength": 254}),
]
"""Email address that identifies a person, in lower case."""

PersonName = Annotated[Title, Field(max_length=200)]

_SECRET = "nfcLm4R-X2FdlhhajzRFvwiN3g6DGHMHxL0uc6jWLEI"  # noqa: S105 - an example
_PERSON: dict[str, Any] = {
    "id": "per_0195d3a1c2f4a1b2c3d4e5f60718293a",
    "email": "dana@example.com",
    "name": "Dana Fox",
    "role": "operator",
    "status": "active",
    "has_password": True,
    "created_by": "root",
    "created_at": "2026-01-31T09:30:00.000000Z",
    "updated_at": "2026-01-31T09:41:12.250000Z",
}


class PersonRecord(BaseModel):
    """A person who can sign in, or who was invited to."""

    model_config = ConfigDict(json_schema_extra={"examples": [_PERSON]})

    id: str = Field(description="`per_…`")
    email: str = Field(description="Address that the person signs in with, and the actor in the audit trail")
    name: str = Field(description="Name as others see it")
    role: Role = Field(description="viewer reads, operator also writes, admin also manages access")
    status: Status = Field(description="`invited` until the person has set a password or signed in at a provider")
    has_password: bool = Field(description="Whether the person can sign in with a password")
    created_by: str = Field(description="Who invited the person")
    created_at: IsoTime = Field(description="Time of the invitation (UTC)")
    updated_at: IsoTime = Field(description="Time of the last change (UTC)")


class PersonList(BaseModel):
    """All people, by email address."""

    items: list[PersonRecord]


class InvitationCreate(Fields):
    """Whom to invite."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"email": "dana@example.com", "role": "operator"}]})

    email: Email = Field(description="Address that the person will sign in with")
    name: PersonName | None = Field(
        default=None, description="Name; if not given, the part of the address before the @"
    )
    role: Role = Field(default="viewer", description="Role after the invitation is accepted")


@partial
class PersonPatch(Fields):
    """Changes of a person by an admin."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"role": "viewer"}]})

    name: PersonName = Field(description="Name as others see it")
    role: Role = Field(description="A new role ends the sessions of the person")
    status: Literal["active", "disabled"] = Field(
        description="`disabled` ends all sessions, and revokes links; `active` lets the person sign in again"
    )


class PersonLink(BaseModel):
    """A link by which a person sets a password. It is shown only once."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "person": _PERSON | {"status": "invited", "has_password": False},
                    "kind": "invitation",
                    "link": f"https://office.example.com/app/invitation#{_SECRET}",
                    "expires_at": "2026-02-03T09:30:00.000000Z",
                    "warnings": [],
                }
            ]
        }
    )

    person: PersonRecord = Field(description="Whose link it is")
    kind: LinkKind = Field(description="invitation or reset")
    link: str = Field(
        description="Address of the page. Its secret is in the fragment, which browsers do not send to any server"
    )
    expires_at: IsoTime = Field(description="The link works until then (UTC), and once")
    warnings: list[str] = Field(description="Says if the address mixes letters of scripts that look alike")


class LinkSecret(Fields):
    """Secret of a link."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"secret": _SECRET}]})

    secret: str = Field(min_length=1, max_length=200, description="The fragment of the link, after the #")


class LinkState(BaseModel):
    """A valid link, and the person it belongs to."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "kind": "invitation",
                    "email": "dana@example.com",
                    "name": "Dana Fox",
                    "expires_at": "2026-02-03T09:30:00.000000Z",
                    "shortest": 15,
                }
            ]
        }
    )

    kind: LinkKind = Field(description="invitation or reset")
    email: str = Field(description="Whose password it sets")
    name: str = Field(description="Name on file")
    expires_at: IsoTime = Field(description="The link works until then (UTC), and once")
    shortest: int = Field(description="Fewest characters that the password may have")
