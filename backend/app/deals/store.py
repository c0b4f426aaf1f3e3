"""Table of deals."""

from typing import Any

from sqlalchemy import BigInteger, Double, cast, func, select

from backend.app.deals.schemas import DealRecord
from backend.app.deals.totals import StageTotal
from backend.app.kit.db import Query, Tx, field
from backend.app.kit.records import RecordTable

deals = RecordTable(
    "deals",
    DealRecord,
    entity="deal",
    file="deals/deals.json",
    prefix="deal",
    filters=("status", "strategy", "property_id", "owner"),
)


def _cents(name: str) -> Any:
    return cast(func.sum(cast(func.round(cast(field(name), Double) * 100), BigInteger)), BigInteger)


_GROUP = (field("status"), field("currency"))
_totals = select(*_GROUP, func.count(), _cents("price"), _cents("arv")).select_from(deals.table).group_by(*_GROUP)
_every = Query(_totals.order_by(*_GROUP))


def stage_totals(tx: Tx) -> list[StageTotal]:
    """Return the totals of all deals."""
    return [StageTotal(*row) for row in tx.all(_every)]
