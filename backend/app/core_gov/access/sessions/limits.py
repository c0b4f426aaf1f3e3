"""Limits of sessions."""

from dataclasses import dataclass
from datetime import timedelta

from backend.app.kit.clock import later
from backend.app.kit.errors import Forbidden

RECENT = timedelta(minutes=15)
"""Age of a sign-in up to which email address, factors and tokens may be changed."""

TOUCHED_AFTER = timedelta(minutes=1)
"""Age of the noted time of the last request from which it is noted again."""

KEPT_AFTER_END = timedelta(days=30)
"""Time for which ended sessions stay on file."""

INCOMPLETE = timedelta(minutes=15)
"""Time for the second factor."""

_MINUTE = len("2026-01-31T09:30")
_ONE_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class SessionLimits:
    """`idle`: time without a request after which a session ends. `longest`: time after which it ends anyway."""

    idle: timedelta = timedelta(hours=12)
    longest: timedelta = timedelta(days=7)

    def expires_at(self, now: str) -> str:
        return later(now, self.longest)

    def is_over(self, now: str, seen_at: str, expires_at: str) -> bool:
        if now[:_MINUTE] == seen_at[:_MINUTE] and self.idle >= _ONE_MINUTE:
            return now >= expires_at  # computing with times takes longer than everything else here
        return now >= expires_at or now >= later(seen_at, self.idle)


def is_recent(now: str, signed_in_at: str) -> bool:
    """Return whether a sign-in is recent enough for changes of email address, factors and tokens."""
    return now < later(signed_in_at, RECENT)


def require_recent(now: str, signed_in_at: str) -> None:
    """Raise Forbidden unless the sign-in was recent."""
    if not is_recent(now, signed_in_at):
        raise Forbidden("this needs a recent sign-in: confirm that it is you, and try again")
