"""The tables and state of a store that archives and transfers contain, and their integrity check."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from backend.app.core_gov.audit import chain as trail
from backend.app.kit.archive import tables as kept
from backend.app.kit.archive.keys import KeyCheck, temporary
from backend.app.kit.archive.manifest import Facts, Tally
from backend.app.kit.archive.source import InvalidRows, Source, checked_rows
from backend.app.kit.archive.tables import ArchiveTable, BadArchive
from backend.app.kit.db import state
from backend.app.kit.output.progress import ReportProgress
from backend.app.store_tables import TABLES, TYPED_TABLES

AUDIT = "audit_events"
STATE = (state.STORE_ID, state.ADOPTED, trail.HEAD_KEY)
"""Keys of the store's own state that archives and transfers include."""

REPORTED = 2_000
"""Lines between two updates of the progress bar."""


def tables() -> list[ArchiveTable]:
    """Return every table that archives and transfers contain, in order."""
    return [
        *(kept.of_records(table) for table in TABLES),
        *(kept.of_rows(name, file) for name, file in TYPED_TABLES.items()),
    ]


def check(source: Source, report: ReportProgress, invalid: InvalidRows) -> dict[str, Facts]:
    """Check every line and return the facts of each table. Raises BadArchive at the first line that cannot be stored.

    `invalid` collects rows that can be stored although this version would not write them.
    """
    found: dict[str, Facts] = {}
    through, total = 0, sum(source.counts.values())
    for table in tables():
        report(through, total)
        found[table.name] = check_table(source, table, partial(_further, report, through, total), invalid)
        through += found[table.name].count
    report(through, total)
    return found


def _further(report: ReportProgress, through: int, total: int, done: int) -> None:
    report(through + done, total)


def check_table(source: Source, table: ArchiveTable, advance: Callable[[int], None], invalid: InvalidRows) -> Facts:
    """Check one table in the same way. The audit trail must be one chain that ends at the recorded head."""
    tally = Tally()
    with temporary() as conn:
        lines = _counted(checked_rows(source, table, tally, invalid, KeyCheck(conn, table)), advance)
        if table.name == AUDIT:
            _check_trail(source, lines)
        else:
            for _ in lines:
                pass
    return tally.facts


def _counted(found: Iterator[Any], advance: Callable[[int], None]) -> Iterator[Any]:
    for number, item in enumerate(found, 1):
        yield item
        if number % REPORTED == 0:
            advance(number)


def _check_trail(source: Source, events: Iterator[dict[str, Any]]) -> None:
    verdict = trail.verify((tuple(event.values()) for event in events), head_of(source))
    if verdict.faults:
        raise BadArchive(f"{source.where}: {source.member(AUDIT)}: the audit trail is broken: {verdict.faults[0]}")


def head_of(source: Source) -> trail.Head:
    """Return the end of the audit trail as the store recorded it. Raises BadArchive if it is missing or not valid."""
    try:
        return trail.Head.parse(source.store[trail.HEAD_KEY])
    except (KeyError, ValueError):
        raise BadArchive(f"{source.where} does not record the end of its audit trail") from None
