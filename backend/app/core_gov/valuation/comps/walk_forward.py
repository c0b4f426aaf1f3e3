"""Walk-forward valuation of many sales by comparables alone, each as of its closing day, for a ratio study.

Rates are re-estimated every month and the index every week, each from the sales that closed before the first day of the
period. The comparables of a sale are those that closed before its own day. Each value therefore uses slightly less than
was known, never more.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np

from backend.app.core_gov.market.columns import UNKNOWN, Sales, Subject
from backend.app.core_gov.valuation.comps.candidates import ComparisonQuery, ManualSelection
from backend.app.core_gov.valuation.comps.comparer import STANDARD, compare_all
from backend.app.core_gov.valuation.comps.comparison import IndicatedValue
from backend.app.core_gov.valuation.comps.criteria import Criteria
from backend.app.core_gov.valuation.comps.rates import IndexReader, estimate_rates
from backend.app.core_gov.valuation.comps.spatial_index import (
    SpatialIndex,
    build_spatial_index,
    comparable_rows,
    plane_around,
)
from backend.app.kit.arrays import Floats, Ints
from backend.app.kit.output.progress import ReportProgress

NONE_KNOWN: Mapping[int, frozenset[int]] = MappingProxyType({})
RATES_DAYS = 28
INDEX_DAYS = 7
AT_ONCE = 256
"""Sales valued at once, to bound the memory; the values do not depend on it."""


@dataclass(frozen=True)
class WalkForwardValues:
    """Values of sales from comparables; NaN, and zero comps, without any."""

    value: Floats
    log_error: Floats
    comps: Ints


def values(
    sales: Sales,
    rows: Ints,
    index_of: Callable[[Sales, int], IndexReader],
    criteria: Criteria = STANDARD,
    same_home: Mapping[int, frozenset[int]] = NONE_KNOWN,
    report: ReportProgress = lambda done, whole: None,
) -> WalkForwardValues:
    """Value the homes sold in some rows, each as of its closing day, before its own sale is known.

    `index_of` returns the price index as of a day. The property's own sales are never used: those of its parcel, and
    those in `same_home`, sale numbers by sale number.
    """
    found = WalkForwardValues(
        np.full(len(rows), np.nan), np.full(len(rows), np.nan), np.zeros(len(rows), dtype=np.int64)
    )
    done = 0
    for places, part in _indicated_values(sales, rows, index_of, criteria, same_home):
        for place, indicated in zip(places.tolist(), part, strict=True):
            if indicated is not None:
                found.value[place], found.log_error[place] = indicated.value, indicated.log_error
                found.comps[place] = indicated.comps
        done += len(places)
        report(done, len(rows))
    return found


def _indicated_values(
    sales: Sales,
    rows: Ints,
    index_of: Callable[[Sales, int], IndexReader],
    criteria: Criteria,
    same_home: Mapping[int, frozenset[int]],
) -> Iterator[tuple[Ints, list[IndicatedValue | None]]]:
    if not len(rows):
        return
    days = sales.close_day[rows]
    first, last = int(days.min()), int(days.max())
    spatial_index = build_spatial_index(sales, last, plane_around(sales, comparable_rows(sales, first)))
    rates = None
    order = np.lexsort((sales.seq[rows], days))
    weeks = (days[order] - first) // INDEX_DAYS
    for places in np.split(order, np.flatnonzero(np.diff(weeks)) + 1):
        start = first + (int(days[places[0]]) - first) // INDEX_DAYS * INDEX_DAYS
        index = index_of(sales, start)
        if rates is None or start - rates.as_of >= RATES_DAYS:
            rates = estimate_rates(sales, start, index)
        for some in np.split(places, range(AT_ONCE, len(places), AT_ONCE)):
            queries = [_query(spatial_index, int(rows[place]), criteria, same_home) for place in some]
            yield some, [compared.indicated for compared in compare_all(rates, index, queries)]


def _query(
    spatial_index: SpatialIndex, row: int, criteria: Criteria, same_home: Mapping[int, frozenset[int]]
) -> ComparisonQuery:
    sales = spatial_index.sales
    subject, day = _subject(sales, row, same_home), int(sales.close_day[row])
    return ComparisonQuery(
        spatial_index, day, subject, sales.types.class_of(subject.property_type), criteria, ManualSelection()
    )


def _subject(sales: Sales, row: int, same_home: Mapping[int, frozenset[int]]) -> Subject:
    subject, others = sales.subject(row), same_home.get(int(sales.seq[row]))
    if others is None:
        return subject
    parcel = sales.parcel_class[row]
    of_parcel = sales.seq[sales.parcel_class == parcel].tolist() if parcel != UNKNOWN else []
    return replace(subject, own_sales=others.union(of_parcel))
