"""All checks in order. They never change anything."""

from collections.abc import Iterator
from contextlib import ExitStack

from backend.app.bootstrap import is_mirrored
from backend.app.core_gov.audit import chain
from backend.app.core_gov.audit import service as audit
from backend.app.doctor import (
    data_dir,
    database,
    documents,
    file_system,
    files,
    jobs,
    ledger,
    list_keys,
    locks,
    processes,
    sending,
    sign_in,
    text_index,
)
from backend.app.doctor.findings import Finding, bad, note, ok
from backend.app.doctor.schema import schema_check
from backend.app.kit import clock
from backend.app.kit.db import ReadSnapshot, Tx, inspection, losses
from backend.app.kit.db.migrate import HEAD
from backend.app.kit.errors import AppError
from backend.app.kit.file_lock import IN_USE
from backend.app.settings import Settings

LATEST_EVENTS = 10_000
"""Number of latest audit events to verify. `valhalla audit verify` verifies all of them."""


def examine(settings: Settings) -> Iterator[Finding]:
    """Yield all findings as they are made."""
    yield _settings(settings)
    yield from sign_in.check(settings)
    yield from sending.check(settings)
    yield from data_dir.check(settings)
    yield from file_system.check(settings)
    root = settings.data_dir_absolute
    held = locks.held(root)
    yield from locks.check(root, held, mirrored=is_mirrored(settings))
    with ExitStack() as opened:
        found, open_snapshot = database.open_database(settings, held, opened)
        yield from found
        try:
            if open_snapshot is None:
                intact = all(finding.verdict != "bad" for finding in found)
                yield from database.adoption(root, None) if intact else _not_compared()
            else:
                yield from _store(settings, held, open_snapshot)
        except (AppError, OSError) as error:
            yield bad("database", f"it became unavailable during the check ({error})", "run the doctor again")
    yield from files.check_other_files(root)


def _settings(settings: Settings) -> Finding:
    kind = "PostgreSQL" if settings.database_url else "SQLite"
    where = f"{kind}, data in {settings.data_dir_absolute}, serving on {settings.host}:{settings.port}"
    clock.use_zone(settings.zone)
    return ok("settings", f"{where}, today is {clock.today()} ({clock.zone_name()})")


def _not_compared() -> Iterator[Finding]:
    yield note(files.SUBJECT, "not compared, because the database cannot be read", "repair the database first")


def _store(settings: Settings, held: locks.HeldLocks, open_snapshot: files.Open) -> Iterator[Finding]:
    with open_snapshot() as snapshot:
        checked = schema_check.check(snapshot, _users(settings, held, snapshot))
        yield from checked.findings
        if checked.revision is not None:
            yield from database.indexes(settings)
        if not checked.usable:
            yield note(files.SUBJECT, "not compared, because the schema is incomplete", "repair the schema first")
            return
        unadopted = list(database.adoption(settings.data_dir_absolute, snapshot))
        yield from unadopted
        if checked.revision != HEAD or unadopted:
            return
        if behind := list(database.older(settings.data_dir_absolute, snapshot)):
            yield from behind
            return
        yield from database.access_tokens(snapshot)
    if is_mirrored(settings):
        yield from files.check(settings, open_snapshot)
    else:
        yield from files.check_unmirrored(settings.data_dir_absolute)
    with open_snapshot() as snapshot:
        yield from documents.check(snapshot)
        yield from documents.check_contacts(snapshot)
        yield from list_keys.check(snapshot)
        yield from text_index.check(snapshot)
        yield from ledger.check(snapshot)
        yield from _lost(snapshot)
        yield from processes.check(snapshot)
        yield from jobs.check(snapshot)
        yield from sending.check_deliveries(snapshot)
        yield _trail(audit.verify(snapshot, latest=LATEST_EVENTS))


def _users(settings: Settings, held: locks.HeldLocks, snapshot: ReadSnapshot) -> str | None:
    """Return the processes that have the store open, in words, or None."""
    if held.in_use:
        return held.who(IN_USE)
    others = bool(settings.database_url) and inspection.server(snapshot).others > 0
    return "the other processes of the service" if others else None


def _lost(tx: Tx) -> Iterator[Finding]:
    for sentence in losses.sentences(losses.every(tx)):
        yield bad("losses", sentence, "restore a backup, or accept the loss: `valhalla doctor --acknowledge`")


def _trail(verdict: chain.Verdict) -> Finding:
    """Return the finding for the verified latest events."""
    if verdict.good:
        which = f"the latest {verdict.events}" if verdict.events >= LATEST_EVENTS else f"all {verdict.events}"
        return ok("audit trail", f"{which} events form an unbroken chain; `valhalla audit verify` checks every event")
    return bad(
        "audit trail",
        "; ".join(verdict.faults),
        "run `valhalla audit verify` for details; a backup has the original events",
    )
