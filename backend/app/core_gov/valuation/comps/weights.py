"""Adjustment of sales to a property, their weights, and the reconciled value.

Adjustments are computed in logarithms and shown in money. With L the logarithmic mean of the price before and after, L
= (b - a) / ln(b / a), a trait's part d of the change ln(b / a) is the amount L d, so the lines add up to the whole
change in any order (Montgomery 1937, Vartia 1976). Each line is rounded to the cent, and the adjusted price is the
price plus its lines.
"""

from dataclasses import dataclass, fields
from functools import cached_property

import numpy as np

from backend.app.core_gov.market.columns import Subject
from backend.app.core_gov.valuation.comps.candidates import Location, kilometres_among, kilometres_from
from backend.app.core_gov.valuation.comps.comparison import IndicatedValue
from backend.app.core_gov.valuation.comps.rates import Fit, IndexReader, Matrix
from backend.app.core_gov.valuation.comps.similarity import ComparableEvidence, in_common
from backend.app.core_gov.valuation.comps.spatial_index import Nearby
from backend.app.core_gov.valuation.comps.traits import traits_of_sales, traits_of_subject
from backend.app.kit.arrays import Bools, Floats, Ints

EIGHTY = 1.2815516  # standard deviations within which 80 % of a normal distribution lie
_MAX_LOG_ADJUSTMENT = 5.0  # in logarithms: adjustments by a factor of 150 come from a mistake in the data


@dataclass(frozen=True)
class Adjusted:
    """Sales adjusted to the subject, as indices into `Nearby`; changes are in log price."""

    found: Ints
    kilometres: Floats
    differences: Matrix
    """Differences of the rates' columns, 0 if one side is unknown; shape (n, numbers)."""
    changes: Matrix
    """Changes by time, then by each curve of the rates; shape (n, 1 + curves)."""
    errors: Matrix
    """Standard errors of the changes."""
    unknown: Bools
    """Curves not computable because the sale's trait is unknown; shape (n, curves)."""
    shared: Floats
    """Share of the variance in common with the subject."""
    doubt: Floats
    """Variance that the adjustments add to each sale, relative to the market's."""

    @property
    def apart(self) -> Floats:
        """Euclidean norm of the changes for traits."""
        return np.asarray(np.sqrt((self.changes[:, 1:] ** 2).sum(axis=1)))

    @property
    def order(self) -> Ints:
        """Indices from the most informative sale to the least."""
        return np.lexsort((self.found, 2 * (1 - self.shared) + self.doubt))

    def take(self, places: Ints) -> "Adjusted":
        """Return some of the sales."""
        return Adjusted(*(getattr(self, each.name)[places] for each in fields(self)))


@dataclass(frozen=True)
class Weighed:
    """Weighted sales, the heaviest first, and the reconciled value; money in cents."""

    sales: Adjusted
    price: Ints
    lines: Ints
    """Changes in money; shape (n, 1 + curves)."""
    weight: Floats
    cut: Floats
    """Factor by which the weight of an outlier was cut; 1 if not cut."""
    error: Floats
    """Standard error of each sale alone, in logarithms."""
    pinned: Bools
    indicated: IndicatedValue

    @property
    def adjusted(self) -> Ints:
        return np.asarray(self.price + self.lines.sum(axis=1), dtype=np.int64)


