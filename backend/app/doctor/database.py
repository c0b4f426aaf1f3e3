"""Checks of the database: reachable, intact, writable, and not older than its JSON files."""

from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path

from backend.app.bootstrap import NAMELESS, TYPED_TABLES
from backend.app.core_gov.access import service as access
from backend.app.core_gov.audit import service as audit
from backend.app.doctor import files, locks
from backend.app.doctor.data_dir import names
from backend.app.doctor.findings import THE_START_DOES, Finding, Remedy, bad, note, ok
from backend.app.kit.db import ReadSnapshot, index_check, inspection, sqlite_file, state
from backend.app.kit.db.opening import MIN_POSTGRES, reason_of
from backend.app.kit.db.postgres import PostgresDatabase
from backend.app.kit.errors import AppError
from backend.app.kit.file_lock import IN_USE
from backend.app.kit.json_mirror.mirror_note import MirrorMark, read_mark
from backend.app.settings import Settings

SUBJECT, INDEXES = "database", "indexes"
DatabaseCheck = tuple[list[Finding], files.Open | None]
"""Findings, and how to open a snapshot of the database if that is possible."""


def open_database(settings: Settings, held: locks.HeldLocks, opened: ExitStack) -> DatabaseCheck:
    """Check the database itself. `opened` closes the connections that the returned snapshots use."""
    if settings.database_url:
        return _postgres(settings.database_url, opened)
    return _sqlite(settings.sqlite_path.absolute(), held)


# SQLite


def _sqlite(path: Path, held: locks.HeldLocks) -> DatabaseCheck:
    aside = list(_set_aside(path))
    try:
        if sqlite_file.rebuilt_path(path).is_file():
            fix = Remedy("opening", "puts it in its place")
            return [note(SUBJECT, "a rebuilt database is complete", THE_START_DOES, fix), *aside], None
        if sqlite_file.is_empty(path):
            return [_no_file(path, held), *aside], None
        fault = inspection.fault_of(path)
    except (OSError, AppError) as error:
        return [bad(SUBJECT, f"{path.name} cannot be looked at ({error})", _seen_to(error)), *aside], None
    if fault is not None:
        return [_damaged(path, fault, held), *aside], None
    size = sum(part.stat().st_size for part in sqlite_file.parts(path)) / 1e6
    whole = ok(SUBJECT, f"SQLite: {path.name} ({size:.1f} MB) is whole, to the last index")
    return [whole, *_unfinished(path, held), *aside], partial(inspection.sqlite_inspection, path)


def _seen_to(error: Exception) -> str:
    if isinstance(error, AppError):
        return "look again, and see that it is a file which can be read"
    return "give the right to read it"


def _no_file(path: Path, held: locks.HeldLocks) -> Finding:
    if held.in_use:
        who = held.who(IN_USE)
        return bad(SUBJECT, f"{path.name} is gone while {who} works with it", "stop that first, then put it back")
    gone = f"{path.name} is {'empty' if path.exists() else 'missing'}"
    if mark := read_mark(path.parent):
        return _lost(gone, mark)
    if path.with_name(f"{path.name}-wal").exists():
        fix = Remedy("opening", "sets aside what is left of it and makes a new database of the JSON files")
        return bad(SUBJECT, f"{gone}, but its write-ahead log is there", THE_START_DOES, fix)
    return note(SUBJECT, f"{path} is not there yet", "the next start makes it")


def _lost(what: str, mark: MirrorMark) -> Finding:
    """Return the finding for a database with less data than its JSON files record. A start refuses it."""
    events = "a store" if mark.height is None else f"a store with {mark.height:,} audit events"
    fix = Remedy("opening", f"goes by the JSON files, which do not hold {', '.join(TYPED_TABLES)}: that is lost")
    return bad(
        SUBJECT,
        f"{what}, but the JSON files are the copy of {events}",
        "put the database back, or move the directory away and restore a backup",
        fix,
    )


def older(root: Path, moment: ReadSnapshot) -> Iterator[Finding]:
    """Yield a finding if the database ends before the audit event that its JSON files have reached."""
    mark, height = read_mark(root), audit.height(moment)
    if mark and mark.store == state.get(moment, state.STORE_ID) and height < (mark.height or 0):
        yield _lost(f"the database is an older copy, which ends with audit event {height:,}", mark)


def tokens(moment: ReadSnapshot) -> Iterator[Finding]:
    """Yield the tokens that a salvage has revoked."""
    if names := sorted(access.salvaged(moment)):
        sentence = f"{', '.join(names)}: revoked, because they come from a damaged database"
        yield note("tokens", sentence, "`valhalla token enable NAME` makes one valid again")


def _damaged(path: Path, fault: str, held: locks.HeldLocks) -> Finding:
    sentence = f"{path.name} is damaged ({fault})"
    if held.in_use:
        who = held.who(IN_USE)
        return bad(SUBJECT, sentence, f"stop {who}; then --fix, or the next start, makes a new one of it")
    will = (
        f"sets it aside as {path.name}.broken-TIME and makes a new database of what can be read of it, the JSON files "
        "and `recent/`"
    )
    trusted = sqlite_file.is_as_left(path)
    remedy = (
        "nothing else: a start would not notice, because the file was closed in order" if trusted else THE_START_DOES
    )
    return bad(SUBJECT, sentence, remedy, Remedy("opening", will))


