"""Candidates: sales that meet the criteria around a property, widened until there are enough."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass

import numpy as np

from backend.app.core_gov.market.columns import UNKNOWN, Sales, Subject
from backend.app.core_gov.valuation.comps.comparison import Step
from backend.app.core_gov.valuation.comps.criteria import RADII, Criteria, SearchLimits
from backend.app.core_gov.valuation.comps.spatial_index import SpatialIndex
from backend.app.kit.arrays import Bools, Floats, Ints

SAME_AREA_KM, OTHER_AREA_KM = 1.5, 10.0
"""Assumed distance between two homes if only their areas are known: same area, other area."""

MAX_FITTING = 5_000
"""Maximum number of candidates; the latest are used."""

_AREA_RADIUS = RADII[1]  # up to this radius, the area stands for the surroundings; beyond it, the whole market does
_TOLERANCE = 1e-9


@dataclass(frozen=True)
class SubjectLocation:
    """Location of the subject, as far as it is known."""

    point: Floats | None
    area: int
    note: str | None
    """Note for the answer if the location is not exact."""

    @property
    def unknown(self) -> bool:
        return self.point is None and self.area == UNKNOWN

    def radius_text(self, radius_km: float) -> str:
        """Return a radius in words."""
        if self.point is not None:
            return f"within {radius_km:g} km"
        return "in the same area" if not self.unknown and radius_km <= _AREA_RADIUS else "anywhere in the market"


def locate_subject(subject: Subject, spatial_index: SpatialIndex, as_of: int) -> SubjectLocation:
    """Locate the subject by coordinates, else by the center of its area, else by its area alone."""
    area = spatial_index.sales.areas.of(subject.area)
    point = spatial_index.plane.points(np.array(subject.latitude), np.array(subject.longitude))
    if np.isfinite(point).all() and spatial_index.has_coordinates:
        return SubjectLocation(point, area, None)
    center = spatial_index.area_center(area, as_of)
    if center is not None:
        note = f"the property has no coordinates: distances are from the center of the sales in area {subject.area}"
        return SubjectLocation(center, area, note)
    missing = "no sale in this market has" if not spatial_index.has_coordinates else "the property has no"
    if area == UNKNOWN:
        return SubjectLocation(
            None, area, f"{missing} coordinates and its area has no sales: location is not considered"
        )
    return SubjectLocation(
        None, area, f"{missing} coordinates: sales in area {subject.area} come first, distances are unknown"
    )


@dataclass(frozen=True)
class ManualSelection:
    """Manual choices: sales pinned, sales excluded, and whether the subject's own sales are skipped."""

    pinned: AbstractSet[int] = frozenset()
    excluded: AbstractSet[int] = frozenset()
    skip_parcel: bool = True


@dataclass(frozen=True)
class CandidateSales:
    """Sales within a radius, as indices into `SpatialIndex`, with the attributes that limits apply to."""

    found: Ints
    days: Ints
    size_difference: Floats
    """Relative difference of the living area; NaN if either is unknown."""

    def fitting(self, limits: SearchLimits, *, size_known: bool) -> Bools:
        fits: Bools = self.days <= limits.days
        if size_known and limits.size is not None:
            fits &= self.size_difference <= limits.size + _TOLERANCE
        return fits

    def latest(self, fits: Bools) -> Ints:
        """Return the sales that fit; of more than MAX_FITTING, the latest."""
        places = np.flatnonzero(fits)
        if len(places) > MAX_FITTING:
            places = np.sort(places[np.argsort(self.days[places], kind="stable")[:MAX_FITTING]])
        return self.found[places]


@dataclass(frozen=True)
class CandidatePool:
    """Sales that fit (the latest MAX_FITTING), as indices into `SpatialIndex`, with the limits at each step."""

    found: Ints
    steps: tuple[Step, ...]
    limits: SearchLimits
    location: SubjectLocation
    size_known: bool
    """True if the subject's living area is known, so that size is a limit."""


