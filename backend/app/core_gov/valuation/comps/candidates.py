"""Candidates: sales that meet the criteria around a property, widened until there are enough."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass

import numpy as np

from backend.app.core_gov.market.columns import UNKNOWN, Subject
from backend.app.core_gov.valuation.comps.comparison import Step
from backend.app.core_gov.valuation.comps.criteria import RADII, Criteria, SearchLimits
from backend.app.core_gov.valuation.comps.spatial_index import Nearby
from backend.app.kit.arrays import Bools, Floats, Ints

SAME_AREA_KM, OTHER_AREA_KM = 1.5, 10.0
"""Assumed distance between two homes if only their areas are known: same area, other area."""

MAX_FITTING = 5_000
"""Maximum number of candidates; the latest are used."""

_AREA_RADIUS = RADII[1]  # up to this radius, the area stands for the surroundings; beyond it, the whole market does
_ROUNDING = 1e-9


@dataclass(frozen=True)
class Location:
    """Location of the subject, as far as it is known."""

    point: Floats | None
    area: int
    note: str | None
    """Note for the answer if the location is not exact."""

    @property
    def nowhere(self) -> bool:
        return self.point is None and self.area == UNKNOWN

    def where(self, radius_km: float) -> str:
        """Return a radius in words."""
        if self.point is not None:
            return f"within {radius_km:g} km"
        return "in the same area" if not self.nowhere and radius_km <= _AREA_RADIUS else "anywhere in the market"


def place_of(subject: Subject, nearby: Nearby, as_of: int) -> Location:
    """Locate the subject by coordinates, else by the center of its area, else by its area alone, else nowhere."""
    area = nearby.sales.areas.of(subject.area)
    point = nearby.plane.points(np.array(subject.latitude), np.array(subject.longitude))
    if np.isfinite(point).all() and nearby.placed:
        return Location(point, area, None)
    middle = nearby.middle_of_area(area, as_of)
    if middle is not None:
        note = f"the property has no coordinates: distances are from the middle of the sales of area {subject.area}"
        return Location(middle, area, note)
    whose = "no sale of this market has" if not nearby.placed else "the property has no"
    if area == UNKNOWN:
        return Location(None, area, f"{whose} coordinates, and no sale is known of its area: its place is left out")
    return Location(
        None, area, f"{whose} coordinates: sales of area {subject.area} come first, distances are not known"
    )


@dataclass(frozen=True)
class ManualSelection:
    """Manual choices: sales pinned, sales excluded, and whether the subject's own sales are skipped."""

    pinned: AbstractSet[int] = frozenset()
    excluded: AbstractSet[int] = frozenset()
    skip_parcel: bool = True


@dataclass(frozen=True)
class Around:
    """Sales within a radius, as indices into `Nearby`, with the attributes that limits apply to."""

    found: Ints
    days: Ints
    off: Floats
    """Relative difference of the living area; NaN if either is unknown."""

    def fitting(self, rung: SearchLimits, *, sized: bool) -> Bools:
        fits: Bools = self.days <= rung.days
        if sized and rung.size is not None:
            fits &= self.off <= rung.size + _ROUNDING
        return fits

    def latest(self, fits: Bools) -> Ints:
        """Return the sales that fit; of more than MAX_FITTING, the latest."""
        places = np.flatnonzero(fits)
        if len(places) > MAX_FITTING:
            places = np.sort(places[np.argsort(self.days[places], kind="stable")[:MAX_FITTING]])
        return self.found[places]


@dataclass(frozen=True)
class Pool:
    """Sales that fit (the latest MAX_FITTING), as indices into `Nearby`, with the limits at each step."""

    found: Ints
    steps: tuple[Step, ...]
    rung: SearchLimits
    place: Location
    sized: bool
    """True if the subject's living area is known, so that size is a limit."""


