"""Leases: exclusive rights of one process with an expiry time.

A lease is a row with a name, a holder and an expiry time. The holder renews it; another process may take it once it has
expired. All processes that share a store must agree on the time. On PostgreSQL it is the server's. On SQLite they share
a machine and its clock.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Column, Table, Text, text

from backend.app.kit import clock
from backend.app.kit.db.sql import DialectName, Query, metadata
from backend.app.kit.db.tx import Tx

PROCESS = "process:"
"""Prefix of the leases with which processes announce their presence."""

JOB = "job:"
"""Prefix of the leases under which jobs run."""

MAX_S = 600.0
"""Maximum lease duration.

A lease that seems to run longer was taken before the clock was set back, and counts as expired.
"""

RETENTION_S = 86_400.0
"""Seconds that expired leases are kept for inspection."""

leases = Table(
    "leases",
    metadata,
    Column("name", Text, primary_key=True),
    *(Column(name, Text, nullable=False) for name in ("holder", "about", "since", "until")),
)


@dataclass(frozen=True, slots=True)
class Lease:
    """A lease: `about` describes the holder, `since` and `until` are times (ISO 8601, UTC)."""

    name: str
    holder: str
    about: str
    since: str
    until: str


class LeaseLost(Exception):
    """The lease expired before it was renewed. This error stays internal."""

    def __init__(self, name: str) -> None:
        self.detail = f"the lease {name} expired before it was renewed"
        super().__init__(self.detail)


def take(tx: Tx, name: str, holder: str, about: str, seconds: float) -> Lease | None:
    """Take the lease, or renew it for its own holder; return None if another has it.

    `seconds` is the duration from now, at most 600. `since` is kept as long as renewals are in time.
    """
    if not 0 < seconds <= MAX_S:
        raise ValueError(f"a lease lasts at most {MAX_S:.0f} seconds, not {seconds}")
    if tx.count(_take[tx.dialect], name=name, holder=holder, about=about, **_times(tx, seconds)) == 0:
        return None
    return find(tx, name)


def renew(tx: Tx, name: str, holder: str, seconds: float) -> bool:
    """Extend the lease from now. Return False if it has expired or does not exist."""
    return tx.count(_renew[tx.dialect], name=name, holder=holder, **_times(tx, seconds)) == 1


def release(tx: Tx, name: str, holder: str) -> None:
    """Release the lease, if the holder still has it."""
    tx.run(_release, name=name, holder=holder)


def confirm(tx: Tx, name: str, holder: str) -> None:
    """Fail the unit of work unless the holder has the lease, and lock it until the unit ends.

    Raises LeaseLost.
    """
    if tx.one(_confirm[tx.dialect], name=name, holder=holder, **_times(tx)) is None:
        raise LeaseLost(name)


def find(tx: Tx, name: str) -> Lease | None:
    """Return the lease, expired or not; None if there is none."""
    row = tx.one(_find, name=name)
    return Lease(*row) if row else None


def living(tx: Tx, prefix: str = "") -> list[Lease]:
    """Return the leases that have not expired and whose names start with `prefix`, by name."""
    return [Lease(*row) for row in tx.all(_living[tx.dialect], **_times(tx)) if row[0].startswith(prefix)]


def every(tx: Tx) -> list[Lease]:
    """Return all leases by name, including expired ones."""
    return [Lease(*row) for row in tx.all(_every)]


def present(tx: Tx) -> list[Lease]:
    """Return the leases of processes that have the store open."""
    return living(tx, PROCESS)


def forget(tx: Tx) -> int:
    """Delete leases that expired more than a day ago. Return how many."""
    return tx.count(_forget[tx.dialect], **_times(tx))


def now(tx: Tx) -> str:
    """Return the time shared by all processes that use the store."""
    row = tx.one(_now[tx.dialect], **_times(tx))
    assert row is not None
    return str(row[0])


def _times(tx: Tx, seconds: float = 0.0) -> dict[str, Any]:
    """Return the time parameters of a statement. PostgreSQL uses its own clock instead."""
    if tx.dialect == "postgresql":
        return {"seconds": seconds}
    moment = clock.now()
    return {
        "now": moment,
        "end": _later(moment, seconds),
        "horizon": _later(moment, MAX_S),
        "old": _later(moment, -RETENTION_S),
    }


def _later(moment: str, seconds: float) -> str:
    found = datetime.fromisoformat(moment).astimezone(UTC) + timedelta(seconds=seconds)
    return found.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _on_server(seconds: str) -> str:
    """Return SQL for the server's clock as text. Unlike `now()`, it advances while a transaction waits for a lock."""
    then = f"(clock_timestamp() + make_interval(secs => {seconds})) AT TIME ZONE 'UTC'"
    return f"""to_char({then}, 'YYYY-MM-DD"T"HH24\\:MI\\:SS.US"Z"')"""


_WORDS: dict[DialectName, dict[str, str]] = {
    "sqlite": {"NOW": ":now", "END": ":end", "HORIZON": ":horizon", "OLD": ":old", "LOCK": ""},
    "postgresql": {
        "NOW": _on_server("0"),
        "END": _on_server("CAST(:seconds AS double precision)"),
        "HORIZON": _on_server(f"{MAX_S}"),
        "OLD": _on_server(f"-{RETENTION_S}"),
        "LOCK": "FOR UPDATE",
    },
}


def _each(statement: str) -> dict[DialectName, Query]:
    """Return the statement for each database, with its expressions for time and locking."""
    found: dict[DialectName, Query] = {}
    for dialect, words in _WORDS.items():
        written = statement
        for word, meaning in words.items():
            written = written.replace(f"<{word}>", meaning)
        found[dialect] = Query(text(written))
    return found


_take = _each("""
    INSERT INTO leases AS held (name, holder, about, since, until) VALUES (:name, :holder, :about, <NOW>, <END>)
    ON CONFLICT (name) DO UPDATE SET
        holder = excluded.holder, about = excluded.about, until = <END>,
        since = CASE WHEN held.holder = excluded.holder AND held.until >= <NOW> THEN held.since ELSE <NOW> END
    WHERE held.holder = excluded.holder OR held.until NOT BETWEEN <NOW> AND <HORIZON>
""")
_renew = _each(
    "UPDATE leases SET until = <END> WHERE name = :name AND holder = :holder AND until BETWEEN <NOW> AND <HORIZON>"
)
_confirm = _each(
    "SELECT name FROM leases WHERE name = :name AND holder = :holder AND until BETWEEN <NOW> AND <HORIZON> <LOCK>"
)
_living = _each(
    "SELECT name, holder, about, since, until FROM leases WHERE until BETWEEN <NOW> AND <HORIZON> ORDER BY name"
)
_forget = _each("DELETE FROM leases WHERE until < <OLD>")
_now = _each("SELECT <NOW>")
_every = Query(text("SELECT name, holder, about, since, until FROM leases ORDER BY name"))
_find = Query(text("SELECT name, holder, about, since, until FROM leases WHERE name = :name"))
_release = Query(text("DELETE FROM leases WHERE name = :name AND holder = :holder"))
