"""Validation of as-of dates: a future day would be a forecast, and no sale is older than 1900."""

from datetime import date, timedelta
from typing import Annotated

from pydantic import WithJsonSchema

from backend.app.kit.errors import BadInput
from backend.app.kit.fields import IsoDate

MIN_DATE = "1900-01-01"
SINCE_1900 = "^(19|[2-9][0-9])"
"""Pattern of a date that is not before 1900."""

AsOfDay = Annotated[IsoDate, WithJsonSchema({"type": "string", "format": "date", "pattern": SINCE_1900})]
"""Date for `day_of_value`."""


def day_of_value(requested: str | None, today: str, name: str = "as_of") -> str:
    """Return the requested day, or today, the company's day. Raises BadInput if it is in the future or before 1900."""
    if requested is None:
        return today
    if requested > today:
        raise BadInput.field(name, in_future(name, requested, today))
    if requested < MIN_DATE:
        raise BadInput.field(name, f"{name} {requested} is before 1900")
    return requested


def in_future(name: str, day: str, today: str) -> str:
    """Return the sentence about a day in the future. For tomorrow, which has begun elsewhere, it names the setting."""
    sentence = f"{name} {day} is in the future"
    tomorrow = date.fromisoformat(today) + timedelta(days=1)
    if day != tomorrow.isoformat():
        return sentence
    return f"{sentence}: the company's day is {today} (VALHALLA_TIME_ZONE sets its time zone)"
