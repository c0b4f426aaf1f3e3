"""Comparable sales approach as of a day: selection, adjustment, weighting and reconciled value.

Pure: columns in, an answer out. A `Comparer` is built once for a market and a day. `compare` answers for a property,
`indicated` returns the value alone, faster, and `why_not` explains why a sale is not among the comparables.

    comparer = Comparer(sales, estimate_rates(sales, as_of, index), index, as_of)
    comparison = comparer.compare(subject, Criteria(max_radius_km=3.2), pinned={4711})
"""

from collections.abc import Set as AbstractSet

import numpy as np

from backend.app.core_gov.market.columns import Sales, Subject
from backend.app.core_gov.valuation.comps.adjustments import comps_of, notes_on, warnings_on
from backend.app.core_gov.valuation.comps.candidates import CandidatePool, ManualSelection, find_candidates
from backend.app.core_gov.valuation.comps.comparison import Comparison, IndicatedValue
from backend.app.core_gov.valuation.comps.criteria import Criteria
from backend.app.core_gov.valuation.comps.rates import AdjustmentRates, IndexReader
from backend.app.core_gov.valuation.comps.spatial_index import SpatialIndex, build_spatial_index
from backend.app.core_gov.valuation.comps.weights import AdjustedSales, SalesAdjuster, WeightedSales
from backend.app.core_gov.valuation.comps.why_not import ComparisonQuery, impossible, outside
from backend.app.kit.arrays import Ints

STANDARD = Criteria()
NO_SALES: AbstractSet[int] = frozenset()


