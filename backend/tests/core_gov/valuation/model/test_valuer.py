"""Valuation: model and comparable sales reconciled, with intervals, drivers and cautions."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.app.core_gov.market.columns import FEATURES, Sales, Subject
from backend.app.core_gov.valuation.boosting.members import TreeSettings
from backend.app.core_gov.valuation.model.after_repair import repaired
from backend.app.core_gov.valuation.model.model import Model, comps_weight
from backend.app.core_gov.valuation.model.predictor import ModelView
from backend.app.core_gov.valuation.model.training import train
from backend.app.core_gov.valuation.model.valuer import Valuation, Valuer, value
from backend.app.kit.arrays import Floats, Ints
from backend.app.kit.errors import Conflict
from backend.tests.core_gov.valuation.county import FIRST_DAY, county
from backend.tests.core_gov.valuation.model.test_model import corrupted
from backend.tests.promises import promise

CUT = FIRST_DAY + 550
AS_OF = FIRST_DAY + 700
SMALL = TreeSettings(3, 25, 8, 4, 10, rate=0.2)


@dataclass(frozen=True)
class StubComparables:
    """Generated value from comparable sales."""

    value: float
    log_error: float = 0.15
    comps: int = 12


@pytest.fixture(scope="module")
def sales() -> Sales:
    return county(1600, seed=2)


def stub_comparables(sales: Sales, rows: Ints) -> tuple[Floats, Floats]:
    """Return generated values from comparables, with errors as large as the county's noise."""
    rng = np.random.default_rng(11)
    chance = dict(zip(sales.seq.tolist(), rng.normal(0, 0.15, len(sales)).tolist(), strict=True))
    off = np.array([chance[seq] for seq in sales.seq[rows].tolist()])
    error = np.full(len(rows), 0.16)
    comps_value = sales.price[rows] * np.exp(off)
    comps_value[::10], error[::10] = np.nan, np.nan
    return comps_value, error


@pytest.fixture(scope="module")
def model(sales: Sales) -> Model:
    return train(sales, CUT, comparables=lambda rows: stub_comparables(sales, rows))


@pytest.fixture(scope="module")
def valuer(model: Model, sales: Sales) -> Valuer:
    return Valuer(model, sales)


@pytest.fixture
def subject(sales: Sales) -> Subject:
    return sales.subject(int(np.flatnonzero(sales.close_day >= AS_OF)[0]))


def sane(found: Valuation) -> None:
    ends = [found.value]
    for interval in found.intervals:
        assert 0 < interval.low <= min(ends)
        assert max(ends) <= interval.high
        ends += [interval.low, interval.high]
    assert [interval.share for interval in found.intervals] == [0.5, 0.8, 0.9]
    assert np.isfinite([*ends, found.fsd]).all()
    assert found.fsd > 0


@promise("Valuation", "The value lies between the model's and the comps' estimates, closer to the more certain one.")
def test_value_lies_between_model_and_comparables(valuer: Valuer, subject: Subject) -> None:
    found = valuer.value(subject, AS_OF, StubComparables(400_000.0))
    sane(found)
    assert found.model_value is not None
    assert min(found.model_value, 400_000) <= found.value <= max(found.model_value, 400_000)
    assert 0 < found.comps_share < 1
    alone = valuer.value(subject, AS_OF)
    assert alone.value == alone.model_value
    assert alone.comps_share == 0
    assert "no comparable sales" in " ".join(alone.warnings)


@promise("Valuation", "Value drivers are in plain language and add up to the value.")
def test_drivers_add_up_to_the_value(valuer: Valuer, sales: Sales) -> None:
    for row in np.flatnonzero(sales.close_day >= AS_OF)[:8]:
        found = valuer.value(sales.subject(int(row)), AS_OF, StubComparables(350_000.0))
        assert found.typical_value is not None
        total = found.typical_value + sum(driver.amount for driver in found.drivers)
        assert total == pytest.approx(found.value, abs=0.005)
        assert all(driver.sentence.startswith(driver.name) for driver in found.drivers)


def test_driver_sentence_uses_the_singular_for_one(valuer: Valuer, model: Model) -> None:
    found = valuer.value(replace(model.typical, beds=1.0, baths=1.0), AS_OF)
    (rooms,) = (driver for driver in found.drivers if driver.name == "rooms")
    assert rooms.sentence.startswith("rooms: 1 bed, 1 bath")


def test_living_area_is_the_largest_driver_of_a_larger_home(valuer: Valuer, subject: Subject, model: Model) -> None:
    typical = model.typical
    found = valuer.value(replace(typical, living_sqft=2 * typical.living_sqft), AS_OF)
    assert found.drivers[0].name == "living area"
    assert found.drivers[0].amount > 0
    assert "(typical home: " in found.drivers[0].sentence
    same = valuer.value(typical, AS_OF)
    assert {driver.name for driver in same.drivers} <= {"market now", "nearby sales"}


