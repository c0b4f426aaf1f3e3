"""Training, and predictions of a trained model: reproducible, and without look-ahead."""

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from backend.app.core_gov.market.columns import FEATURES, Codes, Sales
from backend.app.core_gov.market.fingerprint import fingerprint
from backend.app.core_gov.valuation.boosting.members import TreeSettings
from backend.app.core_gov.valuation.model.model import Model
from backend.app.core_gov.valuation.model.predictor import ModelView
from backend.app.core_gov.valuation.model.sales_history import WINDOW_DAYS, History, MarketMap
from backend.app.core_gov.valuation.model.training import train
from backend.app.kit.errors import Conflict
from backend.tests.core_gov.valuation.county import FIRST_DAY, NOISE, county
from backend.tests.promises import promise

CUT = FIRST_DAY + 550
SMALL = TreeSettings(folds=3, rounds=25, leaves=8, depth=4, fewest=10, rate=0.2)


@pytest.fixture(scope="module")
def sales() -> Sales:
    return county(900)


@pytest.fixture(scope="module")
def model(sales: Sales) -> Model:
    return train(sales, CUT)


def shuffled(sales: Sales) -> Sales:
    return sales.take(np.random.default_rng(9).permutation(len(sales)))


def set_columns(sales: Sales, columns: dict[str, Any]) -> Sales:
    return replace(sales, **columns)


def corrupted(sales: Sales, day: int) -> Sales:
    """Return the sales with false data for those that closed on or after a day."""
    later = np.flatnonzero(sales.close_day >= day)
    rng = np.random.default_rng(10)
    wrong = {name: getattr(sales, name).copy() for name in (*FEATURES, "price", "parcel", "area", "close_day")}
    for name in FEATURES:
        wrong[name][later] = rng.normal(50, 30, len(later))
    wrong["price"][later] = rng.uniform(1, 1e9, len(later))
    wrong["parcel"][later] = rng.integers(0, 50, len(later))
    wrong["area"][later] = -1
    wrong["close_day"][later] = day + rng.integers(0, 2000, len(later))
    wrong["price"][later[:3]] = [np.nan, np.inf, -1.0]
    return set_columns(sales, wrong)


def test_accuracy_is_near_the_noise(model: Model) -> None:
    account = model.accuracy["with latest sales"]
    assert account.sales > 150
    assert 0.6 * NOISE < account.median_error < 1.3 * NOISE
    assert 0.95 < account.median_ratio < 1.05


@promise(
    "Valuation",
    "The same inputs give the same numbers after a restart and after later sales; each value names its model and data.",
)
def test_row_order_does_not_change_the_model(sales: Sales, model: Model) -> None:
    assert train(shuffled(sales), CUT).text() == model.text()


@promise("Valuation", "No number depends on data from the valuation date or later.")
def test_later_sales_do_not_change_the_model(sales: Sales, model: Model) -> None:
    assert train(corrupted(sales, CUT), CUT).text() == model.text()


@promise(
    "Valuation",
    "The same inputs give the same numbers after a restart and after later sales; each value names its model and data.",
)
def test_json_round_trip_gives_the_same_residuals(sales: Sales, model: Model) -> None:
    back = Model.from_json(json.loads(model.text()))
    assert back.text() == model.text()
    assert back.version == model.version
    one, other = (ModelView(each.ensemble, sales, settings=each.residual_settings) for each in (model, back))
    assert np.array_equal(one.detrended_residual, other.detrended_residual)


@promise("Valuation", "A model of format 1, which version 0.8 and earlier trained, keeps its version and its values.")
def test_model_of_format_1_keeps_its_version_and_values(sales: Sales, model: Model) -> None:
    stored = replace(model, ensemble=replace(model.ensemble, level_forest=None)).to_json()
    back = Model.from_json(json.loads(json.dumps(stored)))
    assert (stored["format"], back.version[:2]) == (1, "1-")
    assert back.to_json() == stored
    view = ModelView(back.ensemble, sales, settings=back.residual_settings)
    assert np.isfinite(view.detrended_residual).all()


