"""Recalibration: intervals follow the errors of the latest sales."""

from dataclasses import replace
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.app.core_gov.market.columns import Sales
from backend.app.core_gov.valuation.calibration.intervals import SHARES
from backend.app.core_gov.valuation.calibration.recalibration import Recalibration, recalibration
from backend.app.core_gov.valuation.model.training import train
from backend.app.core_gov.valuation.model.valuer import Valuer
from backend.tests.core_gov.valuation.county import FIRST_DAY, county
from backend.tests.promises import promise

CUT, AS_OF = FIRST_DAY + 500, FIRST_DAY + 700
END = 1.2816
"""Of the 80 % interval of an error with a standard deviation of 1."""


def with_errors(scale: float, count: int, seed: int = 1) -> Recalibration:
    """Return sales, one a day, with errors this many times as large as the nominal ones."""
    normal = [NormalDist().inv_cdf((place + 0.5) / count) for place in range(count)]
    error = scale * np.random.default_rng(seed).permutation(np.array(normal))
    ends = np.full(count, END)
    return recalibration(np.arange(count), error, -ends, ends)


def test_factor_is_one_without_sales() -> None:
    assert with_errors(2.0, 0).factors(np.array([5, 5, 9])).tolist() == [1.0, 1.0, 1.0]
    assert with_errors(2.0, 10).factor(0) == 1.0


def test_nominal_errors_change_little() -> None:
    assert with_errors(1.0, 2000).factor(2000) == pytest.approx(1.0, abs=0.08)


@pytest.mark.parametrize(("scale", "low", "high"), [(1.3, 1.1, 1.3), (0.8, 0.8, 0.95), (50.0, 1.3, 1.6)])
def test_larger_and_smaller_errors_change_the_factor_in_part(scale: float, low: float, high: float) -> None:
    assert low < with_errors(scale, 400).factor(400) < high


def test_few_sales_change_little() -> None:
    assert abs(with_errors(3.0, 5).factor(5) - 1) < 0.05


def test_old_sales_lose_their_weight() -> None:
    calm, wild = with_errors(1.0, 600), with_errors(2.0, 600)
    turned = Recalibration(np.arange(1200), np.concatenate([wild.stretch, calm.stretch]))
    assert turned.factor(600) > 1.3
    assert turned.factor(1200) == pytest.approx(1.0, abs=0.1)


@given(st.lists(st.floats(-3, 3), min_size=1, max_size=40), st.integers(0, 50))
def test_factor_is_bounded_and_ignores_later_sales(errors: list[float], day: int) -> None:
    error, ends = np.array(errors), np.full(len(errors), 0.1)
    found = recalibration(np.arange(len(errors)), error, -ends, ends)
    assert 1 / 1.6 <= found.factor(day) <= 1.6
    later = np.where(np.arange(len(errors)) >= day, 1e6, error)
    assert recalibration(np.arange(len(errors)), later, -ends, ends).factor(day) == found.factor(day)


def in_groups(scale_of_cheap: float, count: int, seed: int = 2) -> Recalibration:
    """Return sales, one a day, of which the cheap fifth has errors this many times as large as the nominal ones."""
    chance = np.random.default_rng(seed)
    level, ends = chance.normal(size=count), np.full(count, END)
    error = chance.normal(size=count) * np.where(level < -0.84, scale_of_cheap, 1.0)
    return recalibration(np.arange(count), error, -ends, ends, {"level": level})


@promise("Valuation", "Intervals follow the errors of the latest sales separately for cheap and expensive homes.")
def test_each_group_follows_its_own_errors() -> None:
    found = in_groups(1.5, 1000)
    cheap, typical, dear, unknown = found.factors(np.full(4, 1000), {"level": np.array([-1.4, 0.0, 1.4, np.nan])})
    assert cheap > 1.2
    assert typical == pytest.approx(1.0, abs=0.12)
    assert dear == pytest.approx(1.0, abs=0.12)
    assert unknown == found.factor(1000)


def test_factors_of_a_day_are_the_same_after_many_other_days() -> None:
    error = np.random.default_rng(4).normal(0, 1.5, 400)
    found = recalibration(np.arange(400), error, -np.full(400, END), np.full(400, END), {"level": error})
    scores = {"level": np.array([-1.0, 0.3, 2.0])}
    first = [found.factors(np.full(3, day), scores).tolist() for day in range(300, 320)]
    assert [found.factors(np.full(3, day), scores).tolist() for day in reversed(range(300, 320))] == first[::-1]
    assert found.factors(np.full(3, 305)).tolist() == [found.factor(305)] * 3 != first[5]


def test_few_sales_of_a_group_change_little() -> None:
    found = in_groups(3.0, 12)
    assert found.factors(np.array([12, 12]), {"level": np.array([-1.4, 1.4])}) == pytest.approx([1.0, 1.0], abs=0.2)


@given(st.lists(st.tuples(st.floats(-3, 3), st.floats(-4, 4)), min_size=1, max_size=40), st.integers(0, 50))
def test_factors_of_groups_are_bounded_and_ignore_later_sales(sales: list[tuple[float, float]], day: int) -> None:
    error, level = (np.array(column) for column in zip(*sales, strict=True))
    ends, homes, days = np.full(len(sales), 0.1), {"level": np.linspace(-3, 3, 7)}, np.full(7, day)
    factors = recalibration(np.arange(len(sales)), error, -ends, ends, {"level": level}).factors(days, homes)
    assert (factors >= 1 / 1.6 - 1e-12).all()
    assert (factors <= 1.6 + 1e-12).all()
    later = np.arange(len(sales)) >= day
    changed = np.where(later, 1e6, error), np.where(later, -level, level)
    again = recalibration(np.arange(len(sales)), changed[0], -ends, ends, {"level": changed[1]})
    assert again.factors(days, homes).tolist() == factors.tolist()


@pytest.fixture(scope="module")
def sales() -> Sales:
    return county(900, seed=4)


@pytest.fixture(scope="module")
def wild(sales: Sales) -> Sales:
    """The same county, with prices that became volatile after training."""
    chance = np.random.default_rng(5).normal(0, 0.3, len(sales))
    return replace(sales, price=np.where(sales.close_day >= CUT, sales.price * np.exp(chance), sales.price))


def test_volatile_market_widens_intervals_with_a_caution(sales: Sales, wild: Sales) -> None:
    model = train(sales, CUT)
    calm, turned = Valuer(model, sales), Valuer(model, wild)
    subject = sales.subject(int(np.flatnonzero(sales.close_day >= AS_OF)[0]))
    before, after = calm.value(subject, AS_OF), turned.value(subject, AS_OF)
    assert after.fsd > 1.2 * before.fsd
    assert "recent prices differed more from their values than in training" in " ".join(after.warnings)
    assert "recent prices differed" not in " ".join(turned.value(subject, CUT).warnings), "no sale was known by then"

    rows = np.flatnonzero(wild.close_day >= CUT + 60)
    none = np.full(len(rows), np.nan)
    price = wild.price[rows]

    def held(valuer: Valuer) -> float:
        found = valuer.predict_sales(rows, none, none)
        inside = (found.low[:, SHARES.index(0.8)] <= price) & (price <= found.high[:, SHARES.index(0.8)])
        return float(inside.mean())

    turned_held = held(turned)
    turned._recalibration = Recalibration(np.empty(0, dtype=np.int64), np.empty(0))
    assert turned_held > held(turned) + 0.05
