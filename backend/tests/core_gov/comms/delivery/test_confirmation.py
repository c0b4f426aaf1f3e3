"""Confirmation of an opt-out by the sender's own text."""

import time
from collections.abc import Iterator

import pytest

from backend.app.bootstrap import Store, open_store
from backend.app.core_gov.comms import service as comms
from backend.app.core_gov.comms.delivery import service
from backend.app.core_gov.comms.delivery.schemas import DeliveryQuery
from backend.app.core_gov.comms.schemas import DraftQuery, SendLogQuery
from backend.app.kit.fields import load
from backend.app.settings import Settings
from backend.tests.core_gov.comms.delivery.texts import (
    DANA,
    delivery_of,
    dispatch,
    has_written,
    read_lists,
    send_text,
)
from backend.tests.core_gov.comms.senders.twilio_double import Twilio, twilio_double, write_senders
from backend.tests.promises import promise

TEXT = "Maple Homes Inc.: you will get no more texts from us."


@pytest.fixture
def twilio() -> Iterator[Twilio]:
    with twilio_double() as twilio:
        yield twilio


@pytest.fixture
def store(store_settings: Settings, twilio: Twilio) -> Iterator[Store]:
    write_senders(store_settings.data_dir, twilio.url, opt_out_confirmation=TEXT)
    with open_store(store_settings) as store:
        yield store


def confirmations(store: Store) -> list[str]:
    """Return the states of all confirmations, newest first."""
    page = store.db.snapshot_now(service.list_deliveries, DeliveryQuery())
    return [each["state"] for each in map(load, page.docs) if each["purpose"] == "opt_out_confirmation"]


@promise("Consent", "An opt-out is confirmed once, within five minutes, if the sender has a text for it.")
def test_opt_out_is_confirmed_once(store: Store, twilio: Twilio) -> None:
    """The opt-out stops everything else, and the send log has the confirmation."""
    has_written(store)
    other = send_text(store)
    for number in range(2):
        twilio.receive(DANA, "STOP", at=time.time() - 10 + number)
        read_lists(store)
    dispatch(store)
    assert [each.body for each in twilio.accepted] == [TEXT]
    assert (confirmations(store), delivery_of(store, other).state) == (["accepted"], "blocked")
    page = store.db.snapshot_now(comms.list_sendlog, SendLogQuery(to=DANA))
    assert [load(each)["body"] for each in page.docs] == [TEXT]


def test_opt_out_after_a_start_word_is_confirmed_again(store: Store, twilio: Twilio) -> None:
    for number, word in enumerate(("STOP", "START", "STOP")):
        twilio.receive(DANA, word, at=time.time() - 10 + number)
        read_lists(store)
    dispatch(store)
    assert confirmations(store) == ["accepted", "accepted"]


@promise("Consent", "An opt-out is confirmed once, within five minutes, if the sender has a text for it.")
def test_old_opt_out_is_not_confirmed(store: Store, twilio: Twilio) -> None:
    twilio.receive(DANA, "STOP", at=time.time() - 301)
    read_lists(store)
    assert confirmations(store) == []


def test_confirmation_lapses_with_its_time(store: Store, twilio: Twilio) -> None:
    """With less than a minute left, the provider could not be told when to drop it."""
    twilio.receive(DANA, "STOP", at=time.time() - 250)
    read_lists(store)
    dispatch(store)
    assert confirmations(store) in (["blocked"], ["expired"])
    assert twilio.accepted == []


@pytest.mark.parametrize("sender", ["22395", "Maple", "+1416\n5550123", ""])
def test_only_a_phone_number_gets_a_confirmation(store: Store, twilio: Twilio, sender: str) -> None:
    twilio.receive(sender, "STOP")
    read_lists(store)
    assert confirmations(store) == []
    assert store.db.snapshot_now(comms.list_drafts, DraftQuery()).docs == []


def test_without_a_text_nothing_is_confirmed(store: Store, twilio: Twilio) -> None:
    (store.settings.data_dir / "senders.toml").unlink()
    write_senders(store.settings.data_dir, twilio.url)
    twilio.receive(DANA, "STOP")
    read_lists(store)
    assert confirmations(store) == []
