"""Adjustment of sales to a property, their weights, and the reconciled value.

Adjustments are computed in logarithms and shown in money. The logarithmic mean of the prices before and after is L = (b
- a) / ln(b / a). A characteristic's part d of the change ln(b / a) is the amount L d, so the lines add up to the whole
change in any order (Montgomery 1937, Vartia 1976). Each line is rounded to the cent, and the adjusted price is the
price plus its lines.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from functools import cached_property

import numpy as np

from backend.app.core_gov.valuation.comps.candidates import (
    CandidatePool,
    ComparisonQuery,
    distances_from,
    pairwise_distances,
)
from backend.app.core_gov.valuation.comps.characteristics import sale_characteristics, subject_characteristics
from backend.app.core_gov.valuation.comps.comparison import IndicatedValue
from backend.app.core_gov.valuation.comps.kriging import ComparableEvidence, correlation, product
from backend.app.core_gov.valuation.comps.rates import IndexReader, Matrix, RateRegression
from backend.app.core_gov.valuation.comps.spatial_index import SpatialIndex
from backend.app.kit.arrays import Bools, Floats, Ints

Z_80 = 1.2815516  # standard deviations within which 80 % of a normal distribution lie
_MAX_LOG_ADJUSTMENT = 5.0  # in logarithms: adjustments by a factor of 150 come from a mistake in the data
_AT_ONCE = 32  # subjects weighted at once, to fit the CPU cache


@dataclass(frozen=True)
class AdjustedSales:
    """Sales adjusted to subjects, in order of the subject, as indices into `SpatialIndex`; changes are in log price."""

    subject: Ints
    """Subject of each, as an index into the queries."""
    found: Ints
    distance_km: Floats
    differences: Matrix
    """Differences of the rates' columns, 0 if one side is unknown; shape (n, numbers)."""
    changes: Matrix
    """Changes by time, then by each curve of the rates; shape (n, 1 + curves)."""
    time_error: Floats
    """Standard error of the change by time."""
    subject_correlation: Floats
    """Share of the variance in common with the subject."""
    adjustment_variance: Floats
    """Variance that the adjustments add to each sale, relative to the market's."""

    @property
    def adjustment_norm(self) -> Floats:
        """Euclidean norm of the changes for characteristics."""
        return np.asarray(np.sqrt((self.changes[:, 1:] ** 2).sum(axis=1)))

    def order(self, pinned: Bools) -> Ints:
        """Indices by subject, the pinned sales first, then from the most informative sale to the least."""
        score = 2 * (1 - self.subject_correlation) + self.adjustment_variance
        return np.lexsort((self.found, score, ~pinned, self.subject))

    def take(self, places: Ints) -> "AdjustedSales":
        """Return some of the sales; for places in several dimensions, arrays of these dimensions."""
        return AdjustedSales(*(getattr(self, each.name)[places] for each in fields(self)))


@dataclass(frozen=True)
class WeightedSales:
    """Weighted sales of one subject, the heaviest first; money in cents."""

    sales: AdjustedSales
    price: Ints
    lines: Ints
    """Changes in money; shape (n, 1 + curves)."""
    weight: Floats
    outlier_factor: Floats
    """Factor by which the weight of an outlier was cut; 1 if not cut."""
    error: Floats
    """Standard error of each sale alone, in logarithms, without that of the rates."""
    pinned: Bools

    @property
    def adjusted(self) -> Ints:
        return np.asarray(self.price + self.lines.sum(axis=1), dtype=np.int64)


@dataclass(frozen=True)
class _WeightedSets:
    """Weighted sales of subjects that have as many of them; arrays of shape (subjects, n, …)."""

    sales: AdjustedSales
    price: Ints
    lines: Ints
    weight: Floats
    outlier_factor: Floats
    error: Floats
    pinned: Bools

    def of(self, place: int) -> WeightedSales:
        """Return the sales of one subject that have a weight or are pinned."""
        weight, pinned, found = self.weight[place], self.pinned[place], self.sales.found[place]
        kept = np.flatnonzero((weight > 0) | pinned)
        kept = kept[np.lexsort((found[kept], -weight[kept]))]
        places = (np.full(len(kept), place), kept)
        parts = (getattr(self, each.name)[places] for each in fields(self) if each.name != "sales")
        sales = AdjustedSales(*(getattr(self.sales, each.name)[places] for each in fields(self.sales)))
        return WeightedSales(sales, *parts)


