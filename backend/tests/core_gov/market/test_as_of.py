"""Validation of as-of dates."""

import pytest

from backend.app.core_gov.market.as_of import day_of_value, in_future
from backend.app.kit.errors import BadInput

TODAY = "2026-01-31"


def test_default_is_today() -> None:
    assert day_of_value(None, TODAY) == TODAY


@pytest.mark.parametrize("day", ["1900-01-01", "2015-03-01", TODAY])
def test_day_until_today_is_accepted(day: str) -> None:
    assert day_of_value(day, TODAY) == day


def test_later_day_is_refused() -> None:
    with pytest.raises(BadInput, match=r"^as_of 2026-02-02 is in the future$"):
        day_of_value("2026-02-02", TODAY)


def test_tomorrow_is_refused_with_the_setting_that_decides() -> None:
    """It has begun elsewhere: in Auckland, for a company whose server has the time of Vancouver."""
    with pytest.raises(BadInput) as refused:
        day_of_value("2026-02-01", TODAY)
    assert refused.value.detail == in_future("as_of", "2026-02-01", TODAY)
    assert refused.value.detail.startswith("as_of 2026-02-01 is in the future: the company's day is 2026-01-31")
    assert "VALHALLA_TIME_ZONE" in refused.value.detail


@pytest.mark.parametrize("day", ["0001-01-01", "1899-12-31"])
def test_day_before_1900_is_refused(day: str) -> None:
    with pytest.raises(BadInput, match=f"^--until {day} is before 1900$"):
        day_of_value(day, TODAY, "--until")
