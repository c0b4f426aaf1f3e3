"""Dispatcher: a thread that finds due deliveries, and threads that send one message at a time.

Every process that runs jobs has one. They share the work by claims in the database.
"""

import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import structlog

from backend.app.core_gov.comms.delivery import attempts, hold, store
from backend.app.core_gov.comms.delivery.attempts import Claim, SendAttempt
from backend.app.core_gov.comms.gate.rules import RulePack
from backend.app.core_gov.comms.gate.rules_file import rules_in_force
from backend.app.core_gov.comms.senders.outcomes import RequestOutcome
from backend.app.core_gov.comms.senders.senders_file import Sender, usable_senders
from backend.app.core_gov.comms.senders.twilio import TwilioClient
from backend.app.kit import clock
from backend.app.kit.db import Ctx, Database, Tx
from backend.app.kit.errors import AppError, BadInput
from backend.app.kit.ids import new_request_id
from backend.app.kit.jobs.polling import PollingThread
from backend.app.settings import Settings

log = structlog.get_logger("dispatcher")

POLL_S = 0.5
"""Seconds between two looks for due deliveries."""

RETRY_S = 0.5
"""Seconds between two tries to store an outcome. It is tried until its commit is known."""

STOPPING_S = 20.0
"""Seconds for which a process that stops tries to store an outcome."""

SENDER_THREADS = 16
"""Messages of one sender that are under way at once, so that a slow provider does not hold up other senders."""

MAX_THREADS = 128
"""Messages of all senders that are under way at once."""

GATHER_S = 0.01
"""Seconds after a message is done before the next are claimed: several are claimed in one unit then."""

AT_ONCE = 100
"""Deliveries that are swept in one round."""