@dataclass(frozen=True)
class WeightedComparison:
    """A subject with its candidates, their rates and index, and the value that they indicate; None without sales."""

    query: ComparisonQuery
    candidates: CandidatePool
    fit: RateRegression
    index: IndexReader
    characteristics: Mapping[str, float]
    """Characteristics of the subject; NaN for those that are unknown."""
    indicated: IndicatedValue | None = None
    sets: _WeightedSets | None = None
    position: int = 0

    @cached_property
    def weighted(self) -> WeightedSales | None:
        """Weighted sales; None if there are none."""
        return None if self.sets is None else self.sets.of(self.position)


@dataclass(frozen=True)
class SalesAdjuster:
    """Inputs to weighting for subjects that share rates and price index, each with its day and its candidates."""

    spatial_index: SpatialIndex
    fit: RateRegression
    index: IndexReader
    queries: Sequence[ComparisonQuery]
    candidates: Sequence[CandidatePool]

    @cached_property
    def as_of(self) -> Ints:
        return np.array([query.as_of for query in self.queries], dtype=np.int64)

    @cached_property
    def subject_columns(self) -> Matrix:
        """Columns of each subject's curves."""
        return self.fit.design(self._characteristics, len(self.queries))

    @cached_property
    def _characteristics(self) -> dict[str, Floats]:
        return subject_characteristics([query.subject for query in self.queries], self.as_of)

    @cached_property
    def _characteristics_of_each(self) -> list[dict[str, float]]:
        columns = (values.tolist() for values in self._characteristics.values())
        return [dict(zip(self._characteristics, values, strict=True)) for values in zip(*columns, strict=True)]

    def adjusted(self, subject: Ints, found: Ints) -> AdjustedSales:
        """Return sales adjusted to their subjects."""
        sales, rows, fit = self.spatial_index.sales, self.spatial_index.rows[found], self.fit
        subject_columns = self.subject_columns[subject]
        sale_columns = fit.design(sale_characteristics(sales, rows), len(rows))
        differences = subject_columns - sale_columns
        unknown = np.isnan(sale_columns[:, fit.starts]) & np.isfinite(subject_columns[:, fit.starts])
        differences = np.where(np.isfinite(differences), differences, 0.0)
        time, time_error = self._time_changes(sales.day[rows], self.as_of[subject])
        effects = fit.effects(differences)
        distance_km = distances_from(self.spatial_index, [each.location for each in self.candidates], subject, found)
        unknown_variance = np.where(unknown, fit.unknown_variance, 0.0).sum(axis=1)
        return AdjustedSales(
            subject=subject,
            found=found,
            distance_km=distance_km,
            differences=differences,
            changes=_limited(np.column_stack([time, effects])),
            time_error=time_error,
            subject_correlation=correlation(distance_km, np.sqrt((effects**2).sum(axis=1))),
            adjustment_variance=(time_error**2 + unknown_variance) / fit.residual_std**2,
        )

    def _time_changes(self, day: Ints, as_of: Ints) -> tuple[Floats, Floats]:
        """Return the change of the log price from each day to its as-of date, and its standard error."""
        change, error = np.empty(len(day)), np.empty(len(day))
        for to_day in np.unique(as_of):
            rows = np.flatnonzero(as_of == to_day)
            change[rows], error[rows] = self.index.change(day[rows], int(to_day))
        return change, error

    def comparisons(self, pinned: Sequence[Ints], max_comps: int) -> Iterator[tuple[int, WeightedComparison]]:
        """Yield the weighted sales of each subject, with its index; `pinned` has each one's usable pinned sales."""
        found = [
            np.union1d(pool.found, own) if len(own) else pool.found
            for pool, own in zip(self.candidates, pinned, strict=True)
        ]
        subject = np.repeat(np.arange(len(found)), list(map(len, found)))
        adjusted = self.adjusted(subject, np.concatenate(found))
        stride = len(self.spatial_index.rows)
        pinned_keys = np.concatenate([place * stride + own for place, own in enumerate(pinned)])
        is_pinned = np.isin(subject * stride + adjusted.found, pinned_keys)
        kept = _most_informative(adjusted, is_pinned, max_comps)
        adjusted, is_pinned = adjusted.take(kept), is_pinned[kept]
        count = np.bincount(adjusted.subject, minlength=len(found))
        start = np.cumsum(count) - count
        for place in np.flatnonzero(count == 0).tolist():
            yield place, self._comparison(place)
        for size in np.unique(count[count > 0]).tolist():
            same_size = np.flatnonzero(count == size)
            for first in range(0, len(same_size), _AT_ONCE):
                subjects = same_size[first : first + _AT_ONCE]
                places = start[subjects][:, None] + np.arange(size)
                yield from self._weighted(subjects, adjusted.take(places), is_pinned[places])

    def _weighted(
        self, subjects: Ints, selected: AdjustedSales, pinned: Bools
    ) -> Iterator[tuple[int, WeightedComparison]]:
        """Weight the sales of subjects that have as many, drop redundant ones, and reconcile the rest."""
        rows = self.spatial_index.rows[selected.found]
        price = np.round(self.spatial_index.sales.price[rows] * 100).astype(np.int64)
        lines = _in_cents(price, selected.changes)
        adjusted = np.maximum(price + lines.sum(axis=-1), 1)
        evidence = ComparableEvidence(
            np.log(adjusted),
            selected.subject_correlation,
            self._pair_correlation(selected),
            selected.adjustment_variance,
        )
        min_weight = np.where(pinned, 1 / rows.shape[1], 0.0)
        weight, outlier_factor = evidence.weights(self.fit.residual_std, min_weight)
        error = self.fit.residual_std * evidence.error
        sets = _WeightedSets(selected, price, lines, weight, outlier_factor, error, pinned)
        indicated = self._indicated(subjects, selected, evidence, weight, adjusted)
        for position, (place, value) in enumerate(zip(subjects.tolist(), indicated, strict=True)):
            yield place, replace(self._comparison(place), indicated=value, sets=sets, position=position)

    def _comparison(self, place: int) -> WeightedComparison:
        known = self._characteristics_of_each[place]
        return WeightedComparison(self.queries[place], self.candidates[place], self.fit, self.index, known)

    def _pair_correlation(self, selected: AdjustedSales) -> Matrix:
        """Return the variance that sales share pairwise; unknown characteristics are assumed equal to the subject's."""
        effects = selected.changes[..., 1:]
        adjustment_norm = np.sqrt(((effects[:, :, None] - effects[:, None]) ** 2).sum(axis=-1))
        return correlation(pairwise_distances(self.spatial_index, selected.found), adjustment_norm)

    def _indicated(
        self, subjects: Ints, selected: AdjustedSales, evidence: ComparableEvidence, weight: Floats, adjusted: Ints
    ) -> list[IndicatedValue]:
        """Return the weighted means with their errors: from sales, rates, index and unknown characteristics."""
        value = product(weight, adjusted.astype(np.float64))
        unknown = np.isnan(self.subject_columns[subjects][:, self.fit.starts])
        variance = (
            self.fit.residual_std**2 * evidence.variance(weight)
            + rate_variance(self.fit, weight[:, None, :] @ selected.differences)[:, 0]
            + product(weight, selected.time_error) ** 2
            + np.where(unknown, self.fit.unknown_variance, 0.0).sum(axis=1)
        )
        error = np.sqrt(variance)
        money = (value, value * np.exp(-Z_80 * error), value * np.exp(Z_80 * error), value * error)
        parts = [(np.rint(cents) / 100).tolist() for cents in money]
        comps = np.count_nonzero(weight > 0, axis=1).tolist()
        return [IndicatedValue(*each) for each in zip(*parts, error.tolist(), comps, strict=True)]


