"""Comparable sales: selection, adjustments and weights."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.app.core_gov.market.columns import Sales, Subject
from backend.app.core_gov.market.indexes.price_index import estimate_index
from backend.app.core_gov.valuation.comps.comparer import Comparer
from backend.app.core_gov.valuation.comps.comparison import Comparison
from backend.app.core_gov.valuation.comps.criteria import Criteria
from backend.app.core_gov.valuation.comps.rates import estimate_rates
from backend.app.core_gov.valuation.comps.walk_forward import values
from backend.app.kit.errors import BadInput
from backend.tests.core_gov.valuation.comps.comparing import HOME, cents, check_sums, comparer, town
from backend.tests.core_gov.valuation.made_up_market import AS_OF, FlatIndex, a_market, garbled, sales_of
from backend.tests.promises import promise


class TestAdjustments:
    @promise(
        "Comparable sales",
        "Each adjustment shows its rate, standard error and source, and price plus adjustments equal the adjusted "
        "price to the cent.",
    )
    def test_two_sales_differ_by_time_alone(self) -> None:
        """Two sales at the subject's location, 100 and 200 days old, in a market that rises 0.1 % a day."""
        sales = sales_of(
            [500_000.0, 400_000.0],
            close_day=[AS_OF - 100, AS_OF - 200],
            latitude=[49.2, 49.2],
            longitude=[-123.1, -123.1],
            living_sqft=[1800.0, 1800.0],
        )
        found = comparer(sales, index=FlatIndex(daily=0.001)).compare(HOME)
        one, two = sorted(found.comps, key=lambda comp: comp.seq)
        assert cents(one.lines[0].amount) == round(50_000_000 * (np.exp(0.1) - 1))
        assert cents(two.lines[0].amount) == round(40_000_000 * (np.exp(0.2) - 1))
        assert one.weight == pytest.approx(0.5)
        assert two.weight == pytest.approx(0.5)
        assert found.indicated is not None
        assert found.indicated.value == pytest.approx((500_000 * np.exp(0.1) + 400_000 * np.exp(0.2)) / 2, abs=0.01)
        assert one.lines[0].label == "time, 2016-04-09 to 2016-07-18"
        assert one.lines[0].rate == pytest.approx(50_000 * 1.0517 / (100 / 30.437), rel=0.001)

    @promise(
        "Comparable sales",
        "Each adjustment shows its rate, standard error and source, and price plus adjustments equal the adjusted "
        "price to the cent.",
    )
    def test_lines_are_rates_times_differences(self) -> None:
        found = town().compare(HOME)
        fit = town().rates.market
        elasticity = float(fit.coefficients[fit.starts[0]])
        comp = next(comp for comp in found.comps if any(line.name == "living_sqft" for line in comp.lines))
        line = next(line for line in comp.lines if line.name == "living_sqft")
        assert line.sale is not None
        change = elasticity * np.log(HOME.living_sqft / line.sale)
        mean = (comp.adjusted_price - comp.price) / np.log(comp.adjusted_price / comp.price)
        assert line.amount == pytest.approx(mean * change, abs=0.05)
        assert line.rate == pytest.approx(line.amount / (HOME.living_sqft - line.sale), abs=0.001)
        assert line.difference == HOME.living_sqft - line.sale
        assert line.source.startswith("regression on 1,500 sales")
        assert line.standard_error > 0

    @promise("Comparable sales", "Comps are ranked by weight; nearer and more similar sales weigh more.")
    def test_nearer_and_more_similar_sales_weigh_more(self) -> None:
        sales = sales_of(
            [500_000.0] * 3,
            latitude=[49.2, 49.2, 49.2],
            longitude=[-123.1, -123.1005, -123.105],
            living_sqft=[1800.0] * 3,
        )
        found = comparer(sales).compare(HOME)
        assert [comp.seq for comp in found.comps] == [1, 2, 3]
        distances = [comp.distance_km for comp in found.comps]
        assert distances[0] == 0
        assert distances[2] == pytest.approx(0.005 * 111.195 * np.cos(np.radians(49.2)), rel=0.001)

    def test_outlier_weighs_less(self) -> None:
        price = [500_000.0] * 9 + [5_000_000.0]
        sales = sales_of(price, latitude=[49.2] * 10, longitude=[-123.1] * 10, living_sqft=[1800.0] * 10)
        found = comparer(sales).compare(HOME)
        off = next(comp for comp in found.comps if comp.seq == 10)
        assert off.warnings == ("outlier: its adjusted price is far from the others, so its weight is reduced",)
        assert off.weight < 0.05

    def test_large_adjustments_have_a_warning(self) -> None:
        found = comparer(a_market(60)).compare(replace(HOME, living_sqft=3000.0, grade=10.0))
        assert any("net adjustments are" in warning for comp in found.comps for warning in comp.warnings)
        assert any("need adjustments of more than 25 %" in warning for warning in found.warnings)


