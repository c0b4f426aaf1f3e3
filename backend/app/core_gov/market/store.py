"""The tables of markets, of their sales and of the rows that these came from."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Double,
    ForeignKey,
    Identity,
    Index,
    Integer,
    Table,
    Text,
    bindparam,
    func,
    select,
)

from backend.app.core_gov.market.columns import FEATURES
from backend.app.core_gov.market.schemas import MarketRecord
from backend.app.kit.db import Moment, Query, Tx, metadata
from backend.app.kit.records import RecordTable, Seq

markets = RecordTable("markets", MarketRecord, entity="market", file="market/markets.json", key="name")

market_sales = Table(
    "market_sales",
    metadata,
    Column("seq", Seq, Identity(), primary_key=True),
    Column("market", Text, nullable=False),
    Column("rev", BigInteger, nullable=False),
    Column("source", Text, nullable=False),
    Column("source_key", Text, nullable=False),
    Column("price_cents", BigInteger, nullable=False),
    Column("currency", Text, nullable=False),
    Column("close_date", Text, nullable=False),
    Column("contract_date", Text),
    Column("latitude", Double),
    Column("longitude", Double),
    Column("placed_by", Text),
    Column("living_sqft", Double),
    Column("lot_sqft", Double),
    Column("beds", Double),
    Column("baths", Double),
    Column("year_built", Integer),
    Column("year_renovated", Integer),
    Column("grade", Double),
    Column("condition", Double),
    Column("floors", Double),
    Column("basement_sqft", Double),
    Column("view", Double),
    Column("waterfront", Double),
    Column("property_type", Text),
    Column("parcel", Text),
    Column("address", Text),
    Column("city", Text),
    Column("postal", Text),
    Column("area", Text),
    Column("flags", Text, nullable=False, server_default="[]"),
    Column("usable", Integer, nullable=False, server_default="1"),
    Column("removed", Text),
    Column("created_at", Text, nullable=False),
    Column("updated_at", Text, nullable=False),
)
"""A sale each. `rev` is the market's revision that last touched it, so that what is kept in memory can follow;
`flags` is a JSON list of what screening found (each with its reason), `usable` is 0 while one of them stands;
`removed` says why the source took it back. `placed_by` says what the coordinates are where they are not the source's.
"""

market_source_rows = Table(
    "market_source_rows",
    metadata,
    Column("seq", Seq, ForeignKey(market_sales.c.seq), primary_key=True, autoincrement=False),
    Column("row", Text, nullable=False),
    Column("units", Text, nullable=False, server_default="{}"),
)
"""The row that a sale came from, as the source wrote it (a JSON object), and which units were converted."""

_s = market_sales.c
Index("ux_market_sales_source", _s.market, _s.source, _s.source_key, unique=True)
Index("ix_market_sales_rev", _s.market, _s.rev)
Index("ix_market_sales_close", _s.market, _s.close_date, _s.seq)
Index("ix_market_sales_place", _s.market, _s.latitude, _s.longitude)
Index("ix_market_sales_parcel", _s.market, _s.parcel)

# What is computed on

COLUMNS = (
    *("seq", "rev", "price_cents", "close_date", "contract_date", "usable", "removed"),
    *FEATURES,
    *("property_type", "parcel", "area"),
)
"""The columns that `changed_since` reads, in their order."""

_revision = Query(select(func.coalesce(func.max(_s.rev), 0)).where(_s.market == bindparam("market")))
_changed = Query(
    select(*(_s[name] for name in COLUMNS))
    .where(_s.market == bindparam("market"), _s.rev > bindparam("after"))
    .order_by(_s.rev, _s.seq)
)


def revision(tx: Tx, market: str) -> int:
    """The newest revision of a market's sales; 0 while it has none."""
    row = tx.one(_revision, market=market)
    return int(row[0]) if row else 0


def next_revision(tx: Tx, market: str) -> int:
    """The revision that a unit of work gives to the sales it writes.

    The market is locked first, so that revisions are committed in their order; raises NotFound.
    """
    markets.lock(tx, market)
    return revision(tx, market) + 1


def changed_since(moment: Moment, market: str, after: int) -> Iterator[list[tuple[Any, ...]]]:
    """The sales that a revision after this one touched, in lists; each a row of `COLUMNS`."""
    return moment.stream(_changed, market=market, after=after)
