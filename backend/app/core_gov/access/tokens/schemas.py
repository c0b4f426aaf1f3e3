"""Schemas of access tokens."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from backend.app.core_gov.access.people.schemas import Email
from backend.app.core_gov.access.schemas import Role
from backend.app.core_gov.access.tokens.scopes import PACKS, ScopeName
from backend.app.kit.fields import Fields, IsoTime
from backend.app.kit.strict_json import whole_number

TokenState = Literal["valid", "expired", "revoked", "owner inactive"]

_TOKEN: dict[str, Any] = {
    "name": "dana-laptop",
    "role": "operator",
    "owner": "dana@example.com",
    "scopes": ["deals:write", "search:read"],
    "state": "valid",
    "created_at": "2026-01-31T09:30:00.000000Z",
    "expires_at": "2027-01-31T09:30:00.000000Z",
    "used_at": "2026-02-03T14:00:00.000000Z",
    "revoked_at": None,
    "previous_until": None,
}
_SHOWN_ONCE = "vlh_nobDQCm5JUcKkHnVm3uMGonrNZGmwEnDqPhukd0Wfo-"
_SCOPES = "What it may use, as `PACK:read` or `PACK:write`, which includes reading. Packs: " + "; ".join(
    f"`{pack}`, {what}" for pack, what in PACKS.items()
)


class TokenRecord(BaseModel):
    """An access token, without its secret."""

    model_config = ConfigDict(json_schema_extra={"examples": [_TOKEN]})

    name: str = Field(description="Name, and the actor in the audit trail")
    role: Role = Field(description="Its role; if its owner has a lower one, that applies")
    owner: str | None = Field(description="Email address of the person it belongs to; null if to nobody")
    scopes: list[str] | None = Field(description="What it may use; null for everything that its role allows")
    state: TokenState = Field(description="`owner inactive`: the account of its owner is not active")
    created_at: IsoTime = Field(description="Time of creation (UTC)")
    expires_at: IsoTime | None = Field(description="It is valid until then (UTC); null for no end")
    used_at: IsoTime | None = Field(description="Hour of its last use (UTC); null if it was never used")
    revoked_at: IsoTime | None = Field(description="Time of the revocation (UTC)")
    previous_until: IsoTime | None = Field(
        description="After a rotation, the replaced secret is valid until then (UTC)"
    )


class TokenList(BaseModel):
    """Access tokens, oldest first."""

    items: list[TokenRecord]


class TokenCreate(Fields):
    """A token to create."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"name": "dana-laptop", "scopes": ["deals:write", "search:read"]}]}
    )

    name: str = Field(
        min_length=1,
        max_length=64,
        pattern=r"^[A-Za-z0-9][A-Za-z0-9._@-]*$",
        description="Name, and the actor in the audit trail; never that of another token or a person",
    )
    role: Role = Field(default="viewer", description="At most your own role and that of the owner")
    owner: Email | None = Field(
        default=None,
        description="Person it belongs to; null for nobody. If not given: you, or nobody if you have no account. "
        "Only admins can name others, or nobody",
    )
    scopes: list[ScopeName] | None = Field(
        default=None, min_length=1, max_length=100, description=_SCOPES + ". Null for everything that the role allows"
    )
    expires_at: IsoTime | None = Field(
        default=None, description="Valid until then, at most ten years; null for no end. If not given: one year"
    )


Hours = Annotated[
    int,
    BeforeValidator(whole_number),
    Field(ge=0, le=720),
    WithJsonSchema({"type": "integer", "minimum": 0, "maximum": 720}),
]


class TokenRotation(Fields):
    """Options of a rotation."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"overlap_hours": 24}]})

    overlap_hours: Hours = Field(default=24, description="Hours for which the replaced secret stays valid; 0 for none")


class NewToken(BaseModel):
    """A token with its new secret, which is shown only once."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"token": _TOKEN, "secret": _SHOWN_ONCE}]})

    token: TokenRecord = Field(description="The token")
    secret: str = Field(description="What the client sends, as `Authorization: Bearer vlh_…`. It is not stored")
