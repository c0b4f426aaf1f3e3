"""Values: the model and the comparable sales as one, with intervals, drivers and words."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest

from backend.app.core_gov.market.columns import FEATURES, Sales, Subject
from backend.app.core_gov.valuation.model import ensemble, training
from backend.app.core_gov.valuation.model.after_repair import repaired
from backend.app.core_gov.valuation.model.ensemble import TreeSettings
from backend.app.core_gov.valuation.model.model import Model, share_of
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


@dataclass(frozen=True)
class Said:
    """What comparable sales would say."""

    value: float
    log_error: float = 0.15
    comps: int = 12


@pytest.fixture(scope="module", autouse=True)
def small_trees() -> Iterator[None]:
    """Trees that grow in a moment."""
    patch = pytest.MonkeyPatch()
    for module in (ensemble, training):
        patch.setattr(module, "settings_for", lambda count: TreeSettings(3, 25, 8, 4, 10, rate=0.2))
    yield
    patch.undo()


@pytest.fixture(scope="module")
def sales() -> Sales:
    return county(1600, seed=2)


def said_of(sales: Sales, rows: Ints) -> tuple[Floats, Floats]:
    """Comparables that err as much as the county's noise, on their own account."""
    rng = np.random.default_rng(11)
    chance = dict(zip(sales.seq.tolist(), rng.normal(0, 0.15, len(sales)).tolist(), strict=True))
    off = np.array([chance[seq] for seq in sales.seq[rows].tolist()])
    error = np.full(len(rows), 0.16)
    comps_value = sales.price[rows] * np.exp(off)
    comps_value[::10], error[::10] = np.nan, np.nan
    return comps_value, error


@pytest.fixture(scope="module")
def model(sales: Sales) -> Model:
    return train(sales, CUT, comparables=lambda rows: said_of(sales, rows))


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
def test_a_value_lies_between_what_the_model_and_the_comparables_say(valuer: Valuer, subject: Subject) -> None:
    found = valuer.value(subject, AS_OF, Said(400_000.0))
    sane(found)
    assert found.model_value is not None
    assert min(found.model_value, 400_000) <= found.value <= max(found.model_value, 400_000)
    assert 0 < found.comps_share < 1
    alone = valuer.value(subject, AS_OF)
    assert alone.value == alone.model_value
    assert alone.comps_share == 0
    assert "no comparable sales" in " ".join(alone.warnings)


@promise("Valuation", "Value drivers are in plain language and add up to the value.")
def test_the_drivers_add_up_to_the_value(valuer: Valuer, sales: Sales) -> None:
    for row in np.flatnonzero(sales.close_day >= AS_OF)[:8]:
        found = valuer.value(sales.subject(int(row)), AS_OF, Said(350_000.0))
        assert found.typical_value is not None
        total = found.typical_value + sum(driver.amount for driver in found.drivers)
        assert total == pytest.approx(found.value, abs=0.005)
        assert all(driver.sentence.startswith(driver.name) for driver in found.drivers)


def test_one_of_something_is_said_as_one(valuer: Valuer, model: Model) -> None:
    found = valuer.value(replace(model.typical, beds=1.0, baths=1.0), AS_OF)
    (rooms,) = (driver for driver in found.drivers if driver.name == "rooms")
    assert rooms.sentence.startswith("rooms: 1 bed, 1 bath")


def test_the_drivers_say_what_the_county_pays_for(valuer: Valuer, subject: Subject, model: Model) -> None:
    typical = model.typical
    found = valuer.value(replace(typical, living_sqft=2 * typical.living_sqft), AS_OF)
    assert found.drivers[0].name == "living area"
    assert found.drivers[0].amount > 0
    assert "of the typical home, adds" in found.drivers[0].sentence
    same = valuer.value(typical, AS_OF)
    assert {driver.name for driver in same.drivers} <= {"market now", "nearby sales"}


@promise(
    "Valuation",
    "Intervals of 50, 80 and 90 % cover sale prices as often as stated; each value has an FSD and a confidence.",
)
def test_intervals_hold_what_was_paid_as_often_as_they_say(valuer: Valuer, sales: Sales) -> None:
    rows = np.flatnonzero(sales.close_day >= CUT)
    found = valuer.of_sales(rows, *said_of(sales, rows))
    price = sales.price[rows][:, None]
    held = (found.low <= price) & (price <= found.high)
    np.testing.assert_allclose(held.mean(axis=0), [0.5, 0.8, 0.9], atol=0.08)
    off = np.abs(found.value / sales.price[rows] - 1)
    alone = np.abs(found.model / sales.price[rows] - 1)
    assert np.median(off) < np.median(alone)


