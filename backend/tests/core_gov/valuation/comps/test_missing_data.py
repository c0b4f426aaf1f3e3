"""Comparable sales from incomplete data: few sales, identical sales, unknown locations, invalid values."""

from dataclasses import replace

import numpy as np
import pytest

from backend.app.core_gov.market.columns import Subject
from backend.app.core_gov.valuation.comps.criteria import Criteria
from backend.tests.core_gov.valuation.comps.comparing import HOME, STANDARD, check_sums, comparer, town
from backend.tests.core_gov.valuation.made_up_market import a_market, garbled, sales_of, without
from backend.tests.promises import promise


class TestIncompleteData:
    @pytest.mark.parametrize("count", [0, 1, 2, 5, 15])
    @pytest.mark.parametrize("unknown", [(), ("living_sqft", "lot_sqft", "grade"), ("latitude",), ("latitude", "area")])
    def test_small_markets_have_values_and_warnings(self, count: int, unknown: tuple[str, ...]) -> None:
        market = comparer(without(a_market(count), *unknown))
        for subject in (HOME, Subject(), Subject(beds=3), replace(HOME, area="V5K")):
            found = market.compare(subject)
            check_sums(found)
            assert (found.indicated is None) == (count == 0)
            assert count or "no usable sale in this market closed before 2016-07-18: import sales first" in found.notes
            assert not 0 < count < 3 or "the value is uncertain" in found.warnings[0]

    def test_identical_sales_indicate_their_price(self) -> None:
        sales = sales_of([500_000.0] * 40, latitude=[49.2] * 40, longitude=[-123.1] * 40, living_sqft=[1800.0] * 40)
        found = comparer(sales).compare(HOME)
        check_sums(found)
        assert found.indicated is not None
        assert found.indicated.value == 500_000
        assert "not adjusted for living area: the same in all sales, among 40 sales" in "; ".join(found.notes)

    @promise("Comparable sales", "Differences that cannot be adjusted for are reported once per reason.")
    def test_line_is_zero_if_the_sale_lacks_the_characteristic(self) -> None:
        sales = a_market(600)
        grade = np.where(np.arange(600) % 2 == 0, sales.grade, np.nan)
        found = comparer(replace(sales, grade=grade)).compare(HOME)
        lines = [line for comp in found.comps for line in comp.lines if line.name == "grade" and line.sale is None]
        assert lines
        assert {(line.amount, line.rate, line.source) for line in lines} == {
            (0.0, None, "not adjusted: unknown for this sale")
        }

    @promise("Comparable sales", "Differences that cannot be adjusted for are reported once per reason.")
    def test_characteristics_missing_in_the_subject_widen_the_range(self) -> None:
        known, unknown = town().compare(HOME), town().compare(replace(HOME, grade=np.nan))
        assert "unknown for the property, so not adjusted for: bedrooms, age (year built), grade" in unknown.notes
        assert known.indicated is not None
        assert unknown.indicated is not None
        assert unknown.indicated.log_error > known.indicated.log_error

    @promise("Comparable sales", "Differences that cannot be adjusted for are reported once per reason.")
    def test_notes_group_missing_rates_by_reason(self) -> None:
        found = comparer(a_market(15)).compare(replace(HOME, view=0.0, floors=2.0, condition=3.0))
        among = "among 15 sales in this market that closed before 2016-07-18"
        assert found.notes == (
            f"not adjusted for lot and bathrooms: too few sales (15) to estimate one more rate, {among}",
            f"not adjusted for condition, floors and view: unknown for all sales, {among}",
        )

    @promise(
        "Market data",
        "Price, date and an area or bedrooms are enough, from import to valuation; other columns may be missing.",
    )
    def test_areas_replace_missing_coordinates(self) -> None:
        sales = a_market(200)
        area = (np.arange(200) % 2).astype(np.int64)
        market = comparer(without(replace(sales, area=area), "latitude"))
        found = market.compare(replace(HOME, area="V6A"), Criteria(max_radius_km=1.6, min_candidates=10))
        assert {comp.seq % 2 for comp in found.comps} == {0}
        assert {comp.distance_km for comp in found.comps} == {None}
        assert found.notes[0] == (
            "no sale in this market has coordinates: sales in area V6A come first, distances are unknown"
        )
        assert found.steps[0].sentence.endswith("in the same area, with a living area within 20 %")

    def test_subject_without_coordinates_is_placed_at_the_center_of_its_area(self) -> None:
        found = town().compare(replace(HOME, latitude=np.nan, longitude=np.nan, area="V5K"))
        assert found.notes[0] == (
            "the property has no coordinates: distances are from the center of the sales in area V5K"
        )
        check_sums(found)

    def test_subject_without_location_is_compared_with_the_whole_market(self) -> None:
        found = town().compare(replace(HOME, latitude=np.nan))
        assert found.notes[0] == (
            "the property has no coordinates and its area has no sales: location is not considered"
        )
        assert found.steps[0].where == "anywhere in the market"
        check_sums(found)

    def test_unknown_type_is_compared_with_all_types(self) -> None:
        castle, unknown = (town().compare(replace(HOME, property_type=kind)) for kind in ("castle", None))
        assert castle.notes[0] == "no sale in this market has type castle: sales of all types are compared"
        assert unknown.notes[0] == "the property's type is unknown: sales of all types are compared"

    def test_only_the_latest_of_many_fitting_sales_are_used(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("backend.app.core_gov.valuation.comps.widening.MAX_FITTING", 40)
        nowhere = replace(HOME, latitude=np.nan)
        found = town().compare(nowhere)
        check_sums(found)
        assert found.fitting > 40
        assert max(comp.days for comp in found.comps) < 40
        reasons = {town().why_not(nowhere, STANDARD, seq)[0] for seq in range(1, 1501)}
        assert "meets all limits, but the latest 40 sales are used and it is older" in reasons

    @pytest.mark.parametrize("price", [0.0, -5.0, 0.001, float("nan"), float("inf"), 1e15])
    def test_sales_without_a_valid_price_are_never_used(self, price: float) -> None:
        market = comparer(sales_of([price, 500_000.0], latitude=[49.2] * 2, longitude=[-123.1] * 2))
        found = market.compare(HOME)
        check_sums(found)
        assert [comp.seq for comp in found.comps] == [2]
        assert market.why_not(HOME, STANDARD, 1) == ("no valid price",)

    def test_lines_add_up_despite_absurd_values(self) -> None:
        sales = a_market(300)
        chance = np.random.default_rng(1)
        found = comparer(garbled(sales, chance.choice(300, 60, replace=False))).compare(HOME)
        check_sums(found)
