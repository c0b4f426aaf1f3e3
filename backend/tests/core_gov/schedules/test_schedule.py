"""When a scheduled task is due, and intervals as text."""

from typing import Any

import pytest

from backend.app.core_gov.schedules.schedule import Schedule, hours_of, interval_text
from backend.app.kit.errors import BadInput

NOW = "2026-01-31T12:00:00.000000Z"
LAST = "2026-01-30T12:00:05.000000Z"


def schedule(every_hours: int = 24, **run: Any) -> Schedule:
    blank = {"begun_at": None, "done_at": None, "failure": None, "result": None}
    return Schedule("town", "sync", every_hours, **blank | run, updated_at="2026-01-01T00:00:00.000000Z")


@pytest.mark.parametrize(
    ("run", "due_at"),
    [
        ({}, "2026-01-01T00:00:00.000000Z"),
        ({"begun_at": "2026-01-30T12:00:01.000000Z", "done_at": LAST}, "2026-01-31T12:00:01.000000Z"),
        ({"begun_at": "2026-01-31T11:30:00.000000Z", "done_at": LAST}, "2026-01-31T12:30:00.000000Z"),  # broken off
        ({"begun_at": "2026-01-31T11:00:00.000000Z", "failure": "no"}, NOW),
        (
            {"begun_at": "2026-01-29T00:00:00.000000Z", "failure": "no", "every_hours": 9600},
            "2026-01-30T00:00:00.000000Z",
        ),
        ({"begun_at": "2026-02-01T00:00:00.000000Z", "done_at": "2026-02-01T00:00:01.000000Z"}, NOW),  # clock set back
        ({"begun_at": "yesterday"}, NOW),
    ],
)  # fmt: skip
def test_due_after_the_interval_and_sooner_after_a_failure(run: dict[str, Any], due_at: str) -> None:
    found = schedule(**run)
    assert found.due_at(NOW) == due_at
    assert found.is_due(NOW) == (due_at <= NOW)


@pytest.mark.parametrize(
    ("text", "hours", "shown"),
    [("off", None, None), ("1h", 1, "1h"), ("1d", 24, "24h"), ("48h", 48, "2d"), ("400d", 9600, "400d")],
)
def test_intervals_are_hours_or_days(text: str, hours: int | None, shown: str | None) -> None:
    assert hours_of(text) == hours
    assert (None if hours is None else interval_text(hours)) == shown


@pytest.mark.parametrize("text", ["0h", "401d", "9601h", "1w", "7", "d", "", "-1h", "1.5d"])
def test_other_intervals_are_refused(text: str) -> None:
    with pytest.raises(BadInput, match="must be off, or from 1h to 400d, such as 24h or 7d"):
        hours_of(text)
