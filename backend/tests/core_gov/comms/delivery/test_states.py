from itertools import pairwise, product
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.app.core_gov.comms.delivery.states import (
    CANCELABLE,
    FINAL,
    MOVES,
    OPEN,
    PROVIDER_STATES,
    STATES,
    Event,
    OwnKind,
    State,
    fold,
    next_state,
    normal_code,
)
from backend.tests.promises import promise

OWN_KINDS: tuple[OwnKind, ...] = get_args(OwnKind)
SENT: tuple[OwnKind, ...] = ("created", "claimed", "attempted", "accepted")

times = st.integers(0, 59).map(lambda second: f"2026-11-02T15:00:{second:02}.000000Z")
reports = st.builds(
    Event,
    kind=st.just("status"),
    at=times,
    source=st.sampled_from(["poll", "webhook"]),
    provider_status=st.sampled_from([*PROVIDER_STATES, "Delivered", "partially_delivered", None]),
    error_code=st.sampled_from([None, "0", "30003", "30007", "30008"]),
    provider_id=st.sampled_from([None, "SM1"]),
)


@st.composite
def own_events(draw: st.DrawFn) -> list[Event]:
    kinds = draw(st.lists(st.sampled_from(OWN_KINDS), max_size=12))
    return [
        Event(
            kind,
            draw(times),
            sequence,
            error_code=draw(st.sampled_from([None, "21610", "20429"])),
            outcome=draw(st.sampled_from([None, "accepted", "not_accepted"])) if kind == "settled" else None,
        )
        for sequence, kind in enumerate(["created", *kinds], 1)
    ]


def own(*kinds: OwnKind, code: str | None = None, outcome: str | None = None) -> list[Event]:
    """Return own events; the last one carries the code and the outcome."""
    events = [Event(kind, f"2026-11-02T14:00:{n:02}.000000Z", n) for n, kind in enumerate(kinds, 1)]
    last = events[-1]
    settled = {"accepted": "accepted", "not_accepted": "not_accepted", None: None}[outcome]
    events[-1] = Event(last.kind, last.at, last.sequence, error_code=code, outcome=settled)  # type: ignore[arg-type]
    return events


def report(status: str | None, code: str | None = None, second: int = 0) -> Event:
    return Event("status", f"2026-11-02T15:00:{second:02}.000000Z", 0, "poll", status, code, "SM1")


@promise("Messages", "Any order and any duplication of a provider's reports leads to the same state of a delivery.")
@given(st.data())
def test_order_and_duplicates_do_not_change_the_state(data: st.DataObject) -> None:
    events = [*data.draw(own_events()), *data.draw(st.lists(reports, max_size=8))]
    repeated = events + data.draw(st.lists(st.sampled_from(events), max_size=8))
    assert fold(data.draw(st.permutations(repeated))) == fold(events)


@promise("Messages", "An error code of the provider is never lost to a later or repeated report.")
@given(own_events(), st.lists(reports, min_size=1, max_size=8))
def test_every_reported_error_code_is_kept(decided: list[Event], reported: list[Event]) -> None:
    codes = {code for event in reported if (code := normal_code(event.error_code))}
    assert codes <= set(fold([*decided, *reported]).error_codes)


@given(own_events(), st.lists(reports, min_size=1, max_size=8), reports)
def test_a_further_report_never_leads_back(decided: list[Event], reported: list[Event], late: Event) -> None:
    ranks = list(PROVIDER_STATES)
    before, after = fold([*decided, *reported]), fold([*decided, *reported, late])
    known = [status for status in (before.provider_status, after.provider_status) if status in ranks]
    assert [ranks.index(status) for status in known] == sorted(ranks.index(status) for status in known)
    assert after.accepted
    assert not after.is_open


@given(own_events())
def test_accepted_stays_accepted(decided: list[Event]) -> None:
    states = [fold(decided[:count]) for count in range(1, len(decided) + 1)]
    for earlier, later in pairwise(states):
        assert not earlier.accepted or (later.accepted and later.state == "accepted")


@given(own_events())
def test_fold_moves_as_next_state_says(decided: list[Event]) -> None:
    state: State | None = None
    for event in decided:
        assert event.kind != "status"
        state = next_state(state, event.kind, event.outcome) or state
    assert fold(decided).state == state


