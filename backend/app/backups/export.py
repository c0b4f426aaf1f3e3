"""`valhalla export`: one kind of record as CSV or JSON, for other programs."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Literal

import structlog

from backend.app.backups.contents import AUDIT, tables
from backend.app.backups.store_urls import store_files
from backend.app.core_gov.audit import service as audit
from backend.app.current_store import StoreReader
from backend.app.kit import clock
from backend.app.kit.archive.source import Lines, count
from backend.app.kit.archive.tables import UNREADABLE, ArchiveTable, lines_of
from backend.app.kit.data_files.csv_safety import cell
from backend.app.kit.data_files.csv_text import csv_portions
from backend.app.kit.db import Ctx
from backend.app.kit.errors import BadInput, StoreReadOnly
from backend.app.kit.json_mirror import json_files
from backend.app.kit.output.output_file import named_file, whole_file
from backend.app.kit.output.progress import ProgressBars
from backend.app.kit.output.terminal_text import printable
from backend.app.kit.text import shorten

log = structlog.get_logger("export")

Format = Literal["csv", "json"]


def kinds() -> dict[str, ArchiveTable]:
    """Return everything that can be exported, by name: every kind of record, and the audit events."""
    return {table.name: table for table in tables() if table.records or table.name == AUDIT}


def kind_of(name: str) -> ArchiveTable:
    """Return the kind with this name. Raises BadInput if there is none."""
    found = kinds().get(name)
    if found is None:
        raise BadInput(f"there is no kind {shorten(name)}; the kinds are {', '.join(kinds())}")
    return found


def export_to(
    store: StoreReader, ctx: Ctx, kind: ArchiveTable, form: Format, path: Path, bars: ProgressBars, *, replace: bool
) -> int:
    """Write all records of a kind to a file and return their number. Raises the errors of `named_file`."""
    output = named_file(path, replace=replace, inputs=store_files(store.settings))
    with whole_file(output, private=True) as temp, temp.open("wb") as file:
        return export(store, ctx, kind, form, file, bars, name=printable(path.name))


def export(
    store: StoreReader,
    ctx: Ctx,
    kind: ArchiveTable,
    form: Format,
    file: IO[bytes],
    bars: ProgressBars,
    *,
    name: str | None = None,
) -> int:
    """Write all records of a kind from one snapshot, oldest first, and return their number.

    The audit trail records the export before the first record is written, because a reader who cancels has records too.
    A read-only store is exported with a warning that the trail does not record it.
    """
    with store.db.open_snapshot() as snapshot, bars(f"exporting {kind.name}") as report:
        done, total = 0, count(snapshot, kind)
        facts = {"format": form, "records": total, "file": name}
        try:
            store.db.write_now(ctx, audit.record_act, "records.exported", kind.name, None, facts)
        except StoreReadOnly as error:
            log.warning("the audit trail does not tell of this export", reason=error.detail)
        chunks = (lines_of(kind.shape, rows) for rows in snapshot.stream(kind.query(kind.shape.columns)))
        for part, lines in _csv(kind, chunks) if form == "csv" else _json(chunks):
            file.write(part)
            done += lines
            report(done, total)
    return done


Parts = Iterator[tuple[bytes, int]]


def _json(chunks: Lines) -> Parts:
    yield json_files.HEAD + json.dumps(clock.now()).encode() + b', "items": [', 0
    separator = b"\n"
    for lines in chunks:
        yield separator + b",\n".join(lines), len(lines)
        separator = b",\n"
    yield json_files.END, 0


def _csv(kind: ArchiveTable, chunks: Lines) -> Parts:
    columns = list(kind.model.model_fields) if kind.model else list(kind.shape.columns)
    return csv_portions(columns, ([_cells(line, columns) for line in lines] for lines in chunks))


def _cells(line: bytes, columns: list[str]) -> list[str | int | float]:
    """Return the cells of a row. A document that is not a JSON object goes unchanged into the first cell."""
    try:
        fields = json.loads(line)
    except ValueError:
        fields = None
    if isinstance(fields, dict) and UNREADABLE in fields and UNREADABLE not in columns:
        return [cell(fields[UNREADABLE]), *([""] * (len(columns) - 1))]
    if not isinstance(fields, dict):
        return [cell(line.decode("utf-8", "replace")), *([""] * (len(columns) - 1))]
    return [cell(fields.get(column)) for column in columns]
