"""Table of values computed on a schedule, and the last value of a property of either kind of valuation."""

import json
from collections.abc import Iterable
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, Column, Double, Identity, Index, Integer, Table, Text, bindparam, func, select, text

from backend.app.core_gov.property.scheduled_valuations.schemas import ScheduledValuation
from backend.app.kit.db import InsertMany, Query, Tx, metadata, one_of
from backend.app.kit.db.paging import FilteredList
from backend.app.kit.records import Page

scheduled_valuations = Table(
    "scheduled_valuations",
    metadata,
    Column("seq", BigInteger().with_variant(Integer(), "sqlite"), Identity(), primary_key=True),
    *(Column(name, Text, nullable=False) for name in ("property_id", "kind", "as_of", "market", "currency")),
    *(Column(name, BigInteger, nullable=False) for name in ("value_cents", "low_cents", "high_cents")),
    Column("probability", Double, nullable=False),
    *(Column(name, Text, nullable=False) for name in ("model_version", "data_fingerprint", "created_at")),
)
"""Values computed on a schedule. Each differs from the one before it by more than rounding.

`low_cents` to `high_cents` holds the price with `probability`. `model_version` is empty if there was no model.
"""
Index(
    "ix_scheduled_valuations_property",
    scheduled_valuations.c.property_id,
    scheduled_valuations.c.kind,
    scheduled_valuations.c.seq,
)
Index("ix_scheduled_valuations_created_at", scheduled_valuations.c.created_at)

PURGED = 5_000
"""Maximum number of rows that one transaction deletes."""

_c = scheduled_valuations.c
_NAMES = tuple(column.name for column in scheduled_valuations.columns if column.name != "seq")
_insert = InsertMany(scheduled_valuations, _NAMES)
_newer = scheduled_valuations.alias("newer")
_last = (
    select(func.max(_newer.c.seq))
    .where(_newer.c.property_id == _c.property_id, _newer.c.kind == _c.kind)
    .correlate(scheduled_valuations)
    .scalar_subquery()
)
_latest = Query(
    select(
        *(_c.property_id, _c.kind, _c.created_at, _c.market, _c.currency, _c.value_cents, _c.low_cents, _c.high_cents)
    )
    .where(one_of(_c.property_id, "ids"), _c.seq == _last)
    .order_by(_c.seq)
)
_following = Query(
    select(_c.seq, _c.property_id).where(_c.seq > bindparam("after")).order_by(_c.seq).limit(bindparam("limit"))
)
_purge = Query(
    text(
        "DELETE FROM scheduled_valuations WHERE seq IN (SELECT old.seq FROM scheduled_valuations AS old "
        "WHERE old.created_at < :before AND EXISTS (SELECT 1 FROM scheduled_valuations AS newer "
        "WHERE newer.property_id = old.property_id AND newer.kind = old.kind AND newer.seq > old.seq) "
        "ORDER BY old.created_at LIMIT :limit)"
    )
)


class LatestValue(NamedTuple):
    """The last value of a property and kind that was computed on a schedule, in cents."""

    property_id: str
    kind: str
    created_at: str
    market: str
    currency: str
    value: int
    low: int
    high: int


def latest(tx: Tx, property_ids: Iterable[str]) -> list[LatestValue]:
    """Return the last value of each kind of some properties, oldest first."""
    return [LatestValue(*row) for row in tx.all(_latest, ids=json.dumps([*property_ids]))]


def add(tx: Tx, rows: list[dict[str, Any]]) -> None:
    tx.insert_many(_insert, rows)


def following(tx: Tx, after: int, limit: int) -> list[tuple[int, str]]:
    """Return row number and property of the next rows."""
    return [(row[0], row[1]) for row in tx.all(_following, after=after, limit=limit)]


def purge(tx: Tx, before: str) -> int:
    """Delete values from before a time, except the last of each property and kind. Return how many, at most PURGED."""
    return tx.count(_purge, before=before, limit=PURGED)


# Lists

_list = FilteredList(
    scheduled_valuations,
    [_c.seq, *(_c[name] for name in _NAMES if name != "data_fingerprint")],
    _c.data_fingerprint,
    lambda name: _c[name] == bindparam(name),
)


def page(tx: Tx, property_id: str, kind: str | None, limit: int, cursor: str | None) -> Page[ScheduledValuation]:
    """Return a page of the values of a property, newest first."""
    filters = {"property_id": property_id, "kind": kind}
    rows, next_cursor = _list.page(tx, filters, limit, cursor, _seq_and_document)
    return Page([row[1] for row in rows], next_cursor)


def _seq_and_document(row: tuple[Any, ...]) -> tuple[int, str]:
    seq, property_id, kind, as_of, market, currency, value, low, high, probability, version, created_at, digest = row
    found = ScheduledValuation.model_construct(
        property_id=property_id,
        kind=kind,
        as_of=as_of,
        market=market,
        currency=currency,
        value=value / 100,
        low=low / 100,
        high=high / 100,
        probability=probability,
        model_version=version or None,
        data_fingerprint=digest,
        created_at=created_at,
    )
    return seq, found.model_dump_json()