class Comparer:
    """Compares properties with the sales of a market as of a day; safe for several threads.

    `rates` and `index` are estimated from data known on that day or before. Pass `nearby`, made by `nearby_of` for this
    day or a later one, to compare as of many days.

    `pinned` and `excluded` are sale numbers (`seq`) chosen by a person. A pinned sale has at least an equal weight.
    One that was not known yet, is flagged or is the property's own stays out, and a note says so.
    `skip_parcel` leaves out the property's own sales.
    """

    def __init__(
        self,
        sales: Sales,
        rates: AdjustmentRates,
        index: IndexReader,
        as_of: int,
        spatial_index: SpatialIndex | None = None,
    ) -> None:
        self.spatial_index = build_spatial_index(sales, as_of) if spatial_index is None else spatial_index
        if self.spatial_index.until < as_of or rates.as_of > as_of:
            raise ValueError(
                "the spatial index must cover the as-of date, and the rates must not be estimated after it"
            )
        self.sales, self.rates, self.index, self.as_of = sales, rates, index, as_of

    def indicated(
        self,
        subject: Subject,
        criteria: Criteria = STANDARD,
        pinned: AbstractSet[int] = NO_SALES,
        excluded: AbstractSet[int] = NO_SALES,
        *,
        skip_parcel: bool = True,
    ) -> IndicatedValue | None:
        """Return the value from the comparable sales; None if there are none."""
        query = self._query(subject, criteria, ManualSelection(pinned, excluded, skip_parcel))
        weighted = self._weighted(query, self._candidates(query), self._adjuster(query))
        return None if weighted is None else weighted.indicated

    def compare(
        self,
        subject: Subject,
        criteria: Criteria = STANDARD,
        pinned: AbstractSet[int] = NO_SALES,
        excluded: AbstractSet[int] = NO_SALES,
        *,
        skip_parcel: bool = True,
    ) -> Comparison:
        """Return the ranked comparable sales of a property, every adjustment, and the reconciled value."""
        query = self._query(subject, criteria, ManualSelection(pinned, excluded, skip_parcel))
        candidates = self._candidates(query)
        adjuster = self._adjuster(query)
        weighted = self._weighted(query, candidates, adjuster)
        comps = () if weighted is None else comps_of(adjuster, candidates, weighted)
        rejected = [(seq, "; ".join(why)) for seq in sorted(pinned) if (why := self._ineligible(query, seq))]
        return Comparison(
            as_of=self.as_of,
            indicated=None if weighted is None else weighted.indicated,
            comps=comps,
            steps=candidates.steps,
            fitting=candidates.steps[-1].count,
            rates=tuple(adjuster.fit.rates.values()),
            index=self.index.source,
            notes=notes_on(adjuster, candidates, rejected),
            warnings=warnings_on(comps, self.as_of),
        )

    def why_not(
        self,
        subject: Subject,
        criteria: Criteria,
        seq: int,
        pinned: AbstractSet[int] = NO_SALES,
        excluded: AbstractSet[int] = NO_SALES,
        *,
        skip_parcel: bool = True,
    ) -> tuple[str, ...]:
        """Return every reason why a sale is not among the comparable sales, or its rank if it is."""
        query = self._query(subject, criteria, ManualSelection(pinned, excluded, skip_parcel))
        ineligible = self._ineligible(query, seq)
        if ineligible:
            return ineligible
        candidates = self._candidates(query)
        adjuster = self._adjuster(query)
        weighted = self._weighted(query, candidates, adjuster)
        seqs = [] if weighted is None else self.sales.seq[self.spatial_index.rows[weighted.sales.found]].tolist()
        if seq in seqs:
            return (f"it is comparable sale number {seqs.index(seq) + 1} of {len(seqs)}",)
        row = int(np.flatnonzero(self.sales.seq == seq)[0])
        return tuple(outside(query, candidates, row)) or (
            self._rank_reason(query, candidates, adjuster, seq, len(seqs)),
        )

    def _rank_reason(
        self, query: ComparisonQuery, candidates: CandidatePool, adjuster: SalesAdjuster, seq: int, comps: int
    ) -> str:
        ranked = adjuster.adjusted(candidates.location, candidates.found)
        order = self.sales.seq[self.spatial_index.rows[ranked.found[ranked.order]]]
        rank = np.flatnonzero(order == seq)
        if not len(rank):
            return f"meets all limits, but the latest {len(order):,} sales are used and it is older"
        if rank[0] < query.criteria.max_comps:
            return f"meets all limits, but adds no information beyond the {comps} comparable sales: its weight is zero"
        return (
            f"meets all limits, but {rank[0]:,} other sales are nearer or more similar; "
            f"at most {query.criteria.max_comps} are used"
        )

    def _query(self, subject: Subject, criteria: Criteria, manual: ManualSelection) -> ComparisonQuery:
        type_code = self.sales.types.class_of(subject.property_type)
        return ComparisonQuery(self.spatial_index, self.as_of, subject, type_code, criteria, manual)

    def _adjuster(self, query: ComparisonQuery) -> SalesAdjuster:
        return SalesAdjuster(
            self.spatial_index, self.rates.of(query.property_type), self.index, self.as_of, query.subject
        )

    def _candidates(self, query: ComparisonQuery) -> CandidatePool:
        return find_candidates(
            self.spatial_index, self.as_of, query.subject, query.property_type, query.criteria, query.manual
        )

    def _ineligible(self, query: ComparisonQuery, seq: int) -> tuple[str, ...]:
        """Return why a sale can never be a comparable, pinned or not; empty if it can."""
        row = np.flatnonzero(self.sales.seq == seq)
        if not len(row):
            return (f"there is no sale {seq} in this market",)
        manual = query.manual
        why = impossible(self.sales, int(row[0]), self.as_of, query.subject, skip_parcel=manual.skip_parcel)
        return (*why, *(("excluded manually",) if seq in manual.excluded else ()))

    def _pinned(self, query: ComparisonQuery) -> Ints:
        """Return the usable pinned sales, as indices into `nearby`."""
        eligible = [seq for seq in sorted(query.manual.pinned) if not self._ineligible(query, seq)]
        eligible_seqs = np.array(eligible, dtype=np.int64)
        return (
            np.searchsorted(self.sales.seq[self.spatial_index.rows], eligible_seqs)
            if len(eligible_seqs)
            else eligible_seqs
        )

    def _weighted(
        self, query: ComparisonQuery, candidates: CandidatePool, adjuster: SalesAdjuster
    ) -> WeightedSales | None:
        pinned = self._pinned(query)
        found = np.union1d(candidates.found, pinned)
        if not len(found):
            return None
        adjusted = adjuster.adjusted(candidates.location, found)
        selected = _most_informative(adjusted, pinned, query.criteria.max_comps)
        return adjuster.weight_sales(selected, np.isin(selected.found, pinned))


def _most_informative(adjusted: AdjustedSales, pinned: Ints, max_comps: int) -> AdjustedSales:
    """Return the pinned sales and the most informative others, up to `most`, in order of index."""
    if len(adjusted.found) <= max_comps:
        return adjusted
    order = adjusted.order
    is_pinned = np.isin(adjusted.found[order], pinned)
    order = np.concatenate([order[is_pinned], order[~is_pinned]])
    return adjusted.take(np.sort(order[: max(max_comps, len(pinned))]))
