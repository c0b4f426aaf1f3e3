"""Comparisons of many properties at once: each is that of the property alone."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.app.core_gov.market.columns import Subject
from backend.app.core_gov.valuation.comps import widening
from backend.app.core_gov.valuation.comps.candidates import ManualSelection
from backend.app.core_gov.valuation.comps.comparison import ComparisonSummary
from backend.app.core_gov.valuation.comps.walk_forward import values
from backend.tests.core_gov.valuation.comps.comparing import HOME, town
from backend.tests.core_gov.valuation.made_up_market import AS_OF, FlatIndex
from backend.tests.promises import promise

Compared = tuple[Subject, ManualSelection]


@cache
def homes() -> list[Compared]:
    """Return homes that are located, sized and sold before in different ways, some with sales chosen manually."""
    sales = town().sales
    sold = [sales.subject(row) for row in range(0, 1500, 125)]
    known = [replace(home, own_sales=frozenset(sales.seq[[7, 9]].tolist())) for home in sold]
    poor = [
        replace(home, latitude=np.nan, living_sqft=np.nan, area=home.area if at % 2 else None)
        for at, home in enumerate(sold)
    ]
    odd = [HOME, Subject(), replace(HOME, property_type="castle"), replace(HOME, living_sqft=90_000.0)]
    manual = ManualSelection(frozenset(sales.seq[5:8].tolist()), frozenset(sales.seq[8:30].tolist()))
    made = [*sold, *known, *poor, *odd]
    return [(home, manual if at % 5 == 0 else ManualSelection()) for at, home in enumerate(made)]


@cache
def one_by_one() -> list[ComparisonSummary]:
    return [town().summaries([home], [manual])[0] for home, manual in homes()]


@promise("Comparable sales", "A comparison is the same to the last digit, whichever others are made with it.")
@settings(max_examples=25, deadline=None)
@given(chosen=st.lists(st.integers(0, 39), min_size=1, max_size=40))
def test_comparison_does_not_depend_on_its_batch(chosen: list[int]) -> None:
    pairs = [homes()[at] for at in chosen]
    found = town().summaries([home for home, _ in pairs], [manual for _, manual in pairs])
    assert found == [one_by_one()[at] for at in chosen]


def test_summary_has_the_sales_of_the_comparison() -> None:
    for (home, manual), summary in zip(homes(), one_by_one(), strict=True):
        full = town().compare(home, pinned=manual.pinned, excluded=manual.excluded)
        assert (summary.indicated, summary.steps) == (full.indicated, full.steps)
        assert (summary.notes, summary.warnings) == (full.notes, full.warnings)
        assert [(each.seq, each.adjusted_price, each.weight, each.distance_km) for each in summary.comps] == [
            (each.seq, each.adjusted_price, each.weight, each.distance_km) for each in full.comps
        ]


def test_many_sales_are_searched_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    subjects, manual = zip(*homes(), strict=True)
    monkeypatch.setattr(widening, "_MAX_SALES", 50)
    assert town().summaries(subjects, manual) == one_by_one()


def test_studied_value_does_not_depend_on_the_number_of_others(monkeypatch: pytest.MonkeyPatch) -> None:
    sales = town().sales
    rows = np.flatnonzero((sales.close_day >= AS_OF - 60) & (sales.close_day < AS_OF))[:40]
    together = values(sales, rows, lambda *_: FlatIndex())
    monkeypatch.setattr("backend.app.core_gov.valuation.comps.walk_forward.AT_ONCE", 3)
    in_threes = values(sales, rows[::-1], lambda *_: FlatIndex())
    assert np.isfinite(together.value).any()
    assert np.array_equal(together.value, in_threes.value[::-1], equal_nan=True)
    assert np.array_equal(together.log_error, in_threes.log_error[::-1], equal_nan=True)
