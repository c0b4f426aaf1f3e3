"""Roles, and what is known of an access token."""

from dataclasses import dataclass
from typing import Literal

Role = Literal["viewer", "operator", "admin"]


@dataclass(frozen=True, slots=True)
class Token:
    """An access token as it is listed; the secret itself is known to its holder only."""

    name: str
    role: Role
    created_at: str
    revoked_at: str | None
