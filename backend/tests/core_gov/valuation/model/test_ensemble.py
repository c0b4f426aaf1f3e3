"""Further columns of sales in the trees: what they improve, whose they are, and what happens without them."""

import json
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.app.core_gov.market.columns import UNKNOWN, ExtraColumns, Sales, Subject
from backend.app.core_gov.market.source_rows.extra_columns import typed_columns
from backend.app.core_gov.valuation.model.homes import subject_homes
from backend.app.core_gov.valuation.model.model import FORMAT, FORMAT_2, Model
from backend.app.core_gov.valuation.model.sales_history import History, MarketMap
from backend.app.core_gov.valuation.model.training import train
from backend.app.core_gov.valuation.model.valuer import Valuation, Valuer, Values
from backend.app.kit.arrays import Bools, Floats, Ints
from backend.app.kit.errors import Conflict
from backend.tests.core_gov.valuation.county import FIRST_DAY, county
from backend.tests.promises import promise

CUT = FIRST_DAY + 550
AS_OF = FIRST_DAY + 730
STYLES = ("Cottage", "Ranch", "Villa")
EFFECTS = (-0.3, 0.0, 0.3)


def described(count: int = 1500, seed: int = 4) -> Sales:
    """Return a county in which style and finish, which only further columns state, explain most of the rest."""
    sales, chance = county(count, seed=seed, noise=0.05), np.random.default_rng(seed)
    style, finish = chance.integers(0, 3, count), chance.normal(0, 1, count).round(2)
    worth = np.array(EFFECTS)[style] + 0.15 * finish
    rows: list[dict[str, float | str]] = [
        {"style": STYLES[code], "finish": float(each)} for code, each in zip(style, finish, strict=True)
    ]
    price: Floats = np.asarray(sales.price * np.exp(worth)).round(-2)
    return replace(sales, price=price, extra=typed_columns(sales.seq.tolist(), rows))


@pytest.fixture(scope="module")
def sales() -> Sales:
    return described()


@pytest.fixture(scope="module")
def model(sales: Sales) -> Model:
    return train(sales, CUT)


@pytest.fixture(scope="module")
def valuer(model: Model, sales: Sales) -> Valuer:
    return Valuer(model, sales)


def later_rows(sales: Sales) -> Ints:
    return np.flatnonzero(sales.close_day >= CUT)


def only(extra: ExtraColumns | None, some: Bools) -> ExtraColumns:
    """Return the further columns of some sales."""
    assert extra is not None
    return extra.of_sales(extra.seq[some])


def values_of(valuer: Valuer, rows: Ints) -> Values:
    none = np.full(len(rows), np.nan)
    return valuer.predict_sales(rows, none, none)


def median_error(found: Values, price: Floats) -> float:
    return float(np.median(np.abs(found.value / price - 1)))


@promise(
    "Valuation",
    "Further columns that a mapping names are features of the model: a sold home has those of its own sale.",
)
def test_further_columns_reduce_the_error(valuer: Valuer, model: Model, sales: Sales) -> None:
    rows = later_rows(sales)
    plain = replace(sales, extra=None)
    without = median_error(values_of(Valuer(train(plain, CUT), plain), rows), sales.price[rows])
    assert median_error(values_of(valuer, rows), sales.price[rows]) < 0.5 * without
    assert [(each.name, each.kind, each.known) for each in model.ensemble.extra] == [
        ("finish", "numeric", 1.0),
        ("style", "categorical", 1.0),
    ]


