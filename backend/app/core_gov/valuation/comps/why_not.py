"""Reasons why a sale is not among the comparable sales of a property, as sentences."""

from collections.abc import Iterator

import numpy as np

from backend.app.core_gov.market.columns import UNKNOWN, Sales, Subject, date_of
from backend.app.core_gov.valuation.comps.candidates import CandidatePool, ComparisonQuery, own_sales
from backend.app.core_gov.valuation.comps.criteria import Criteria
from backend.app.core_gov.valuation.comps.spatial_index import MAX_PRICE, MIN_PRICE

_BOUNDS = (("beds", "bedrooms"), ("baths", "bathrooms"), ("year_built", "year built"))


def impossible(sales: Sales, row: int, as_of: int, subject: Subject, *, skip_parcel: bool) -> Iterator[str]:
    """Yield reasons that pinning cannot overrule: not known yet, not usable, or the subject's own sale."""
    if sales.close_day[row] >= as_of:
        closed, day = date_of(int(sales.close_day[row])), date_of(as_of)
        yield f"closed on {closed}, not before the as-of date {day}"
    if not sales.usable[row]:
        yield "flagged: a flagged sale is never used"
    if not MIN_PRICE <= sales.price[row] <= MAX_PRICE:
        yield "no valid price"
    if sales.day[row] > sales.close_day[row]:
        yield "the contract date is after the closing date"
    if skip_parcel and own_sales(sales, np.array([row]), subject)[0]:
        yield "a sale of the property itself"


def outside(query: ComparisonQuery, candidates: CandidatePool, row: int) -> Iterator[str]:
    """Yield the limits, as widened, that the sale does not meet."""
    sales = query.spatial_index.sales
    sale_type_code = int(sales.type_class[row])
    if query.criteria.same_type and query.property_type not in (UNKNOWN, sale_type_code):
        sale_type, subject_type = sales.types.text(int(sales.property_type[row])), query.subject.property_type
        yield f"property type differs: {sale_type or 'unknown'}, not {subject_type}"
    for name, label in _BOUNDS:
        yield from _out_of_bounds(query.criteria, name, label, float(getattr(sales, name)[row]))
    days = query.as_of - int(sales.close_day[row])
    if days > candidates.limits.days:
        yield f"closed {days:,} days before the as-of date, limit {candidates.limits.days:,} days"
    yield from _too_far(query, candidates, row)
    yield from _other_size(query, candidates, float(sales.living_sqft[row]))


def _out_of_bounds(criteria: Criteria, name: str, label: str, value: float) -> Iterator[str]:
    low, high = getattr(criteria, f"min_{name}"), getattr(criteria, f"max_{name}")
    if np.isnan(value):
        if low is not None or high is not None:
            yield f"{label}: unknown"
    elif low is not None and value < low:
        yield f"{label}: {value:g}, minimum {low:g}"
    elif high is not None and value > high:
        yield f"{label}: {value:g}, maximum {high:g}"


def _too_far(query: ComparisonQuery, candidates: CandidatePool, row: int) -> Iterator[str]:
    sales, location, limit = query.spatial_index.sales, candidates.location, candidates.limits.radius_km
    if location.point is None:
        if location.radius_text(limit) == "in the same area" and sales.area[row] != location.area:
            yield f"different area: {sales.areas.text(int(sales.area[row])) or 'unknown'}"
        return
    point = query.spatial_index.plane.points(sales.latitude[row], sales.longitude[row])
    distance = float(np.sqrt(((point - location.point) ** 2).sum()))
    if np.isnan(distance):
        yield "coordinates unknown"
    elif distance > limit:
        yield f"too far: {distance:,.1f} km away, limit {limit:g} km"


def _other_size(query: ComparisonQuery, candidates: CandidatePool, living: float) -> Iterator[str]:
    limit, subject_sqft = candidates.limits.size, query.subject.living_sqft
    if limit is None or not candidates.size_known:
        return
    if not np.isfinite(living):
        yield "living area unknown"
    elif (difference := living / subject_sqft - 1) and abs(difference) > limit + 1e-9:
        side = "above" if difference > 0 else "below"
        yield (
            f"living area {living:,.0f} sq ft is {abs(difference) * 100:.0f} % {side} "
            f"the property's {subject_sqft:,.0f} sq ft, limit {limit * 100:.0f} %"
        )
