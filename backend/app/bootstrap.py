"""Opening a store: the database, the JSON files next to it, and their mirror.

The server and the command line both work with an open `Store`.
"""

import os
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import structlog

from backend.app import rebuild
from backend.app.core_gov.access.people import service as people
from backend.app.core_gov.access.system_user import system_user
from backend.app.core_gov.access.tokens import service as tokens
from backend.app.core_gov.audit import chain
from backend.app.core_gov.audit import service as audit
from backend.app.core_gov.comms.delivery import hold, sending_status
from backend.app.core_gov.jobs.opening import open_jobs
from backend.app.core_gov.jv.documents import rebuild as ledger
from backend.app.core_gov.market import column_folder
from backend.app.core_gov.market.screening import screen_market
from backend.app.current_store import StoreReader
from backend.app.kit import clock, derived_fields
from backend.app.kit.contact_details import count_unverified
from backend.app.kit.db import Ctx, Database, Tx, losses, sqlite_file, state
from backend.app.kit.db.migrate import HEAD
from backend.app.kit.db.opening import OpenedFile, only_one, open_postgres, open_sqlite
from backend.app.kit.db.read_only import read_only_sqlite
from backend.app.kit.db.schema import revisions, starting
from backend.app.kit.derived_fields import DerivedFields
from backend.app.kit.errors import AppError, StartError
from backend.app.kit.file_lock import IN_USE, OPENING
from backend.app.kit.json_mirror import adoption as adopt
from backend.app.kit.json_mirror.mirror import Mirror
from backend.app.kit.json_mirror.mirror_note import MirrorMark, outdated_since, read_mark
from backend.app.kit.json_mirror.mirror_off import MirrorOff, plain_files
from backend.app.kit.search import filling
from backend.app.settings import Settings
from backend.app.store_tables import DERIVED, LOST_WITH_DATABASE, TABLES

log = structlog.get_logger("office")

DEMO = ".valhalla-demo.json"
"""Marker file in the directory of a demo."""

NO_STORE_ID = "the database has audit events, but store_state has no store id"
_UNFINISHED = "a transfer to this store was not finished: run the same `valhalla transfer` again"

MAX_LISTED = 1000
"""Most record ids that one audit event lists."""


@dataclass
class Store(StoreReader):
    """An open store. Transactions go to `db`; `mirror` writes the JSON files, unless it is off."""

    mirror: Mirror | MirrorOff


@contextmanager
def open_store(settings: Settings, *, rebuild_lost: bool = False) -> Iterator[Store]:
    """Open the store, and close it on exit. Raises StartError.

    A database that is missing, empty or older than its JSON files is a loss: StartError unless `rebuild_lost` is set.
    """
    clock.use_zone(settings.zone)
    with ExitStack() as opened:
        try:
            store = _open(settings, opened, rebuild_lost=rebuild_lost)
        except AppError as error:
            raise StartError(f"the store cannot be opened: {error.detail}") from error
        except OSError as error:
            raise StartError(f"{error.filename or settings.data_dir} cannot be used: {error.strerror}") from error
        yield store


@contextmanager
def open_to_read(settings: Settings) -> Iterator[StoreReader]:
    """Open the store for a read-only command, even in a directory that is not writable. Raises StartError.

    In such a directory, nothing is adopted, migrated, repaired or mirrored.
    """
    if _can_write(settings):
        with open_store(settings) as store:
            yield store
        return
    clock.use_zone(settings.zone)
    try:
        with ExitStack() as opened:
            yield StoreReader(settings, _read_only(settings, opened))
    except OSError as error:
        raise StartError(f"{error.filename or settings.data_dir} cannot be read: {error.strerror}") from error


def _can_write(settings: Settings) -> bool:
    root = settings.data_dir_absolute
    if not os.access(root, os.X_OK):
        return not root.exists()
    parts = [] if settings.database_url else sqlite_file.parts(settings.sqlite_path.absolute())
    locks = [path for path in (root / OPENING, root / IN_USE) if path.exists()]
    return all(os.access(path, os.W_OK) for path in (root, *parts, *locks))


