"""Schemas of single sign-on."""

from pydantic import BaseModel, ConfigDict, Field

from backend.app.kit.fields import Fields
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
    """What to do at a provider besides signing in."""

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
    """Where the browser signs in."""

    location: str = Field(description="Address at the provider. The response sets a cookie that the callback needs")
