"""The only module that reads the clock, and the company's day."""

from datetime import UTC, date, datetime, time, timedelta, tzinfo

_zone: tzinfo | None = None
"""Time zone of the company, which `use_zone` sets when a store is opened; None for the zone of this system."""


def now() -> str:
    """Return the current time as ISO 8601 in UTC with microseconds, such as `2026-01-31T09:30:00.000000Z`.

    Strings in this form sort chronologically.
    """
    return datetime.now(UTC).isoformat(timespec="microseconds")[:-6] + "Z"  # five times as fast as strftime


def use_zone(zone: tzinfo | None) -> None:
    """Set the time zone of the company for this process; None for the zone of this system."""
    global _zone  # noqa: PLW0603 - like the zone of the C library, it belongs to the process
    _zone = zone


def today() -> str:
    """Return the company's current day as an ISO date."""
    return local_day(now())


def local_day(moment: str) -> str:
    """Return the company's day at a time in the form of `now`, as an ISO date."""
    return datetime.fromisoformat(moment).astimezone(_zone).date().isoformat()


def start_of_day(day: date) -> str:
    """Return the time at which a day of the company begins, in the form of `now`."""
    begins = datetime.combine(day, time(), _zone) if _zone is not None else datetime.combine(day, time()).astimezone()
    return begins.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def zone_name() -> str:
    """Return the name of the company's time zone for a message, such as `America/Vancouver`."""
    return str(_zone) if _zone is not None else datetime.now().astimezone().tzname() or "the zone of this system"


def later(moment: str, by: timedelta) -> str:
    """Return the time a duration later."""
    return (datetime.fromisoformat(moment) + by).isoformat(timespec="microseconds").replace("+00:00", "Z")


def seconds_between(earlier: str, moment: str) -> float:
    """Return the seconds from one time to another; negative if the second is earlier."""
    return (datetime.fromisoformat(moment) - datetime.fromisoformat(earlier)).total_seconds()


def after(moment: str, *earlier: str) -> str:
    """Return the time, or one microsecond after the latest of `earlier`: clocks go back, and differ between machines.

    Strings that are not times in this form are ignored.
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
    """Return the current time for a file name: `20260131T093000.000000Z`."""
    return datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%fZ")
