"""Valuation of a property: computed in a worker, stored by `service.save_valuation` in a short transaction."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from backend.app.core_gov.market.appraisals import service as appraisals
from backend.app.core_gov.market.as_of import day_of_value
from backend.app.core_gov.market.columns import Subject, day_of
from backend.app.core_gov.market.sale import sale_id
from backend.app.core_gov.property.comparison import MANUAL_LISTS, ManualSales, stored_manual_sales
from backend.app.core_gov.property.market_choice import choose_market
from backend.app.core_gov.property.schemas import CompsResponse, PropertyRecord
from backend.app.core_gov.property.store import comps, properties
from backend.app.core_gov.property.subject import SubjectPlacement, in_market, subject_fields
from backend.app.core_gov.valuation.comps.comparison import Comparison, IndicatedValue
from backend.app.core_gov.valuation.model.valuer import Valuation
from backend.app.core_gov.valuation.model_card import Card
from backend.app.core_gov.valuation.presentation import driver_fields, sale_behind, search_step
from backend.app.core_gov.valuation.schemas import AppraisalBeside, Interval, Opinion, ValuationRequest
from backend.app.core_gov.valuation.snapshot import MarketSnapshot, snapshot_of, valuer_of
from backend.app.deals import service as deals
from backend.app.kit import clock
from backend.app.kit.db import Database, Tx
from backend.app.kit.errors import BadInput, Conflict
from backend.app.kit.records import Stored

MAX_APPRAISALS = 20

DEAL_NOT_ON_FILE = "the property's deal {deal} is not on file, so its ARV cannot be written there"


@dataclass(frozen=True, slots=True)
class Valued:
    """Result of a valuation. `property_doc` is the stored document of the property when it was valued."""

    property_id: str
    property_doc: str
    values: dict[str, Any]


@dataclass(frozen=True, slots=True)
class _ComparableValue:
    """Comparison function passed to the valuer. `made` records each comparison; the last is that of the valued home."""

    snapshot: MarketSnapshot
    manual: ManualSales
    comparisons: list[Comparison]

    def __call__(self, subject: Subject) -> IndicatedValue | None:
        pinned, excluded = (frozenset(self.manual[name]) for name in MANUAL_LISTS)
        self.comparisons.append(self.snapshot.comparer.compare(subject, pinned=pinned, excluded=excluded))
        return self.comparisons[-1].indicated

    @property
    def manual_notes(self) -> list[str]:
        """Return notes that list the pinned and excluded sales, because they affect the value."""
        named = {name: ", ".join(map(sale_id, self.manual[name])) for name in MANUAL_LISTS}
        return [f"{name} manually: {sales}" for name, sales in named.items() if sales]


def value(db: Database, property_id: str, payload: ValuationRequest) -> Valued:
    """Value a property as of a day. Raises NotFound or BadInput, or Conflict if there is no market to value it by."""
    as_of = day_of_value(payload.as_of, clock.today())
    stored, before, deal = db.snapshot_now(_load, property_id)
    fields = stored.fields
    _check_deal(payload, fields, deal)
    choice = choose_market(db, fields, payload.market)
    if choice.market is None:
        raise Conflict(choice.reason.replace("to compare this property with", "to value this property by"))
    snapshot = snapshot_of(db, choice.market, day_of(date.fromisoformat(as_of)))
    placement = in_market(db, snapshot, fields)
    compared = _ComparableValue(snapshot, stored_manual_sales(before), [])
    card, valuer = valuer_of(db, snapshot)
    if payload.kind == "after_repair":
        found = valuer.after_repair(placement.subject, snapshot.as_of, compared)
    else:
        found = valuer.value(placement.subject, snapshot.as_of, compared(placement.subject))
    request = {**dict(payload), "as_of": as_of, "property_id": property_id}
    values = request | _fields(snapshot, placement, compared, found, card)
    values["appraisals"] = _appraisals(db, values, fields.get("parcel"))
    return Valued(property_id, stored.doc, values)


def _load(
    tx: Tx, property_id: str
) -> tuple[Stored[PropertyRecord], Stored[CompsResponse] | None, dict[str, Any] | None]:
    stored = properties.get(tx, property_id)
    deal_id = stored.fields.get("deal_id")
    deal = deals.find_deals(tx, [deal_id]).get(deal_id) if deal_id else None
    return stored, comps.find(tx, property_id), deal.fields if deal else None


def _check_deal(payload: ValuationRequest, fields: dict[str, Any], deal: dict[str, Any] | None) -> None:
    """Raise BadInput or Conflict if the ARV cannot be written to the deal, before the valuation is computed."""
    if not payload.to_deal:
        return
    if payload.kind != "after_repair":
        raise BadInput.field("to_deal", "to_deal requires the kind after_repair: a deal has only an ARV")
    if fields.get("deal_id") is None:
        raise Conflict("the property has no deal to write its ARV to")
    if deal is None:
        raise Conflict(DEAL_NOT_ON_FILE.format(deal=fields["deal_id"]))


def _fields(
    snapshot: MarketSnapshot,
    placement: SubjectPlacement,
    compared: _ComparableValue,
    found: Valuation,
    card: Card | None,
) -> dict[str, Any]:
    comparison = next((each for each in reversed(compared.comparisons) if _matches(each, found)), None)
    shown = comparison.comps if comparison else ()
    return {
        "market": snapshot.market.name,
        "currency": snapshot.market.currency,
        "value": found.value,
        "intervals": [_interval(each.share, each.low, each.high) for each in found.intervals],
        "fsd": found.fsd,
        "confidence": found.confidence,
        "typical_value": found.typical_value,
        "drivers": [driver_fields(driver) for driver in found.drivers],
        "opinions": _opinions(found),
        "comps": [sale_behind(comp) for comp in shown],
        "search": [search_step(step) for step in comparison.steps] if comparison else [],
        "assumptions": list(found.assumptions),
        "cautions": [*_cautions(placement, comparison, found), *compared.manual_notes],
        "subject": subject_fields(found.subject),
        "placed_by": placement.placed_by,
        "model_id": card.id if card else None,
        "model_version": found.model_version,
        "trained_until": card.until if card else None,
        "data_revision": snapshot.revision,
        "data_fingerprint": snapshot.fingerprint,
    }


def _matches(comparison: Comparison, found: Valuation) -> bool:
    """Return True if the value rests on this comparison: the repaired home's, unless the repair adds no value."""
    return found.comps_value is None or comparison.indicated is None or comparison.indicated.value == found.comps_value