class Dispatcher:
    """Dispatcher of the deliveries of a store."""

    def __init__(self, db: Database, ctx: Ctx, settings: Settings) -> None:
        self._db, self._ctx, self._settings = db, ctx, settings
        self._lock = threading.Lock()
        self._busy: Counter[str] = Counter()
        self._idle = threading.Event()
        self._more = False
        self._rules_fault: str | None = None
        self._threads = ThreadPoolExecutor(MAX_THREADS, "valhalla-sender")
        self._local = threading.local()
        self._clients: list[TwilioClient] = []
        self._thread = PollingThread("valhalla-dispatcher", self.round, self._pause_s, "messages wait for the database")

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Claim nothing more. May be called from a signal handler."""
        self._thread.stop()

    def close(self) -> None:
        """Finish the messages that are being sent."""
        self._thread.stop()
        self._thread.wait()
        self._threads.shutdown(wait=True)
        for client in self._clients:
            client.close()

    def run_once(self) -> None:
        """Send what is due now, and wait until it is sent."""
        while self.round() or self._busy:
            if self._busy:
                self._idle.wait(POLL_S)
            self._idle.clear()

    def round(self) -> int:
        """Begin to send the messages that are due, for half a second at most. Returns how many were claimed."""
        self._more = False
        self._sweep()
        return self._send_due()

    def _pause_s(self) -> float:
        return 0.0 if self._more else POLL_S

    def _sweep(self) -> None:
        now = clock.now()
        for delivery_id in self._db.snapshot_now(store.lapsed, now, AT_ONCE):
            self._db.write_now(self._ctx, attempts.take_over, delivery_id)
        for delivery_id in self._db.snapshot_now(store.past, now, AT_ONCE):
            self._db.write_now(self._ctx, attempts.expire, delivery_id)

    def _send_due(self) -> int:
        if not self._db.snapshot_now(_may_send, clock.now()):
            return 0
        senders, _ = usable_senders(self._settings)  # the reader logs what is wrong with the others
        try:
            pack = rules_in_force(self._settings)
        except BadInput as error:
            self._report_rules(error.detail)
            return 0
        self._report_rules(None)
        ours = [sender for sender in senders.values() if sender.table.kind == "twilio"]
        count, ends = 0, time.monotonic() + POLL_S
        while ours and not self._thread.stopping.is_set():
            self._idle.clear()
            claimed = [self._claim(sender, pack) for sender in ours]
            count += sum(each or 0 for each in claimed)
            ours = [sender for sender, number in zip(ours, claimed, strict=True) if number != 0]
            self._more = bool(ours)
            if not ours or time.monotonic() > ends:
                break
            self._idle.wait(POLL_S)
            self._thread.stopping.wait(GATHER_S)
        return count

    def _report_rules(self, fault: str | None) -> None:
        """Log that the company's rules cannot be used, when that changes."""
        if fault is not None and fault != self._rules_fault:
            log.error("rules not usable; nothing is sent", reason=fault)
        self._rules_fault = fault

    def _claim(self, sender: Sender, pack: RulePack) -> int | None:
        """Claim as many messages of a sender as threads are free, and send them.

        Returns how many: 0 if no more are due, None if no thread is free.
        """
        with self._lock:
            free = min(SENDER_THREADS - self._busy[sender.name], MAX_THREADS - self._busy.total())
        if free <= 0:
            return None
        claims = self._db.write_now(self._ctx, attempts.claim_due, sender, new_request_id(), free)
        for claim in claims:
            self._submit(sender, claim, pack)
        return len(claims)

    def _submit(self, sender: Sender, claim: Claim, pack: RulePack) -> None:
        with self._lock:
            self._busy[sender.name] += 1
        self._threads.submit(self._deliver, sender, claim, pack).add_done_callback(lambda _: self._done(sender.name))

    def _done(self, name: str) -> None:
        with self._lock:
            self._busy[name] -= 1
            self._busy += Counter()  # without those at zero
        self._idle.set()

    # One message, in a thread of its own

    def _deliver(self, sender: Sender, claim: Claim, pack: RulePack) -> None:
        try:
            self._attempt(sender, claim, pack)
        except AppError as error:  # its claim expires, and then it is tried again or uncertain
            log.error("message not sent", delivery=claim.delivery.id, sender=sender.name, reason=error.detail)
        except Exception as error:
            log.error("message not sent", delivery=claim.delivery.id, sender=sender.name, exc_info=error)

    def _attempt(self, sender: Sender, claim: Claim, pack: RulePack) -> None:
        if not self._is_time(claim.slot):
            self._db.write_now(self._ctx, attempts.give_back, claim, None)
            return
        try:
            client = self._client(sender)
        except BadInput as error:
            self._db.write_now(self._ctx, attempts.give_back, claim, error.detail)
            return
        attempt = self._db.write_now(self._ctx, attempts.begin, claim, sender, pack)
        if attempt is not None:
            outcome = client.send(attempt.to, attempt.body, attempt.validity_s, _last_check())
            self._record(attempt, outcome, sender.name)

    def _is_time(self, slot: str) -> bool:
        """Wait for the slot. Returns False if the process stops before."""
        seconds = clock.seconds_between(clock.now(), slot)
        return not self._thread.stopping.wait(seconds) if seconds > 0 else True

    def _record(self, attempt: SendAttempt, outcome: RequestOutcome, sender: str) -> None:
        """Store the outcome, and try until its commit is known: nobody else knows what the provider answered.

        A process that stops gives up after a while; the delivery is uncertain then.
        """
        left = STOPPING_S / RETRY_S
        while left > 0:
            try:
                stored = self._db.write_now(self._ctx, attempts.record, attempt, outcome, sender)
            except AppError as error:
                log.error("outcome not stored; trying again", delivery=attempt.delivery_id, reason=error.detail)
                time.sleep(RETRY_S)
                left -= self._thread.stopping.is_set()
            else:
                log.info("message", delivery=stored.id, state=stored.state, provider_id=stored.provider_id)
                return
        log.error("outcome lost", delivery=attempt.delivery_id, outcome=repr(outcome))

    def _client(self, sender: Sender) -> TwilioClient:
        """Return the connection of this thread to a sender. Raises BadInput if its secret cannot be read."""
        found: dict[str, TwilioClient] = self._local.__dict__.setdefault("clients", {})
        client = found.get(sender.name)
        if client is None or client.sender != sender:
            client = found[sender.name] = TwilioClient(sender)
            self._clients.append(client)
        return client


def _may_send(tx: Tx, now: str) -> bool:
    """Return whether messages are due, and sending is neither held nor stopped."""
    return store.has_due(tx, now) and hold.why_not(tx) is None


def _last_check() -> Callable[[], bool]:
    """Return the check before the first byte: not too late after the commit, by the clock or by the time running."""
    wall, running = time.time(), time.monotonic()

    def may_leave() -> bool:
        since = max(time.time() - wall, time.monotonic() - running)
        return 0 <= since <= attempts.LAST_CHECK_S and time.time() >= wall

    return may_leave
