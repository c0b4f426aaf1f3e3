"""Checks of the database: reachable, intact, writable, and not older than its JSON files."""

from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path

from backend.app import rebuild
from backend.app.bootstrap import NO_STORE_ID
from backend.app.core_gov.access.tokens import service as tokens
from backend.app.core_gov.audit import service as audit
from backend.app.doctor import files, locks
from backend.app.doctor.data_dir import names
from backend.app.doctor.findings import NEXT_START_FIXES, Finding, Remedy, bad, note, ok
from backend.app.kit.db import ReadSnapshot, index_check, inspection, sqlite_file, state
from backend.app.kit.db.opening import MIN_POSTGRES, reason_of
from backend.app.kit.db.postgres import PostgresDatabase
from backend.app.kit.errors import AppError
from backend.app.kit.file_lock import IN_USE
from backend.app.kit.json_mirror.mirror_note import MirrorMark, outdated_since, read_mark
from backend.app.kit.json_mirror.mirror_off import plain_files
from backend.app.settings import Settings
from backend.app.store_tables import TABLES, TYPED_TABLES

_MOST_NAMES = 10
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
            fix = Remedy("opening", "puts it in place")
            return [
                note(SUBJECT, "a rebuilt database is complete, but not in place yet", NEXT_START_FIXES, fix),
                *aside,
            ], None
        if sqlite_file.is_empty(path):
            return [_no_file(path, held), *aside], None
        fault = inspection.fault_of(path)
    except (OSError, AppError) as error:
        return [bad(SUBJECT, f"{path.name} cannot be checked ({error})", _remedy_for(error)), *aside], None
    if fault is not None:
        return [_damaged(path, fault, held), *aside], None
    size = sum(part.stat().st_size for part in sqlite_file.parts(path)) / 1e6
    intact = ok(SUBJECT, f"SQLite: {path.name} ({size:.1f} MB) is intact, including every index")
    return [intact, *_unfinished(path, held), *aside], partial(inspection.sqlite_inspection, path)


def _remedy_for(error: Exception) -> str:
    if isinstance(error, PermissionError):
        return "grant read permission"
    return "make sure that it is a readable file, and run the doctor again"


def _no_file(path: Path, held: locks.HeldLocks) -> Finding:
    if held.in_use:
        who = held.who(IN_USE)
        return bad(
            SUBJECT, f"{path.name} is missing while {who} has it open", "stop that process, then put the file back"
        )
    gone = f"{path.name} is {'empty' if path.exists() else 'missing'}"
    if mark := read_mark(path.parent):
        return _lost(gone, mark, path.parent)
    if path.with_name(f"{path.name}-wal").exists():
        fix = Remedy("opening", "sets the log aside and creates a new database from the JSON files")
        return bad(SUBJECT, f"{gone}, but its write-ahead log exists", NEXT_START_FIXES, fix)
    return note(SUBJECT, f"{path} does not exist yet", "the next start creates it")


def _lost(what: str, mark: MirrorMark, root: Path, *, older: bool = False) -> Finding:
    """Return the finding for a database with less data than the files beside it record. A start refuses it."""
    events = "a store" if mark.height is None else f"a store with {mark.height:,} audit events"
    outdated = outdated_since(root) is not None
    lost = f"{', '.join(TYPED_TABLES)} are lost, because they are not in them"
    if outdated:
        lost = "everything later is lost" if older or plain_files(root, TABLES) else "everything is lost"
    fix = Remedy("opening", f"{rebuild.way_back(root, TABLES, older=older)}; {lost}")
    return bad(
        SUBJECT,
        f"{what}, but {'the data directory belongs' if outdated else 'the JSON files belong'} to {events}",
        "put the database back, or move the directory away and restore a backup",
        fix,
    )


def older(root: Path, snapshot: ReadSnapshot) -> Iterator[Finding]:
    """Yield a finding if the database ends before the audit event that its JSON files have reached."""
    mark, height = read_mark(root), audit.height(snapshot)
    if mark and mark.store == state.get(snapshot, state.STORE_ID) and height < (mark.height or 0):
        yield _lost(f"the database is an older copy, which ends with audit event {height:,}", mark, root, older=True)


def access_tokens(snapshot: ReadSnapshot) -> Iterator[Finding]:
    """Yield the tokens that a salvage has revoked, that expire soon, and that never expire."""
    if names := sorted(tokens.salvaged(snapshot)):
        sentence = f"{', '.join(names)}: revoked, because they come from a damaged database"
        yield note("tokens", sentence, "`valhalla token enable NAME` makes one valid again")
    found = [token for token in tokens.list_tokens(snapshot) if token.state == "valid"]
    if soon := [token for token in found if tokens.expires_soon(token, snapshot.now)]:
        dated = [f"{token.name} on {str(token.expires_at)[:10]}" for token in soon]
        yield note("tokens", f"expiring soon: {_some(dated)}", "`valhalla token rotate NAME` renews one")
    if endless := [token.name for token in found if token.expires_at is None]:
        yield note("tokens", f"without an expiry: {_some(endless)}", "`valhalla token expire NAME 365d` sets one")