def find_candidates(
    spatial_index: SpatialIndex,
    as_of: int,
    subject: Subject,
    property_type: int,
    criteria: Criteria,
    manual: ManualSelection,
) -> CandidatePool:
    """Widen the limits in order until enough sales fit or every limit is at its widest."""
    location = locate_subject(subject, spatial_index, as_of)
    size_known = bool(np.isfinite(subject.living_sqft) and subject.living_sqft > 0)
    steps: list[Step] = []
    within_radius, text, fits, limits = None, "", np.zeros(0, bool), criteria.widening_steps()[0]
    for limits in criteria.widening_steps():
        if steps and (
            (limits.widened == "size" and not size_known) or (limits.widened == "distance" and location.unknown)
        ):
            continue
        if within_radius is None or location.radius_text(limits.radius_km) != text:
            text = location.radius_text(limits.radius_km)
            found = _within_radius(spatial_index, location, limits.radius_km)
            found = _meeting_criteria(spatial_index, as_of, found, subject, property_type, criteria, manual)
            within_radius = _measure(spatial_index, as_of, found, subject)
        fits = within_radius.fitting(limits, size_known=size_known)
        steps.append(_step(limits, location, int(fits.sum()), size_known=size_known))
        if steps[-1].count >= criteria.min_candidates:
            break
    assert within_radius is not None
    return CandidatePool(within_radius.latest(fits), tuple(steps), limits, location, size_known)


def _step(limits: SearchLimits, location: SubjectLocation, count: int, *, size_known: bool) -> Step:
    radius = limits.radius_km if location.point is not None else None
    text = location.radius_text(limits.radius_km)
    return Step(limits.days, radius, text, limits.size if size_known else None, limits.widened, count)


def _within_radius(spatial_index: SpatialIndex, location: SubjectLocation, radius_km: float) -> Ints:
    if location.point is not None:
        return spatial_index.within(location.point, radius_km)
    if location.unknown or radius_km > _AREA_RADIUS:
        return spatial_index.all_sales()
    return spatial_index.of_area(location.area)


def _meeting_criteria(
    spatial_index: SpatialIndex,
    as_of: int,
    found: Ints,
    subject: Subject,
    property_type: int,
    criteria: Criteria,
    manual: ManualSelection,
) -> Ints:
    """Return the sales that meet the criteria that are never widened."""
    sales, rows = spatial_index.sales, spatial_index.rows[found]
    meets: Bools = sales.close_day[rows] < as_of
    if criteria.same_type and property_type != UNKNOWN:
        meets &= sales.type_class[rows] == property_type
    if manual.skip_parcel:
        meets &= ~own_sales(sales, rows, subject)
    if manual.excluded:
        meets &= ~np.isin(sales.seq[rows], sorted(manual.excluded))
    for name in ("beds", "baths", "year_built"):
        low, high = getattr(criteria, f"min_{name}"), getattr(criteria, f"max_{name}")
        if low is not None:
            meets &= getattr(sales, name)[rows] >= low
        if high is not None:
            meets &= getattr(sales, name)[rows] <= high
    return found[meets]


def own_sales(sales: Sales, rows: Ints, subject: Subject) -> Bools:
    """Return which sales are of the subject itself."""
    if subject.own_sales is not None:
        return np.isin(sales.seq[rows], sorted(subject.own_sales))
    parcel = sales.parcels.class_of(subject.parcel)
    return np.asarray(sales.parcel_class[rows] == parcel) if parcel != UNKNOWN else np.zeros(len(rows), dtype=np.bool_)


def _measure(spatial_index: SpatialIndex, as_of: int, found: Ints, subject: Subject) -> CandidateSales:
    rows = spatial_index.rows[found]
    size_difference = np.abs(spatial_index.sales.living_sqft[rows] / (subject.living_sqft or np.nan) - 1)
    return CandidateSales(found, as_of - spatial_index.sales.close_day[rows], size_difference)


def distances_from(spatial_index: SpatialIndex, location: SubjectLocation, found: Ints) -> Floats:
    """Return the distance of each sale from the subject, assumed by area if unknown."""
    if location.point is None:
        areas = spatial_index.sales.area[spatial_index.rows[found]]
        return np.where((areas == location.area) & (areas != UNKNOWN), SAME_AREA_KM, OTHER_AREA_KM)
    offset = spatial_index.points[found] - location.point
    return _or_by_area(
        np.sqrt((offset**2).sum(axis=-1)), spatial_index.sales.area[spatial_index.rows[found]] == location.area
    )


def pairwise_distances(spatial_index: SpatialIndex, found: Ints) -> Floats:
    """Return the pairwise distances of sales, assumed by area if unknown; shape (n, n)."""
    points, areas = spatial_index.points[found], spatial_index.sales.area[spatial_index.rows[found]]
    distance = np.sqrt(((points[:, None] - points) ** 2).sum(axis=-1))
    return _or_by_area(distance, (areas[:, None] == areas) & (areas != UNKNOWN))


def _or_by_area(distance_km: Floats, same: Bools) -> Floats:
    return np.where(np.isfinite(distance_km), distance_km, np.where(same, SAME_AREA_KM, OTHER_AREA_KM))
