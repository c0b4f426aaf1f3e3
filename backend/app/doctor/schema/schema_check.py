"""The schema of the database: its revision, and its differences from what the migrations create."""

from collections.abc import Iterator
from dataclasses import dataclass

from backend.app.core_gov.jv.ledger import service as ledger
from backend.app.doctor.data_dir import MAX_NAMED, MAX_WIDTH
from backend.app.doctor.findings import NEXT_START_FIXES, Finding, Remedy, bad, note, ok
from backend.app.kit.db import Tx
from backend.app.kit.db.migrate import HEAD
from backend.app.kit.db.schema import revisions
from backend.app.kit.db.schema.description import REVISIONS, Schema, expected
from backend.app.kit.db.schema.differences import Difference, differences
from backend.app.kit.db.schema.reading import read
from backend.app.kit.db.schema.repair import can_repair, duplicates
from backend.app.kit.db.sql import DialectName
from backend.app.kit.text import list_names
from backend.app.store_tables import TABLES

SUBJECT = "schema"
AUDIT = "audit_events"
LEDGER = frozenset(table.name for table in ledger.TABLES)
APPEND_ONLY = frozenset({AUDIT, *LEDGER})
"""Tables whose triggers prevent changes of their rows."""

_RESTORE = "restore the latest backup into an empty store"


@dataclass(frozen=True, slots=True)
class SchemaCheck:
    """Result of the check. `revision` is None for a database without tables; `usable`: other checks can run."""

    revision: str | None
    usable: bool
    findings: list[Finding]


def check(tx: Tx, users: str | None) -> SchemaCheck:
    """Compare the schema with its revision. `users` are the processes that have the store open."""
    try:
        revision = revisions.current(tx)
    except revisions.BadRevision as error:
        return SchemaCheck(None, False, [_bad_revision(tx, error, users)])
    if revision not in REVISIONS:
        return SchemaCheck(revision, True, [_revision(revision, users)])
    wanted = expected(revision, tx.dialect)
    compared = differences(wanted, read(tx))
    usable = not any(each.unusable for each in compared)
    finding = _revision(revision, users) if usable or revision == HEAD else _unrepairable(revision)
    return SchemaCheck(revision, usable, [finding, *_differing(tx, wanted, compared, users)])


# The revision


def _revision(found: str | None, users: str | None) -> Finding:
    """Return the finding that compares the revision with the one that this version needs."""
    if found == HEAD:
        return ok(SUBJECT, f"{found}, which this version needs")
    if found is None:
        return note(SUBJECT, "the database has no tables yet", "the next start creates them")
    if found > HEAD:
        return bad(SUBJECT, f"{found}, made by a newer Valhalla than this one ({HEAD})", "use that version")
    if users:
        return bad(SUBJECT, f"{found}, but this version needs {HEAD}", f"stop {users}; the next start migrates it")
    fix = Remedy("opening", f"migrates it to {HEAD}")
    return note(SUBJECT, f"{found}; this version needs {HEAD}", NEXT_START_FIXES, fix)


def _unrepairable(found: str) -> Finding:
    return bad(
        SUBJECT,
        f"{found}, but this version needs {HEAD}",
        "repair the other findings first; it cannot be migrated before",
    )


def _bad_revision(tx: Tx, error: revisions.BadRevision, users: str | None) -> Finding:
    """Return the finding for an invalid `alembic_version`. Repair needs a schema that identifies the revision."""
    sentence, found = error.detail.partition(": run ")[0], read(tx)
    revision = revisions.shown_by(found, tx.dialect)
    if revision is None:
        near, differing = revisions.nearest(found, tx.dialect)
        but = f"nearest is {near}, but {list_names([each.sentence for each in differing], 1, MAX_WIDTH)}"
        which = f"the schema is not exactly that of any revision ({but})"
        return bad(SUBJECT, f"{sentence}, and {which}", _RESTORE)
    will = f"writes {revision}, because tables, columns, indexes and triggers are exactly those of {revision}"
    return bad(SUBJECT, sentence, *_fix(will, users))


