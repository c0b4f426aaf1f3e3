"""Access tokens."""

from dataclasses import dataclass

from backend.app.core_gov.access.schemas import Role


@dataclass(frozen=True, slots=True)
class Token:
    """An access token as listed, without its secret."""

    name: str
    role: Role
    created_at: str
    revoked_at: str | None
