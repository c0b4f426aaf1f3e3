"""Opt-outs at any moment before an attempt is committed: they always stop the message."""

import threading
from collections.abc import Callable
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from backend.app.bootstrap import Store, open_store
from backend.app.core_gov.comms import service as comms
from backend.app.core_gov.comms.consent import service as consent
from backend.app.core_gov.comms.consent.schemas import OptOutSource
from backend.app.core_gov.comms.consent.store import lock_address
from backend.app.core_gov.comms.delivery import attempts, service
from backend.app.core_gov.comms.delivery import store as deliveries
from backend.app.core_gov.comms.delivery.attempts import Claim, SendAttempt
from backend.app.core_gov.comms.delivery.schemas import DeliveryCreate
from backend.app.core_gov.comms.gate.rules import shipped_rules
from backend.app.core_gov.comms.schemas import DraftCreate
from backend.app.core_gov.comms.senders.senders_file import find_sender
from backend.app.kit.db import Tx
from backend.app.kit.errors import Conflict
from backend.app.settings import Settings
from backend.tests.core_gov.comms.delivery.texts import CTX, delivery_of, has_written, send_text
from backend.tests.core_gov.comms.senders.twilio_double import write_senders
from backend.tests.harness import SOON_S, Postgres
from backend.tests.promises import promise

STEPS = ("create", "check", "send", "claim", "begin")
_numbers = count()


class OneText:
    """A text of its own recipient, which goes on one step at a time, as far as it may."""

    def __init__(self, store: Store) -> None:
        self._db, self._sender = store.db, find_sender(store.settings, "main-line")
        self.to = f"+1416555{next(_numbers):04}"
        self.draft_id = ""
        self.claims: list[Claim] = []
        self.attempt: SendAttempt | None = None
        has_written(store, self.to)

    def take(self, step: str) -> None:
        request, pack = DeliveryCreate(sender="main-line", purpose="reply"), shipped_rules()
        if step == "create":
            payload = DraftCreate(to=self.to, body="The roof is done.", status="ready")
            self.draft_id = self._db.write_now(CTX, comms.create_draft, payload).fields["id"]
        elif step == "check":
            service.check_now(self._db, self.draft_id, request, self._sender, pack)
        elif step == "send":
            with suppress(Conflict):
                self._db.write_now(CTX, service.send_draft, self.draft_id, request, self._sender, pack, 0.0)
        elif step == "claim":
            self.claims = self._db.write_now(CTX, attempts.claim_due, self._sender, "rq_1", 10)
        for claim in self.claims if step == "begin" else ():
            self.attempt = self._db.write_now(CTX, attempts.begin, claim, self._sender, pack)


@promise("Messages", "An opt-out that is stored before the attempt to send is committed always stops the message.")
@hypothesis_settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, len(STEPS)), st.sampled_from(["keyword", "suspected", "person", "import"]))
def test_opt_out_after_any_step_stops_the_message(store: Store, done: int, source: OptOutSource) -> None:
    """One that comes after the attempt can follow that message, and stops all others."""
    if not (store.settings.data_dir / "senders.toml").exists():
        write_senders(store.settings.data_dir, "http://127.0.0.1:9")
    text = OneText(store)
    for step in STEPS[:done]:
        text.take(step)
    store.db.write_now(CTX, consent.opt_out, text.to, "sms", source)
    for step in STEPS[done:]:
        text.take(step)
    assert (text.attempt is not None) == (done == len(STEPS))
    delivery = store.db.snapshot_now(deliveries.newest_of_draft, text.draft_id)
    if done <= STEPS.index("send"):
        assert delivery is None
    else:
        assert delivery is not None
        assert delivery.state == ("sending" if text.attempt else "blocked")
    text.claims = []
    for step in STEPS:
        text.take(step)
    assert not text.claims


@promise("Messages", "An opt-out that is stored before the attempt to send is committed always stops the message.")
@pytest.mark.parametrize("first", ["opt-out", "attempt"])
def test_opt_out_and_attempt_at_the_same_time(
    postgres: Postgres, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, first: str
) -> None:
    """Whichever locks the address first is committed first; the other one waits, and then sees it."""
    has_lock, other_asks = threading.Event(), threading.Event()
    lock = lock_address
    units = {"opt-out": consent, "attempt": attempts}

    def lock_first(tx: Tx, address: str) -> None:
        lock(tx, address)
        has_lock.set()
        assert other_asks.wait(SOON_S)

    def lock_second(tx: Tx, address: str) -> None:
        other_asks.set()
        lock(tx, address)

    with postgres.lend() as url:
        settings = Settings(data_dir=tmp_path / "data", database_url=url)
        write_senders(settings.data_dir, "http://127.0.0.1:9")
        with open_store(settings) as store, open_store(settings) as other:
            text = OneText(store)
            for step in STEPS[:-1]:
                text.take(step)
            work: dict[str, Callable[[], Any]] = {
                "opt-out": lambda: other.db.write_now(CTX, consent.opt_out, text.to, "sms", "keyword"),
                "attempt": lambda: text.take("begin"),
            }
            second = next(name for name in work if name != first)
            monkeypatch.setattr(units[first], "lock_address", lock_first)
            monkeypatch.setattr(units[second], "lock_address", lock_second)
            threads = [threading.Thread(target=work[first]), threading.Thread(target=work[second])]
            threads[0].start()
            assert has_lock.wait(SOON_S)
            threads[1].start()
            for thread in threads:
                thread.join()
            state = delivery_of(store, text.draft_id).state
            assert state == ("blocked" if first == "opt-out" else "sending")
            monkeypatch.undo()
            with pytest.raises(Conflict, match="opted out"):
                send_text(store, text.to)
