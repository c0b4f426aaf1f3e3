"""Reasons why a sale is not among the comparable sales of a property, as sentences."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from backend.app.core_gov.market.columns import UNKNOWN, Sales, Subject, date_of
from backend.app.core_gov.valuation.comps.candidates import ManualSelection, Pool
from backend.app.core_gov.valuation.comps.criteria import Criteria
from backend.app.core_gov.valuation.comps.spatial_index import MAX_PRICE, MIN_PRICE, Nearby

_BOUNDS = (("beds", "bedrooms"), ("baths", "bathrooms"), ("year_built", "as its year built"))


@dataclass(frozen=True)
class WhyNotQuestion:
    """Query that the sales were selected for."""

    nearby: Nearby
    as_of: int
    subject: Subject
    property_type: int
    criteria: Criteria
    manual: ManualSelection


def impossible(sales: Sales, row: int, as_of: int, subject: Subject, *, skip_parcel: bool) -> Iterator[str]:
    """Yield reasons that pinning cannot overrule: not known yet, not usable, or the subject's own sale."""
    if sales.close_day[row] >= as_of:
        closed, day = date_of(int(sales.close_day[row])), date_of(as_of)
        yield f"it closed on {closed}, which is not before the day of value, {day}"
    if not sales.usable[row]:
        yield "it is flagged, and a flagged sale is never compared with"
    if not MIN_PRICE <= sales.price[row] <= MAX_PRICE:
        yield "it has no price"
    if sales.day[row] > sales.close_day[row]:
        yield "its contract is dated after its closing"
    parcel = sales.parcels.of(subject.parcel)
    if skip_parcel and parcel != UNKNOWN and sales.parcel[row] == parcel:
        yield "it is a sale of the property itself"


def outside(asked: WhyNotQuestion, pool: Pool, row: int) -> Iterator[str]:
    """Yield the limits, as widened, that the sale does not meet."""
    sales = asked.nearby.sales
    own_type = int(sales.property_type[row])
    if asked.criteria.same_type and asked.property_type not in (UNKNOWN, own_type):
        theirs, ours = sales.types.text(own_type), sales.types.text(asked.property_type)
        yield f"it is of another type: {theirs or 'not known'}, the property is {ours}"
    for name, label in _BOUNDS:
        yield from _out_of_bounds(asked.criteria, name, label, float(getattr(sales, name)[row]))
    days = asked.as_of - int(sales.close_day[row])
    if days > pool.rung.days:
        yield f"it closed {days:,} days before the day of value, the limit is {pool.rung.days:,}"
    yield from _too_far(asked, pool, row)
    yield from _other_size(asked, pool, float(sales.living_sqft[row]))


def _out_of_bounds(criteria: Criteria, name: str, label: str, value: float) -> Iterator[str]:
    low, high = getattr(criteria, f"min_{name}"), getattr(criteria, f"max_{name}")
    if np.isnan(value):
        if low is not None or high is not None:
            yield f"how many it has {label} is not known" if name != "year_built" else "its year built is not known"
    elif low is not None and value < low:
        yield f"it has {value:g} {label}, the least is {low:g}"
    elif high is not None and value > high:
        yield f"it has {value:g} {label}, the most is {high:g}"


def _too_far(asked: WhyNotQuestion, pool: Pool, row: int) -> Iterator[str]:
    sales, place, limit = asked.nearby.sales, pool.place, pool.rung.radius_km
    if place.point is None:
        if place.where(limit) == "in the same area" and sales.area[row] != place.area:
            yield f"it is in another area: {sales.areas.text(int(sales.area[row])) or 'not known'}"
        return
    point = asked.nearby.plane.points(sales.latitude[row], sales.longitude[row])
    away = float(np.sqrt(((point - place.point) ** 2).sum()))
    if np.isnan(away):
        yield "its coordinates are not known"
    elif away > limit:
        yield f"it is too far: {away:,.1f} km away, the limit is {limit:g} km"


def _other_size(asked: WhyNotQuestion, pool: Pool, living: float) -> Iterator[str]:
    limit, own = pool.rung.size, asked.subject.living_sqft
    if limit is None or not pool.sized:
        return
    if not np.isfinite(living):
        yield "its living area is not known"
    elif (off := living / own - 1) and abs(off) > limit + 1e-9:
        yield (
            f"its living area of {living:,.0f} sq ft is {abs(off) * 100:.0f} % {'above' if off > 0 else 'below'} "
            f"the property's {own:,.0f}, the limit is {limit * 100:.0f} %"
        )
