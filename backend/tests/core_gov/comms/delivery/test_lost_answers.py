"""Outcomes of requests to the provider: what is known, and what is uncertain. On both databases."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from backend.app.bootstrap import Store, open_store
from backend.app.core_gov.comms import service as comms
from backend.app.core_gov.comms.delivery import attempts, hold
from backend.app.core_gov.comms.delivery import store as deliveries
from backend.app.core_gov.comms.delivery.attempts import Claim, SendAttempt
from backend.app.core_gov.comms.delivery.schemas import Settlement
from backend.app.core_gov.comms.delivery.settlement import settle_delivery
from backend.app.core_gov.comms.inbound import store as inbound
from backend.app.kit import clock
from backend.app.kit.db import Tx
from backend.app.kit.errors import Conflict
from backend.app.settings import Settings
from backend.tests.core_gov.comms.delivery.texts import (
    CTX,
    DANA,
    delivery_of,
    dispatch,
    has_written,
    read_lists,
    send_text,
)
from backend.tests.core_gov.comms.senders.twilio_double import ACCOUNT, Fault, Twilio, write_senders
from backend.tests.promises import promise


@pytest.fixture
def store(store_settings: Settings, twilio: Twilio) -> Iterator[Store]:
    with open_store(store_settings) as store:
        has_written(store)
        yield store


def status_of(store: Store, draft_id: str) -> tuple[str, str | None]:
    draft = store.db.snapshot_now(comms.get_draft, draft_id).fields
    return draft["status"], draft["delivery_id"]


@promise("Messages", "A message that the provider refuses is failed, with its code, and its draft can change again.")
def test_refused_message_frees_its_draft(store: Store, twilio: Twilio) -> None:
    twilio.faults[1] = Fault(400, 21211, "The 'To' number is not a valid phone number.")
    draft_id = send_text(store)
    dispatch(store)
    delivery = delivery_of(store, draft_id)
    assert (delivery.state, delivery.error_code, delivery.attempts) == ("failed", "21211", 1)
    assert "not a valid phone number" in (delivery.reason or "")
    assert status_of(store, draft_id) == ("ready", None)


@promise("Messages", "A full queue or too many requests slow the sender down, and no message is lost.")
@pytest.mark.parametrize(("status", "code"), [(429, 20429), (400, 21611), (401, 20003)])
def test_rate_errors_slow_the_sender_and_not_the_message(store: Store, twilio: Twilio, status: int, code: int) -> None:
    twilio.faults[1] = Fault(status, code, headers={"retry-after": "7"} if status == 429 else {})
    draft_id = send_text(store)
    dispatch(store)
    delivery = delivery_of(store, draft_id)
    assert (delivery.state, delivery.attempts, len(twilio.accepted)) == ("waiting", 1, 0)
    pacing = store.db.snapshot_now(deliveries.sender_states_of)["main-line"]
    assert pacing.next_at >= delivery.due_at > delivery.updated_at
    assert str(status) in (pacing.trouble or "")


LOST = {
    "a server error": Fault(500, message="Internal Server Error"),
    "a server error after accepting": Fault(503, accepts=True),
    "no answer": Fault(drops=True),
    "no answer after accepting": Fault(drops=True, accepts=True),
}


@promise(
    "Messages", "A request whose answer is lost, or a 5xx, is uncertain, and the message is never sent again by itself."
)
@promise("Messages", "The provider's list settles an uncertain message if exactly one fits; else a person does.")
@pytest.mark.parametrize("what", LOST)
def test_lost_answer_is_uncertain_and_settled_by_the_list(store: Store, twilio: Twilio, what: str) -> None:
    twilio.faults[1] = LOST[what]
    draft_id = send_text(store)
    dispatch(store)
    assert delivery_of(store, draft_id).state == "uncertain"
    assert status_of(store, draft_id)[0] == "ready"
    read_lists(store)
    dispatch(store)
    accepted = LOST[what].accepts
    assert len(twilio.requests) == 1
    assert (delivery_of(store, draft_id).state == "uncertain") is not accepted
    assert status_of(store, draft_id)[0] == ("sent" if accepted else "ready")


@promise("Messages", "The provider's list settles an uncertain message if exactly one fits; else a person does.")
def test_two_equal_uncertain_messages_wait_for_a_person(store: Store, twilio: Twilio) -> None:
    twilio.faults = {1: Fault(drops=True, accepts=True), 2: Fault(drops=True)}
    drafts = [send_text(store), send_text(store)]
    dispatch(store)
    read_lists(store)
    assert [delivery_of(store, each).state for each in drafts] == ["uncertain", "uncertain"]
    listed = store.db.snapshot_now(inbound.unclaimed, ACCOUNT, DANA, "")
    assert len(listed) == len(twilio.accepted) == 1


@promise(
    "Messages",
    "`POST /core/comms/deliveries/{delivery_id}/settle` records what a person found out about an uncertain message.",
)
@pytest.mark.parametrize("outcome", ["accepted", "not_accepted"])
def test_person_settles_an_uncertain_message(store: Store, twilio: Twilio, outcome: str) -> None:
    twilio.faults[1] = Fault(500)
    draft_id = send_text(store)
    dispatch(store)
    settlement = Settlement.model_validate({"outcome": outcome, "evidence": "Seen in the console of Twilio."})
    store.db.write_now(CTX, settle_delivery, delivery_of(store, draft_id).id, settlement)
    delivery = delivery_of(store, draft_id)
    assert delivery.state == ("accepted" if outcome == "accepted" else "failed")
    assert status_of(store, draft_id) == (("sent", delivery.id) if outcome == "accepted" else ("ready", None))
    with pytest.raises(Conflict, match="only one that is uncertain can be settled"):
        store.db.write_now(CTX, settle_delivery, delivery.id, settlement)


def test_message_that_a_person_settled_is_found_in_the_list_later(store: Store, twilio: Twilio) -> None:
    read_lists(store)
    twilio.faults[1] = Fault(503, accepts=True)
    draft_id = send_text(store)
    dispatch(store)
    settlement = Settlement(outcome="accepted", evidence="Seen in the console of Twilio.")
    store.db.write_now(CTX, settle_delivery, delivery_of(store, draft_id).id, settlement)
    assert delivery_of(store, draft_id).provider_id is None
    read_lists(store)
    assert delivery_of(store, draft_id).provider_id == twilio.accepted[0].sid
    assert store.db.snapshot_now(hold.held) is None


def test_unreachable_provider_sends_nothing_and_is_tried_again(store: Store, store_settings: Settings) -> None:
    (store_settings.data_dir / "senders.toml").unlink()
    write_senders(store_settings.data_dir, "http://127.0.0.1:9")
    draft_id = send_text(store)
    dispatch(store)
    delivery = delivery_of(store, draft_id)
    assert delivery.state == "waiting"
    assert "cannot be reached" in (delivery.reason or "")


def test_message_is_not_sent_long_after_the_last_decision(
    store: Store, twilio: Twilio, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attempts, "LAST_CHECK_S", -1.0)
    draft_id = send_text(store)
    sent: list[str] = []

    def only_once(*args: object) -> None:
        sent.append("")

    twilio.before = only_once
    with monkeypatch.context() as once:
        once.setattr("backend.app.core_gov.comms.delivery.dispatcher.Dispatcher.run_once", lambda self: self.round())
        dispatch(store)
    assert (delivery_of(store, draft_id).state, sent) == ("waiting", [])


def test_late_answer_counts_although_another_process_took_over(store: Store, twilio: Twilio) -> None:
    """The process that sent was stopped, its claim expired, and its answer comes after all."""
    draft_id = send_text(store)
    twilio.before = lambda number: _lapse(store)
    dispatch(store)
    assert delivery_of(store, draft_id).state == "accepted"
    kinds = [each.kind for each in store.db.snapshot_now(deliveries.events, delivery_of(store, draft_id).id)]
    assert kinds == ["created", "claimed", "attempted", "uncertain", "accepted"]


def test_attempt_after_a_stop_has_a_claim_of_its_own(
    store: Store, twilio: Twilio, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The process was stopped between claim and attempt, and nobody took over: nothing is uncertain."""
    begin = attempts.begin

    def begin_late(tx: Tx, claim: Claim, *args: Any) -> SendAttempt | None:
        _expire_claim(tx, claim.delivery.id)
        return begin(tx, claim, *args)

    monkeypatch.setattr(attempts, "begin", begin_late)
    lapsed: list[str] = []
    twilio.before = lambda number: lapsed.extend(store.db.snapshot_now(deliveries.lapsed, clock.now(), 10))
    draft_id = send_text(store)
    dispatch(store)
    assert (delivery_of(store, draft_id).state, lapsed) == ("accepted", [])


def _lapse(store: Store) -> None:
    """Let the claim of the delivery that is being sent expire, and take it over."""
    (delivery_id,) = store.db.snapshot_now(deliveries.lapsed, "9999", 10)
    store.db.write_now(CTX, _expire_claim, delivery_id)
    assert store.db.write_now(CTX, attempts.take_over, delivery_id) is not None


def _expire_claim(tx: Tx, delivery_id: str) -> None:
    found = deliveries.lock(tx, delivery_id)
    assert found is not None
    deliveries.put(tx, replace(found, claimed_until=found.created_at))
