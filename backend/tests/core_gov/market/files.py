"""Generated sales files for tests of imports."""

import csv
import gzip
import io
import json
from collections.abc import Iterable, Mapping
from contextlib import nullcontext
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from backend.app.bootstrap import Store
from backend.app.core_gov.audit import service as audit
from backend.app.core_gov.market import service
from backend.app.core_gov.market.importing import import_sales
from backend.app.core_gov.market.importing.import_sales import ImportRequest, SalesImported
from backend.app.core_gov.market.importing.profiles import profile
from backend.app.core_gov.market.schemas import MarketCreate
from backend.app.core_gov.market.store import market_sales, market_source_rows
from backend.app.kit.db import Ctx, Query
from backend.app.kit.output.progress import ProgressBars, ReportProgress

CLERK = Ctx("clerk", "cli")
Row = dict[str, Any]


def house(number: int, **other: Any) -> Row:
    """Return a sale as a row of the King County file, with a day and a price of its own."""
    sold = date(2014, 5, 2) + timedelta(days=number)
    return {
        "id": 1000 + number, "date": sold.strftime("%Y%m%dT000000"), "price": 300_000 + 1_500 * (number % 40),
        "bedrooms": 3, "bathrooms": 1.75, "sqft_living": 1500 + 10 * (number % 30), "sqft_lot": 5000, "floors": 1.5,
        "waterfront": 0, "view": 0, "condition": 3, "grade": 7, "sqft_above": 1200, "sqft_basement": 300,
        "yr_built": 1955, "yr_renovated": 0, "zipcode": "98178", "lat": round(47.5 + number / 1000, 4),
        "long": -122.257, **other,
    }  # fmt: skip


def houses(count: int, first: int = 0) -> list[Row]:
    return [house(number) for number in range(first, first + count)]


def csv_text(rows: Iterable[Mapping[str, Any]]) -> str:
    some = list(rows)
    text = io.StringIO()
    writer = csv.DictWriter(text, some[0])
    writer.writeheader()
    writer.writerows(some)
    return text.getvalue()


def write_csv(path: Path, rows: Iterable[Mapping[str, Any]]) -> Path:
    content = csv_text(rows).encode()
    path.write_bytes(gzip.compress(content, mtime=0) if path.suffix == ".gz" else content)
    return path


def quiet(done: int, total: int) -> None:
    """Ignore the progress."""


def bars(report: ReportProgress) -> ProgressBars:
    """Return progress bars that report the rows to `report` and ignore the screening."""
    return lambda name: nullcontext(quiet if name == "Screening" else report)


def import_file(
    store: Store, path: Path, market: str = "kc", name: str = "king-county", **options: Any
) -> SalesImported:
    """Import a file as the command does."""
    told = {key: options.pop(key) for key in ("country", "currency", "source") if key in options}
    asked = ImportRequest(market, profile(name), **told)
    return import_sales.import_sales(store.db, CLERK, path, asked, bars(options.pop("progress", quiet)), **options)


_all = Query(
    select(market_sales, market_source_rows.c.row, market_source_rows.c.units)
    .select_from(market_sales.join(market_source_rows, market_source_rows.c.seq == market_sales.c.seq))
    .order_by(market_sales.c.seq)
)


def stored(store: Store) -> list[Row]:
    """Return every sale with its source row, oldest first."""
    names = [*market_sales.c.keys(), "row", "units"]
    with store.db.open_snapshot() as snapshot:
        return [dict(zip(names, row, strict=True)) for row in snapshot.all(_all)]


def counts(result: SalesImported) -> tuple[int, int, int, int]:
    return result.stored, result.updated, result.on_file, result.rejected


def make_market(store: Store, name: str = "kc") -> None:
    payload = MarketCreate.model_validate({"name": name, "country": "US", "currency": "USD"})
    store.db.write_now(CLERK, service.create_market, payload)


def events(store: Store) -> list[dict[str, Any]]:
    """Return the audit events of sales, oldest first: the action, and the value of each field afterwards."""
    page = store.db.snapshot_now(audit.list_events, {}, 500, None)
    found = [json.loads(doc) for doc in reversed(page.docs)]
    return [
        {"action": event["action"], **{name: each["after"] for name, each in event["changes"].items()}}
        for event in found
        if event["action"].startswith(("market.sales", "sale."))
    ]
