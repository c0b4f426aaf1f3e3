"""Kinds of records that notes and histories can be about, by their names in the audit trail."""

from typing import Any, Literal

from backend.app.core_gov.comms import service as comms
from backend.app.core_gov.jv import service as jv
from backend.app.core_gov.market import service as market
from backend.app.core_gov.property import service as property_
from backend.app.core_gov.repairs import service as repairs
from backend.app.deals import service as deals
from backend.app.kit.records import RecordTable

RecordKind = Literal[
    "deal", "property", "partner", "link", "draft", "send-log entry", "rating", "comps", "repair-rent estimate",
    "valuation", "appraisal", "market", "unit costs",
]  # fmt: skip

RECORD_KINDS: dict[str, RecordTable[Any]] = {
    table.entity: table
    for table in (
        *deals.TABLES,
        *property_.TABLES,
        *jv.TABLES,
        *comms.TABLES,
        *market.TABLES,
        *repairs.TABLES,
    )
}
"""Tables of these kinds. Both are the same kinds, which a test checks."""