@dataclass(frozen=True)
class Scales:
    """Inputs to weighting for a subject as of a day: candidates, rates and price index."""

    nearby: Nearby
    fit: Fit
    index: IndexReader
    as_of: int
    subject: Subject

    @cached_property
    def traits(self) -> dict[str, Floats]:
        """Traits of the subject, each an array of one."""
        return traits_of_subject(self.subject, self.as_of)

    @cached_property
    def ours(self) -> Matrix:
        """Columns of the subject's curves, one row."""
        return self.fit.design(self.traits, 1)

    def adjusted(self, place: Location, found: Ints) -> Adjusted:
        """Return sales adjusted to the subject."""
        sales, rows, fit, ours = self.nearby.sales, self.nearby.rows[found], self.fit, self.ours
        theirs = fit.design(traits_of_sales(sales, rows), len(rows))
        differences = ours - theirs
        unknown = np.isnan(theirs[:, fit.starts]) & np.isfinite(ours[:, fit.starts])
        differences = np.where(np.isfinite(differences), differences, 0.0)
        time, time_error = self.index.change(sales.day[rows], self.as_of)
        effects = fit.effects(differences)
        kilometres = kilometres_from(self.nearby, place, found)
        apart = np.sqrt((effects**2).sum(axis=1))
        doubt = (time_error**2 + unknown @ fit.usual) / fit.spread**2
        return Adjusted(
            found=found,
            kilometres=kilometres,
            differences=differences,
            changes=_held(np.column_stack([time, effects])),
            errors=np.column_stack([time_error, fit.errors(differences)]),
            unknown=unknown,
            shared=in_common(kilometres, apart),
            doubt=doubt,
        )

    def weigh(self, chosen: Adjusted, pinned: Bools) -> Weighed:
        """Weight the sales, drop redundant ones, and reconcile the rest."""
        rows = self.nearby.rows[chosen.found]
        price = np.round(self.nearby.sales.price[rows] * 100).astype(np.int64)
        lines = _in_money(price, chosen.changes)
        adjusted = np.maximum(price + lines.sum(axis=1), 1)
        evidence = ComparableEvidence(np.log(adjusted), chosen.shared, self._among(chosen), chosen.doubt)
        least = np.where(pinned, 1 / len(rows), 0.0)
        weight, cut = evidence.weights(self.fit.spread, least)
        indicated = self._indicated(chosen, evidence, weight, adjusted)
        kept = np.flatnonzero((weight > 0) | pinned)
        kept = kept[np.lexsort((chosen.found[kept], -weight[kept]))]
        error = self.fit.spread * evidence.error
        return Weighed(
            sales=chosen.take(kept),
            price=price[kept],
            lines=lines[kept],
            weight=weight[kept],
            cut=cut[kept],
            error=np.sqrt(error[kept] ** 2 + self._rate_variance(chosen.differences[kept])),
            pinned=pinned[kept],
            indicated=indicated,
        )

    def _among(self, chosen: Adjusted) -> Matrix:
        """Return the variance that sales share pairwise; unknown traits are assumed equal to the subject's."""
        effects = chosen.changes[:, 1:]
        apart = np.sqrt(((effects[:, None] - effects) ** 2).sum(axis=-1))
        return in_common(kilometres_among(self.nearby, chosen.found), apart)

    def _rate_variance(self, differences: Matrix) -> Floats:
        return np.asarray(np.maximum(((differences @ self.fit.covariance) * differences).sum(axis=1), 0.0))

    def _indicated(
        self, chosen: Adjusted, evidence: ComparableEvidence, weight: Floats, adjusted: Ints
    ) -> IndicatedValue:
        """Return the weighted mean with its error: from the sales, the rates, the index and unknown traits."""
        value = float(weight @ adjusted)
        ours = self.ours[0, self.fit.starts]
        variance = (
            self.fit.spread**2 * evidence.variance(weight)
            + self._rate_variance(weight[None, :] @ chosen.differences)[0]
            + float(weight @ chosen.errors[:, 0]) ** 2
            + float(np.isnan(ours) @ self.fit.usual)
        )
        error = float(np.sqrt(variance))
        return IndicatedValue(
            value=_money(value),
            low=_money(value * float(np.exp(-EIGHTY * error))),
            high=_money(value * float(np.exp(EIGHTY * error))),
            standard_error=_money(value * error),
            log_error=error,
            comps=int(np.count_nonzero(weight > 0)),
        )


def _money(cents: float) -> float:
    return round(cents) / 100


def _held(changes: Matrix) -> Matrix:
    """Scale down changes whose sum is implausibly large."""
    whole = np.abs(changes).sum(axis=1, keepdims=True)
    return np.asarray(changes * np.minimum(1.0, _MAX_LOG_ADJUSTMENT / np.maximum(whole, _MAX_LOG_ADJUSTMENT)))


def _in_money(price: Ints, changes: Matrix) -> Ints:
    """Return the changes in cents, by the logarithmic mean of the prices before and after."""
    whole = changes.sum(axis=1, keepdims=True)
    small = np.abs(whole) < 1e-8
    mean = np.where(small, 1 + whole / 2, np.expm1(whole) / np.where(small, 1.0, whole))
    return np.asarray(np.round(price[:, None] * mean * changes), dtype=np.int64)
