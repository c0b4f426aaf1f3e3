"""Which days a value may be as of: what is still to come would be a forecast, and before 1900 no sale is on file."""

from datetime import datetime, timedelta

from backend.app.kit.errors import BadInput

OLDEST = "1900-01-01"

AHEAD = timedelta(hours=14)
"""So far ahead of UTC is the clock where a day begins first."""


def day_of_value(asked: str | None, now: str, name: str = "as_of") -> str:
    """The day that is asked for, today (UTC) if none is; raises BadInput for one that no place on Earth has yet."""
    if asked is None:
        return now[:10]
    if asked > (datetime.fromisoformat(now) + AHEAD).date().isoformat():
        raise BadInput.field(name, f"{name} {asked} is in the future")
    if asked < OLDEST:
        raise BadInput.field(name, f"{name} {asked} is before 1900")
    return asked
