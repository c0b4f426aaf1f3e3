"""Table of deals."""

from typing import Any, get_args

from sqlalchemy import BigInteger, Double, cast, func, select

from backend.app.deals.schemas import DealRecord, DealStatus
from backend.app.deals.totals import StageTotal
from backend.app.kit.db import Query, Tx, field
from backend.app.kit.lists.columns import CENTS, DATE, TEXT, TIME, Group, ListColumn
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
    ),
    searched=SearchedFields(words=("name", "address", "notes", "tags")),
)


def _cents(name: str) -> Any:
    return cast(func.sum(cast(func.round(cast(field(name), Double) * 100), BigInteger)), BigInteger)


_GROUP = (field("status"), field("currency"))
_totals = select(*_GROUP, func.count(), _cents("price"), _cents("arv")).select_from(deals.table).group_by(*_GROUP)
_every = Query(_totals.order_by(*_GROUP))


def stage_totals(tx: Tx) -> list[StageTotal]:
    """Return the totals of all deals."""
    return [StageTotal(*row) for row in tx.all(_every)]
