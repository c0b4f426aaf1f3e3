"""Reader: a thread that reads from providers what became of messages, and what people answer."""

import time
from collections.abc import Callable

import structlog

from backend.app.core_gov.comms.delivery import polling
from backend.app.core_gov.comms.delivery import store as deliveries
from backend.app.core_gov.comms.inbound.reading import accounts_of, read_account
from backend.app.core_gov.comms.senders.senders_file import Sender, usable_senders
from backend.app.core_gov.comms.senders.twilio import TwilioClient
from backend.app.kit import clock
from backend.app.kit.db import Ctx, Database
from backend.app.kit.errors import AppError
from backend.app.kit.jobs.polling import PollingThread
from backend.app.settings import Settings

log = structlog.get_logger("inbound")

POLL_S = 1.0
"""Seconds between two looks for statuses that are due."""

LIST_S = 60.0
"""Seconds between two readings of the list of an account."""

AT_ONCE = 100


class Reader:
    """Reader of the accounts of all senders."""

    def __init__(self, db: Database, ctx: Ctx, settings: Settings) -> None:
        self._db, self._ctx, self._settings = db, ctx, settings
        self._clients: dict[str, TwilioClient] = {}
        self._list_at: dict[str, float] = {}
        self._faults: list[str] = []
        self._thread = PollingThread(
            "valhalla-reader", self.round, lambda: POLL_S, "messages of providers wait for the database"
        )

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Stop after the current page. May be called from a signal handler."""
        self._thread.stop()

    def close(self) -> None:
        self._thread.stop()
        self._thread.wait()
        for client in self._clients.values():
            client.close()

    def round(self) -> None:
        """Read the lists and the statuses that are due."""
        senders, faults = usable_senders(self._settings)
        self._report(faults)
        if not senders:
            return
        for account in accounts_of(list(senders.values())):
            if time.monotonic() >= self._list_at.get(account.name, 0.0):
                self._try(account.name, lambda account=account: self.read_list(account.senders))  # type: ignore[misc]
                self._list_at[account.name] = time.monotonic() + LIST_S
        for delivery_id in self._db.snapshot_now(deliveries.to_poll, clock.now(), AT_ONCE):
            if self._thread.stopping.is_set():
                return
            self._try(delivery_id, lambda each=delivery_id: self._read_status(each, senders))  # type: ignore[misc]

    def _report(self, faults: list[str]) -> None:
        """Log which senders cannot be used, when that changes."""
        for fault in faults if faults != self._faults else ():
            log.error("sender not usable", reason=fault)
        self._faults = faults

    def _read_status(self, delivery_id: str, senders: dict[str, Sender]) -> None:
        polling.read_status(self._db, self._ctx, delivery_id, senders, self._client)

    def read_list(self, senders: tuple[Sender, ...]) -> bool:
        """Read the list of the account of these senders to its end. Raises TwilioFailed, or BadInput for a secret."""
        (account,) = accounts_of(senders)
        client = self._client(senders[0])
        return read_account(self._db, self._ctx, account, client, self._thread.stopping.is_set)

    def _try(self, what: str, act: Callable[[], object]) -> None:
        try:
            act()
        except AppError as error:
            log.warning("provider not read", what=what, reason=error.detail)

    def _client(self, sender: Sender) -> TwilioClient:
        client = self._clients.get(sender.name)
        if client is None or client.sender != sender:
            client = self._clients[sender.name] = TwilioClient(sender)
        return client
