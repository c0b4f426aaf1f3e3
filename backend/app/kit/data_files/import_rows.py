"""Import of the rows of a file in batches, one transaction each. Invalid rows go to a separate file.

An import can be stopped anywhere and run again, because each row has a stable key.
"""

from collections import Counter
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence, Set
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any, TypeVar

from backend.app.kit.data_files.batches import TableRow, in_batches
from backend.app.kit.data_files.column_mapping import TypedRows
from backend.app.kit.data_files.import_result import ImportResult
from backend.app.kit.data_files.rejects import Rejects, errors_with_counts, rejects_file
from backend.app.kit.data_files.source_rows import UpsertCounts
from backend.app.kit.data_files.table_file import TableFile
from backend.app.kit.db import Ctx, Database, Tx
from backend.app.kit.errors import BadInput, Fault
from backend.app.kit.output.output_file import OutputFile
from backend.app.kit.output.progress import ReportProgress
from backend.app.kit.output.terminal_text import printable

BATCH = 500
"""Rows in one transaction."""

A = TypeVar("A")
R = TypeVar("R")
KeyedRow = tuple[str, dict[str, Any]]
RecordsOfRow = Callable[[dict[str, Any], dict[str, str], str], list[KeyedRow]]
"""Callback returning the records to store for a row, from its fields, its original cells and its content key."""

Upsert = Callable[[Tx, Sequence[KeyedRow]], UpsertCounts]


@dataclass(frozen=True, slots=True)
class TableImport:
    """Import request: the file, the columns and constants of the fields, the source and the file of rejected rows."""

    path: Path
    mapping: Mapping[str, str]
    constants: Mapping[str, str]
    source: str | None = None
    rejects_to: OutputFile | None = None

    @property
    def source_name(self) -> str:
        """The source, by default the name of the file."""
        return self.source or printable(self.path.name)

    def facts(self) -> dict[str, str]:
        """Return the facts for the audit trail."""
        return {"file": printable(self.path.name)}


def import_batches(
    table: TableFile,
    read: Callable[[Sequence[TableRow], Rejects], list[R]],
    store: Callable[[list[R]], None],
    result: ImportResult,
    rejects_to: OutputFile,
    report: ReportProgress,
    *,
    size: int,
) -> None:
    """Read and store all rows in batches of `size`; the next batch is read while one is stored.

    `read` returns the records of a batch and rejects its invalid rows; `store` stores them in one transaction.
    """

    def stored(batch: tuple[int, list[R]]) -> int:
        count, records = batch
        if records:
            store(records)
        return count

    with closing(table.rows()) as rows, Rejects(rejects_to, table.columns, result) as rejects:
        batches = ((len(batch), read(batch, rejects)) for batch in in_batches(rows, size))
        with closing(prefetched(stored, batches)) as counts:
            done = 0
            for count in counts:
                done += count
                report(done, table.count)


def prefetched(work: Callable[[A], R], items: Iterable[A]) -> Generator[R, None, None]:
    """Yield the results of `work` in order. The next item is produced while the worker processes the last one."""
    with ThreadPoolExecutor(1) as thread:
        before = None
        for item in items:
            at_work = thread.submit(work, item)
            if before is not None:
                yield before.result()
            before = at_work
        if before is not None:
            yield before.result()


def valid_records(rows: Iterable[TableRow], rejects: Rejects, read: Callable[[TableRow], R]) -> Iterator[R]:
    """Yield the record that `read` makes of each row, and reject the rows for which it raises BadInput."""
    for row in rows:
        try:
            if row.fault:
                raise BadInput(row.fault)
            record = read(row)
        except BadInput as error:
            rejects.add(row.number, row.cells, error.sentences)
        else:
            yield record


def import_rows(
    db: Database,
    ctx: Ctx,
    request: TableImport,
    table: TableFile,
    rows: TypedRows,
    records_of: RecordsOfRow,
    upsert: Upsert,
    report: ReportProgress,
    *,
    optional: Set[str] = frozenset(),
) -> ImportResult:
    """Import all rows. Values of `optional` fields that cannot be read are left out and counted.

    Raises database errors, and BadInput if the file of rejects cannot be written.
    """
    output = rejects_file(request.path, request.rejects_to)
    result = ImportResult(table.count, rows.unused)
    keys, required = ContentKeys("row"), rows.readers.keys() - optional

    def records(row: TableRow) -> list[KeyedRow]:
        key = keys.next(rows.columns, row.cells)
        left_out: list[Fault] = []
        fields = rows.fields(row.cells, required=required, left_out=left_out)
        found = records_of(fields, rows.cells_by_column(row.cells), key)
        result.left_out.note(f"row {row.number}", [(fault.field, fault.message) for fault in left_out])
        return found

    def read(batch: Sequence[TableRow], rejects: Rejects) -> list[KeyedRow]:
        return [record for found in valid_records(batch, rejects, records) for record in found]

    def store(records: Sequence[KeyedRow]) -> None:
        result.add(db.write_now(ctx, upsert, records))

    with errors_with_counts(result):
        import_batches(table, read, store, result, output, report, size=BATCH)
    return result


class ContentKeys:
    """Generator of row keys from content, independent of column order. Repeated rows in a file are numbered."""

    def __init__(self, prefix: str) -> None:
        self._prefix, self._seen = prefix, Counter[str]()

    def next(self, columns: Sequence[str], cells: Sequence[Any]) -> str:
        """Return the key of a row: a hash of its nonempty cells plus the count of identical rows so far."""
        pairs = sorted((column, cell) for column, cell in zip(columns, cells, strict=True) if cell not in (None, ""))
        content = "\x1e".join([f"{column}\x1f{cell}" for column, cell in pairs])
        digest = blake2b(content.encode(), digest_size=16).hexdigest()
        self._seen[digest] += 1
        return f"{self._prefix}_{digest}_{self._seen[digest]}"
