"""Price index: close to a known truth, with honest errors if sales are few."""

from dataclasses import replace

import numpy as np
import pytest

from backend.app.core_gov.market.columns import Codes, Sales, date_of
from backend.app.core_gov.market.indexes import price_index
from backend.app.core_gov.market.indexes.choice import chosen, error_of_year
from backend.app.core_gov.market.indexes.price_index import PriceIndex, estimate_index
from backend.app.core_gov.market.indexes.published import PUBLISHERS, Point, published_index
from backend.tests.core_gov.market.made_up import END, market, rising, sales_of
from backend.tests.promises import promise

YEAR_AGO = np.array([END - 365])


def change(index: PriceIndex, *days: int) -> tuple[list[float], list[float]]:
    found, error = index.change(np.array(days), END)
    return found.tolist(), error.tolist()


def same(one: PriceIndex, other: PriceIndex) -> None:
    assert one.months == other.months
    assert one.source == other.source
    days = np.arange(END - 1500, END + 50)
    for found, wanted in zip(one.change(days, END), other.change(days, END), strict=True):
        np.testing.assert_array_equal(found, wanted)


def test_index_follows_a_trend() -> None:
    index = estimate_index(market(3000, 3, rising(0.08)), END)
    found, error = index.change(np.array([END - 900, END - 365, END - 90]), END - 10)
    truth = 0.08 * (np.array([890, 355, 80])) / 365.25
    assert (np.abs(found - truth) < 3 * error).all()
    assert (error < 0.03).all()
    assert len(index.months) == 37
    assert int(index.count.sum()) == 3000


@promise(
    "Markets",
    "`GET /core/market/markets/{name}/index` is a monthly price index of the market's sales with correct standard "
    "errors.",
)
def test_standard_errors_cover_the_true_change() -> None:
    """Over many generated markets, 95 % of changes lie within 1.96 standard errors."""
    within = []
    days = np.arange(END - 1000, END - 30, 61)
    for seed in range(30):
        chance = np.random.default_rng(seed + 500)
        trend, turn, when = chance.normal(0.02, 0.04), chance.normal(0, 0.06), chance.uniform(-2.5, -0.5)

        def path(years: np.ndarray, trend: float = trend, turn: float = turn, when: float = when) -> np.ndarray:
            return np.asarray(trend * years + turn * np.clip(years - when, 0, None))

        found, error = estimate_index(market(1500, 3, path, seed=seed, wild=0.02), END).change(days, END - 5)
        truth = path(np.array([-5 / 365.25])) - path((days - END) / 365.25)
        within.append(np.abs(found - truth) < 1.96 * error)
    assert 0.90 <= np.mean(within) <= 0.995


@promise("Markets", "A price index uses no sale that closed on its as-of date or later.")
def test_a_sale_changes_nothing_before_it_is_known() -> None:
    """Sales that closed on the day or later are replaced with nonsense."""
    sales = market(2000, 2, rising(0.05))
    cut = END - 100
    late = sales.close_day >= cut
    corrupt = replace(
        sales,
        price=np.where(late, 1e9, sales.price),
        living_sqft=np.where(late, 1.0, sales.living_sqft),
        latitude=np.where(late, -80.0, sales.latitude),
        day=np.where(late, sales.day - 5000, sales.day),
    )
    same(estimate_index(sales, cut), estimate_index(corrupt, cut))
    same(estimate_index(sales, cut), estimate_index(sales.known_before(cut), cut))


def test_the_order_of_the_sales_makes_no_difference() -> None:
    sales = market(1500, 2, rising(0.05), again=0.1)
    shuffled = sales.take(np.random.default_rng(3).permutation(len(sales)))
    same(estimate_index(sales, END), estimate_index(shuffled, END))


def test_flagged_sales_do_not_count() -> None:
    sales = market(1000, 2)
    flagged = np.arange(len(sales)) % 3 == 0
    worthless = replace(sales, price=np.where(flagged, 1e8, sales.price), usable=~flagged)
    same(estimate_index(worthless, END), estimate_index(sales.take(~flagged), END))


def test_outliers_hardly_move_the_index() -> None:
    clean, wild = market(2000, 2, rising(0.06)), market(2000, 2, rising(0.06), wild=0.05)
    (found,), (error,) = estimate_index(wild, END).change(YEAR_AGO, END)
    (wanted,), _ = estimate_index(clean, END).change(YEAR_AGO, END)
    assert abs(found - wanted) < 0.02
    assert error < 0.03


