"""The open session of a request."""

from dataclasses import dataclass

from backend.app.core_gov.access.sessions.schemas import Stage


@dataclass(frozen=True, slots=True)
class LiveSession:
    """A session that has not ended, of an active person. Whether it has expired is for the caller to check."""

    id: str
    person_id: str
    email: str
    role: str
    stage: Stage
    signed_in_at: str
    seen_at: str
    expires_at: str
