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
from backend.app.core_gov.valuation.comps.comparer import STANDARD, Comparer
from backend.app.core_gov.valuation.comps.comparison import IndicatedValue
from backend.app.core_gov.valuation.comps.criteria import Criteria
from backend.app.core_gov.valuation.comps.rates import IndexReader, estimate_rates
from backend.app.core_gov.valuation.comps.spatial_index import build_spatial_index, comparable_rows, plane_around
from backend.app.kit.arrays import Floats, Ints

NONE_KNOWN: Mapping[int, frozenset[int]] = MappingProxyType({})
RATES_DAYS = 28
INDEX_DAYS = 7


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
) -> WalkForwardValues:
    """Value the homes sold in some rows, each as of its closing day, before its own sale is known.

    `index_of` returns the price index as of a day. The property's own sales are never used: those of its parcel, and
    those in `same_home`, sale numbers by sale number.
    """
    found = WalkForwardValues(
        np.full(len(rows), np.nan), np.full(len(rows), np.nan), np.zeros(len(rows), dtype=np.int64)
    )
    for place, indicated in _indicated_values(sales, rows, index_of, criteria, same_home):
        found.value[place], found.log_error[place], found.comps[place] = (
            indicated.value,
            indicated.log_error,
            indicated.comps,
        )
    return found


def _indicated_values(
    sales: Sales,
    rows: Ints,
    index_of: Callable[[Sales, int], IndexReader],
    criteria: Criteria,
    same_home: Mapping[int, frozenset[int]],
) -> Iterator[tuple[int, IndicatedValue]]:
    if not len(rows):
        return
    days = sales.close_day[rows]
    first, last = int(days.min()), int(days.max())
    spatial_index = build_spatial_index(sales, last, plane_around(sales, comparable_rows(sales, first)))
    index, rates, week = None, None, -1
    for place in np.lexsort((sales.seq[rows], days)):
        day = int(days[place])
        start = day - (day - first) % INDEX_DAYS
        if index is None or start != week:
            index, week = index_of(sales, start), start
            if rates is None or start - rates.as_of >= RATES_DAYS:
                rates = estimate_rates(sales, start, index)
        assert rates is not None
        indicated = Comparer(sales, rates, index, day, spatial_index).indicated(
            _subject(sales, int(rows[place]), same_home), criteria
        )
        if indicated is not None:
            yield int(place), indicated


def _subject(sales: Sales, row: int, same_home: Mapping[int, frozenset[int]]) -> Subject:
    subject, others = sales.subject(row), same_home.get(int(sales.seq[row]))
    if others is None:
        return subject
    parcel = sales.parcel_class[row]
    of_parcel = sales.seq[sales.parcel_class == parcel].tolist() if parcel != UNKNOWN else []
    return replace(subject, own_sales=others.union(of_parcel))