@promise(
    "Valuation",
    "Intervals of 50, 80 and 90 % cover sale prices as often as stated; each value has an FSD and a confidence.",
)
def test_intervals_have_their_nominal_coverage(valuer: Valuer, sales: Sales) -> None:
    rows = np.flatnonzero(sales.close_day >= CUT)
    found = valuer.predict_sales(rows, *stub_comparables(sales, rows))
    price = sales.price[rows][:, None]
    held = (found.low <= price) & (price <= found.high)
    np.testing.assert_allclose(held.mean(axis=0), [0.5, 0.8, 0.9], atol=0.08)
    off = np.abs(found.value / sales.price[rows] - 1)
    alone = np.abs(found.model / sales.price[rows] - 1)
    assert np.median(off) < np.median(alone)


def test_bulk_values_equal_single_values(valuer: Valuer, sales: Sales) -> None:
    rows = np.flatnonzero(sales.close_day >= CUT)[5:300:60]
    comps_value, error = stub_comparables(sales, rows)
    comps_value, error = np.where(np.isfinite(comps_value), comps_value, 300_000.0), np.full(len(rows), 0.16)
    found = valuer.predict_sales(rows, comps_value, error)
    for place, row in enumerate(rows):
        stub = StubComparables(float(comps_value[place]), float(error[place]))
        one = valuer.value(sales.subject(int(row)), int(sales.close_day[row]), stub)
        assert one.value == pytest.approx(found.value[place], abs=0.01)
        assert one.fsd == pytest.approx(found.fsd[place], abs=1e-4)


Home = tuple[Subject, StubComparables | None]


@pytest.fixture(scope="module")
def homes(sales: Sales) -> list[Home]:
    """Properties as different as they come: sold before, without a location, unknown, with and without comparables."""
    known = [sales.subject(row) for row in range(0, 160, 10)]
    own = [
        replace(each, own_sales=frozenset(sales.seq[row : row + row % 3].tolist())) for row, each in enumerate(known)
    ]
    poor = [replace(each, latitude=np.nan, longitude=np.nan, grade=np.nan, property_type="castle") for each in known]
    made = [*known, *own, *poor, Subject(), replace(known[0], area=None, latitude=0.0)]
    return [(each, StubComparables(2e5 + 1e4 * at, comps=at) if at % 3 else None) for at, each in enumerate(made)]


def outcomes(found: Sequence[Valuation | Conflict]) -> list[Valuation | str]:
    return [each.detail if isinstance(each, Conflict) else each for each in found]


def always(comps: StubComparables | None, places: Sequence[int], _: object) -> list[StubComparables | None]:
    return [comps for _ in places]


@pytest.fixture(scope="module")
def one_by_one(valuer: Valuer, homes: list[Home]) -> list[tuple[Valuation | str, Valuation | str]]:
    """Return each home's value as is and after repair; the last home is too far away from every sale."""
    found = []
    for home, comps in homes:
        (as_is,) = outcomes(valuer.values([home], AS_OF, [comps]))
        (repaired_home,) = outcomes(valuer.values_after_repair([home], AS_OF, partial(always, comps)))
        found.append((as_is, repaired_home))
    assert [at for at, (as_is, _) in enumerate(found) if isinstance(as_is, str)] == [len(homes) - 1]
    return found


@promise("Valuation", "A value is the same to the last digit, whichever other properties are valued with it.")
@settings(max_examples=25)
@given(chosen=st.lists(st.integers(0, 49), min_size=1, max_size=40))
def test_value_does_not_depend_on_its_batch(
    valuer: Valuer, homes: list[Home], one_by_one: list[tuple[Valuation | str, Valuation | str]], chosen: list[int]
) -> None:
    subjects, comps = [homes[at][0] for at in chosen], [homes[at][1] for at in chosen]
    assert outcomes(valuer.values(subjects, AS_OF, comps)) == [one_by_one[at][0] for at in chosen]
    repaired_homes = valuer.values_after_repair(subjects, AS_OF, lambda places, _: [comps[at] for at in places])
    assert outcomes(repaired_homes) == [one_by_one[at][1] for at in chosen]


def test_flagged_sale_has_no_value(model: Model, sales: Sales) -> None:
    rows = np.flatnonzero(sales.close_day >= CUT)[:3]
    usable = sales.usable.copy()
    usable[rows[1]] = False
    found = Valuer(model, replace(sales, usable=usable)).predict_sales(rows, np.full(3, np.nan), np.full(3, np.nan))
    assert np.isfinite(found.value).tolist() == [True, False, True]