def _read_only(settings: Settings, opened: ExitStack) -> Database:
    path = settings.sqlite_path.absolute()
    if settings.database_url:
        with _postgres(settings, MirrorMark(None, None)) as db:
            opened.callback(db.close)
    elif not path.exists() or not path.stat().st_size:
        log_only = ", though its write-ahead log exists" if sqlite_file.parts(path) else ""
        raise StartError(f"there is no database {path}{log_only}, and {path.parent} cannot be written")
    else:
        try:
            db = opened.enter_context(read_only_sqlite(path))
        except AppError as error:
            raise StartError(f"the database {path} cannot be read: {error.detail}") from error
    revision = db.snapshot_now(revisions.current)
    if revision != HEAD:
        raise StartError(
            f"the database has schema {revision}, and {path.parent} cannot be written to migrate it to {HEAD}"
        )
    db.snapshot_now(starting.require, revision)
    if db.snapshot_now(state.get, state.UNFINISHED) is not None:
        raise StartError(_UNFINISHED)
    return db


def _open(settings: Settings, opened: ExitStack, *, rebuild_lost: bool) -> Store:
    root = settings.data_dir_absolute
    with only_one(root), ExitStack() as opening:
        mark = read_mark(root)
        expected = None if rebuild_lost else mark
        if settings.database_url:
            db = opening.enter_context(_postgres(settings, expected))
            opened.callback(db.close)
            doubtful = copied = False
        else:
            file = _sqlite(settings, mark, rebuild_lost=rebuild_lost)
            opened.callback(file.close)
            db, doubtful, copied = file.database, file.doubtful, file.copied
        adopted_files = _adopt_json(db, root, mark, expected, doubtful=doubtful, compare=rebuild_lost)
        if copied:
            db.write_now(job("rebuild"), _forget_derived)
        derived_fields.recompute(db, job("derived-fields"), DERIVED, _record_recomputation)
        screen_market.screen_outdated(db, job("screening"))
        filling.fill(db, job("search"), TABLES)
        store_id = db.snapshot_now(state.get, state.STORE_ID) or ""
    if lost := db.snapshot_now(losses.every):
        log.error("the store has lost data; `valhalla doctor --acknowledge` accepts it", lost=losses.summary(lost))
    mirror = _mirror(settings, db, store_id, adopted_files)
    opened.callback(mirror.close)
    opened.callback(_drain, db)
    mirror.start()
    open_jobs(db, job("jobs"), root)
    opened.enter_context(column_folder.opened(db, job("columns"), root, kept=is_mirrored(settings)))
    return Store(settings, db, mirror)


def _postgres(settings: Settings, expected: MirrorMark | None) -> AbstractContextManager[Database]:
    root = settings.data_dir_absolute
    if (root / DEMO).exists():
        raise StartError(f"{root} is a demo, and its made-up records do not belong on PostgreSQL")

    def on_empty() -> None:
        _refuse_if_lost("the PostgreSQL database is empty", root, expected)

    assert settings.database_url is not None
    return open_postgres(settings.database_url, settings.pool_size, on_empty)


def _sqlite(settings: Settings, mark: MirrorMark | None, *, rebuild_lost: bool) -> OpenedFile:
    path = settings.sqlite_path.absolute()

    def on_empty() -> None:
        _refuse_if_lost(
            f"{path.name} is {'empty' if path.exists() else 'missing'}", path.parent, None if rebuild_lost else mark
        )

    return open_sqlite(path, rebuild.replacement(TABLES, mark), on_empty, texts=rebuild_lost)


def _refuse_if_lost(what: str, root: Path, expected: MirrorMark | None, *, older: bool = False) -> None:
    """Raise StartError if the files beside the database belong to a store that had more than the database."""
    if expected is not None:
        events = "a store" if expected.height is None else f"a store with {expected.height:,} audit events"
        owned = f"{root} belongs" if outdated_since(root) else f"the JSON files in {root} belong"
        raise StartError(
            f"{what}, but {owned} to {events}: put the database back, or restore a backup, or run "
            f"`valhalla doctor --fix`, which {rebuild.way_back(root, TABLES, older=older)} and lists what is lost "
            "(`valhalla serve --rebuild` does the same)"
        )


def _drain(db: Database) -> None:
    try:
        db.drain()
    except AppError as error:
        log.error("not everything that waited was written", error=error.detail)


def job(name: str) -> Ctx:
    """Return the context of an action that no user requested."""
    return Ctx(system_user(), "job", name)


@dataclass(frozen=True, slots=True)
class _AdoptedFiles:
    """Digests of adopted JSON files; whether the database is behind them; files with records that it lacks."""

    adopted: frozenset[str] = frozenset()
    behind: bool = False
    unsaved: frozenset[str] = frozenset()