def test_model_of_another_format_is_refused(model: Model) -> None:
    with pytest.raises(ValueError, match="train a new model"):
        Model.from_json(model.to_json() | {"format": 0})


def test_residuals_do_not_change_with_later_sales(sales: Sales, model: Model) -> None:
    day = CUT + 90
    one, other = (
        ModelView(model.ensemble, each, settings=model.residual_settings) for each in (sales, corrupted(sales, day))
    )
    known = one.history.known(day)
    assert known > 500
    assert np.array_equal(one.detrended_residual[:known], other.detrended_residual[:known])
    subject = sales.subject(int(np.flatnonzero(sales.close_day >= day)[5]))
    mine, theirs = (view.predict_subjects([subject], day) for view in (one, other))
    assert mine.value == theirs.value


def test_sale_is_valued_by_the_member_trained_without_its_parcel(sales: Sales, model: Model) -> None:
    """An absurd price does not pull its own prediction."""
    price = sales.price.copy()
    row = int(np.flatnonzero(sales.close_day < CUT)[300])
    price[row] *= 20
    with_outlier = replace(sales, price=price)
    view = ModelView(train(with_outlier, CUT).ensemble, with_outlier)
    place = int(view.history.rows_at(np.array([row]))[0])
    assert view.residual[place] > 2.0


def test_other_residual_settings_change_the_residuals(sales: Sales, model: Model) -> None:
    view = ModelView(model.ensemble, sales, settings=model.residual_settings)
    before = view.detrended_residual
    settings = replace(model.residual_settings, market_shrink=4 * model.residual_settings.market_shrink)
    other = view.with_settings(settings)
    assert not np.array_equal(other.detrended_residual, before)
    assert np.array_equal(
        other.detrended_residual, ModelView(model.ensemble, sales, settings=settings).detrended_residual
    )


def test_progress_reaches_the_total(sales: Sales) -> None:
    progress: list[tuple[int, int]] = []
    train(sales, CUT, lambda done, total: progress.append((done, total)))
    assert [done for done, _ in progress] == list(range(1, len(progress) + 1))
    assert progress[-1][0] == progress[-1][1]


@promise(
    "Market data",
    "Price, date and an area or bedrooms are enough, from import to valuation; other columns may be missing.",
)
@pytest.mark.parametrize(
    "missing",
    [
        pytest.param(["latitude", "longitude"], id="without coordinates"),
        pytest.param(["grade", "lot_sqft", "condition", "year_renovated"], id="without grade, lot and condition"),
        pytest.param([name for name in FEATURES if name != "living_sqft"], id="living area alone"),
        pytest.param([name for name in FEATURES if name != "beds"], id="bedrooms alone"),
        pytest.param(list(FEATURES), id="nothing but price and day"),
    ],
)
def test_training_works_with_missing_columns(sales: Sales, missing: list[str]) -> None:
    bare = set_columns(sales, {name: np.full(len(sales), np.nan) for name in missing})
    model = train(bare, CUT)
    view = ModelView(model.ensemble, bare, settings=model.residual_settings)
    assert np.isfinite(view.residual).all()
    prediction = view.predict_subjects([bare.subject(len(bare) - 1)], CUT + 200)
    assert np.isfinite(prediction.value).all()


def test_training_works_without_area_parcel_and_type(sales: Sales) -> None:
    unknown = np.full(len(sales), -1)
    nan = np.full(len(sales), np.nan)
    none = Codes()
    bare = replace(sales, area=unknown, parcel=unknown, property_type=unknown, areas=none, parcels=none, types=none)
    bare = replace(bare, latitude=nan, longitude=nan)
    assert np.isfinite(ModelView(train(bare, CUT).ensemble, bare).residual).all()


