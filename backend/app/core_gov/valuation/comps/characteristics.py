"""Characteristics compared between two homes, and the scale on which each enters the price.

A characteristic is a feature of a sale, or is derived from several. Its curve is linear on that scale, with knots if
the market has enough sales to estimate them. Beyond the values of nearly all sales it is constant, because prices there
are unknown.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from backend.app.core_gov.market.columns import FEATURES, Sales, Subject
from backend.app.kit.arrays import Floats, Ints


@dataclass(frozen=True)
class Characteristic:
    """Characteristic in which homes differ; `unit` is the unit of its rate, such as "sq ft"."""

    name: str
    label: str
    unit: str
    log: bool = False
    """True if it enters as a logarithm, as areas do."""
    knots: tuple[float, ...] = ()
    """Knots of the curve, as quantiles of the sales."""


CHARACTERISTICS = (
    Characteristic("living_sqft", "living area", "sq ft", log=True),
    Characteristic("lot_sqft", "lot", "sq ft", log=True, knots=(0.25, 0.5, 0.75, 0.95)),
    Characteristic("beds", "bedrooms", "bedroom"),
    Characteristic("baths", "bathrooms", "bathroom"),
    Characteristic("age", "age (year built)", "year", knots=(0.25, 0.5, 0.75)),
    Characteristic("grade", "grade", "step"),
    Characteristic("condition", "condition", "step"),
    Characteristic("renovated", "renovation (1 = new, half is gone after 14 years)", "new renovation"),
    Characteristic("basement_sqft", "basement", "sq ft"),
    Characteristic("floors", "floors", "floor"),
    Characteristic("view", "view", "step"),
    Characteristic("waterfront", "waterfront", "step"),
)
"""Characteristics in the order of the lines of a comparison."""

PRIORITY = (
    *("living_sqft", "grade", "age", "lot_sqft", "baths", "condition", "beds"),
    *("renovated", "view", "waterfront", "basement_sqft", "floors"),
)
"""Characteristics in order of priority if there are too few sales for all."""

RENOVATION_DECAY_YEARS = 20.0
"""Years in which the effect of a renovation decays to 1/e."""

_POSITIVE = frozenset({"living_sqft", "lot_sqft", "year_built", "year_renovated"})
_YEARS = (1500.0, 2200.0)
_DAYS_PER_YEAR = 365.2425


def sale_characteristics(sales: Sales, rows: Ints) -> dict[str, Floats]:
    """Return the characteristics of some sales when the price was agreed; unknown ones are NaN."""
    return _derived({name: getattr(sales, name)[rows] for name in FEATURES}, sales.day[rows])


def subject_characteristics(subjects: Sequence[Subject], as_of: Ints) -> dict[str, Floats]:
    """Return the characteristics of properties, each as of its day."""
    return _derived(
        {name: np.array([getattr(each, name) for each in subjects], dtype=np.float64) for name in FEATURES}, as_of
    )


def _derived(features: Mapping[str, Floats], day: Ints) -> dict[str, Floats]:
    known = {name: _valid(name, values) for name, values in features.items()}
    built, renovated = known["year_built"], known["year_renovated"]
    characteristics = {name: known[name] for name in known if name not in {"latitude", "longitude", "year_built"}}
    characteristics.pop("year_renovated")
    years = np.floor(1970 + day / _DAYS_PER_YEAR) - renovated
    # A home without a year of renovation was not renovated; nor was one "renovated" before or when it was built.
    # A renovation later than the year of the sale could not affect its price.
    counts = (years >= 0) & ~(renovated <= built)
    characteristics["renovated"] = np.where(counts, np.exp(-np.where(counts, years, 0.0) / RENOVATION_DECAY_YEARS), 0.0)
    return {**characteristics, "age": built}


def _valid(name: str, values: Floats) -> Floats:
    """Return values with impossible ones as NaN: areas and years of zero, anything negative or infinite."""
    valid = np.isfinite(values) & (values > 0 if name in _POSITIVE else values >= 0)
    if name in {"year_built", "year_renovated"}:
        valid &= (values >= _YEARS[0]) & (values <= _YEARS[1])
    return np.where(valid, values, np.nan)


@dataclass(frozen=True)
class Curve:
    """Scaled characteristic, clipped to the market's range; `knots` are on that scale."""

    characteristic: Characteristic
    low: float
    high: float
    knots: tuple[float, ...] = ()

    @property
    def width(self) -> int:
        """Number of coefficients."""
        return 1 + len(self.knots)

    def columns(self, values: Floats) -> Floats:
        """Return the regressors; shape (n, width), NaN if the value is unknown."""
        scaled = _scaled(self.characteristic, values).clip(self.low, self.high)
        if not self.knots:
            return scaled[:, None]
        return np.stack([scaled, *(np.maximum(scaled - knot, 0.0) for knot in self.knots)], axis=-1)


def fit_curve(characteristic: Characteristic, values: Floats, *, with_knots: bool) -> Curve | None:
    """Return the curve of a characteristic in a market; None if it does not vary.

    One value in a thousand at either end is left out of the range as an error or an extreme.
    """
    scaled = np.sort(_scaled(characteristic, values[np.isfinite(values)]))
    if not len(scaled):
        return None
    tail = len(scaled) // 1000
    low, high = float(scaled[tail]), float(scaled[len(scaled) - 1 - tail])
    if not low < high:
        return None
    knots = np.unique(np.quantile(scaled, characteristic.knots)) if with_knots and characteristic.knots else np.empty(0)
    return Curve(characteristic, low, high, tuple(float(knot) for knot in knots if low < knot < high))


def _scaled(characteristic: Characteristic, values: Floats) -> Floats:
    return np.log(values) if characteristic.log else values
