"""Adjustment rates: the price effect of one more unit of a characteristic, estimated from the market's own sales.

The log price, adjusted to the as-of date by the price index, is regressed on the characteristics of the home. Both are
differences from the neighbors, so that the effect of location cancels: spatial first differences (Druckenmiller and
Hsiang 2018), or the within estimator of area effects if there are no coordinates. Outliers are downweighted (Huber
1964). Standard errors are clustered by map block (Liang and Zeger 1986). A weak ridge penalty matters only where the
sales carry little information.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from backend.app.core_gov.market.columns import UNKNOWN, Sales, date_of
from backend.app.core_gov.valuation.comps.characteristics import (
    CHARACTERISTICS,
    PRIORITY,
    Characteristic,
    Curve,
    fit_curve,
    sale_characteristics,
)
from backend.app.core_gov.valuation.comps.differences import SaleNeighbors, find_neighbors
from backend.app.core_gov.valuation.comps.kriging import correlation
from backend.app.core_gov.valuation.comps.spatial_index import comparable_rows
from backend.app.kit.arrays import Bools, Floats, Ints

MAX_SALES_USED = 50_000
"""Maximum number of sales used; the latest are kept."""

SALES_PER_COEFFICIENT = 6
"""Number of sales required for each coefficient."""

MIN_SALES_FOR_KNOTS = 500
"""Number of sales below which every characteristic is linear."""

MIN_SALES_OF_TYPE = 500
"""Number of sales from which a property type has its own rates; other types use the market's."""

NO_RATE = "no rate: "
"""Prefix of the reason if a characteristic has no rate."""

_MIN_INFORMATIVE = 6
"""Minimum number of sales that must differ from their neighbors in a characteristic for it to be estimated."""

_HUBER = 1.5  # standard deviations
_ITERATIONS = 6
_RIDGE = 0.3  # prior standard deviation of a characteristic's effect over all differences, in logarithms
_MIN_CLUSTERS = 20  # minimum number of clusters for clustered standard errors
_PRIOR_STD, _PRIOR_SALES = 0.25, 5  # prior standard deviation of prices, and its weight in sales
_BLOCK = 500  # sales computed at once, so that the numbers of a block stay in the processor's cache
_Z_80 = 1.2815515594600038  # standard deviations within which 80 % of a normal distribution lie
_COMPS_ERROR_RATIO = 1.1  # ratio of comparables' errors to neighbors', from rolling validation

Matrix = NDArray[np.float64]


class IndexReader(Protocol):
    """Price index; implemented by `market.indexes.price_index.PriceIndex`."""

    @property
    def source(self) -> str: ...

    def change(self, from_day: Ints, to_day: int) -> tuple[Floats, Floats]: ...


@dataclass(frozen=True)
class Rate:
    """Effect of one more unit of a characteristic at its median, as a share of the price; None if unknown."""

    characteristic: Characteristic
    share: float | None
    standard_error: float | None
    sales: int
    """Number of sales that differ from their neighbors in the characteristic."""
    source: str
    """Source of the rate, or the reason why there is none, as a sentence."""


