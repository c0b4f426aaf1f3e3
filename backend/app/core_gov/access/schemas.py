"""Roles."""

from typing import Literal, get_args

Role = Literal["viewer", "operator", "admin"]
"""A viewer reads, an operator also writes, and an admin also reads the audit trail and manages access."""

ROLES: tuple[Role, ...] = get_args(Role)
"""All roles. Each includes those before it."""


def included_roles(role: str) -> tuple[str, ...]:
    """Return the roles that a role includes, itself last. An unknown role includes itself only."""
    return ROLES[: ROLES.index(role) + 1] if role in ROLES else (role,)


def lower_role(role: str, other: str) -> str:
    """Return the lower of two roles. An unknown role is the lowest, because it permits nothing."""
    return min(role, other, key=lambda each: ROLES.index(each) if each in ROLES else -1)
