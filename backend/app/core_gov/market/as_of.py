"""Validation of as-of dates: a future day would be a forecast, and no sale is older than 1900."""

from datetime import datetime, timedelta

from backend.app.kit.errors import BadInput

MIN_DATE = "1900-01-01"

MAX_UTC_OFFSET = timedelta(hours=14)
"""Lead of the earliest time zone over UTC."""


def day_of_value(requested: str | None, now: str, name: str = "as_of") -> str:
    """Return the requested day, or today (UTC). Raises BadInput if it is in the future everywhere, or before 1900."""
    if requested is None:
        return now[:10]
    if requested > (datetime.fromisoformat(now) + MAX_UTC_OFFSET).date().isoformat():
        raise BadInput.field(name, f"{name} {requested} is in the future")
    if requested < MIN_DATE:
        raise BadInput.field(name, f"{name} {requested} is before 1900")
    return requested