def _adopt_json(
    db: Database, root: Path, mark: MirrorMark | None, expected: MirrorMark | None, *, doubtful: bool, compare: bool
) -> _AdoptedFiles:
    """Adopt from the JSON files what the database lacks. Raises StartError if it has lost anything else.

    With `compare`, the JSON files are compared with the database even if nothing is doubtful.
    """
    if db.snapshot_now(state.get, state.UNFINISHED) is not None:
        raise StartError(_UNFINISHED)
    store_id, height = db.snapshot_now(state.get, state.STORE_ID), db.snapshot_now(audit.height)
    if store_id is None:
        if height:
            raise StartError(f"{NO_STORE_ID}: run `valhalla doctor`")
        _refuse_if_lost("the database is empty", root, expected)
        return _AdoptedFiles(_adopt(db, root, mark))
    rebuilt = rebuild.pending(db)
    older = rebuilt is None and mark is not None and mark.store == store_id and height < (mark.height or 0)
    if older:
        what = f"the database is an older copy, which ends with audit event {height:,}"
        _refuse_if_lost(what, root, expected, older=True)
    behind = db.snapshot_now(state.get, state.BEHIND) is not None
    suspect = behind or (db.dialect == "sqlite" and (doubtful or rebuilt is not None or older))
    if suspect:
        _catch_up(db, root, salvaged=rebuilt is not None and rebuilt["action"] == rebuild.SALVAGED)
    if behind:
        db.write_now(job("rebuild"), state.forget, state.BEHIND)
    if rebuilt:
        db.write_now(job("rebuild"), rebuild.record_losses, TABLES, root)
    if older and mark is not None:
        db.write_now(job("rebuild"), rebuild.lost_since, height, mark, root)
    if behind or older or rebuilt is not None:
        db.write_now(job("rebuild"), column_folder.forget_store)
        db.write_now(job("rebuild"), _hold_sending, "the database is damaged, or an older copy than its JSON files")
    unsaved = _unsaved(db, root) if suspect or compare else frozenset[str]()
    return _AdoptedFiles(behind=older and db.dialect == "postgresql", unsaved=unsaved)


def _unsaved(db: Database, root: Path) -> frozenset[str]:
    with db.open_snapshot() as snapshot:
        return frozenset(table.file for table in TABLES if adopt.has_unsaved(snapshot, table, root / table.file))


def _adopt(db: Database, root: Path, mark: MirrorMark | None) -> frozenset[str]:
    """Adopt the JSON files and return their digests."""
    adoption = adopt.find(root, TABLES)
    done = db.write_now(job("adoption"), _store_adoption, adoption, root, mark)
    if done.records or done.refused:
        log.warning("json files adopted", records=done.counts(), refused=len(done.refused))
    return frozenset(adoption.digests)


def _store_adoption(tx: Tx, adoption: adopt.Adoption, root: Path, mark: MirrorMark | None) -> adopt.Adoption:
    done = adopt.store(tx, adoption)
    kept = adopt.keep_refused(root, done)
    _derive_all(tx, done.refused_records)
    facts = {"records": done.counts(), "refused": len(done.refused), "refused_kept_in": kept and kept.name}
    if unverified := unverified_contacts(tx):
        facts["unverified_contacts"] = unverified
        log.warning("contact details are not verified; they are kept", records=unverified)
    if mark is not None:
        facts[chain.GAPS] = rebuild.lost_with_database(tx, mark, LOST_WITH_DATABASE, TABLES, root)
    if done.records or done.refused or mark is not None:
        audit.record_act(tx, "store.adopted", "store", None, facts)
    if done.records:
        _hold_sending(tx, "records were taken in from JSON files")
    return done


def _derive_all(tx: Tx, refused: ledger.Refused) -> None:
    """Compute what is derived from the records of a new store."""
    if state.is_empty(tx) and not refused:  # of two dozen rules, each would look for rows
        derived_fields.note_done(tx, DERIVED)
        filling.note_done(tx, TABLES)
        return
    derived_fields.recompute_all(tx, DERIVED)
    filling.fill_all(tx, TABLES)
    ledger.complete(tx, refused)


def _hold_sending(tx: Tx, reason: str) -> None:
    """Hold all sending: another copy of the store may have sent what waits in this one."""
    hold.hold(tx, reason)
    if lost := sending_status.find_lost(tx):
        log.error("drafts were being sent, and their deliveries are lost; a person must settle them", drafts=lost)


