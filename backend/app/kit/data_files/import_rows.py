"""Import of file rows, some hundred per unit of work. Refused rows go to a separate file.

An import can be stopped anywhere and run again, because each row has a stable key.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any

from backend.app.kit.data_files.batches import in_batches
from backend.app.kit.data_files.column_mapping import TypedRows
from backend.app.kit.data_files.rejects import Rejects, rejects_file, telling_how_far
from backend.app.kit.data_files.source_rows import UpsertCounts
from backend.app.kit.data_files.table_file import AnyRow, TableFile
from backend.app.kit.db import Ctx, Database, Tx
from backend.app.kit.errors import BadInput
from backend.app.kit.output.output_file import OutputFile
from backend.app.kit.output.progress import ReportProgress
from backend.app.kit.text import list_names

BATCH = 500
"""Rows of a file per unit of work."""

Keyed = tuple[str, dict[str, Any]]
Make = Callable[[dict[str, Any], dict[str, str], str], list[Keyed]]
"""Callback returning the records to store for a row, from its fields, its original cells and its content key."""

Store = Callable[[Tx, Sequence[Keyed]], UpsertCounts]


@dataclass(slots=True)
class TakenIn:
    """Result of an import."""

    rows: int
    unused: tuple[str, ...]
    stored: int = 0
    updated: int = 0
    on_file: int = 0
    rejected: int = 0
    rejected_file: Path | None = None

    @property
    def written(self) -> int:
        return self.stored + self.updated

    def lines(self) -> list[str]:
        """Return the result as sentences for the user."""
        counts = f"{self.stored:,} new, {self.updated:,} changed, {self.on_file:,} on file already"
        found = [f"{self.rows:,} rows: {counts}, {self.rejected:,} rejected"]
        if self.rejected_file:
            found.append(f"the rejected rows are in {self.rejected_file}, with the reason for each")
        if self.unused:
            found.append(f"columns not used: {list_names(self.unused)}")
        return found


def take_in(
    db: Database,
    ctx: Ctx,
    path: Path,
    table: TableFile,
    rows: TypedRows,
    make: Make,
    store: Store,
    report: ReportProgress,
    rejects_to: OutputFile | None = None,
) -> TakenIn:
    """Import all rows. Raises database errors, and BadInput if the file of rejects cannot be written."""
    output = rejects_file(path, rejects_to)
    done = TakenIn(table.count, rows.unused)
    keys = _ContentKeys()
    through = 0
    with telling_how_far(done), closing(table.rows()) as found, Rejects(output, table.columns, done) as rejects:
        for some in in_batches(found, BATCH):
            made = [each for row in some for each in _made(row, rows, make, keys, rejects)]
            told = db.write_now(ctx, store, made) if made else UpsertCounts()
            done.stored += told.stored
            done.updated += told.updated
            done.on_file += told.on_file
            through += len(some)
            report(through, table.count)
    return done


class _ContentKeys:
    """Generator of row keys from content. Repeated content in a file is numbered."""

    def __init__(self) -> None:
        self._seen: Counter[str] = Counter()

    def next(self, said: dict[str, str]) -> str:
        content = "\x1e".join(f"{column}\x1f{said[column]}" for column in sorted(said))
        digest = blake2b(content.encode(), digest_size=16).hexdigest()
        self._seen[digest] += 1
        return f"row_{digest}_{self._seen[digest]}"


def _made(row: AnyRow, rows: TypedRows, make: Make, keys: _ContentKeys, rejects: Rejects) -> Iterator[Keyed]:
    try:
        if row.fault:
            raise BadInput(row.fault)
        said = rows.said(row.cells)
        key = keys.next(said)
        yield from make(rows.fields(row.cells), said, key)
    except BadInput as error:
        rejects.add(row.number, row.cells, "; ".join(fault.message for fault in error.faults) or error.detail)
