"""Tables of markets, their sales, and the source rows of the sales."""

import json
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from typing import Any, NamedTuple

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
    literal_column,
    select,
)

from backend.app.core_gov.market.columns import FEATURES
from backend.app.core_gov.market.sale import SALE_COLUMNS, Sale, columns_of, keys_of_sales, matching_keys
from backend.app.core_gov.market.schemas import MarketRecord
from backend.app.kit.db import InsertMany, Query, ReadSnapshot, Tx, UpdateMany, field, metadata
from backend.app.kit.db.sql import one_of
from backend.app.kit.errors import NotFound
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
    Column("dated_by", Text),
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
    Column("deed", Text),
    Column("terms", Text),
    Column("flags", Text, nullable=False, server_default="[]"),
    Column("usable", Integer, nullable=False, server_default="1"),
    Column("removed", Text),
    Column("created_at", Text, nullable=False),
    Column("updated_at", Text, nullable=False),
    Column("address_key", Text),
    Column("parcel_key", Text),
)
"""Sales.

`rev` is the market's revision that last touched the sale, so that caches can follow. `flags` is a JSON list of
screening results with reasons; `usable` is 0 while one of them excludes the sale. `removed` is why the source withdrew
it. `placed_by` says where the coordinates come from if they are not the source's. `deed` is the deed number, `terms`
the source's words on the circumstances of the sale. `address_key` and `parcel_key` find the
sales of a property; `matching_keys` derives them.
"""

market_source_rows = Table(
    "market_source_rows",
    metadata,
    Column("seq", Seq, ForeignKey(market_sales.c.seq), primary_key=True, autoincrement=False),
    Column("row", Text, nullable=False),
    Column("units", Text, nullable=False, server_default="{}"),
)
"""Source row of each sale, as the source wrote it (a JSON object), and the units converted."""

_s = market_sales.c
Index("ux_market_sales_source", _s.market, _s.source, _s.source_key, unique=True)
Index("ix_market_sales_rev", _s.market, _s.rev)
Index("ix_market_sales_close", _s.market, _s.close_date, _s.seq)
_not_removed, FLAGGED = _s.removed.is_(None), _s.flags != literal_column("'[]'")
"""Conditions written exactly as in the partial indexes, so that the indexes are used."""

Index(
    *("ix_market_sales_place", _s.market, _s.latitude, _s.longitude),
    sqlite_where=_not_removed,
    postgresql_where=_not_removed,
)
Index(
    *("ix_market_sales_flagged", _s.market, _s.close_date, _s.seq),
    sqlite_where=FLAGGED,
    postgresql_where=FLAGGED,
)
Index("ix_market_sales_parcel", _s.market, _s.parcel)
Index("ix_market_sales_address", _s.market, _s.address_key)
Index("ix_market_sales_parcel_key", _s.market, _s.parcel_key)

# Sales as columns

COLUMNS = (
    *("seq", "rev", "price_cents", "close_date", "contract_date", "usable", "removed"),
    *FEATURES,
    *("property_type", "parcel", "area"),
)
"""Columns that `changed_since` reads, in order."""

_revision = Query(select(func.coalesce(func.max(_s.rev), 0)).where(_s.market == bindparam("market")))
_held = Query(select(markets.table.c.seq).where(markets.table.c.id == bindparam("market")).with_for_update())
# Not `markets.lock`, because a caller's If-Match version never refers to the market.
_lock = Query(select(markets.table.c.seq).where(markets.table.c.id == bindparam("market")).with_for_update())
_later = (_s.market == bindparam("market")) & (_s.rev > bindparam("after"))
_changed = Query(select(*(_s[name] for name in COLUMNS)).where(_later).order_by(_s.rev, _s.seq))
_removed_since = Query(select(_s.seq).where(_later, _s.removed.is_not(None)).limit(1))


def revision(tx: Tx, market: str) -> int:
    """Return the latest revision of a market's sales; 0 if it has none."""
    row = tx.one(_revision, market=market)
    return int(row[0]) if row else 0


