"""The dispatcher with several senders: shares of the threads, daily caps, and messages whose draft is damaged."""

import threading
from contextlib import ExitStack
from pathlib import Path

from sqlalchemy import text

from backend.app.bootstrap import open_store
from backend.app.core_gov.comms.delivery import store as deliveries
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
