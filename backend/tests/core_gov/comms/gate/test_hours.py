from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.app.core_gov.comms.gate.candidates import Candidate
from backend.app.core_gov.comms.gate.hours import (
    HORIZON,
    LocalHours,
    ReachedCap,
    end_of_permitted,
    holiday,
    next_permitted,
    permitted,
)
from backend.app.core_gov.comms.gate.rules import (
    CLOSED,
    CapRule,
    DayHours,
    HoursRule,
    RuleOrigin,
    RuleScope,
    parse_hours,
)
from backend.tests.core_gov.comms.gate.requests import at, minutes

ORIGIN = RuleOrigin("rule", "source", "company", date(2026, 11, 29))
SCOPE = RuleScope("US", frozenset({"sms"}), frozenset({"buying"}))
NEW_YORK = "America/New_York"
# Changes of daylight-saving time, a leap day, holidays. Lord Howe changes by half an hour, Santiago at midnight.
MOMENTS = ("2026-03-08 07:00", "2026-11-01 06:00", "2028-02-29 12:00", "2026-12-25 12:00", "2026-04-05 03:00")
ZONES = (NEW_YORK, "America/St_Johns", "America/Phoenix", "Australia/Lord_Howe", "America/Santiago")


def local_hours(hours: str, zone: str = NEW_YORK, sunday: str | None = None, closed: bool = False) -> LocalHours:
    day = parse_hours(hours, "test")
    rule = HoursRule(ORIGIN, SCOPE, (day, day, parse_hours(sunday, "test") if sunday else day), closed)
    return LocalHours(rule, Candidate("US", None, ZoneInfo(zone)))


windows = st.tuples(st.integers(0, 24 * 60), st.integers(0, 24 * 60)).map(
    lambda pair: DayHours(min(pair), max(pair)) if pair[0] != pair[1] else CLOSED
)
hours_limits = st.builds(
    lambda days, closed, zone, free: LocalHours(
        HoursRule(ORIGIN, SCOPE, days, closed), Candidate("US", "AL", ZoneInfo(zone)), free
    ),
    st.tuples(windows, windows, windows),
    st.booleans(),
    st.sampled_from(ZONES),
    st.none(),
)


@st.composite
def moments(draw: st.DrawFn) -> datetime:
    near = at(draw(st.sampled_from(MOMENTS)))
    return near + timedelta(seconds=draw(st.integers(-2 * 86_400, 2 * 86_400)))


@given(st.lists(hours_limits, min_size=1, max_size=3), moments())
def test_the_next_permitted_time_is_exact(limits: list[LocalHours], now: datetime) -> None:
    found = next_permitted(limits, now)
    if found is None:
        assert not any(permitted(limits, now + timedelta(minutes=17 * n)) for n in range(7 * 24 * 3))
        return
    assert permitted(limits, found)
    assert now <= found <= now + HORIZON
    for minute in minutes(now, min(found, now + timedelta(days=2))):
        assert not permitted(limits, minute)
    assert found == now or not permitted(limits, found - timedelta(seconds=1))


@given(st.lists(hours_limits, min_size=1, max_size=3), moments())
def test_the_end_of_the_permitted_time_is_exact(limits: list[LocalHours], now: datetime) -> None:
    if not permitted(limits, now):
        return
    end = end_of_permitted(limits, now)
    assert end is None or not permitted(limits, end)
    for minute in minutes(now, end or now + timedelta(days=1)):
        assert permitted(limits, minute)
    assert end is None or permitted(limits, end - timedelta(seconds=1))


@pytest.mark.parametrize(
    ("clock", "expected"),
    [("07:59:59", False), ("08:00:00", True), ("20:59:59", True), ("21:00:00", False), ("00:00:00", False)],
)
def test_the_end_of_hours_is_excluded(clock: str, expected: bool) -> None:
    assert local_hours("08:00-21:00").permits(at(f"2026-11-30 {clock}", NEW_YORK)) == expected


def test_the_whole_day_ends_at_midnight() -> None:
    limit = local_hours("00:00-24:00", sunday="closed")
    saturday = at("2026-11-28 23:59:59", NEW_YORK)
    assert limit.permits(saturday)
    assert end_of_permitted([limit], saturday) == at("2026-11-29 00:00", NEW_YORK)
    assert next_permitted([limit], at("2026-11-29 00:00", NEW_YORK)) == at("2026-11-30 00:00", NEW_YORK)


def test_hours_that_begin_in_the_lost_hour_begin_when_the_clock_jumps() -> None:
    limit = local_hours("02:30-05:00")
    assert next_permitted([limit], at("2026-03-08 00:00", NEW_YORK)) == datetime(2026, 3, 8, 7, tzinfo=UTC)


def test_hours_in_the_repeated_hour_are_permitted_twice() -> None:
    limit = local_hours("01:30-02:00")
    first = datetime(2026, 11, 1, 5, 30, tzinfo=UTC)
    assert next_permitted([limit], at("2026-11-01 00:00", NEW_YORK)) == first
    assert end_of_permitted([limit], first) == first + timedelta(minutes=30)
    assert next_permitted([limit], first + timedelta(minutes=30)) == first + timedelta(hours=1)


def test_the_night_of_a_change_has_its_true_length() -> None:
    limit = local_hours("08:00-21:00")
    for evening, hours in (("2026-03-07", 10), ("2026-10-31", 12), ("2026-06-01", 11)):
        start = at(f"{evening} 21:00", NEW_YORK)
        found = next_permitted([limit], start)
        assert found is not None
        assert found - start == timedelta(hours=hours)


def test_disjoint_hours_have_no_permitted_time() -> None:
    assert next_permitted([local_hours("08:00-09:00"), local_hours("10:00-11:00")], at("2026-11-30 00:00")) is None


def test_a_holiday_is_the_one_of_the_local_day() -> None:
    limit = local_hours("08:00-20:00", closed=True)
    thanksgiving = at("2026-11-26 12:00", NEW_YORK)
    assert not limit.permits(thanksgiving)
    assert next_permitted([limit], thanksgiving) == at("2026-11-27 08:00", NEW_YORK)


def test_holidays_of_a_state_count_there_only() -> None:
    mardi_gras = date(2026, 2, 17)
    assert holiday("US", "LA", mardi_gras)
    assert not holiday("US", "FL", mardi_gras)


def test_a_cap_permits_from_its_end_on() -> None:
    until = at("2026-11-30 12:00")
    cap = ReachedCap(CapRule(ORIGIN, SCOPE, 3, 24), until)
    assert not cap.permits(until - timedelta(seconds=1))
    assert next_permitted([cap], until - timedelta(hours=5)) == until
    assert end_of_permitted([cap], until) is None


def test_a_limit_does_not_bind_before_it_is_free() -> None:
    free = at("2026-11-30 22:30", NEW_YORK)
    hours = local_hours("08:00-21:00")
    limit = LocalHours(hours.rule, hours.place, free)
    assert limit.permits(free - timedelta(seconds=1))
    assert end_of_permitted([limit], free - timedelta(hours=3)) == free
    assert not limit.permits(free)
