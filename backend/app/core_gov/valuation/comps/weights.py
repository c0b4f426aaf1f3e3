"""Adjustment of sales to a property, their weights, and the reconciled value.

Adjustments are computed in logarithms and shown in money. The logarithmic mean of the prices before and after is L = (b
- a) / ln(b / a). A characteristic's part d of the change ln(b / a) is the amount L d, so the lines add up to the whole
change in any order (Montgomery 1937, Vartia 1976). Each line is rounded to the cent, and the adjusted price is the
price plus its lines.
"""

from dataclasses import dataclass, fields
from functools import cached_property

import numpy as np

from backend.app.core_gov.market.columns import Subject
from backend.app.core_gov.valuation.comps.candidates import SubjectLocation, distances_from, pairwise_distances
from backend.app.core_gov.valuation.comps.characteristics import sale_characteristics, subject_characteristics
from backend.app.core_gov.valuation.comps.comparison import IndicatedValue
from backend.app.core_gov.valuation.comps.kriging import ComparableEvidence, correlation
from backend.app.core_gov.valuation.comps.rates import IndexReader, Matrix, RateRegression
from backend.app.core_gov.valuation.comps.spatial_index import SpatialIndex
from backend.app.kit.arrays import Bools, Floats, Ints

Z_80 = 1.2815516  # standard deviations within which 80 % of a normal distribution lie
_MAX_LOG_ADJUSTMENT = 5.0  # in logarithms: adjustments by a factor of 150 come from a mistake in the data


@dataclass(frozen=True)
class AdjustedSales:
    """Sales adjusted to the subject, as indices into `SpatialIndex`; changes are in log price."""

    found: Ints
    distance_km: Floats
    differences: Matrix
    """Differences of the rates' columns, 0 if one side is unknown; shape (n, numbers)."""
    changes: Matrix
    """Changes by time, then by each curve of the rates; shape (n, 1 + curves)."""
    errors: Matrix
    """Standard errors of the changes."""
    unknown: Bools
    """Curves not computable because the sale's characteristic is unknown; shape (n, curves)."""
    subject_correlation: Floats
    """Share of the variance in common with the subject."""
    adjustment_variance: Floats
    """Variance that the adjustments add to each sale, relative to the market's."""

    @property
    def adjustment_norm(self) -> Floats:
        """Euclidean norm of the changes for characteristics."""
        return np.asarray(np.sqrt((self.changes[:, 1:] ** 2).sum(axis=1)))

    @property
    def order(self) -> Ints:
        """Indices from the most informative sale to the least."""
        return np.lexsort((self.found, 2 * (1 - self.subject_correlation) + self.adjustment_variance))

    def take(self, places: Ints) -> "AdjustedSales":
        """Return some of the sales."""
        return AdjustedSales(*(getattr(self, each.name)[places] for each in fields(self)))


@dataclass(frozen=True)
class WeightedSales:
    """Weighted sales, the heaviest first, and the reconciled value; money in cents."""

    sales: AdjustedSales
    price: Ints
    lines: Ints
    """Changes in money; shape (n, 1 + curves)."""
    weight: Floats
    outlier_factor: Floats
    """Factor by which the weight of an outlier was cut; 1 if not cut."""
    error: Floats
    """Standard error of each sale alone, in logarithms."""
    pinned: Bools
    indicated: IndicatedValue

    @property
    def adjusted(self) -> Ints:
        return np.asarray(self.price + self.lines.sum(axis=1), dtype=np.int64)


