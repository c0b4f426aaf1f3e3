"""The tables of a store: records mirrored to JSON files, and tables of typed columns."""

from typing import Any

from backend.app.core_gov.access import tables as access
from backend.app.core_gov.comms import service as comms
from backend.app.core_gov.comms.consent import service as consent
from backend.app.core_gov.comms.delivery import service as deliveries
from backend.app.core_gov.jobs import service as jobs
from backend.app.core_gov.jv import service as jv
from backend.app.core_gov.jv.ledger import service as ledger
from backend.app.core_gov.market import service as market
from backend.app.core_gov.mls import service as mls
from backend.app.core_gov.neighborhood import service as neighborhood
from backend.app.core_gov.notes import service as notes
from backend.app.core_gov.property import service as property_
from backend.app.core_gov.rents import service as rents
from backend.app.core_gov.repairs import service as repairs
from backend.app.core_gov.schedules import service as schedules
from backend.app.core_gov.views import service as views
from backend.app.deals import service as deals
from backend.app.kit import derived_fields
from backend.app.kit.derived_fields import DerivedFields
from backend.app.kit.records import RecordTable
from backend.app.kit.requests import idempotency

TABLES: list[RecordTable[Any]] = [
    *deals.TABLES,
    *market.TABLES,
    *repairs.TABLES,
    *property_.TABLES,
    *jv.TABLES,
    *jv.JOINT_VENTURES,
    *comms.TABLES,
    *consent.TABLES,
    *notes.TABLES,
    *views.TABLES,
]
"""Every kind of record, in the order of adoption from JSON files."""

KEEP_COLUMNS = (deliveries, jobs, mls, rents, neighborhood, idempotency)
"""Modules without records, imported here so that code that opens or copies a store knows their typed tables."""

TYPED_TABLES = {
    "audit_events": "audit/audit_events.json",
    **access.ARCHIVED,
    "market_sales": "market/market_sales.json",
    "market_source_rows": "market/market_source_rows.json",
    "market_index_points": "market/market_index_points.json",
    "market_feeds": "mls/market_feeds.json",
    "market_models": "valuation/market_models.json",
    "model_decisions": "valuation/model_decisions.json",
    "market_studies": "valuation/market_studies.json",
    "rent_comps": "rents/rent_comps.json",
    "rent_benchmarks": "rents/rent_benchmarks.json",
    "place_factors": "neighborhood/place_factors.json",
    "scheduled_valuations": "property/scheduled_valuations.json",
    **{table.name: f"schedules/{table.name}.json" for table in schedules.TABLES},
    "idempotency_keys": "access/idempotency_keys.json",
    "jobs": "jobs/jobs.json",
    **{table.name: f"comms/{table.name}.json" for table in deliveries.TABLES},
    **{table.name: f"jv/{table.name}.json" for table in ledger.TABLES},
}
"""Tables of typed columns, which are not mirrored to JSON: name, and file in a transfer to a directory.

The order is that of archives.
"""

LOST_WITH_DATABASE = tuple(name for name in TYPED_TABLES if name not in {table.name for table in ledger.TABLES})
"""Tables that the JSON files cannot replace. The ledger is posted anew from its documents."""

DERIVED: list[DerivedFields] = [
    *derived_fields.of_list_keys(TABLES),
    *(*property_.DERIVED, *market.DERIVED, *jv.DERIVED, *comms.DERIVED, *rents.DERIVED),
]
"""Rules whose results are stored. Opening a store recomputes the rows that another version of a rule computed."""

NOT_ARCHIVED = (*access.NOT_ARCHIVED, *consent.NOT_ARCHIVED)
