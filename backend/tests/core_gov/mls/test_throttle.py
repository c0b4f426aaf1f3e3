"""How fast a server is asked: never faster than it allows, over restarts too."""

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
def test_no_window_ever_holds_more_than_its_limit(pauses: list[float]) -> None:
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
def test_an_hour_is_counted_over_restarts() -> None:
    hours = Hours()
    before = RequestPacing(((100, 3_600.0),), hours.clock())
    for _ in range(100):
        before.take_turn()
    after = RequestPacing(((100, 3_600.0),), hours.clock(), dict(before.asked))
    after.take_turn()
    assert 3_500 < sum(hours.waited) <= 3_700
    assert hours.told == [f"the server's limit of requests is used up: waiting {hours.waited[0]:,.0f} s"]


def test_a_day_is_not_waited_for() -> None:
    hours = Hours()
    pace = RequestPacing(GRID, hours.clock(), {int(hours.time // 60) - 200: 40_000})
    with pytest.raises(FeedFailed, match=r"used up: run the sync again after 2026-\d\d-\d\d \d\d:\d\d UTC; it goes on"):
        pace.take_turn()
    assert hours.waited == []


def test_what_was_asked_before_the_clock_was_set_back_does_not_stop_it() -> None:
    hours = Hours()
    pace = RequestPacing(((1, 1.0), (1, 3_600.0)), hours.clock(), {int(hours.time // 60) + 5_000: 10})
    pace._recent.append(hours.time + 100_000)
    pace.take_turn()
    assert hours.waited == []


def test_a_day_later_the_minutes_are_forgotten() -> None:
    hours = Hours()
    pace = RequestPacing((), hours.clock(), {int(hours.time // 60) - 1_500: 7})
    pace.take_turn()
    assert pace.asked == {int(hours.time // 60): 1}


@promise("MLS", "Rate limits hold across restarts; 429 and 5xx are retried with back-off.")
def test_back_off_doubles_to_a_minute() -> None:
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
def test_retry_after(header: str | None, seconds: float | None) -> None:
    assert retry_after(header, 1_789_997_600.0) == seconds


def test_the_usual_clock_says_nothing_of_short_waits() -> None:
    told: list[str] = []
    Clock(sleep=lambda seconds: None, told=told.append).wait(4.9, "why")
    assert told == []
