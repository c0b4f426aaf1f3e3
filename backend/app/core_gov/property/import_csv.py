"""Taking the rows of a CSV file on file as properties: `valhalla import properties FILE.csv`.

Each row has a key made of what it says, so a file can be imported again, after a kill in the middle too, and no row
is stored twice. The same content twice in one file is two rows, the first and the second of that content. Rows that
are no property go to a file of their own with the reason; corrected there, that file can be imported in its turn.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
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
from backend.app.kit.data_files.batches import in_batches, listed
from backend.app.kit.data_files.csv_table import CsvRow, read_csv
from backend.app.kit.data_files.prefetch import one_ahead
from backend.app.kit.data_files.rejects import Rejects, rejects_file, telling_how_far
from backend.app.kit.db import Ctx, Database
from backend.app.kit.errors import BadInput
from backend.app.kit.output.output_file import OutputFile

BATCH = 500
"""Rows in one unit of work."""

_TOGETHER = (("country", "region", "postal"), ("latitude", "longitude"))

Progress = Callable[[int, int], None]
"""Is told how many rows are through, and how many there are."""


@dataclass(slots=True)
class ImportResult:
    """What became of a file.

    `mapped` says where each field came from, `unused` names the columns that went nowhere.
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
        """The same in sentences, for whoever started the import."""
        counts = f"{self.imported:,} imported, {self.on_file:,} already on file, {self.rejected:,} rejected"
        found = [f"{self.rows:,} rows: {counts}"]
        if self.rejected_file:
            found.append(f"the rejected rows are in {self.rejected_file}, with the reason for each")
        if self.same_address:
            found.append(f"{self.same_address:,} of those imported have the address of another property")
        if self.misplaced:
            found.append(f"{self.misplaced:,} rows have coordinates outside their country")
        if self.unused:
            found.append(f"columns not imported: {listed(self.unused)}")
        return found


def import_properties(
    db: Database,
    ctx: Ctx,
    path: Path,
    mapping: Mapping[str, str],
    constants: Mapping[str, str],
    progress: Progress,
    *,
    keep_rest: bool = False,
    rejects_to: OutputFile | None = None,
) -> ImportResult:
    """Stores every row that is a property and is not on file yet, some hundred in each unit of work.

    `mapping` and `constants` are by field, as `column_map` reads them; `keep_rest` keeps the other columns in
    `meta`. Rejected rows go to `rejects_to`, which is FILE.rejected.csv when none is named. Raises BadInput
    before anything is stored when the file cannot be read or a name is wrong, and what the database raises.
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
        with closing(one_ahead(partial(_store, db, ctx, result), batches)) as stored:
            done = 0
            for size in stored:
                done += size
                progress(done, table.count)
    return result


class PropertyBatch(NamedTuple):
    """Some rows of the file: how many, and the records that they make."""

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
    """Names rows by what they say, whatever the order of their columns and whichever field each one feeds."""

    def __init__(self, columns: tuple[str, ...]) -> None:
        self._order = sorted((column, at) for at, column in enumerate(columns))
        self._seen: Counter[str] = Counter()

    def next(self, cells: list[str]) -> str:
        """The key of a row: a hash of its cells, and how many rows of the same content there were with it."""
        said = "\x1e".join([f"{column}\x1f{cells[at]}" for column, at in self._order if cells[at]])
        digest = blake2b(said.encode(), digest_size=16).hexdigest()
        self._seen[digest] += 1
        return f"csv_{digest}_{self._seen[digest]}"


def _batches(
    rows: Iterator[CsvRow], columns: ColumnMap, keys: RowKeys, rejects: Rejects, result: ImportResult
) -> Iterator[PropertyBatch]:
    """The rows, some hundred at a time; what makes no record is rejected."""
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
    """Refuses a constant that no row could have; what is checked together with a column is left to the rows."""
    fields = {name: value for name, value in columns.constants.items() if not name.startswith("meta.")}
    for group in _TOGETHER:
        if not columns.sources.keys().isdisjoint(group):
            fields = {name: value for name, value in fields.items() if name not in group or name == "country"}
    service.prepared({"address": "any", **fields}, clock.now())
