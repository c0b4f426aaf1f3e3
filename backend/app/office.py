"""Opens the house: the database, the JSON files beside it, and what ties them together.

The server and the command line both work in an opened office.
"""

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import structlog

from backend.app.core_gov.access.admission import system_user
from backend.app.core_gov.audit import service as audit
from backend.app.core_gov.comms import service as comms
from backend.app.core_gov.jv import service as jv
from backend.app.core_gov.market import service as market
from backend.app.core_gov.mls import service as mls
from backend.app.core_gov.neighborhood import service as neighborhood
from backend.app.core_gov.property import service as property_
from backend.app.core_gov.rents import service as rents
from backend.app.core_gov.repairs import service as repairs
from backend.app.deals import service as deals
from backend.app.kit import adopt
from backend.app.kit.db import Ctx, Database, Tx, salvage, sqlite_file, state
from backend.app.kit.db.opening import only_one, open_postgres, open_sqlite
from backend.app.kit.errors import AppError, StartError
from backend.app.kit.mirror import Mirror
from backend.app.kit.records import RecordTable
from backend.app.settings import Settings

log = structlog.get_logger("office")

TABLES: list[RecordTable[Any]] = [
    *deals.TABLES,
    *market.TABLES,
    *repairs.TABLES,
    *property_.TABLES,
    *jv.TABLES,
    *comms.TABLES,
]
"""Every kind of record, in the order in which they are taken in."""

KEEP_COLUMNS = (mls, rents, neighborhood)
"""The packages without records: named here so that whoever opens or copies a store knows of their typed tables."""

NOT_IN_JSON = (
    *("audit_events", "access_tokens", "idempotency_keys"),
    *("market_sales", "market_source_rows", "market_index_points"),
    "market_feeds",
    *("market_models", "market_studies"),
    *("rent_comps", "rent_benchmarks", "place_factors"),
)
"""What only the database holds."""

DEMO = ".valhalla-demo.json"
"""Marks the directory of a demo."""

MOST_LISTED = 1000
"""So many records are listed by name in one audit event."""


@dataclass
class Office:
    """An open store: units of work go to `db`, and the JSON files follow."""

    settings: Settings
    db: Database
    mirror: Mirror


@contextmanager
def open_office(settings: Settings) -> Iterator[Office]:
    """Opens the store and closes it when done; raises StartError."""
    with ExitStack() as opened:
        try:
            office = _open(settings, opened)
        except AppError as error:
            raise StartError(f"the store cannot be opened: {error.detail}") from error
        except OSError as error:
            raise StartError(f"{error.filename or settings.data_dir} cannot be used: {error.strerror}") from error
        yield office


def _open(settings: Settings, opened: ExitStack) -> Office:
    root = settings.data_dir_absolute
    with only_one(root), ExitStack() as opening:
        if settings.database_url:
            if (root / DEMO).exists():
                raise StartError(f"{root} is a demo, and its made-up records do not belong on PostgreSQL")
            db = opening.enter_context(open_postgres(settings.database_url, settings.pool_size))
            opened.callback(db.close)
            adopted = _adopt(db, root)
        else:
            path = settings.sqlite_path.absolute()
            file = open_sqlite(path)
            opened.callback(file.close)
            db = file.database
            adopted = _adopt(db, root, path)
            if file.doubtful:
                _catch_up(db, root)
        store_id = db.snapshot_now(state.get, state.STORE_ID) or ""
    mirror = _mirror(settings, db, store_id, adopted)
    opened.callback(mirror.close)
    opened.callback(_drain, db)
    mirror.start()
    return Office(settings, db, mirror)


def _drain(db: Database) -> None:
    try:
        db.drain()
    except AppError as error:
        log.error("not everything that waited was written", error=error.detail)


def job(name: str) -> Ctx:
    """Who acts when no one asked."""
    return Ctx(system_user(), "job", name)


def _adopt(db: Database, root: Path, path: Path | None = None) -> frozenset[str]:
    """Takes in the JSON files, and what a SQLite file that was set aside still holds, if there is no marker yet.

    Returns the digests of the files that were taken in.
    """
    if db.snapshot_now(state.get, state.UNFINISHED) is not None:
        raise StartError("a transfer to this store was not finished: run the same `valhalla transfer` again")
    if db.snapshot_now(state.get, state.STORE_ID) is not None:
        return frozenset()
    adoption = adopt.find(root, TABLES)
    aside = sqlite_file.latest_set_aside(path) if path else None
    if aside is not None:
        adopt.add_salvaged(adoption, aside, TABLES)
    done = db.write_now(job("adoption"), _store_adoption, adoption, root, aside)
    if done.records or done.refused:
        log.warning("json files adopted", records=done.counts(), refused=len(done.refused))
    return frozenset(adoption.digests)


def _store_adoption(tx: Tx, adoption: adopt.Adoption, root: Path, aside: Path | None) -> adopt.Adoption:
    done = adopt.store(tx, adoption)
    kept = adopt.keep_aside(root, done)
    facts = {"records": done.counts(), "refused": len(done.refused), "refused_kept_in": kept and kept.name}
    if aside is not None:
        facts |= _lost(aside, done)
        log.warning("database rebuilt", **facts)
    if done.records or done.refused or aside is not None:
        audit.record_act(tx, "store.adopted", "store", None, facts)
    return done


def _lost(aside: Path, done: adopt.Adoption) -> dict[str, Any]:
    """What became of a database that was set aside: what only it held, and what nobody can bring back."""
    return {
        "set_aside": aside.name,
        "not_in_json_but_recovered": _listed(done.recovered),
        "not_in_json_and_left_there": salvage.counts(aside, NOT_IN_JSON) or "; ".join(NOT_IN_JSON),
    }


def _catch_up(db: Database, root: Path) -> None:
    """Takes from the JSON files what a database that was copied too early lacks."""
    ahead = adopt.find_ahead(db, root, TABLES)
    if ahead.records:
        done = db.write_now(job("adoption"), _store_ahead, ahead, root)
        log.warning("the json files held more than the database; it was taken in", records=done.counts())


def _store_ahead(tx: Tx, ahead: adopt.Adoption, root: Path) -> adopt.Adoption:
    done = adopt.catch_up(tx, ahead)
    kept = adopt.keep_aside(root, done)
    facts = {"records": _listed(done.records), "refused_kept_in": kept and kept.name}
    audit.record_act(tx, "store.caught_up", "store", None, facts)
    return done


def _listed(keys: Iterable[adopt.Key]) -> list[str]:
    ids = sorted(key for _, key in keys)
    return ids if len(ids) <= MOST_LISTED else [*ids[:MOST_LISTED], f"… and {len(ids) - MOST_LISTED} more"]


def _mirror(settings: Settings, db: Database, store_id: str, adopted: frozenset[str]) -> Mirror:
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
        adopted=adopted,
    )
    db.after_commit = mirror.committed
    return mirror
