"""Estimation of a property's rent from the rents of similar dwellings. Pure functions.

The search starts with similar rents nearby. If too few are found, the criteria widen in a fixed order: time, then
distance, then size. Each rent is adjusted to the property's size, bedrooms and date, and weighted by its precision.
All computations use logarithms, so no rent can be negative.
"""

from dataclasses import dataclass, field

import numpy as np

from backend.app.core_gov.geography.distance import KM_PER_DEGREE
from backend.app.core_gov.rents.rent_rates import (
    USUAL_SPREAD,
    USUAL_SPREAD_OF_REGION,
    RentRates,
    estimate_rates,
)
from backend.app.kit.arrays import Bools, Floats, Ints

MIN_COMPS = 3
"""Minimum number of rental comps; with fewer, a benchmark is preferred."""

TARGET_COMPS = 8
USED = 25

AREA, CITY, REGION = 1, 2, 3
"""Finest area that two places share, for places without coordinates; 0 means that both have coordinates."""

_KM_OF = {AREA: 1.5, CITY: 6.0, REGION: 60.0}
"""Assumed distance in kilometers between two places that share only this area."""

_PRIOR_RENTS = 5.0
"""Weight of the prior spread, as an equivalent number of rents."""

_CHANGE_OF_PLACE = 0.10
"""Standard deviation of log rent differences between places 5 km apart; used for weights only."""

_UNKNOWN_SIZE = 0.15
_HUBER = 1.5
_DAYS_PER_YEAR = 365.25
LEVELS = (50, 80, 90)


@dataclass(frozen=True, slots=True)
class RentCriteria:
    """Criteria for similar rents; `within` is the coarsest shared area for rents without coordinates."""

    months: int
    km: float
    within: int
    size: float
    beds: int

    def sentence(self) -> str:
        place = {AREA: "the same postal area", CITY: "the same city", REGION: "the same province or state"}[self.within]
        beds = "the same bedrooms" if not self.beds else f"bedrooms ±{self.beds}"
        return f"{self.months} months, {self.km:g} km or {place}, living area ±{100 * self.size:.0f} %, {beds}"


STEPS = (
    RentCriteria(12, 2, AREA, 0.2, 0),
    RentCriteria(24, 2, AREA, 0.2, 0),
    RentCriteria(24, 5, CITY, 0.2, 0),
    RentCriteria(24, 15, CITY, 0.2, 0),
    RentCriteria(24, 15, CITY, 0.35, 1),
    RentCriteria(36, 25, CITY, 0.5, 2),
    RentCriteria(60, 60, REGION, 0.35, 1),
    RentCriteria(120, 60, REGION, 0.5, 2),
)


LOCAL = 5
"""Last step that stays within the city and at most 36 months."""


@dataclass(frozen=True)
class Rents:
    """Stored rents near a place, as arrays of equal length; unknown values are NaN or None."""

    seq: Ints
    rent: Floats
    day: Ints
    latitude: Floats
    longitude: Floats
    living_sqft: Floats
    beds: Floats
    area: tuple[str | None, ...]
    city: tuple[str | None, ...]
    region: tuple[str | None, ...]

    def __len__(self) -> int:
        return len(self.seq)


@dataclass(frozen=True, slots=True)
class Dwelling:
    """The dwelling whose rent is estimated."""

    latitude: float = np.nan
    longitude: float = np.nan
    living_sqft: float = np.nan
    beds: float = np.nan
    area: str | None = None
    city: str | None = None
    region: str | None = None


@dataclass(frozen=True, slots=True)
class RentalComp:
    """A rent with its adjustments: factors on the rent by name, in order of application."""

    row: int
    km: float
    common: int
    adjustments: tuple[tuple[str, float], ...]
    adjusted: float
    weight: float


@dataclass(frozen=True)
class EstimatedRent:
    """Estimated monthly rent with its intervals by level, the comps by weight, and the criteria that were reached."""

    rent: float
    intervals: dict[int, tuple[float, float]]
    spread: float
    comps: tuple[RentalComp, ...]
    criteria: RentCriteria
    steps: int
    rates: RentRates
    found: int = field(default=0)


