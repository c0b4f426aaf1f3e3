"""The open session of a request."""

from dataclasses import dataclass

from backend.app.core_gov.access.sessions.schemas import FACTORS, Stage


@dataclass(frozen=True, slots=True)
class LiveSession:
    """A session that has not ended, of an active person. Whether it has expired is for the caller to check."""

    id: str
    person_id: str
    email: str
    role: str
    stage: Stage
    methods: str
    signed_in_at: str
    seen_at: str
    expires_at: str


def lacks_factor(role: str, methods: str, factor_roles: frozenset[str]) -> bool:
    """Return whether a sign-in by these methods needs a second factor, because the role requires one."""
    return role in factor_roles and FACTORS.isdisjoint(methods.split())
