"""Proposals for a property: its repair and rent estimate, and its neighborhood rating.

This module reads and computes but stores nothing: the user decides what to keep.
"""

from datetime import date
from typing import Any

import numpy as np
from pydantic import JsonValue

from backend.app.core_gov.geography.regions import CURRENCIES
from backend.app.core_gov.market import service as markets
from backend.app.core_gov.market.as_of import day_of_value
from backend.app.core_gov.market.columns import Subject, day_of
from backend.app.core_gov.market.sales_cache import sales_of
from backend.app.core_gov.market.schemas import MarketRecord
from backend.app.core_gov.neighborhood import service as neighborhood
from backend.app.core_gov.neighborhood.market_factors import NAMES, MarketView, factors_from_sales
from backend.app.core_gov.neighborhood.rating import Factor, Rating
from backend.app.core_gov.property.comparison import market_for
from backend.app.core_gov.property.estimate_schemas import (
    NeighborhoodRatingProposal,
    NeighborhoodRatingRequest,
    RepairRentEstimate,
    RepairRentEstimateRequest,
)
from backend.app.core_gov.property.schemas import NeighborhoodRatingCreate, RepairRentCreate
from backend.app.core_gov.property.store import properties
from backend.app.core_gov.property.subject import SubjectPlacement, place_of, subject_of
from backend.app.core_gov.rents import service as rents
from backend.app.core_gov.rents.schemas import RentEstimate
from backend.app.core_gov.repairs import service as repairs
from backend.app.core_gov.repairs.repair_estimate import SCOPE, CostedWork, CostTable
from backend.app.core_gov.repairs.schemas import RepairEstimate
from backend.app.kit import clock
from backend.app.kit.cents import cents_of
from backend.app.kit.db import Database, Tx
from backend.app.kit.errors import BadInput

NOT_STORED = "nothing is stored: POST the proposal to {} to store it"
NO_AREA = "repairs of a whole property are priced by living area, which is unknown: give living_sqft, or lines of work"
NO_MARKET = "no market of {} is on file: import sales with valhalla market import-sales"
ASSUMED_SCOPE = "moderate"


# Repairs and rent


def propose_repair_rent(db: Database, property_id: str, request: RepairRentEstimateRequest) -> RepairRentEstimate:
    """Estimate repairs and rent of a stored property. Raises NotFound or BadInput."""
    fields = db.snapshot_now(properties.get, property_id).fields
    currency = CURRENCIES[fields["country"]]
    table = db.snapshot_now(repairs.costs_for, currency)
    repair_result = _repairs(request, _sqft(request, fields), table, currency)
    rent_result = _rent(db, request, fields, currency)
    notes = [each for each in (repair_result, rent_result) if isinstance(each, str)]
    repair, rent = (
        None if isinstance(repair_result, str) else repair_result,
        None if isinstance(rent_result, str) else rent_result,
    )
    for part in (repair, rent):
        notes += part.warnings if part else []
    assumptions: dict[str, JsonValue] = {}
    if repair:
        assumptions["repairs"] = _repair_assumptions(repair)
    if rent:
        assumptions["rent"] = _rent_assumptions(rent)
    return RepairRentEstimate(
        property_id=property_id,
        proposal=RepairRentCreate(
            est_repairs=repair.total.mid if repair else None,
            est_rent=rent.rent if rent else None,
            assumptions=assumptions,
        ),
        repairs=repair,
        rent=rent,
        notes=[*notes, NOT_STORED.format("repair_rent")],
    )


def _sqft(request: RepairRentEstimateRequest, fields: dict[str, Any]) -> int | float | None:
    """Return the living area in square feet; 0 or None if unknown."""
    return request.living_sqft if request.living_sqft is not None else fields.get("sqft")


def _repairs(
    request: RepairRentEstimateRequest, sqft: int | float | None, table: CostTable, currency: str
) -> RepairEstimate | str:
    terms = repairs.RepairTerms(currency, request.regional_factor, request.exchange_rate, request.contingency_percent)
    if request.scope and request.lines:
        raise BadInput.field("lines", "give scope or lines, not both: a scope includes all its work")
    if table.currency != currency and request.exchange_rate is None and not _has_own_costs(request):
        return repairs.no_exchange(table, currency)
    if request.lines:
        works = [
            CostedWork(
                line.quantity, line.trade, line.item, line.unit, line.room,
                None if line.unit_cost is None else cents_of(line.unit_cost),
            )
            for line in request.lines
        ]  # fmt: skip
        return repairs.estimate_repairs(works, table, terms)
    if not sqft:
        return NO_AREA
    scope = request.scope or ASSUMED_SCOPE
    if scope not in table.scopes():
        known = ", ".join(table.scopes()) or "none"
        sentence = f"{table.id} has no cost of a {scope} renovation; its scopes are {known}: give lines of work"
        if request.scope is None:
            return sentence
        raise BadInput.field("scope", sentence)
    found = repairs.estimate_repairs([CostedWork(sqft, SCOPE, scope)], table, terms)
    scope_note = f"scope {scope}, {'as given' if request.scope else 'the default without scope and lines'}"
    return found.model_copy(update={"assumptions": [scope_note, *found.assumptions]})


def _has_own_costs(request: RepairRentEstimateRequest) -> bool:
    return bool(request.lines) and all(line.unit_cost is not None for line in request.lines)


def _rent(
    db: Database, request: RepairRentEstimateRequest, fields: dict[str, Any], currency: str
) -> RentEstimate | str:
    as_of = _as_of(request.as_of)
    place = _rent_place(fields, currency, subject_of(fields).subject)
    sqft = _number(_sqft(request, fields) or None)
    beds = _number(fields.get("beds") if request.beds is None else request.beds)
    found = db.snapshot_now(rents.rents_around, place, beds, as_of)
    return rents.rent_of(place, sqft, beds, found, as_of)


