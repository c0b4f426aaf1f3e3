"""Processes that hold a lease in the store, and leases of processes that have ended."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from socket import gethostname

from backend.app.doctor.findings import Finding, Remedy, note, ok
from backend.app.kit.db import Tx
from backend.app.kit.file_lock import is_alive
from backend.app.kit.jobs import leases

_HOLDER = re.compile(re.escape(leases.PROCESS) + r"(.+):(\d+):[^:]*")


def check(tx: Tx) -> Iterator[Finding]:
    left = stale(tx)
    names = {lease.name for lease in left}
    running = [_described(lease) for lease in leases.present(tx) if lease.name not in names]
    if running:
        yield ok("processes", f"running: {', '.join(running)}")
    if left:
        ended = sorted({_described(lease) for lease in left})
        count = "1 lease belongs" if len(left) == 1 else f"{len(left)} leases belong"
        sentence = f"{count} to processes that have ended ({', '.join(ended)})"
        yield note(
            "processes",
            sentence,
            "leases expire by themselves",
            Remedy("leases", "removes the leases of ended processes"),
        )


def stale(tx: Tx) -> list[leases.Lease]:
    """Return leases whose process on this machine has ended, or that expired more than a day ago."""
    old = datetime.fromisoformat(leases.now(tx)) - timedelta(seconds=leases.RETENTION_S)
    return [lease for lease in leases.every(tx) if _has_ended(lease) or _until(lease) < old]


def _until(lease: leases.Lease) -> datetime:
    """Return when the lease expires. A lease with an unreadable time counts as long expired."""
    try:
        return datetime.fromisoformat(lease.until).astimezone(UTC)
    except ValueError:
        return datetime.min.replace(tzinfo=UTC)


def _has_ended(lease: leases.Lease) -> bool:
    match = _HOLDER.fullmatch(lease.holder)
    return match is not None and match[1] == gethostname() and not is_alive(int(match[2]))


def _described(lease: leases.Lease) -> str:
    match = _HOLDER.fullmatch(lease.holder)
    return f"process {match[2]} on {match[1]}" if match else lease.holder
