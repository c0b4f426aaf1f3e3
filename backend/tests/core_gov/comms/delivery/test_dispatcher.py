"""The dispatcher with several senders: shares of the threads, daily caps, and messages whose draft is damaged."""

import threading
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from sqlalchemy import text

from backend.app.bootstrap import open_store
from backend.app.core_gov.comms.delivery import store as deliveries
from backend.app.jobs import dispatcher, provider_reader
from backend.app.kit.db import Query
from backend.app.settings import Settings
from backend.tests.core_gov.comms.delivery.texts import CTX, delivery_of, dispatch, has_written, send_text
from backend.tests.core_gov.comms.senders.twilio_double import twilio_double, write_senders
from backend.tests.harness import SOON_S
from backend.tests.promises import promise


@promise("Messages", "A provider that does not answer does not hold up the messages of other senders.")
def test_slow_sender_does_not_hold_up_the_others(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "data")
    others_are_done = threading.Event()
    with ExitStack() as opened:
        slow, quick = (opened.enter_context(twilio_double()) for _ in range(2))
        write_senders(settings.data_dir, slow.url)
        write_senders(settings.data_dir, quick.url, "quick", account="AC" + "f" * 32)
        quick.account = "AC" + "f" * 32

        def wait(number: int) -> None:
            others_are_done.wait(SOON_S)

        def count(number: int) -> None:
            if number == 20:
                others_are_done.set()

        slow.before, quick.before = wait, count
        store = opened.enter_context(open_store(settings))
        has_written(store)
        for _ in range(20):
            send_text(store)
        drafts = [send_text(store, sender="quick") for _ in range(20)]
        dispatch(store)
        assert others_are_done.is_set()
        assert {delivery_of(store, each).state for each in drafts} == {"accepted"}
        assert (len(slow.accepted), len(quick.accepted)) == (20, 20)


@promise("Messages", "A sender sends no more than its daily cap; the rest waits for the next day.")
def test_daily_cap_is_kept(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "data")
    with twilio_double() as twilio:
        write_senders(settings.data_dir, twilio.url, daily_cap=3)
        with open_store(settings) as store:
            has_written(store)
            drafts = [send_text(store) for _ in range(5)]
            dispatch(store)
            found = [delivery_of(store, each) for each in drafts]
            assert sorted(each.state for each in found) == ["accepted"] * 3 + ["waiting"] * 2
            waiting = [each for each in found if each.state == "waiting"]
            assert all("daily cap of main-line, 3, is reached" in (each.reason or "") for each in waiting)
            assert len(twilio.accepted) == 3


@promise("Messages", "A mistake in senders.toml or in the company's rules is logged once, and nothing is sent by them.")
def test_mistakes_in_the_files_are_logged_once(tmp_path: Path, logged: Callable[[], list[dict[str, Any]]]) -> None:
    settings = Settings(data_dir=tmp_path / "data")
    with twilio_double() as twilio:
        write_senders(settings.data_dir, twilio.url)
        write_senders(settings.data_dir, twilio.url, "wrong", account="AC1")
        with open_store(settings) as store:
            has_written(store)
            draft_id = send_text(store)
            (settings.data_dir / "sending_rules.toml").write_text('[US]\nsunday = "00:00-24:00"\n')
            reading, sending = provider_reader(store), dispatcher(store)
            for _ in range(2):
                reading.round()
                sending.round()
            reading.close()
            sending.close()
            assert (delivery_of(store, draft_id).state, twilio.requests) == ("waiting", [])
    said = [(each["event"], each.get("reason", "")) for each in logged() if each["level"] == "error"]
    assert [event for event, _ in said] == ["sender not usable", "rules not usable; nothing is sent"]
    assert "wrong.account must be AC" in said[0][1]
    assert "permits more than" in said[1][1]


def test_acceptance_is_stored_although_the_draft_is_damaged(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "data")
    with twilio_double() as twilio:
        write_senders(settings.data_dir, twilio.url)
        with open_store(settings) as store:
            has_written(store)
            draft_id = send_text(store)
            damage = Query(
                text('UPDATE drafts SET doc = replace(doc, \'"channel":"sms"\', \'"channel":7\') WHERE id = :id')
            )
            store.db.write_now(CTX, lambda tx: tx.run(damage, id=draft_id))
            dispatch(store)
            delivery = store.db.snapshot_now(deliveries.newest_of_draft, draft_id)
            assert delivery is not None
            assert (delivery.state, len(twilio.accepted)) == ("accepted", 1)