def next_revision(tx: Tx, market: str) -> int:
    """Return the revision for the sales that this transaction writes.

    Locks the market first, so that revisions are committed in order. Raises NotFound if it does not exist.
    """
    hold_market(tx, market)
    return revision(tx, market) + 1


def hold_market(tx: Tx, market: str) -> None:
    """Lock a market against other writers of its sales, whatever version they read. Raises NotFound."""
    if tx.one(_held, market=market) is None:
        raise NotFound("market")


def any_removed_since(tx: Tx, market: str, after: int) -> bool:
    """Return whether a later revision removed a sale of a market."""
    return tx.one(_removed_since, market=market, after=after) is not None


def changed_since(moment: ReadSnapshot, market: str, after: int) -> Iterator[list[tuple[Any, ...]]]:
    """Yield the sales touched by later revisions, in chunks; each is a row of `COLUMNS`."""
    return moment.stream(_changed, market=market, after=after)


# Writes

_KEYS = ("address_key", "parcel_key")
_WRITTEN = ("market", "rev", "source", *SALE_COLUMNS, *_KEYS, "flags", "usable", "created_at", "updated_at")
_insert = InsertMany(market_sales, _WRITTEN)
_insert_rows = InsertMany(market_source_rows, ("seq", "row", "units"))
_update = UpdateMany(market_sales, "seq", ("rev", *SALE_COLUMNS, *_KEYS, "removed", "updated_at"))
_update_rows = UpdateMany(market_source_rows, "seq", ("row", "units"))
_remove = UpdateMany(market_sales, "seq", ("rev", "removed", "updated_at"))
_update_flags = UpdateMany(market_sales, "seq", ("rev", "flags", "usable", "updated_at"))
_r = market_source_rows.c
_of_source = (_s.market == bindparam("market")) & (_s.source == bindparam("source")) & one_of(_s.source_key, "keys")
_known = Query(
    select(_s.source_key, _s.seq, _s.removed, _r.row, _r.units, *(_s[name] for name in SALE_COLUMNS))
    .select_from(market_sales.join(market_source_rows, _r.seq == _s.seq))
    .where(_of_source)
)
_numbers = Query(select(_s.source_key, _s.seq).where(_of_source))


_keys = Query(
    select(_s.source_key).where(
        _s.market == bindparam("market"), _s.source == bindparam("source"), _s.removed.is_(None)
    )
)
_keys_among = Query(select(_s.source_key).where(_of_source, _s.removed.is_(None)))


class StoredSale(NamedTuple):
    """Stored sale as its source wrote it."""

    seq: int
    removed: str | None
    row: str
    units: str
    columns: tuple[Any, ...]

    def says(self, sale: Sale) -> bool:
        """Return whether the source reports nothing new."""
        if self.removed is not None or self.units != sale.units or self.columns != columns_of(sale):
            return False
        return self.row == sale.row or json.loads(self.row) == json.loads(sale.row)  # key order may differ


def known_sales(tx: Tx, market: str, source: str, keys: Iterable[str]) -> dict[str, StoredSale]:
    """Return the stored sales of a source, by key."""
    rows = tx.all(_known, market=market, source=source, keys=json.dumps([*keys], ensure_ascii=False))
    return {row[0]: StoredSale(row[1], row[2], row[3], row[4], row[5:]) for row in rows}


def keys_on_file(tx: Tx, market: str, source: str, among: Iterable[str] | None = None) -> set[str]:
    """Return the keys of a source's sales that were not removed, optionally only those in `among`."""
    if among is None:
        return {row[0] for row in tx.all(_keys, market=market, source=source)}
    keys = json.dumps([*among], ensure_ascii=False)
    return {row[0] for row in tx.all(_keys_among, market=market, source=source, keys=keys)}


