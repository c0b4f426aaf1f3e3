"""Comparable sales approach as of a day: selection, adjustment, weighting and reconciled value.

Pure: columns in, an answer out. A `Comparer` is built once for a market and a day. `compare` answers for a property,
`indicated` returns the value alone, faster, and `why_not` explains why a sale is not among the comparables.

    comparer = Comparer(sales, estimate_rates(sales, as_of, index), index, as_of)
    comparison = comparer.compare(subject, Criteria(max_radius_km=3.2), pinned={4711})
"""

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet

import numpy as np

from backend.app.core_gov.market.columns import Sales, Subject
from backend.app.core_gov.valuation.comps.adjustments import comps_of, notes_on, summary_of, warnings_on
from backend.app.core_gov.valuation.comps.candidates import CandidatePool, ComparisonQuery, ManualSelection
from backend.app.core_gov.valuation.comps.comparison import Comparison, ComparisonSummary, IndicatedValue
from backend.app.core_gov.valuation.comps.criteria import Criteria
from backend.app.core_gov.valuation.comps.rates import AdjustmentRates, IndexReader, RateRegression
from backend.app.core_gov.valuation.comps.spatial_index import SpatialIndex, build_spatial_index
from backend.app.core_gov.valuation.comps.weights import SalesAdjuster, WeightedComparison
from backend.app.core_gov.valuation.comps.why_not import impossible, outside
from backend.app.core_gov.valuation.comps.widening import find_candidates
from backend.app.kit.arrays import Ints

MAX_ADJUSTED = 50_000
"""Number of candidates from which the next properties are adjusted separately."""

STANDARD = Criteria()
NO_SALES: AbstractSet[int] = frozenset()


class Comparer:
    """Compares properties with the sales of a market as of a day; safe for several threads.

    `rates` and `index` are estimated from data known on that day or before. Pass `spatial_index`, built
    for this day or a later one, to compare as of many days.

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
        compared = self._weighted(self._query(subject, criteria, ManualSelection(pinned, excluded, skip_parcel)))
        return compared.indicated

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
        compared = self._weighted(self._query(subject, criteria, ManualSelection(pinned, excluded, skip_parcel)))
        comps, candidates = comps_of(compared), compared.candidates
        return Comparison(
            as_of=self.as_of,
            indicated=compared.indicated,
            comps=comps,
            steps=candidates.steps,
            fitting=candidates.count,
            rates=tuple(compared.fit.rates.values()),
            index=self.index.source,
            notes=notes_on(compared, self._rejected(compared.query)),
            warnings=warnings_on([(comp.weight, comp.gross_share, comp.days) for comp in comps], self.as_of),
        )

    def summaries(self, subjects: Sequence[Subject], manual: Sequence[ManualSelection]) -> list[ComparisonSummary]:
        """Compare properties by the standard criteria, without the lines of the adjustments.

        Each has the value, the sales, the notes and the warnings that `compare` returns for it alone.
        """
        queries = [self._query(subject, STANDARD, own) for subject, own in zip(subjects, manual, strict=True)]
        return [self._summary(compared) for compared in compare_all(self.rates, self.index, queries)]

    def _summary(self, compared: WeightedComparison) -> ComparisonSummary:
        comps, evidence = summary_of(compared)
        return ComparisonSummary(
            indicated=compared.indicated,
            comps=comps,
            steps=compared.candidates.steps,
            notes=notes_on(compared, self._rejected(compared.query)),
            warnings=warnings_on(evidence, self.as_of),
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
        ineligible = ineligible_reasons(query, seq)
        if ineligible:
            return ineligible
        compared = self._weighted(query)
        weighted = compared.weighted
        seqs = [] if weighted is None else self.sales.seq[self.spatial_index.rows[weighted.sales.found]].tolist()
        if seq in seqs:
            return (f"it is comparable sale number {seqs.index(seq) + 1} of {len(seqs)}",)
        row = int(np.flatnonzero(self.sales.seq == seq)[0])
        return tuple(outside(query, compared.candidates, row)) or (self._rank_reason(compared, seq, len(seqs)),)

    def _rank_reason(self, compared: WeightedComparison, seq: int, comps: int) -> str:
        query, candidates = compared.query, compared.candidates
        adjuster = SalesAdjuster(self.spatial_index, compared.fit, self.index, [query], [candidates])
        every = np.zeros(len(candidates.found), dtype=np.int64)
        ranked = adjuster.adjusted(every, candidates.found)
        order = self.sales.seq[self.spatial_index.rows[ranked.found[ranked.order(every > 0)]]]
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

    def _weighted(self, query: ComparisonQuery) -> WeightedComparison:
        return compare_all(self.rates, self.index, [query])[0]

    def _rejected(self, query: ComparisonQuery) -> list[tuple[int, str]]:
        """Return the pinned sales that cannot be used, each with the reason."""
        ineligible = ((seq, ineligible_reasons(query, seq)) for seq in sorted(query.manual.pinned))
        return [(seq, "; ".join(why)) for seq, why in ineligible if why]


def compare_all(
    rates: AdjustmentRates, index: IndexReader, queries: Sequence[ComparisonQuery]
) -> list[WeightedComparison]:
    """Compare properties with sales; no comparison depends on the others or on their order.

    All queries have the same spatial index and criteria. Their days are not before that of the rates and the index.
    """
    found: dict[int, WeightedComparison] = {}
    candidates = find_candidates(queries)
    for fit, places in _by_rates(rates, queries, candidates):
        chosen, pools = [queries[place] for place in places], [candidates[place] for place in places]
        adjuster = SalesAdjuster(queries[0].spatial_index, fit, index, chosen, pools)
        pinned = [_pinned(query) for query in chosen]
        for place, compared in adjuster.comparisons(pinned, queries[0].criteria.max_comps):
            found[places[place]] = compared
    return [found[place] for place in range(len(queries))]


def _by_rates(
    rates: AdjustmentRates, queries: Sequence[ComparisonQuery], candidates: Sequence[CandidatePool]
) -> Iterator[tuple[RateRegression, list[int]]]:
    """Yield queries whose types have the same rates, some thousand candidates at a time, so that memory is bounded."""
    by_fit: dict[int, list[int]] = {}
    for place, query in enumerate(queries):
        by_fit.setdefault(id(rates.of(query.property_type)), []).append(place)
    for places in by_fit.values():
        fit, some, count = rates.of(queries[places[0]].property_type), list[int](), 0
        for place in places:
            some.append(place)
            count += len(candidates[place].found)
            if count >= MAX_ADJUSTED:
                yield fit, some
                some, count = [], 0
        if some:
            yield fit, some


def ineligible_reasons(query: ComparisonQuery, seq: int) -> tuple[str, ...]:
    """Return why a sale can never be a comparable, pinned or not; empty if it can."""
    sales = query.spatial_index.sales
    row = np.flatnonzero(sales.seq == seq)
    if not len(row):
        return (f"there is no sale {seq} in this market",)
    why = impossible(sales, int(row[0]), query.as_of, query.subject, skip_parcel=query.manual.skip_parcel)
    return (*why, *(("excluded manually",) if seq in query.manual.excluded else ()))


def _pinned(query: ComparisonQuery) -> Ints:
    """Return the usable pinned sales, as indices into the spatial index."""
    eligible = [seq for seq in sorted(query.manual.pinned) if not ineligible_reasons(query, seq)]
    return query.spatial_index.sales_of_seqs(np.array(eligible, dtype=np.int64))
