"""Adjustment rates: the price effect of one more unit of a trait, estimated from the market's own sales.

A regression of the log price, brought to the as-of date by the price index, on the traits of the home, in differences
from the neighbors, so that the effect of location cancels: spatial first differences (Druckenmiller and Hsiang 2018),
or the within estimator of area effects if there are no coordinates. Outliers are downweighted (Huber 1964). Standard
errors are clustered by map block (Liang and Zeger 1986). A weak ridge penalty matters only where the sales carry little
information.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from backend.app.core_gov.market.columns import UNKNOWN, Sales, date_of
from backend.app.core_gov.valuation.comps import similarity
from backend.app.core_gov.valuation.comps.differences import Neighbours, neighbours_of
from backend.app.core_gov.valuation.comps.spatial_index import in_play
from backend.app.core_gov.valuation.comps.traits import FIRST, TRAITS, Curve, Trait, curve_of, traits_of_sales
from backend.app.kit.arrays import Bools, Floats, Ints

SALES_USED = 50_000
"""Maximum number of sales used; the latest are kept."""

SALES_A_NUMBER = 6
"""Number of sales required for each coefficient."""

SALES_FOR_BENDS = 500
"""Number of sales below which every trait is linear."""

SALES_OF_A_TYPE = 500
"""Number of sales from which a property type has its own rates; other types use the market's."""

NO_RATE = "no rate: "
"""Prefix of the reason if a trait has no rate."""

_DIFFERING = 6
"""Minimum number of sales that must differ from their neighbors in a trait for it to be estimated."""

_HUBER = 1.5  # standard deviations
_ROUNDS = 6
_RIDGE = 0.3  # prior standard deviation of a trait's effect over all differences, in logarithms
_ERRING_TOGETHER = 20  # minimum number of clusters for clustered standard errors
_USUAL_SPREAD, _USUAL_WORTH = 0.25, 5  # prior standard deviation of prices, and its weight in sales
_EIGHTY = 1.2815515594600038  # standard deviations within which 80 % of a normal distribution lie
_FARTHER = 1.1  # ratio of comparables' errors to neighbors', from rolling validation

Matrix = NDArray[np.float64]


class IndexReader(Protocol):
    """Price index; implemented by `market.indexes.price_index.PriceIndex`."""

    @property
    def source(self) -> str: ...

    def change(self, from_day: Ints, to_day: int) -> tuple[Floats, Floats]: ...


@dataclass(frozen=True)
class Rate:
    """Effect of one more unit of a trait at its median, as a share of the price; None if unknown."""

    trait: Trait
    share: float | None
    standard_error: float | None
    sales: int
    """Number of sales that differ from their neighbors in the trait."""
    source: str
    """Source of the rate, or the reason why there is none, as a sentence."""


@dataclass(frozen=True)
class Fit:
    """Rates of one property type, or of the whole market."""

    curves: tuple[Curve, ...]
    numbers: Floats
    """Coefficient of each column of each curve, in log price."""
    covariance: Matrix
    spread: float
    """Residual standard deviation of the log price."""
    usual: Floats
    """Variance of each curve's effect among neighbors: the uncertainty if the trait is unknown."""
    sales: int
    rates: Mapping[str, Rate]

    @cached_property
    def of_curve(self) -> Ints:
        """Index of the curve that each column belongs to."""
        return np.repeat(np.arange(len(self.curves)), [curve.width for curve in self.curves])

    @cached_property
    def starts(self) -> Ints:
        """Index of the first column of each curve."""
        widths = [curve.width for curve in self.curves]
        return np.cumsum([0, *widths[:-1]]) if widths else np.zeros(0, dtype=np.int64)

    def design(self, traits: Mapping[str, Floats], count: int) -> Matrix:
        """Return the columns of all curves for some homes; shape (count, numbers)."""
        if not self.curves:
            return np.empty((count, 0))
        return np.concatenate([curve.columns(traits[curve.trait.name]) for curve in self.curves], axis=1)

    def effects(self, columns: Matrix) -> Matrix:
        """Return the effect of each trait on the log price; shape (n, curves). Also accepts differences of columns."""
        return np.asarray((columns * self.numbers) @ self._gather)

    def errors(self, differences: Matrix) -> Matrix:
        """Return the standard error of the effect of a difference in each trait; shape (n, curves)."""
        own = self.of_curve[:, None] == self.of_curve
        return np.asarray(np.sqrt(np.maximum(differences * (differences @ (self.covariance * own)) @ self._gather, 0)))

    @cached_property
    def _gather(self) -> Matrix:
        return np.asarray(self.of_curve[:, None] == np.arange(len(self.curves)), dtype=np.float64)


