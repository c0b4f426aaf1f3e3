"""Reading the provider's list: replies, opt-outs, messages nobody here knows, floods and interruptions."""

import time
from collections.abc import Iterator
from typing import Any

import pytest

from backend.app.bootstrap import Store, open_store
from backend.app.core_gov.comms.consent import service as consent
from backend.app.core_gov.comms.consent.schemas import OptOutCreate, OptOutQuery
from backend.app.core_gov.comms.delivery import hold
from backend.app.core_gov.comms.inbound import service
from backend.app.core_gov.comms.inbound import store as inbound
from backend.app.core_gov.comms.inbound.schemas import InboundQuery
from backend.app.core_gov.comms.senders.twilio import TwilioClient, TwilioFailed
from backend.app.kit.fields import load
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
from backend.tests.core_gov.comms.senders.twilio_double import ACCOUNT, NUMBER, Twilio, twilio_double, write_senders
from backend.tests.promises import promise


@pytest.fixture
def store(store_settings: Settings, twilio: Twilio) -> Iterator[Store]:
    with open_store(store_settings) as store:
        yield store


def texts(store: Store) -> list[dict[str, Any]]:
    """Return the messages of people, oldest first."""
    page = store.db.snapshot_now(service.list_inbound, InboundQuery(limit=500))
    return [load(each) for each in page.docs[::-1]]


def opted_out(store: Store, address: str = DANA) -> set[str]:
    """Return the channels on which an address has opted out."""
    found = store.db.snapshot_now(consent.list_opt_outs, OptOutQuery(address=address))
    records = [load(each) for each in found.docs]
    return {each["channel"] for each in records if each["ended_at"] is None}


@promise(
    "Consent", "An exact stop word opts out of texts and calls at once; what may mean one blocks until a person looks."
)
@promise("Consent", "A start word undoes what a keyword did, and never what a person or a list says.")
def test_words_of_people_take_effect(store: Store, twilio: Twilio) -> None:
    for number, text in enumerate(("Stop.", "please stop texting me", "I can stop by tomorrow", "ARRÊT")):
        twilio.receive(f"+1416555010{number}", text)
    read_lists(store)
    covered = [opted_out(store, f"+1416555010{number}") for number in range(4)]
    assert covered == [{"sms", "call"}, {"sms", "call"}, set(), {"sms", "call"}]
    assert [each["meaning"] for each in texts(store)].count("similar") == 1
    store.db.write_now(CTX, consent.create_opt_out, OptOutCreate(address="+14165550103"))
    for number in (0, 3):
        twilio.receive(f"+1416555010{number}", "START", at=time.time() + 1)
    read_lists(store)
    assert [opted_out(store, f"+1416555010{number}") for number in (0, 3)] == [set(), {"sms", "call"}]


@promise("Consent", "An opt-out that is stored before a message leaves stops it, and everything after it.")
def test_stop_that_is_read_first_stops_what_waits(store: Store, twilio: Twilio) -> None:
    has_written(store)
    first = send_text(store)
    dispatch(store)
    second = send_text(store)
    twilio.receive(DANA, "STOP")
    read_lists(store)
    dispatch(store)
    assert (delivery_of(store, first).state, delivery_of(store, second).state) == ("accepted", "blocked")
    assert "opt_out" in (delivery_of(store, second).reason or "")
    assert len(twilio.accepted) == 1
    answer = texts(store)[-1]
    assert (answer["delivery_id"], answer["sender"]) == (delivery_of(store, first).id, "main-line")


@promise("Messages", "Nothing of the provider's list is skipped or stored twice, however many messages share a second.")
@pytest.mark.parametrize("stops", [0, 3])
def test_flood_in_one_second_is_read_to_its_end(
    store: Store, twilio: Twilio, monkeypatch: pytest.MonkeyPatch, stops: int
) -> None:
    twilio.page = 7
    moment = time.time() - 3_600
    for number in range(60):
        twilio.receive(f"+1416555{number:04}", f"text {number}", at=moment)
    page = TwilioClient.page
    left = iter([None] * stops)

    def stopping(self: TwilioClient, url: str | None, since: str) -> Any:
        if stops and url is not None and next(left, "end") == "end":
            raise TwilioFailed("the connection is lost")
        return page(self, url, since)

    with monkeypatch.context() as broken:
        broken.setattr(TwilioClient, "page", stopping)
        read_lists(store)
    reading = store.db.snapshot_now(inbound.reading, ACCOUNT)
    assert (reading.finished_at is None, len(texts(store)) < 60) == (bool(stops), bool(stops))
    read_lists(store)
    read_lists(store)
    assert sorted(each["body"] for each in texts(store)) == sorted(f"text {number}" for number in range(60))
    assert store.db.snapshot_now(inbound.reading, ACCOUNT).finished_at is not None


def test_reading_begins_again_if_its_link_is_too_old(store: Store, twilio: Twilio) -> None:
    twilio.page = 7
    for number in range(20):
        twilio.receive(f"+1416555{number:04}", f"text {number}")
    twilio.stale_links = True
    read_lists(store)
    assert len(texts(store)) == 7
    twilio.stale_links = False
    read_lists(store)
    assert sorted(each["body"] for each in texts(store)) == sorted(f"text {number}" for number in range(20))
    assert store.db.snapshot_now(inbound.reading, ACCOUNT).finished_at is not None


@promise("Messages", "Messages that left the account, and that no delivery here explains, hold all sending.")
def test_unknown_messages_that_left_hold_all_sending(store: Store, twilio: Twilio) -> None:
    twilio.answer(
        "POST", f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json", b"To=%2B14165550999&From=%2B14165550100&Body=old"
    )
    read_lists(store)
    assert store.db.snapshot_now(hold.held) is None, "what was sent before the first reading is no news"
    twilio.answer(
        "POST", f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json", b"To=%2B14165550999&From=%2B14165550100&Body=new"
    )
    read_lists(store)
    held = store.db.snapshot_now(hold.held)
    assert held is not None
    assert "not sent from here" in held.reason
    has_written(store)
    draft_id = send_text(store)
    dispatch(store)
    assert (delivery_of(store, draft_id).state, len(twilio.requests)) == ("waiting", 2)


def test_statuses_of_the_list_reach_their_deliveries(store: Store, twilio: Twilio) -> None:
    has_written(store)
    draft_id = send_text(store)
    dispatch(store)
    (message,) = twilio.accepted
    message.status, message.error_code = "undelivered", 30005
    read_lists(store)
    delivery = delivery_of(store, draft_id)
    assert (delivery.state, delivery.error_code, delivery.poll_at) == ("undelivered", "30005", None)


def test_other_senders_of_a_shared_account_hold_nothing(store_settings: Settings) -> None:
    with twilio_double() as twilio:
        write_senders(store_settings.data_dir, twilio.url, shared=True)
        with open_store(store_settings) as store:
            read_lists(store)
            form = f"To=%2B14165550999&From={NUMBER.replace('+', '%2B')}&Body=x".encode()
            twilio.answer("POST", f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json", form)
            read_lists(store)
            assert store.db.snapshot_now(hold.held) is None
