"""Which uncertain deliveries the provider's list settles, and which it must leave to a person."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from backend.app.bootstrap import Store, open_store
from backend.app.core_gov.comms import service as comms
from backend.app.core_gov.comms.delivery import hold, progress
from backend.app.core_gov.comms.delivery import service as sending
from backend.app.core_gov.comms.delivery import store as deliveries
from backend.app.core_gov.comms.delivery.progress import Report
from backend.app.core_gov.comms.delivery.schemas import DeliveryCreate, Settlement
from backend.app.core_gov.comms.delivery.settlement import settle_delivery
from backend.app.core_gov.comms.gate.rules import shipped_rules
from backend.app.core_gov.comms.inbound import reading
from backend.app.core_gov.comms.inbound import store as inbound
from backend.app.core_gov.comms.inbound.reconciliation import AFTER
from backend.app.core_gov.comms.inbound.store import StoredMessage
from backend.app.core_gov.comms.schemas import DraftCreate
from backend.app.core_gov.comms.senders.senders_file import find_sender
from backend.app.kit import clock
from backend.app.kit.db import Tx
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
from backend.tests.core_gov.comms.senders.twilio_double import (
    ACCOUNT,
    NUMBER,
    Fault,
    Twilio,
    twilio_double,
    write_senders,
)
from backend.tests.harness import SOON_S, Postgres
from backend.tests.promises import promise

MANY = 201
SETTLED = Settlement(outcome="accepted", evidence="Seen in the console of Twilio.")


@pytest.fixture
def store(store_settings: Settings, twilio: Twilio) -> Iterator[Store]:
    with open_store(store_settings) as store:
        has_written(store)
        read_lists(store)
        yield store


def never_left(store: Store, number: int) -> None:
    """Store uncertain deliveries of which the provider has nothing."""
    store.db.write_now(CTX, _never_left, store, number)


def _never_left(tx: Tx, store: Store, number: int) -> None:
    sender = find_sender(store.settings, "main-line")
    for each in range(number):
        payload = DraftCreate(to=DANA, body=f"Part {each}", status="ready")
        draft_id = comms.create_draft(tx, payload).fields["id"]
        request = DeliveryCreate(sender="main-line", purpose="reply")
        sending.send_draft(tx, draft_id, request, sender, shipped_rules(), 0.0)
        delivery = deliveries.newest_of_draft(tx, draft_id)
        assert delivery is not None
        progress.apply(tx, delivery, Report("claimed"), Report("attempted"), Report("uncertain", "no answer"))


@promise("Messages", "The provider's list settles an uncertain message if exactly one fits; else a person does.")
def test_many_that_wait_for_a_person_do_not_keep_others_from_being_settled(store: Store, twilio: Twilio) -> None:
    never_left(store, MANY)
    twilio.faults[1] = Fault(503, accepts=True)
    draft_id = send_text(store)
    dispatch(store)
    read_lists(store)
    assert store.db.snapshot_now(hold.held) is None
    assert delivery_of(store, draft_id).state == "accepted"
    assert store.db.snapshot_now(deliveries.count_by_state)["uncertain"] == MANY


def test_message_that_may_be_of_one_being_sent_settles_no_other(store: Store, twilio: Twilio) -> None:
    """Two equal texts: one was lost before the provider had it, the other is listed before its answer arrives."""
    twilio.faults[1] = Fault(500)
    lost = send_text(store)
    dispatch(store)
    listed_early = send_text(store)

    def accept_and_list(number: int) -> None:
        twilio.before = None
        found = twilio.accept(twilio.requests[-1])
        read_lists(store)
        assert {delivery_of(store, each).state for each in (lost, listed_early)} == {"uncertain", "sending"}
        twilio.answers[number] = found

    twilio.before = accept_and_list
    dispatch(store)
    assert (delivery_of(store, lost).state, delivery_of(store, listed_early).state) == ("uncertain", "accepted")


def test_message_of_another_day_is_not_that_of_a_settled_one(store: Store, twilio: Twilio) -> None:
    """Equal texts are sent again and again, such as reminders."""
    twilio.faults[1] = Fault(500)
    settled = send_text(store)
    dispatch(store)
    store.db.write_now(CTX, settle_delivery, delivery_of(store, settled).id, SETTLED)
    store.db.write_now(CTX, _attempt_earlier, settled)
    twilio.faults[2] = Fault(503, accepts=True)
    later = send_text(store)
    dispatch(store)
    read_lists(store)
    assert delivery_of(store, later).provider_id == twilio.accepted[0].sid
    assert delivery_of(store, settled).provider_id is None


def _attempt_earlier(tx: Tx, draft_id: str) -> None:
    found = deliveries.newest_of_draft(tx, draft_id)
    assert found is not None
    assert found.attempted_at is not None
    deliveries.put(tx, replace(found, attempted_at=clock.later(found.attempted_at, -2 * AFTER)))


def test_message_that_fits_a_settled_and_an_uncertain_one_waits_for_a_person(store: Store, twilio: Twilio) -> None:
    twilio.faults = {1: Fault(503, accepts=True), 2: Fault(500)}
    both = [send_text(store), send_text(store)]
    dispatch(store)
    store.db.write_now(CTX, settle_delivery, delivery_of(store, both[0]).id, SETTLED)
    read_lists(store)
    assert [delivery_of(store, each).provider_id for each in both] == [None, None]
    assert delivery_of(store, both[1]).state == "uncertain"


def test_message_stored_while_its_answer_was_recorded_is_not_unclaimed(
    store: Store, twilio: Twilio, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither of two units saw the other, so the message has no delivery. An equal text is uncertain."""
    monkeypatch.setattr(progress, "FIRST_POLL_S", 0.0)
    twilio.faults[2] = Fault(500)
    sent = send_text(store)
    dispatch(store)
    lost = send_text(store)
    dispatch(store)
    listed = StoredMessage(
        *("pm_1", ACCOUNT, twilio.accepted[0].sid, "outbound", "main-line", NUMBER, DANA, "The roof is done.", "sent"),
        *(clock.now(), None, None, clock.now()),
    )
    store.db.write_now(CTX, inbound.add, listed)
    read_lists(store)
    assert [delivery_of(store, each).state for each in (sent, lost)] == ["delivered", "uncertain"]


