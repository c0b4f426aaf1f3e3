"""Schema repairs of `--fix`, in one transaction, with a record of the data lost."""

from pathlib import Path

from backend.app import rebuild
from backend.app.backups.store_urls import location_of
from backend.app.doctor.schema.schema_check import AUDIT, LEDGER
from backend.app.kit import clock, derived_fields
from backend.app.kit.archive.tables import row_line
from backend.app.kit.db import Ctx, ReadSnapshot, Tx, losses, state
from backend.app.kit.db.migrate import HEAD
from backend.app.kit.db.schema import repair, revisions
from backend.app.kit.db.schema.description import Schema, expected
from backend.app.kit.db.schema.differences import Difference, differences
from backend.app.kit.db.schema.reading import read, table_columns
from backend.app.kit.errors import StartError
from backend.app.kit.ids import new_id
from backend.app.kit.json_mirror import json_files
from backend.app.kit.json_mirror.mirror_note import MirrorMark, outdated_since, read_mark
from backend.app.kit.search import filling
from backend.app.settings import Settings
from backend.app.store_tables import TABLES

_TEXT_INDEX = {"search_entries", "search_words"}
_WITHOUT_LOSS = {"leases", AUDIT, *_TEXT_INDEX, *LEDGER}
"""Tables that lose nothing when recreated: processes renew their leases, the trail declares lost audit events, the text
index is made anew from the records, and the ledger is posted anew from its documents."""


def repair_schema(settings: Settings, ctx: Ctx) -> list[str]:
    """Recreate whatever is missing or changed, and return what was done. Raises StartError and AppError."""
    database = settings.database_url or settings.sqlite_path.absolute()
    with location_of(settings).held(), repair.changing(database, ctx) as tx:
        noted = _note_revision(tx)
        revision = revisions.current(tx)
        if revision is None or revision > HEAD:
            raise StartError("the schema has changed in the meantime: run the doctor again")
        made, failed = _repair(tx, settings.data_dir_absolute, expected(revision, tx.dialect), noted)
    results = [*noted, *made, *(f"not repaired: {each}" for each in failed)]
    return results or ["nothing was left to repair"]


def _repair(tx: ReadSnapshot, root: Path, wanted: Schema, noted: list[str]) -> tuple[list[str], list[str]]:
    """Recreate whatever is missing: tables first, because rows that refer to missing rows block the rest."""
    tables = _missing_tables(tx, wanted)
    if LEDGER & {each.name for each in tables}:
        for name in LEDGER - {"ledger_books", *(each.name for each in tables)}:
            repair.run(tx, f"DROP TABLE {name}{' CASCADE' * (tx.dialect == 'postgresql')}")
        tables = _missing_tables(tx, wanted)
    recreated = repair.repair(tx, wanted, tables)
    lost = _refill(tx, root, wanted, recreated.tables)
    mark = read_mark(root)
    nameless = state.get(tx, state.STORE_ID) is None
    if nameless:
        noted.append(_begin_state(tx, mark))
    losses.record(tx, lost)
    rest = [each for each in differences(wanted, read(tx)) if each.kind != "table missing"]
    others = repair.repair(tx, wanted, rest)
    made, failed = [*recreated.made, *others.made], [*recreated.failed, *others.failed]
    if noted or made:
        facts = {"repaired": [*noted, *made], "not_repaired": failed, "rows_lost": losses.sentences(lost)}
        chained = "hash" in wanted.tables[AUDIT].columns
        trail = chained and (nameless or AUDIT in recreated.tables)
        height = mark.height or 0 if mark else 0
        rebuild.note_schema_repair(tx, facts, trail=trail, height=height)
    return made, failed


def _missing_tables(tx: ReadSnapshot, wanted: Schema) -> list[Difference]:
    """Return the tables that are missing. The tables of the ledger are made anew together, from the documents."""
    return [each for each in differences(wanted, read(tx)) if each.kind == "table missing"]


def _note_revision(tx: Tx) -> list[str]:
    """Correct `alembic_version` if the schema identifies the revision."""
    try:
        revisions.current(tx)
    except revisions.BadRevision as error:
        revision = revisions.shown_by(read(tx), tx.dialect)
        if revision is None:
            raise StartError(f"{error.detail.partition(': run ')[0]}, and the schema is that of no revision") from None
        repair.note_revision(tx, expected(revision, tx.dialect), revision)
        return [f"{error.detail.partition(': run ')[0]}; it holds {revision} now"]
    return []


# Recreated tables


def _refill(tx: ReadSnapshot, root: Path, wanted: Schema, made: list[str]) -> list[losses.Loss]:
    """Fill the recreated tables as far as possible. Return the losses."""
    without_loss = {*_WITHOUT_LOSS, *_tag_tables(), *_key_tables()}
    lost = [losses.Loss(name, *_lost(name, root)) for name in made if name not in without_loss]
    lost += [_keep_orphans(tx, root, name) for name in repair.referring(wanted, made) if name not in _tag_tables()]
    for table in TABLES:
        if table.tags is not None and {table.name, table.tags.name} & set(made):
            table.tags.rebuild(tx)
        keys = table.keys if table.keys is not None and table.keys.name in wanted.tables else None
        if keys is not None and {table.name, keys.name} & set(made):
            keys.clear(tx)
            derived_fields.forget(tx)
    if {*_TEXT_INDEX, *(table.name for table in TABLES)} & set(made):
        filling.forget(tx)
    if any(table.name in made for table in TABLES):
        state.put(tx, state.BEHIND, ", ".join(made))
    return lost


def _tag_tables() -> set[str]:
    return {table.tags.name for table in TABLES if table.tags is not None}


def _key_tables() -> set[str]:
    return {table.keys.name for table in TABLES if table.keys is not None}


def _lost(name: str, root: Path) -> tuple[None, str]:
    if any(table.name == name for table in TABLES):
        if outdated_since(root):
            return None, "the table was missing, and VALHALLA_MIRROR was off, so no current JSON file has its records"
        return None, "the table was missing; the records in the JSON files and `recent/` are back"
    if name == state.store_state.name:
        return None, "the table was missing; the end of the audit trail is unknown"
    return None, "the table was missing, and was recreated without rows"


def _begin_state(tx: Tx, mark: MirrorMark | None) -> str:
    """Give the store the id in its JSON files, or else a new one, and return a sentence about it."""
    store_id = mark.store if mark and mark.store else new_id("store")
    state.put(tx, state.STORE_ID, store_id)
    state.put(tx, state.ADOPTED, tx.now)
    return f"the store is {store_id} {'again' if mark and mark.store else 'now'}"


def _keep_orphans(tx: ReadSnapshot, root: Path, name: str) -> losses.Loss:
    """Move rows that refer to rows of a lost table to a file: new rows would reuse those numbers."""
    columns = table_columns(tx)[name]
    path = root / f"orphaned-{name}-{clock.stamp()}.json"
    chunks = repair.rows(tx, name, columns)
    lines = ([row_line(dict(zip(columns, row, strict=True))).decode() for row in chunk] for chunk in chunks)
    temp, count, _ = json_files.prepare(path, clock.now(), lines)
    if not count:
        temp.unlink()
        return losses.Loss(name, 0, "")
    temp.replace(path)
    repair.run(tx, f"DELETE FROM {name}")  # noqa: S608 - our own name
    return losses.Loss(name, count, f"the rows that they belonged to are lost; they are in {path.name}")