def insert_sales(tx: Tx, market: MarketRecord, rev: int, source: str, sales: Sequence[tuple[Sale, str, int]]) -> None:
    """Insert new sales, each with its flags and whether it is usable."""
    given = {"market": market.name, "rev": rev, "source": source, "created_at": tx.now, "updated_at": tx.now}
    columns = _columns([sale for sale, _, _ in sales], market.country)
    rows = [
        {**given, **own, "flags": flags, "usable": usable}
        for own, (_, flags, usable) in zip(columns, sales, strict=True)
    ]
    tx.insert_many(_insert, rows)
    keys = json.dumps([sale.source_key for sale, _, _ in sales], ensure_ascii=False)
    seqs = dict(tx.all(_numbers, market=market.name, source=source, keys=keys))
    tx.insert_many(
        _insert_rows, [{"seq": seqs[sale.source_key], "row": sale.row, "units": sale.units} for sale, _, _ in sales]
    )


def update_sales(tx: Tx, market: MarketRecord, rev: int, sales: Sequence[tuple[int, Sale]]) -> None:
    """Update sales by number with what the source says now; restores removed ones."""
    given = {"rev": rev, "removed": None, "updated_at": tx.now}
    columns = _columns([sale for _, sale in sales], market.country)
    rows = [{"seq": seq, **given, **own} for own, (seq, _) in zip(columns, sales, strict=True)]
    tx.update_many(_update, rows)
    tx.update_many(_update_rows, [{"seq": seq, "row": sale.row, "units": sale.units} for seq, sale in sales])


def _columns(sales: Sequence[Sale], country: str) -> list[dict[str, Any]]:
    names = (*SALE_COLUMNS, *_KEYS)
    return [
        dict(zip(names, (*columns_of(sale), *keys), strict=True))
        for sale, keys in zip(sales, keys_of_sales(sales, country), strict=True)
    ]


def remove_sales(tx: Tx, rev: int, seqs: Iterable[int], reason: str) -> None:
    given = {"rev": rev, "removed": reason, "updated_at": tx.now}
    tx.update_many(_remove, [{"seq": seq} | given for seq in seqs])


# Flags

_market_of = Query(select(_s.market).where(_s.seq == bindparam("seq"), _s.removed.is_(None)))
_flags_of = Query(select(_s.flags).where(_s.seq == bindparam("seq")))


def market_of(tx: Tx, seq: int) -> str:
    """Return the market of a sale. Raises NotFound if the sale does not exist."""
    row = tx.one(_market_of, seq=seq)
    if row is None:
        raise NotFound("sale")
    return str(row[0])


def flags_of(tx: Tx, seq: int) -> str:
    """Return the stored flags of a sale; to change them, lock its market first."""
    row = tx.one(_flags_of, seq=seq)
    assert row is not None
    return str(row[0])


def update_flags(tx: Tx, rev: int, flags: Iterable[tuple[int, str, int]]) -> None:
    """Store the flags of sales, by number, and whether each is usable."""
    given = {"rev": rev, "updated_at": tx.now}
    rows = [{"seq": seq, "flags": text, "usable": usable} | given for seq, text, usable in flags]
    tx.update_many(_update_flags, rows)


_flags_among = Query(select(_s.seq, _s.flags).where(one_of(_s.seq, "seqs")))


def flags_among(tx: Tx, seqs: Iterable[int]) -> dict[int, str]:
    """Return the stored flags of some sales; to change them, lock their market first."""
    return {row[0]: row[1] for row in tx.all(_flags_among, seqs=json.dumps([*seqs]))}


# Sales of one property

_addresses = Query(select(_s.seq, _s.address).where(one_of(_s.seq, "seqs"), _s.address.is_not(None)))


def addresses_of(tx: Tx, seqs: Iterable[int]) -> dict[int, str]:
    """Return the known addresses of sales, by number."""
    return {row[0]: row[1] for row in tx.all(_addresses, seqs=json.dumps(list(seqs)))}