@pytest.mark.parametrize(
    ("kinds", "state"),
    [
        (("created",), "waiting"),
        (("held",), "held"),
        (("held", "released"), "waiting"),
        (("created", "claimed"), "claimed"),
        (("created", "claimed", "claimed", "attempted"), "sending"),
        (("created", "claimed", "postponed"), "waiting"),
        (("created", "claimed", "attempted", "postponed"), "waiting"),
        (SENT, "accepted"),
        ((*SENT[:3], "refused"), "failed"),
        ((*SENT[:3], "uncertain"), "uncertain"),
        ((*SENT[:3], "uncertain", "accepted"), "accepted"),
        (("created", "canceled"), "canceled"),
        (("created", "claimed", "blocked"), "blocked"),
        (("created", "expired"), "expired"),
        (("uncertain",), "uncertain"),
    ],
)
def test_own_events_lead_to_their_state(kinds: tuple[OwnKind, ...], state: State) -> None:
    assert fold(own(*kinds)).state == state


@pytest.mark.parametrize("kind", [kind for kind in OWN_KINDS if kind not in {"accepted", "refused", "uncertain"}])
@pytest.mark.parametrize("state", sorted({"sending", "uncertain"}))
def test_nothing_cancels_a_message_that_may_have_left(state: State, kind: OwnKind) -> None:
    expected = "waiting" if (state, kind) == ("sending", "postponed") else None
    assert next_state(state, kind) == expected


@pytest.mark.parametrize(("outcome", "state"), [("accepted", "accepted"), ("not_accepted", "failed")])
def test_a_person_settles_only_what_is_uncertain(outcome: str, state: State) -> None:
    settled = fold(own(*SENT[:3], "uncertain", "settled", outcome=outcome))
    assert (settled.state, settled.accepted) == (state, outcome == "accepted")
    assert fold(own("created", "settled", outcome=outcome)).state == "waiting"


@promise("Messages", "A message that the provider lists was accepted, whatever was recorded here.")
@pytest.mark.parametrize("last", ["attempted", "uncertain", "refused"])
def test_reports_outrank_own_events(last: OwnKind) -> None:
    kinds = SENT[:3] if last == "attempted" else (*SENT[:3], last)
    found = fold([*own(*kinds), report("sent")])
    assert (found.state, found.accepted, found.provider_id) == ("accepted", True, "SM1")


def test_a_receipt_outranks_a_failure_and_keeps_its_code() -> None:
    found = fold([*own(*SENT), report("undelivered", "30008"), report("delivered", None, 5), report("delivered")])
    assert (found.state, found.error_code, found.at) == ("delivered", "30008", "2026-11-02T15:00:00.000000Z")


def test_the_code_of_the_state_comes_first() -> None:
    found = fold([*own(*SENT), report("failed", "30001"), report("undelivered", "30007"), report("sent", "30000")])
    assert (found.state, found.error_codes) == ("undelivered", ("30007", "30000", "30001"))


def test_an_unknown_status_is_shown_and_counts_as_accepted() -> None:
    found = fold([*own(*SENT), report("partially_delivered")])
    assert (found.state, found.provider_status) == ("accepted", "partially_delivered")


def test_codes_of_earlier_attempts_are_left_out() -> None:
    first = [*own("created", "claimed", "attempted", "postponed", code="20429")]
    again = [Event(event.kind, event.at, event.sequence + 3) for event in own(*SENT)[1:]]
    assert fold(first).error_code == "20429"
    found = fold(first + again)
    assert (found.attempts, found.error_codes) == (2, ())


def test_without_a_beginning_there_is_no_delivery() -> None:
    with pytest.raises(ValueError, match="no event that begins it"):
        fold([Event("canceled", "2026-11-02T15:00:00.000000Z", 1)])


def test_sets_of_states_divide_all_states() -> None:
    assert OPEN | FINAL | {"accepted"} == set(STATES)
    assert not OPEN & FINAL
    assert CANCELABLE < OPEN


def test_final_states_are_left_only_for_acceptance() -> None:
    states: frozenset[State] = FINAL | {"accepted"}
    for state, kind in product(states, OWN_KINDS):
        assert MOVES.get((state, kind), "accepted") == "accepted"