@pytest.mark.parametrize(
    ("count", "message"),
    [(0, "0 usable sales before 2024-07-04"), (1, "1 usable sale before"), (99, "99 usable sales before")],
)
def test_too_few_sales_are_refused(count: int, message: str) -> None:
    with pytest.raises(Conflict, match=message):
        train(county(max(count, 1), days=500).take(np.arange(count)), CUT)


def test_identical_prices_are_refused(sales: Sales) -> None:
    with pytest.raises(Conflict, match="the same price"):
        train(replace(sales, price=np.full(len(sales), 250_000.0)), CUT)


def test_flagged_and_unpriced_sales_do_not_change_the_model(sales: Sales, model: Model) -> None:
    with_outlier = sales.take(np.arange(len(sales)).repeat(2))
    twice = np.arange(len(with_outlier)) % 2 == 1
    seq = np.where(twice, with_outlier.seq + 10_000, with_outlier.seq)
    price = np.where(twice, 5.0, with_outlier.price)
    price[1] = np.nan
    with_outlier = replace(with_outlier, seq=seq, price=price, usable=~twice)
    assert train(with_outlier, CUT).text() == model.text()


def test_training_works_on_one_day_or_at_one_location(sales: Sales) -> None:
    some = sales.take(np.arange(150))
    one_day = replace(some, day=np.full(150, CUT - 3), close_day=np.full(150, CUT - 3))
    assert np.isfinite(ModelView(train(one_day, CUT).ensemble, one_day).residual).all()
    one_place = replace(some, latitude=np.full(150, 45.0), longitude=np.full(150, -93.0))
    assert np.isfinite(ModelView(train(one_place, CUT).ensemble, one_place).residual).all()


def test_training_works_on_identical_homes(sales: Sales) -> None:
    some = sales.take(np.arange(200))
    same = set_columns(some, {name: np.full(200, getattr(some, name)[0]) for name in FEATURES})
    assert np.isfinite(ModelView(train(same, CUT).ensemble, same).residual).all()


def test_neighbors_are_the_nearest_earlier_sales_of_other_parcels(sales: Sales) -> None:
    parcel = sales.parcel.copy()
    parcel[800] = parcel[700]
    sales = replace(sales, parcel=parcel)
    history = History(sales, MarketMap.of(sales))
    rows = np.array([30, 400, 800])
    found = history.nearest(history.places[rows], history.sales.close_day[rows], history.sales.parcel[rows], 20)
    for place, row in enumerate(rows):
        days = history.sales.close_day
        allowed = np.flatnonzero(
            (days < days[row]) & (days >= days[row] - WINDOW_DAYS) & (history.sales.parcel != history.sales.parcel[row])
        )
        distance = np.linalg.norm(history.places[allowed] - history.places[row], axis=1)
        expected = np.sort(distance)[:20]
        np.testing.assert_allclose(found.km[place][: len(expected)], expected, atol=2e-3)
        assert set(found.rows[place][found.found[place]].tolist()) <= set(allowed.tolist())


def test_neighbors_in_bulk_equal_neighbors_one_by_one(sales: Sales) -> None:
    history = History(sales, MarketMap.of(sales))
    places, days, parcels = history.places, history.sales.close_day, history.sales.parcel
    every = history.nearest(places, days, parcels, 10)
    for row in range(0, len(history), 97):
        one = history.nearest(places[row : row + 1], days[row : row + 1], parcels[row : row + 1], 10)
        assert np.array_equal(one.rows[0], every.rows[row])


def test_fingerprint_depends_on_the_data_but_not_on_their_order(sales: Sales) -> None:
    digest = fingerprint(sales)
    assert fingerprint(shuffled(sales)) == digest
    renamed = replace(sales, area=3 - sales.area, areas=Codes(tuple(reversed(sales.areas.names))))
    assert fingerprint(renamed) == digest
    price = sales.price.copy()
    price[7] += 1
    assert fingerprint(replace(sales, price=price)) != digest
    assert fingerprint(replace(sales, areas=Codes(("A", "B", "C", "E")))) != digest