def _catch_up(db: Database, root: Path, *, salvaged: bool) -> None:
    """Adopt from current JSON files what is missing in a database that is damaged or an early copy."""
    if revoked := db.write_now(job("rebuild"), tokens.revoke_contradictions):
        log.error("tokens were valid that the audit trail says were revoked; they are revoked again", tokens=revoked)
    if disabled := db.write_now(job("rebuild"), people.disable_contradictions):
        log.error("people could sign in who were disabled; they are disabled again", people=disabled)
    if since := outdated_since(root):
        log.error("nothing was taken from the json files, because VALHALLA_MIRROR was off", outdated_since=since)
        return
    ahead = adopt.find_ahead(db, root, TABLES, salvaged=salvaged)
    if ahead.records or ahead.refused:
        done = db.write_now(job("adoption"), _store_ahead, ahead, root)
        log.warning("the json files held more than the database; it was taken in", records=done.counts())


def _store_ahead(tx: Tx, ahead: adopt.Adoption, root: Path) -> adopt.Adoption:
    done = adopt.catch_up(tx, ahead)
    _forget_derived(tx, done.refused_records)
    kept = adopt.keep_refused(root, done)
    facts = {"records": _listed(done.records), "refused_kept_in": kept and kept.name}
    audit.record_act(tx, "store.caught_up", "store", None, facts)
    _hold_sending(tx, "the JSON files held more than the database")
    return done


def _forget_derived(tx: Tx, refused: ledger.Refused = ()) -> None:
    """Compute everything derived from the records again: they came from elsewhere, or from another moment."""
    derived_fields.forget(tx)
    filling.forget(tx)
    column_folder.forget_store(tx)
    ledger.complete(tx, refused)


def unverified_contacts(tx: Tx) -> dict[str, int]:
    """Return the number of records with a phone number or an email address that is not verified, by JSON file."""
    return {table.file: count for table in TABLES if (count := count_unverified(tx, table))}


def _record_recomputation(tx: Tx, derived: DerivedFields, corrected: int) -> None:
    """Record a recomputation under the kind of record, so that every mirror of the store rewrites its file.

    The text index is made anew, because it may hold the fields.
    """
    filling.forget(tx)
    facts = {"fields": derived.name, "version": derived.version, "records": corrected}
    audit.record_act(tx, "store.recomputed", derived.entity or "store", None, facts)


def _listed(keys: Iterable[adopt.Key]) -> list[str]:
    ids = sorted(key for _, key in keys)
    return ids if len(ids) <= MAX_LISTED else [*ids[:MAX_LISTED], f"… and {len(ids) - MAX_LISTED} more"]


def is_mirrored(settings: Settings) -> bool:
    """Return whether records are also written to JSON files.

    Where the setting is missing, the data directory stays as it is: a command in a shell without the settings of the
    service must not write plain text.
    """
    if settings.mirror is not None:
        return settings.mirror
    return outdated_since(settings.data_dir_absolute) is None


def warn_if_mirror_off(settings: Settings) -> None:
    """Warn of what is lost without JSON files, and of those that remain from an earlier time."""
    if is_mirrored(settings):
        return
    log.warning("VALHALLA_MIRROR is off: without the database, only a backup has its records")
    root = settings.data_dir_absolute
    if left := plain_files(root, TABLES):
        log.warning("files with records in plain text remain; `valhalla doctor` names them", files=len(left))


def _mirror(settings: Settings, db: Database, store_id: str, adopted_files: _AdoptedFiles) -> Mirror | MirrorOff:
    if not is_mirrored(settings):
        root, adopted = settings.data_dir_absolute, adopted_files.adopted
        return MirrorOff(db, root, TABLES, store_id=store_id, height=audit.height, adopted=adopted)

    def edited(file: str, moved_to: str) -> None:
        db.write_now(job("mirror"), audit.record_act, "file.moved_aside", "file", file, {"moved_to": moved_to})

    mirror = Mirror(
        db,
        settings.data_dir_absolute,
        TABLES,
        store_id=store_id,
        share=settings.mirror_share,
        feed=audit.changed_since,
        height=audit.height,
        edited=edited,
        adopted=adopted_files.adopted,
        behind=adopted_files.behind,
        unsaved=adopted_files.unsaved,
    )
    db.after_commit = mirror.committed
    return mirror