def _rent_place(fields: dict[str, Any], currency: str, subject: Subject) -> rents.RentLocation:
    return rents.RentLocation(
        fields["country"], currency, subject.area, fields.get("city"), fields.get("region"),
        subject.latitude, subject.longitude, place_of(fields),
    )  # fmt: skip


def _number(value: int | float | None) -> float:
    return np.nan if value is None else float(value)


def _as_of(request: str | None) -> date:
    return date.fromisoformat(day_of_value(request, clock.today()))


def _repair_assumptions(found: RepairEstimate) -> JsonValue:
    lines: list[JsonValue] = [
        f"{line.trade}, {line.item}: {line.quantity:g} {line.unit} at {line.unit_cost.mid:,.2f}"
        + (f" × {line.factor:g}" if line.factor != 1 else "")
        + f" = {line.cost.mid:,.2f}"
        for line in found.lines
    ]
    return {
        "low": found.total.low, "mid": found.total.mid, "high": found.total.high, "currency": found.currency,
        "lines": lines, "contingency_percent": found.contingency_percent, "unit_costs": found.table.model_dump(),
        "assumed": [*found.assumptions],
    }  # fmt: skip


def _rent_assumptions(found: RentEstimate) -> JsonValue:
    middle = next((each for each in found.intervals if each.percent == 80), None)
    return {
        "method": found.method, "as_of": found.as_of, "currency": found.currency,
        "interval_80": [middle.low, middle.high] if middle else None,
        "comps": [comp.id for comp in found.comps],
        "benchmark": found.benchmark.model_dump() if found.benchmark else None,
        "assumed": [*found.assumptions],
    }  # fmt: skip


# Neighborhood


def propose_rating(db: Database, property_id: str, request: NeighborhoodRatingRequest) -> NeighborhoodRatingProposal:
    """Rate the neighborhood of a stored property. Raises NotFound or BadInput."""
    fields = db.snapshot_now(properties.get, property_id).fields
    as_of, placement = _as_of(request.as_of), subject_of(fields)
    name = market_for(db, fields, request.market)
    market = db.snapshot_now(markets.get_market, name) if name else None
    factors = _factors(db, market, fields, placement, as_of)
    rating = neighborhood.rated(factors, market.neighborhood_weights if market else {})
    note = neighborhood.note_of(rating, as_of)
    proposal = _rating(rating, note) if rating.score is not None else None
    cautions = [placement.caution] if placement.caution else []
    return NeighborhoodRatingProposal(
        property_id=property_id,
        market=name,
        as_of=as_of.isoformat(),
        proposal=proposal,
        factors=[neighborhood.shown_part(part) for part in rating.parts],
        notes=[note, *cautions, *([NOT_STORED.format("neighborhood_rating")] if proposal else [])],
    )


def _factors(
    db: Database, market: MarketRecord | None, fields: dict[str, Any], placement: SubjectPlacement, as_of: date
) -> list[Factor]:
    subject = placement.subject
    crime = market is not None and market.neighborhood_crime
    where = neighborhood.RatedLocation(fields["country"], subject.latitude, subject.longitude, _places(fields, subject))
    loaded = db.snapshot_now(neighborhood.loaded_factors, where, as_of, crime)
    if market is None:
        reason = NO_MARKET.format(fields["country"])
        return [*(Factor(name, reason=reason) for name in (*NAMES, "rent_yield")), *loaded]
    sales = sales_of(db, market.name).sales
    view = factors_from_sales(sales, subject, day_of(as_of), market.name, market.currency)
    place = _rent_place(fields, market.currency, subject)
    yields = db.snapshot_now(_yields, view, place, as_of)
    window = next(factor.window for factor in view.factors if factor.name == "price_level")
    return [*view.factors, neighborhood.rent_yield(yields, window or ""), *loaded]


def _places(fields: dict[str, Any], subject: Subject) -> tuple[tuple[str, str], ...]:
    """Return the (level, key) pairs of the areas that contain the property, smallest first."""
    region, city = fields.get("region"), fields.get("city")
    keys = (
        ("postal", subject.area),
        ("city", neighborhood.city_key(city, region) if city and region else None),
        ("region", region),
    )
    return tuple((level, key) for level, key in keys if key)


def _yields(tx: Tx, view: MarketView, place: rents.RentLocation, as_of: date) -> neighborhood.Yields | str:
    if view.price_per_sqft is None or view.market_price_per_sqft is None:
        return "prices per square foot are unknown here"
    levels = rents.rent_level(rents.rents_around(tx, place, np.nan, as_of, whole_region=True), place, as_of)
    if levels is None:
        return "fewer than 5 rents with a known living area nearby: import some with valhalla market import-rents"
    local, market_level = levels
    return neighborhood.Yields(
        local.per_sqft, view.price_per_sqft, market_level.per_sqft, view.market_price_per_sqft, f"{local.source}; sales"
    )


def _rating(rating: Rating, note: str) -> NeighborhoodRatingCreate:
    assert rating.score is not None
    factors: dict[str, JsonValue] = {
        part.factor.name: {
            "score": part.factor.score, "value": part.factor.value, "unit": part.factor.unit, "weight": part.weight,
            "contribution": part.contribution, "source": part.factor.source, "window": part.factor.window,
        }
        if part.contribution is not None
        else {"unavailable": neighborhood.shown_part(part).reason}
        for part in rating.parts
    }  # fmt: skip
    return NeighborhoodRatingCreate(score=rating.score, notes=note, factors=factors)