@dataclass(frozen=True)
class Rates:
    """Adjustment rates of a market as of a day."""

    as_of: int
    whole: Fit
    of_types: Mapping[int, Fit]
    """Fits by type code, for types with enough sales of their own."""

    def of(self, property_type: int) -> Fit:
        """Return the rates that apply to a property type."""
        return self.of_types.get(property_type, self.whole)


def estimate_rates(sales: Sales, as_of: int, index: IndexReader) -> Rates:
    """Estimate the rates from the usable sales that closed before a day."""
    rows = in_play(sales, as_of)
    rows = rows[np.sort(np.argsort(-sales.close_day[rows], kind="stable")[:SALES_USED])]
    codes, counts = np.unique(sales.property_type[rows], return_counts=True)
    large = [int(code) for code, count in zip(codes, counts, strict=True) if count >= SALES_OF_A_TYPE]
    own = [code for code in large if code != UNKNOWN and len(codes) > 1]
    of_types = {
        code: _fit(sales, rows[sales.property_type[rows] == code], as_of, index, sales.types.text(code)) for code in own
    }
    return Rates(as_of, _fit(sales, rows, as_of, index, None), of_types)


# --- One regression -----------------------------------------------------------------------------------------


def _fit(sales: Sales, rows: Ints, as_of: int, index: IndexReader, kind: str | None) -> Fit:
    near = neighbours_of(sales, rows)
    what = f"{len(near.rows):,} sales of this market"
    if kind is not None:
        what = f"{len(near.rows):,} sales of type {kind}"
    source = f"{what} closed before {date_of(as_of)}"
    traits = traits_of_sales(sales, near.rows)
    curves, differing, refused = _chosen(near, traits)
    columns = [column for curve in curves for column in curve.columns(traits[curve.trait.name]).T]
    seen = np.stack([near.differences(column) for column in columns], -1) if columns else np.empty((len(near.rows), 0))
    price = np.log(sales.price[near.rows]) + index.change(sales.day[near.rows], as_of)[0]
    numbers, covariance, residual = _regression(seen, near.differences(price), near.block)
    bare = Fit(curves, numbers, covariance, _USUAL_SPREAD, np.zeros(len(curves)), len(near.rows), {})
    effects = bare.effects(seen)
    usual = (effects**2).mean(axis=0) if len(effects) else np.zeros(len(curves))
    spread = _spread(near, price, residual, bare, traits)
    stated = _stated(bare, traits, differing, refused, f"regression on {source}, {near.words}", source)
    return Fit(curves, numbers, covariance, spread, usual, len(near.rows), stated)


def _chosen(near: Neighbours, traits: Mapping[str, Floats]) -> tuple[tuple[Curve, ...], dict[str, int], dict[str, str]]:
    """Return the curves that can be estimated, how many sales inform each, and why the others are left out."""
    room = len(near.rows) // SALES_A_NUMBER
    chosen: dict[str, Curve] = {}
    differing: dict[str, int] = {}
    refused: dict[str, str] = {}
    by_name = {trait.name: trait for trait in TRAITS}
    for name in FIRST:
        curve = curve_of(by_name[name], traits[name], bent=len(near.rows) >= SALES_FOR_BENDS)
        if curve is None:
            refused[name] = _all_the_same(traits[name])
            continue
        differing[name] = int(np.count_nonzero(near.differences(curve.columns(traits[name])[:, 0])))
        if differing[name] < _DIFFERING:
            refused[name] = f"different from the neighbours' in fewer than {_DIFFERING} sales"
        elif curve.width > room:
            refused[name] = f"too few sales ({len(near.rows)}) to estimate one more rate"
        else:
            chosen[name] = curve
            room -= curve.width
    return tuple(chosen[trait.name] for trait in TRAITS if trait.name in chosen), differing, refused


def _all_the_same(values: Floats) -> str:
    """Return why a trait is uninformative, phrased without "it" so that one sentence can cover several traits."""
    known = int(np.isfinite(values).sum())
    if not known:
        return "not known of any sale"
    return "known of only one sale" if known == 1 else "the same in all sales"


