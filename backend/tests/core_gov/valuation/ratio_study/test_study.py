"""Ratio study of any sales: few, identical and invalid ones, by tier, area and month."""

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.app.core_gov.market.columns import Codes
from backend.app.core_gov.valuation.ratio_study import bootstrap, report, sales_chasing
from backend.app.core_gov.valuation.ratio_study.coverage import covered_by_value
from backend.app.core_gov.valuation.ratio_study.measures import SCALES, MeasureVerdict
from backend.app.core_gov.valuation.ratio_study.study import ValuedSales, study_ratios
from backend.app.kit.errors import BadInput
from backend.tests.core_gov.valuation.ratio_study.ratio_samples import (
    ABOUT,
    generated,
    measures_of,
    studied,
    valued,
)
from backend.tests.promises import promise


def test_row_order_does_not_change_the_study() -> None:
    sales, mixed = valued(300), np.random.default_rng(3).permutation(300)
    assert sales.day is not None
    assert sales.area is not None
    other = ValuedSales(
        sales.value[mixed],
        sales.price[mixed],
        sales.day[mixed],
        sales.area[mixed],
        sales.areas,
        {level: (low[mixed], high[mixed]) for level, (low, high) in sales.intervals.items()},
    )
    assert report.to_json(studied(sales)) == report.to_json(studied(other))


# Invariants


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.integers(10**6, 10**9), st.integers(10**6, 10**9)), min_size=5, max_size=40),
    st.floats(0.01, 100),
)
def test_measures_do_not_depend_on_the_currency(sales: list[tuple[int, int]], rate: float) -> None:
    """Amounts are whole cents, so that rounding cannot create or break ties."""
    values, prices = np.array(sales).T / 100
    found, other = measures_of(values, prices), measures_of(values * rate, prices * rate)
    for name in ("median_ratio", "cod", "cov", "prd", "ki", "mape", "fsd"):
        one, two = found[name].value, other[name].value
        assert (one is None) == (two is None)
        assert one is None or two == pytest.approx(one, rel=1e-6, abs=1e-9)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.floats(1, 1e9), st.floats(10, 1e9)), max_size=40))
def test_every_study_is_json_without_nan(sales: list[tuple[float, float]]) -> None:
    values, prices = (np.array(column, float) for column in (zip(*sales, strict=True) if sales else ((), ())))
    study = study_ratios(ValuedSales(values, prices, day=np.arange(len(sales))), ABOUT, resamples=20)
    assert json.loads(report.to_json(study))["n"] == len(sales)


def test_unbiased_values_are_level_by_tier_but_not_by_price() -> None:
    """Tiers by price alone would make even true values look regressive."""
    draw = np.random.default_rng(5)
    true = np.exp(draw.normal(13, 0.4, 4_000))
    price = true * np.exp(draw.normal(0, 0.1, 4_000))
    value = true * np.exp(draw.normal(0, 0.1, 4_000))
    gap = studied(ValuedSales(value, price)).vertical_equity.gap
    ratios = (value / price)[np.argsort(price)]
    assert gap is not None
    assert abs(gap) < 2
    assert np.median(ratios[:800]) - np.median(ratios[-800:]) > 0.05


# Few, and the same


@promise("Ratio study", "Statistics that too few or identical sales cannot support are left out.")
@pytest.mark.parametrize(("n", "reason"), [(0, "no sales"), (1, "only 1 sale:"), (4, "only 4 sales")])
def test_too_few_sales_have_no_measures(n: int, reason: str) -> None:
    study = studied(valued(n))
    for name in SCALES:
        measure = study.untrimmed[name]
        assert measure.value is None
        assert reason in (measure.note or "")
    assert study.vertical_equity.word is None
    assert study.sales_chasing.found is None
    assert study.tiers == ()
    assert study.warnings == (f"{n} sales: a ratio study needs at least 5, preferably 30 or more",)
    assert all(each.overall.covered is None for each in study.coverage)


@pytest.mark.parametrize("n", [5, 29])
def test_few_sales_have_measures_without_intervals(n: int) -> None:
    study = studied(valued(n))
    assert study.untrimmed["cod"].value is not None
    assert study.untrimmed["cod"].interval is None
    assert "at least 30 are needed" in (study.untrimmed["cod"].note or "")
    assert study.untrimmed["prb"].regression is not None
    assert f"only {n} sales" in study.warnings[0]


def test_thirty_sales_have_intervals() -> None:
    study = studied(valued(30))
    assert all(study.untrimmed[name].interval for name in bootstrap.MEASURES)
    assert study.warnings == ()


