"""Table of deals."""

from backend.app.deals.schemas import DealRecord
from backend.app.kit.records import RecordTable

deals = RecordTable(
    "deals",
    DealRecord,
    entity="deal",
    file="deals/deals.json",
    prefix="deal",
    filters=("status", "strategy", "property_id"),
)