def pool_of(
    nearby: Nearby, as_of: int, subject: Subject, property_type: int, criteria: Criteria, manual: ManualSelection
) -> Pool:
    """Widen the limits in order until enough sales fit or every limit is at its widest."""
    place = place_of(subject, nearby, as_of)
    sized = bool(np.isfinite(subject.living_sqft) and subject.living_sqft > 0)
    steps: list[Step] = []
    around, where, fits, rung = None, "", np.zeros(0, bool), criteria.widening_steps()[0]
    for rung in criteria.widening_steps():
        if steps and ((rung.widened == "size" and not sized) or (rung.widened == "distance" and place.nowhere)):
            continue
        if around is None or place.where(rung.radius_km) != where:
            where = place.where(rung.radius_km)
            found = _around(nearby, place, rung.radius_km)
            found = _admitted(nearby, as_of, found, subject, property_type, criteria, manual)
            around = _measured(nearby, as_of, found, subject)
        fits = around.fitting(rung, sized=sized)
        steps.append(_step(rung, place, int(fits.sum()), sized=sized))
        if steps[-1].count >= criteria.enough:
            break
    assert around is not None
    return Pool(around.latest(fits), tuple(steps), rung, place, sized)


def _step(rung: SearchLimits, place: Location, count: int, *, sized: bool) -> Step:
    radius = rung.radius_km if place.point is not None else None
    where = place.where(rung.radius_km)
    return Step(rung.days, radius, where, rung.size if sized else None, rung.widened, count)


def _around(nearby: Nearby, place: Location, radius_km: float) -> Ints:
    if place.point is not None:
        return nearby.within(place.point, radius_km)
    if place.nowhere or radius_km > _AREA_RADIUS:
        return nearby.everywhere()
    return nearby.of_area(place.area)


def _admitted(
    nearby: Nearby,
    as_of: int,
    found: Ints,
    subject: Subject,
    property_type: int,
    criteria: Criteria,
    manual: ManualSelection,
) -> Ints:
    """Return the sales that meet the criteria that are never widened."""
    sales, rows = nearby.sales, nearby.rows[found]
    admitted: Bools = sales.close_day[rows] < as_of
    if criteria.same_type and property_type != UNKNOWN:
        admitted &= sales.property_type[rows] == property_type
    if manual.skip_parcel and (parcel := sales.parcels.of(subject.parcel)) != UNKNOWN:
        admitted &= sales.parcel[rows] != parcel
    if manual.excluded:
        admitted &= ~np.isin(sales.seq[rows], sorted(manual.excluded))
    for name in ("beds", "baths", "year_built"):
        low, high = getattr(criteria, f"min_{name}"), getattr(criteria, f"max_{name}")
        if low is not None:
            admitted &= getattr(sales, name)[rows] >= low
        if high is not None:
            admitted &= getattr(sales, name)[rows] <= high
    return found[admitted]


def _measured(nearby: Nearby, as_of: int, found: Ints, subject: Subject) -> Around:
    rows = nearby.rows[found]
    off = np.abs(nearby.sales.living_sqft[rows] / (subject.living_sqft or np.nan) - 1)
    return Around(found, as_of - nearby.sales.close_day[rows], off)


def kilometres_from(nearby: Nearby, place: Location, found: Ints) -> Floats:
    """Return the distance of each sale from the subject, assumed by area if unknown."""
    if place.point is None:
        areas = nearby.sales.area[nearby.rows[found]]
        return np.where((areas == place.area) & (areas != UNKNOWN), SAME_AREA_KM, OTHER_AREA_KM)
    away = nearby.points[found] - place.point
    return _or_by_area(np.sqrt((away**2).sum(axis=-1)), nearby.sales.area[nearby.rows[found]] == place.area)


def kilometres_among(nearby: Nearby, found: Ints) -> Floats:
    """Return the pairwise distances of sales, assumed by area if unknown; shape (n, n)."""
    points, areas = nearby.points[found], nearby.sales.area[nearby.rows[found]]
    apart = np.sqrt(((points[:, None] - points) ** 2).sum(axis=-1))
    return _or_by_area(apart, (areas[:, None] == areas) & (areas != UNKNOWN))


def _or_by_area(kilometres: Floats, same: Bools) -> Floats:
    return np.where(np.isfinite(kilometres), kilometres, np.where(same, SAME_AREA_KM, OTHER_AREA_KM))
