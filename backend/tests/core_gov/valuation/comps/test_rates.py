"""Adjustment rates estimated from the sales of a market."""

from dataclasses import replace

import numpy as np
import pytest

from backend.app.core_gov.valuation.comps.characteristics import subject_characteristics
from backend.app.core_gov.valuation.comps.rates import AdjustmentRates, estimate_rates, slope
from backend.tests.core_gov.valuation.made_up_market import (
    AS_OF,
    TRUE,
    FlatIndex,
    a_market,
    garbled,
    sales_of,
    without,
)
from backend.tests.promises import promise

FLAT = FlatIndex()


def coefficient(rates: AdjustmentRates, name: str) -> float:
    """Return the first coefficient of a characteristic's curve; the only one if the curve is linear."""
    at = [curve.characteristic.name for curve in rates.market.curves].index(name)
    return float(rates.market.coefficients[rates.market.starts[at]])


def same(one: AdjustmentRates, other: AdjustmentRates) -> None:
    assert one.market.rates == other.market.rates
    assert one.market.residual_std == other.market.residual_std
    assert np.array_equal(one.market.coefficients, other.market.coefficients)
    assert np.array_equal(one.market.covariance, other.market.covariance)
    assert one.by_type.keys() == other.by_type.keys()


class TestEstimates:
    @promise(
        "Comparable sales",
        "Estimated rates match the true rates of simulated sales, and their standard errors match repeated samples.",
    )
    @pytest.mark.parametrize("unknown", [(), ("latitude",), ("latitude", "area")])
    def test_rates_match_the_generated_prices(self, unknown: tuple[str, ...]) -> None:
        rates = estimate_rates(without(a_market(1500), *unknown), AS_OF, FLAT)
        for name in ("living_sqft", "baths", "grade"):
            assert coefficient(rates, name) == pytest.approx(TRUE[name], abs=0.02)
        beds = rates.market.rates["beds"]
        assert beds.share is not None
        assert beds.standard_error is not None
        assert abs(beds.share) < 4 * beds.standard_error

    def test_prices_are_adjusted_for_time_first(self) -> None:
        rising = FlatIndex(daily=0.001)
        flat = a_market(800)
        prices = flat.price * np.exp(rising.change(flat.day, AS_OF)[0] * -1)
        rates = estimate_rates(replace(flat, price=prices), AS_OF, rising)
        assert rates.market.coefficients == pytest.approx(
            estimate_rates(flat, AS_OF, FLAT).market.coefficients, abs=1e-9
        )

    def test_outlier_prices_change_rates_little(self) -> None:
        sales = a_market(800)
        price = sales.price.copy()
        price[::40] *= 100
        rates = estimate_rates(replace(sales, price=price), AS_OF, FLAT)
        assert coefficient(rates, "living_sqft") == pytest.approx(TRUE["living_sqft"], abs=0.08)

    @promise(
        "Comparable sales",
        "Estimated rates match the true rates of simulated sales, and their standard errors match repeated samples.",
    )
    def test_standard_errors_match_repeated_samples(self) -> None:
        found = [estimate_rates(a_market(300, seed), AS_OF, FLAT).market.rates["grade"] for seed in range(30)]
        shares = [rate.share for rate in found if rate.share is not None]
        errors = [rate.standard_error for rate in found if rate.standard_error is not None]
        assert float(np.mean(errors)) == pytest.approx(float(np.std(shares)), rel=0.5)

    def test_residual_std_matches_the_price_noise(self) -> None:
        spread = estimate_rates(a_market(1500, noise=0.1), AS_OF, FLAT).market.residual_std
        assert 0.1 <= spread < 0.16

    def test_source_describes_the_regression(self) -> None:
        rate = estimate_rates(a_market(700), AS_OF, FLAT).market.rates["living_sqft"]
        assert (
            rate.source == "regression on 700 sales in this market that closed before 2016-07-18, "
            "each compared with its 12 nearest neighbors"
        )

    def test_slope_is_per_unit_at_the_value(self) -> None:
        fit = estimate_rates(a_market(400), AS_OF, FLAT).market
        elasticity = fit.coefficients[fit.starts[0]]
        assert slope(fit, "living_sqft", 2000.0)[0] == pytest.approx(elasticity * np.log(2001 / 2000))

    def test_type_with_enough_sales_has_its_own_rates(self) -> None:
        sales = a_market(1200)
        kind = (np.arange(1200) % 2).astype(np.int64)
        price = np.where(kind == 1, sales.price * np.sqrt(sales.living_sqft), sales.price)
        rates = estimate_rates(replace(sales, price=price, property_type=kind), AS_OF, FLAT)
        house, condo = rates.of(0), rates.of(1)
        assert condo.coefficients[0] - house.coefficients[0] == pytest.approx(0.5, abs=0.04)
        assert "600 sales of type condo" in condo.rates["living_sqft"].source
        assert rates.of(7) is rates.market


