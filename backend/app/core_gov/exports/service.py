"""Service of exports: a small list as CSV at once, a large one as a job."""

from dataclasses import dataclass
from typing import Any

from backend.app.core_gov.audit import service as audit
from backend.app.core_gov.exports.list_export import EVERYONE, CsvExport
from backend.app.core_gov.jobs import service as jobs
from backend.app.core_gov.jobs.schemas import JobRecord
from backend.app.kit.db import Ctx, Database, Tx
from backend.app.kit.records import Stored

MAX_ROWS = 100_000
"""Maximum rows of an export that is answered at once. A larger one becomes a job."""

MAX_BYTES = 64_000_000
"""Maximum bytes of an export that is answered at once."""

KIND = "export"
"""Kind of the jobs that export a list."""


@dataclass(frozen=True, slots=True)
class CsvFile:
    """A complete export: its content and its number of rows."""

    content: bytes
    rows: int


def export_list(
    db: Database, ctx: Ctx, export: CsvExport, wanted: dict[str, Any], *, as_job: bool = False
) -> CsvFile | Stored[JobRecord]:
    """Return a list as CSV, or the job that exports it if it is large or `as_job` is set. Takes up to seconds.

    The audit trail records it before the caller gets the rows. Raises what `create_job` raises.
    """
    found = None if as_job else _small(db, export, wanted)
    if found is None:
        parameters = {"list": export.name, "query": wanted}
        restricted = {} if export.role == EVERYONE else {jobs.ROLE: export.role}
        return db.write_now(ctx, jobs.create_job, KIND, parameters | restricted)
    db.write_now(ctx, record_export, export.name, wanted, found.rows, None)
    return found


def _small(db: Database, export: CsvExport, wanted: dict[str, Any]) -> CsvFile | None:
    """Return the whole list; None if it is too large for a response."""
    parts, rows, size = list[bytes](), 0, 0
    with db.open_snapshot() as snapshot:
        for part, count in export.csv(snapshot, wanted):
            parts.append(part)
            rows += count
            size += len(part)
            if rows > MAX_ROWS or size > MAX_BYTES:
                return None
    return CsvFile(b"".join(parts), rows)


def record_export(tx: Tx, name: str, wanted: dict[str, Any], rows: int, file: str | None) -> None:
    """Record in the audit trail who exported what."""
    facts = {"format": "csv", "records": rows, "file": file, "query": wanted}
    audit.record_act(tx, "records.exported", name, None, facts)