@promise(
    "Valuation",
    "A home without further columns is valued about as accurately as by a model without them, in a wider interval "
    "that covers its price as often as stated.",
)
def test_home_without_further_columns_has_a_wider_interval_that_covers(
    valuer: Valuer, model: Model, sales: Sales
) -> None:
    rows, plain = later_rows(sales), replace(sales, extra=None)
    blank = replace(sales, extra=only(sales.extra, sales.close_day < CUT))
    found, known = values_of(Valuer(model, blank), rows), values_of(valuer, rows)
    without = median_error(values_of(Valuer(train(plain, CUT), plain), rows), sales.price[rows])
    assert median_error(found, sales.price[rows]) < 1.15 * without
    price = sales.price[rows][:, None]
    for values in (found, known):
        held = (values.low <= price) & (price <= values.high)
        np.testing.assert_allclose(held.mean(axis=0), [0.5, 0.8, 0.9], atol=0.12)
    widths = [np.log(each.high[:, 1] / each.low[:, 1]) for each in (found, known)]
    assert np.median(widths[0]) > 1.3 * np.median(widths[1])


def without_parcel(subject: Subject) -> Subject:
    return replace(subject, parcel=None)


@promise(
    "Valuation",
    "A property on file has the further columns of its parcel's newest sale that closed before the day and has some; "
    "flagged sales never count.",
)
def test_property_has_the_further_columns_of_its_last_sale(valuer: Valuer, sales: Sales) -> None:
    row = int(np.flatnonzero(sales.close_day < CUT)[-1])
    found, blank = (valuer.value(each, AS_OF) for each in (sales.subject(row), without_parcel(sales.subject(row))))
    assert "further columns" in {driver.name for driver in found.drivers}
    assert "further columns" not in {driver.name for driver in blank.drivers}
    caution = "no earlier sale of the parcel with the further columns of the market, so the interval is wider"
    assert (caution in found.warnings, caution in blank.warnings) == (False, True)
    assert found.fsd < blank.fsd
    for each in (found, blank):
        assert each.typical_value is not None
        assert each.typical_value + sum(driver.amount for driver in each.drivers) == pytest.approx(
            each.value, abs=0.005
        )
    flagged = replace(sales, usable=sales.usable & (np.arange(len(sales)) != row))
    history = History(flagged, MarketMap.of(sales))
    assert subject_homes(history, [sales.subject(row)], AS_OF, CUT).recorded.tolist() == [UNKNOWN]


def test_home_of_a_flagged_sale_has_the_further_columns_of_that_sale(
    valuer: Valuer, model: Model, sales: Sales
) -> None:
    row = int(later_rows(sales)[5])
    flagged = replace(sales, usable=sales.usable & (np.arange(len(sales)) != row))
    subject, day = without_parcel(sales.subject(row)), int(sales.close_day[row])
    alone = Valuer(model, flagged).value(replace(subject, sold_as=int(sales.seq[row])), day)
    known = values_of(valuer, np.array([row]))
    assert alone.fsd == pytest.approx(float(known.fsd[0]), rel=0.2)
    assert alone.value == pytest.approx(float(known.value[0]), rel=0.1)
    assert alone.fsd < Valuer(model, flagged).value(subject, day).fsd


@given(
    st.lists(st.tuples(st.integers(0, 2), st.integers(0, 60), st.booleans(), st.booleans()), min_size=1, max_size=20),
    st.integers(0, 60),
)
def test_newest_usable_sale_with_further_columns_before_the_day_counts(
    rows: list[tuple[int, int, bool, bool]], as_of: int
) -> None:
    few = county(40).take(np.arange(len(rows)))
    market = replace(
        few,
        parcel=np.array([parcel for parcel, _, _, _ in rows], dtype=np.int64),
        close_day=np.array([day for _, day, _, _ in rows], dtype=np.int64),
        usable=np.array([usable for _, _, usable, _ in rows], dtype=bool),
        extra=typed_columns(few.seq.tolist(), [{"a": 1.0} if has else {} for _, _, _, has in rows]),
    )
    history = History(market, MarketMap.of(market))
    for parcel in range(3):
        eligible = [
            (day, row)
            for row, (own, day, usable, has) in enumerate(rows)
            if usable and has and own == parcel and day < as_of
        ]
        found = history.last_recorded(np.array([parcel]), np.array([as_of]))
        assert found.tolist() == [max(eligible)[1] if eligible else UNKNOWN]


