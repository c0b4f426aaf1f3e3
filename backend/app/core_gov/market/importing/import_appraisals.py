"""Import of appraisals from a file: `valhalla market import-appraisals FILE --market NAME`.

Without a mapping file, columns are matched to fields by name: `Value` is value. Safe to run again, like an import of
sales: each row has a key, and a changed row updates its appraisal.
"""

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from hashlib import blake2b
from pathlib import Path
from typing import Any, NamedTuple

from backend.app.core_gov.market import service as markets
from backend.app.core_gov.market.appraisals import service
from backend.app.core_gov.market.appraisals.schemas import AppraisalRecord
from backend.app.core_gov.market.importing.profiles import hash_of, key_of, read_mapping
from backend.app.core_gov.market.importing.record_map import RecordMap, compile_map
from backend.app.kit import clock
from backend.app.kit.data_files.batches import in_batches
from backend.app.kit.data_files.import_rows import TakenIn
from backend.app.kit.data_files.prefetch import prefetched
from backend.app.kit.data_files.rejects import Rejects, rejects_file, telling_how_far
from backend.app.kit.data_files.table_file import AnyRow, read_table
from backend.app.kit.db import Ctx, Database
from backend.app.kit.errors import BadInput
from backend.app.kit.output.output_file import OutputFile
from backend.app.kit.output.progress import ReportProgress
from backend.app.kit.text import list_names

BATCH = 500
"""Rows in one transaction."""

KINDS = {
    "value": "money", "currency": "text", "date": "day", "property_id": "text", "parcel": "text", "address": "text",
    "appraiser": "text", "source": "text", "purpose": "text", "notes": "text",
}  # fmt: skip
REQUIRED = ("value", "date")


def import_appraisals(
    db: Database,
    ctx: Ctx,
    path: Path,
    market: str,
    mapping: Path | None,
    progress: ReportProgress,
    rejects_to: OutputFile | None = None,
) -> TakenIn:
    """Store every row that is an appraisal; the currency defaults to the market's.

    Raises NotFound if the market does not exist, and BadInput before anything is stored if the file cannot be read or
    does not fit.
    """
    output = rejects_file(path, rejects_to)
    currency = db.snapshot_now(markets.get_market, market).currency
    table = read_table(path)
    map_ = _map_of(path, table.columns, mapping)
    result = TakenIn(table.count, tuple(column for column in table.columns if column not in map_.columns))
    usual = {"market": market, "currency": currency}
    with (
        telling_how_far(result),
        closing(table.rows()) as rows,
        Rejects(output, table.columns, result) as rejects,
    ):
        batches = _batches(rows, table.columns, _Reader(map_, usual), rejects)
        with closing(prefetched(partial(_store, db, ctx, result), batches)) as stored:
            done = 0
            for size in stored:
                done += size
                progress(done, table.count)
    return result


def _map_of(path: Path, columns: tuple[str, ...], mapping: Path | None) -> RecordMap:
    """Return the map from the mapping file, or else from columns named like fields."""
    if mapping is not None:
        given = read_mapping(mapping, "give one ending in .toml, or leave --mapping out")
        found = compile_map(given, KINDS, REQUIRED, mapping.name)
        found.check_columns(columns, path.name)
        return found
    named: dict[str, str] = {}
    for column in columns:
        name = re.sub(r"[\s_-]+", "_", column.casefold())
        if name in KINDS and named.setdefault(name, column) != column:
            raise BadInput(f"{named[name]} and {column} both look like {name}; say in a mapping file which one it is")
    for name in REQUIRED:
        if name not in named:
            raise BadInput(
                f"{path.name} has no column named {name}; its columns are {list_names(columns)}: say in a mapping file "
                f"which one it is"
            )
    return compile_map({"name": "appraisals", "columns": named}, KINDS, REQUIRED, path.name)


class _Reader:
    """Converts the rows of one file to appraisals."""

    def __init__(self, map_: RecordMap, usual: dict[str, Any]) -> None:
        self._map, self._usual = map_, usual
        self._seen: Counter[str] = Counter()

    def record(self, raw: dict[str, Any], now: str) -> AppraisalRecord:
        """Return the appraisal in a row. Raises BadInput naming each fault."""
        fields, _ = self._map.fields(raw)
        if isinstance(fields.get("value"), float):
            fields["value"] = round(fields["value"], 2)
        own = key_of(self._map, raw, fields)
        key = own or hash_of(raw)
        self._seen[key] += 1
        if own is not None and self._seen[key] > 1:
            raise BadInput(f"the key {own} was in a row before this one too")
        whole = f"{self._usual['market']}\0{self._map.name}\0{key}\0{self._seen[key]}"
        import_key = f"row_{blake2b(whole.encode(), digest_size=16).hexdigest()}"
        return service.prepared({**self._usual, **fields}, now, import_key)


class _AppraisalBatch(NamedTuple):
    """Batch of rows: their number, and the records they make."""

    size: int
    records: list[AppraisalRecord]


def _store(db: Database, ctx: Ctx, result: TakenIn, batch: _AppraisalBatch) -> int:
    if batch.records:
        found = db.write_now(ctx, service.import_prepared, batch.records)
        result.stored += found.stored
        result.updated += found.updated
        result.on_file += found.on_file
    return batch.size


def _batches(
    rows: Iterator[AnyRow], columns: tuple[str, ...], reader: _Reader, rejects: Rejects
) -> Iterator[_AppraisalBatch]:
    for some in in_batches(rows, BATCH):
        now, records = clock.now(), []
        for row in some:
            try:
                if row.fault:
                    raise BadInput(row.fault)
                records.append(reader.record(dict(zip(columns, row.cells, strict=True)), now))
            except BadInput as error:
                reason = "; ".join(fault.message for fault in error.faults) or error.detail
                rejects.add(row.number, row.cells, reason)
        yield _AppraisalBatch(len(some), records)
