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
from backend.app.core_gov.valuation.comps.candidates import ManualSelection, Pool, pool_of
from backend.app.core_gov.valuation.comps.comparison import Comparison, IndicatedValue
from backend.app.core_gov.valuation.comps.criteria import Criteria
from backend.app.core_gov.valuation.comps.rates import IndexReader, Rates
from backend.app.core_gov.valuation.comps.spatial_index import Nearby, nearby_of
from backend.app.core_gov.valuation.comps.weights import Adjusted, Scales, Weighed
from backend.app.core_gov.valuation.comps.why_not import WhyNotQuestion, impossible, outside
from backend.app.kit.arrays import Ints

STANDARD = Criteria()
NONE: AbstractSet[int] = frozenset()


class Comparer:
    """Compares properties with the sales of a market as of a day; safe for several threads.

    `rates` and `index` are estimated from data known on that day or before. Pass `nearby`, made by `nearby_of` for this
    day or a later one, to compare as of many days.

    `pinned` and `excluded` are sale numbers (`seq`) that a person wants in or out. A pinned sale weighs at least an
    equal share. One that was not known yet, is flagged or is the property's own stays out, and a note says so.
    `skip_parcel` leaves out the property's own sales.
    """

    def __init__(
        self, sales: Sales, rates: Rates, index: IndexReader, as_of: int, nearby: Nearby | None = None
    ) -> None:
        self.nearby = nearby_of(sales, as_of) if nearby is None else nearby
        if self.nearby.until < as_of or rates.as_of > as_of:
            raise ValueError("the sales must reach to the day of value, and the rates must not go beyond it")
        self.sales, self.rates, self.index, self.as_of = sales, rates, index, as_of

    def indicated(
        self,
        subject: Subject,
        criteria: Criteria = STANDARD,
        pinned: AbstractSet[int] = NONE,
        excluded: AbstractSet[int] = NONE,
        *,
        skip_parcel: bool = True,
    ) -> IndicatedValue | None:
        """Return the value from the comparable sales; None if there are none."""
        asked = self._asked(subject, criteria, ManualSelection(pinned, excluded, skip_parcel))
        weighed = self._weighed(asked, self._pool(asked), self._scales(asked))
        return None if weighed is None else weighed.indicated

    def compare(
        self,
        subject: Subject,
        criteria: Criteria = STANDARD,
        pinned: AbstractSet[int] = NONE,
        excluded: AbstractSet[int] = NONE,
        *,
        skip_parcel: bool = True,
    ) -> Comparison:
        """Return the ranked comparable sales of a property, every adjustment, and the reconciled value."""
        asked = self._asked(subject, criteria, ManualSelection(pinned, excluded, skip_parcel))
        pool = self._pool(asked)
        scales = self._scales(asked)
        weighed = self._weighed(asked, pool, scales)
        comps = () if weighed is None else comps_of(scales, pool, weighed)
        refused = [(seq, "; ".join(why)) for seq in sorted(pinned) if (why := self._never(asked, seq))]
        return Comparison(
            as_of=self.as_of,
            indicated=None if weighed is None else weighed.indicated,
            comps=comps,
            steps=pool.steps,
            fitting=pool.steps[-1].count,
            rates=tuple(scales.fit.rates.values()),
            index=self.index.source,
            notes=notes_on(scales, pool, refused),
            warnings=warnings_on(comps, self.as_of),
        )

    def why_not(
        self,
        subject: Subject,
        criteria: Criteria,
        seq: int,
        pinned: AbstractSet[int] = NONE,
        excluded: AbstractSet[int] = NONE,
        *,
        skip_parcel: bool = True,
    ) -> tuple[str, ...]:
        """Return every reason why a sale is not among the comparable sales, or its rank if it is."""
        asked = self._asked(subject, criteria, ManualSelection(pinned, excluded, skip_parcel))
        never = self._never(asked, seq)
        if never:
            return never
        pool = self._pool(asked)
        scales = self._scales(asked)
        weighed = self._weighed(asked, pool, scales)
        seqs = [] if weighed is None else self.sales.seq[self.nearby.rows[weighed.sales.found]].tolist()
        if seq in seqs:
            return (f"it is comparable sale number {seqs.index(seq) + 1} of {len(seqs)}",)
        row = int(np.flatnonzero(self.sales.seq == seq)[0])
        return tuple(outside(asked, pool, row)) or (self._outweighed(asked, pool, scales, seq, len(seqs)),)

    def _outweighed(self, asked: WhyNotQuestion, pool: Pool, scales: Scales, seq: int, comps: int) -> str:
        ranked = scales.adjusted(pool.place, pool.found)
        order = self.sales.seq[self.nearby.rows[ranked.found[ranked.order]]]
        before = np.flatnonzero(order == seq)
        if not len(before):
            return f"it fits, but {len(order):,} others are newer"
        if before[0] < asked.criteria.most:
            return f"it fits, but says nothing that the {comps} comparable sales do not say better: its weight is nil"
        return f"it fits, but {before[0]:,} others are nearer or more alike; {asked.criteria.most} are compared"

    def _asked(self, subject: Subject, criteria: Criteria, manual: ManualSelection) -> WhyNotQuestion:
        kind = self.sales.types.of(subject.property_type)
        return WhyNotQuestion(self.nearby, self.as_of, subject, kind, criteria, manual)

    def _scales(self, asked: WhyNotQuestion) -> Scales:
        return Scales(self.nearby, self.rates.of(asked.property_type), self.index, self.as_of, asked.subject)

    def _pool(self, asked: WhyNotQuestion) -> Pool:
        return pool_of(self.nearby, self.as_of, asked.subject, asked.property_type, asked.criteria, asked.manual)

    def _never(self, asked: WhyNotQuestion, seq: int) -> tuple[str, ...]:
        """Return why a sale can never be a comparable, pinned or not; empty if it can."""
        row = np.flatnonzero(self.sales.seq == seq)
        if not len(row):
            return (f"there is no sale {seq} in this market",)
        manual = asked.manual
        why = impossible(self.sales, int(row[0]), self.as_of, asked.subject, skip_parcel=manual.skip_parcel)
        return (*why, *(("it was excluded by hand",) if seq in manual.excluded else ()))

    def _pinned(self, asked: WhyNotQuestion) -> Ints:
        """Return the usable pinned sales, as indices into `nearby`."""
        usable = [seq for seq in sorted(asked.manual.pinned) if not self._never(asked, seq)]
        wanted = np.array(usable, dtype=np.int64)
        return np.searchsorted(self.sales.seq[self.nearby.rows], wanted) if len(wanted) else wanted

    def _weighed(self, asked: WhyNotQuestion, pool: Pool, scales: Scales) -> Weighed | None:
        pinned = self._pinned(asked)
        found = np.union1d(pool.found, pinned)
        if not len(found):
            return None
        adjusted = scales.adjusted(pool.place, found)
        chosen = _best(adjusted, pinned, asked.criteria.most)
        return scales.weigh(chosen, np.isin(chosen.found, pinned))


def _best(adjusted: Adjusted, pinned: Ints, most: int) -> Adjusted:
    """Return the pinned sales and the most informative others, up to `most`, in order of index."""
    if len(adjusted.found) <= most:
        return adjusted
    order = adjusted.order
    by_hand = np.isin(adjusted.found[order], pinned)
    order = np.concatenate([order[by_hand], order[~by_hand]])
    return adjusted.take(np.sort(order[: max(most, len(pinned))]))
