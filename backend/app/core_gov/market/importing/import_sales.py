"""Import of sales from a file: `valhalla market import-sales FILE --market NAME --profile …`.

Each row has a key, so a file can be imported again, even after an import was killed: stored sales are left alone, and a
changed row updates its sale. Rejected rows go to a separate file with the reason; once corrected, that file can be
imported itself.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from hashlib import file_digest
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import ValidationError

from backend.app.core_gov.geography.regions import CURRENCIES
from backend.app.core_gov.market import service
from backend.app.core_gov.market.importing.column_batches import ColumnReader
from backend.app.core_gov.market.importing.profiles import SaleReader
from backend.app.core_gov.market.importing.record_map import PassedOver, RecordMap
from backend.app.core_gov.market.importing.sale_checks import WARNINGS, SaleTerms
from backend.app.core_gov.market.importing.seen_keys import SeenKeys
from backend.app.core_gov.market.importing.spreadsheet_marks import whole_number_columns, without_zeros
from backend.app.core_gov.market.sale import AGE, EXTRA, MONTH, YEAR, Sale
from backend.app.core_gov.market.schemas import MarketCreate
from backend.app.core_gov.market.screening import screen_market
from backend.app.core_gov.market.screening.screen_market import ScreeningResult
from backend.app.kit import clock
from backend.app.kit.data_files.batches import TableRow
from backend.app.kit.data_files.import_result import ImportResult
from backend.app.kit.data_files.import_rows import import_batches, valid_records
from backend.app.kit.data_files.rejects import Rejects, errors_with_counts, rejects_file
from backend.app.kit.data_files.source_rows import UpsertCounts, check_source
from backend.app.kit.data_files.table_file import TableFile, read_table
from backend.app.kit.db import Ctx, Database, Tx
from backend.app.kit.errors import BadInput, Conflict
from backend.app.kit.fields import faults_of
from backend.app.kit.output.output_file import OutputFile
from backend.app.kit.output.progress import ProgressBars
from backend.app.kit.output.terminal_text import printable
from backend.app.kit.text import counted, list_names

BATCH = 4000
"""Rows in one transaction."""


@dataclass(slots=True)
class SalesImported(ImportResult):
    """Result of an import.

    `passed_over` counts rows that are not closed sales, by kind. `warnings` and `converted` count rows by what was left
    out and by what was converted. `removed` counts the sales on file that their rows no longer describe as sales,
    `left_out` the values that could not be used. `absent` names the columns of the profile that the file does not have.
    """

    absent: tuple[str, ...] = ()
    passed_over: Counter[str] = field(default_factory=Counter)
    removed: int = 0
    warnings: Counter[str] = field(default_factory=Counter)
    converted: Counter[str] = field(default_factory=Counter)
    screened: ScreeningResult | None = None

    def lines(self) -> list[str]:
        """Return the result as sentences for the user."""
        found = [f"{counted(self.rows, 'rows')}: {self.counts()}", *self.rejects()]
        if self.passed_over:
            kinds = ", ".join(f"{kind} ({count:,})" for kind, count in self.passed_over.most_common(10))
            found.append(f"{counted(self.passed_over.total(), 'rows', 'are not closed sales, skipped')}: {kinds}")
        if self.removed:
            found.append(f"{self.removed:,} of them on file as sales, now removed")
        found += [counted(count, "sales", WARNINGS[kind]) for kind, count in sorted(self.warnings.items())]
        found += self.left_out.lines("sales")
        found += [f"{counted(count, 'sales')}: {what}" for what, count in sorted(self.converted.items())]
        if self.absent:
            found.append(f"not in this file: {list_names(self.absent)}")
        if self.unused:
            found.append(f"columns not used, but kept with each sale: {list_names(self.unused)}")
        return found + (self.screened.lines() if self.screened else [])


@dataclass(frozen=True, slots=True)
class ImportRequest:
    """Import request; the first import creates the market with `country` and `currency`."""

    market: str
    map: RecordMap
    country: str | None = None
    currency: str | None = None
    source: str | None = None


def import_sales(
    db: Database,
    ctx: Ctx,
    path: Path,
    request: ImportRequest,
    bars: ProgressBars,
    *,
    rejects_to: OutputFile | None = None,
) -> SalesImported:
    """Store every row that is a sale, in batches, and screen the market at the end.

    Creates the market if it does not exist. Rejected rows go to `rejects_to`, by default FILE.rejected.csv. Raises
    BadInput before anything is stored if the file cannot be read or does not fit, and lets database errors through.
    """
    check_source(request.source or request.map.name)
    output = rejects_file(path, rejects_to)
    table = read_table(path, request.map.layout)
    request.map.check_table(table)
    terms = db.snapshot_now(terms_of, request)
    whole = whole_number_columns(table, request.map.identifying, request.map.address_parts)
    with path.open("rb") as file:
        facts = {"file": printable(path.name), "sha256": file_digest(file, "sha256").hexdigest()}
    result = SalesImported(table.count, _unused(request.map, table), absent=_absent(request.map, table))
    reader = _SaleBatchReader(table.columns, whole, SaleReader(request.map, terms), result)

    def store(rows: Sequence[Sale | NoSale]) -> None:
        counts, removed = db.write_now(ctx, _store, request, terms, facts, rows)
        result.add(counts)
        result.removed += removed

    with errors_with_counts(result):
        with bars(path.name) as report:
            import_batches(table, reader.batch, store, result, output, report, size=BATCH)
        if db.snapshot_now(service.find_market, request.market) is not None:
            with bars("Screening") as report:
                result.screened = screen_market.screen(db, ctx, request.market, report)
    return result


def terms_of(tx: Tx, request: ImportRequest) -> SaleTerms:
    """Return the market's terms, whether it is stored yet or not. Raises BadInput or Conflict."""
    found = service.find_market(tx, request.market)
    country = request.country or request.map.country or (found.country if found else None)
    currency = request.currency or request.map.currency or (found.currency if found else CURRENCIES.get(country or ""))
    if country is None or currency is None:
        raise BadInput(
            f"the market {request.market} is not on file yet, and neither {request.map.name} nor an option says where "
            "it is: give its country and currency, as in --country CA --currency CAD"
        )
    if found is None:
        _new_market(request.market, country, currency)
    else:
        for what, given, known in (("country", country, found.country), ("currency", currency, found.currency)):
            if given != known:
                raise Conflict(f"the {what} of the market {request.market} is {known}, not {given}: use another market")
    return SaleTerms(country, currency, clock.today())