@promise("Ratio study", "Statistics that too few or identical sales cannot support are left out.")
def test_identical_prices_have_no_vertical_equity() -> None:
    values, _ = generated(40)
    study = studied(ValuedSales(values / 10, np.full(40, 50_000.0)))
    for name in ("prd", "prb", "mki", "ki"):
        assert study.untrimmed[name].value is None
        assert "all prices are the same" in (study.untrimmed[name].note or "")
    assert study.untrimmed["cod"].value is not None
    assert "all prices are the same" in study.vertical_equity.sentence


def test_identical_sales_are_suspicious_and_no_outliers() -> None:
    study = studied(ValuedSales(np.full(40, 5e5), np.full(40, 5e5)))
    assert study.untrimmed["cod"].value == 0
    assert study.untrimmed["cod"].word is MeasureVerdict.SUSPICIOUS
    assert study.sales_chasing.found
    assert study.trimmed.removed == study.trimmed_tightly.removed == 0


def test_values_at_a_fixed_share_of_prices_have_no_bias() -> None:
    _, prices = generated(60)
    found = measures_of(prices * 0.8, prices)
    assert found["prb"].value == 0
    assert found["prb"].p_value == 1
    assert found["mki"].value == pytest.approx(1)
    assert found["median_ratio"].word is MeasureVerdict.OUTSIDE


@pytest.mark.parametrize(
    ("values", "prices", "sentence"),
    [
        ([1e5, -5.0], [1e5, 1e5], "sale 2 of 2: value is -5, must be a number above zero"),
        ([1e5, 1e5], [0.0, 1e5], "sale 1 of 2: price is 0, must be a number above zero"),
        ([1e5, np.nan], [1e5, 1e5], "sale 2 of 2: value is nan, must be a number above zero"),
        ([1e5], [np.inf], "sale 1 of 1: price is inf, must be a number above zero"),
        ([1e300], [1e-300], "sale 1 of 1: value is inf times the price: one of the two is wrong"),
        ([1e5], [1e5, 2e5], "values, prices, days, areas and interval bounds must have the same length"),
    ],
)
def test_invalid_sales_are_refused(values: list[float], prices: list[float], sentence: str) -> None:
    with pytest.raises(BadInput) as refused:
        studied(ValuedSales(np.array(values), np.array(prices)))
    assert refused.value.detail == sentence


def test_inverted_intervals_are_refused() -> None:
    sales = valued(10)
    low, high = sales.intervals[90]
    with pytest.raises(BadInput, match=r"sale 1 of 10: 90 % interval has its lower bound .* above its upper bound"):
        studied(replace(sales, intervals={90: (high, low)}))
    with pytest.raises(BadInput, match="is infinite"):
        studied(replace(sales, intervals={90: (low, high * np.inf)}))


# Bands and words


def test_note_says_if_a_deviation_may_be_chance() -> None:
    _, prices = generated(200)
    high = measures_of(prices * 1.2, prices)["median_ratio"]
    assert (high.word, high.note) == (MeasureVerdict.OUTSIDE, None)
    draw = np.random.default_rng(1).normal(1.12, 0.25, 35)
    near = measures_of(prices[:35] * draw, prices[:35])["median_ratio"]
    assert near.word is MeasureVerdict.OUTSIDE
    assert near.note == "the interval overlaps the standard: the deviation may be chance"


def test_prb_has_a_wider_standard() -> None:
    _, prices = generated(400)
    tilted = prices * (prices / 4e5) ** -0.11
    found = measures_of(tilted * np.random.default_rng(2).normal(1, 0.02, 400), prices)["prb"]
    assert found.word is MeasureVerdict.OUTSIDE
    assert found.note == "within the wider standard of -0.10 to +0.10"
    study = studied(ValuedSales(tilted, prices))
    assert study.vertical_equity.word == "regressive"
    assert study.vertical_equity.sentence.startswith("expensive homes are valued lower than inexpensive ones")


# Trimming


@promise(
    "Ratio study",
    "A study has bootstrap intervals, price tiers, areas, trimming, sales-chasing tests and interval coverage.",
)
def test_trimmed_measures_leave_the_outliers_out() -> None:
    values, prices = generated(200)
    values[:3] *= 5
    study = studied(ValuedSales(values, prices))
    assert study.trimmed.removed == 3
    assert study.trimmed.measures.n == 197
    assert study.trimmed.measures["cod"].value == pytest.approx(measures_of(values[3:], prices[3:])["cod"].value)
    assert study.trimmed.note is None


def test_too_many_outliers_are_a_warning() -> None:
    values, prices = generated(200)
    values[:30] *= 5
    study = studied(ValuedSales(values, prices))
    assert study.trimmed.removed == 30
    assert any("30 of 200 ratios are outliers" in warning for warning in study.warnings)


