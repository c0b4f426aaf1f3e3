"""Tables of properties and of their ratings, comparisons, estimates and valuations."""

import json
from collections.abc import Iterable, Iterator
from typing import Any, get_args

from sqlalchemy import (
    Index,
    Text,
    bindparam,
    literal_column,
    select,
    update,
)

from backend.app.core_gov.geography.address_key import AddressPlace, same_place
from backend.app.core_gov.market.parcels import SQL_KEY, may_be_same_parcel, parcel_key, sql_key
from backend.app.core_gov.property.schemas import (
    CompsResponse,
    NeighborhoodRating,
    PropertyRecord,
    PropertyStatus,
    RepairRentStub,
)
from backend.app.core_gov.valuation.schemas import ValuationRecord
from backend.app.kit.db import Query, ReadSnapshot, Tx, doc_text, field, one_of
from backend.app.kit.lists.columns import CENTS, CODE, NUMBER, TEXT, TIME, Group, ListColumn
from backend.app.kit.records import RecordTable
from backend.app.kit.search import SearchedFields

MAX_LIKE = 1000
"""Maximum number of records compared per street line, so that bad data cannot stall the writer."""

properties = RecordTable(
    "properties",
    PropertyRecord,
    entity="property",
    file="property/properties.json",
    prefix="pr",
    filters=("status", "country", "region", "address_key", "owner"),
    keys="property_figures",
    group=Group("status", get_args(PropertyStatus)),
    columns=(
        ListColumn("address", TEXT, sorts=True, matches="part"),
        ListColumn("city", TEXT, sorts=True, matches="same"),
        ListColumn("beds", NUMBER),
        ListColumn("baths", NUMBER),
        ListColumn("sqft", NUMBER),
        ListColumn("latitude", NUMBER),
        ListColumn("longitude", NUMBER),
        ListColumn("updated_at", TIME, sorts=True),
        ListColumn("value", CENTS, sorts=True, computed=True),
        ListColumn("arv", CENTS, sorts=True, computed=True),
        ListColumn("repairs", CENTS, computed=True),
        ListColumn("currency", CODE, computed=True),
    ),
    searched=SearchedFields(
        words=("address", "city", "region", "postal", "parcel", "tags"), identifiers=("id", "postal", "parcel")
    ),
)
properties.unique_rule(
    "ux_properties_import_key",
    "this row of a file was imported already",
    field("import_key"),
    where=field("import_key").is_not(None),
)

ratings = RecordTable("ratings", NeighborhoodRating, entity="rating", file="property/ratings.json", key="property_id")

comps = RecordTable(
    "comps", CompsResponse, entity="comps", noun="comparison", file="property/comps.json", key="property_id"
)

repair_rent = RecordTable(
    "repair_rent",
    RepairRentStub,
    entity="repair-rent estimate",
    file="property/repair_rent.json",
    key="property_id",
)

valuations = RecordTable(
    "valuations",
    ValuationRecord,
    entity="valuation",
    file="property/valuations.json",
    prefix="val",
    filters=("property_id", "kind"),
)

_t = properties.table
_like = Query(
    select(_t.c.id, field("city"), field("region"), field("postal"), field("country"))
    .select_from(_t)
    .where(field("address_key") == bindparam("address_key"))
    .order_by(_t.c.seq.desc())
    .limit(MAX_LIKE)
)
_PARCEL = literal_column(SQL_KEY, Text())
Index("ix_properties_parcel", _PARCEL, _t.c.seq)
_of_parcel = Query(
    select(_t.c.id, field("parcel"), field("country"), field("region"))
    .select_from(_t)
    .where(bindparam("key") == _PARCEL)
    .order_by(_t.c.seq.desc())
    .limit(MAX_LIKE)
)
Index("ix_properties_deal_id", field("deal_id"), _t.c.seq)
_of_deal = Query(
    select(doc_text(_t.c.doc))
    .select_from(_t)
    .where(field("deal_id") == bindparam("deal_id"))
    .order_by(_t.c.seq.desc())
    .limit(bindparam("limit"))
)
_imported = Query(select(_t.c.id).where(field("import_key") == bindparam("import_key")))


def properties_of_deal(tx: Tx, deal_id: str, limit: int) -> list[dict[str, Any]]:
    """Return the properties that name a deal, newest first, without validation."""
    return [properties.read(row[0]).document for row in tx.all(_of_deal, deal_id=deal_id, limit=limit)]


def same_address(tx: Tx, record: PropertyRecord) -> list[str]:
    """Return the ids of the other properties at the same address, newest first."""
    if record.address_key is None:
        return []
    here = AddressPlace(record.address_key, record.city, record.region, record.postal, record.country)
    return [
        row[0]
        for row in tx.all(_like, address_key=record.address_key)
        if row[0] != record.id and same_place(here, AddressPlace(record.address_key, *row[1:]))
    ]


