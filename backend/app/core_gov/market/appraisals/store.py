"""Table of appraisals."""

import json
from collections.abc import Sequence

from sqlalchemy import Index, Text, bindparam, literal_column, select

from backend.app.core_gov.market.appraisals.schemas import AppraisalRecord
from backend.app.core_gov.market.parcels import SQL_KEY
from backend.app.kit.db import Query, Tx, doc_text, field, one_of
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
_appraised = Query(select(field("property_id")).select_from(_t).distinct().where(one_of(field("property_id"), "ids")))
_appraised_parcels = Query(select(_PARCEL).select_from(_t).distinct().where(one_of(_PARCEL, "keys")))
_imported = Query(select(_t.c.id).where(field("import_key") == bindparam("import_key")))


def of_parcel(tx: Tx, market: str, key: str, limit: int) -> list[str]:
    """Return the newest appraisals of a market whose parcel number has a key, in any spelling."""
    return [row[0] for row in tx.all(_of_parcel, market=market, key=key, limit=limit)]


def appraised(tx: Tx, property_ids: Sequence[str], parcel_keys: Sequence[str]) -> tuple[set[str], set[str]]:
    """Return those of the properties, and of the keys of parcel numbers in any market, that have an appraisal."""
    properties = tx.all(_appraised, ids=json.dumps(property_ids)) if property_ids else []
    parcels = tx.all(_appraised_parcels, keys=json.dumps(parcel_keys)) if parcel_keys else []
    return {row[0] for row in properties}, {row[0] for row in parcels}


def imported(tx: Tx, import_key: str) -> str | None:
    """Return the id of the appraisal imported from a row of a file, or None."""
    row = tx.one(_imported, import_key=import_key)
    return str(row[0]) if row else None