def estimate_rent(dwelling: Dwelling, rents: Rents, as_of: int) -> EstimatedRent | None:
    """Estimate the monthly rent as of a day from rents up to that day. Return None if no stored rent is similar."""
    known = np.flatnonzero((rents.day <= as_of) & np.isfinite(rents.rent) & (rents.rent > 0))
    km, common = _apart(dwelling, rents)
    found = [known[_like(dwelling, rents, known, criteria, km, common, as_of)] for criteria in STEPS]
    step = _step([len(rows) for rows in found])
    rows = found[step]
    if not len(rows):
        return None
    years = (as_of - rents.day) / _DAYS_PER_YEAR
    rates = _rates(rents, known, years)
    return _settled(dwelling, rents, rows, km, common, years, rates, step)


def _step(counts: list[int]) -> int:
    """Return the first step with enough rents. Steps beyond the city are used only if it has fewer than MIN_COMPS."""
    enough = [step for step, count in enumerate(counts) if count >= TARGET_COMPS]
    last = enough[0] if enough else len(counts) - 1
    if last > LOCAL and counts[LOCAL] >= MIN_COMPS:
        last = LOCAL
    return counts.index(counts[last])  # the narrowest step with the same rents


def _apart(dwelling: Dwelling, rents: Rents) -> tuple[Floats, Ints]:
    """Return distance in kilometers and shared area of each rent; without coordinates the distance is assumed."""
    common = np.full(len(rents), REGION + 1)
    for level, mine, theirs in (
        (REGION, dwelling.region, rents.region),
        (CITY, dwelling.city, rents.city),
        (AREA, dwelling.area, rents.area),
    ):
        same = np.array([mine is not None and each == mine for each in theirs], dtype=bool)
        if level == CITY and dwelling.region is not None:
            same &= np.array([each is None or each == dwelling.region for each in rents.region], dtype=bool)
        common[same] = level
    km = np.array([_KM_OF.get(int(level), np.inf) for level in common])
    if np.isfinite(dwelling.latitude) and np.isfinite(dwelling.longitude):
        placed = np.isfinite(rents.latitude) & np.isfinite(rents.longitude)
        north = (rents.latitude - dwelling.latitude) * KM_PER_DEGREE
        east = (rents.longitude - dwelling.longitude) * KM_PER_DEGREE * np.cos(np.radians(dwelling.latitude))
        km = np.where(placed, np.hypot(north, east), km)
        common = np.where(placed, 0, common)
    return km, common


def _like(
    dwelling: Dwelling, rents: Rents, rows: Ints, criteria: RentCriteria, km: Floats, common: Ints, as_of: int
) -> Bools:
    near = np.where(common[rows] == 0, km[rows] <= criteria.km, common[rows] <= criteria.within)
    fresh = as_of - rents.day[rows] <= criteria.months * _DAYS_PER_YEAR / 12
    alike: Bools = near & fresh
    size = np.abs(rents.living_sqft[rows] / dwelling.living_sqft - 1)
    alike &= ~(size > criteria.size)  # unknown values do not exclude a rent
    alike &= ~(np.abs(rents.beds[rows] - dwelling.beds) > criteria.beds)
    return alike


def _rates(rents: Rents, known: Ints, years: Floats) -> RentRates:
    places = [rents.city[row] or rents.area[row] or rents.region[row] or "" for row in known]
    place = np.unique(np.array(places, dtype=str), return_inverse=True)[1] if places else np.empty(0, dtype=np.int64)
    size = np.log(np.where(rents.living_sqft[known] > 0, rents.living_sqft[known], np.nan))
    return estimate_rates(np.log(rents.rent[known]), size, rents.beds[known], -years[known], place)


