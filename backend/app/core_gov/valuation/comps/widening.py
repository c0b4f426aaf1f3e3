"""Search for candidates: limits are widened in order until enough sales fit, for many properties at once.

Everything here is a comparison, a count or an operation on single numbers, so that no result depends on the other
properties of a batch.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np

from backend.app.core_gov.market.columns import UNKNOWN
from backend.app.core_gov.valuation.comps.candidates import (
    AREA_RADIUS,
    MAX_FITTING,
    CandidatePool,
    ComparisonQuery,
    SubjectLocation,
    locate_subjects,
)
from backend.app.core_gov.valuation.comps.criteria import SearchLimits
from backend.app.kit.arrays import Bools, Floats, Ints

_TOLERANCE = 1e-9
_MAX_SALES = 1_000_000
"""Maximum number of sales expected within the radius of all properties that are searched at once."""

_GROWTH = 4
"""Factor by which the sales within the next radius are expected to be more."""


def find_candidates(queries: Sequence[ComparisonQuery]) -> list[CandidatePool]:
    """Widen the limits of each query in order until enough sales fit or every limit is at its widest.

    All queries have the same spatial index and criteria.
    """
    locations, pools = locate_subjects(queries), list[CandidatePool | None]([None] * len(queries))
    by_kind: dict[tuple[bool, bool], list[int]] = {}
    for place, location in enumerate(locations):
        by_kind.setdefault((location.point is None, location.unknown), []).append(place)
    for places in by_kind.values():
        search = _Search([queries[place] for place in places], [locations[place] for place in places])
        for place, pool in zip(places, search.pools(), strict=True):
            pools[place] = pool
    return [pool for pool in pools if pool is not None]


@dataclass(frozen=True)
class _SalesNearby:
    """Sales within the radius of each subject that meet the criteria that are never widened, in order of subject."""

    subject: Ints
    found: Ints
    days: Ints
    size_difference: Floats
    """Relative difference of the living area; NaN if either is unknown."""

    def take(self, chosen: Bools) -> "_SalesNearby":
        return _SalesNearby(self.subject[chosen], self.found[chosen], self.days[chosen], self.size_difference[chosen])

    def fitting(self, limits: SearchLimits, size_known: Bools) -> Bools:
        fits: Bools = self.days <= limits.days
        if limits.size is not None:
            fits &= (self.size_difference <= limits.size + _TOLERANCE) | ~size_known[self.subject]
        return fits

    def of_each(self, subjects: Ints) -> Iterator[Ints]:
        """Yield the sales of each subject; of more than MAX_FITTING, the latest."""
        starts = np.searchsorted(self.subject, subjects, "left").tolist()
        stops = np.searchsorted(self.subject, subjects, "right").tolist()
        for start, stop in zip(starts, stops, strict=True):
            found = self.found[start:stop]
            if len(found) > MAX_FITTING:
                found = np.sort(found[np.argsort(self.days[start:stop], kind="stable")[:MAX_FITTING]])
            yield found


class _Search:
    """Search for subjects that are located in the same way: by a point, by an area, or not at all."""

    def __init__(self, queries: Sequence[ComparisonQuery], locations: Sequence[SubjectLocation]) -> None:
        first, subjects = queries[0], [query.subject for query in queries]
        self._queries, self._locations = queries, locations
        self._spatial_index, self._criteria, self._kind = first.spatial_index, first.criteria, locations[0]
        self._as_of = np.array([query.as_of for query in queries], dtype=np.int64)
        self._type = np.array([query.property_type for query in queries], dtype=np.int64)
        self._living = np.array([subject.living_sqft or np.nan for subject in subjects], dtype=np.float64)
        self._size_known: Bools = np.isfinite(self._living) & (self._living > 0)
        self._excluded = self._excluded_sales()
        self._parcel = self._parcels()
        self._counts: list[list[tuple[SearchLimits, int]]] = [[] for _ in queries]
        self._pools: dict[int, CandidatePool] = {}

    def pools(self) -> list[CandidatePool]:
        steps = self._criteria.widening_steps()
        if self._kind.unknown:
            steps = [limits for limits in steps if limits.widened != "distance"]
        self._widen(np.arange(len(self._queries)), steps, len(self._queries))
        return [self._pools[place] for place in range(len(self._queries))]

    def _widen(self, active: Ints, steps: Sequence[SearchLimits], expected: int) -> None:
        """Widen the limits for some subjects, in two halves if many sales are expected within the first radius."""
        if len(active) > 1 and expected > _MAX_SALES:
            middle = len(active) // 2
            self._widen(active[:middle], steps, expected // 2)
            self._widen(active[middle:], steps, expected - expected // 2)
            return
        text = self._kind.radius_text(steps[0].radius_km)
        nearby, within = self._nearby(active, steps[0].radius_km)
        fitting = nearby
        for place, limits in enumerate(steps):
            if self._kind.radius_text(limits.radius_km) != text:
                self._widen(active, steps[place:], _GROWTH * within)
                return
            fitting = nearby.take(nearby.fitting(limits, self._size_known))
            done = self._count(active, limits, fitting.subject)
            self._finish(done, limits, fitting)
            if len(done):
                active = np.setdiff1d(active, done)
                nearby = nearby.take(np.isin(nearby.subject, active))
            if not len(active):
                return
        self._finish(active, self._criteria.widening_steps()[-1], fitting)

    def _count(self, active: Ints, limits: SearchLimits, fitting: Ints) -> Ints:
        """Note the number of sales that fit for each subject, and return the subjects with enough of them."""
        count = np.bincount(fitting, minlength=len(self._queries))
        counted = active[self._size_known[active]] if limits.widened == "size" else active
        for place, number in zip(counted.tolist(), count[counted].tolist(), strict=True):
            self._counts[place].append((limits, number))
        return counted[count[counted] >= self._criteria.min_candidates]

    def _finish(self, subjects: Ints, limits: SearchLimits, fitting: _SalesNearby) -> None:
        for place, found in zip(subjects.tolist(), fitting.of_each(subjects), strict=True):
            size_known = bool(self._size_known[place])
            counts = tuple(self._counts[place])
            self._pools[place] = CandidatePool(found, counts, limits, self._locations[place], size_known)

    # Sales within a radius

    def _nearby(self, active: Ints, radius_km: float) -> tuple[_SalesNearby, int]:
        """Return the sales within the radius of the subjects, and their number before other criteria."""
        spatial_index = self._spatial_index
        within = self._within(active, radius_km)
        lengths = np.fromiter(map(len, within), np.int64, len(within))
        number = int(lengths.sum())
        if self._kind.point is None:
            found: Ints = np.concatenate(within)
        else:
            found = spatial_index.located[np.fromiter(chain.from_iterable(within), np.int64, number)]
        subject = np.repeat(active, lengths)
        meets = self._meets(subject, found)
        subject, found = subject[meets], found[meets]
        rows = spatial_index.rows[found]
        days = self._as_of[subject] - spatial_index.sales.close_day[rows]
        size_difference = np.abs(spatial_index.sales.living_sqft[rows] / self._living[subject] - 1)
        return _SalesNearby(subject, found, days, size_difference), number

    def _within(self, active: Ints, radius_km: float) -> Sequence[Sequence[int] | Ints]:
        """Return the sales within a radius of each subject, of those with a point as indices into `located`."""
        spatial_index = self._spatial_index
        if self._kind.point is not None:
            return spatial_index.within(np.array([self._locations[place].point for place in active]), radius_km)
        if self._kind.unknown or radius_km > AREA_RADIUS:
            return [spatial_index.all_sales()] * len(active)
        return [spatial_index.of_area(self._locations[place].area) for place in active]

    def _meets(self, subject: Ints, found: Ints) -> Bools:
        """Return which sales meet the criteria that are never widened."""
        sales, rows = self._spatial_index.sales, self._spatial_index.rows[found]
        meets: Bools = sales.close_day[rows] < self._as_of[subject]
        if self._criteria.same_type:
            types = self._type[subject]
            meets &= (sales.type_class[rows] == types) | (types == UNKNOWN)
        if (self._parcel != UNKNOWN).any():
            parcels = self._parcel[subject]
            meets &= (sales.parcel_class[rows] != parcels) | (parcels == UNKNOWN)
        keys, excluded = subject * len(self._spatial_index.rows) + found, self._excluded
        place = np.searchsorted(keys, excluded)
        known = place < len(keys)
        place, excluded = place[known], excluded[known]
        meets[place[keys[place] == excluded]] = False
        for name in ("beds", "baths", "year_built"):
            low, high = getattr(self._criteria, f"min_{name}"), getattr(self._criteria, f"max_{name}")
            if low is not None:
                meets &= getattr(sales, name)[rows] >= low
            if high is not None:
                meets &= getattr(sales, name)[rows] <= high
        return meets

    def _excluded_sales(self) -> Ints:
        """Return the sales excluded manually and the subjects' own, as `subject * sales + sale`."""
        pairs = [
            (place, seq)
            for place, query in enumerate(self._queries)
            for seq in (*query.manual.excluded, *(query.subject.own_sales or ()))
            if seq in query.manual.excluded or query.manual.skip_parcel
        ]
        place, seq = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
        found = self._spatial_index.sales_of_seqs(seq)
        keys = place * len(self._spatial_index.rows) + found
        return np.asarray(keys[found != UNKNOWN])

    def _parcels(self) -> Ints:
        """Return the parcel of each subject whose own sales are told by it alone."""
        parcels = self._spatial_index.sales.parcels
        return np.array(
            [
                parcels.class_of(query.subject.parcel)
                if query.manual.skip_parcel and query.subject.own_sales is None
                else UNKNOWN
                for query in self._queries
            ],
            dtype=np.int64,
        )
