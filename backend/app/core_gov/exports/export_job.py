"""The job that exports a large list to a file.

A snapshot ends with its process, so a run that was interrupted cannot be continued: the next one starts a new file
from a new snapshot. The file gets its name only when it is complete.
"""

import hashlib
import os
from collections.abc import Mapping
from functools import partial
from typing import Any

from backend.app.core_gov.exports.list_export import CsvExport
from backend.app.core_gov.exports.service import KIND, record_export
from backend.app.core_gov.jobs.result_files import ResultFolder
from backend.app.core_gov.jobs.running_job import JobKind, JobResult, RunningJob
from backend.app.kit.errors import BadInput

STEP_ROWS = 10_000
"""Rows between two updates of the progress, each of which notices that the job was paused or canceled."""


def export_kind(folder: ResultFolder, lists: Mapping[str, CsvExport]) -> JobKind:
    """Return the kind of job that exports one of these lists."""
    return JobKind(KIND, partial(_run, folder, lists))


def _run(folder: ResultFolder, lists: Mapping[str, CsvExport], job: RunningJob) -> JobResult:
    name, wanted = job.parameters["list"], job.parameters["query"]
    if name not in lists:
        raise BadInput(f"this version has no list {name} to export")
    result = _write(folder, lists[name], wanted, job)
    return JobResult(result, partial(record_export, name=name, wanted=wanted, rows=result["rows"], file=result["file"]))


def _write(folder: ResultFolder, export: CsvExport, wanted: dict[str, Any], job: RunningJob) -> dict[str, Any]:
    """Write the whole list to a new file. Raises StoreFull."""
    digest, rows, size, reported = hashlib.sha256(), 0, 0, 0
    job.step(0, None)
    with job.db.open_snapshot() as snapshot, folder.new_file(f"{export.name}-{job.id}.csv") as new:
        total = export.total(snapshot, wanted)
        job.step(0, total)
        with open(new.descriptor, "wb", closefd=False) as file:
            for part, count in export.csv(snapshot, wanted):
                file.write(part)
                digest.update(part)
                rows, size = rows + count, size + len(part)
                if rows - reported >= STEP_ROWS:
                    job.step(rows, total)
                    reported = rows
            file.flush()
            os.fsync(new.descriptor)
        job.step(rows, rows)
        placed = new.place()
    return {"file": placed.name, "rows": rows, "bytes": size, "sha256": digest.hexdigest()}