def _regression(seen: Matrix, price: Floats, block: Ints) -> tuple[Floats, Matrix, Floats]:
    """Return coefficients, their covariance, and the residuals."""
    count, width = seen.shape
    if not width:
        return np.zeros(0), np.zeros((0, 0)), price
    scale = np.sqrt((seen**2).mean(axis=0))
    scaled = seen / scale
    weight, numbers, spread = np.ones(count), np.zeros(width), 1.0
    precision = np.eye(width)
    for turn in range(_ROUNDS):
        residual = price - scaled @ numbers
        spread = max(float(np.median(np.abs(residual))) * 1.4826, 1e-6)
        if turn:
            weight = np.minimum(1.0, _HUBER * spread / np.maximum(np.abs(residual), 1e-12))
        weighted = scaled * weight[:, None]
        precision = weighted.T @ scaled + np.eye(width) * (spread / _RIDGE) ** 2
        numbers = np.linalg.solve(precision, weighted.T @ price)
    residual = price - scaled @ numbers
    inverse: Matrix = np.asarray(np.linalg.inv(precision), dtype=np.float64)
    covariance = _together(scaled, np.asarray(weight * residual, dtype=np.float64), block, inverse)
    if covariance is None:
        free = max(count - width, 1)
        covariance = np.asarray(inverse * (float((weight * residual**2).sum()) / free))
    return numbers / scale, covariance / np.outer(scale, scale), residual


def _together(scaled: Matrix, error: Floats, block: Ints, inverse: Matrix) -> Matrix | None:
    """Return the covariance clustered by block; None if there are too few blocks."""
    patches = int(block.max()) + 1
    if patches < _ERRING_TOGETHER:
        return None
    score = np.stack([np.bincount(block, column * error, patches) for column in scaled.T], axis=-1)
    return np.asarray(inverse @ (score.T @ score) @ inverse) * patches / (patches - 1)


def _spread(near: Neighbours, price: Floats, residual: Floats, fit: Fit, traits: Mapping[str, Floats]) -> float:
    """Return the standard deviation at which the 80 % range of `similarity` holds 80 % of the neighbors."""
    ratio = _pair_errors(near, price, fit, traits) if near.nearest is not None else np.abs(residual)
    count = len(near.rows)
    if not count:
        return _USUAL_SPREAD
    seen = float(np.quantile(ratio, 0.8)) / _EIGHTY
    seen *= _FARTHER
    return float(np.sqrt((count * seen**2 + _USUAL_WORTH * _USUAL_SPREAD**2) / (count + _USUAL_WORTH)))


def _pair_errors(near: Neighbours, price: Floats, fit: Fit, traits: Mapping[str, Floats]) -> Floats:
    """Return the deviation of each sale from each neighbor after all adjustments, relative to that expected."""
    assert near.nearest is not None
    assert near.kilometres is not None
    nearest, kilometres = near.nearest, near.kilometres
    effects = np.nan_to_num(fit.effects(fit.design(traits, len(near.rows))))
    worth = price - effects.sum(axis=1)
    apart = np.sqrt(((effects[:, None] - effects[nearest]) ** 2).sum(axis=-1))
    expected = np.sqrt(2 * (1 - similarity.in_common(kilometres, apart)))
    return np.asarray(np.abs(worth[:, None] - worth[nearest]) / expected).ravel()


# --- Rates as they are reported ---------------------------------------------------------------------------


def _stated(
    fit: Fit,
    traits: Mapping[str, Floats],
    differing: Mapping[str, int],
    refused: Mapping[str, str],
    regression: str,
    source: str,
) -> dict[str, Rate]:
    rates = {}
    for trait in TRAITS:
        if trait.name in refused:
            why = f"{NO_RATE}{refused[trait.name]}, among {source}"
            rates[trait.name] = Rate(trait, None, None, differing.get(trait.name, 0), why)
            continue
        middle = np.nanmedian(traits[trait.name])
        share, error = slope(fit, trait.name, float(middle))
        rates[trait.name] = Rate(trait, share, error, differing[trait.name], regression)
    return rates


def slope(fit: Fit, name: str, value: float) -> tuple[float, float]:
    """Return the effect of one more unit of a trait at a value, as a share of the price, and its standard error.

    Near the upper end of the market's range the step is taken inward.
    """
    at = next(place for place, curve in enumerate(fit.curves) if curve.trait.name == name)
    curve = fit.curves[at]
    ends = np.exp([curve.low, curve.high]) if curve.trait.log else np.array([curve.low, curve.high])
    step = min(1.0, float(ends[1] - ends[0]))
    start = float(np.clip(value, ends[0], ends[1] - step))
    columns = curve.columns(np.array([start, start + step]))
    difference = (columns[1] - columns[0]) / step
    mine: Bools = fit.of_curve == at
    covariance = fit.covariance[np.ix_(mine, mine)]
    return float(difference @ fit.numbers[mine]), float(np.sqrt(max(difference @ covariance @ difference, 0.0)))
