"""Tables of unit costs."""

from backend.app.core_gov.repairs.schemas import RepairCostsRecord
from backend.app.kit.records import RecordTable

repair_costs = RecordTable(
    "repair_costs",
    RepairCostsRecord,
    entity="unit costs",
    file="repairs/unit_costs.json",
    prefix="uc",
    filters=("currency",),
)