def _new_market(name: str, country: str, currency: str) -> MarketCreate:
    try:
        return MarketCreate.model_validate({"name": name, "country": country, "currency": currency})
    except ValidationError as error:
        raise BadInput.of(faults_of(error)) from None


class NoSale(NamedTuple):
    """A row whose listing is no sale, and the reason. A sale on file with this key is removed."""

    key: str
    reason: str


def _store(
    tx: Tx, request: ImportRequest, terms: SaleTerms, facts: Mapping[str, Any], rows: Sequence[Sale | NoSale]
) -> tuple[UpsertCounts, int]:
    """Store one batch in a transaction; the first one creates the market. Return the number of removed sales, too."""
    market, source, counts = request.market, request.source or request.map.name, UpsertCounts()
    last = {row.source_key if isinstance(row, Sale) else row.key: row for row in rows}
    if sales := [row for row in last.values() if isinstance(row, Sale)]:
        if service.find_market(tx, market) is None:
            service.create_market(tx, _new_market(market, terms.country, terms.currency))
        counts = service.upsert_sales(tx, market, source, sales, facts)
    gone = {row.key: row.reason for row in last.values() if isinstance(row, NoSale)}
    keys_by_reason: dict[str, list[str]] = {}
    for key in sorted(service.keys_on_file(tx, market, source, gone)) if gone else ():
        keys_by_reason.setdefault(gone[key], []).append(key)
    removed = [service.remove_sales(tx, market, source, keys, reason) for reason, keys in keys_by_reason.items()]
    return counts, sum(removed)