def test_repeat_sales_reduce_the_error() -> None:
    """Unobserved traits of a building cancel if its parcel sold twice."""
    once, twice = market(1200, 3, rising(0.05), seed=7), market(1200, 3, rising(0.05), seed=7, again=0.5)
    with_pairs = estimate_index(twice, END)
    assert "repeat sales" in with_pairs.source
    assert "repeat sales" not in estimate_index(once, END).source
    alone = replace(twice, parcel=np.arange(len(twice)))
    assert error_of_year(with_pairs) < error_of_year(estimate_index(alone, END))


def test_two_sales_within_six_months_are_no_repeat_sale() -> None:
    sales = market(400, 2)
    close = np.sort(np.tile(sales.day[:200], 2)) + np.tile([0, 100], 200)
    pairs = replace(sales, day=close, close_day=close, parcel=np.repeat(np.arange(200), 2))
    assert "repeat" not in estimate_index(pairs, END + 200).source


@promise(
    "Markets",
    "`GET /core/market/markets/{name}/index` is a monthly price index of the market's sales with correct standard "
    "errors.",
)
def test_without_sales_it_is_flat_and_says_how_little_is_known() -> None:
    index = estimate_index(sales_of(np.empty(0), np.empty(0)), END)
    (found, today), (error, none) = change(index, END - 365, END)
    assert (found, today, none) == (0, 0, 0)
    assert 0.06 < error < 0.09
    assert "no sales" in index.source
    assert index.months == ("2015-02",)
    assert index.level.tolist() == [100]


def test_one_sale_gives_the_same_index_as_none() -> None:
    index = estimate_index(sales_of(np.array([4e5]), np.array([END - 40])), END)
    assert "1 sale of this market" in index.source
    (found,), (error,) = change(index, END - 365)
    assert found == pytest.approx(0, abs=1e-6)
    assert error > 0.06


def test_identical_sales_are_flat_without_being_certain() -> None:
    day = np.arange(END - 300, END)
    index = estimate_index(sales_of(np.full(300, 4e5), day, living_sqft=np.full(300, 1500.0)), END)
    found, error = index.change(np.array([END - 300, END - 100]), END)
    assert np.abs(found).max() < 1e-6
    assert (error > 0).all()


@pytest.mark.parametrize("count", [2, 3, 10, 24, 25, 60])
def test_a_few_sales_give_finite_numbers_with_wide_errors(count: int) -> None:
    index = estimate_index(market(count, 1, rising(0.05)), END)
    found, error = index.change(np.arange(END - 400, END + 40), END)
    assert np.isfinite(found).all()
    assert np.isfinite(error).all()
    assert np.abs(found).max() < 0.2
    assert error[35] > 0.03


def test_works_from_price_and_day_alone_and_from_postal_areas() -> None:
    sales = market(3000, 2, rising(0.06))
    bare = sales_of(sales.price, sales.day)
    (found,), (error,) = change(estimate_index(bare, END), END - 365)
    assert abs(found - 0.06) < 3 * error
    by_area = replace(bare, area=np.round((sales.latitude - 46) * 20).astype(np.int64), living_sqft=sales.living_sqft)
    better = error_of_year(estimate_index(by_area, END))
    assert better < error


def test_types_and_half_known_columns_are_allowed_for() -> None:
    """The share of cheap apartments grows, and half of the years built are unknown."""
    sales = market(3000, 2, rising(0.05))
    chance = np.random.default_rng(5)
    flats = chance.random(3000) < np.linspace(0.1, 0.6, 3000)
    built = np.where(chance.random(3000) < 0.5, 1980.0, np.nan)
    mixed = replace(
        sales,
        price=sales.price * np.where(flats, 0.6, 1.0),
        property_type=flats.astype(np.int64),
        types=Codes(("flat", "house")),
        year_built=built,
    )
    (found,), (error,) = change(estimate_index(mixed, END), END - 365)
    assert abs(found - 0.05) < 3 * error


def test_beyond_the_last_sale_the_error_grows() -> None:
    sales = market(3000, 2, rising(0.05))
    errors = [
        estimate_index(sales, END + gap).change(np.array([END - 30]), END + gap)[1][0] for gap in (10, 60, 200, 400)
    ]
    assert errors == sorted(errors)
    assert errors[-1] > 0.03
    index = estimate_index(sales, END)
    back = index.change(np.array([END - 730, END - 1000, END - 2000]), END)[1]
    assert back.tolist() == sorted(back)


