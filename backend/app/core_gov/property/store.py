"""Tables of properties and of their ratings, comparisons, estimates and valuations."""

from sqlalchemy import Column, Index, Table, Text, bindparam, literal_column, select

from backend.app.core_gov.geography.address_key import AddressPlace, same_place
from backend.app.core_gov.market.parcels import SQL_KEY, may_be_same_parcel, parcel_key, sql_key
from backend.app.core_gov.property.schemas import CompsResponse, NeighborhoodRating, PropertyRecord, RepairRentStub
from backend.app.core_gov.valuation.schemas import ValuationRecord
from backend.app.kit.db import Query, Tx, field
from backend.app.kit.db.sql import metadata
from backend.app.kit.records import RecordTable

MAX_LIKE = 1000
"""Maximum number of records compared per street line, so that bad data cannot stall the writer."""

properties = RecordTable(
    "properties",
    PropertyRecord,
    entity="property",
    file="property/properties.json",
    prefix="pr",
    filters=("status", "country", "region", "address_key", "owner"),
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

property_figures = Table("property_figures", metadata, Column("property_id", Text, primary_key=True))
"""Values of properties as typed columns, by which lists are sorted and filtered."""

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
_imported = Query(select(_t.c.id).where(field("import_key") == bindparam("import_key")))


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