def _some(names: list[str]) -> str:
    """Return names in one line, the first ten if there are more."""
    more = len(names) - _MOST_NAMES
    return ", ".join(names[:_MOST_NAMES]) + (f" and {more:,} more" if more > 0 else "")


def _damaged(path: Path, fault: str, held: locks.HeldLocks) -> Finding:
    sentence = f"{path.name} is damaged ({fault})"
    if held.in_use:
        who = held.who(IN_USE)
        return bad(SUBJECT, sentence, f"stop {who}; then --fix, or the next start, builds a new one from it")
    will = (
        f"sets it aside as {path.name}.broken-TIME and builds a new database from its readable rows, the JSON files "
        "and `recent/`"
    )
    if sqlite_file.was_closed_cleanly(path):
        sentence += "; a start would not notice, because the file was closed cleanly"
        return bad(SUBJECT, sentence, None, Remedy("opening", will))
    return bad(SUBJECT, sentence, NEXT_START_FIXES, Remedy("opening", will))


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
        remedy = "keep it until you are sure that nothing is missing, then delete it"
        yield note("set aside", f"{names(found, path.parent)}: a database that failed its check", remedy)


# PostgreSQL


def _postgres(url: str, opened: ExitStack) -> DatabaseCheck:
    database = PostgresDatabase(url, 1)
    opened.callback(database.close)
    try:
        with database.open_snapshot() as snapshot:
            server = inspection.server(snapshot)
    except AppError as error:
        sentence = f"the PostgreSQL server in VALHALLA_DATABASE_URL does not answer ({reason_of(error)})"
        return [bad(SUBJECT, sentence, "start it, or correct the URL")], None
    return list(_server(server)), partial(inspection.postgres_inspection, database)


def _server(server: inspection.Server) -> Iterator[Finding]:
    version = f"PostgreSQL {server.version // 10000}.{server.version % 10000}"
    if server.version < MIN_POSTGRES:
        yield bad(SUBJECT, f"{version} is too old", f"{MIN_POSTGRES // 10000} or later is needed")
    elif server.read_only:
        yield bad(
            SUBJECT, f"{version} responds, but is read-only: a replica, or set to read-only", "use the primary server"
        )
    elif server.forbidden:
        tables = ", ".join(server.forbidden)
        yield bad(
            SUBJECT, f"{version} responds, but this user may not write to {tables}", "use the owner of the tables"
        )
    else:
        yield ok(SUBJECT, f"{version} responds and can be written to")
    if not server.may_create:
        where = f"the schema {server.schema}" if server.schema else "any schema of its search_path"
        right = bad if server.forbidden else note
        yield right(SUBJECT, f"this user may not create tables in {where}", "grant CREATE: a migration needs it")
    if not server.keeps_commits:
        yield bad(SUBJECT, "synchronous_commit is off: the server may lose confirmed changes", "turn it on")


def indexes(settings: Settings) -> Iterator[Finding]:
    """Check every index of a PostgreSQL database against its table, if amcheck is installed."""
    if not settings.database_url:
        return  # the integrity check of a SQLite file reads every index
    found = index_check.check(settings.database_url)
    for name, fault in found.faults.items():
        remedy = f"make a backup, then REINDEX INDEX {name}; find the cause (disk, memory, another libc)"
        yield bad(INDEXES, f"the index {name} is damaged ({fault})", remedy)
    if found.why_not:
        yield note(INDEXES, f"not checked: {found.why_not}", "CREATE EXTENSION amcheck, once, as a superuser")
    elif not found.faults:
        yield ok(INDEXES, f"all {found.indexes} indexes match their tables")


# Both databases


def adoption(root: Path, snapshot: ReadSnapshot | None) -> Iterator[Finding]:
    """Yield a finding for a store that was never opened, and the JSON files that it will adopt."""
    if snapshot is not None and inspection.schema_revision(snapshot):
        if state.get(snapshot, state.UNFINISHED) is not None:
            sentence = "a transfer into it was not finished"
            yield bad(SUBJECT, sentence, "run the same `valhalla transfer` again to resume it")
            return
        if state.get(snapshot, state.STORE_ID) is not None:
            return
        if audit.height(snapshot):
            will = "gives it the id of the store in its JSON files, or a new id if they have none"
            yield bad(SUBJECT, NO_STORE_ID, None, Remedy("schema", will))
            return
    if snapshot is not None and (mark := read_mark(root)) is not None:
        yield _lost("the database is empty", mark, root)
        return
    if waiting := files.present(root):
        sentence = f"{len(waiting)} files wait to be adopted by the database, which is new"
        yield note(files.SUBJECT, sentence, NEXT_START_FIXES, Remedy("opening", "adopts them"))
    else:
        yield note(files.SUBJECT, "there are none, because the store has no records yet", "the next start creates them")