def test_many_at_once_are_valued_as_each_alone(valuer: Valuer, sales: Sales) -> None:
    rows = np.flatnonzero(sales.close_day >= CUT)[5:300:60]
    comps_value, error = said_of(sales, rows)
    comps_value, error = np.where(np.isfinite(comps_value), comps_value, 300_000.0), np.full(len(rows), 0.16)
    found = valuer.of_sales(rows, comps_value, error)
    for place, row in enumerate(rows):
        said = Said(float(comps_value[place]), float(error[place]))
        one = valuer.value(sales.subject(int(row)), int(sales.close_day[row]), said)
        assert one.value == pytest.approx(found.value[place], abs=0.01)
        assert one.fsd == pytest.approx(found.fsd[place], abs=1e-4)


def test_a_flagged_sale_has_no_value(model: Model, sales: Sales) -> None:
    rows = np.flatnonzero(sales.close_day >= CUT)[:3]
    usable = sales.usable.copy()
    usable[rows[1]] = False
    found = Valuer(model, replace(sales, usable=usable)).of_sales(rows, np.full(3, np.nan), np.full(3, np.nan))
    assert np.isfinite(found.value).tolist() == [True, False, True]


@promise("Valuation", "No number depends on data from the valuation date or later.")
def test_nothing_that_closes_on_the_day_or_later_changes_a_value(
    model: Model, sales: Sales, valuer: Valuer, subject: Subject
) -> None:
    blind = Valuer(model, corrupted(sales, AS_OF))
    assert blind.value(subject, AS_OF, Said(400_000.0)) == valuer.value(subject, AS_OF, Said(400_000.0))


def test_the_order_of_the_sales_changes_nothing(model: Model, sales: Sales, valuer: Valuer, subject: Subject) -> None:
    mixed = sales.take(np.random.default_rng(5).permutation(len(sales)))
    assert value(subject, AS_OF, mixed, model) == valuer.value(subject, AS_OF)


def test_a_model_that_knows_the_day_is_refused(valuer: Valuer, subject: Subject, sales: Sales) -> None:
    with pytest.raises(Conflict, match="the model knows sales up to 2024-07-04"):
        valuer.value(subject, CUT - 1)
    early = np.flatnonzero(sales.close_day < CUT)[:2]
    with pytest.raises(Conflict, match="needs an earlier model"):
        valuer.of_sales(early, np.full(2, np.nan), np.full(2, np.nan))


@promise("Valuation", "Few sales, an unusual home, old data and unknown fields are reported and widen the interval.")
def test_what_is_not_known_is_said_and_widens_the_interval(valuer: Valuer, subject: Subject) -> None:
    full = valuer.value(subject, AS_OF)
    poor = valuer.value(replace(subject, grade=np.nan, living_sqft=np.nan), AS_OF)
    sane(poor)
    assert any("not known: " in warning and "living area" in warning for warning in poor.warnings)
    assert poor.fsd > full.fsd
    nowhere = valuer.value(replace(subject, latitude=np.nan, longitude=np.nan, area=None), AS_OF)
    sane(nowhere)
    assert any("place is not known" in warning for warning in nowhere.warnings)
    assert nowhere.fsd > full.fsd
    nothing = valuer.value(Subject(), AS_OF)
    sane(nothing)


@promise("Valuation", "Few sales, an unusual home, old data and unknown fields are reported and widen the interval.")
def test_a_home_unlike_any_that_sold_is_said_to_be(valuer: Valuer, subject: Subject) -> None:
    found = valuer.value(replace(subject, living_sqft=60_000.0, lot_sqft=0.0, year_built=1500.0), AS_OF)
    sane(found)
    assert sum("unlike what sold" in warning for warning in found.warnings) == 3
    assert found.fsd > valuer.value(subject, AS_OF).fsd


@promise("Valuation", "Few sales, an unusual home, old data and unknown fields are reported and widen the interval.")
def test_old_data_are_said_to_be_old(valuer: Valuer, subject: Subject) -> None:
    later = valuer.value(subject, AS_OF + 400)
    sane(later)
    text = " ".join(later.warnings)
    assert "old data: the last sale known closed on" in text
    assert "train it anew" in text
    assert later.fsd > valuer.value(subject, AS_OF).fsd


def test_without_a_model_the_comparables_speak_alone(sales: Sales, subject: Subject) -> None:
    found = Valuer(None, sales).value(subject, AS_OF, Said(321_000.0, 0.2, 3))
    sane(found)
    assert found.value == 321_000.0
    assert found.confidence == "low"
    assert found.model_version is None
    assert "no model of this market" in found.warnings[0]
    assert "few comparable sales: 3" in found.warnings
    certain = Valuer(None, sales).value(subject, AS_OF, Said(321_000.0, 0.0))
    assert certain.fsd == 0.15


def test_with_neither_there_is_no_value(sales: Sales, subject: Subject) -> None:
    with pytest.raises(Conflict, match="neither a model nor a comparable sale before 2024-12-01"):
        Valuer(None, sales).value(subject, AS_OF)
    with pytest.raises(Conflict, match="no model"):
        Valuer(None, sales).of_sales(np.arange(1), np.ones(1), np.ones(1))


def test_a_model_trained_without_comparables_still_takes_them(sales: Sales, subject: Subject) -> None:
    found = Valuer(train(sales, CUT), sales).value(subject, AS_OF, Said(400_000.0))
    sane(found)
    assert found.comps_share > 0


