"""Table of deals."""

import json
from typing import get_args

from sqlalchemy import BigInteger, Index, bindparam, cast, func, select

from backend.app.deals.schemas import DealRecord, DealStatus
from backend.app.deals.totals import StageTotal
from backend.app.kit.db import Query, Tx, field, one_of
from backend.app.kit.lists.columns import CENTS, CODE, DATE, TEXT, TIME, Group, ListColumn
from backend.app.kit.records import RecordTable
from backend.app.kit.search import SearchedFields

deals = RecordTable(
    "deals",
    DealRecord,
    entity="deal",
    file="deals/deals.json",
    prefix="deal",
    filters=("status", "strategy", "property_id", "owner"),
    group=Group("status", get_args(DealStatus)),
    columns=(
        ListColumn("name", TEXT, sorts=True),
        ListColumn("price", CENTS, sorts=True),
        ListColumn("arv", CENTS, sorts=True),
        ListColumn("next_action_date", DATE, sorts=True),
        ListColumn("close_date", DATE),
        ListColumn("updated_at", TIME, sorts=True),
        ListColumn("currency", CODE),
        ListColumn("strategy", CODE),
    ),
    searched=SearchedFields(words=("name", "address", "notes", "next_action", "tags")),
)
_lock_currency = Query(
    select(field("currency")).select_from(deals.table).where(deals.table.c.id == bindparam("id")).with_for_update()
)


def lock_currency(tx: Tx, deal_id: str) -> str | None:
    """Return the currency of a deal, locked until the unit ends; None if it is not on file."""
    row = tx.one(_lock_currency, id=deal_id)
    return row[0] if row else None


assert deals.keys is not None
_keys = deals.keys.table.c
# It holds all columns of the totals, so that the table is not read.
Index(
    "ix_deals_keys_totals", _keys.status, _keys.currency, _keys.strategy, _keys.price_cents, _keys.arv_cents
)  # fmt: skip


def _totals(*, by_strategy: bool, by_owner: bool) -> Query:
    sums = (cast(func.sum(_keys[name]), BigInteger) for name in ("price_cents", "arv_cents"))
    found = select(_keys.status, _keys.currency, func.count(), *sums)
    if by_strategy:
        found = found.where(one_of(_keys.strategy, "strategy"))
    if by_owner:
        owned = select(deals.table.c.seq).where(field("owner") == bindparam("owner"))
        found = found.where(_keys.seq.in_(owned))
    return Query(found.group_by(_keys.status, _keys.currency).order_by(_keys.status, _keys.currency))


_TOTALS = {
    (by_strategy, by_owner): _totals(by_strategy=by_strategy, by_owner=by_owner)
    for by_strategy in (False, True)
    for by_owner in (False, True)
}


def stage_totals(tx: Tx, strategies: list[str] | None, owner: str | None) -> list[StageTotal]:
    """Return the totals of the deals with one of these strategies and this owner; None for any."""
    given = {"strategy": json.dumps(strategies) if strategies else None, "owner": owner}
    params = {name: value for name, value in given.items() if value is not None}
    return [StageTotal(*row) for row in tx.all(_TOTALS["strategy" in params, "owner" in params], **params)]
