"""The one place that reads the clock."""

from datetime import UTC, datetime, timedelta


def now() -> str:
    """The present moment as ISO 8601 in UTC with microseconds, such as `2026-01-31T09:30:00.000000Z`.

    Texts of this form sort in the order of time.
    """
    return datetime.now(UTC).isoformat(timespec="microseconds")[:-6] + "Z"  # a fifth of what strftime takes


def after(moment: str, *earlier: str) -> str:
    """The moment, or a microsecond after the last of the earlier ones: clocks go back, and differ between machines.

    A text that is no time of this form counts for nothing.
    """
    for each in earlier:
        if each >= moment:
            moment = _next(each) or moment
    return moment


def _next(moment: str) -> str | None:
    try:
        following = datetime.fromisoformat(moment).astimezone(UTC) + timedelta(microseconds=1)
    except (ValueError, OverflowError):
        return None
    return following.isoformat(timespec="microseconds").replace("+00:00", "Z")


def stamp() -> str:
    """The present moment for a file name: `20260131T093000.000000Z`."""
    return datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%fZ")
