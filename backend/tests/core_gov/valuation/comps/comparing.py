"""Comparisons in generated markets, and invariants of every comparison."""

from functools import cache

import pytest

from backend.app.core_gov.market.columns import Sales, Subject
from backend.app.core_gov.valuation.comps.comparer import Comparer
from backend.app.core_gov.valuation.comps.comparison import Comparison
from backend.app.core_gov.valuation.comps.criteria import Criteria
from backend.app.core_gov.valuation.comps.rates import estimate_rates
from backend.tests.core_gov.valuation.made_up_market import AS_OF, FlatIndex, a_market

STANDARD = Criteria()
HOME = Subject(
    latitude=49.2, longitude=-123.1, living_sqft=1800, lot_sqft=5000, baths=2, grade=7, property_type="house"
)


def comparer(sales: Sales, as_of: int = AS_OF, index: FlatIndex | None = None) -> Comparer:
    index = index or FlatIndex()
    return Comparer(sales, estimate_rates(sales, as_of, index), index, as_of)


@cache
def town() -> Comparer:
    return comparer(a_market(1500))


def cents(amount: float) -> int:
    return round(amount * 100)


def check_sums(comparison: Comparison) -> None:
    """Assert the invariants of every comparison."""
    for comp in comparison.comps:
        assert cents(comp.price) + sum(cents(line.amount) for line in comp.lines) == cents(comp.adjusted_price)
        assert sum(cents(line.amount) for line in comp.lines) == cents(comp.net)
        assert sum(abs(cents(line.amount)) for line in comp.lines) == cents(comp.gross)
        assert comp.close_day < comparison.as_of
        assert comp.weight >= 0
        assert 0 <= comp.similarity <= 1
    assert [comp.rank for comp in comparison.comps] == list(range(1, len(comparison.comps) + 1))
    assert (comparison.indicated is None) == (not comparison.comps)
    if comparison.indicated is not None:
        assert sum(comp.weight for comp in comparison.comps) == pytest.approx(1)
        reconciled = sum(comp.weight * comp.adjusted_price for comp in comparison.comps)
        assert comparison.indicated.value == pytest.approx(reconciled, abs=0.011)
        assert 0 < comparison.indicated.low < comparison.indicated.value < comparison.indicated.high < float("inf")
        assert comparison.indicated.standard_error > 0
