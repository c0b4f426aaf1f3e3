"""Permitted factors of a neighborhood rating: none describes people."""

import pytest

from backend.app.core_gov.market.rated_factors import FACTORS, LOADED, WEIGHTS, about_people, checked_weights, refused
from backend.app.core_gov.market.schemas import MarketCreate
from backend.app.core_gov.neighborhood.import_factors import FIELDS
from backend.tests.promises import promise

PROTECTED = [
    "race", "Racial composition", "ethnicity", "ethnic_mix", "religion", "churches", "national origin", "Nationality",
    "immigrants", "median_income", "household income", "income of residents", "age", "median age", "family status",
    "familial_status", "families with children", "language", "mother tongue", "sex", "gender", "disability",
    "marital status", "poverty_rate", "pct_hispanic", "percent black", "white_share", "Indigenous population",
    "education level of residents", "housing vouchers", "unemployment", "citizenship", "demographics",
]  # fmt: skip
OF_PLACES = [
    *("building age", "age of roof", "single_family", "property_type", "walk_score", "noise", "transit stops"),
    *("rental income", "value", "radius_km", "as_of", "city", "flood zone", "year_built", "houses"),
]


@promise(
    "Repairs, rents and neighborhoods",
    "No rating factor describes people, and a file with such a factor is refused.",
)
def test_no_permitted_factor_describes_people() -> None:
    assert set(WEIGHTS) == set(FACTORS) == {
        "price_trend", "liquidity", "volatility", "price_level", "rent_yield",
        "walkability", "transit", "schools", "crime",
    }  # fmt: skip
    assert not [name for name in FACTORS if about_people(name)]
    assert not [name for name in FIELDS if about_people(name)]
    assert set(LOADED) < set(FACTORS)


@promise(
    "Repairs, rents and neighborhoods",
    "No rating factor describes people, and a file with such a factor is refused.",
)
@pytest.mark.parametrize("name", PROTECTED)
def test_factors_about_people_are_refused(name: str) -> None:
    assert about_people(name)
    said = refused(name) or ""
    assert "is never a factor" in said
    assert "fair-housing and human-rights laws" in said
    with pytest.raises(ValueError, match="is never a factor"):
        checked_weights({"price_trend": 1, name: 1})


@pytest.mark.parametrize("name", OF_PLACES)
def test_factors_about_places_are_permitted(name: str) -> None:
    assert not about_people(name)


@pytest.mark.parametrize(
    ("weights", "sentence"),
    [
        ({"charm": 1}, "is not valid: charm is not a known factor; the factors are price_trend, liquidity"),
        ({"price_trend": -1}, "must be from 0 to 1000, not -1 for price_trend"),
        ({"price_trend": 0, "schools": 0}, "must not all be 0"),
    ],
)
def test_invalid_weights_are_refused(weights: dict[str, float], sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        checked_weights(weights)
    with pytest.raises(ValueError, match=sentence):
        MarketCreate(name="a", country="CA", currency="CAD", neighborhood_weights=weights)


def test_valid_weights_are_accepted() -> None:
    assert checked_weights({}) == {}
    assert checked_weights({"crime": 5, "schools": 0}) == {"crime": 5, "schools": 0}
