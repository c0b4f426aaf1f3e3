"""Import of properties from a CSV file: `valhalla import properties FILE.csv`.

The import is idempotent: each row has a key derived from its content, so a file can be imported again, even after a
crash, and no row is stored twice. Identical rows within one file are numbered and stored separately. Invalid rows
are written to a separate file with the reason; once corrected, that file can be imported as well.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple

from backend.app.core_gov.property import service
from backend.app.core_gov.property.column_map import ColumnMap, map_columns
from backend.app.core_gov.property.schemas import PropertyRecord
from backend.app.kit import clock
from backend.app.kit.data_files.batches import in_batches
from backend.app.kit.data_files.csv_table import CsvRow, read_csv
from backend.app.kit.data_files.prefetch import prefetched
from backend.app.kit.data_files.rejects import Rejects, rejects_file, telling_how_far
from backend.app.kit.db import Ctx, Database
from backend.app.kit.errors import BadInput
from backend.app.kit.output.output_file import OutputFile
from backend.app.kit.output.progress import ReportProgress
from backend.app.kit.text import list_names

BATCH = 500
"""Rows per transaction."""

_TOGETHER = (("country", "region", "postal"), ("latitude", "longitude"))


@dataclass(slots=True)
class ImportResult:
    """Outcome of an import.

    `mapped` gives the source of each field; `unused` names the columns that were not imported.
    """

    rows: int
    mapped: Mapping[str, str]
    unused: tuple[str, ...]
    imported: int = 0
    on_file: int = 0
    rejected: int = 0
    same_address: int = 0
    misplaced: int = 0
    rejected_file: Path | None = None

    @property
    def written(self) -> int:
        return self.imported

    def lines(self) -> list[str]:
        """Return the outcome as lines of text for the user."""
        counts = f"{self.imported:,} imported, {self.on_file:,} already on file, {self.rejected:,} rejected"
        found = [f"{self.rows:,} rows: {counts}"]
        if self.rejected_file:
            found.append(f"the rejected rows are in {self.rejected_file}, with the reason for each")
        if self.same_address:
            found.append(f"{self.same_address:,} of those imported have the address of another property")
        if self.misplaced:
            found.append(f"{self.misplaced:,} rows have coordinates outside their country")
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
) -> ImportResult:
    """Store every valid row that is not stored yet, in batches of one transaction each.

    `mapping` and `constants` are keyed by field, as in `column_map`; `keep_rest` keeps the other columns in `meta`.
    Rejected rows go to `rejects_to`, by default FILE.rejected.csv. Raises BadInput before anything is stored if the
    file cannot be read or a name is wrong. Database errors pass through.
    """
    output = rejects_file(path, rejects_to)
    table = read_csv(path)
    columns = map_columns(table.columns, mapping, constants, keep_rest=keep_rest)
    _check_constants(columns)
    result = ImportResult(table.count, columns.described, columns.unused)
    with (
        telling_how_far(result),
        closing(table.rows()) as rows,
        Rejects(output, table.columns, result) as rejects,
    ):
        batches = _batches(rows, columns, RowKeys(table.columns), rejects, result)
        with closing(prefetched(partial(_store, db, ctx, result), batches)) as stored:
            done = 0
            for size in stored:
                done += size
                progress(done, table.count)
    return result


class PropertyBatch(NamedTuple):
    """A batch of rows of the file: the number of rows, and the valid records among them."""

    size: int
    records: list[PropertyRecord]


def _store(db: Database, ctx: Ctx, result: ImportResult, batch: PropertyBatch) -> int:
    if batch.records:
        found = db.write_now(ctx, service.import_prepared, batch.records)
        result.imported += found.stored
        result.on_file += found.on_file
        result.same_address += found.same_address
    return batch.size


class RowKeys:
    """Generator of row keys from the content of rows, independent of column order and of the mapping to fields."""

    def __init__(self, columns: tuple[str, ...]) -> None:
        self._order = sorted((column, at) for at, column in enumerate(columns))
        self._seen: Counter[str] = Counter()

    def next(self, cells: list[str]) -> str:
        """Return the key of a row: a hash of its cells plus the count of identical rows so far."""
        said = "\x1e".join([f"{column}\x1f{cells[at]}" for column, at in self._order if cells[at]])
        digest = blake2b(said.encode(), digest_size=16).hexdigest()
        self._seen[digest] += 1
        return f"csv_{digest}_{self._seen[digest]}"


def _batches(
    rows: Iterator[CsvRow], columns: ColumnMap, keys: RowKeys, rejects: Rejects, result: ImportResult
) -> Iterator[PropertyBatch]:
    """Yield the rows in batches of BATCH and reject the rows that are invalid."""
    for some in in_batches(rows, BATCH):
        now, records = clock.now(), []
        for row in some:
            try:
                record, warnings = _record(row, columns, keys, now)
            except BadInput as error:
                rejects.add(row.number, row.cells, "; ".join(fault.message for fault in error.faults) or error.detail)
                continue
            result.misplaced += bool(warnings)
            records.append(record)
        yield PropertyBatch(len(some), records)


def _record(row: CsvRow, columns: ColumnMap, keys: RowKeys, now: str) -> tuple[PropertyRecord, list[str]]:
    if row.fault:
        raise BadInput(row.fault)
    key = keys.next(row.cells)
    return service.prepared(columns.fields(row.cells), now, key)


def _check_constants(columns: ColumnMap) -> None:
    """Raise BadInput for a constant that is invalid in every row. Rules that involve columns are checked per row."""
    fields = {name: value for name, value in columns.constants.items() if not name.startswith("meta.")}
    for group in _TOGETHER:
        if not columns.sources.keys().isdisjoint(group):
            fields = {name: value for name, value in fields.items() if name not in group or name == "country"}
    service.prepared({"address": "any", **fields}, clock.now())
