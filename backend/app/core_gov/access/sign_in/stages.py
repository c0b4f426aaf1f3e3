"""Stages of signing in: what is left to do after the first factor."""

from backend.app.core_gov.access.factors.service import has_factor
from backend.app.core_gov.access.people.store import Person
from backend.app.core_gov.access.sessions.live_session import lacks_factor
from backend.app.core_gov.access.sessions.schemas import Stage
from backend.app.core_gov.access.sessions.store import Session
from backend.app.kit.db import Tx
from backend.app.kit.errors import Forbidden

_GIVE_FIRST = "give the second factor first"
_COMPLETE = "the sign-in is complete already"


def next_stage(tx: Tx, person: Person, factor_roles: frozenset[str], *, weak: bool = False) -> Stage:
    """Return what is left to do after the first factor. `weak`: it may not be the only one."""
    if has_factor(tx, person.id):
        return "factor"
    return "enroll" if weak or person.role in factor_roles else "complete"


def stage_of(tx: Tx, session: Session, person: Person, factor_roles: frozenset[str]) -> Stage:
    """Return the stage of a session.

    One that was complete is not if its person's role requires a second factor since, and none was given.
    """
    if session.stage == "complete" and lacks_factor(person.role, session.methods, factor_roles):
        return next_stage(tx, person, factor_roles)
    return session.stage


def require_factor_stage(stage: Stage) -> None:
    """Raise Forbidden unless the second factor is what is left to give."""
    if stage != "factor":
        raise Forbidden(_COMPLETE if stage == "complete" else "there is no second factor yet: add one")


def require_no_factor_stage(stage: Stage) -> None:
    """Raise Forbidden if the second factor must be given first."""
    if stage == "factor":
        raise Forbidden(_GIVE_FIRST)