@dataclass(frozen=True)
class SalesAdjuster:
    """Inputs to weighting for a subject as of a day: candidates, rates and price index."""

    spatial_index: SpatialIndex
    fit: RateRegression
    index: IndexReader
    as_of: int
    subject: Subject

    @cached_property
    def characteristics(self) -> dict[str, Floats]:
        """Characteristics of the subject, each an array of one."""
        return subject_characteristics(self.subject, self.as_of)

    @cached_property
    def subject_columns(self) -> Matrix:
        """Columns of the subject's curves, one row."""
        return self.fit.design(self.characteristics, 1)

    def adjusted(self, location: SubjectLocation, found: Ints) -> AdjustedSales:
        """Return sales adjusted to the subject."""
        sales, rows, fit, subject_columns = (
            self.spatial_index.sales,
            self.spatial_index.rows[found],
            self.fit,
            self.subject_columns,
        )
        sale_columns = fit.design(sale_characteristics(sales, rows), len(rows))
        differences = subject_columns - sale_columns
        unknown = np.isnan(sale_columns[:, fit.starts]) & np.isfinite(subject_columns[:, fit.starts])
        differences = np.where(np.isfinite(differences), differences, 0.0)
        time, time_error = self.index.change(sales.day[rows], self.as_of)
        effects = fit.effects(differences)
        distance_km = distances_from(self.spatial_index, location, found)
        adjustment_norm = np.sqrt((effects**2).sum(axis=1))
        adjustment_variance = (time_error**2 + unknown @ fit.unknown_variance) / fit.residual_std**2
        return AdjustedSales(
            found=found,
            distance_km=distance_km,
            differences=differences,
            changes=_limited(np.column_stack([time, effects])),
            errors=np.column_stack([time_error, fit.errors(differences)]),
            unknown=unknown,
            subject_correlation=correlation(distance_km, adjustment_norm),
            adjustment_variance=adjustment_variance,
        )

    def weight_sales(self, selected: AdjustedSales, pinned: Bools) -> WeightedSales:
        """Weight the sales, drop redundant ones, and reconcile the rest."""
        rows = self.spatial_index.rows[selected.found]
        price = np.round(self.spatial_index.sales.price[rows] * 100).astype(np.int64)
        lines = _in_cents(price, selected.changes)
        adjusted = np.maximum(price + lines.sum(axis=1), 1)
        evidence = ComparableEvidence(
            np.log(adjusted),
            selected.subject_correlation,
            self._pair_correlation(selected),
            selected.adjustment_variance,
        )
        min_weight = np.where(pinned, 1 / len(rows), 0.0)
        weight, outlier_factor = evidence.weights(self.fit.residual_std, min_weight)
        indicated = self._indicated(selected, evidence, weight, adjusted)
        kept = np.flatnonzero((weight > 0) | pinned)
        kept = kept[np.lexsort((selected.found[kept], -weight[kept]))]
        error = self.fit.residual_std * evidence.error
        return WeightedSales(
            sales=selected.take(kept),
            price=price[kept],
            lines=lines[kept],
            weight=weight[kept],
            outlier_factor=outlier_factor[kept],
            error=np.sqrt(error[kept] ** 2 + self._rate_variance(selected.differences[kept])),
            pinned=pinned[kept],
            indicated=indicated,
        )

    def _pair_correlation(self, selected: AdjustedSales) -> Matrix:
        """Return the variance that sales share pairwise; unknown characteristics are assumed equal to the subject's."""
        effects = selected.changes[:, 1:]
        adjustment_norm = np.sqrt(((effects[:, None] - effects) ** 2).sum(axis=-1))
        return correlation(pairwise_distances(self.spatial_index, selected.found), adjustment_norm)

    def _rate_variance(self, differences: Matrix) -> Floats:
        return np.asarray(np.maximum(((differences @ self.fit.covariance) * differences).sum(axis=1), 0.0))

    def _indicated(
        self, selected: AdjustedSales, evidence: ComparableEvidence, weight: Floats, adjusted: Ints
    ) -> IndicatedValue:
        """Return the weighted mean with its error: from the sales, the rates, the index and unknown characteristics."""
        value = float(weight @ adjusted)
        subject_columns = self.subject_columns[0, self.fit.starts]
        variance = (
            self.fit.residual_std**2 * evidence.variance(weight)
            + self._rate_variance(weight[None, :] @ selected.differences)[0]
            + float(weight @ selected.errors[:, 0]) ** 2
            + float(np.isnan(subject_columns) @ self.fit.unknown_variance)
        )
        error = float(np.sqrt(variance))
        return IndicatedValue(
            value=_money(value),
            low=_money(value * float(np.exp(-Z_80 * error))),
            high=_money(value * float(np.exp(Z_80 * error))),
            standard_error=_money(value * error),
            log_error=error,
            comps=int(np.count_nonzero(weight > 0)),
        )


def _money(cents: float) -> float:
    return round(cents) / 100


def _limited(changes: Matrix) -> Matrix:
    """Scale down changes whose sum is implausibly large."""
    total = np.abs(changes).sum(axis=1, keepdims=True)
    return np.asarray(changes * np.minimum(1.0, _MAX_LOG_ADJUSTMENT / np.maximum(total, _MAX_LOG_ADJUSTMENT)))


def _in_cents(price: Ints, changes: Matrix) -> Ints:
    """Return the changes in cents, by the logarithmic mean of the prices before and after."""
    total = changes.sum(axis=1, keepdims=True)
    small = np.abs(total) < 1e-8
    mean = np.where(small, 1 + total / 2, np.expm1(total) / np.where(small, 1.0, total))
    return np.asarray(np.round(price[:, None] * mean * changes), dtype=np.int64)
