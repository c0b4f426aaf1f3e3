"""Criteria for comparable sales, and the order in which limits widen if there are too few.

The standard (Fannie Mae Selling Guide B4-1.3-08): closed within a year, half a year preferred; half a mile to a mile
away; a living area within 20 %; the same type. Limits widen in turn, time first, then distance, then size, until there
are enough sales.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import isfinite

from backend.app.kit.errors import BadInput, Fault

DAYS = (183, 365, 730, 1095, 1826)
"""Maximum days since closing, from the standard to the widest."""

RADII = (0.8, 1.6, 3.2, 6.4, 12.8, 25.6)
"""Maximum distance in kilometers: half a mile, a mile, then doubling."""

SIZES = (0.2, 0.3, 0.5, 0.8)
"""Maximum difference of the living area, as a share of the subject's."""

MAX_COMPS = 200


@dataclass(frozen=True)
class Criteria:
    """Limits for comparable sales; each widens from its start to its end as needed.

    `max_size` None means any size in the end. Limits on beds, baths and year built are never widened. Raises BadInput
    for impossible limits.
    """

    days: int = DAYS[0]
    max_days: int = DAYS[-1]
    radius_km: float = RADII[0]
    max_radius_km: float = RADII[-1]
    size: float = SIZES[0]
    max_size: float | None = None
    same_type: bool = True
    min_beds: float | None = None
    max_beds: float | None = None
    min_baths: float | None = None
    max_baths: float | None = None
    min_year_built: int | None = None
    max_year_built: int | None = None
    min_candidates: int = 30
    """Number of sales that must fit before widening stops."""
    max_comps: int = 30
    """Maximum number of sales compared; the most informative are kept."""

    def __post_init__(self) -> None:
        faults = [Fault(name, f"{name} {message}") for name, message in self._faults()]
        if faults:
            raise BadInput.of(faults)

    def _faults(self) -> Iterator[tuple[str, str]]:
        for name in ("days", "max_days", "radius_km", "max_radius_km", "size", "max_size"):
            value = getattr(self, name)
            if value is not None and not (isfinite(value) and value > 0):
                yield name, f"must be more than zero, not {value:g}"
        for name in ("min_candidates", "max_comps"):
            if not 1 <= getattr(self, name) <= MAX_COMPS:
                yield name, f"must be 1 to {MAX_COMPS}, not {getattr(self, name)}"
        for name in ("beds", "baths", "year_built"):
            low, high = getattr(self, f"min_{name}"), getattr(self, f"max_{name}")
            for end, value in (("min", low), ("max", high)):
                if value is not None and not (isfinite(value) and value >= 0):
                    yield f"{end}_{name}", f"must be zero or more, not {value:g}"
            if low is not None and high is not None and low > high:
                yield f"min_{name}", f"must not be above max_{name}: {low:g} is above {high:g}"

    def widening_steps(self) -> list["SearchLimits"]:
        """Return the limits from the start to the widest; each step widens one limit."""
        days = _widening_steps(self.days, DAYS, self.max_days)
        radii = _widening_steps(self.radius_km, RADII, self.max_radius_km)
        sizes: list[float | None] = [*_widening_steps(self.size, SIZES, self.max_size or SIZES[-1])]
        if self.max_size is None:
            sizes.append(None)
        widening_steps = [SearchLimits(int(days[0]), radii[0], sizes[0], None)]
        for step in range(1, max(len(days), len(radii), len(sizes))):
            if step < len(days):
                widening_steps.append(
                    SearchLimits(int(days[step]), widening_steps[-1].radius_km, widening_steps[-1].size, "time")
                )
            if step < len(radii):
                widening_steps.append(
                    SearchLimits(widening_steps[-1].days, radii[step], widening_steps[-1].size, "distance")
                )
            if step < len(sizes):
                widening_steps.append(
                    SearchLimits(widening_steps[-1].days, widening_steps[-1].radius_km, sizes[step], "size")
                )
        return widening_steps


@dataclass(frozen=True)
class SearchLimits:
    """One step of the limits; `widened` is the limit that is wider than before."""

    days: int
    radius_km: float
    size: float | None
    widened: str | None


def _widening_steps(start: float, standard: tuple[float, ...], end: float) -> list[float]:
    """Return the usual limits from start to end, both included; an end below the start replaces it."""
    start = min(start, end)
    return [start, *(limit for limit in standard if start < limit < end), *([end] if end > start else [])]
