"""Roles and access tokens."""

from dataclasses import dataclass
from typing import Literal

Role = Literal["viewer", "operator", "admin"]


@dataclass(frozen=True, slots=True)
class Token:
    """An access token as listed, without its secret."""

    name: str
    role: Role
    created_at: str
    revoked_at: str | None
