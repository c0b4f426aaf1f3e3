"""Schemas of sessions."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from backend.app.kit.fields import IsoTime

Stage = Literal["complete", "factor", "enroll"]
"""`factor`: the second factor has not been given yet. `enroll`: the role requires one, and the person has none."""

Method = Literal["password", "totp", "recovery_code", "passkey", "provider", "provider_factor"]
"""Proof of identity at a sign-in. `provider_factor`: the provider asked for a second factor."""

FACTORS: frozenset[Method] = frozenset({"totp", "recovery_code", "passkey", "provider_factor"})
"""Methods that are a second factor. A passkey that is used alone is both factors."""

_SESSION: dict[str, Any] = {
    "id": "ses_0195d3a1c2f4a1b2c3d4e5f60718293a",
    "person_id": "per_0195d3a1c2f4a1b2c3d4e5f60718293b",
    "current": True,
    "methods": ["password", "totp"],
    "address": "203.0.113.7",
    "user_agent": "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0",
    "created_at": "2026-01-31T09:30:00.000000Z",
    "seen_at": "2026-01-31T09:41:12.250000Z",
    "expires_at": "2026-02-07T09:30:00.000000Z",
}


class SessionRecord(BaseModel):
    """A session of a browser."""

    model_config = ConfigDict(json_schema_extra={"examples": [_SESSION]})

    id: str = Field(description="`ses_…`")
    person_id: str = Field(description="Whose session it is")
    current: bool = Field(description="Whether it is the session of this request")
    methods: list[str] = Field(description="How the person signed in: password, totp, recovery_code, passkey, provider")
    address: str = Field(description="Network address of the sign-in")
    user_agent: str = Field(description="What the browser says it is")
    created_at: IsoTime = Field(description="Time of the sign-in (UTC)")
    seen_at: IsoTime = Field(description="Time of a recent request (UTC), to the minute")
    expires_at: IsoTime = Field(description="It ends then (UTC), or earlier if it is not used")


class SessionList(BaseModel):
    """Open sessions of a person, newest first."""

    items: list[SessionRecord]


class EndedSessions(BaseModel):
    """Number of sessions that ended."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"ended": 2}]})

    ended: int = Field(description="Number of sessions that were open, and ended")


class SignedIn(BaseModel):
    """Name and role of the caller, and the step that is left before the sign-in is complete."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"actor": "dana@example.com", "role": "operator", "session": _SESSION["id"], "stage": "complete"}
            ]
        }
    )

    actor: str = Field(description="Name in the audit trail")
    role: str = Field(description="viewer, operator or admin")
    session: str | None = Field(description="`ses_…`; null without a session, as with a token")
    stage: Stage = Field(
        description="`complete`; `factor` if the second factor must be given; `enroll` if one must be added first"
    )
