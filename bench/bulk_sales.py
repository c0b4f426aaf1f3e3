"""Bulk fill with the sales of a made-up county, written directly to the tables as an import would write them.

Nothing is screened, and no audit event records the sales.
"""

import json
import sqlite3
import time
from collections.abc import Iterable, Iterator
from contextlib import closing
from itertools import islice
from typing import Any

import psycopg

from backend.app.bootstrap import job, open_store
from backend.app.core_gov.market import service as markets
from backend.app.core_gov.market.sale import SALE_COLUMNS, Sale, columns_of
from backend.app.core_gov.market.schemas import MarketCreate
from backend.app.kit import clock
from bench.fill import Advance
from bench.made_up_county import HouseSale
from bench.stores import BenchStore

CHUNK = 10_000
"""Sales per transaction."""

SOURCE = "king-county"
"""Import profile for the file format of these sales."""

_COLUMNS = ("seq", "market", "rev", "source", *SALE_COLUMNS, "flags", "usable", "created_at", "updated_at")
_ROW_COLUMNS = ("seq", "row", "units")

Row = tuple[Any, ...]


def fill_with_sales(store: BenchStore, market: str, sales: Iterable[HouseSale], advance: Advance) -> float:
    """Create a market in an empty store, and fill it with sales. Return the seconds that it took."""
    started = time.perf_counter()
    with open_store(store.settings) as opened:
        made = MarketCreate.model_validate({"name": market, "country": "US", "currency": "USD"})
        opened.db.write_now(job("bench"), markets.create_market, made)
    stored = _stored(market, sales, clock.now())
    with closing(_Postgres(store.url) if store.url else _Sqlite(store)) as tables:
        while some := list(islice(stored, CHUNK)):
            tables.add([row for row, _ in some], [row for _, row in some])
            advance(len(some))
    return time.perf_counter() - started


def sale_of(sale: HouseSale) -> Sale:
    """Return the sale that the built-in profile makes of a row."""
    written = dict(zip(HouseSale._fields, map(str, sale), strict=True))
    parcel = f"{sale.id:010}"
    return Sale(
        source_key=f"{parcel}|{sale.date}",
        price_cents=sale.price * 100,
        currency="USD",
        close_date=sale.date,
        latitude=sale.lat,
        longitude=sale.long,
        living_sqft=float(sale.sqft_living),
        lot_sqft=float(sale.sqft_lot),
        beds=float(sale.bedrooms),
        baths=sale.bathrooms,
        year_built=sale.yr_built,
        year_renovated=sale.yr_renovated or None,
        grade=float(sale.grade),
        condition=float(sale.condition),
        floors=sale.floors,
        basement_sqft=float(sale.sqft_basement),
        view=float(sale.view),
        waterfront=float(sale.waterfront),
        property_type="single_family",
        parcel=parcel,
        postal=str(sale.zipcode),
        area=str(sale.zipcode),
        row=json.dumps(written, separators=(",", ":")),
    )


def _stored(market: str, sales: Iterable[HouseSale], now: str) -> Iterator[tuple[Row, Row]]:
    """Yield the row of each sale, and the source row."""
    for seq, each in enumerate(sales, 1):
        sale = sale_of(each)
        yield (seq, market, 1, SOURCE, *columns_of(sale), "[]", 1, now, now), (seq, sale.row, sale.units)


class _Sqlite:
    """Writes to SQLite without syncing: a store lost midway is filled again."""

    def __init__(self, store: BenchStore) -> None:
        self._connection = sqlite3.connect(store.data_dir / "valhalla.db", isolation_level=None)
        for pragma in ("synchronous = OFF", "cache_size = -500000", "wal_autocheckpoint = 50000"):
            self._connection.execute(f"PRAGMA {pragma}")

    def add(self, sales: list[Row], rows: list[Row]) -> None:
        self._connection.execute("BEGIN")
        for table, columns, some in (("market_sales", _COLUMNS, sales), ("market_source_rows", _ROW_COLUMNS, rows)):
            marks = ", ".join("?" * len(columns))
            self._connection.executemany(f"INSERT INTO {table} ({_names(columns)}) VALUES ({marks})", some)
        self._connection.execute("COMMIT")

    def close(self) -> None:
        self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self._connection.close()


class _Postgres:
    """Writes to PostgreSQL with COPY."""

    def __init__(self, url: str) -> None:
        self._connection = psycopg.connect(url)
        self._connection.execute(b"SET synchronous_commit = off")

    def add(self, sales: list[Row], rows: list[Row]) -> None:
        with self._connection.cursor() as cursor:
            for table, columns, some in (("market_sales", _COLUMNS, sales), ("market_source_rows", _ROW_COLUMNS, rows)):
                with cursor.copy(f"COPY {table} ({_names(columns)}) FROM STDIN".encode()) as copy:
                    for row in some:
                        copy.write_row(row)
        self._connection.commit()

    def close(self) -> None:
        self._connection.execute(
            b"SELECT setval(pg_get_serial_sequence('market_sales', 'seq'), max(seq)) FROM market_sales"
        )
        self._connection.commit()
        self._connection.close()


def _names(columns: Iterable[str]) -> str:
    return ", ".join(f'"{name}"' for name in columns)