class TestSums:
    @promise(
        "Comparable sales",
        "Each adjustment shows its rate, standard error and source, and price plus adjustments equal the adjusted "
        "price to the cent.",
    )
    @settings(max_examples=40, deadline=None)
    @given(
        st.fixed_dictionaries(
            {},
            optional={
                "latitude": st.floats(49.15, 49.25),
                "longitude": st.floats(-123.2, -123.0),
                "living_sqft": st.floats(200, 20_000),
                "lot_sqft": st.floats(500, 1e6),
                "beds": st.integers(0, 12).map(float),
                "baths": st.integers(0, 20).map(lambda half: half / 2),
                "grade": st.floats(1, 13),
                "year_built": st.integers(1890, 2017).map(float),
                "area": st.sampled_from(["V5K", "nowhere"]),
                "property_type": st.sampled_from(["house", "condo", "castle"]),
            },
        )
    )
    def test_lines_add_up_to_the_cent(self, known: dict[str, Any]) -> None:
        found = town().compare(Subject(**known))
        check_sums(found)
        indicated = town().indicated(Subject(**known))
        assert indicated == found.indicated


class TestNoLookAhead:
    @promise(
        "Comparable sales",
        "Comps use nothing from the valuation date or later, including the property's own sales.",
    )
    def test_sales_closed_on_the_as_of_date_or_later_change_nothing(self) -> None:
        sales = a_market(700)
        as_of = AS_OF - 90
        later = np.flatnonzero(sales.close_day >= as_of)
        assert len(later) > 100
        before = self.answer(sales, as_of)
        for seed in range(3):
            assert self.answer(garbled(sales, later, seed), as_of) == before

    def test_shared_spatial_index_gives_the_same_values(self) -> None:
        sales = a_market(400)
        rows = np.flatnonzero(sales.close_day >= AS_OF - 40)
        before = values(sales, rows, estimate_index)
        for place in range(0, len(rows), len(rows) // 3):
            later = np.flatnonzero(sales.close_day >= sales.close_day[rows[place]])
            after = values(garbled(sales, later[later != rows[place]]), rows, estimate_index)
            assert after.value[place] == before.value[place]
            assert after.log_error[place] == before.log_error[place]

    @settings(max_examples=10, deadline=None)
    @given(st.randoms(use_true_random=False))
    def test_row_order_changes_nothing(self, random: Any) -> None:
        sales = a_market(300)
        order = list(range(300))
        random.shuffle(order)
        before, after = self.answer(sales, AS_OF), self.answer(sales.take(np.array(order)), AS_OF)
        unplaced = [replace(comp, row=0) for comp in after.comps]
        assert unplaced == [replace(comp, row=0) for comp in before.comps]
        assert replace(after, comps=()) == replace(before, comps=())

    @staticmethod
    def answer(sales: Sales, as_of: int) -> Comparison:
        index = estimate_index(sales, as_of)
        return Comparer(sales, estimate_rates(sales, as_of, index), index, as_of).compare(HOME)


class TestCriteria:
    @promise(
        "Comparable sales",
        "Search criteria start at the market's standard and widen in a stated order, never beyond the caller's limits.",
    )
    def test_limits_widen_in_order_and_find_more_sales(self) -> None:
        found = comparer(a_market(60)).compare(HOME)
        assert [step.widened for step in found.steps[:4]] == [None, "time", "distance", "size"]
        counts = [step.count for step in found.steps]
        assert counts == sorted(counts)
        assert found.steps[0].sentence.endswith("within 0.8 km, with a living area within 20 %")
        assert found.fitting == counts[-1]

    @promise(
        "Comparable sales",
        "Search criteria start at the market's standard and widen in a stated order, never beyond the caller's limits.",
    )
    @settings(max_examples=30, deadline=None)
    @given(st.integers(1, 60), st.integers(0, 300))
    def test_widening_stops_at_enough_candidates(self, min_candidates: int, row: int) -> None:
        subject = replace(town().sales.subject(row), parcel=None)
        steps = town().compare(subject, Criteria(min_candidates=min_candidates)).steps
        assert all(step.count < min_candidates for step in steps[:-1])
        assert steps[-1].count >= min_candidates or steps[-1].size is None

    def test_limits_stop_at_their_maximum(self) -> None:
        limits = Criteria(max_days=200, max_radius_km=1.0, max_size=0.25, min_candidates=200)
        found = town().compare(HOME, limits)
        assert max(comp.days for comp in found.comps) <= 200
        assert max(comp.distance_km or 0 for comp in found.comps) <= 1.0
        assert found.steps[-1].sentence.endswith("closed within 200 days, within 1 km, with a living area within 25 %")

    def test_bounds_on_rooms_and_year_are_never_widened(self) -> None:
        found = town().compare(HOME, Criteria(min_beds=3, max_beds=3, min_year_built=1950))
        rows = [comp.row for comp in found.comps]
        assert set(town().sales.beds[rows]) == {3.0}
        assert town().sales.year_built[rows].min() >= 1950

    def test_other_types_are_compared_only_on_request(self) -> None:
        sales = a_market(200)
        mixed = comparer(replace(sales, property_type=(np.arange(200) % 2).astype(np.int64)))
        assert all(comp.seq % 2 for comp in mixed.compare(HOME).comps)
        assert not all(comp.seq % 2 for comp in mixed.compare(HOME, Criteria(same_type=False)).comps)
        assert not all(comp.seq % 2 for comp in mixed.compare(replace(HOME, property_type="castle")).comps)

    @pytest.mark.parametrize(
        ("limits", "message"),
        [
            ({"days": 0}, "days must be more than zero, not 0"),
            ({"max_radius_km": float("nan")}, "max_radius_km must be more than zero, not nan"),
            ({"size": -0.2}, "size must be more than zero, not -0.2"),
            ({"max_comps": 0}, "max_comps must be 1 to 200, not 0"),
            ({"min_beds": 4, "max_beds": 3}, "min_beds must not be above max_beds: 4 is above 3"),
            ({"min_baths": -1}, "min_baths must be zero or more, not -1"),
        ],
    )
    def test_impossible_criteria_are_refused(self, limits: dict[str, Any], message: str) -> None:
        with pytest.raises(BadInput) as refusal:
            Criteria(**limits)
        assert refusal.value.detail == message


class TestValue:
    def test_values_are_near_the_generated_prices(self) -> None:
        sales = a_market(2000, noise=0.08)
        rows = np.flatnonzero(sales.close_day >= AS_OF - 30)
        found = values(sales, rows, estimate_index)
        errors = np.abs(found.value / sales.price[rows] - 1)
        assert np.median(errors) < 0.07
        inside = np.abs(np.log(found.value / sales.price[rows])) <= 1.2816 * found.log_error
        assert 0.7 <= inside.mean() <= 0.95

    def test_first_sale_of_a_market_has_no_value(self) -> None:
        sales = a_market(50)
        first = np.array([int(np.argmin(sales.close_day))])
        found = values(sales, first, estimate_index)
        assert np.isnan(found.value[0])
        assert found.comps[0] == 0

    def test_rates_estimated_later_are_refused(self) -> None:
        sales = a_market(50)
        rates = estimate_rates(sales, AS_OF, FlatIndex())
        with pytest.raises(ValueError, match="must not be estimated after"):
            Comparer(sales, rates, FlatIndex(), AS_OF - 1)
