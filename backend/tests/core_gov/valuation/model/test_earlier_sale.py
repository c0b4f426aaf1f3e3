"""The parcel's own earlier sale: which one counts, and what it does to a value."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.app.core_gov.market.columns import UNKNOWN, Sales
from backend.app.core_gov.market.parcels import ParcelCodes, first_days
from backend.app.core_gov.valuation.boosting.members import TreeSettings
from backend.app.core_gov.valuation.model.earlier_sale import MIN_DAYS_APART, PriorSales
from backend.app.core_gov.valuation.model.features import feature_columns
from backend.app.core_gov.valuation.model.model import Model
from backend.app.core_gov.valuation.model.training import train
from backend.app.core_gov.valuation.model.valuer import Valuer
from backend.app.kit.arrays import Floats, Ints
from backend.tests.core_gov.valuation.county import FIRST_DAY, county
from backend.tests.promises import promise

CUT = FIRST_DAY + 600
QUALITY = 0.25
"""Standard deviation of what a home is worth beyond its recorded characteristics."""
SMALL = TreeSettings(folds=3, rounds=60, leaves=8, depth=4, fewest=8, rate=0.15)


def resold(count: int = 900, seed: int = 3) -> Sales:
    """Return a county in which each home sells about twice, and keeps its unrecorded quality."""
    sales, chance = county(count, seed=seed, noise=0.05), np.random.default_rng(seed)
    parcel = chance.integers(0, count // 2, count)
    first = np.array([np.flatnonzero(parcel == each)[0] for each in parcel])
    quality = chance.normal(0, QUALITY, count)[first]
    days = sales.close_day - sales.close_day[first]
    same_home = sales.take(first)
    return replace(
        same_home,
        seq=sales.seq,
        day=sales.day,
        close_day=sales.close_day,
        price=np.round(same_home.price * np.exp(quality + 0.06 * days / 365 + chance.normal(0, 0.05, count)), -2),
        parcel=parcel,
        parcels=ParcelCodes(sales.parcels.names, first_days(parcel, sales.close_day, len(sales.parcels.names))),
    )


@pytest.fixture(scope="module")
def sales() -> Sales:
    return resold()


@pytest.fixture(scope="module")
def model(sales: Sales) -> Model:
    return train(sales, CUT)


def log_errors(valuer: Valuer, sales: Sales, rows: Ints) -> Floats:
    values = [valuer.value(sales.subject(int(row)), int(sales.close_day[row])).value for row in rows]
    return np.asarray(np.log(values) - np.log(sales.price[rows]))


@given(
    st.lists(st.tuples(st.integers(-1, 3), st.integers(0, 900), st.booleans()), max_size=30),
    st.integers(-1, 3),
    st.integers(0, 1_000),
)
def test_latest_usable_sale_of_the_parcel_at_least_180_days_before_counts(
    rows: list[tuple[int, int, bool]], parcel: int, as_of: int
) -> None:
    market = replace(
        county(40).take(np.arange(len(rows))),
        parcel=np.array([each for each, _, _ in rows], dtype=np.int64),
        close_day=np.array([day for _, day, _ in rows], dtype=np.int64),
        usable=np.array([usable for _, _, usable in rows], dtype=bool),
    )
    eligible = [
        (day, row)
        for row, (own, day, usable) in enumerate(rows)
        if usable and own == parcel >= 0 and day <= as_of - MIN_DAYS_APART
    ]
    found = PriorSales(market).rows(np.array([parcel]), np.array([as_of]))
    assert found.tolist() == [max(eligible)[1] if eligible else UNKNOWN]


@promise(
    "Valuation",
    "The price of the parcel's last sale, if it closed at least 180 days before, informs the value.",
)
def test_earlier_sale_reduces_the_error(sales: Sales, model: Model) -> None:
    prior = PriorSales(sales).rows(sales.parcel_class, sales.close_day)
    rows = np.flatnonzero((sales.close_day >= CUT) & (prior >= 0))
    valuer = Valuer(model, sales)
    with_it = log_errors(valuer, sales, rows)
    without = log_errors(valuer, replace(sales, parcel=np.full(len(sales), UNKNOWN)), rows)
    assert len(rows) > 40
    assert np.median(np.abs(with_it)) < 0.75 * np.median(np.abs(without))
    one = valuer.value(sales.subject(int(rows[0])), int(sales.close_day[rows[0]]))
    assert "own earlier sale" in {driver.name for driver in one.drivers}
    assert one.typical_value is not None
    assert one.typical_value + sum(driver.amount for driver in one.drivers) == pytest.approx(one.value, abs=0.005)


@promise(
    "Valuation",
    "A copy of a sale, planted up to 90 days before it in another spelling of the parcel, does not improve its value.",
)
def test_planted_copies_of_the_sale_itself_improve_nothing(sales: Sales, model: Model) -> None:
    rows = np.flatnonzero(sales.close_day >= CUT)[::12]
    chance = np.random.default_rng(8)
    copies = sales.take(rows)
    days = copies.close_day - chance.integers(1, 91, len(rows))
    names = (*sales.parcels.names, *(f"{name[:2]}-{name[2:]}".lower() for name in sales.parcels.names))
    parcel = np.r_[sales.parcel, copies.parcel + len(sales.parcels.names)]
    close_day = np.r_[sales.close_day, days]
    planted = replace(
        sales.take(np.r_[np.arange(len(sales)), rows]),
        seq=np.arange(1, len(sales) + len(rows) + 1),
        price=np.r_[sales.price, copies.price * 1.01],
        day=close_day,
        close_day=close_day,
        parcel=parcel,
        parcels=ParcelCodes(names, first_days(parcel, close_day, len(names))),
    )
    assert (planted.parcel_class[len(sales) :] == planted.parcel_class[rows]).all(), "the spellings are recognized"
    before, after = log_errors(Valuer(model, sales), sales, rows), log_errors(Valuer(model, planted), planted, rows)
    assert np.abs(after).mean() > np.abs(before).mean() - 0.01


def test_renovation_counts_only_in_years_strictly_between(sales: Sales, model: Model) -> None:
    view, day = Valuer(model, sales).view, int(sales.close_day.max()) + 800
    assert view is not None
    prior = PriorSales(sales).rows(sales.parcel_class, np.full(len(sales), day))
    row = int(np.flatnonzero(prior >= 0)[0])
    sold, now = (int(1970 + each / 365.2425) for each in (sales.close_day[prior[row]], day))
    assert now - sold >= 2
    found = {}
    for year in (sold, sold + 1, now - 1, now):
        prediction = view.predict_subjects([replace(sales.subject(row), year_renovated=float(year))], day)
        columns = feature_columns(
            prediction.homes, view.history, prediction.near, view.price_signals, model.ensemble.hedonic
        )
        found[year] = columns["renovated since earlier sale"].tolist()
    assert found == {sold: [0.0], sold + 1: [1.0], now - 1: [1.0], now: [0.0]}