@dataclass(frozen=True)
class RateRegression:
    """Rates of one property type, or of the whole market."""

    curves: tuple[Curve, ...]
    coefficients: Floats
    """Coefficient of each column of each curve, in log price."""
    covariance: Matrix
    residual_std: float
    """Residual standard deviation of the log price."""
    unknown_variance: Floats
    """Variance of each curve's effect among neighbors: the uncertainty if the characteristic is unknown."""
    sales: int
    rates: Mapping[str, Rate]

    @cached_property
    def curve_of_column(self) -> Ints:
        """Index of the curve that each column belongs to."""
        return np.repeat(np.arange(len(self.curves)), [curve.width for curve in self.curves])

    @cached_property
    def starts(self) -> Ints:
        """Index of the first column of each curve."""
        widths = [curve.width for curve in self.curves]
        return np.cumsum([0, *widths[:-1]]) if widths else np.zeros(0, dtype=np.int64)

    def design(self, characteristics: Mapping[str, Floats], count: int) -> Matrix:
        """Return the columns of all curves for some homes; shape (count, coefficients)."""
        if not self.curves:
            return np.empty((count, 0))
        return np.concatenate(
            [curve.columns(characteristics[curve.characteristic.name]) for curve in self.curves], axis=1
        )

    def effects(self, columns: Matrix) -> Matrix:
        """Return the effect of each characteristic on the log price, from columns or their differences; (n, curves)."""
        return self._by_curve(columns * self.coefficients)

    def errors(self, differences: Matrix) -> Matrix:
        """Return the standard error of the effect of a difference in each characteristic; shape (n, curves)."""
        same_curve = self.curve_of_column[:, None] == self.curve_of_column
        return np.asarray(
            np.sqrt(np.maximum(self._by_curve(differences * (differences @ (self.covariance * same_curve))), 0))
        )

    def _by_curve(self, columns: Matrix) -> Matrix:
        """Sum the columns of each curve, in their order: the same for one row as for many."""
        found = columns[..., self.starts]
        widths = np.array([curve.width for curve in self.curves], dtype=np.int64)
        for place in range(1, max(widths, default=0)):
            wide = np.flatnonzero(widths > place)
            found[..., wide] += columns[..., self.starts[wide] + place]
        return np.asarray(found)


@dataclass(frozen=True)
class AdjustmentRates:
    """Adjustment rates of a market as of a day."""

    as_of: int
    market: RateRegression
    by_type: Mapping[int, RateRegression]
    """Fits by type code, for types with enough sales of their own."""

    def of(self, property_type: int) -> RateRegression:
        """Return the rates that apply to a property type."""
        return self.by_type.get(property_type, self.market)


def estimate_rates(sales: Sales, as_of: int, index: IndexReader) -> AdjustmentRates:
    """Estimate the rates from the usable sales that closed before a day."""
    rows = comparable_rows(sales, as_of)
    rows = rows[np.sort(np.argsort(-sales.close_day[rows], kind="stable")[:MAX_SALES_USED])]
    codes, counts = np.unique(sales.type_class[rows], return_counts=True)
    large = [int(code) for code, count in zip(codes, counts, strict=True) if count >= MIN_SALES_OF_TYPE]
    own_codes = [code for code in large if code != UNKNOWN and len(codes) > 1]
    by_type = {
        code: _regress(sales, rows[sales.type_class[rows] == code], as_of, index, sales.types.text(code))
        for code in own_codes
    }
    return AdjustmentRates(as_of, _regress(sales, rows, as_of, index, None), by_type)


# Regression


def _regress(sales: Sales, rows: Ints, as_of: int, index: IndexReader, type_name: str | None) -> RateRegression:
    neighbors = find_neighbors(sales, rows)
    sample = f"{len(neighbors.rows):,} sales in this market"
    if type_name is not None:
        sample = f"{len(neighbors.rows):,} sales of type {type_name}"
    source = f"{sample} that closed before {date_of(as_of)}"
    characteristics = sale_characteristics(sales, neighbors.rows)
    curves, informative, omitted = _select_curves(neighbors, characteristics)
    columns = [column for curve in curves for column in curve.columns(characteristics[curve.characteristic.name]).T]
    differences = (
        np.stack([neighbors.differences(column) for column in columns], -1)
        if columns
        else np.empty((len(neighbors.rows), 0))
    )
    price = np.log(sales.price[neighbors.rows]) + index.change(sales.day[neighbors.rows], as_of)[0]
    coefficients, covariance, residual = _regression(differences, neighbors.differences(price), neighbors.cluster)
    unscaled = RateRegression(
        curves, coefficients, covariance, _PRIOR_STD, np.zeros(len(curves)), len(neighbors.rows), {}
    )
    effects = unscaled.effects(differences)
    unknown_variance = (effects**2).mean(axis=0) if len(effects) else np.zeros(len(curves))
    residual_std = _calibrated_std(neighbors, price, residual, unscaled, characteristics)
    rates = _rates(
        unscaled, characteristics, informative, omitted, f"regression on {source}, {neighbors.description}", source
    )
    return RateRegression(curves, coefficients, covariance, residual_std, unknown_variance, len(neighbors.rows), rates)


