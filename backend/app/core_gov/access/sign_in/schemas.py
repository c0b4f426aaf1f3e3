"""Schemas of signing in."""

from pydantic import ConfigDict, Field

from backend.app.core_gov.access.people.schemas import LinkSecret, PersonName
from backend.app.kit.fields import Fields

_LONGEST_INPUT = 1000
"""Most characters of a password that are read. Which are valid is for `passwords.rules` to say."""


class PasswordSignIn(Fields):
    """Email address and password."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"email": "dana@example.com", "password": "summer in halifax"}]}
    )

    email: str = Field(min_length=1, max_length=254, description="Address of the account; case does not matter")
    password: str = Field(min_length=1, max_length=_LONGEST_INPUT, description="Password", repr=False)


class LinkAcceptance(LinkSecret):
    """Secret of a link, and the new password."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"secret": "nfcLm4R-X2FdlhhajzRFvwiN3g6DGHMHxL0uc6jWLEI", "password": "summer in halifax"}]
        }
    )

    password: str = Field(min_length=1, max_length=_LONGEST_INPUT, description="New password", repr=False)
    name: PersonName | None = Field(default=None, description="Name as others see it; if not given, it stays")


class PasswordChange(Fields):
    """Current and new password."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"current": "summer in halifax", "password": "twelve dry raincoats"}]}
    )

    current: str = Field(min_length=1, max_length=_LONGEST_INPUT, description="Current password", repr=False)
    password: str = Field(min_length=1, max_length=_LONGEST_INPUT, description="New password", repr=False)


class Confirmation(Fields):
    """Password, or a code, of the person who is signed in."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"code": "492039"}]})

    password: str | None = Field(
        default=None,
        min_length=1,
        max_length=_LONGEST_INPUT,
        repr=False,
        description="Current password, of a person without a second factor",
    )
    code: str | None = Field(
        default=None,
        min_length=1,
        max_length=50,
        repr=False,
        description="Code of the authenticator app, or a recovery code, of a person with a second factor",
    )
