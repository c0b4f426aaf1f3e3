"""Import of appraisals from a file: `valhalla market import-appraisals FILE --market NAME`.

Without a mapping file, columns are matched to fields by name: `Value` is value. Safe to run again, like an import of
sales: each row has a key, and a changed row updates its appraisal.
"""

from collections import Counter
from collections.abc import Sequence
from hashlib import blake2b
from pathlib import Path
from typing import Any

from backend.app.core_gov.market import service as markets
from backend.app.core_gov.market.appraisals import service
from backend.app.core_gov.market.appraisals.schemas import AppraisalRecord
from backend.app.core_gov.market.importing.converters import currency_code
from backend.app.core_gov.market.importing.profiles import hash_of, key_of, read_mapping
from backend.app.core_gov.market.importing.record_fields import CURRENCY, Notes
from backend.app.core_gov.market.importing.record_map import RecordMap, compile_map
from backend.app.core_gov.market.importing.spreadsheet_marks import whole_number_columns, without_zeros
from backend.app.kit import clock
from backend.app.kit.data_files.batches import TableRow
from backend.app.kit.data_files.column_mapping import columns_by_name
from backend.app.kit.data_files.import_result import ImportResult
from backend.app.kit.data_files.import_rows import BATCH, import_batches, valid_records
from backend.app.kit.data_files.rejects import Rejects, errors_with_counts, rejects_file
from backend.app.kit.data_files.table_file import read_table
from backend.app.kit.db import Ctx, Database
from backend.app.kit.errors import BadInput
from backend.app.kit.output.output_file import OutputFile
from backend.app.kit.output.progress import ReportProgress
from backend.app.kit.text import list_names

KINDS = {
    "value": "money", "currency": "text", "date": "day", "property_id": "text", "parcel": "identifier",
    "address": "text", "appraiser": "text", "source": "text", "purpose": "text", "notes": "text",
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
) -> ImportResult:
    """Store every row that is an appraisal; the currency defaults to the market's.

    Raises NotFound if the market does not exist, and BadInput before anything is stored if the file cannot be read or
    does not fit.
    """
    output = rejects_file(path, rejects_to)
    currency = db.snapshot_now(markets.get_market, market).currency
    given = None if mapping is None else _stated_map(mapping)
    table = read_table(path, None if given is None else given.layout)
    if given is not None:
        given.check_table(table)
    map_ = given or _map_by_name(path, table.columns)
    result = ImportResult(table.count, tuple(column for column in table.columns if column not in map_.columns))
    whole = whole_number_columns(table, map_.identifying, map_.address_parts)
    reader = _AppraisalReader(table.columns, whole, map_, {"market": market, "currency": currency})

    def store(records: Sequence[AppraisalRecord]) -> None:
        result.add(db.write_now(ctx, service.import_prepared, records))

    with errors_with_counts(result):
        import_batches(table, reader.batch, store, result, output, progress, size=BATCH)
    return result


def _stated_map(mapping: Path) -> RecordMap:
    given = read_mapping(mapping, "give one ending in .toml, or leave --mapping out")
    return compile_map(given, KINDS, REQUIRED, mapping.name)


def _map_by_name(path: Path, columns: tuple[str, ...]) -> RecordMap:
    """Return the map from columns named like fields. Raises BadInput."""
    named = columns_by_name(columns, KINDS)
    for name in REQUIRED:
        if name not in named:
            raise BadInput(
                f"{path.name} has no column {name}; its columns are {list_names(columns)}: name it in a mapping file"
            )
    return compile_map({"name": "appraisals", "columns": named}, KINDS, REQUIRED, path.name)


class _AppraisalReader:
    """Converts the rows of one file to appraisals."""

    def __init__(
        self, columns: tuple[str, ...], whole: frozenset[str], map_: RecordMap, defaults: dict[str, Any]
    ) -> None:
        self._columns, self._map, self._defaults = columns, map_, defaults
        self._whole = [at for at, column in enumerate(columns) if column in whole]
        self._seen: Counter[str] = Counter()

    def batch(self, rows: Sequence[TableRow], rejects: Rejects) -> list[AppraisalRecord]:
        now = clock.now()
        return list(valid_records(rows, rejects, lambda row: self._record(row, now)))

    def _record(self, row: TableRow, now: str) -> AppraisalRecord:
        """Return the appraisal in a row. Raises BadInput naming each fault."""
        raw = dict(zip(self._columns, without_zeros(row.cells, self._whole), strict=True))
        fields, notes = self._map.fields(raw)
        if isinstance(fields.get("value"), float):
            fields["value"] = round(float(fields["value"]), 2)
        _check_currency(fields, notes, self._defaults["currency"])
        own = key_of(self._map, raw, fields)
        key = own or hash_of(raw)
        self._seen[key] += 1
        if own is not None and self._seen[key] > 1:
            raise BadInput(f"the key {own} is already in an earlier row")
        whole = f"{self._defaults['market']}\0{self._map.name}\0{key}\0{self._seen[key]}"
        import_key = f"row_{blake2b(whole.encode(), digest_size=16).hexdigest()}"
        return service.prepared({**self._defaults, **fields}, now, import_key)


def _check_currency(fields: dict[str, Any], notes: Notes, currency: str) -> None:
    """Set the currency that the row states. Raises BadInput if the text of its value names another one."""
    stated = currency_code(fields.pop("currency", ""))
    if stated is not None:
        fields["currency"] = stated
    named = notes.get(CURRENCY)
    if named is not None and named != (stated or currency):
        raise BadInput.field("currency", f"the value is in {named}, but its currency is {stated or currency}")
