"""Appraisals: creation, changes and import."""

from collections.abc import Iterable, Sequence
from typing import Any

from backend.app.core_gov.audit import service as audit
from backend.app.core_gov.exports.list_export import ListExport, by_filters
from backend.app.core_gov.market.appraisals.schemas import (
    AppraisalCreate,
    AppraisalPatch,
    AppraisalQuery,
    AppraisalRecord,
)
from backend.app.core_gov.market.appraisals.store import appraisals, appraised, imported, of_parcel
from backend.app.core_gov.market.as_of import in_future
from backend.app.core_gov.market.parcels import may_be_same_parcel, parcel_key, sql_key
from backend.app.kit import clock
from backend.app.kit.data_files.source_rows import UpsertCounts
from backend.app.kit.db import Tx
from backend.app.kit.errors import BadInput, Conflict, Fault, RetryUnit
from backend.app.kit.fields import values_of
from backend.app.kit.ids import new_id
from backend.app.kit.records import Page, Stored

TABLES = (appraisals,)

_SUBJECT = ("property_id", "parcel", "address")


def create_appraisal(tx: Tx, payload: AppraisalCreate) -> Stored[AppraisalRecord]:
    """Create an appraisal. Raises BadInput if it has no subject or is dated in the future."""
    record = prepared(dict(payload), tx.now)
    stored = appraisals.insert(tx, record)
    audit.record_created(tx, appraisals, record.id, stored)
    return stored


def list_appraisals(tx: Tx, filters: dict[str, str | None], limit: int, cursor: str | None) -> Page[AppraisalRecord]:
    return appraisals.page(tx, filters, limit, cursor)


APPRAISALS_CSV = ListExport(
    "appraisals", AppraisalRecord, AppraisalQuery, by_filters(list_appraisals), count=appraisals.count_all
)


def latest(tx: Tx, filters: dict[str, str | None], most: int) -> list[Stored[AppraisalRecord]]:
    """Return the `most` newest matching appraisals, whatever their size."""
    page = appraisals.page(tx, filters, most, None)
    docs = page.docs
    while page.next_cursor and len(docs) < most:
        page = appraisals.page(tx, filters, most - len(docs), page.next_cursor)
        docs += page.docs
    return [appraisals.read(doc) for doc in docs]


def latest_of_parcel(tx: Tx, market: str, parcel: str, most: int) -> list[Stored[AppraisalRecord]]:
    """Return the `most` newest appraisals of a parcel in a market, in any spelling of its number."""
    if parcel_key(parcel) is None:
        return []
    found = [appraisals.read(doc) for doc in of_parcel(tx, market, sql_key(parcel), most)]
    return [each for each in found if may_be_same_parcel(parcel, each.fields["parcel"])]


def latest_beside(
    tx: Tx, market: str, homes: Sequence[tuple[str, str | None]], most: int
) -> list[list[Stored[AppraisalRecord]]]:
    """Return the newest appraisals of each property, given as its id and parcel number, and of its parcel."""
    keys = [sql_key(parcel) if parcel else "" for _, parcel in homes]
    properties, parcels = appraised(tx, [property_id for property_id, _ in homes], sorted({*keys}))
    return [
        [
            *(latest(tx, {"property_id": property_id}, most) if property_id in properties else ()),
            *(latest_of_parcel(tx, market, parcel, most) if parcel and key in parcels else ()),
        ]
        for (property_id, parcel), key in zip(homes, keys, strict=True)
    ]


def get_appraisal(tx: Tx, appraisal_id: str) -> Stored[AppraisalRecord]:
    return appraisals.get(tx, appraisal_id)


def patch_appraisal(tx: Tx, appraisal_id: str, payload: AppraisalPatch) -> Stored[AppraisalRecord]:
    """Update the fields that were sent. Raises BadInput as `create_appraisal` does."""
    stored, changes = appraisals.lock(tx, appraisal_id), values_of(payload)
    _check({**stored.fields, **changes}, tx.now)
    change = appraisals.change(tx, stored, changes)
    audit.record_changed(tx, appraisals, appraisal_id, change)
    return change.after


def prepared(fields: dict[str, Any], now: str, import_key: str | None = None) -> AppraisalRecord:
    """Return the record built from fields, without using the database. Raises BadInput naming each fault."""
    own = {"id": new_id("apr"), "import_key": import_key, "created_at": now, "updated_at": now}
    record = appraisals.validated({**fields, **own})
    _check(fields, now)
    return record


def _check(fields: dict[str, Any], now: str) -> None:
    faults = []
    if not any(fields.get(name) for name in _SUBJECT):
        faults.append(Fault("property_id", "one of property_id, parcel and address is required"))
    today = clock.local_day(now)
    if fields["date"] > today:
        faults.append(Fault("date", in_future("date", fields["date"], today)))
    if faults:
        raise BadInput.of(faults)


def import_prepared(tx: Tx, records: Iterable[AppraisalRecord]) -> UpsertCounts:
    """Insert or update records by their `import_key`; write an audit event for each change."""
    stored = updated = on_file = 0
    for record in records:
        assert record.import_key is not None
        known = imported(tx, record.import_key)
        if known is None:
            _insert(tx, record)
            stored += 1
            continue
        fields = {name: value for name, value in record if name not in {"id", "meta", "created_at", "updated_at"}}
        change = appraisals.change(tx, appraisals.lock(tx, known), fields)
        audit.record_changed(tx, appraisals, known, change, "imported")
        updated += bool(change.fields)
        on_file += not change.fields
    return UpsertCounts(stored, updated, on_file)


def _insert(tx: Tx, record: AppraisalRecord) -> None:
    try:
        inserted = appraisals.insert(tx, record)
    except Conflict:
        raise RetryUnit from None  # a concurrent import of the same file committed this row
    audit.record_created(tx, appraisals, record.id, inserted, "imported")
