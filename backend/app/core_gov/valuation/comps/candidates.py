"""Candidates: the sales that may be compared with a property, and where the property is."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cached_property

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

AREA_RADIUS = RADII[1]  # up to this radius, the area stands for the surroundings; beyond it, the whole market does


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
        return "in the same area" if not self.unknown and radius_km <= AREA_RADIUS else "anywhere in the market"


@dataclass(frozen=True)
class ManualSelection:
    """Manual choices: sales pinned, sales excluded, and whether the subject's own sales are skipped."""

    pinned: AbstractSet[int] = frozenset()
    excluded: AbstractSet[int] = frozenset()
    skip_parcel: bool = True


@dataclass(frozen=True)
class ComparisonQuery:
    """Subject, as-of date, criteria and manual choices of one comparison."""

    spatial_index: SpatialIndex
    as_of: int
    subject: Subject
    property_type: int
    criteria: Criteria
    manual: ManualSelection


def locate_subjects(queries: Sequence[ComparisonQuery]) -> list[SubjectLocation]:
    """Locate each subject by coordinates, else by the center of its area, else by its area alone."""
    if not queries:
        return []
    spatial_index = queries[0].spatial_index
    latitude, longitude = (
        np.array([getattr(query.subject, name) for query in queries], dtype=np.float64)
        for name in ("latitude", "longitude")
    )
    points = spatial_index.plane.points(latitude, longitude)
    located: Bools = np.isfinite(points)[:, 0] & np.isfinite(points)[:, 1]
    has_coordinates = spatial_index.has_coordinates
    return [
        SubjectLocation(point, spatial_index.sales.areas.of(query.subject.area), None)
        if has_coordinates and is_located
        else _located_by_area(query)
        for query, point, is_located in zip(queries, points, located.tolist(), strict=True)
    ]


def _located_by_area(query: ComparisonQuery) -> SubjectLocation:
    spatial_index, name = query.spatial_index, query.subject.area
    area = spatial_index.sales.areas.of(name)
    center = spatial_index.area_center(area, query.as_of)
    if center is not None:
        note = f"the property has no coordinates: distances are from the center of the sales in area {name}"
        return SubjectLocation(center, area, note)
    missing = "no sale in this market has" if not spatial_index.has_coordinates else "the property has no"
    if area == UNKNOWN:
        return SubjectLocation(
            None, area, f"{missing} coordinates and its area has no sales: location is not considered"
        )
    return SubjectLocation(None, area, f"{missing} coordinates: sales in area {name} come first, distances are unknown")


@dataclass(frozen=True)
class CandidatePool:
    """Sales that fit (the latest MAX_FITTING), as indices into `SpatialIndex`, with the limits at each step."""

    found: Ints
    counts: tuple[tuple[SearchLimits, int], ...]
    """Limits at each step, and the number of sales that fit."""
    limits: SearchLimits
    location: SubjectLocation
    size_known: bool
    """True if the subject's living area is known, so that size is a limit."""

    @property
    def count(self) -> int:
        """Number of sales that fit at the last step."""
        return self.counts[-1][1]

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        return tuple(self._step(limits, count) for limits, count in self.counts)

    def _step(self, limits: SearchLimits, count: int) -> Step:
        radius = limits.radius_km if self.location.point is not None else None
        text = self.location.radius_text(limits.radius_km)
        return Step(limits.days, radius, text, limits.size if self.size_known else None, limits.widened, count)


def own_sales(sales: Sales, rows: Ints, subject: Subject) -> Bools:
    """Return which sales are of the subject itself."""
    if subject.own_sales is not None:
        return np.isin(sales.seq[rows], sorted(subject.own_sales))
    parcel = sales.parcels.class_of(subject.parcel)
    return np.asarray(sales.parcel_class[rows] == parcel) if parcel != UNKNOWN else np.zeros(len(rows), dtype=np.bool_)


def distances_from(
    spatial_index: SpatialIndex, locations: Sequence[SubjectLocation], subject: Ints, found: Ints
) -> Floats:
    """Return the distance of each sale from its subject, an index into `locations`, assumed by area if unknown."""
    nowhere = np.full(2, np.nan)
    points = np.array([nowhere if each.point is None else each.point for each in locations]).reshape(-1, 2)
    own_areas = np.array([each.area for each in locations], dtype=np.int64)
    offset, areas = spatial_index.points[found] - points[subject], spatial_index.sales.area[spatial_index.rows[found]]
    has_point = np.array([each.point is not None for each in locations], dtype=np.bool_)
    same = (areas == own_areas[subject]) & ((areas != UNKNOWN) | has_point[subject])
    return _or_by_area(np.sqrt((offset**2).sum(axis=-1)), same)


def pairwise_distances(spatial_index: SpatialIndex, found: Ints) -> Floats:
    """Return the pairwise distances of sets of sales, assumed by area if unknown; (…, n) gives (…, n, n)."""
    points, areas = spatial_index.points[found], spatial_index.sales.area[spatial_index.rows[found]]
    distance = np.sqrt(((points[..., :, None, :] - points[..., None, :, :]) ** 2).sum(axis=-1))
    return _or_by_area(distance, (areas[..., :, None] == areas[..., None, :]) & (areas != UNKNOWN)[..., None, :])


def _or_by_area(distance_km: Floats, same: Bools) -> Floats:
    return np.where(np.isfinite(distance_km), distance_km, np.where(same, SAME_AREA_KM, OTHER_AREA_KM))