def test_days_between_the_middles_of_months_are_interpolated() -> None:
    index = estimate_index(market(3000, 1, rising(0.2)), END)
    days = np.arange(END - 300, END)
    found, _ = index.change(days, END)
    assert np.abs(np.diff(found)).max() < 0.003
    one_by_one = np.array([index.change(np.array([day]), END)[0][0] for day in days])
    np.testing.assert_allclose(found, one_by_one, atol=1e-12)
    again = index.change(np.repeat(days, 3), END)[0]
    np.testing.assert_allclose(again, np.repeat(found, 3), atol=1e-12)


def test_change_there_and_back_is_zero() -> None:
    index = estimate_index(market(1000, 1, rising(0.1)), END)
    there, back = index.change(np.array([END - 200]), END - 50), index.change(np.array([END - 50]), END - 200)
    assert there[0][0] == pytest.approx(-back[0][0])
    assert there[1][0] == pytest.approx(back[1][0])
    assert index.change(np.empty(0, dtype=np.int64), END)[0].tolist() == []


def test_level_is_100_on_the_as_of_date() -> None:
    index = estimate_index(market(3000, 2, rising(0.1)), END)
    assert index.months[0] == date_of(END - 730).isoformat()[:7]
    assert index.level[0] == pytest.approx(100 * np.exp(-0.2), rel=0.05)
    assert index.level[-1] == pytest.approx(100, abs=1)
    assert index.standard_error[0] > index.standard_error[-1]


def test_large_months_are_thinned_evenly(monkeypatch: pytest.MonkeyPatch) -> None:
    sales = market(4000, 2, rising(0.05))
    whole = estimate_index(sales, END)
    monkeypatch.setattr(price_index, "SALES_USED", 1000)
    part = estimate_index(sales, END)
    assert 900 < part.count.sum() <= 1000
    assert part.count[1:-1].max() - part.count[1:-1].min() <= 1
    assert abs(change(part, END - 365)[0][0] - change(whole, END - 365)[0][0]) < 0.03


def test_very_old_and_invalid_sales_are_ignored() -> None:
    sales = market(500, 2)
    old = replace(sales, day=sales.day - 366 * 25, close_day=sales.close_day - 366 * 25)
    assert "no sales" in estimate_index(old, END).source
    senseless = replace(sales, day=sales.close_day + 5)
    assert "no sales" in estimate_index(senseless, END).source
    free = replace(sales, price=np.zeros(500))
    assert "no sales" in estimate_index(free, END).source


# Published indices

FHFA = PUBLISHERS["fhfa"]
POINTS = [Point(str(year), 100 * 1.04 ** (year - 2000)) for year in range(2000, 2015)]


@promise(
    "Markets",
    "A published index (FHFA, StatCan) is used where it is more precise about the last year, once it was published.",
)
def test_a_published_value_is_used_after_publication() -> None:
    assert published_index(FHFA, "King, WA", POINTS, END - 366 * 30) is None
    before = published_index(FHFA, "King, WA", POINTS, END)
    after = published_index(FHFA, "King, WA", POINTS, END + 45)
    assert before is not None
    assert after is not None
    assert (before.months[-1], after.months[-1]) == ("2013", "2014")
    assert "King, WA, 2000 to 2013" in before.source


def test_a_published_index_has_the_same_interface() -> None:
    index = published_index(PUBLISHERS["statcan"], "Toronto", [Point("2014-01", 100.0), Point("2014-12", 110.0)], END)
    assert index is not None
    (found,), (error,) = index.change(np.array([END - 410]), END)
    assert found == pytest.approx(np.log(1.1), abs=0.01)
    assert error > 0.02
    assert index.level[0] == pytest.approx(100 / 1.1)


def test_the_more_precise_index_is_chosen() -> None:
    published = published_index(FHFA, "King, WA", POINTS, END + 40)
    many, few = (estimate_index(market(count, 2), END + 40) for count in (3000, 8))
    assert published is not None
    assert chosen(many, published) is many
    assert chosen(few, published) is published
    assert chosen(few, None) is few


@promise(
    "Market data",
    "Price, date and an area or bedrooms are enough, from import to valuation; other columns may be missing.",
)
def test_no_column_is_needed_that_a_county_may_lack() -> None:
    names = set(Sales.__dataclass_fields__)
    assert {"price", "day", "close_day", "usable", "seq"} <= names
    only_beds = market(800, 1, rising(0.05))
    sales = sales_of(only_beds.price, only_beds.day, beds=np.round(np.log(only_beds.living_sqft)))
    assert np.isfinite(estimate_index(sales, END).level).all()
