"""Schemas of single sign-on."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from backend.app.core_gov.access.sessions.schemas import SignedIn
from backend.app.kit.fields import Fields, IsoTime
from backend.app.kit.query import QueryFields

LONGEST = 8_000


class ProviderCallback(QueryFields):
    """Query with which a provider sends a browser back. Providers add parameters of their own, which are ignored."""

    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True)

    state: str | None = Field(default=None, max_length=LONGEST)
    code: str | None = Field(default=None, max_length=LONGEST, repr=False)
    iss: str | None = Field(default=None, max_length=LONGEST)
    error: str | None = Field(default=None, max_length=LONGEST)
    error_description: str | None = Field(default=None, max_length=LONGEST)


class ProviderSignIn(Fields):
    """Purpose of a visit to a provider, if it is not to sign in."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"next": "/app/deals"}]})

    secret: str | None = Field(
        default=None,
        min_length=1,
        max_length=200,
        repr=False,
        description="Secret of an invitation or reset: its person gets the account at the provider, and the link is "
        "used up",
    )
    link: bool = Field(
        default=False,
        description="Link the account to the person who is signed in, and was recently",
    )
    next: str | None = Field(default=None, max_length=2_000, description="Path of the page to go to afterwards")


class ProviderRedirect(BaseModel):
    """Address at which the browser signs in."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"location": "https://accounts.google.com/o/oauth2/v2/auth?response_type=code&state=…"}]
        }
    )

    location: str = Field(description="Address at the provider. The response sets a cookie that the callback needs")


class SignedOut(SignedIn):
    """Result of signing out, and the address at which the provider signs out too."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"actor": "dana@example.com", "role": "", "session": None, "stage": "complete", "redirect": None}
            ]
        }
    )

    redirect: str | None = Field(
        description="Where the browser signs out at the provider; null if the sign-in was not at one that offers it"
    )


class BackChannelLogout(BaseModel):
    """Form of a provider that ends sessions. Other values are ignored, as its specification asks."""

    model_config = ConfigDict(
        extra="ignore", json_schema_extra={"examples": [{"logout_token": "eyJhbGciOiJSUzI1NiJ9.…"}]}
    )

    logout_token: str = Field(min_length=1, max_length=100_000, description="Signed by the provider", repr=False)


_IDENTITY: dict[str, Any] = {
    "id": "idn_5f2c1d0e9b8a7f6e5d4c3b2a19080706",
    "provider": "google",
    "issuer": "https://accounts.google.com",
    "created_at": "2026-01-31T09:30:00.000000Z",
    "used_at": "2026-02-02T08:01:44.120000Z",
}


class IdentityRecord(BaseModel):
    """An account at a provider with which a person signs in."""

    model_config = ConfigDict(json_schema_extra={"examples": [_IDENTITY]})

    id: str = Field(description="`idn_…`")
    provider: str = Field(description="Name of the provider in the settings when the account was linked")
    issuer: str = Field(description="Address that identifies the provider")
    created_at: IsoTime = Field(description="When it was linked (UTC)")
    used_at: IsoTime | None = Field(description="Time of the last sign-in with it (UTC)")


class IdentityList(BaseModel):
    """Accounts at providers of a person, the oldest first."""

    items: list[IdentityRecord]
