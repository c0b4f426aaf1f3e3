"""Rate limits of servers, also across restarts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.app.core_gov.mls.errors import FeedFailed
from backend.app.core_gov.mls.profiles import PROFILES
from backend.app.core_gov.mls.throttle import Clock, RequestPacing, back_off, retry_after
from backend.tests.core_gov.mls.conftest import Hours
from backend.tests.promises import promise

GRID = PROFILES["mls-grid"].limits


@promise("MLS", "Rate limits hold across restarts; 429 and 5xx are retried with back-off.")
@given(st.lists(st.sampled_from([0.0, 0.1, 0.4, 0.9, 30.0, 600.0]), min_size=1, max_size=80))
def test_no_window_exceeds_its_limit(pauses: list[float]) -> None:
    limits, hours, asked = ((2, 1.0), (5, 60.0), (9, 3_600.0)), Hours(), []
    pace = RequestPacing(limits, hours.clock())
    for pause in pauses:
        hours.time += pause
        pace.take_turn()
        asked.append(hours.time)
    for count, seconds in limits:
        for at, first in enumerate(asked):
            assert sum(1 for time in asked[at:] if time < first + seconds - 0.01) <= count


@promise("MLS", "Rate limits hold across restarts; 429 and 5xx are retried with back-off.")
def test_hourly_limit_counts_requests_of_earlier_runs() -> None:
    hours = Hours()
    before = RequestPacing(((100, 3_600.0),), hours.clock())
    for _ in range(100):
        before.take_turn()
    after = RequestPacing(((100, 3_600.0),), hours.clock(), dict(before.requests_by_minute))
    after.take_turn()
    assert 3_500 < sum(hours.waited) <= 3_700
    assert hours.told == [f"the server's request limit is reached: waiting {hours.waited[0]:,.0f} s"]


def test_exhausted_daily_limit_fails_instead_of_waiting() -> None:
    hours = Hours()
    pace = RequestPacing(GRID, hours.clock(), {int(hours.time // 60) - 200: 40_000})
    with pytest.raises(
        FeedFailed, match=r"is reached: run the sync again after 2026-\d\d-\d\d \d\d:\d\d UTC; it resumes"
    ):
        pace.take_turn()
    assert hours.waited == []


def test_requests_counted_in_the_future_are_ignored() -> None:
    hours = Hours()
    pace = RequestPacing(((1, 1.0), (1, 3_600.0)), hours.clock(), {int(hours.time // 60) + 5_000: 10})
    pace._recent.append(hours.time + 100_000)
    pace.take_turn()
    assert hours.waited == []


def test_request_counts_older_than_a_day_are_deleted() -> None:
    hours = Hours()
    pace = RequestPacing((), hours.clock(), {int(hours.time // 60) - 1_500: 7})
    pace.take_turn()
    assert pace.requests_by_minute == {int(hours.time // 60): 1}


@promise("MLS", "Rate limits hold across restarts; 429 and 5xx are retried with back-off.")
def test_back_off_doubles_up_to_a_minute() -> None:
    for attempt, longest in enumerate([1, 2, 4, 8, 16, 32, 60, 60]):
        assert all(longest / 2 <= back_off(attempt) <= longest for _ in range(50))


@promise("MLS", "Rate limits hold across restarts; 429 and 5xx are retried with back-off.")
@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("7", 7.0),
        (" 120 ", 120.0),
        ("Fri, 31 Dec 1999 23:59:59 GMT", 0.0),
        ("Mon, 21 Sep 2026 13:34:20 GMT", 60.0),
        ("soon", None),
        ("", None),
        (None, None),
        ("-5", None),
        ("٣", None),
        ("9" * 400, 999_999_999.0),
    ],
)
def test_retry_after_is_parsed_as_seconds_or_date(header: str | None, seconds: float | None) -> None:
    assert retry_after(header, 1_789_997_600.0) == seconds


def test_short_waits_are_not_reported() -> None:
    told: list[str] = []
    Clock(sleep=lambda seconds: None, on_wait=told.append).wait(4.9, "why")
    assert told == []
