"""Roles and access tokens."""

from dataclasses import dataclass
from typing import Literal, get_args

Role = Literal["viewer", "operator", "admin"]
"""A viewer reads, an operator also writes, and an admin also reads the audit trail."""

ROLES: tuple[Role, ...] = get_args(Role)
"""All roles. Each includes those before it."""


@dataclass(frozen=True, slots=True)
class Token:
    """An access token as listed, without its secret."""

    name: str
    role: Role
    created_at: str
    revoked_at: str | None
