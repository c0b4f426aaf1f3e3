"""Walk-forward valuation of many sales by comparables alone, each as of its closing day, for a ratio study.

Rates are re-estimated every month and the index every week, each from the sales that closed before the first day of the
period. The comparables of a sale are those that closed before its own day. Each value therefore uses slightly less than
was known, never more.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from backend.app.core_gov.market.columns import Sales
from backend.app.core_gov.valuation.comps.comparer import STANDARD, Comparer
from backend.app.core_gov.valuation.comps.comparison import IndicatedValue
from backend.app.core_gov.valuation.comps.criteria import Criteria
from backend.app.core_gov.valuation.comps.rates import IndexReader, estimate_rates
from backend.app.core_gov.valuation.comps.spatial_index import build_spatial_index, comparable_rows, plane_around
from backend.app.kit.arrays import Floats, Ints

RATES_DAYS = 28
INDEX_DAYS = 7


@dataclass(frozen=True)
class WalkForwardValues:
    """Values of sales from comparables; NaN, and zero comps, without any."""

    value: Floats
    log_error: Floats
    comps: Ints


def values(
    sales: Sales, rows: Ints, index_of: Callable[[Sales, int], IndexReader], criteria: Criteria = STANDARD
) -> WalkForwardValues:
    """Value the homes sold in some rows, each as of its closing day, before its own sale is known.

    `index_of` returns the price index as of a day. The property's own sales are never used.
    """
    found = WalkForwardValues(
        np.full(len(rows), np.nan), np.full(len(rows), np.nan), np.zeros(len(rows), dtype=np.int64)
    )
    for place, indicated in _indicated_values(sales, rows, index_of, criteria):
        found.value[place], found.log_error[place], found.comps[place] = (
            indicated.value,
            indicated.log_error,
            indicated.comps,
        )
    return found


def _indicated_values(
    sales: Sales, rows: Ints, index_of: Callable[[Sales, int], IndexReader], criteria: Criteria
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
            sales.subject(int(rows[place])), criteria
        )
        if indicated is not None:
            yield int(place), indicated