def test_no_later_sale_affects_model_or_value(model: Model, valuer: Valuer, sales: Sales) -> None:
    assert sales.extra is not None
    late = sales.close_day >= CUT
    nonsense: list[dict[str, float | str]] = [{"style": "Igloo", "finish": 1e12} if each else {} for each in late]
    rows: list[dict[str, float | str]] = [
        other or {"style": STYLES[int(code)], "finish": float(number)}
        for other, code, number in zip(
            nonsense, sales.extra.categorical["style"].codes, sales.extra.numeric["finish"], strict=True
        )
    ]
    changed = replace(sales, extra=typed_columns(sales.seq.tolist(), rows))
    assert train(changed, CUT).text() == model.text()
    day = int(sales.close_day[late].min())
    known = sales.subject(int(np.flatnonzero(~late)[-1]))
    assert Valuer(model, changed).value(known, day) == valuer.value(known, day)


def test_same_sales_give_the_same_model_in_any_order(model: Model, sales: Sales) -> None:
    order = np.random.default_rng(9).permutation(len(sales))
    assert train(sales.take(order), CUT).text() == model.text()


def test_model_with_further_columns_survives_json_in_a_format_of_its_own(
    model: Model, valuer: Valuer, sales: Sales
) -> None:
    read = Model.from_json(json.loads(model.text()))
    assert (model.format, read.text(), read.ensemble.extra) == (FORMAT, model.text(), model.ensemble.extra)
    subject = sales.subject(3)
    found, wanted = Valuer(read, sales).value(subject, AS_OF), valuer.value(subject, AS_OF)
    assert (found.value, found.intervals, found.drivers) == (wanted.value, wanted.intervals, wanted.drivers)


@promise("Valuation", "Further columns change nothing in a market that has none, or in a model trained without them.")
def test_model_without_further_columns_does_not_notice_them(sales: Sales) -> None:
    plain = replace(sales, extra=None)
    model = train(plain, CUT)
    stored = json.loads(model.text())
    assert (model.format, "extra" in stored["core"]) == (FORMAT_2, False)
    rows, subject = later_rows(sales), sales.subject(3)
    one, other = Valuer(model, plain), Valuer(model, sales)
    np.testing.assert_array_equal(values_of(one, rows).low, values_of(other, rows).low)
    assert one.value(subject, AS_OF) == other.value(subject, AS_OF)


def test_columns_that_later_sales_lack_or_have_in_another_kind_are_no_error(model: Model, sales: Sales) -> None:
    assert sales.extra is not None
    changed = typed_columns(sales.seq.tolist(), [{"style": 3.0, "finish": "plain", "new": 1.0}] * len(sales))
    for extra in (None, only(sales.extra, np.zeros(len(sales), dtype=bool)), changed):
        found = values_of(Valuer(model, replace(sales, extra=extra)), later_rows(sales))
        assert np.isfinite(found.value).all()


@pytest.fixture(scope="module")
def subjects(sales: Sales) -> list[Subject]:
    """Properties with and without further columns of their own."""
    known = [sales.subject(row) for row in range(0, 200, 10)]
    return [*known, *map(without_parcel, known), Subject()]


def outcomes(found: Sequence[Valuation | Conflict]) -> list[Valuation | str]:
    return [each.detail if isinstance(each, Conflict) else each for each in found]


@pytest.fixture(scope="module")
def one_by_one(valuer: Valuer, subjects: list[Subject]) -> list[Valuation | str]:
    return [outcomes(valuer.values([each], AS_OF, [None]))[0] for each in subjects]


@promise("Valuation", "A value is the same to the last digit, whichever other properties are valued with it.")
@settings(max_examples=25)
@given(chosen=st.lists(st.integers(0, 40), min_size=1, max_size=40))
def test_value_with_further_columns_does_not_depend_on_its_batch(
    valuer: Valuer, subjects: list[Subject], one_by_one: list[Valuation | str], chosen: list[int]
) -> None:
    found = outcomes(valuer.values([subjects[at] for at in chosen], AS_OF, [None] * len(chosen)))
    assert found == [one_by_one[at] for at in chosen]
