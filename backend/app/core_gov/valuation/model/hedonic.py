"""Hedonic baseline: linear effects of characteristics and the market level over time.

The log price is regressed on characteristics, area and the half month of the sale. The baseline extrapolates where
trees cannot: to a home larger than any that sold, and to a day after the last sale, which has the last level.
"""

from dataclasses import dataclass

import numpy as np

from backend.app.core_gov.valuation.model.homes import Homes
from backend.app.kit.arrays import Floats, Ints

_DAYS_PER_KNOT = 14.0
_MAX_KNOTS = 60
_MAX_AREAS = 60
_SMOOTHNESS_PENALTY = 200.0
"""Penalty on the squared second difference of the level, relative to a squared residual."""
_CHARACTERISTIC_RIDGE = 2.0
_AREA_RIDGE = 5.0
_MAX_DEVIATIONS = 4.0
"""Standard deviations at which a characteristic is clipped, because so few homes lie beyond."""


@dataclass(frozen=True)
class PriceLevel:
    """Market level as a log price, linear between knots; `days` are the knots."""

    days: Floats
    values: Floats

    def at(self, day: Ints) -> Floats:
        return np.interp(day, self.days, self.values)


@dataclass(frozen=True)
class Hedonic:
    """Linear model of the log price."""

    names: tuple[str, ...]
    mean: Floats
    std: Floats
    coefficients: Floats
    level: PriceLevel

    def characteristic_effects(self, homes: Homes) -> Floats:
        """Return the effect of the characteristics, without the level."""
        return np.asarray((_standardized(homes, self.names, self.mean, self.std) * self.coefficients).sum(axis=1))

    def predict(self, homes: Homes) -> Floats:
        """Return the linear prediction of the log price."""
        return self.level.at(homes.day) + self.characteristic_effects(homes)


def fit_hedonic(homes: Homes, log_price: Floats) -> Hedonic:
    """Fit by penalized least squares; areas are estimated jointly, then left to the trees."""
    columns = _columns(homes)
    names = tuple(name for name, values in columns.items() if _varies(values))
    mean = np.array([np.nanmean(columns[name]) for name in names])
    std = np.array([np.nanstd(columns[name]) for name in names])
    characteristics = _standardized(homes, names, mean, std)
    hat_columns, days = _hat_functions(homes.day)
    areas = _largest_areas(homes.area)
    design = np.concatenate([characteristics, areas, hat_columns], axis=1)
    second_difference = np.diff(np.eye(hat_columns.shape[1]), 2, axis=0)
    penalty = np.zeros((design.shape[1],) * 2)
    ridge = np.r_[np.full(characteristics.shape[1], _CHARACTERISTIC_RIDGE), np.full(areas.shape[1], _AREA_RIDGE)]
    penalty[range(len(ridge)), range(len(ridge))] = ridge
    penalty[len(ridge) :, len(ridge) :] = _SMOOTHNESS_PENALTY * second_difference.T @ second_difference + 1e-6 * np.eye(
        hat_columns.shape[1]
    )
    middle_price = float(np.median(log_price))
    found = np.asarray(np.linalg.solve(design.T @ design + penalty, design.T @ (log_price - middle_price)))
    found = found.round(9)  # smaller digits depend on the machine's order of addition
    level = PriceLevel(days, found[len(ridge) :] + middle_price)
    return Hedonic(names, mean, std, found[: characteristics.shape[1]], level)


def _columns(homes: Homes) -> dict[str, Floats]:
    """Return the regressors by name; NaN where unknown."""
    characteristics, year = homes.characteristics, homes.year
    age = year - characteristics["year_built"]
    effective_age = year - np.fmax(characteristics["year_built"], characteristics["year_renovated"])
    found = {
        "log living_sqft": np.log(positive(characteristics["living_sqft"])),
        "log lot_sqft": np.log(positive(characteristics["lot_sqft"])),
        "age": np.clip(age, 0.0, 150.0),
        "years since works": np.clip(effective_age, 0.0, 150.0),
        **{
            name: characteristics[name]
            for name in ("beds", "baths", "grade", "condition", "floors", "view", "waterfront")
        },
        "basement_sqft": characteristics["basement_sqft"],
    }
    squares = {f"{name} squared": found[name] ** 2 for name in ("log living_sqft", "age", "grade")}
    missing = {f"no {name}": (~np.isfinite(values)).astype(np.float64) for name, values in found.items()}
    return found | squares | missing


def positive(values: Floats) -> Floats:
    return np.where(values > 0, values, np.nan)


def _varies(values: Floats) -> bool:
    known = values[np.isfinite(values)]
    return len(known) > 0.2 * len(values) and float(np.std(known)) > 1e-6


def _standardized(homes: Homes, names: tuple[str, ...], mean: Floats, std: Floats) -> Floats:
    columns = _columns(homes)
    matrix = (np.stack([columns[name] for name in names], axis=1) - mean) / std if names else np.zeros((len(homes), 0))
    return np.nan_to_num(np.clip(matrix, -_MAX_DEVIATIONS, _MAX_DEVIATIONS), nan=0.0)


def _hat_functions(day: Ints) -> tuple[Floats, Floats]:
    """Return the weights of each day on the two knots around it, and the knots."""
    first, last = float(day.min()), float(day.max())
    count = int(np.clip((last - first) / _DAYS_PER_KNOT + 1, 3, _MAX_KNOTS))
    knots: Floats = np.linspace(first, max(last, first + 2.0), count)
    gap = knots[1] - knots[0]
    return np.maximum(0.0, 1.0 - np.abs(day[:, None] - knots[None, :]) / gap), knots


def _largest_areas(area: Ints) -> Floats:
    codes, counts = np.unique(area[area >= 0], return_counts=True)
    largest = codes[np.argsort(-counts, kind="stable")[:_MAX_AREAS]]
    return np.asarray(area[:, None] == largest[None, :], dtype=np.float64)
