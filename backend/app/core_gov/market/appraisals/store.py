"""Table of appraisals."""

from sqlalchemy import Index, Text, bindparam, literal_column, select

from backend.app.core_gov.market.appraisals.schemas import AppraisalRecord
from backend.app.core_gov.market.parcels import SQL_KEY
from backend.app.kit.db import Query, Tx, doc_text, field
from backend.app.kit.records import RecordTable
from backend.app.kit.search import SearchedFields

appraisals = RecordTable(
    "appraisals",
    AppraisalRecord,
    entity="appraisal",
    file="market/appraisals.json",
    prefix="apr",
    filters=("market", "property_id", "parcel"),
    searched=SearchedFields(
        words=("address", "parcel", "appraiser", "source", "purpose", "notes"), identifiers=("id", "parcel")
    ),
)
appraisals.unique_rule(
    "ux_appraisals_import_key",
    "this row of a file was imported already",
    field("import_key"),
    where=field("import_key").is_not(None),
)

_t = appraisals.table
_PARCEL = literal_column(SQL_KEY, Text())
Index("ix_appraisals_parcel_key", _PARCEL, _t.c.seq)
_of_parcel = Query(
    select(doc_text(_t.c.doc))
    .select_from(_t)
    .where(bindparam("key") == _PARCEL, field("market") == bindparam("market"))
    .order_by(_t.c.seq.desc())
    .limit(bindparam("limit"))
)
_imported = Query(select(_t.c.id).where(field("import_key") == bindparam("import_key")))


def of_parcel(tx: Tx, market: str, key: str, limit: int) -> list[str]:
    """Return the newest appraisals of a market whose parcel number has a key, in any spelling."""
    return [row[0] for row in tx.all(_of_parcel, market=market, key=key, limit=limit)]


def imported(tx: Tx, import_key: str) -> str | None:
    """Return the id of the appraisal imported from a row of a file, or None."""
    row = tx.one(_imported, import_key=import_key)
    return str(row[0]) if row else None