# Tiers, areas, months


@promise(
    "Ratio study",
    "A study has bootstrap intervals, price tiers, areas, trimming, sales-chasing tests and interval coverage.",
)
def test_tiers_are_fifths_without_vertical_measures() -> None:
    study = studied(valued(203))
    assert [tier.measures.n for tier in study.tiers] == [41, 41, 41, 40, 40]
    edges = [edge for tier in study.tiers for edge in (tier.lowest or 0, tier.highest or 0)]
    assert edges == sorted(edges)
    assert study.tiers[0].measures["prb"].value is None
    assert "within a price tier" in (study.tiers[0].measures["prb"].note or "")


@promise(
    "Ratio study",
    "A study has bootstrap intervals, price tiers, areas, trimming, sales-chasing tests and interval coverage.",
)
def test_small_areas_are_pooled() -> None:
    values, prices = generated(100)
    area = np.array([0] * 31 + [1] * 40 + [2] * 10 + [3] * 9 + [-1] * 10)
    sales = ValuedSales(values, prices, area=area, areas=Codes(("98101", "98102", "98103", "98104")))
    study = studied(sales)
    assert [(each.name, each.measures.n) for each in study.areas] == [
        ("98102", 40),
        ("98101", 31),
        ("2 areas with fewer than 30 sales each, and sales without an area", 29),
    ]
    nowhere = studied(replace(sales, area=np.full(100, -1)))
    assert [each.name for each in nowhere.areas] == ["sales without an area"]


def test_months_are_calendar_months() -> None:
    values, prices = generated(4)
    study = studied(ValuedSales(values, prices, day=np.array([16_494, 16_495, 16_525, 16_526])))
    assert [(each.name, each.measures.n) for each in study.months] == [("2015-02", 1), ("2015-03", 2), ("2015-04", 1)]
    assert str(study.first_day) == "2015-02-28"
    assert str(study.last_day) == "2015-04-01"


# Sales chasing


@promise(
    "Ratio study",
    "A study has bootstrap intervals, price tiers, areas, trimming, sales-chasing tests and interval coverage.",
)
def test_sales_chasing_agrees_with_assesspy() -> None:
    values, prices = generated()
    honest = values / prices
    chased = honest.copy()
    chased[:100] = 1
    found, none = sales_chasing.detect_sales_chasing(chased), sales_chasing.detect_sales_chasing(honest)
    assert (found.jump, found.heap, found.found) == (True, True, True)
    assert (none.jump, none.heap, none.found) == (False, False, False)


def test_peaked_residuals_alone_are_not_sales_chasing() -> None:
    found = sales_chasing.detect_sales_chasing(np.exp(0.1 * np.random.default_rng(4).standard_t(1.5, 2_000)))
    assert (found.jump, found.heap, found.found) == (False, True, False)


# Intervals


@promise(
    "Ratio study",
    "A study has bootstrap intervals, price tiers, areas, trimming, sales-chasing tests and interval coverage.",
)
def test_coverage_is_reported_overall_and_by_quintile() -> None:
    draw = np.random.default_rng(6)
    value = np.exp(draw.normal(13, 0.4, 5_000))
    price = value * np.exp(draw.normal(0, 0.1, 5_000))
    low, high = value * np.exp(-0.16449), value * np.exp(0.16449)
    found = covered_by_value(90, value, price, low, high)
    assert found.overall.covered == pytest.approx(90, abs=1.5)
    assert found.overall.word is MeasureVerdict.WITHIN
    assert found.overall.interval is not None
    assert found.overall.interval.high - found.overall.interval.low == pytest.approx(1.7, abs=0.2)
    assert found.overall.below == pytest.approx(5, abs=1)
    assert found.overall.width == pytest.approx(100 * (np.exp(0.16449) - np.exp(-0.16449)))
    assert [each.n for each in found.quintiles] == [1_000] * 5
    narrow = covered_by_value(90, value, price, value * 0.95, value * 1.05)
    assert (narrow.overall.word, narrow.overall.note) == (MeasureVerdict.OUTSIDE, None)


def test_sales_without_an_interval_are_left_out_of_the_coverage() -> None:
    sales = valued(60)
    low, high = (end.copy() for end in sales.intervals[90])
    low[:50] = np.nan
    study = studied(replace(sales, intervals={90: (low, high)}))
    assert study.coverage[0].overall.n == 10
    assert study.coverage[0].quintiles[0].covered is None
    assert "at least 5 are needed" in (study.coverage[0].quintiles[0].note or "")