@promise(
    "Valuation",
    "ARV values the repaired home, is never below the as-is value, and goes to the deal only on request, audited.",
)
def test_after_repair(valuer: Valuer, subject: Subject) -> None:
    poor = replace(subject, condition=1.0, year_renovated=np.nan)
    asked: list[Subject] = []

    def compare(home: Subject) -> None:
        asked.append(home)

    found = valuer.after_repair(poor, AS_OF, compare)
    sane(found)
    assert found.after_repair
    assert found.value > valuer.value(poor, AS_OF).value
    assert asked[-1].condition == 4.0
    assert asked[-1].year_renovated == 2024.0
    assert asked[-1].grade == poor.grade
    assert any("as is: 1" in line for line in found.assumptions)


@promise(
    "Valuation",
    "ARV values the repaired home, is never below the as-is value, and goes to the deal only on request, audited.",
)
def test_after_repair_is_never_less_than_as_is(valuer: Valuer, sales: Sales) -> None:
    for row in np.flatnonzero(sales.close_day >= AS_OF)[:10]:
        home = sales.subject(int(row))
        assert valuer.after_repair(home, AS_OF, lambda _: None).value >= valuer.value(home, AS_OF).value


def test_where_sales_do_not_tell_what_repairs_do_the_arv_is_the_value_as_is(sales: Sales, subject: Subject) -> None:
    unknown = np.full(len(sales), np.nan)
    bare = replace(sales, condition=unknown, year_renovated=unknown)
    valuer = Valuer(train(bare, CUT), bare)
    found = valuer.after_repair(subject, AS_OF, lambda _: None)
    assert found.value == valuer.value(subject, AS_OF).value
    assert found.assumptions == (
        "the market's sales tell neither condition nor renovation: the value after repair is that as is",
    )
    assert not repaired(subject, AS_OF, None).changed


@promise("Valuation", "The value lies between the model's and the comps' estimates, closer to the more certain one.")
def test_the_better_informed_weighs_more() -> None:
    own = np.full(3, 0.15)
    share = share_of(1.0, own, np.array([0.05, 0.15, np.nan]))
    assert share[0] > share[1] > 0
    assert share[2] == 0


@promise(
    "Valuation",
    "No sales, one sale, identical sales or unknown data give a clear message, no crash and no nonsense number.",
)
def test_it_values_every_trait_at_its_extremes(valuer: Valuer, subject: Subject) -> None:
    for name in FEATURES:
        for extreme in (0.0, -5.0, 1e12):
            traits: dict[str, Any] = {name: extreme}
            sane(valuer.value(replace(subject, **traits), AS_OF))


@pytest.fixture(scope="module")
def long() -> Sales:
    return county(2400, seed=6, days=3650)


@pytest.fixture(scope="module")
def recent(long: Sales) -> Model:
    return train(long, FIRST_DAY + 3000)


class TestLongHistories:
    """What is too old to count is left out, and nothing is different for it."""

    def test_values_rest_on_the_sales_that_count(self, long: Sales, recent: Model) -> None:
        valuer, whole = Valuer(recent, long), Valuer(recent, long)
        assert valuer.view is not None
        assert len(valuer.view.history) < 0.8 * len(long)
        whole.view = ModelView(recent.ensemble, long, latest=recent.latest)
        rows = np.flatnonzero(long.close_day >= recent.ensemble.until)
        none = np.full(len(rows), np.nan)
        found, same = valuer.of_sales(rows, none, none), whole.of_sales(rows, none, none)
        np.testing.assert_allclose(found.value, same.value, rtol=1e-6)
        np.testing.assert_allclose(found.high, same.high, rtol=1e-6)
        np.testing.assert_allclose(found.fsd, same.fsd, rtol=1e-6)

    def test_a_sale_from_before_the_training_s_end_is_refused_however_old(self, long: Sales, recent: Model) -> None:
        for row in (0, 1500):
            with pytest.raises(Conflict, match="needs an earlier model"):
                Valuer(recent, long).of_sales(np.array([row]), np.array([np.nan]), np.array([np.nan]))

    def test_a_market_whose_sales_are_all_flagged_since(self, long: Sales, recent: Model) -> None:
        found = Valuer(recent, replace(long, usable=np.zeros(len(long), dtype=bool))).value(long.subject(0), AS_OF * 2)
        sane(found)

    def test_a_market_that_has_sold_nothing_for_years(self, long: Sales, recent: Model) -> None:
        gone = Valuer(recent, replace(long, usable=long.close_day < FIRST_DAY + 300))
        found = gone.value(long.subject(2399), FIRST_DAY + 3650)
        sane(found)
        assert "the place is not known to the market's sales" in " ".join(found.warnings)
        assert "old data: the last sale known closed on" in " ".join(found.warnings)
        lost = gone.of_sales(np.array([2399]), np.array([300_000.0]), np.array([0.1]))
        assert np.isnan([lost.value[0], lost.low[0, 0], lost.fsd[0]]).all()
