"""Leases of one process: taken, renewed by a dedicated thread, and released at the end.

A process announces its presence with a lease in its own name. When it dies, it stops renewing, so its leases expire and
others can take over.
"""

import json
import os
import secrets
import socket
import threading
import time
from typing import Any

import structlog

from backend.app.kit.db import Ctx, Database, Tx
from backend.app.kit.errors import AppError
from backend.app.kit.jobs import leases
from backend.app.kit.jobs.leases import LeaseLost

log = structlog.get_logger("leases")

RENEWALS = 3
"""Renewals per lease duration."""


class HeldLease:
    """A lease taken by this process. Whether it is still valid is known without a query.

    For its holder it expires before it does for others: the time counts from before the statement was sent, on two
    clocks, because one of them stops while a machine sleeps.
    """

    def __init__(self, name: str, holder: str) -> None:
        self.name, self.holder = name, holder
        self._until = (0.0, 0.0)

    def lasts(self, began: tuple[float, float], seconds: float) -> None:
        self._until = (began[0] + seconds, began[1] + seconds)

    def lose(self) -> None:
        self._until = (0.0, 0.0)

    @property
    def lost(self) -> bool:
        return any(moment >= until for moment, until in zip(_clocks(), self._until, strict=True))

    def check(self) -> None:
        """Raise LeaseLost if it may have expired. For work outside the database, between two steps."""
        if self.lost:
            raise LeaseLost(self.name)

    def confirm(self, tx: Tx) -> None:
        """Fail the unit of work unless the lease holds until its end. For writes that need the lease."""
        leases.confirm(tx, self.name, self.holder)


class LeaseHolder:
    """Holder of the leases of this process. `kind` is its type, `seconds` the lease duration without renewal."""

    def __init__(self, db: Database, ctx: Ctx, *, kind: str, version: str, seconds: float) -> None:
        host, pid = socket.gethostname(), os.getpid()
        self.name = f"{leases.PROCESS}{host}:{pid}:{secrets.token_hex(4)}"
        self.seconds = seconds
        self._about = json.dumps({"kind": kind, "host": host, "pid": pid, "version": version})
        self._db, self._ctx = db, ctx
        self._presence = HeldLease(self.name, self.name)
        self._held: dict[str, HeldLease] = {}
        self._turn = threading.Lock()
        self._failing = False
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="valhalla-leases", daemon=True)

    def start(self) -> None:
        """Announce this process and start the renewals."""
        self._take(self._presence)
        self._thread.start()

    def take(self, name: str) -> HeldLease | None:
        """Take a lease, kept until it is released; return None if another process has it."""
        held = HeldLease(name, self.name)
        if not self._take(held):
            return None
        with self._turn:
            self._held[name] = held
        return held

    def release(self, held: HeldLease) -> None:
        """Release the lease. If that fails now, it expires by itself."""
        with self._turn:
            self._held.pop(held.name, None)
        held.lose()
        self._release([held.name])

    def close(self) -> None:
        """Release all leases. Call this after all work is done."""
        self._stop.set()
        self._thread.join()
        self._release([*self._held, self.name])

    def _take(self, held: HeldLease) -> bool:
        began = _clocks()
        found = self._db.write_now(self._ctx, leases.take, held.name, self.name, self._about, self.seconds)
        if found is None:
            return False
        held.lasts(began, self.seconds)
        return True

    def _release(self, names: list[str]) -> None:
        try:
            self._db.write_now(self._ctx, _release_all, names, self.name)
        except AppError as error:
            log.warning("leases not released; they run out by themselves", names=names, error=error.detail)

    # The thread

    def _run(self) -> None:
        while not self._stop.wait(self.seconds / RENEWALS):
            try:
                self._renew()
            except Exception as error:  # noqa: BLE001 - the thread continues after any failure, and logs it
                self._log_failure(error)
            else:
                self._failing = False

    def _renew(self) -> None:
        with self._turn:
            kept = list(self._held.values())
        began = _clocks()
        renewed = self._db.write_now(
            self._ctx, _renew_all, [self.name, *(held.name for held in kept)], self.name, self.seconds
        )
        for held in [self._presence, *kept]:
            if held.name in renewed:
                held.lasts(began, self.seconds)
            else:
                self._expired(held)

    def _expired(self, held: HeldLease) -> None:
        """Give up an expired lease instead of retaking it: another process may have worked under it meanwhile."""
        with self._turn:
            if held is not self._presence and self._held.pop(held.name, None) is None:
                return  # just released
        held.lose()
        log.warning("lease lost: it was not renewed in time", name=held.name)
        if held is self._presence:
            self._take(held)

    def _log_failure(self, error: Exception) -> None:
        if not self._failing:
            reason = error.detail if isinstance(error, AppError) else repr(error)
            log.warning("leases not renewed; trying again", holder=self.name, error=reason)
        self._failing = True


def _renew_all(tx: Tx, names: list[str], holder: str, seconds: float) -> set[str]:
    return {name for name in names if leases.renew(tx, name, holder, seconds)}


def _release_all(tx: Tx, names: list[str], holder: str) -> None:
    for name in names:
        leases.release(tx, name, holder)


def _clocks() -> tuple[float, float]:
    return time.monotonic(), time.time()


def about(lease: leases.Lease) -> dict[str, Any]:
    """Return the description that a process gave: its kind, host, pid and version."""
    found: dict[str, Any] = json.loads(lease.about)
    return found
