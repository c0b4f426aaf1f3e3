"""Opens the house: the database, the JSON files beside it, and what ties them together.

The server and the command line both work in an opened office.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import structlog

from backend.app.core_gov.access.admission import system_user
from backend.app.core_gov.audit import service as audit
from backend.app.core_gov.comms import service as comms
from backend.app.core_gov.jv import service as jv
from backend.app.core_gov.property import service as property_
from backend.app.deals import service as deals
from backend.app.kit import adopt
from backend.app.kit.db import Ctx, Database, Tx, state
from backend.app.kit.db.opening import only_one, open_postgres, open_sqlite
from backend.app.kit.mirror import Mirror
from backend.app.kit.records import RecordTable
from backend.app.settings import Settings

log = structlog.get_logger("office")

TABLES: list[RecordTable[Any]] = [*deals.TABLES, *property_.TABLES, *jv.TABLES, *comms.TABLES]
"""Every kind of record, in the order in which they are taken in."""

NOT_IN_JSON = "the audit trail, access tokens and idempotency keys"


@dataclass
class Office:
    """An open store: units of work go to `db`, and the JSON files follow."""

    settings: Settings
    db: Database
    mirror: Mirror


@contextmanager
def open_office(settings: Settings) -> Iterator[Office]:
    """Opens the store and closes it when done; raises StartError."""
    with ExitStack() as opening:
        opening.enter_context(only_one(settings.data_dir_absolute))
        if settings.database_url:
            db = opening.enter_context(open_postgres(settings.database_url, settings.pool_size))
            aside = None
        else:
            db, aside = open_sqlite(settings.sqlite_path.absolute())
        store_id = _adopt(settings, db, aside)
    mirror = _mirror(settings, db, store_id)
    mirror.start()
    try:
        yield Office(settings, db, mirror)
    finally:
        db.drain()
        mirror.close()
        db.close()


def job(name: str) -> Ctx:
    """Who acts when no one asked."""
    return Ctx(system_user(), "job", name)


def _adopt(settings: Settings, db: Database, aside: Path | None) -> str:
    """Takes in the JSON files if the store has no marker yet; returns the store's id."""
    known = db.snapshot_now(state.get, state.STORE_ID)
    if known is not None:
        return known
    root = settings.data_dir_absolute
    adoption = adopt.find(root, TABLES)
    adopted = db.write_now(job("adoption"), _store_adoption, adoption, root, aside)
    if adoption.records or adoption.refused:
        log.warning("json files adopted", records=adoption.counts(), refused=len(adoption.refused))
    return adopted


def _store_adoption(tx: Tx, adoption: adopt.Adoption, root: Path, aside: Path | None) -> str:
    adopt.store(tx, adoption)
    kept = adopt.keep_aside(root, adoption)
    facts = {
        "records": adoption.counts(),
        "refused": len(adoption.refused),
        "refused_kept_in": kept and kept.name,
    }
    if aside is not None:
        log.warning("database rebuilt from the json files", set_aside=aside.name, not_in_json=NOT_IN_JSON)
        facts |= {"set_aside": aside.name, "not_in_json": NOT_IN_JSON}
    audit.record_act(tx, "store.adopted", "store", None, facts)
    found = state.get(tx, state.STORE_ID)
    assert found is not None
    return found


def _mirror(settings: Settings, db: Database, store_id: str) -> Mirror:
    def edited(file: str, moved_to: str) -> None:
        db.write_now(job("mirror"), audit.record_act, "file.moved_aside", "file", file, {"moved_to": moved_to})

    mirror = Mirror(
        db,
        settings.data_dir_absolute,
        TABLES,
        store_id=store_id,
        share=settings.mirror_share,
        feed=audit.changed_since,
        edited=edited,
    )
    db.after_commit = mirror.committed
    return mirror
