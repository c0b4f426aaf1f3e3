"""`valhalla audit verify FILE`: verification of the audit trail in an archive."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from backend.app.backups.contents import AUDIT, REPORTED, STATE, head_of, tables
from backend.app.core_gov.audit import chain
from backend.app.kit.archive import zip_file
from backend.app.kit.archive.age_keys import Identities
from backend.app.kit.archive.manifest import Tally
from backend.app.kit.archive.source import InvalidRows, checked_rows
from backend.app.kit.archive.target import in_current_schema
from backend.app.kit.output.progress import ProgressBars, ReportProgress


def verify_archived(
    path: Path, bars: ProgressBars, *, sought: str | None = None, identities: Identities | None = None
) -> chain.Verdict:
    """Verify every event in an archive, as `audit.verify` does in a database. Raises BadArchive.

    Any change to the archive after it was written raises BadArchive, wherever the change is.
    """
    (table,) = (table for table in tables() if table.name == AUDIT)
    with zip_file.reading(path, identities) as archive:
        archive.digest()
        with in_current_schema(archive, tables(), STATE) as source, bars("audit trail") as report:
            events = _rows(checked_rows(source, table, Tally(), InvalidRows()), source.counts[AUDIT], report)
            return chain.verify(events, head_of(source), sought=sought)


def _rows(events: Iterator[Any], total: int, report: ReportProgress) -> Iterator[chain.Row]:
    for number, event in enumerate(events, 1):
        if number % REPORTED == 0:
            report(number, total)
        yield tuple(event.values())