def rate_variance(fit: RateRegression, differences: Matrix) -> Floats:
    """Return the variance of adjustments for differences of the rates' columns that is due to the rates."""
    return np.asarray(np.maximum(((differences @ fit.covariance) * differences).sum(axis=-1), 0.0))


def _most_informative(adjusted: AdjustedSales, pinned: Bools, max_comps: int) -> Ints:
    """Return the pinned sales and the most informative others of each subject, up to `max_comps`, in order."""
    order = adjusted.order(pinned)
    subject = adjusted.subject[order]
    count = np.bincount(subject) if len(subject) else np.zeros(0, np.int64)
    rank = np.arange(len(order)) - (np.cumsum(count) - count)[subject]
    most = np.maximum(max_comps, np.bincount(adjusted.subject, pinned, minlength=len(count)))
    return np.sort(order[rank < most[subject]])


def _limited(changes: Matrix) -> Matrix:
    """Scale down changes whose sum is implausibly large."""
    total = np.abs(changes).sum(axis=1, keepdims=True)
    return np.asarray(changes * np.minimum(1.0, _MAX_LOG_ADJUSTMENT / np.maximum(total, _MAX_LOG_ADJUSTMENT)))


def _in_cents(price: Ints, changes: Matrix) -> Ints:
    """Return the changes in cents, by the logarithmic mean of the prices before and after."""
    total = changes.sum(axis=-1, keepdims=True)
    small = np.abs(total) < 1e-8
    mean = np.where(small, 1 + total / 2, np.expm1(total) / np.where(small, 1.0, total))
    return np.asarray(np.round(price[..., None] * mean * changes), dtype=np.int64)
