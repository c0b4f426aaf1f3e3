"""The rule files against the facts that were collected for them."""

from datetime import date
from typing import Any

import pytest

from backend.app.core_gov.comms.gate.gate import NEVER_OVERRIDDEN
from backend.app.core_gov.comms.gate.request import MARKETING, PURPOSES
from backend.app.core_gov.comms.gate.rules import (
    CLOSED,
    DayHours,
    check_purposes,
    parse_hours,
    shipped_rules,
)
from backend.app.kit.errors import BadInput
from backend.tests.core_gov.comms.gate.requests import file, hours_tables
from backend.tests.promises import promise

EARLY, DAY = "08:00-20:00", "08:00-21:00"
STATES: dict[str, tuple[str, str, str]] = {
    **dict.fromkeys(("FL", "OK", "MD", "NJ", "MA", "WA"), (EARLY, EARLY, EARLY)),
    **dict.fromkeys(("MS", "AL", "LA"), (EARLY, EARLY, "closed")),
    "TX": ("09:00-21:00", "09:00-21:00", "12:00-21:00"),
    "RI": ("09:00-18:00", "10:00-17:00", "10:00-17:00"),
    "KY": ("10:00-21:00", "10:00-21:00", "10:00-21:00"),
    **dict.fromkeys(("MI", "MN", "NM"), ("09:00-21:00", "09:00-21:00", "09:00-21:00")),
    **dict.fromkeys(("CT", "NV"), ("09:00-20:00", "09:00-20:00", "09:00-20:00")),
}


def days(table: dict[str, Any]) -> tuple[str, str, str]:
    return table["weekdays"], table["saturday"], table["sunday"]


@promise("Messages", "The quiet hours of each state and of Canada are data with their source and the date of a review.")
def test_hours_of_the_states() -> None:
    shipped = {region: table for table in file("us.toml")["hours"] for region in table["regions"]}
    assert {region: days(table) for region, table in shipped.items()} == STATES
    assert {region for region, table in shipped.items() if table.get("holidays") == "closed"} == {"AL", "LA"}


def test_hours_of_the_countries() -> None:
    assert [days(table) for table in hours_tables("US", None)] == [(DAY, DAY, DAY)]
    assert [days(table) for table in hours_tables("CA", None)] == [("09:00-21:30", "10:00-18:00", "10:00-18:00")]


def test_caps_of_the_states() -> None:
    caps = {region: (rule.most, rule.hours) for rule in shipped_rules().caps for region in rule.scope.regions}
    assert caps == dict.fromkeys(("FL", "OK", "MD"), (3, 24))


def test_every_rule_has_a_name_a_source_and_a_review() -> None:
    pack = shipped_rules()
    groups = (pack.hours, pack.caps, pack.consents, pack.identities)
    origins = [*(rule.origin for group in groups for rule in group), *pack.everywhere.values()]
    assert len({origin.name for origin in origins}) == len(origins)
    for origin in origins:
        assert len(origin.source) > 8
        assert origin.reviewed >= date(2026, 11, 1)
        assert origin.basis in {"primary", "secondary", "company"}
    assert set(pack.everywhere) >= NEVER_OVERRIDDEN


def test_marketing_is_always_bound_by_hours_and_consent() -> None:
    pack = shipped_rules()
    for country in ("US", "CA"):
        for purpose in MARKETING:
            for channel in ("sms", "call"):
                assert any(_covers(rule.scope, country, channel, purpose) for rule in pack.hours)
                assert any(_covers(rule.scope, country, channel, purpose) for rule in pack.consents)
    assert all(rule.scope.purposes <= set(PURPOSES) for rule in pack.hours)
    assert all(rule.scope.channels <= {"sms", "call"} for rule in pack.hours)


def _covers(scope: Any, country: str, channel: str, purpose: str) -> bool:
    return scope.country == country and not scope.regions and bool(scope.covers(channel, purpose))


@pytest.mark.parametrize("typed", ["8:00-21:00", "08:00–21:00", "21:00-08:00", "08:00-08:00", "08:00-24:01", 8, None])
def test_hours_are_refused_with_their_place(typed: object) -> None:
    with pytest.raises(BadInput, match=r'^US\.sunday is .*: write hours like "08:00-21:00", or "closed"$'):
        parse_hours(typed, "US.sunday")


def test_hours_are_written_as_they_are_read() -> None:
    for text in ("08:00-21:00", "closed", "00:00-24:00"):
        assert str(parse_hours(text, "x")) == text
    assert parse_hours("08:00-12:00", "x").within(parse_hours("12:00-20:00", "x")) == CLOSED
    assert parse_hours("08:00-12:00", "x").within(parse_hours("09:00-20:00", "x")) == DayHours(540, 720)


@pytest.mark.parametrize("typed", [[], ["marketing"], "buying", None])
def test_unknown_purposes_are_refused(typed: object) -> None:
    with pytest.raises(BadInput, match="list some of buying, selling, servicing, reply"):
        check_purposes(typed, "US.purposes")
