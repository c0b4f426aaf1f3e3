"""Queries of the source rows of a market's sales."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import bindparam, select

from backend.app.core_gov.market.sale import EXTRA
from backend.app.core_gov.market.store import market_sales, market_source_rows
from backend.app.kit.db import Query, ReadSnapshot

_s, _r = market_sales.c, market_source_rows.c
_of_market = (_s.seq == _r.seq, _s.market == bindparam("market"), _s.removed.is_(None))
_with_extra = Query(
    select(_s.seq, _r.units).where(*_of_market, _r.units.contains(f'"{EXTRA}":{{', autoescape=True)).order_by(_s.seq)
)
_any_with_extra = Query(
    select(_s.seq)
    .where(*_of_market, _s.rev > bindparam("after"), _r.units.contains(f'"{EXTRA}":{{', autoescape=True))
    .limit(1)
)
_changed = Query(
    select(_s.seq, _s.removed, _r.units).where(
        _s.seq == _r.seq, _s.market == bindparam("market"), _s.rev > bindparam("after")
    )
)
_rows = Query(select(_s.seq, _r.row).where(*_of_market, _s.close_date >= bindparam("since")).order_by(_s.seq))


def units_with_extra(moment: ReadSnapshot, market: str) -> Iterator[list[tuple[Any, ...]]]:
    """Yield number and units (JSON) of the sales with further columns, in order of their numbers, in chunks."""
    return moment.stream(_with_extra, market=market)


def any_extra_since(moment: ReadSnapshot, market: str, after: int) -> bool:
    """Return whether a sale touched by a later revision has further columns; removed sales are left out."""
    return moment.one(_any_with_extra, market=market, after=after) is not None


def changed_units(moment: ReadSnapshot, market: str, after: int) -> Iterator[list[tuple[Any, ...]]]:
    """Yield number, reason of removal and units (JSON) of the sales touched by later revisions, in chunks."""
    return moment.stream(_changed, market=market, after=after)


def rows_since(moment: ReadSnapshot, market: str, since: str) -> Iterator[list[tuple[Any, ...]]]:
    """Yield number and source row (JSON) of the sales that closed from a day on, in order of their numbers."""
    return moment.stream(_rows, market=market, since=since)
