"""Traits compared between two homes, and the scale on which each enters the price.

A trait is a feature of a sale, or is derived from several. Its curve is a line on that scale, with knots if the market
has enough sales to estimate them, and constant beyond the values that hardly any sale has, because nothing is known
about prices there.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from backend.app.core_gov.market.columns import FEATURES, Sales, Subject
from backend.app.kit.arrays import Floats, Ints


@dataclass(frozen=True)
class Trait:
    """Trait in which homes differ; `unit` is the unit of its rate, such as "sq ft"."""

    name: str
    label: str
    unit: str
    log: bool = False
    """True if it enters as a logarithm, as areas do."""
    bends: tuple[float, ...] = ()
    """Knots of the curve, as quantiles of the sales."""


TRAITS = (
    Trait("living_sqft", "living area", "sq ft", log=True),
    Trait("lot_sqft", "lot", "sq ft", log=True, bends=(0.25, 0.5, 0.75, 0.95)),
    Trait("beds", "bedrooms", "bedroom"),
    Trait("baths", "bathrooms", "bathroom"),
    Trait("age", "age (year built)", "year", bends=(0.25, 0.5, 0.75)),
    Trait("grade", "grade", "step"),
    Trait("condition", "condition", "step"),
    Trait("renovated", "renovation (1 = new, half is gone after 14 years)", "new renovation"),
    Trait("basement_sqft", "basement", "sq ft"),
    Trait("floors", "floors", "floor"),
    Trait("view", "view", "step"),
    Trait("waterfront", "waterfront", "step"),
)
"""Traits in the order of the lines of a comparison."""

FIRST = (
    *("living_sqft", "grade", "age", "lot_sqft", "baths", "condition", "beds"),
    *("renovated", "view", "waterfront", "basement_sqft", "floors"),
)
"""Traits in order of priority if there are too few sales for all."""

RENOVATION_FADES = 20.0
"""Years in which the effect of a renovation decays to 1/e."""

_NOT_ZERO = frozenset({"living_sqft", "lot_sqft", "year_built", "year_renovated"})
_YEARS = (1500.0, 2200.0)
_DAYS_A_YEAR = 365.2425


def traits_of_sales(sales: Sales, rows: Ints) -> dict[str, Floats]:
    """Return the traits of some sales when the price was agreed; unknown ones are NaN."""
    return _traits({name: getattr(sales, name)[rows] for name in FEATURES}, sales.day[rows])


def traits_of_subject(subject: Subject, as_of: int) -> dict[str, Floats]:
    """Return the traits of a property as of a day, each an array of one."""
    return _traits({name: np.array([getattr(subject, name)], dtype=np.float64) for name in FEATURES}, np.array([as_of]))


def _traits(features: Mapping[str, Floats], day: Ints) -> dict[str, Floats]:
    known = {name: _sane(name, values) for name, values in features.items()}
    built, renewed = known["year_built"], known["year_renovated"]
    traits = {name: known[name] for name in known if name not in {"latitude", "longitude", "year_built"}}
    traits.pop("year_renovated")
    years = np.floor(1970 + day / _DAYS_A_YEAR) - renewed
    # A home without a year of renovation was not renovated; nor was one "renovated" before or when it was built.
    # A renovation later than the year of the sale could not affect its price.
    counts = (years >= 0) & ~(renewed <= built)
    traits["renovated"] = np.where(counts, np.exp(-np.where(counts, years, 0.0) / RENOVATION_FADES), 0.0)
    return {**traits, "age": built}


def _sane(name: str, values: Floats) -> Floats:
    """Return values with impossible ones as NaN: areas and years of zero, anything negative or infinite."""
    good = np.isfinite(values) & (values > 0 if name in _NOT_ZERO else values >= 0)
    if name in {"year_built", "year_renovated"}:
        good &= (values >= _YEARS[0]) & (values <= _YEARS[1])
    return np.where(good, values, np.nan)


@dataclass(frozen=True)
class Curve:
    """Scaled trait, clipped to the market's range; `points` are the knots on that scale."""

    trait: Trait
    low: float
    high: float
    points: tuple[float, ...] = ()

    @property
    def width(self) -> int:
        """Number of coefficients."""
        return 1 + len(self.points)

    def columns(self, values: Floats) -> Floats:
        """Return the regressors; shape (n, width), NaN if the value is unknown."""
        scaled = _scaled(self.trait, values).clip(self.low, self.high)
        if not self.points:
            return scaled[:, None]
        return np.stack([scaled, *(np.maximum(scaled - point, 0.0) for point in self.points)], axis=-1)


def curve_of(trait: Trait, values: Floats, *, bent: bool) -> Curve | None:
    """Return the curve of a trait in a market; None if it does not vary.

    One value in a thousand at either end is left out of the range as an error or an extreme.
    """
    scaled = np.sort(_scaled(trait, values[np.isfinite(values)]))
    if not len(scaled):
        return None
    off = len(scaled) // 1000
    low, high = float(scaled[off]), float(scaled[len(scaled) - 1 - off])
    if not low < high:
        return None
    bends = np.unique(np.quantile(scaled, trait.bends)) if bent and trait.bends else np.empty(0)
    return Curve(trait, low, high, tuple(float(point) for point in bends if low < point < high))


def _scaled(trait: Trait, values: Floats) -> Floats:
    return np.log(values) if trait.log else values
