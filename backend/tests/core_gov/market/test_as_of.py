"""Validation of as-of dates."""

import pytest

from backend.app.core_gov.market.as_of import day_of_value
from backend.app.kit.errors import BadInput

MORNING, EVENING = "2026-01-31T09:59:59.000000Z", "2026-01-31T10:00:00.000000Z"


def test_default_is_today() -> None:
    assert day_of_value(None, EVENING) == "2026-01-31"


@pytest.mark.parametrize("day", ["1900-01-01", "2015-03-01", "2026-01-31"])
def test_past_day_is_accepted(day: str) -> None:
    assert day_of_value(day, MORNING) == day


def test_day_that_has_begun_anywhere_is_accepted() -> None:
    """The Line Islands are fourteen hours ahead of UTC."""
    assert day_of_value("2026-02-01", EVENING) == "2026-02-01"
    with pytest.raises(BadInput, match=r"^as_of 2026-02-01 is in the future$"):
        day_of_value("2026-02-01", MORNING)


@pytest.mark.parametrize("day", ["0001-01-01", "1899-12-31"])
def test_day_before_1900_is_refused(day: str) -> None:
    with pytest.raises(BadInput, match=f"^--until {day} is before 1900$"):
        day_of_value(day, MORNING, "--until")
