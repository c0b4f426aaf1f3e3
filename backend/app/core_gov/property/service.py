"""Service of properties and of their ratings, comparisons, valuations and estimates."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from backend.app.core_gov.audit import service as audit
from backend.app.core_gov.exports.list_export import ListExport
from backend.app.core_gov.geography import address_key, regions
from backend.app.core_gov.geography.address_key import address_key_of
from backend.app.core_gov.property import store
from backend.app.core_gov.property.comparison import ComparisonResult, stored_manual_sales
from backend.app.core_gov.property.duplicates import Duplicate, duplicate_warnings, duplicates_of
from backend.app.core_gov.property.figures import FIGURES, put_repairs, put_value
from backend.app.core_gov.property.list_schemas import PropertyQuery
from backend.app.core_gov.property.schemas import (
    DEFAULT_COUNTRY,
    NOT_COMPARED,
    CompsResponse,
    NeighborhoodRating,
    NeighborhoodRatingCreate,
    PropertyCreate,
    PropertyPatch,
    PropertyRecord,
    RepairRentCreate,
    RepairRentStub,
)
from backend.app.core_gov.property.store import (
    comps,
    is_imported,
    properties,
    ratings,
    repair_rent,
    same_address,
    valuations,
)
from backend.app.core_gov.property.subject import subject_of
from backend.app.core_gov.property.valuation import Valued
from backend.app.core_gov.valuation.schemas import ValuationRecord
from backend.app.deals import service as deals
from backend.app.deals.schemas import DealPatch
from backend.app.kit import clock, derived_fields
from backend.app.kit.db import Tx
from backend.app.kit.errors import BadInput, Conflict, Fault, NotFound, RetryUnit
from backend.app.kit.fields import Record, values_of
from backend.app.kit.ids import new_id
from backend.app.kit.records import Change, Page, RecordTable, Stored

TABLES = (properties, ratings, comps, repair_rent, valuations)
"""Record tables of this package."""


def derive_address_key(found: dict[str, Any]) -> dict[str, Any]:
    """Return the address key for a stored document; empty if the document is not valid."""
    address, *place, country = (found.get(name) for name in ("address", "city", "region", "postal", "country"))
    if not isinstance(address, str) or not isinstance(country, str) or {*map(type, place)} - {str, type(None)}:
        return {}
    city, region, postal = place
    return {"address_key": address_key_of(address, city, region, postal, regions.check_country(country) or country)}


DERIVED = (
    derived_fields.of_records(properties, "address_key", address_key.VERSION, derive_address_key),
    *FIGURES,
)
"""Rules whose results this package stores."""

R = TypeVar("R", bound=Record)

_ADDRESS_FIELDS = frozenset({"address", "country", "region", "city", "postal"})
_REGION_FIELDS = frozenset({"country", "region", "postal"})
_COORDINATES = frozenset({"latitude", "longitude"})


# Properties


def create_property(tx: Tx, payload: PropertyCreate) -> Stored[PropertyRecord]:
    """Create a property. Raises BadInput if region, postal code or coordinates do not fit the country.

    A duplicate address is allowed and produces a warning.
    """
    record, warnings = prepared(dict(payload), tx.now)
    stored = properties.insert(tx, record)
    audit.record_created(tx, properties, record.id, stored)
    return stored.warn(*warnings, *duplicate_warnings(tx, record))


def list_properties(tx: Tx, query: PropertyQuery) -> Page[PropertyRecord]:
    """Return a page of the properties that match. A region may be a code or a name in any case."""
    return properties.listed(tx, query, _filters(query))


def _filters(query: PropertyQuery) -> dict[str, Any]:
    filters = query.filters
    if query.region is not None:
        codes = sorted({_region_code(query.country, region) for region in query.region})
        filters["region"] = codes if len(codes) > 1 else codes[0]
    return filters


def places(tx: Tx, query: PropertyQuery, limits: Mapping[str, float]) -> list[tuple[int, float, float]]:
    """Return row number, latitude and longitude of all properties that match and have coordinates.

    `limits`: `min_latitude`, `max_latitude`, `min_longitude`, `max_longitude`; those that are missing do not limit.
    """
    everywhere = {"min_latitude": -90.0, "max_latitude": 90.0, "min_longitude": -180.0, "max_longitude": 180.0}
    return properties.listing.values(tx, {**_filters(query), **everywhere, **limits}, ("latitude", "longitude"))


def properties_in_rows(tx: Tx, seqs: list[int]) -> dict[int, Stored[PropertyRecord]]:
    """Return properties by row number."""
    return {seq: Stored(doc) for seq, doc in properties.listing.documents(tx, seqs).items()}


PROPERTIES_CSV = ListExport("properties", PropertyRecord, PropertyQuery, list_properties)


def properties_of_deal(tx: Tx, deal_id: str, limit: int) -> list[dict[str, Any]]:
    """Return the properties that name a deal, newest first. The deal need not be on file."""
    return store.properties_of_deal(tx, deal_id, limit)


def get_property(tx: Tx, property_id: str) -> Stored[PropertyRecord]:
    return properties.get(tx, property_id)


def locate(tx: Tx, property_id: str) -> tuple[float, float]:
    """Return latitude and longitude of a property, or those of its postal code if it has none.

    Raises NotFound, or Conflict if neither is known.
    """
    placed = subject_of(properties.get(tx, property_id).fields)
    if placed.placed_by is None:
        raise Conflict("the property has neither coordinates nor a known postal code")
    return placed.subject.latitude, placed.subject.longitude


def patch_property(tx: Tx, property_id: str, payload: PropertyPatch) -> Stored[PropertyRecord]:
    """Replace the fields that were sent. Raises BadInput under the same rules as create_property."""
    stored, changes = properties.lock(tx, property_id), values_of(payload)
    before = stored.fields
    merged = {**before, **changes}
    changed = {name for name, value in changes.items() if value != before.get(name)}
    location, faults = _checked_location(merged) if changed & _REGION_FIELDS else ({}, [])
    faults += _incomplete_coordinates(merged) if changed & _COORDINATES else []
    if faults:
        raise BadInput.of(faults)
    change = properties.change(tx, stored, changes | location)
    audit.record_changed(tx, properties, property_id, change)
    warnings = _coordinate_warnings(merged) if changed & {*_COORDINATES, "country"} else []
    warnings += _postal_warnings(merged | location) if changed & _REGION_FIELDS else []
    if changed & {*_ADDRESS_FIELDS, "parcel"}:
        warnings += duplicate_warnings(tx, PropertyRecord.on_file(change.after.fields))
    return change.after.warn(*warnings)


def prepared(fields: dict[str, Any], now: str, import_key: str | None = None) -> tuple[PropertyRecord, list[str]]:
    """Return the validated record of a property and the warnings, without access to the database.

    Raises BadInput naming each fault.
    """
    location, faults = _checked_location(fields)
    generated = {"id": new_id("pr"), "import_key": import_key, "created_at": now, "updated_at": now}
    try:
        record = properties.validated({**fields, **location, **generated})
    except BadInput as error:
        raise BadInput.of([*error.faults, *faults]) from None
    faults += _incomplete_coordinates(fields)
    if faults:
        raise BadInput.of(faults)
    return record, [*_postal_warnings({**fields, **location}), *_coordinate_warnings(fields)]


@dataclass(frozen=True, slots=True)
class ImportedProperty:
    """Counts of an import: stored, already on file, and with the address of another property."""

    stored: int
    on_file: int
    same_address: int


def import_prepared(tx: Tx, records: Iterable[PropertyRecord]) -> ImportedProperty:
    """Insert the records whose `import_key` is not stored yet, with one audit event each."""
    stored = on_file = duplicates = 0
    for record in records:
        assert record.import_key is not None
        if is_imported(tx, record.import_key):
            on_file += 1
            continue
        duplicates += bool(same_address(tx, record))
        try:
            inserted = properties.insert(tx, record)
        except Conflict:
            raise RetryUnit from None  # a concurrent import of the same file has just committed this row
        audit.record_created(tx, properties, record.id, inserted, "imported")
        stored += 1
    return ImportedProperty(stored, on_file, duplicates)


# Ratings, comparisons, valuations and estimates


def upsert_rating(tx: Tx, property_id: str, payload: NeighborhoodRatingCreate) -> Stored[NeighborhoodRating]:
    """Create or replace the rating of a property. Raises NotFound if the property does not exist."""
    return _upsert(tx, ratings, property_id, dict(payload))


def get_rating(tx: Tx, property_id: str) -> Stored[NeighborhoodRating]:
    """Return the rating of a property. Raises NotFound if the property or its rating does not exist."""
    return _of_property(tx, ratings, property_id)


def save_comps(tx: Tx, found: ComparisonResult) -> Stored[CompsResponse]:
    """Create or replace the comparison of a property.

    Raises NotFound, or Conflict if the property or the pinned and excluded sales have changed in the meantime.
    """
    if properties.get(tx, found.property_id).doc != found.property_doc:
        raise Conflict("the property was changed while it was compared; try again")
    current = comps.hold(tx, found.property_id)
    if current == found.before:
        current = found.before  # already read
    elif stored_manual_sales(current) != stored_manual_sales(found.before):
        raise Conflict("pinned or excluded sales were changed while the property was compared; try again")
    return _audited(tx, comps, found.property_id, comps.put_held(tx, current, found.property_id, found.values))


def get_comps(tx: Tx, property_id: str) -> Stored[CompsResponse]:
    """Return the last comparison, or an empty one if there is none. Raises NotFound if the property does not exist."""
    stored = comps.find(tx, property_id)
    if stored is not None:
        return stored
    since = properties.get(tx, property_id).fields["created_at"]
    empty = CompsResponse(
        property_id=property_id, notes=NOT_COMPARED, message=NOT_COMPARED, created_at=since, updated_at=since
    )
    return Stored(empty.doc())


def save_valuation(tx: Tx, found: Valued) -> Stored[ValuationRecord]:
    """Store a valuation, and write the ARV to the deal if requested.

    Raises NotFound, or Conflict if the property has changed in the meantime or the deal has another currency.
    """
    (saved,) = save_valuations(tx, [(found, prepared_valuation(found))])
    if isinstance(saved, NotFound | Conflict):
        raise saved
    return saved


def prepared_valuation(found: Valued) -> ValuationRecord:
    """Return the validated record of a valuation, without access to the database. Raises BadInput."""
    now = clock.now()
    return valuations.validated({**found.values, "id": new_id("val"), "created_at": now, "updated_at": now})


def save_valuations(
    tx: Tx, prepared: Sequence[tuple[Valued, ValuationRecord]]
) -> list[Stored[ValuationRecord] | NotFound | Conflict]:
    """Store valuations like `save_valuation`, but return the error of a property that is gone or has changed."""
    current = properties.find_all(tx, [found.property_id for found, _ in prepared])
    return [_save_valuation(tx, found, record, current.get(found.property_id)) for found, record in prepared]


def _save_valuation(
    tx: Tx, found: Valued, record: ValuationRecord, stored: Stored[PropertyRecord] | None
) -> Stored[ValuationRecord] | NotFound | Conflict:
    if stored is None:
        return NotFound(properties.noun)
    if stored.doc != found.property_doc:
        return Conflict("the property was changed while it was valued; try again")
    deal_id = stored.fields["deal_id"] if record.to_deal else None
    record = record.model_copy(update={"deal_id": deal_id, "created_at": tx.now, "updated_at": tx.now})
    valuation = valuations.insert(tx, record)
    put_value(tx, record)
    audit.record_created(tx, valuations, record.id, valuation)
    if deal_id is not None:
        _arv_to_deal(tx, deal_id, record)
    return valuation


def _arv_to_deal(tx: Tx, deal_id: str, record: ValuationRecord) -> None:
    deal = deals.get_deal(tx, deal_id).fields
    if deal["currency"] != record.currency:
        raise Conflict(
            f"the deal is in {deal['currency']}, the valuation in {record.currency}: "
            "the ARV cannot be written to the deal"
        )
    deals.patch_deal(tx, deal_id, DealPatch.model_validate({"arv": record.value}))


def get_valuation(tx: Tx, property_id: str, kind: str | None) -> Stored[ValuationRecord]:
    """Return the last valuation of a property. Raises NotFound if the property or its valuation does not exist."""
    found = list_valuations(tx, property_id, kind, 1, None)
    if not found.docs:
        raise NotFound(valuations.entity)
    return valuations.read(found.docs[0])


def list_valuations(
    tx: Tx, property_id: str, kind: str | None, limit: int, cursor: str | None
) -> Page[ValuationRecord]:
    """Return the valuations of a property, newest first. Raises NotFound if the property does not exist."""
    properties.require(tx, property_id)
    return valuations.page(tx, {"property_id": property_id, "kind": kind}, limit, cursor)


def upsert_repair_rent(tx: Tx, property_id: str, payload: RepairRentCreate) -> Stored[RepairRentStub]:
    """Create or replace the estimate for a property. Raises NotFound if the property does not exist."""
    estimate = _upsert(tx, repair_rent, property_id, dict(payload))
    put_repairs(tx, property_id, payload.est_repairs)
    return estimate


def get_repair_rent(tx: Tx, property_id: str) -> Stored[RepairRentStub]:
    """Return the estimate for a property. Raises NotFound if the property or its estimate does not exist."""
    return _of_property(tx, repair_rent, property_id)


def _upsert(tx: Tx, table: RecordTable[R], property_id: str, values: dict[str, Any]) -> Stored[R]:
    properties.require(tx, property_id)
    return _audited(tx, table, property_id, table.put(tx, property_id, values))


def _audited(tx: Tx, table: RecordTable[R], property_id: str, change: Change[R]) -> Stored[R]:
    if change.before:
        audit.record_changed(tx, table, property_id, change)
    else:
        audit.record_created(tx, table, property_id, change.after)
    return change.after


def _of_property(tx: Tx, table: RecordTable[R], property_id: str) -> Stored[R]:
    """Return the record of a property. Raises NotFound. Records are never deleted, so the two reads are consistent."""
    stored = table.find(tx, property_id)
    if stored is None:
        properties.require(tx, property_id)
        raise NotFound(table.entity)
    return stored


# Rules


def _checked_location(fields: dict[str, Any]) -> tuple[dict[str, Any], list[Fault]]:
    """Return the normalized region and postal code, and a fault for each that does not fit the country."""
    country, region, postal = _country(fields), fields.get("region"), fields.get("postal")
    faults = []
    code = regions.check_region(country, region) if region is not None else None
    if region is not None and code is None:
        faults.append(Fault("region", regions.region_fault(country, region)))
    if postal is not None:
        try:
            postal = regions.check_postal(country, code, postal)
        except ValueError as error:
            faults.append(Fault("postal", str(error)))
    return {"region": code, "postal": postal}, faults


def _incomplete_coordinates(fields: dict[str, Any]) -> list[Fault]:
    """Return a fault if only one of the two coordinates is given."""
    missing = [name for name in ("latitude", "longitude") if fields.get(name) is None]
    if len(missing) != 1:
        return []
    return [Fault(missing[0], f"{missing[0]} is missing: give both coordinates or neither")]


def _postal_warnings(fields: dict[str, Any]) -> list[str]:
    """Return a warning if the postal code belongs to a neighboring state."""
    region, postal = fields.get("region"), fields.get("postal")
    warning = regions.postal_warning(_country(fields), region, postal) if postal is not None else None
    return [warning] if warning else []


def _coordinate_warnings(fields: dict[str, Any]) -> list[str]:
    """Return a warning if the coordinates are outside the country."""
    latitude, longitude = fields.get("latitude"), fields.get("longitude")
    if latitude is None or longitude is None:
        return []
    warning = regions.check_coordinates(_country(fields), latitude, longitude)
    return [warning] if warning else []


def _country(fields: dict[str, Any]) -> str:
    country: str = fields.get("country", DEFAULT_COUNTRY)
    return country


def find_duplicates(tx: Tx, fields: dict[str, Any]) -> list[Duplicate]:
    """Return the properties that a new one with these fields would duplicate. Raises BadInput if they are not valid."""
    return duplicates_of(tx, prepared(fields, tx.now)[0])


def _region_code(country: str | None, region: str) -> str:
    """Return the code of a region, or the text itself if it is not a region."""
    codes = (regions.check_region(each, region) for each in ((country,) if country else regions.COUNTRIES))
    return next(filter(None, codes), region)
