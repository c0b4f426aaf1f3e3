"""Terms of tokens: how long they are valid, and how long the secret before a rotation still is."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from backend.app.kit import clock
from backend.app.kit.errors import BadInput

LONGEST = timedelta(days=3660)
"""Longest term with an end: ten years."""

OVERLAP = timedelta(hours=24)
"""Default time for which the replaced secret stays valid after a rotation."""

LONGEST_OVERLAP = timedelta(days=30)

SOON = timedelta(days=30)
"""Time before the end of a token from which people are told."""

_DURATION = re.compile(r"(\d{1,6})\s*([hdwy])")
_UNITS = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1), "y": timedelta(days=365)}


@dataclass(frozen=True, slots=True)
class Term:
    """Validity of a token: up to a time (`until`), or for a duration; without an end if both are None."""

    lasts: timedelta | None = timedelta(days=365)
    until: str | None = None

    def end(self, now: str) -> str | None:
        """Return the time from which a token is not valid any more. Raises BadInput if it has passed, or is too far."""
        if self.until is not None:
            end: str | None = self.until
        else:
            end = clock.later(now, self.lasts) if self.lasts is not None else None
        if end is not None and end <= now:
            raise BadInput.field("expires_at", f"expires_at must be in the future, not {end[:16]}Z")
        if end is not None and end > clock.later(now, LONGEST):
            raise BadInput.field("expires_at", "expires_at must be within ten years; null or `never` sets no end")
        return end


NEVER = Term(lasts=None)


def lifetime_s(now: str, end: str | None) -> int | None:
    """Return the seconds of a term that begins now, rounded up to at least one. None without an end."""
    if end is None:
        return None
    return max(1, round((datetime.fromisoformat(end) - datetime.fromisoformat(now)).total_seconds()))


def parse_term(typed: str) -> Term:
    """Return the term that a person typed: `90d`, `2027-01-31` or `never`. Raises BadInput.

    A date is its beginning in the company's time zone.
    """
    text = typed.strip().lower()
    if text == "never":
        return NEVER
    if (lasts := parse_duration(text)) is not None:
        if lasts > LONGEST:
            raise BadInput("the expiry must be within ten years; `never` sets no end")
        return Term(lasts)
    try:
        return Term(until=clock.start_of_day(date.fromisoformat(text)))
    except (ValueError, OverflowError):
        raise BadInput(f"{typed!r} is not an expiry: give a duration (90d), a date (2027-01-31) or never") from None


def parse_duration(text: str) -> timedelta | None:
    """Return a duration such as `24h`, `90d`, `2w` or `1y`; None if it is something else."""
    found = _DURATION.fullmatch(text.strip().lower())
    return int(found[1]) * _UNITS[found[2]] if found else None


def parse_overlap(typed: str) -> timedelta:
    """Return the overlap of a rotation that a person typed: `24h`, or 0 for none. Raises BadInput."""
    found = timedelta(0) if typed.strip() == "0" else parse_duration(typed)
    if found is None or found > LONGEST_OVERLAP:
        raise BadInput(f"{typed!r} is not an overlap: give a duration of at most 30 days, such as 24h, or 0")
    return found
