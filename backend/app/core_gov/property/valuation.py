"""Valuation of a property: computed in a worker, stored by `service.save_valuation` in a short transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from backend.app.core_gov.market.appraisals import service as appraisals
from backend.app.core_gov.market.appraisals.schemas import AppraisalRecord
from backend.app.core_gov.market.as_of import day_of_value
from backend.app.core_gov.market.columns import Subject, day_of
from backend.app.core_gov.market.sale import sale_id
from backend.app.core_gov.property.comparison import MANUAL_LISTS, ManualSales, stored_manual_sales
from backend.app.core_gov.property.market_choice import MarketChoices
from backend.app.core_gov.property.schemas import CompsResponse, PropertyRecord
from backend.app.core_gov.property.store import comps, properties
from backend.app.core_gov.property.subject import SubjectPlacement, in_market, subject_fields
from backend.app.core_gov.valuation.calibration.probability import probability_at_least
from backend.app.core_gov.valuation.comps.candidates import ManualSelection
from backend.app.core_gov.valuation.comps.comparison import ComparisonSummary, IndicatedValue
from backend.app.core_gov.valuation.model.valuer import Valuation
from backend.app.core_gov.valuation.model_card import Card
from backend.app.core_gov.valuation.presentation import driver_fields, sale_behind, search_step
from backend.app.core_gov.valuation.schemas import AppraisalBeside, Interval, Opinion, ValuationRequest
from backend.app.core_gov.valuation.snapshot import MarketSnapshot, snapshot_of, valuer_of
from backend.app.deals import service as deals
from backend.app.deals.schemas import DealRecord
from backend.app.kit import clock
from backend.app.kit.db import Database, Tx
from backend.app.kit.errors import BadInput, Conflict, NotFound
from backend.app.kit.records import Stored

MAX_APPRAISALS = 20

DEAL_NOT_ON_FILE = "the property's deal {deal} is not on file, so its ARV cannot be written there"


@dataclass(frozen=True, slots=True)
class Valued:
    """Result of a valuation. `property_doc` is the stored document of the property when it was valued."""

    property_id: str
    property_doc: str
    values: dict[str, Any]


Unvalued = NotFound | BadInput | Conflict
"""Error of a property that cannot be valued."""

_UNVALUED = (NotFound, BadInput, Conflict)


@dataclass(frozen=True)
class _Loaded:
    """A property with its stored comparison and its deal."""

    stored: Stored[PropertyRecord]
    before: Stored[CompsResponse] | None
    deal: Stored[DealRecord] | None

    @cached_property
    def manual(self) -> ManualSales:
        return stored_manual_sales(self.before)


@dataclass(frozen=True, slots=True)
class _Comparisons:
    """Comparison function passed to the valuer. `made` has the comparisons of each property, the last one last."""

    snapshot: MarketSnapshot
    manual: Sequence[ManualSales]
    made: Sequence[list[ComparisonSummary]]

    def __call__(self, places: Sequence[int], subjects: Sequence[Subject]) -> list[IndicatedValue | None]:
        manual = [[frozenset(self.manual[place][name]) for name in MANUAL_LISTS] for place in places]
        selections = [ManualSelection(pinned, excluded) for pinned, excluded in manual]
        found = self.snapshot.comparer.summaries(subjects, selections)
        for place, comparison in zip(places, found, strict=True):
            self.made[place].append(comparison)
        return [comparison.indicated for comparison in found]


def value(db: Database, property_id: str, payload: ValuationRequest) -> Valued:
    """Value a property as of a day. Raises NotFound or BadInput, or Conflict if there is no market to value it by."""
    (found,) = values(db, [property_id], payload)
    if isinstance(found, _UNVALUED):
        raise found
    return found


def values(db: Database, property_ids: Sequence[str], payload: ValuationRequest) -> list[Valued | Unvalued]:
    """Value properties like `value`, which values a batch of one. One that cannot be valued has the error instead.

    No value depends on the other properties or on their order.
    """
    as_of = day_of_value(payload.as_of, clock.today())
    payload = payload.model_copy(update={"as_of": as_of})
    found: dict[int, Valued | Unvalued] = {}
    by_market: dict[str, dict[int, _Loaded]] = {}
    choices = MarketChoices(db)
    for place, loaded in enumerate(db.snapshot_now(_load, property_ids, payload.to_deal)):
        try:
            by_market.setdefault(_market_of(choices, loaded, payload), {})[place] = _on_file(loaded)
        except _UNVALUED as error:
            found[place] = error
    for market, properties_of_market in by_market.items():
        try:
            valued = _valued_in_market(db, market, list(properties_of_market.values()), payload)
        except _UNVALUED as error:
            valued = [error] * len(properties_of_market)
        found |= zip(properties_of_market, valued, strict=True)
    return [found[place] for place in range(len(property_ids))]


def _load(tx: Tx, property_ids: Sequence[str], to_deal: bool) -> list[_Loaded | None]:
    """Return each property; None if it does not exist."""
    keys = [*property_ids]
    stored, compared = properties.find_all(tx, keys), comps.find_all(tx, keys)
    deal_ids = [each.document.get("deal_id") for each in stored.values()] if to_deal else []
    found = deals.find_deals(tx, [deal_id for deal_id in deal_ids if deal_id])
    return [
        _Loaded(stored[key], compared.get(key), found.get(stored[key].document.get("deal_id") or ""))
        if key in stored
        else None
        for key in keys
    ]


def _on_file(loaded: _Loaded | None) -> _Loaded:
    if loaded is None:
        raise NotFound(properties.noun)
    return loaded


def _market_of(choices: MarketChoices, loaded: _Loaded | None, payload: ValuationRequest) -> str:
    """Return the market by which a property is valued. Raises NotFound, BadInput or Conflict."""
    loaded = _on_file(loaded)
    fields, _ = loaded.stored.fields, loaded.manual  # both may be damaged
    _check_deal(payload, fields, loaded.deal.fields if loaded.deal else None)
    choice = choices.choose(fields, payload.market)
    if choice.market is None:
        raise Conflict(choice.reason.replace("to compare this property with", "to value this property by"))
    return choice.market


def _valued_in_market(
    db: Database, market: str, homes: Sequence[_Loaded], payload: ValuationRequest
) -> list[Valued | Unvalued]:
    """Value properties by the sales and the model of one market."""
    assert payload.as_of is not None
    snapshot = snapshot_of(db, market, day_of(date.fromisoformat(payload.as_of)))
    placements = [*in_market(db, snapshot, [home.stored.fields for home in homes])]
    subjects = [placement.subject for placement in placements]
    comparisons = _Comparisons(snapshot, [home.manual for home in homes], [[] for _ in homes])
    card, valuer = valuer_of(db, snapshot)
    if payload.kind == "after_repair":
        valuations = valuer.values_after_repair(subjects, snapshot.as_of, comparisons)
    else:
        valuations = valuer.values(subjects, snapshot.as_of, comparisons(range(len(homes)), subjects))
    places = [(home.stored.key, home.stored.fields.get("parcel")) for home in homes]
    appraised = db.snapshot_now(appraisals.latest_beside, market, places, MAX_APPRAISALS)
    found: list[Valued | Unvalued] = []
    for place, (home, valuation) in enumerate(zip(homes, valuations, strict=True)):
        if isinstance(valuation, Conflict):
            found.append(valuation)
            continue
        request = {**dict(payload), "property_id": home.stored.key}
        values = request | _fields(
            snapshot, placements[place], comparisons.made[place], manual_notes(home.manual), valuation, card
        )
        values["probability_at_least"] = _probability(payload.at_least, valuation)
        values["appraisals"] = _appraisals(appraised[place], values)
        found.append(Valued(home.stored.key, home.stored.doc, values))
    return found


def manual_notes(manual: ManualSales) -> list[str]:
    """Return notes that list the pinned and excluded sales, because they affect the value."""
    named = {name: ", ".join(map(sale_id, manual[name])) for name in MANUAL_LISTS}
    return [f"{name} manually: {sales}" for name, sales in named.items() if sales]


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
    comparisons: Sequence[ComparisonSummary],
    manual_notes: list[str],
    found: Valuation,
    card: Card | None,
) -> dict[str, Any]:
    comparison = next((each for each in reversed(comparisons) if _matches(each, found)), None)
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
        "cautions": [*_cautions(placement, comparison, found), *manual_notes],
        "subject": subject_fields(found.subject),
        "placed_by": placement.placed_by,
        "model_id": card.id if card else None,
        "model_version": found.model_version,
        "trained_until": card.until if card else None,
        "data_revision": snapshot.revision,
        "data_fingerprint": snapshot.fingerprint,
    }


def _matches(comparison: ComparisonSummary, found: Valuation) -> bool:
    """Return True if the value rests on this comparison: the repaired home's, unless the repair adds no value."""
    return found.comps_value is None or comparison.indicated is None or comparison.indicated.value == found.comps_value


def _probability(amount: float | None, found: Valuation) -> float | None:
    if amount is None:
        return None
    return probability_at_least([(each.share, each.low, each.high) for each in found.intervals], amount)


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


def _cautions(placement: SubjectPlacement, comparison: ComparisonSummary | None, found: Valuation) -> list[str]:
    location = [placement.caution] if placement.caution else []
    compared = [*comparison.notes, *comparison.warnings] if comparison else []
    return list(dict.fromkeys([*location, *found.warnings, *compared]))


def _appraisals(found: Sequence[Stored[AppraisalRecord]], values: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the appraisals of the property up to the day in the same currency, latest first."""
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
