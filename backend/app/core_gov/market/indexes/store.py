"""Table of published index figures."""

import json
from collections.abc import Iterable
from typing import Any, NamedTuple

from sqlalchemy import Column, Double, Table, Text, bindparam, delete, func, select

from backend.app.kit.db import InsertMany, Query, Tx, metadata
from backend.app.kit.db.sql import bytewise, one_of

market_index_points = Table(
    "market_index_points",
    metadata,
    Column("source", Text, primary_key=True),
    Column("series", Text, primary_key=True),
    Column("period", Text, primary_key=True),
    Column("value", Double, nullable=False),
    Column("place", Text, nullable=False),
)
"""Index figures; `period` is a year or a month, as in 2014 or 2014-05; `place` names the series in words."""


class IndexRow(NamedTuple):
    """Figure of a series."""

    series: str
    period: str
    value: float
    place: str


_p = market_index_points.c
_insert = InsertMany(market_index_points, ("source", "series", "period", "value", "place"))
_select_several = Query(
    select(_p.series, _p.period, _p.value, _p.place).where(
        _p.source == bindparam("source"), one_of(_p.series, "series")
    )
)
_select_series = Query(
    select(_p.series, _p.period, _p.value, _p.place)
    .where(_p.source == bindparam("source"), _p.series == bindparam("series"))
    .order_by(bytewise(_p.period))
)
_delete = Query(
    delete(market_index_points).where(
        _p.source == bindparam("source"), _p.series == bindparam("series"), _p.period == bindparam("period")
    )
)
_count = Query(select(func.count()).select_from(market_index_points).where(_p.source == bindparam("source")))


def known_points(tx: Tx, source: str, series: Iterable[str]) -> dict[tuple[str, str], IndexRow]:
    """Return the stored figures of some series, by series and period."""
    rows = tx.all(_select_several, source=source, series=json.dumps([*series], ensure_ascii=False))
    return {(row[0], row[1]): IndexRow(*row) for row in rows}


def put_points(tx: Tx, source: str, rows: Iterable[IndexRow], before: Iterable[IndexRow]) -> None:
    """Insert figures after deleting those in `before`."""
    for row in before:
        tx.run(_delete, source=source, series=row.series, period=row.period)
    found: list[dict[str, Any]] = [{"source": source, **row._asdict()} for row in rows]
    tx.insert_many(_insert, found)


def series_points(tx: Tx, source: str, series: str) -> list[IndexRow]:
    """Return the figures of a series, oldest first; empty if it is not loaded."""
    return [IndexRow(*row) for row in tx.all(_select_series, source=source, series=series)]


def count(tx: Tx, source: str) -> int:
    """Return the number of figures loaded from a publisher."""
    row = tx.one(_count, source=source)
    return int(row[0]) if row else 0
