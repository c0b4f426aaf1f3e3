"""Seconds for which the provider may keep a text, so that no queue delivers it after the permitted hours."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.app.core_gov.comms.gate.gate import (
    MAX_VALIDITY_S,
    MIN_VALIDITY_S,
    decide,
    decide_at_dispatch,
    validity_period,
)
from backend.app.core_gov.comms.gate.request import OptOut, RecipientPlace
from backend.app.core_gov.comms.gate.rules import shipped_rules
from backend.tests.core_gov.comms.gate.requests import MONDAY, at, moments, permitted_by_files, places, send_request
from backend.tests.promises import promise

PACK = shipped_rules()
NEW_YORK = RecipientPlace("US", "NY")


@promise("Messages", "A carrier's queue cannot deliver a text after the permitted hours.")
@pytest.mark.parametrize(
    ("clock", "seconds"),
    [("08:00:00", MAX_VALIDITY_S), ("12:00:00", 9 * 3600), ("20:59:00", MIN_VALIDITY_S), ("20:59:01", None)],
)
def test_validity_ends_with_the_permitted_time(clock: str, seconds: int | None) -> None:
    request = send_request(place=NEW_YORK, now=at(f"2026-11-30 {clock}", "America/New_York"))
    decision, found = decide_at_dispatch(request, PACK)
    assert found == seconds
    assert decision.outcome == ("send" if seconds else "wait")
    if seconds is None:
        assert decision.until == at("2026-12-01 08:00", "America/New_York")


def test_validity_ends_with_the_message() -> None:
    request = send_request(place=NEW_YORK, not_after=MONDAY + timedelta(minutes=5))
    assert decide_at_dispatch(request, PACK)[1] == 300
    late, seconds = decide_at_dispatch(send_request(place=NEW_YORK, not_after=MONDAY + timedelta(seconds=59)), PACK)
    assert (late.outcome, late.reason.rule, seconds) == ("refuse", "not_after", None)


@given(places, moments(), st.none() | st.integers(1, 40_000))
def test_validity_stays_within_the_permitted_time(name: str, now: datetime, expires: int | None) -> None:
    country, region = name.split("-")
    not_after = None if expires is None else now + timedelta(seconds=expires)
    request = send_request(place=RecipientPlace(country, region), now=now, not_after=not_after)
    decision, seconds = decide_at_dispatch(request, PACK)
    assert (decision.outcome == "send") == (seconds is not None)
    if seconds is not None:
        assert MIN_VALIDITY_S <= seconds <= MAX_VALIDITY_S
        last = now + timedelta(seconds=seconds - 1)
        assert permitted_by_files(country, region, last)
        assert not_after is None or last < not_after


def test_a_message_without_hours_has_the_longest_validity() -> None:
    request = send_request(channel="letter")
    assert validity_period(decide(request, PACK), request.now) == MAX_VALIDITY_S
    assert validity_period(decide(send_request(opt_out=OptOut(MONDAY)), PACK), MONDAY) is None
