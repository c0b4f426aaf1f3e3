import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine
from pydantic import TypeAdapter

from backend.app.kit import clock
from backend.app.kit.fields import IsoTime


@pytest.mark.parametrize(
    ("moment", "written"),
    [
        ("2026-01-31T09:30:00+00:00", "2026-01-31T09:30:00.000000Z"),
        ("2026-01-31T09:30:00.5-05:00", "2026-01-31T14:30:00.500000Z"),
        ("2028-02-29T23:59:59.999999+00:00", "2028-02-29T23:59:59.999999Z"),
    ],
)
def test_time_has_one_form(moment: str, written: str) -> None:
    with time_machine.travel(datetime.fromisoformat(moment), tick=False):
        assert clock.now() == written


def test_time_is_the_current_time() -> None:
    before = datetime.now(UTC)
    assert before <= datetime.fromisoformat(clock.now()) <= datetime.now(UTC)


def test_time_is_valid_for_records() -> None:
    now = clock.now()
    assert TypeAdapter(IsoTime).validate_python(now) == now


def test_file_stamp_is_the_same_time() -> None:
    with time_machine.travel(datetime(2026, 1, 31, 9, 30, 0, 123456, tzinfo=UTC), tick=False):
        assert clock.stamp() == "20260131T093000.123456Z"
        assert re.sub(r"[-:]", "", clock.now()) == clock.stamp()


@pytest.mark.parametrize(
    ("zone", "moment", "day"),
    [
        ("America/Vancouver", "2026-06-16T04:30:00.000000Z", "2026-06-15"),
        ("America/Vancouver", "2026-06-16T07:00:00.000000Z", "2026-06-16"),
        ("America/Vancouver", "2027-01-01T07:59:59.999999Z", "2026-12-31"),
        ("America/St_Johns", "2026-11-29T03:29:59.000000Z", "2026-11-28"),
        ("Pacific/Kiritimati", "2026-01-31T10:00:00.000000Z", "2026-02-01"),
        ("UTC", "2026-01-31T23:59:59.000000Z", "2026-01-31"),
    ],
)
def test_day_is_that_of_the_zone(monkeypatch: pytest.MonkeyPatch, zone: str, moment: str, day: str) -> None:
    monkeypatch.setattr(clock, "_zone", ZoneInfo(zone))
    monkeypatch.setattr(clock, "now", lambda: moment)
    assert (clock.today(), clock.local_day(moment), clock.zone_name()) == (day, day, zone)


def test_zone_of_the_system_is_the_default() -> None:
    with time_machine.travel(datetime(2026, 6, 15, 21, 30, tzinfo=ZoneInfo("America/Vancouver")), tick=False):
        assert (clock.today(), clock.zone_name()) == ("2026-06-15", "PDT")
