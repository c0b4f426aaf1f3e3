"""Import of sales from a file: `valhalla market import-sales FILE --market NAME --profile …`.

Each row has a key, so a file can be imported again, even after an import was killed: stored sales are left alone, and a
changed row updates its sale. Rejected rows go to a separate file with the reason; once corrected, that file can be
imported itself.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field, replace
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import ValidationError

from backend.app.core_gov.market import service
from backend.app.core_gov.market.importing.profiles import SaleReader
from backend.app.core_gov.market.importing.record_map import PassedOver, RecordMap
from backend.app.core_gov.market.importing.sale_checks import WARNINGS, SaleTerms
from backend.app.core_gov.market.sale import MONTH, Sale
from backend.app.core_gov.market.schemas import MarketCreate
from backend.app.core_gov.market.screening import screen_market
from backend.app.core_gov.market.screening.screen_market import Screened
from backend.app.kit import clock
from backend.app.kit.data_files.batches import in_batches
from backend.app.kit.data_files.prefetch import prefetched
from backend.app.kit.data_files.rejects import Rejects, rejects_file, telling_how_far
from backend.app.kit.data_files.seen_keys import SeenKeys
from backend.app.kit.data_files.source_rows import check_source
from backend.app.kit.data_files.table_file import AnyRow, TableFile, read_table
from backend.app.kit.db import Ctx, Database, Tx
from backend.app.kit.errors import BadInput, Conflict
from backend.app.kit.fields import faults_of
from backend.app.kit.output.output_file import OutputFile
from backend.app.kit.output.progress import ProgressBars
from backend.app.kit.output.terminal_text import printable
from backend.app.kit.text import list_names

BATCH = 1000
"""Rows in one transaction."""

_CURRENCIES = {"CA": "CAD", "US": "USD"}


@dataclass(slots=True)
class SalesImported:
    """Result of an import.

    `passed_over` counts rows that are not closed sales, by kind. `warnings` and `converted` count rows by what was left
    out and by what was converted. `unused` names the columns that no field uses.
    """

    rows: int
    unused: tuple[str, ...]
    absent: tuple[str, ...]
    stored: int = 0
    updated: int = 0
    on_file: int = 0
    rejected: int = 0
    rejected_file: Path | None = None
    passed_over: Counter[str] = field(default_factory=Counter)
    warnings: Counter[str] = field(default_factory=Counter)
    converted: Counter[str] = field(default_factory=Counter)
    screened: Screened | None = None

    @property
    def written(self) -> int:
        return self.stored + self.updated

    def lines(self) -> list[str]:
        """Return the result as sentences for the user."""
        counts = f"{self.stored:,} stored, {self.updated:,} updated, {self.on_file:,} already on file"
        found = [f"{self.rows:,} rows: {counts}, {self.rejected:,} rejected"]
        if self.rejected_file:
            found.append(f"the rejected rows are in {self.rejected_file}, with the reason for each")
        if self.passed_over:
            kinds = ", ".join(f"{kind} ({count:,})" for kind, count in self.passed_over.most_common(10))
            found.append(f"{self.passed_over.total():,} rows are no sales that closed and were passed over: {kinds}")
        found += [f"{count:,} sales {WARNINGS[kind]}" for kind, count in sorted(self.warnings.items())]
        found += [f"{count:,} sales: {what}" for what, count in sorted(self.converted.items())]
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
    asked: ImportRequest,
    bars: ProgressBars,
    *,
    rejects_to: OutputFile | None = None,
) -> SalesImported:
    """Store every row that is a sale, in batches, and screen the market at the end.

    Creates the market if it does not exist. Rejected rows go to `rejects_to`, by default FILE.rejected.csv. Raises
    BadInput before anything is stored if the file cannot be read or does not fit, and lets database errors through.
    """
    check_source(asked.source or asked.map.name)
    output = rejects_file(path, rejects_to)
    table = read_table(path)
    asked.map.check_columns(table.columns, path.name)
    terms = db.snapshot_now(terms_of, asked)
    facts = {"file": printable(path.name), "sha256": digest_of(path)}
    result = SalesImported(table.count, _unused(asked.map, table), _absent(asked.map, table))
    work = partial(_store, db, ctx, asked, terms, facts, result)
    with telling_how_far(result):
        with (
            closing(table.rows()) as rows,
            Rejects(output, table.columns, result) as rejects,
            bars(path.name) as report,
        ):
            batches = _batches(rows, table.columns, SaleReader(asked.map, terms), rejects, result)
            with closing(prefetched(work, batches)) as stored:
                done = 0
                for size in stored:
                    done += size
                    report(done, table.count)
        if db.snapshot_now(service.find_market, asked.market) is not None:
            with bars("Screening") as report:
                result.screened = screen_market.screen(db, ctx, asked.market, report)
    return result


def terms_of(tx: Tx, asked: ImportRequest) -> SaleTerms:
    """Return the market's terms, whether it is stored yet or not. Raises BadInput or Conflict."""
    found = service.find_market(tx, asked.market)
    country = asked.country or asked.map.country or (found.country if found else None)
    currency = asked.currency or asked.map.currency or (found.currency if found else _CURRENCIES.get(country or ""))
    if country is None or currency is None:
        raise BadInput(
            f"the market {asked.market} is not on file yet, and neither {asked.map.name} nor an option says where it "
            "is: give its country and currency, as in --country CA --currency CAD"
        )
    if found is None:
        _new_market(asked.market, country, currency)
    else:
        for what, said, is_ in (("country", country, found.country), ("currency", currency, found.currency)):
            if said != is_:
                raise Conflict(f"the {what} of the market {asked.market} is {is_}, not {said}: use another market")
    return SaleTerms(country, currency, clock.now()[:10])


