"""The keys and tags by which lists are sorted and filtered agree with the records."""

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

from backend.app.backups.store_urls import location_of
from backend.app.core_gov.property.figures import computed_keys
from backend.app.doctor.findings import Finding, Remedy, bad, note, ok
from backend.app.kit import derived_fields
from backend.app.kit.db import Ctx, ReadSnapshot
from backend.app.kit.db.schema import repair
from backend.app.kit.derived_fields import DerivedFields
from backend.app.kit.lists.check import ComputedKeys, KeyFaults, faults_of_keys, faults_of_tags
from backend.app.kit.records import RecordTable
from backend.app.kit.text import counted, list_names
from backend.app.settings import Settings
from backend.app.store_tables import DERIVED, TABLES

SUBJECT = "list keys"
_FIX = Remedy("list keys", "computes them anew from the records")

_COMPUTED: dict[str, ComputedKeys] = {"property_figures": computed_keys}
"""Keys that come from other records, by the names of their tables."""


def check(snapshot: ReadSnapshot) -> Iterator[Finding]:
    """Yield a finding for each table with wrong keys or tags. Reads every record of the lists."""
    if derived_fields.stale(snapshot, [rule for table in TABLES for rule in _rules(table)]):
        yield note(SUBJECT, "they are incomplete, or were computed by another version", "the next start computes them")
        return
    good = True
    for table in TABLES:
        for name, faults in _faults(snapshot, table):
            if not faults.none:
                good = False
                yield bad(SUBJECT, f"{name}: {_sentence(faults)}", None, _FIX)
    if good:
        yield ok(SUBJECT, "every list is sorted and filtered by what its records say")


def _rules(table: RecordTable[Any]) -> list[DerivedFields]:
    """Return the rules that compute the keys of a table."""
    name = "" if table.keys is None else table.keys.name
    return [rule for rule in DERIVED if rule.name.partition(".")[0] == name]


def _faults(snapshot: ReadSnapshot, table: RecordTable[Any]) -> Iterator[tuple[str, KeyFaults]]:
    """Yield the names of the table's keys and tags with their faults."""
    if table.keys is not None:
        name = table.keys.name
        yield name, faults_of_keys(snapshot, table.table, table.keys, _COMPUTED.get(name))
    if table.tags is not None:
        yield table.tags.name, faults_of_tags(snapshot, table.table, table.tags)


def _sentence(faults: KeyFaults) -> str:
    found = [counted(faults.wrong, "records", "are listed by wrong values")] if faults.wrong else []
    if faults.extra:
        found.append("1 row has no record" if faults.extra == 1 else f"{faults.extra:,} rows have no record")
    return "; ".join(found)


def repair_keys(settings: Settings, ctx: Ctx) -> list[str]:
    """Make wrong tags anew, and have the next opening compute wrong keys anew. Raises StartError and AppError."""
    database = settings.database_url or settings.sqlite_path.absolute()
    repaired = []
    with ExitStack() as held:
        held.enter_context(location_of(settings).held())
        tx = held.enter_context(repair.changing(database, ctx))
        for table in TABLES:
            wrong = [name for name, faults in _faults(tx, table) if not faults.none]
            if table.keys is not None and table.keys.name in wrong:
                table.keys.clear(tx)
                derived_fields.forget_some(tx, _rules(table))
            if table.tags is not None and table.tags.name in wrong:
                table.tags.rebuild(tx)
            repaired += wrong
    return [f"computed {list_names(repaired)} anew" if repaired else "they have already been repaired"]