@promise("Valuation", "No number depends on data from the valuation date or later.")
def test_later_sales_do_not_change_a_value(model: Model, sales: Sales, valuer: Valuer, subject: Subject) -> None:
    blind = Valuer(model, corrupted(sales, AS_OF))
    assert blind.value(subject, AS_OF, StubComparables(400_000.0)) == valuer.value(
        subject, AS_OF, StubComparables(400_000.0)
    )


def test_row_order_does_not_change_a_value(model: Model, sales: Sales, valuer: Valuer, subject: Subject) -> None:
    mixed = sales.take(np.random.default_rng(5).permutation(len(sales)))
    assert value(subject, AS_OF, mixed, model) == valuer.value(subject, AS_OF)


def test_model_trained_after_the_as_of_date_is_refused(valuer: Valuer, subject: Subject, sales: Sales) -> None:
    with pytest.raises(Conflict, match="the model was trained on sales before 2024-07-04"):
        valuer.value(subject, CUT - 1)
    early = np.flatnonzero(sales.close_day < CUT)[:2]
    with pytest.raises(Conflict, match="needs an earlier model"):
        valuer.predict_sales(early, np.full(2, np.nan), np.full(2, np.nan))


@promise("Valuation", "Few sales, an unusual home, old data and unknown fields are reported and widen the interval.")
def test_unknown_characteristics_widen_the_interval(valuer: Valuer, subject: Subject) -> None:
    full = valuer.value(subject, AS_OF)
    poor = valuer.value(replace(subject, grade=np.nan, living_sqft=np.nan), AS_OF)
    sane(poor)
    assert any("unknown: " in warning and "living area" in warning for warning in poor.warnings)
    assert poor.fsd > full.fsd
    nowhere = valuer.value(replace(subject, latitude=np.nan, longitude=np.nan, area=None), AS_OF)
    sane(nowhere)
    assert any("no sales near the property" in warning for warning in nowhere.warnings)
    assert nowhere.fsd > full.fsd
    nothing = valuer.value(Subject(), AS_OF)
    sane(nothing)


@promise("Valuation", "Few sales, an unusual home, old data and unknown fields are reported and widen the interval.")
def test_characteristics_outside_the_range_have_a_caution(valuer: Valuer, subject: Subject) -> None:
    found = valuer.value(replace(subject, living_sqft=60_000.0, lot_sqft=0.0, year_built=1500.0), AS_OF)
    sane(found)
    assert sum("outside the range of sales" in warning for warning in found.warnings) == 3
    assert found.fsd > valuer.value(subject, AS_OF).fsd


@promise("Valuation", "Few sales, an unusual home, old data and unknown fields are reported and widen the interval.")
def test_old_data_and_old_models_have_a_caution(valuer: Valuer, subject: Subject) -> None:
    later = valuer.value(subject, AS_OF + 400)
    sane(later)
    text = " ".join(later.warnings)
    assert "old data: the latest sale closed on" in text
    assert "train a new one" in text
    assert later.fsd > valuer.value(subject, AS_OF).fsd


def test_comparables_alone_value_a_market_without_a_model(sales: Sales, subject: Subject) -> None:
    found = Valuer(None, sales).value(subject, AS_OF, StubComparables(321_000.0, 0.2, 3))
    sane(found)
    assert found.value == 321_000.0
    assert found.confidence == "low"
    assert found.model_version is None
    assert "no model for this market" in found.warnings[0]
    assert "few comparable sales: 3" in found.warnings
    certain = Valuer(None, sales).value(subject, AS_OF, StubComparables(321_000.0, 0.0))
    assert certain.fsd == 0.15


def test_value_needs_a_model_or_a_comparable_sale(sales: Sales, subject: Subject) -> None:
    with pytest.raises(Conflict, match="no model and no comparable sale before 2024-12-01"):
        Valuer(None, sales).value(subject, AS_OF)
    with pytest.raises(Conflict, match="no model"):
        Valuer(None, sales).predict_sales(np.arange(1), np.ones(1), np.ones(1))


def test_model_trained_without_comparables_uses_them(sales: Sales, subject: Subject) -> None:
    found = Valuer(train(sales, CUT), sales).value(subject, AS_OF, StubComparables(400_000.0))
    sane(found)
    assert found.comps_share > 0


@promise(
    "Valuation",
    "ARV values the repaired home, is never below the as-is value, and goes to the deal only on request, audited.",
)
def test_after_repair_improves_condition_and_renovation(valuer: Valuer, subject: Subject) -> None:
    poor = replace(subject, condition=1.0, year_renovated=np.nan)
    compared: list[Subject] = []

    def compare(home: Subject) -> None:
        compared.append(home)

    found = valuer.after_repair(poor, AS_OF, compare)
    sane(found)
    assert found.after_repair
    assert found.value > valuer.value(poor, AS_OF).value
    assert compared[-1].condition == 4.0
    assert compared[-1].year_renovated == 2024.0
    assert compared[-1].grade == poor.grade
    assert any("as is: 1" in line for line in found.assumptions)


