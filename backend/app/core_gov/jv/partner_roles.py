"""Roles of a partner: the main one, which `role` names, and others. Pure functions."""

from collections.abc import Iterable
from typing import Any, get_args

from backend.app.core_gov.jv.schemas import Role, distinct_roles

ROLES: tuple[Role, ...] = get_args(Role)


def merged_roles(sent: dict[str, Any], before: dict[str, Any]) -> dict[str, Any]:
    """Return `role` and `roles` after a request that sent at least one of them, consistent with each other.

    A new `role` alone replaces the first of the roles. New `roles` alone determine `role`, unless they are empty.
    """
    if "roles" not in sent:
        if "role" not in sent or not before.get("roles"):
            return {}  # `role` alone: the record has no others
        return {"roles": distinct_roles([sent["role"], *before["roles"][1:]])}
    roles = sent["roles"]
    role = sent.get("role") or (roles[0] if roles else before.get("role", "other"))
    return {"role": role, "roles": distinct_roles([role, *roles])}


def by_role(filters: dict[str, Any]) -> dict[str, Any]:
    """Return the filters with `role` as a condition of its own, which an index answers."""
    if (wanted := filters.get("role")) is None:
        return filters
    others = {name: value for name, value in filters.items() if name != "role"}
    return {**others, role_condition([wanted] if isinstance(wanted, str) else wanted): True}


def role_condition(wanted: Iterable[str]) -> str:
    """Return the name of the condition that a partner has at least one of these roles."""
    chosen = frozenset(wanted)
    return "role_" + "_".join(role for role in ROLES if role in chosen)