def same_parcel(tx: Tx, record: PropertyRecord) -> list[str]:
    """Return the ids of the other properties with the same parcel number in any spelling, newest first."""
    if record.parcel is None or parcel_key(record.parcel) is None:
        return []
    return [
        key
        for key, parcel, country, region in tx.all(_of_parcel, key=sql_key(record.parcel))
        if key != record.id
        and country == record.country
        and (region is None or record.region is None or region == record.region)
        and may_be_same_parcel(record.parcel, parcel)
    ]


def is_imported(tx: Tx, import_key: str) -> bool:
    return tx.one(_imported, import_key=import_key) is not None


# Figures

assert properties.keys is not None
_f = properties.keys.table
_row = _f.c.seq == select(_t.c.seq).where(_t.c.id == bindparam("property_id")).scalar_subquery()
VALUE_COLUMNS = {"as_is": "value_cents", "after_repair": "arv_cents"}
"""Columns of the latest values, by the kinds of valuations."""

_set_value = {
    kind: Query(update(_f).values({name: bindparam("cents"), "currency": bindparam("currency")}).where(_row))
    for kind, name in VALUE_COLUMNS.items()
}
_set_repairs = Query(update(_f).values(repairs_cents=bindparam("cents")).where(_row))
_figures = Query(
    select(_t.c.id, _f.c.value_cents, _f.c.arv_cents, _f.c.repairs_cents, _f.c.currency)
    .select_from(_t.join(_f, _f.c.seq == _t.c.seq))
    .where(one_of(_t.c.id, "ids"))
)
_v, _e = valuations.table, repair_rent.table
_valuations_of = Query(
    select(doc_text(_v.c.doc)).select_from(_v).where(one_of(field("property_id"), "ids")).order_by(_v.c.seq)
)
_valuation_rows = Query(
    select(_v.c.seq, field("property_id"), field("kind"), field("created_at"))
    .select_from(_v)
    .where(one_of(field("property_id"), "ids"))
    .order_by(_v.c.seq)
)
_valuation_docs = Query(select(_v.c.seq, doc_text(_v.c.doc)).select_from(_v).where(one_of(_v.c.seq, "seqs")))
_estimates_of = Query(select(doc_text(_e.c.doc)).select_from(_e).where(one_of(_e.c.id, "ids")))


def put_value(tx: Tx, property_id: str, kind: str, cents: int, currency: str) -> None:
    """Store the latest value of a property, as is or after repair, in its figures."""
    if (query := _set_value.get(kind)) is not None:
        tx.run(query, property_id=property_id, cents=cents, currency=currency)


def put_repairs(tx: Tx, property_id: str, cents: int | None) -> None:
    """Store the estimated repairs of a property in its figures."""
    tx.run(_set_repairs, property_id=property_id, cents=cents)


def figures(tx: Tx, property_ids: list[str]) -> list[tuple[Any, ...]]:
    """Return id, value, ARV, repairs (cents) and currency of those of the properties that exist."""
    return tx.all(_figures, ids=json.dumps(property_ids)) if property_ids else []


def latest_valuations(tx: Tx, property_ids: Iterable[str]) -> dict[tuple[str, str], tuple[int, str]]:
    """Return row number and time of the last valuation, by property and kind."""
    rows = tx.all(_valuation_rows, ids=json.dumps([*property_ids]))
    return {(property_id, kind): (seq, created_at or "") for seq, property_id, kind, created_at in rows}


def valuation_documents(tx: Tx, seqs: Iterable[int]) -> list[tuple[int, str]]:
    """Return row number and document of some valuations."""
    return [(row[0], row[1]) for row in tx.all(_valuation_docs, seqs=json.dumps([*seqs]))]


def valuations_of(snapshot: ReadSnapshot, property_ids: list[str]) -> Iterator[str]:
    """Yield the valuations of some properties, oldest first."""
    return (row[0] for rows in snapshot.stream(_valuations_of, ids=json.dumps(property_ids)) for row in rows)


def every_valuation_of(tx: Tx, property_ids: list[str]) -> list[str]:
    """Return the valuations of a few properties, oldest first."""
    return [row[0] for row in tx.all(_valuations_of, ids=json.dumps(property_ids))]


def estimates_of(snapshot: ReadSnapshot, property_ids: list[str]) -> Iterator[str]:
    """Yield the repair-rent estimates of some properties."""
    return (row[0] for rows in snapshot.stream(_estimates_of, ids=json.dumps(property_ids)) for row in rows)