@promise(
    "Valuation",
    "ARV values the repaired home, is never below the as-is value, and goes to the deal only on request, audited.",
)
def test_after_repair_value_is_at_least_the_as_is_value(valuer: Valuer, sales: Sales) -> None:
    for row in np.flatnonzero(sales.close_day >= AS_OF)[:10]:
        home = sales.subject(int(row))
        assert valuer.after_repair(home, AS_OF, lambda _: None).value >= valuer.value(home, AS_OF).value


def test_after_repair_equals_as_is_if_sales_lack_condition(sales: Sales, subject: Subject) -> None:
    unknown = np.full(len(sales), np.nan)
    bare = replace(sales, condition=unknown, year_renovated=unknown)
    valuer = Valuer(train(bare, CUT), bare)
    found = valuer.after_repair(subject, AS_OF, lambda _: None)
    assert found.value == valuer.value(subject, AS_OF).value
    assert found.assumptions == (
        "the market's sales have neither condition nor renovation: the after-repair value equals the as-is value",
    )
    assert not repaired(subject, AS_OF, None).changed


@promise("Valuation", "The value lies between the model's and the comps' estimates, closer to the more certain one.")
def test_smaller_error_weighs_more() -> None:
    own = np.full(3, 0.15)
    share = comps_weight(1.0, own, np.array([0.05, 0.15, np.nan]))
    assert share[0] > share[1] > 0
    assert share[2] == 0


@promise(
    "Valuation",
    "No sales, one sale, identical sales or unknown data give a clear message, no crash and no nonsense number.",
)
def test_extreme_characteristics_have_finite_values(valuer: Valuer, subject: Subject) -> None:
    for name in FEATURES:
        for extreme in (0.0, -5.0, 1e12):
            characteristics: dict[str, Any] = {name: extreme}
            (found,) = valuer.values([replace(subject, **characteristics)], AS_OF, [None])
            if isinstance(found, Conflict):
                assert name in {"latitude", "longitude"}
                assert "km away" in found.detail
            else:
                sane(found)


@pytest.fixture(scope="module")
def long() -> Sales:
    return county(2400, seed=6, days=3650)


@pytest.fixture(scope="module")
def recent(long: Sales) -> Model:
    return train(long, FIRST_DAY + 3000)


class TestLongHistories:
    """Sales too old to matter are left out without changing any value."""

    def test_old_sales_do_not_change_values(self, long: Sales, recent: Model) -> None:
        valuer, whole = Valuer(recent, long), Valuer(recent, long)
        assert valuer.view is not None
        assert len(valuer.view.history) < 0.8 * len(long)
        whole.view = ModelView(recent.ensemble, long, settings=recent.residual_settings)
        rows = np.flatnonzero(long.close_day >= recent.ensemble.until)
        none = np.full(len(rows), np.nan)
        found, same = valuer.predict_sales(rows, none, none), whole.predict_sales(rows, none, none)
        np.testing.assert_allclose(found.value, same.value, rtol=1e-6)
        np.testing.assert_allclose(found.high, same.high, rtol=1e-6)
        np.testing.assert_allclose(found.fsd, same.fsd, rtol=1e-6)

    def test_sales_of_the_training_period_are_refused(self, long: Sales, recent: Model) -> None:
        for row in (0, 1500):
            with pytest.raises(Conflict, match="needs an earlier model"):
                Valuer(recent, long).predict_sales(np.array([row]), np.array([np.nan]), np.array([np.nan]))

    def test_market_with_only_flagged_sales_has_a_value(self, long: Sales, recent: Model) -> None:
        found = Valuer(recent, replace(long, usable=np.zeros(len(long), dtype=bool))).value(long.subject(0), AS_OF * 2)
        sane(found)

    def test_market_without_recent_sales_has_cautions(self, long: Sales, recent: Model) -> None:
        gone = Valuer(recent, replace(long, usable=long.close_day < FIRST_DAY + 300))
        found = gone.value(long.subject(2399), FIRST_DAY + 3650)
        sane(found)
        assert "no sales near the property" in " ".join(found.warnings)
        assert "old data: the latest sale closed on" in " ".join(found.warnings)
        lost = gone.predict_sales(np.array([2399]), np.array([300_000.0]), np.array([0.1]))
        assert np.isnan([lost.value[0], lost.low[0, 0], lost.fsd[0]]).all()
