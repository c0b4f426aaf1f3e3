"""Taking properties on file, and keeping what is thought of them: rating, comparison, estimate."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

from backend.app.core_gov.audit import service as audit
from backend.app.core_gov.geography import regions
from backend.app.core_gov.property.comparison import Compared, kept_hands
from backend.app.core_gov.property.schemas import (
    DEFAULT_COUNTRY,
    NOT_ASKED,
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
from backend.app.kit.db import Tx
from backend.app.kit.errors import BadInput, Conflict, Fault, NotFound, RetryUnit
from backend.app.kit.fields import Record, values_of
from backend.app.kit.ids import new_id
from backend.app.kit.records import Change, Page, RecordTable, Stored

TABLES = (properties, ratings, comps, repair_rent, valuations)
"""The records that this package keeps, for whoever opens the store."""

R = TypeVar("R", bound=Record)

_NAMED = 5
_ADDRESS = frozenset({"address", "country", "region", "city", "postal"})
_PLACE = frozenset({"country", "region", "postal"})
_POINT = frozenset({"latitude", "longitude"})


# Properties


def create_property(tx: Tx, payload: PropertyCreate) -> Stored[PropertyRecord]:
    """Takes a property on file; raises BadInput when region, postal code or coordinates are not the country's.

    The same address twice is allowed, with a warning.
    """
    record, warnings = prepared(dict(payload), tx.now)
    stored = properties.insert(tx, record)
    audit.record_created(tx, properties, record.id, stored)
    return stored.warn(*warnings, *_same_address(same_address(tx, record)))


def list_properties(tx: Tx, filters: dict[str, str | None], limit: int, cursor: str | None) -> Page[PropertyRecord]:
    """The properties that match; a region may be given by its name or in lower case."""
    region = filters.get("region")
    if region is not None:
        filters = {**filters, "region": _region_code(filters.get("country"), region)}
    return properties.page(tx, filters, limit, cursor)


def get_property(tx: Tx, property_id: str) -> Stored[PropertyRecord]:
    return properties.get(tx, property_id)


def where_is(tx: Tx, property_id: str) -> tuple[float, float]:
    """Latitude and longitude of a property, by its postal code where it has none of its own.

    Raises NotFound, and Conflict when neither is known.
    """
    placed = subject_of(properties.get(tx, property_id).fields)
    if placed.placed_by is None:
        raise Conflict("the property has neither coordinates nor a postal code that is known")
    return placed.subject.latitude, placed.subject.longitude


def patch_property(tx: Tx, property_id: str, payload: PropertyPatch) -> Stored[PropertyRecord]:
    """Replaces the fields that were sent; raises BadInput as create_property does, for what they change."""
    stored, changes = properties.lock(tx, property_id), values_of(payload)
    before = stored.fields
    merged = {**before, **changes}
    changed = {name for name, value in changes.items() if value != before.get(name)}
    place, faults = _checked_place(merged) if changed & _PLACE else ({}, [])
    faults += _half_a_point(merged) if changed & _POINT else []
    if faults:
        raise BadInput.of(faults)
    change = properties.change(tx, stored, changes | place)
    audit.record_changed(tx, properties, property_id, change)
    warnings = _misplaced(merged) if changed & {*_POINT, "country"} else []
    if changed & _ADDRESS:
        warnings += _same_address(same_address(tx, PropertyRecord.model_validate(change.after.fields)))
    return change.after.warn(*warnings)


def prepared(fields: dict[str, Any], now: str, import_key: str | None = None) -> tuple[PropertyRecord, list[str]]:
    """The record that the fields of a property make, and what to warn about; the database is not asked.

    Raises BadInput naming each fault.
    """
    place, faults = _checked_place(fields)
    own = {"id": new_id("pr"), "import_key": import_key, "created_at": now, "updated_at": now}
    try:
        record = properties.validated({**fields, **place, **own})
    except BadInput as error:
        raise BadInput.of([*error.faults, *faults]) from None
    faults += _half_a_point(fields)
    if faults:
        raise BadInput.of(faults)
    return record, _misplaced(fields)


@dataclass(frozen=True, slots=True)
class ImportedProperty:
    """What became of the records of an import."""

    stored: int
    on_file: int
    same_address: int


def import_prepared(tx: Tx, records: Iterable[PropertyRecord]) -> ImportedProperty:
    """Takes records on file whose `import_key` is not; each leaves its audit event."""
    stored = on_file = doubled = 0
    for record in records:
        assert record.import_key is not None
        if is_imported(tx, record.import_key):
            on_file += 1
            continue
        doubled += bool(same_address(tx, record))
        try:
            inserted = properties.insert(tx, record)
        except Conflict:
            raise RetryUnit from None  # another import of the same file has just committed this row
        audit.record_created(tx, properties, record.id, inserted, "imported")
        stored += 1
    return ImportedProperty(stored, on_file, doubled)


# What is thought of them


def upsert_rating(tx: Tx, property_id: str, payload: NeighborhoodRatingCreate) -> Stored[NeighborhoodRating]:
    """Keeps the rating of a property, in place of the one before; raises NotFound for the property."""
    return _upsert(tx, ratings, property_id, dict(payload))


def get_rating(tx: Tx, property_id: str) -> Stored[NeighborhoodRating]:
    """Raises NotFound for the property, or while it has no rating."""
    return _of_property(tx, ratings, property_id)


def save_comps(tx: Tx, found: Compared) -> Stored[CompsResponse]:
    """Keeps a comparison in place of the one before.

    Raises NotFound, and Conflict when the property, or a person's choice of sales, has changed meanwhile.
    """
    if properties.get(tx, found.property_id).doc != found.property_doc:
        raise Conflict("the property was changed while it was compared; ask again")
    held = comps.hold(tx, found.property_id)
    if held == found.before:
        held = found.before  # it was read already
    elif kept_hands(held) != kept_hands(found.before):
        raise Conflict("which sales are pinned or excluded was changed while the property was compared; ask again")
    return _kept(tx, comps, found.property_id, comps.put_over(tx, held, found.property_id, found.values))


def get_comps(tx: Tx, property_id: str) -> Stored[CompsResponse]:
    """The last comparison, an empty one while there is none; raises NotFound for the property."""
    kept = comps.find(tx, property_id)
    if kept is not None:
        return kept
    since = properties.get(tx, property_id).fields["created_at"]
    empty = CompsResponse(
        property_id=property_id, notes=NOT_ASKED, message=NOT_ASKED, created_at=since, updated_at=since
    )
    return Stored(empty.doc())


def save_valuation(tx: Tx, found: Valued) -> Stored[ValuationRecord]:
    """Keeps a valuation, and writes the ARV into the deal if that was asked for.

    Raises NotFound, and Conflict when the property has changed meanwhile or the deal is in another currency.
    """
    stored = properties.get(tx, found.property_id)
    if stored.doc != found.property_doc:
        raise Conflict("the property was changed while it was valued; ask again")
    deal_id = stored.fields["deal_id"] if found.values["to_deal"] else None
    own = {"id": new_id("val"), "deal_id": deal_id, "created_at": tx.now, "updated_at": tx.now}
    record = valuations.validated({**found.values, **own})
    kept = valuations.insert(tx, record)
    audit.record_created(tx, valuations, record.id, kept)
    if deal_id is not None:
        _arv_to_deal(tx, deal_id, record)
    return kept


def _arv_to_deal(tx: Tx, deal_id: str, record: ValuationRecord) -> None:
    deal = deals.get_deal(tx, deal_id).fields
    if deal["currency"] != record.currency:
        raise Conflict(
            f"the deal is in {deal['currency']}, the valuation in {record.currency}: the ARV cannot go there"
        )
    deals.patch_deal(tx, deal_id, DealPatch.model_validate({"arv": record.value}))


def get_valuation(tx: Tx, property_id: str, kind: str | None) -> Stored[ValuationRecord]:
    """The last valuation of a property; raises NotFound for the property, or while it has none."""
    found = list_valuations(tx, property_id, kind, 1, None)
    if not found.docs:
        raise NotFound(valuations.entity)
    return valuations.read(found.docs[0])


def list_valuations(
    tx: Tx, property_id: str, kind: str | None, limit: int, cursor: str | None
) -> Page[ValuationRecord]:
    """The valuations of a property, newest first; raises NotFound for the property."""
    properties.require(tx, property_id)
    return valuations.page(tx, {"property_id": property_id, "kind": kind}, limit, cursor)


def upsert_repair_rent(tx: Tx, property_id: str, payload: RepairRentCreate) -> Stored[RepairRentStub]:
    """Keeps the estimate for a property, in place of the one before; raises NotFound for the property."""
    return _upsert(tx, repair_rent, property_id, dict(payload))


def get_repair_rent(tx: Tx, property_id: str) -> Stored[RepairRentStub]:
    """Raises NotFound for the property, or while it has no estimate."""
    return _of_property(tx, repair_rent, property_id)


def _upsert(tx: Tx, table: RecordTable[R], property_id: str, values: dict[str, Any]) -> Stored[R]:
    properties.require(tx, property_id)
    return _kept(tx, table, property_id, table.put(tx, property_id, values))


def _kept(tx: Tx, table: RecordTable[R], property_id: str, change: Change[R]) -> Stored[R]:
    if change.before:
        audit.record_changed(tx, table, property_id, change)
    else:
        audit.record_created(tx, table, property_id, change.after)
    return change.after


def _of_property(tx: Tx, table: RecordTable[R], property_id: str) -> Stored[R]:
    """Nothing is ever deleted, so the two looks cannot disagree."""
    kept = table.find(tx, property_id)
    if kept is None:
        properties.require(tx, property_id)
        raise NotFound(table.entity)
    return kept


# Rules


def _checked_place(fields: dict[str, Any]) -> tuple[dict[str, Any], list[Fault]]:
    """Region and postal code as they are kept, and a fault for each that does not fit the country."""
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


def _half_a_point(fields: dict[str, Any]) -> list[Fault]:
    """A fault when one coordinate comes without the other."""
    missing = [name for name in ("latitude", "longitude") if fields.get(name) is None]
    if len(missing) != 1:
        return []
    return [Fault(missing[0], f"{missing[0]} is missing: give both coordinates or neither")]


def _misplaced(fields: dict[str, Any]) -> list[str]:
    """A warning when the coordinates are not in the country."""
    latitude, longitude = fields.get("latitude"), fields.get("longitude")
    if latitude is None or longitude is None:
        return []
    warning = regions.check_coordinates(_country(fields), latitude, longitude)
    return [warning] if warning else []


def _country(fields: dict[str, Any]) -> str:
    country: str = fields.get("country", DEFAULT_COUNTRY)
    return country


def _same_address(ids: list[str]) -> list[str]:
    if not ids:
        return []
    more = f" and {len(ids) - _NAMED} more" if len(ids) > _NAMED else ""
    return [f"the same address is on file already: {', '.join(ids[:_NAMED])}{more}"]


def _region_code(country: str | None, region: str) -> str:
    """The code; a text that is no region is looked for as it stands."""
    codes = (regions.check_region(each, region) for each in ((country,) if country else regions.COUNTRIES))
    return next(filter(None, codes), region)