def _select_curves(
    neighbors: SaleNeighbors, characteristics: Mapping[str, Floats]
) -> tuple[tuple[Curve, ...], dict[str, int], dict[str, str]]:
    """Return the curves that can be estimated, how many sales inform each, and why the others are left out."""
    remaining = len(neighbors.rows) // SALES_PER_COEFFICIENT
    chosen: dict[str, Curve] = {}
    informative: dict[str, int] = {}
    omitted: dict[str, str] = {}
    by_name = {characteristic.name: characteristic for characteristic in CHARACTERISTICS}
    for name in PRIORITY:
        curve = fit_curve(by_name[name], characteristics[name], with_knots=len(neighbors.rows) >= MIN_SALES_FOR_KNOTS)
        if curve is None:
            omitted[name] = _no_variation(characteristics[name])
            continue
        informative[name] = int(np.count_nonzero(neighbors.differences(curve.columns(characteristics[name])[:, 0])))
        if informative[name] < _MIN_INFORMATIVE:
            omitted[name] = f"fewer than {_MIN_INFORMATIVE} sales differ from their neighbors"
        elif curve.width > remaining:
            omitted[name] = f"too few sales ({len(neighbors.rows)}) to estimate one more rate"
        else:
            chosen[name] = curve
            remaining -= curve.width
    return (
        tuple(chosen[characteristic.name] for characteristic in CHARACTERISTICS if characteristic.name in chosen),
        informative,
        omitted,
    )


def _no_variation(values: Floats) -> str:
    """Return why a characteristic is uninformative, in words that fit one characteristic or several."""
    known = int(np.isfinite(values).sum())
    if not known:
        return "unknown for all sales"
    return "known for only one sale" if known == 1 else "the same in all sales"


def _regression(differences: Matrix, price: Floats, cluster: Ints) -> tuple[Floats, Matrix, Floats]:
    """Return coefficients, their covariance, and the residuals."""
    count, width = differences.shape
    if not width:
        return np.zeros(0), np.zeros((0, 0)), price
    scale = np.sqrt((differences**2).mean(axis=0))
    scaled = differences / scale
    weights, coefficients, residual_std = np.ones(count), np.zeros(width), 1.0
    precision = np.eye(width)
    for iteration in range(_ITERATIONS):
        residual = price - scaled @ coefficients
        residual_std = max(float(np.median(np.abs(residual))) * 1.4826, 1e-6)
        if iteration:
            weights = np.minimum(1.0, _HUBER * residual_std / np.maximum(np.abs(residual), 1e-12))
        weighted = scaled * weights[:, None]
        precision = weighted.T @ scaled + np.eye(width) * (residual_std / _RIDGE) ** 2
        coefficients = np.linalg.solve(precision, weighted.T @ price)
    residual = price - scaled @ coefficients
    inverse: Matrix = np.asarray(np.linalg.inv(precision), dtype=np.float64)
    covariance = _clustered_covariance(scaled, np.asarray(weights * residual, dtype=np.float64), cluster, inverse)
    if covariance is None:
        degrees_of_freedom = max(count - width, 1)
        covariance = np.asarray(inverse * (float((weights * residual**2).sum()) / degrees_of_freedom))
    return coefficients / scale, covariance / np.outer(scale, scale), residual