# Differences


def _differing(tx: Tx, wanted: Schema, found: list[Difference], users: str | None) -> Iterator[Finding]:
    incomplete = {each.table for each in found if each.kind == "column missing"}
    for each in found:
        unchecked = each.kind.startswith("index") and each.unique and each.table not in incomplete
        if unchecked and (twice := duplicates(tx, wanted.indexes[each.name])):
            remedy = "remove or correct the duplicates, then --fix recreates the index"
            yield bad(SUBJECT, f"{each.sentence}, and {twice}", remedy)
        elif each.kind == "column added" and each.table in incomplete:
            yield bad(SUBJECT, each.sentence, "if it is the missing column, rename it back")
        elif each.kind not in {"not ours", "table added"}:
            yield _finding(each, tx.dialect, users)
    if added := [each.name for each in found if each.kind == "table added"]:
        yield bad(SUBJECT, f"this revision does not have the tables {_listed(added)}", _RESTORE)
    if others := [each.sentence.removesuffix(" is not part of Valhalla") for each in found if each.kind == "not ours"]:
        yield note(SUBJECT, f"not part of Valhalla: {_listed(others)}", "backups do not contain such tables")


def _listed(found: list[str]) -> str:
    return list_names(found, MAX_NAMED, MAX_WIDTH)


def _finding(each: Difference, dialect: DialectName, users: str | None) -> Finding:
    sentence = each.sentence
    match each.kind:
        case "column missing":
            return bad(SUBJECT, f"{sentence}, and its content is lost", _RESTORE)
        case "column changed":
            return bad(SUBJECT, sentence, f"change it back, or {_RESTORE}")
        case "column added":
            drop = f"remove it with ALTER TABLE {each.table} DROP COLUMN {each.name}"
            return bad(SUBJECT, f"{sentence}; backups do not contain it", drop)
        case "trigger added":
            found = bad if each.table in APPEND_ONLY else note
            return found(SUBJECT, sentence, "remove it unless you know what it does")
        case "trigger missing" | "trigger changed" if each.table in APPEND_ONLY:
            return _tampering(each, users)
    if not can_repair(each, dialect):
        return bad(SUBJECT, sentence, "make a backup, and restore it into an empty store")
    remedy, fix = _fix(_will(each), users)
    return bad(SUBJECT, sentence, remedy or (_RESTORE if each.kind == "table missing" else None), fix)


def _tampering(each: Difference, users: str | None) -> Finding:
    rows = "events" if each.table == AUDIT else "entries"
    sentence = f"{each.sentence}: possible tampering, because {rows} can be edited or deleted without it"
    verify = "run `valhalla audit verify`, which checks the whole trail"
    if each.table != AUDIT:
        verify = "the check of the ledger compares every entry with its document"
    remedy, fix = _fix(f"{_will(each)}, and records that in the audit trail", users)
    return bad(SUBJECT, f"{sentence}; {verify}", remedy, fix)


def _will(each: Difference) -> str:
    if each.kind != "table missing":
        kind = each.kind.partition(" ")[0]
        return f"recreates the {kind} {each.name} of {each.table}"
    if any(table.name == each.name for table in TABLES):
        return f"recreates the table {each.name}, and fills it from the JSON files and `recent/`"
    if any(each.name in table.derived_tables for table in TABLES):
        return f"recreates the table {each.name} from the records"
    if each.name in LEDGER:
        return f"recreates the table {each.name} from the documents"
    return f"recreates the table {each.name} without its rows"


def _fix(will: str, users: str | None) -> tuple[str | None, Remedy | None]:
    """Return the remedy and the fix. There is no fix while a process has the store open."""
    if users:
        return f"stop {users}; then --fix {will}", None
    return None, Remedy("schema", will)
