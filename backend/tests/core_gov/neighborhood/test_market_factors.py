"""Factors from sales: relative to the market, without look-ahead, and always finite."""

from dataclasses import replace

import numpy as np
import pytest

from backend.app.core_gov.market.columns import Codes, Sales, Subject
from backend.app.core_gov.neighborhood.market_factors import NAMES, MarketView, factors_from_sales
from backend.app.core_gov.neighborhood.rating import Factor
from backend.tests.core_gov.market.made_up import END, sales_of
from backend.tests.promises import promise

DEAR, CHEAP = (
    Subject(latitude=47.1, longitude=-122.0, area="dear"),
    Subject(latitude=46.9, longitude=-122.0, area="cheap"),
)
NOWHERE = Subject(area="nowhere")


def town(count: int = 3000, seed: int = 1) -> Sales:
    """Return a town whose north is expensive, busy and calm, and whose south is cheap, thin and volatile."""
    chance = np.random.default_rng(seed)
    north = chance.random(count) < 0.75
    latitude = np.where(north, 47.1, 46.9) + chance.normal(0, 0.02, count)
    living = np.round(np.exp(chance.normal(7.5, 0.3, count)))
    day = np.sort(chance.integers(END - 700, END, count))
    noise = chance.normal(0, np.where(north, 0.06, 0.25), count)
    trend = np.where(north, 0.10, -0.05) * (day - END) / 365.25
    price = np.exp(5.0 + np.where(north, 0.5, 0.0) + 0.9 * np.log(living) + trend + noise)
    area = np.where(north, 0, 1)
    sales = sales_of(
        price, day, latitude=latitude, longitude=-122 + chance.normal(0, 0.03, count), living_sqft=living, area=area
    )
    return replace(sales, areas=Codes(("dear", "cheap")))


def by_name(view: MarketView) -> dict[str, Factor]:
    assert [factor.name for factor in view.factors] == list(NAMES)
    for factor in view.factors:
        assert (factor.score is None) == (factor.reason is not None)
        for number in (factor.score, factor.value):
            assert number is None or np.isfinite(number)
        assert factor.score is None or 0 <= factor.score <= 100
    return {factor.name: factor for factor in view.factors}


def seen(sales: Sales, subject: Subject, as_of: int = END) -> dict[str, Factor]:
    return by_name(factors_from_sales(sales, subject, as_of, "town", "USD"))


def score(factor: Factor) -> float:
    assert factor.score is not None
    return factor.score


def test_better_places_score_higher() -> None:
    dear, cheap = seen(town(), DEAR), seen(town(), CHEAP)
    for name in NAMES:
        assert score(dear[name]) > score(cheap[name]) + 10, name
    assert dear["price_level"].unit == "USD per sq ft"
    assert dear["price_trend"].value == pytest.approx(10, abs=6)
    assert "places of the market" in (dear["liquidity"].scaling or "")
    assert dear["volatility"].source == "sales of the market town"
    assert dear["volatility"].value == pytest.approx(6, abs=3)


@promise(
    "Repairs, rents and neighborhoods",
    "`POST /core/property/properties/{property_id}/neighborhood_rating/compute` proposes a rating whose "
    "contributions add up, and says which factors are missing and why.",
)
def test_sales_from_the_day_on_are_not_used() -> None:
    sales, as_of = town(), END - 60
    later = sales.close_day >= as_of
    assert later.any()
    wild = replace(sales, price=np.where(later, 1.0, sales.price), latitude=np.where(later, 47.1, sales.latitude))
    assert seen(sales, DEAR, as_of) == seen(wild, DEAR, as_of)


def test_flagged_sales_are_left_out() -> None:
    sales = town()
    flagged = np.arange(len(sales)) % 10 == 0
    wild = replace(sales, usable=~flagged, price=np.where(flagged, 1e9, sales.price))
    same = replace(sales, usable=~flagged)
    assert seen(wild, DEAR) == seen(same, DEAR)


def test_postal_areas_are_used_without_coordinates() -> None:
    sales = town()
    blind = replace(sales, latitude=np.full(len(sales), np.nan), longitude=np.full(len(sales), np.nan))
    areas = replace(
        blind, area=np.arange(len(sales)) % 8, areas=Codes(("dear", *(f"a{number}" for number in range(7))))
    )
    found = seen(areas, replace(DEAR, latitude=np.nan, longitude=np.nan))
    assert found["liquidity"].reason is not None
    assert found["price_level"].score is not None
    assert "postal area dear" in (found["price_level"].window or "")
    assert all("postal area" in (factor.reason or "") for factor in seen(blind, NOWHERE).values())


@pytest.mark.parametrize("count", [0, 1, 29, 30, 60])
def test_too_few_sales_give_no_factors(count: int) -> None:
    found = seen(town().take(np.arange(count)), DEAR)
    if count < 30:
        for factor in found.values():
            assert f"{count} sales that closed from" in (factor.reason or "")


def test_old_sales_are_not_used() -> None:
    found = seen(town(), DEAR, END + 3000)
    assert "the newest sale is of 2015-02-28" in (found["price_trend"].reason or "")


def test_identical_sales_score_50() -> None:
    count = 200
    same = {
        "latitude": np.full(count, 47.1),
        "longitude": np.full(count, -122.0),
        "living_sqft": np.full(count, 1500.0),
    }
    sales = sales_of(np.full(count, 300_000.0), np.full(count, END - 5), **same)
    for factor in seen(sales, DEAR).values():
        assert factor.score is None or factor.score == 50


def test_a_distant_market_gives_no_factors() -> None:
    found = seen(town(), Subject(latitude=30.0, longitude=-97.0))
    assert "km away, too far for a neighborhood" in (found["price_level"].reason or "")


def test_without_living_areas_the_prices_themselves_are_compared() -> None:
    sales = town()
    found = factors_from_sales(replace(sales, living_sqft=np.full(len(sales), np.nan)), DEAR, END, "town", "CAD")
    assert by_name(found)["price_level"].unit == "CAD"
    assert found.price_per_sqft is None
