"""Ratings: contributions add up to the score, and too few factors give none."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.app.core_gov.market.rated_factors import FACTORS, WEIGHTS
from backend.app.core_gov.neighborhood import service
from backend.app.core_gov.neighborhood.rating import MIN_FACTORS, Factor, rate
from backend.tests.promises import promise

scores = st.none() | st.decimals(0, 100, places=1).map(float)
weights = st.integers(0, 1000) | st.decimals(0, 1000, places=2).map(float)


@promise(
    "Repairs, rents and neighborhoods",
    "`POST /core/property/properties/{property_id}/neighborhood_rating/compute` proposes a rating whose "
    "contributions add up, and says which factors are missing and why.",
)
@given(st.fixed_dictionaries({name: st.tuples(scores, weights) for name in FACTORS}))
def test_the_contributions_add_up_to_the_score(given_: dict[str, tuple[float | None, float]]) -> None:
    factors = [Factor(name, score) for name, (score, _) in given_.items()]
    found = rate(factors, {name: weight for name, (_, weight) in given_.items()})
    counted = [part for part in found.parts if part.contribution is not None]
    if found.score is None:
        assert counted == []
        return
    assert 0 <= found.score <= 100
    assert len(counted) == found.counted >= MIN_FACTORS
    total = sum(Fraction(str(part.contribution)) for part in counted)
    assert total == Fraction(str(found.score))
    assert sum(part.share or 0 for part in counted) == pytest.approx(1, abs=1e-4)
    exact = sum((part.share or 0) * (part.factor.score or 0) for part in counted)
    assert found.score == pytest.approx(exact, abs=0.051)


def known(*names: str) -> list[Factor]:
    return [Factor(name, 80.0 if name in names else None) for name in FACTORS]


@promise(
    "Repairs, rents and neighborhoods",
    "`POST /core/property/properties/{property_id}/neighborhood_rating/compute` proposes a rating whose "
    "contributions add up, and says which factors are missing and why.",
)
def test_too_few_factors_give_no_score() -> None:
    assert rate(known("price_trend", "liquidity"), WEIGHTS).score is None
    assert rate(known("walkability", "transit", "schools"), WEIGHTS).score is None  # 30 of 110
    enough = rate(known("price_trend", "liquidity", "volatility"), WEIGHTS)
    assert (enough.score, enough.counted) == (80.0, 3)
    assert rate(known(), WEIGHTS).score is None
    assert rate(known(*FACTORS), {}).score is None


def test_weights_of_known_factors_are_normalized() -> None:
    found = rate(known("price_trend", "liquidity", "rent_yield"), {"price_trend": 2, "liquidity": 1, "rent_yield": 1})
    assert [part.share for part in found.parts if part.share] == [0.5, 0.25, 0.25]


def test_crime_has_no_weight_while_it_is_off() -> None:
    factors = [Factor(name, 50.0) for name in FACTORS if name != "crime"]
    off = service.rated([*factors, Factor("crime", reason="off: it counts only where")], {})
    on = service.rated([*factors, Factor("crime", 0.0)], {})
    assert off.score == 50.0
    assert on.score is not None
    assert on.score < 50
    assert off.known_share == 1


class TestYields:
    def test_yield_of_the_market_scores_50(self) -> None:
        same = service.Yields(2.0, 300.0, 2.0, 300.0, "rents")
        assert service.rent_yield(same, "").score == 50
        assert service.rent_yield(same, "").value == 8.0
        twice = service.Yields(4.0, 300.0, 2.0, 300.0, "rents")
        assert service.rent_yield(twice, "").score == 100
        assert service.rent_yield(service.Yields(0.1, 300.0, 2.0, 300.0, "rents"), "").score == 0

    def test_missing_yield_has_a_reason(self) -> None:
        assert service.rent_yield("no rents", "").reason == "no rents"
