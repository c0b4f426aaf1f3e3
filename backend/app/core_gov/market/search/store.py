"""Queries of sales.

Each query covers one market, because the indexes start with the market; a search of several markets runs one for each.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any

from sqlalchemy import Double, Index, Select, bindparam, func, select, tuple_
from sqlalchemy.sql.elements import ColumnElement

from backend.app.core_gov.market.store import FLAGGED, market_sales, market_source_rows, markets
from backend.app.kit.db import Query, ReadSnapshot, Tx
from backend.app.kit.db.sql import bytewise, one_of

_s, _r = market_sales.c, market_source_rows.c

SHOWN = (
    *("seq", "market", "price_cents", "currency", "close_date", "contract_date", "latitude", "longitude"),
    *("placed_by", "living_sqft", "lot_sqft", "beds", "baths", "year_built", "year_renovated", "grade"),
    *("condition", "floors", "basement_sqft", "view", "waterfront", "property_type", "parcel", "address"),
    *("city", "postal", "area", "deed", "terms", "source", "source_key", "usable", "flags", "removed"),
    *("created_at", "updated_at"),
)
"""Columns of a sale in a response, in order; the distance follows in a search near a point."""

Row = tuple[Any, ...]


def _number(name: str) -> ColumnElement[float]:
    return bindparam(name, type_=Double)


_NORTH = _s.latitude - _number("latitude")
_EAST = _s.longitude - _number("longitude")
SQUARED_DISTANCE = _NORTH * _NORTH + _EAST * _EAST * _number("squeeze")
"""Squared distance from a point, in degrees of latitude; both databases can sort by it and use an index."""

_NEAR: tuple[ColumnElement[bool], ...] = (
    _s.latitude.between(_number("south"), _number("north")),
    _s.longitude.between(_number("west"), _number("east")),
    SQUARED_DISTANCE <= _number("reach"),  # noqa: SIM300 - the constant is in the parameters
)

_CONDITIONS: dict[str, ColumnElement[bool]] = {
    "min_price": _s.price_cents >= bindparam("min_price"),
    "max_price": _s.price_cents <= bindparam("max_price"),
    "min_sqft": _s.living_sqft >= _number("min_sqft"),
    "max_sqft": _s.living_sqft <= _number("max_sqft"),
    "min_beds": _s.beds >= _number("min_beds"),
    "max_beds": _s.beds <= _number("max_beds"),
    "min_baths": _s.baths >= _number("min_baths"),
    "max_baths": _s.baths <= _number("max_baths"),
    "property_types": one_of(func.replace(_s.property_type, "_", ""), "property_types"),
    "parcels": one_of(_s.parcel, "parcels"),
    "usable": _s.usable == bindparam("usable"),
    "excluded": _s.usable == bindparam("excluded"),
    "flag": _s.flags.like(bindparam("flag"), escape="/"),
}


def _close_date(names: frozenset[str], near: bool) -> ColumnElement[str]:
    """Return the closing date, written so that its index is not used if the one on location or parcel is better."""
    return _s.close_date.concat("") if near or "parcels" in names else _s.close_date


def _conditions(names: frozenset[str], near: bool) -> list[ColumnElement[bool]]:
    """Return the conditions of a search."""
    found = [_s.market == bindparam("market"), _s.removed.is_(None)]
    found += [_CONDITIONS[name] for name in sorted(names & _CONDITIONS.keys())]
    if "since" in names:
        found.append(_close_date(names, near) >= bindparam("since"))
    if "until" in names:
        found.append(_close_date(names, near) < bindparam("until"))
    if names & {"flag", "excluded"}:
        found.append(FLAGGED)
    return [*found, *_NEAR] if near else found


def _selected(names: frozenset[str], near: bool) -> Select[Any]:
    return select(*(_s[name] for name in SHOWN), *([SQUARED_DISTANCE.label("squared_distance")] if near else [])).where(
        *_conditions(names, near)
    )


@cache
def _newest(names: frozenset[str], near: bool, further: bool) -> Query:
    place, last = tuple_(_close_date(names, near), _s.seq), tuple_(bindparam("after"), bindparam("after_seq"))
    statement = (
        _selected(names, near).order_by(_close_date(names, near).desc(), _s.seq.desc()).limit(bindparam("limit"))
    )
    return Query(statement.where(place < last) if further else statement)


@cache
def _nearest(names: frozenset[str], further: bool) -> Query:
    """Return a query that selects numbers from the location index first, then the sales to show."""
    place, last = tuple_(SQUARED_DISTANCE, _s.seq), tuple_(_number("after"), bindparam("after_seq"))
    first = select(_s.seq, SQUARED_DISTANCE.label("squared_distance")).where(*_conditions(names, near=True))
    first = first.where(place > last) if further else first
    found = first.order_by(SQUARED_DISTANCE, _s.seq).limit(bindparam("limit")).subquery("found")
    return Query(
        select(*(_s[name] for name in SHOWN), found.c.squared_distance)
        .select_from(found.join(market_sales, _s.seq == found.c.seq))
        .order_by(found.c.squared_distance, found.c.seq)
    )


def page(
    tx: Tx,
    market: str,
    tests: Mapping[str, Any],
    near: Mapping[str, float] | None,
    *,
    by_distance: bool,
    after: tuple[str | float, int] | None,
    limit: int,
) -> list[Row]:
    """Return the first matching sales of a market after a position, as rows of `SHOWN`."""
    names, further = frozenset(tests), after is not None
    query = _nearest(names, further) if by_distance else _newest(names, near is not None, further)
    last = {} if after is None else {"after": after[0], "after_seq": after[1]}
    return tx.all(query, market=market, limit=limit, **tests, **(near or {}), **last)


@cache
def _all(names: frozenset[str], near: bool) -> Query:
    return Query(_selected(names, near).order_by(_close_date(names, near), _s.seq))


@cache
def _count(names: frozenset[str], near: bool) -> Query:
    return Query(select(func.count()).select_from(market_sales).where(*_conditions(names, near)))


def every(
    moment: ReadSnapshot, market: str, tests: Mapping[str, Any], near: Mapping[str, float] | None
) -> Iterator[list[Row]]:
    """Yield all matching sales of a market in chunks, oldest first."""
    return moment.stream(_all(frozenset(tests), near is not None), market=market, **tests, **(near or {}))


def count(tx: Tx, market: str, tests: Mapping[str, Any], near: Mapping[str, float] | None) -> int:
    row = tx.one(_count(frozenset(tests), near is not None), market=market, **tests, **(near or {}))
    return int(row[0]) if row else 0


_names = Query(select(markets.table.c.id).order_by(markets.table.c.seq))
_one = Query(
    select(*(_s[name] for name in SHOWN), _r.row, _r.units)
    .select_from(market_sales.outerjoin(market_source_rows, _r.seq == _s.seq))
    .where(_s.seq == bindparam("seq"))
)
_some = Query(
    select(*(_s[name] for name in SHOWN))
    .where(one_of(_s.seq, "seqs"), _s.removed.is_(None), _s.close_date < bindparam("until"))
    .order_by(_s.close_date.desc(), _s.seq.desc())
    .limit(bindparam("limit"))
)
_flags = Query(
    select(_s.flags, func.count())
    .where(_s.market == bindparam("market"), _s.removed.is_(None), FLAGGED)
    .where(_s.close_date >= bindparam("since"), _s.close_date < bindparam("until"))
    .group_by(_s.flags)
)


def market_names(tx: Tx) -> list[str]:
    return [row[0] for row in tx.all(_names)]


def sale(tx: Tx, seq: int) -> Row | None:
    """Return a sale with its source row and units, both as JSON."""
    return tx.one(_one, seq=seq)


def some(tx: Tx, seqs: Iterable[int], until: str, limit: int) -> list[Row]:
    """Return the newest of some sales that closed before a day, as rows of `SHOWN`."""
    return tx.all(_some, seqs=json.dumps([*seqs]), until=until, limit=limit)


def flags(tx: Tx, market: str, since: str, until: str) -> list[tuple[str, int]]:
    """Return the distinct flags of sales closed from a day on and before another, each with the number of sales."""
    return [(row[0], int(row[1])) for row in tx.all(_flags, market=market, since=since, until=until)]


# Sales by what someone types into a search box

Index("ix_market_sales_address_start", bytewise(_s.address_key), _table=market_sales).ddl_if(dialect="postgresql")
_BRIEF = select(
    *(_s[name] for name in ("seq", "market", "price_cents", "currency", "close_date", "address", "city", "postal")),
    *(_s[name] for name in ("parcel", "usable", "updated_at")),
)
_FOUND = _BRIEF.where(_s.removed.is_(None), _s.market.in_(select(markets.table.c.id)))
_numbered = Query(_BRIEF.where(_s.seq == bindparam("seq")))
_of_parcel_key = Query(
    _FOUND.where(_s.parcel_key == bindparam("key"))
    .order_by(_s.close_date.desc(), _s.seq.desc())
    .limit(bindparam("limit"))
)
_with_start = Query(
    _FOUND.where(bytewise(_s.address_key) >= bindparam("start"), bytewise(_s.address_key) < bindparam("end"))
    .order_by(bytewise(_s.address_key), _s.close_date.desc(), _s.seq.desc())
    .limit(bindparam("limit"))
)


def numbered(tx: Tx, seq: int) -> list[Row]:
    """Return the sale with a number, even one that its source withdrew; empty if there is none."""
    return tx.all(_numbered, seq=seq)


def of_parcel_key(tx: Tx, key: str, limit: int) -> list[Row]:
    """Return the newest sales of all markets whose parcel number has the loose key."""
    return tx.all(_of_parcel_key, key=key, limit=limit)


def with_address(tx: Tx, start: str, limit: int) -> list[Row]:
    """Return sales of all markets whose address key begins with a text, in the order of addresses."""
    return tx.all(_with_start, start=start, end=f"{start}\U0010ffff", limit=limit)