class _SaleBatchReader:
    """Converts batches of rows to sales; other rows are rejected or passed over."""

    def __init__(
        self, columns: tuple[str, ...], whole: frozenset[str], reader: SaleReader, result: SalesImported
    ) -> None:
        self._columns, self._reader, self._result = columns, reader, result
        self._whole = [at for at, column in enumerate(columns) if column in whole]
        self._keys = _SaleKeys()
        by_column = ColumnReader(columns, reader)
        self._by_column = by_column if by_column.can_read else None

    def batch(self, rows: Sequence[TableRow], rejects: Rejects) -> list[Sale | NoSale]:
        ready = dict(self._made(rows)) if self._by_column is not None else {}
        found = list(valid_records(rows, rejects, partial(self._sale, ready)))
        read = [(row, sale) for row, sale in found if isinstance(sale, Sale)]
        kept: dict[int, Sale | NoSale] = {row.number: each for row, each in found if isinstance(each, NoSale)}
        for (row, sale), keyed in zip(read, self._keys.unique([sale for _, sale in read]), strict=True):
            if keyed is None:
                rejects.add(row.number, row.cells, f"the key {sale.source_key} is already in an earlier row")
                continue
            kept[row.number] = keyed
            self._count(row.number, keyed)
        return [kept[number] for number in sorted(kept)]

    def _made(self, rows: Sequence[TableRow]) -> Iterator[tuple[int, Sale]]:
        """Yield the sales that can be made by column, with the numbers of their rows."""
        assert self._by_column is not None
        as_read = [replace(row, cells=self._cells(row)) for row in rows] if self._whole else rows
        for row, sale in zip(rows, self._by_column.sales(as_read), strict=True):
            if sale is not None:
                yield row.number, sale

    def _cells(self, row: TableRow) -> list[Any]:
        return without_zeros(row.cells, self._whole) if self._whole else row.cells

    def _sale(self, ready: Mapping[int, Sale], row: TableRow) -> tuple[TableRow, Sale | NoSale | None]:
        if (sale := ready.get(row.number)) is not None:
            return row, sale
        raw = dict(zip(self._columns, self._cells(row), strict=True))
        try:
            return row, self._reader.sale(raw)
        except PassedOver as reason:
            key = self._reader.key_of_listing(raw)
            self._result.passed_over[reason.detail] += 1
            return row, None if key is None else NoSale(key, reason.detail)

    def _count(self, number: int, sale: Sale) -> None:
        self._result.left_out.note(f"row {number}", sale.left_out)
        for warning in sale.warnings:
            self._result.warnings[warning] += 1
        for name, unit in json.loads(sale.units).items() if sale.units != "{}" else ():
            if name in {EXTRA, "longitude"}:
                continue
            if name == "latitude":
                self._result.converted[f"the coordinates were in {unit}"] += 1
                continue
            self._result.converted[_NOTES.get(unit, "{name} was in {unit}").format(name=name, unit=unit)] += 1


_NOTES = {
    MONTH: "only the month of {name} is known",
    YEAR: "only the year of {name} is known",
    AGE: "{name} is from an age",
}


class _SaleKeys:
    """Detects rows with the same key: rows without a key of their own are numbered, others are rejected."""

    def __init__(self) -> None:
        self._seen = SeenKeys()
        self._repeats: Counter[str] = Counter()

    def unique(self, sales: list[Sale]) -> list[Sale | None]:
        """Return the sales with their storage keys; None for a sale whose key occurred before."""
        new = self._seen.new([sale.source_key for sale in sales])
        return [sale if first else self._numbered(sale) for sale, first in zip(sales, new, strict=True)]

    def _numbered(self, sale: Sale) -> Sale | None:
        if not sale.keyless:
            return None
        self._repeats[sale.source_key] += 1
        return replace(sale, source_key=f"{sale.source_key}_{self._repeats[sale.source_key] + 1}")


def _unused(map_: RecordMap, table: TableFile) -> tuple[str, ...]:
    return tuple(column for column in table.columns if column not in map_.columns | map_.consulted)


def _absent(map_: RecordMap, table: TableFile) -> tuple[str, ...]:
    return tuple(sorted(map_.columns - set(table.columns)))