def _new_market(name: str, country: str, currency: str) -> MarketCreate:
    try:
        return MarketCreate.model_validate({"name": name, "country": country, "currency": currency})
    except ValidationError as error:
        raise BadInput.of(faults_of(error)) from None


def digest_of(path: Path) -> str:
    """Return the SHA-256 of a file."""
    digest = sha256()
    with path.open("rb") as file:
        while some := file.read(1 << 20):
            digest.update(some)
    return digest.hexdigest()


class SaleBatch(NamedTuple):
    """Batch of rows: their number, and the sales they make."""

    size: int
    sales: list[Sale]


def _store(
    db: Database,
    ctx: Ctx,
    asked: ImportRequest,
    terms: SaleTerms,
    facts: Mapping[str, Any],
    result: SalesImported,
    batch: SaleBatch,
) -> int:
    if batch.sales:
        written = db.write_now(ctx, _upsert, asked, terms, facts, batch.sales)
        result.stored += written.stored
        result.updated += written.updated
        result.on_file += written.on_file
    return batch.size


def _upsert(
    tx: Tx, asked: ImportRequest, terms: SaleTerms, facts: Mapping[str, Any], sales: list[Sale]
) -> service.Written:
    """Store one batch in a transaction; the first one creates the market."""
    if service.find_market(tx, asked.market) is None:
        service.create_market(tx, _new_market(asked.market, terms.country, terms.currency))
    return service.upsert_sales(tx, asked.market, asked.source or asked.map.name, sales, facts)


def _batches(
    rows: Iterator[AnyRow], columns: tuple[str, ...], reader: SaleReader, rejects: Rejects, result: SalesImported
) -> Iterator[SaleBatch]:
    """Yield batches of sales; other rows are rejected or passed over."""
    keys = _SaleKeys()
    for some in in_batches(rows, BATCH):
        read: list[tuple[AnyRow, Sale]] = []
        for row in some:
            try:
                if row.fault:
                    raise BadInput(row.fault)
                read.append((row, reader.sale(dict(zip(columns, row.cells, strict=True)))))
            except PassedOver as what:
                result.passed_over[what.detail] += 1
            except BadInput as error:
                rejects.add(row.number, row.cells, "; ".join(each.message for each in error.faults) or error.detail)
        sales = []
        for (row, sale), named in zip(read, keys.named([sale for _, sale in read]), strict=True):
            if named is None:
                rejects.add(row.number, row.cells, f"the key {sale.source_key} was in a row before this one too")
                continue
            sales.append(named)
            _count(named, result)
        yield SaleBatch(len(some), sales)


def _count(sale: Sale, result: SalesImported) -> None:
    for warning in sale.warnings:
        result.warnings[warning] += 1
    for name, what in json.loads(sale.units).items() if sale.units != "{}" else ():
        result.converted[f"only the month of {name} is known" if what == MONTH else f"{name} was in {what}"] += 1


class _SaleKeys:
    """Detects rows with the same key: rows without a key of their own are numbered, others are rejected."""

    def __init__(self) -> None:
        self._seen = SeenKeys()
        self._again: Counter[str] = Counter()

    def named(self, sales: list[Sale]) -> list[Sale | None]:
        """Return the sales with their storage keys; None for a sale whose key occurred before."""
        new = self._seen.new([sale.source_key for sale in sales])
        return [sale if first else self._numbered(sale) for sale, first in zip(sales, new, strict=True)]

    def _numbered(self, sale: Sale) -> Sale | None:
        if not sale.keyless:
            return None
        self._again[sale.source_key] += 1
        return replace(sale, source_key=f"{sale.source_key}_{self._again[sale.source_key] + 1}")


def _unused(map_: RecordMap, table: TableFile) -> tuple[str, ...]:
    return tuple(column for column in table.columns if column not in map_.columns)


def _absent(map_: RecordMap, table: TableFile) -> tuple[str, ...]:
    return tuple(sorted(map_.columns - set(table.columns)))