def _settled(
    dwelling: Dwelling,
    rents: Rents,
    rows: Ints,
    km: Floats,
    common: Ints,
    years: Floats,
    rates: RentRates,
    step: int,
) -> EstimatedRent:
    lines, errors = _adjustments(dwelling, rents, rows, years, rates)
    doubt = (
        sum((error**2 for error in errors.values()), np.zeros(len(rows)))
        + _CHANGE_OF_PLACE**2 * km[rows] / 5
        + USUAL_SPREAD**2
    )
    best = np.lexsort((rents.seq[rows], doubt))[:USED]
    logs = np.log(rents.rent[rows]) + sum(lines.values(), np.zeros(len(rows)))
    usual = USUAL_SPREAD_OF_REGION if np.median(common[rows[best]]) >= REGION else USUAL_SPREAD
    center, spread, weights, freedom = _center(logs[best], 1 / doubt[best], usual)
    comps = [
        RentalComp(
            int(rows[at]),
            float(km[rows[at]]),
            int(common[rows[at]]),
            tuple((name, float(np.exp(line[at]))) for name, line in lines.items() if line[at]),
            float(np.exp(logs[at])),
            float(weight),
        )
        for at, weight in zip(best, weights, strict=True)
    ]
    comps.sort(key=lambda comp: (-comp.weight, comp.row))
    shared = sum(float(np.sum(weights * error[best])) ** 2 for error in errors.values())  # common to all comps
    intervals = _intervals(center, float(np.sqrt(spread**2 * (1 + np.sum(weights**2)) + shared)), freedom)
    rent = float(np.exp(center))
    return EstimatedRent(rent, intervals, spread, tuple(comps), STEPS[step], step, rates, len(rows))


def _adjustments(
    dwelling: Dwelling, rents: Rents, rows: Ints, years: Floats, rates: RentRates
) -> tuple[dict[str, Floats], dict[str, Floats]]:
    """Return the adjustments to each log rent by name, and their errors, including that of unknown sizes."""
    size = np.log(dwelling.living_sqft / rents.living_sqft[rows])
    beds = dwelling.beds - rents.beds[rows]
    sized, counted = np.isfinite(size), np.isfinite(beds)
    size, beds = np.where(sized, size, 0.0), np.where(counted, beds, 0.0)
    by_bed = np.where(sized, rates.beds.value, rates.beds_alone.value)
    by_bed_error = np.where(sized, rates.beds.error, rates.beds_alone.error)
    lines = {
        "time": rates.years.value * years[rows],
        "living area": rates.size.value * size,
        "bedrooms": by_bed * beds,
    }
    errors = {
        "time": rates.years.error * years[rows],
        "living area": rates.size.error * size,
        "bedrooms": by_bed_error * beds,
        "unlike": np.where(sized, 0.0, _UNKNOWN_SIZE),
    }
    return lines, errors


def _center(logs: Floats, sure: Floats, usual: float) -> tuple[float, float, Floats, float]:
    """Return the weighted mean, the spread, the weights and the degrees of freedom of the spread.

    Outliers are downweighted by Huber's method. The spread combines the observed one with the prior, which counts as
    _PRIOR_RENTS observations.
    """
    weights = sure / sure.sum()
    center, spread = _median(logs, weights), usual
    for _ in range(10):
        off = np.abs(logs - center)
        pulled = sure * np.minimum(1.0, _HUBER * spread / np.maximum(off, 1e-12))
        weights = pulled / pulled.sum()
        center = float(np.sum(weights * logs))
        count = 1 / float(np.sum(weights**2))
        seen = float(np.sum(sure / sure.sum() * np.minimum(off, 3 * spread) ** 2))
        spread = float(np.sqrt((_PRIOR_RENTS * usual**2 + count * seen) / (_PRIOR_RENTS + max(count - 1, 0))))
    return center, spread, weights, _PRIOR_RENTS + 1 / float(np.sum(weights**2)) - 1


def _median(values: Floats, weights: Floats) -> float:
    order = np.argsort(values, kind="stable")
    through = np.cumsum(weights[order])
    return float(values[order][np.searchsorted(through, 0.5 * through[-1])])


def _intervals(center: float, error: float, freedom: float) -> dict[int, tuple[float, float]]:
    from scipy.special import stdtrit

    def reach(level: int) -> float:
        return float(stdtrit(freedom, 0.5 + level / 200)) * error

    return {level: (float(np.exp(center - reach(level))), float(np.exp(center + reach(level)))) for level in LEVELS}