def _unfinished(path: Path, held: locks.HeldLocks) -> Iterator[Finding]:
    """Yield the write-ahead log and the rollback journal of a database that no process has open."""
    if held.in_use:
        return
    log, journal = (path.with_name(f"{path.name}-{kind}") for kind in ("wal", "journal"))
    if size := _size(log):
        if inspection.has_changes(path):
            sentence = f"it was not shut down cleanly: {log.name} holds {size / 1e6:.1f} MB of changes"
            yield note(SUBJECT, sentence, "the next start applies them")
        else:
            yield note(SUBJECT, f"{log.name} holds no complete change", "the next start removes it")
    if _size(journal):
        remedy = "the next start applies it if it is valid"
        yield note(SUBJECT, f"{journal.name} is a rollback journal of another program", remedy)


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _set_aside(path: Path) -> Iterator[Finding]:
    found = [each for each in sorted(path.parent.glob(f"{path.name}.broken-*")) if each.name.endswith("Z")]
    if found:
        remedy = "keep it until nothing is missed, then delete it"
        yield note("set aside", f"{names(found, path.parent)}: a database that failed its check", remedy)


# PostgreSQL


def _postgres(url: str, opened: ExitStack) -> DatabaseCheck:
    database = PostgresDatabase(url, 1)
    opened.callback(database.close)
    try:
        with database.open_snapshot() as moment:
            server = inspection.server(moment)
    except AppError as error:
        sentence = f"the PostgreSQL server in VALHALLA_DATABASE_URL does not answer ({reason_of(error)})"
        return [bad(SUBJECT, sentence, "start it, or mend the URL")], None
    return list(_server(server)), partial(inspection.postgres_inspection, database)


def _server(server: inspection.Server) -> Iterator[Finding]:
    version = f"PostgreSQL {server.version // 10000}.{server.version % 10000}"
    if server.version < MIN_POSTGRES:
        yield bad(SUBJECT, f"{version} is too old", f"{MIN_POSTGRES // 10000} or later is needed")
    elif server.read_only:
        yield bad(
            SUBJECT, f"{version} answers, but takes no changes: a replica, or set to read-only", "name the primary"
        )
    elif server.forbidden:
        tables = ", ".join(server.forbidden)
        yield bad(SUBJECT, f"{version} answers, but this user may not write to {tables}", "use the user that made them")
    else:
        yield ok(SUBJECT, f"{version} answers and may be written to")
    if not server.may_create:
        where = f"the schema {server.schema}" if server.schema else "any schema of its search_path"
        right = bad if server.forbidden else note
        yield right(SUBJECT, f"this user may not make tables in {where}", "grant CREATE: a migration needs it")
    if not server.keeps_commits:
        yield bad(SUBJECT, "synchronous_commit is off: the server may lose what it confirmed", "switch it on")


def indexes(settings: Settings) -> Iterator[Finding]:
    """Check every index of a PostgreSQL database against its table, if amcheck is installed."""
    if not settings.database_url:
        return  # the integrity check of a SQLite file reads every index
    found = index_check.check(settings.database_url)
    for name, fault in found.faults.items():
        remedy = f"make a backup, then REINDEX INDEX {name}; look for what damaged it (disk, memory, another libc)"
        yield bad(INDEXES, f"the index {name} is damaged ({fault})", remedy)
    if found.why_not:
        yield note(INDEXES, f"not checked: {found.why_not}", "CREATE EXTENSION amcheck, once, as a superuser")
    elif not found.faults:
        yield ok(INDEXES, f"all {found.indexes} fit their tables")


# Both databases


def adoption(root: Path, moment: ReadSnapshot | None) -> Iterator[Finding]:
    """Yield a finding for a store that was never opened, and the JSON files that it will adopt."""
    if moment is not None and inspection.schema_revision(moment):
        if state.get(moment, state.UNFINISHED) is not None:
            sentence = "records were being transferred into it, and that was not finished"
            yield bad(SUBJECT, sentence, "the same `valhalla transfer` again goes on with it")
            return
        if state.get(moment, state.STORE_ID) is not None:
            return
        if audit.height(moment):
            will = "has it be the store that its JSON files are of, or a new one if they do not say"
            yield bad(SUBJECT, NAMELESS, None, Remedy("schema", will))
            return
    if moment is not None and (mark := read_mark(root)) is not None:
        yield _lost("the database is empty", mark)
        return
    if waiting := files.present(root):
        sentence = f"{len(waiting)} files wait to be taken into the database, which is new"
        yield note(files.SUBJECT, sentence, THE_START_DOES, Remedy("opening", "takes them in"))
    else:
        yield note(files.SUBJECT, "there are none, because nothing is on file yet", "the next start makes them")
