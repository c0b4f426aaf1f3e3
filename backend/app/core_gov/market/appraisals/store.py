"""Table of appraisals."""

from sqlalchemy import bindparam, select

from backend.app.core_gov.market.appraisals.schemas import AppraisalRecord
from backend.app.kit.db import Query, Tx, field
from backend.app.kit.records import RecordTable

appraisals = RecordTable(
    "appraisals",
    AppraisalRecord,
    entity="appraisal",
    file="market/appraisals.json",
    prefix="apr",
    filters=("market", "property_id", "parcel"),
)
appraisals.unique_rule(
    "ux_appraisals_import_key",
    "this row of a file was imported already",
    field("import_key"),
    where=field("import_key").is_not(None),
)

_t = appraisals.table
_imported = Query(select(_t.c.id).where(field("import_key") == bindparam("import_key")))


def imported(tx: Tx, import_key: str) -> str | None:
    """Return the id of the appraisal imported from a row of a file, or None."""
    row = tx.one(_imported, import_key=import_key)
    return str(row[0]) if row else None