def _interval(share: float, low: float, high: float) -> dict[str, Any]:
    return Interval(percent=round(100 * share), low=low, high=high).model_dump()


def _opinions(found: Valuation) -> list[dict[str, Any]]:
    both = (
        ("model", found.model_value, 1 - found.comps_share),
        ("comparable sales", found.comps_value, found.comps_share),
    )
    return [
        Opinion(method=method, value=amount, weight=round(weight, 4)).model_dump()
        for method, amount, weight in both
        if amount is not None
    ]


def _cautions(placement: SubjectPlacement, comparison: Comparison | None, found: Valuation) -> list[str]:
    location = [placement.caution] if placement.caution else []
    compared = [*comparison.notes, *comparison.warnings] if comparison else []
    return list(dict.fromkeys([*location, *found.warnings, *compared]))


def _appraisals(db: Database, values: dict[str, Any], parcel: str | None) -> list[dict[str, Any]]:
    """Return the appraisals of the property up to the day in the same currency, latest first."""
    found = db.snapshot_now(appraisals.latest, {"property_id": values["property_id"]}, MAX_APPRAISALS)
    if parcel:
        found += db.snapshot_now(appraisals.latest_of_parcel, values["market"], parcel, MAX_APPRAISALS)
    by_id = {doc["id"]: doc for doc in (each.fields for each in found)}
    latest = sorted(by_id.values(), key=lambda doc: (doc["date"], doc["id"]), reverse=True)
    return [
        AppraisalBeside(
            appraisal_id=each["id"],
            value=float(each["value"]),
            date=each["date"],
            who=each["appraiser"],
            difference_percent=round(100 * (values["value"] / each["value"] - 1), 1),
        ).model_dump()
        for each in latest
        if each["date"] <= values["as_of"] and each["currency"] == values["currency"]
    ]