class TestNoLookAhead:
    @promise(
        "Comparable sales",
        "Comps use nothing from the valuation date or later, including the property's own sales.",
    )
    def test_sales_closed_on_the_as_of_date_or_later_change_nothing(self) -> None:
        sales = a_market(600)
        as_of = AS_OF - 100
        later = np.flatnonzero(sales.close_day >= as_of)
        same(estimate_rates(sales, as_of, FLAT), estimate_rates(garbled(sales, later), as_of, FLAT))

    def test_row_order_changes_nothing(self) -> None:
        sales = a_market(600)
        shuffled = sales.take(np.random.default_rng(3).permutation(600))
        same(estimate_rates(sales, AS_OF, FLAT), estimate_rates(shuffled, AS_OF, FLAT))

    def test_flagged_sales_change_nothing(self) -> None:
        sales = a_market(600)
        flagged = np.arange(0, 600, 3)
        usable = np.ones(600, dtype=bool)
        usable[flagged] = False
        one = estimate_rates(sales.take(usable), AS_OF, FLAT)
        garbage = garbled(sales, flagged)
        same(one, estimate_rates(replace(garbage, usable=usable), AS_OF, FLAT))


class TestIncompleteData:
    @pytest.mark.parametrize("count", [0, 1, 2, 3, 7, 12, 40])
    def test_few_sales_give_finite_rates(self, count: int) -> None:
        rates = estimate_rates(a_market(count), AS_OF, FLAT)
        assert rates.market.sales in {0, count}
        assert len(rates.market.curves) <= count // 6
        assert np.isfinite(rates.market.coefficients).all()
        assert np.isfinite(rates.market.covariance).all()
        assert 0 < rates.market.residual_std < 1
        for rate in rates.market.rates.values():
            assert rate.share is not None or rate.source.startswith("no rate: ")

    def test_living_area_is_estimated_first_from_few_sales(self) -> None:
        rates = estimate_rates(a_market(8), AS_OF, FLAT)
        assert [curve.characteristic.name for curve in rates.market.curves] == ["living_sqft"]
        assert rates.market.rates["grade"].source == (
            "no rate: too few sales (8) to estimate one more rate, "
            "among 8 sales in this market that closed before 2016-07-18"
        )

    def test_identical_sales_have_no_rates(self) -> None:
        rates = estimate_rates(sales_of([500_000.0] * 50, living_sqft=np.full(50, 1500.0)), AS_OF, FLAT)
        assert rates.market.curves == ()
        assert "the same in all sales" in rates.market.rates["living_sqft"].source
        assert "unknown for all sales" in rates.market.rates["grade"].source
        assert 0 < rates.market.residual_std < 0.25

    def test_rate_uses_the_sales_with_a_known_value(self) -> None:
        sales = a_market(900)
        grade = np.where(np.arange(900) % 3 == 0, sales.grade, np.nan)
        rates = estimate_rates(replace(sales, grade=grade), AS_OF, FLAT)
        assert coefficient(rates, "grade") == pytest.approx(TRUE["grade"], abs=0.03)

    def test_one_absurd_value_does_not_set_the_range(self) -> None:
        sales = a_market(1500)
        beds = sales.beds.copy()
        beds[7] = 33.0
        rates = estimate_rates(replace(sales, beds=beds), AS_OF, FLAT)
        curve = next(curve for curve in rates.market.curves if curve.characteristic.name == "beds")
        assert curve.high == 5.0


class TestCharacteristics:
    def test_renovation_after_the_sale_does_not_count(self) -> None:
        sales = sales_of([1.0] * 4, year_built=[1950.0] * 4, year_renovated=[2016.0, 2017.0, 1950.0, np.nan])
        worn = [
            float(subject_characteristics([sales.subject(row)], np.array([AS_OF]))["renovated"][0]) for row in range(4)
        ]
        assert worn == [1.0, 0.0, 0.0, 0.0]

    def test_renovation_effect_decays(self) -> None:
        sales = sales_of([1.0], year_built=[1950.0], year_renovated=[1996.0])
        assert float(subject_characteristics([sales.subject(0)], np.array([AS_OF]))["renovated"][0]) == pytest.approx(
            np.exp(-1)
        )

    def test_impossible_values_are_unknown(self) -> None:
        sales = sales_of([1.0], living_sqft=[0.0], lot_sqft=[-5.0], beds=[np.inf], year_built=[19.0])
        characteristics = subject_characteristics([sales.subject(0)], np.array([AS_OF]))
        assert all(np.isnan(characteristics[name][0]) for name in ("living_sqft", "lot_sqft", "beds", "age"))
