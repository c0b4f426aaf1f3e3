"""Roles."""

from typing import Literal, get_args

Role = Literal["viewer", "operator", "admin"]
"""A viewer reads, an operator also writes, and an admin also reads the audit trail and manages access."""

ROLES: tuple[Role, ...] = get_args(Role)
"""All roles. Each includes those before it."""