_OF_HOME = (_s.seq, _s.parcel_key, _s.address_key, _s.city, _s.postal, _s.property_type)
_homes = select(*_OF_HOME).where(_s.market == bindparam("market"), _s.removed.is_(None))
_of_parcels = Query(_homes.where(one_of(_s.parcel_key, "keys")))
_of_addresses = Query(_homes.where(one_of(_s.address_key, "keys")))
_keys_twice = (
    select(_s.address_key)
    .where(_s.market == bindparam("market"), _s.removed.is_(None), _s.address_key.is_not(None))
    .group_by(_s.address_key)
    .having(func.count() > 1)
)
_at_repeated_addresses = Query(_homes.where(_s.address_key.in_(_keys_twice)).order_by(_s.seq))
_some_homes = Query(select(*_OF_HOME, _s.market).where(one_of(_s.seq, "seqs"), _s.removed.is_(None)))
"""Without a condition on the market, for which SQLite would read the market's whole index instead of some rows."""
_spellings = Query(
    select(_s.parcel)
    .distinct()
    .where(_s.market == bindparam("market"), _s.parcel_key == bindparam("key"), _s.removed.is_(None))
)


class HomeSale(NamedTuple):
    """Sale found by a key, with what decides whether it is of the same home."""

    seq: int
    parcel_key: str | None
    address_key: str | None
    city: str | None
    postal: str | None
    property_type: str | None


def sales_of_parcels(tx: Tx, market: str, keys: AbstractSet[str]) -> list[HomeSale]:
    """Return the sales of a market with one of some parcel keys."""
    return _with_keys(tx, _of_parcels, market, keys)


def sales_of_addresses(tx: Tx, market: str, keys: AbstractSet[str]) -> list[HomeSale]:
    """Return the sales of a market with one of some address keys, in any city."""
    return _with_keys(tx, _of_addresses, market, keys)


def _with_keys(tx: Tx, query: Query, market: str, keys: AbstractSet[str]) -> list[HomeSale]:
    return [HomeSale(*row) for row in tx.all(query, market=market, keys=json.dumps(sorted(keys)))] if keys else []


def sales_at_repeated_addresses(tx: Tx, market: str) -> list[HomeSale]:
    """Return the sales of a market whose address key occurs more than once, oldest first."""
    return [HomeSale(*row) for row in tx.all(_at_repeated_addresses, market=market)]


def home_sales(tx: Tx, market: str, seqs: Iterable[int]) -> list[HomeSale]:
    """Return some sales of a market by number."""
    numbers = json.dumps([*seqs])
    rows = tx.all(_some_homes, seqs=numbers) if numbers != "[]" else []
    return [HomeSale(*home) for *home, of_market in rows if of_market == market]


def parcel_spellings(tx: Tx, market: str, key: str) -> list[str]:
    """Return the parcel numbers of a market that have a parcel key, as their sources write them."""
    return [row[0] for row in tx.all(_spellings, market=market, key=key)]


# Keys of stored sales

RECOMPUTED = 5000
"""Sales whose keys are recomputed in one transaction."""

_following = Query(
    select(_s.seq, _s.address, _s.city, _s.postal, _s.parcel, field("country"), *(_s[name] for name in _KEYS))
    .select_from(market_sales.join(markets.table, markets.table.c.id == _s.market))
    .where(_s.seq > bindparam("after"))
    .order_by(_s.seq)
    .limit(RECOMPUTED)
)
_update_keys = UpdateMany(market_sales, "seq", _KEYS)


def recompute_keys(tx: Tx, after: int) -> tuple[int | None, int]:
    """Correct the keys of the next sales after a number.

    Returns the number of the last one, None if no sales follow, and how many were corrected.
    """
    rows = tx.all(_following, after=after)
    wrong = []
    for seq, address, city, postal, parcel, country, *stored in rows:
        keys = matching_keys(address, city, postal, parcel, country)
        if keys != tuple(stored):
            wrong.append(dict(zip(("seq", *_KEYS), (seq, *keys), strict=True)))
    if wrong:
        tx.update_many(_update_keys, wrong)
    return (rows[-1][0] if len(rows) == RECOMPUTED else None), len(wrong)
