from itertools import product

import pytest

from backend.app.core_gov.comms.delivery.advice import (
    ERROR_CODES,
    GROUPS,
    SLOWS_SENDER,
    STATE_ADVICE,
    advice,
    code_advice,
)
from backend.app.core_gov.comms.delivery.states import OPEN, PROVIDER_STATES, STATES, DeliveryState, State
from backend.tests.promises import promise

AT = "2026-11-02T15:00:00.000000Z"
REQUIRED = {
    "retry_later": ["30001", "30003", "30008", "30017", "30022", "21611"],
    "wait_a_day": ["30023", "30027"],
    "fix_the_number": ["30005", "30006", "21211", "21614", "21635"],
    "rewrite": ["30007", "21617"],
    "opted_out": ["21610"],
    "register": ["30024", "30032", "30034"],
    "fix_the_account": ["30002"],
    "other_channel": ["30004"],
}


def sentences(text: str) -> bool:
    return text[0].isupper() and text.endswith(".") and ".." not in text


@promise("Messages", "Every state of a delivery and every known error code says what a person can do.")
@pytest.mark.parametrize("state", STATES)
def test_every_state_and_code_has_advice(state: State) -> None:
    for accepted, code in product((True, False), (None, *ERROR_CODES, "39999")):
        said = advice(DeliveryState(state, AT, accepted, error_codes=(code,) if code else ()))
        assert sentences(said)
        assert code is None or code in said


def test_tables_are_complete() -> None:
    assert set(STATE_ADVICE) == set(STATES)
    assert {found.group for found in ERROR_CODES.values()} == set(GROUPS)
    assert set(ERROR_CODES) >= SLOWS_SENDER
    assert all(sentences(text) for text in (*STATE_ADVICE.values(), *GROUPS.values()))


@pytest.mark.parametrize(("group", "code"), [(group, code) for group, codes in REQUIRED.items() for code in codes])
def test_codes_are_in_their_group(group: str, code: str) -> None:
    assert ERROR_CODES[code].group == group


@promise("Messages", "An unknown error code is shown as received.")
def test_unknown_codes_are_shown_as_received() -> None:
    assert code_advice("63099").startswith("Error 63099 of the provider, which this version does not know: look it up")


@pytest.mark.parametrize("state", sorted(set(PROVIDER_STATES.values()) - {"accepted", "delivered", "read"}))
def test_a_sent_draft_is_sent_again_as_a_copy(state: State) -> None:
    assert "copy of the draft" in advice(DeliveryState(state, AT, accepted=True))
    assert "copy of the draft" not in advice(DeliveryState(state, AT, accepted=False))


@pytest.mark.parametrize("state", sorted(OPEN | {"delivered", "read", "accepted"}))
def test_nobody_is_told_to_send_again_what_may_have_arrived(state: State) -> None:
    for accepted, code in product((True, False), ("30003", "63099", None)):
        said = advice(DeliveryState(state, AT, accepted, error_codes=(code,) if code else ()))
        assert "end it again" not in said


@pytest.mark.parametrize("accepted", [True, False])
def test_nobody_is_told_to_send_again_after_an_opt_out(accepted: bool) -> None:
    said = advice(DeliveryState("failed", AT, accepted, error_codes=("21610",)))
    assert said.endswith("The recipient opted out: send nothing more to this number until they send START.")
