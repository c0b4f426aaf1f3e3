"""Import of properties from a CSV file: `valhalla import properties FILE.csv`.

The import is idempotent: each row has a key derived from its content, so a file can be imported again, even after a
crash, and no row is stored twice. Identical rows within one file are numbered and stored separately. Invalid rows
are written to a separate file with the reason; once corrected, that file can be imported as well.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from backend.app.core_gov.market.importing.spreadsheet_marks import whole_number_columns
from backend.app.core_gov.property import service
from backend.app.core_gov.property.column_map import ColumnMap, map_columns
from backend.app.core_gov.property.schemas import PropertyRecord
from backend.app.kit import clock
from backend.app.kit.data_files.batches import TableRow
from backend.app.kit.data_files.csv_table import read_csv
from backend.app.kit.data_files.import_result import ImportResult
from backend.app.kit.data_files.import_rows import BATCH, ContentKeys, import_batches, valid_records
from backend.app.kit.data_files.rejects import Rejects, errors_with_counts, rejects_file
from backend.app.kit.db import Ctx, Database
from backend.app.kit.output.output_file import OutputFile
from backend.app.kit.output.progress import ReportProgress
from backend.app.kit.text import counted, list_names

_TOGETHER = (("country", "region", "postal"), ("latitude", "longitude"))


@dataclass(slots=True)
class PropertiesImported(ImportResult):
    """Result of an import. `mapped` gives the source of each field."""

    mapped: Mapping[str, str] = field(default_factory=dict)
    same_address: int = 0
    misplaced: int = 0

    def lines(self) -> list[str]:
        """Return the result as sentences for the user."""
        counts = f"{self.stored:,} imported, {self.on_file:,} already on file, {self.rejected:,} rejected"
        found = [f"{counted(self.rows, 'rows')}: {counts}", *self.rejects()]
        if self.same_address:
            found.append(f"{self.same_address:,} of those imported have the address of another property")
        if self.misplaced:
            found.append(counted(self.misplaced, "rows", "have coordinates outside the country"))
        if self.unused:
            found.append(f"columns not imported: {list_names(self.unused)}")
        return found


def import_properties(
    db: Database,
    ctx: Ctx,
    path: Path,
    mapping: Mapping[str, str],
    constants: Mapping[str, str],
    progress: ReportProgress,
    *,
    keep_rest: bool = False,
    rejects_to: OutputFile | None = None,
) -> PropertiesImported:
    """Store every valid row that is not stored yet, in batches of one transaction each.

    `mapping` and `constants` are keyed by field, as in `column_map`; `keep_rest` keeps the other columns in `meta`.
    Rejected rows go to `rejects_to`, by default FILE.rejected.csv. Raises BadInput before anything is stored if the
    file cannot be read or a name is wrong. Database errors pass through.
    """
    output = rejects_file(path, rejects_to)
    table = read_csv(path)
    columns = map_columns(table.columns, mapping, constants, keep_rest=keep_rest)
    _check_constants(columns)
    marked = whole_number_columns(table, columns.identifying, columns.address_parts)
    whole = tuple(at for at, column in enumerate(table.columns) if column in marked)
    result = PropertiesImported(table.count, columns.unused, mapped=columns.described)
    keys = ContentKeys("csv")

    def record(now: str, row: TableRow) -> tuple[PropertyRecord, list[str]]:
        key = keys.next(table.columns, row.cells)
        return service.prepared(columns.fields(row.cells, whole), now, key)

    def read(rows: Sequence[TableRow], rejects: Rejects) -> list[PropertyRecord]:
        found = list(valid_records(rows, rejects, partial(record, clock.now())))
        result.misplaced += sum(bool(warnings) for _, warnings in found)
        return [record for record, _ in found]

    def store(records: Sequence[PropertyRecord]) -> None:
        counts = db.write_now(ctx, service.import_prepared, records)
        result.stored += counts.stored
        result.on_file += counts.on_file
        result.same_address += counts.same_address

    with errors_with_counts(result):
        import_batches(table, read, store, result, output, progress, size=BATCH)
    return result


def _check_constants(columns: ColumnMap) -> None:
    """Raise BadInput for a constant that is invalid in every row. Rules that involve columns are checked per row."""
    fields = {name: value for name, value in columns.constants.items() if not name.startswith("meta.")}
    for group in _TOGETHER:
        if not columns.sources.keys().isdisjoint(group):
            fields = {name: value for name, value in fields.items() if name not in group or name == "country"}
    service.prepared({"address": "any", **fields}, clock.now())
