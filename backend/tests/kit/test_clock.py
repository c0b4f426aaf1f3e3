import re
from datetime import UTC, datetime

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