def _clustered_covariance(scaled: Matrix, error: Floats, cluster: Ints, inverse: Matrix) -> Matrix | None:
    """Return the covariance clustered by block; None if there are too few blocks."""
    clusters = int(cluster.max()) + 1
    if clusters < _MIN_CLUSTERS:
        return None
    score = np.stack([np.bincount(cluster, column * error, clusters) for column in scaled.T], axis=-1)
    return np.asarray(inverse @ (score.T @ score) @ inverse) * clusters / (clusters - 1)


def _calibrated_std(
    neighbors: SaleNeighbors,
    price: Floats,
    residual: Floats,
    fit: RateRegression,
    characteristics: Mapping[str, Floats],
) -> float:
    """Return the standard deviation at which the 80 % range of `kriging` holds 80 % of the neighbors."""
    ratio = _pair_errors(neighbors, price, fit, characteristics) if neighbors.nearest is not None else np.abs(residual)
    count = len(neighbors.rows)
    if not count:
        return _PRIOR_STD
    observed = float(np.quantile(ratio, 0.8)) / _Z_80
    observed *= _COMPS_ERROR_RATIO
    return float(np.sqrt((count * observed**2 + _PRIOR_SALES * _PRIOR_STD**2) / (count + _PRIOR_SALES)))


def _pair_errors(
    neighbors: SaleNeighbors, price: Floats, fit: RateRegression, characteristics: Mapping[str, Floats]
) -> Floats:
    """Return the deviation of each sale from each neighbor after all adjustments, relative to that expected."""
    assert neighbors.nearest is not None
    assert neighbors.distance_km is not None
    nearest, distance_km = neighbors.nearest, neighbors.distance_km
    effects = np.nan_to_num(fit.effects(fit.design(characteristics, len(neighbors.rows))))
    adjusted = price - effects.sum(axis=1)
    adjustment_norm = np.empty(nearest.shape)
    for start in range(0, len(nearest), _BLOCK):
        some = slice(start, start + _BLOCK)
        adjustment_norm[some] = np.sqrt(((effects[some, None] - effects[nearest[some]]) ** 2).sum(axis=-1))
    expected = np.sqrt(2 * (1 - correlation(distance_km, adjustment_norm)))
    return np.asarray(np.abs(adjusted[:, None] - adjusted[nearest]) / expected).ravel()


# Reported rates


def _rates(
    fit: RateRegression,
    characteristics: Mapping[str, Floats],
    informative: Mapping[str, int],
    omitted: Mapping[str, str],
    regression: str,
    source: str,
) -> dict[str, Rate]:
    rates = {}
    for characteristic in CHARACTERISTICS:
        if characteristic.name in omitted:
            why = f"{NO_RATE}{omitted[characteristic.name]}, among {source}"
            rates[characteristic.name] = Rate(characteristic, None, None, informative.get(characteristic.name, 0), why)
            continue
        median = np.nanmedian(characteristics[characteristic.name])
        share, error = slope(fit, characteristic.name, float(median))
        rates[characteristic.name] = Rate(characteristic, share, error, informative[characteristic.name], regression)
    return rates


def slope(fit: RateRegression, name: str, value: float) -> tuple[float, float]:
    """Return the price effect of one more unit of a characteristic at a value, and its standard error, as shares.

    Near the upper end of the market's range the step is taken inward.
    """
    position = next(place for place, curve in enumerate(fit.curves) if curve.characteristic.name == name)
    curve = fit.curves[position]
    ends = np.exp([curve.low, curve.high]) if curve.characteristic.log else np.array([curve.low, curve.high])
    step = min(1.0, float(ends[1] - ends[0]))
    start = float(np.clip(value, ends[0], ends[1] - step))
    columns = curve.columns(np.array([start, start + step]))
    difference = (columns[1] - columns[0]) / step
    own_columns: Bools = fit.curve_of_column == position
    covariance = fit.covariance[np.ix_(own_columns, own_columns)]
    return float(difference @ fit.coefficients[own_columns]), float(
        np.sqrt(max(difference @ covariance @ difference, 0.0))
    )