@promise("Messages", "A text whose answer arrives while the provider's list is read does not hold sending.")
def test_answer_recorded_while_the_list_is_stored_holds_nothing(
    postgres: Postgres, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On PostgreSQL, another process records the answer between the first look at a message and the last."""
    looked, recorded = threading.Event(), threading.Event()

    def hold_unknown(*args: Any) -> None:
        looked.set()
        recorded.wait(SOON_S)
        _hold_unknown(*args)

    _hold_unknown = reading._hold_unknown
    with postgres.lend() as url, twilio_double() as twilio:
        settings = Settings(data_dir=tmp_path / "data", database_url=url)
        write_senders(settings.data_dir, twilio.url)
        with open_store(settings) as store, open_store(settings) as other:
            has_written(store)
            read_lists(store)
            monkeypatch.setattr(reading, "_hold_unknown", hold_unknown)
            reader = threading.Thread(target=read_lists, args=(other,))

            def accept_and_list(number: int) -> None:
                twilio.answers[number] = twilio.accept(twilio.requests[-1])
                reader.start()
                looked.wait(SOON_S)

            twilio.before = accept_and_list
            draft_id = send_text(store)
            dispatch(store)
            recorded.set()
            reader.join()
            assert delivery_of(store, draft_id).state == "accepted"
            assert store.db.snapshot_now(hold.held) is None


def test_answer_with_the_id_of_another_delivery_is_left_to_a_person(store: Store, twilio: Twilio) -> None:
    """A person gave the message to an equal one that was uncertain at the same time."""
    twilio.faults[1] = Fault(500)
    first = send_text(store)
    dispatch(store)
    second = send_text(store)

    def settle_first(number: int) -> None:
        twilio.before = None
        message = twilio.accept(twilio.requests[-1])
        twilio.answers[number] = message
        given = SETTLED.model_copy(update={"provider_id": message.sid})
        store.db.write_now(CTX, settle_delivery, delivery_of(store, first).id, given)

    twilio.before = settle_first
    dispatch(store)
    found = delivery_of(store, second)
    assert (found.state, found.provider_id) == ("uncertain", None)
    assert delivery_of(store, first).id in (found.reason or "")
