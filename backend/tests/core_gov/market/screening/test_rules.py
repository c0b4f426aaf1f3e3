"""Screening rules: which sales are flagged, independent of later sales."""

from dataclasses import fields, replace
from datetime import date
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.app.core_gov.geography.address_key import AddressPlace
from backend.app.core_gov.market.columns import UNKNOWN, day_of
from backend.app.core_gov.market.screening.flags import Flag
from backend.app.core_gov.market.screening.repeated_sales import ScreeningEvidence
from backend.app.core_gov.market.screening.rules import flags_of_sale, screen
from backend.app.core_gov.market.screening.terms import flags_of_terms
from backend.tests.promises import promise

PLACES = tuple(
    AddressPlace("", city, None, postal, "US")
    for city, postal in (
        (None, None),
        ("Seattle", None),
        (None, "98101"),
        ("Seattle", "98101-1234"),
        ("Tacoma", "98402"),
    )
)
START = day_of(date(2019, 1, 1))
NUMBERS = {"price": np.float64, "living_sqft": np.float64, "year_built": np.float64}


def ordinary(count: int, seed: int = 1) -> dict[str, Any]:
    """Return houses of about 1,900 sq ft at about 250 per sq ft, one sold every three days."""
    rng = np.random.default_rng(seed)
    living = np.round(rng.normal(1900, 300, count).clip(900))
    return {
        "tie": np.arange(count), "price": np.round(living * rng.normal(250, 30, count).clip(150) / 500) * 500.0,
        "close_day": START + 3 * np.arange(count), "by_month": np.zeros(count, bool), "living_sqft": living,
        "year_built": np.full(count, 1960.0), "latitude": 47.5 + 0.01 * np.arange(count),
        "longitude": np.full(count, -122.2), "parcel": np.arange(count), "deed": np.full(count, UNKNOWN),
        "beds": np.full(count, 3.0), "in_area": np.zeros(count, bool), "content": np.full(count, UNKNOWN),
        "address": np.full(count, UNKNOWN), "place": np.zeros(count, int), "type_names": ("single_family", "condo"),
        "address_keys": ("12 maple st", "14 maple st", "12 maple st unit 2", "12 maple st unit 3"), "places": PLACES,
        "property_type": np.zeros(count, int), "terms": np.full(count, UNKNOWN), "terms_texts": (),
    }  # fmt: skip


def found(count: int = 120, /, **changes: dict[int, Any]) -> dict[int, list[str]]:
    """Return the flags by row after changing some values; flags that do not exclude are in brackets."""
    columns = ordinary(count)
    for name, values in changes.items():
        for row, value in values.items():
            columns[name][row] = value
    return names(ScreeningEvidence(**columns))


def names(sales: ScreeningEvidence) -> dict[int, list[str]]:
    return {
        row: [each.flag if each.excludes else f"({each.flag})" for each in held]
        for row, held in screen(sales).items()
        if held
    }


def test_ordinary_sales_have_no_flags() -> None:
    assert found() == {}
    assert found(0) == found(1) == {}


class TestRules:
    def test_nominal_price_is_flagged(self) -> None:
        assert found(price={100: 9_999.0}) == {100: ["low_price"]}
        assert found(price={100: 1.0})[100] == ["low_price"]

    def test_sale_before_construction_is_flagged(self) -> None:
        assert found(year_built={3: 2020.0}) == {3: ["built_after_sale"]}

    def test_parcel_sold_twice_on_a_day_is_flagged(self) -> None:
        assert found(parcel={11: 10}, close_day={11: START + 30}) == {10: ["duplicate"], 11: ["duplicate"]}

    def test_duplicate_sale_within_a_month_is_flagged(self) -> None:
        price = ordinary(120)["price"][10]
        assert found(parcel={12: 10}, price={12: price}) == {12: ["duplicate"]}

    def test_deed_of_several_parcels_is_flagged(self) -> None:
        day = START + 30
        assert found(deed={10: 7, 11: 7}, close_day={11: day}) == {10: ["several_parcels"], 11: ["several_parcels"]}

    @pytest.mark.parametrize(
        ("price", "north", "flag"),
        [
            (487_331.0, 0.5, "several_parcels"),
            (487_350.25, 0.5, "several_parcels"),
            (487_350.0, 0.5, "(same_price_same_day)"),
            (487_990.0, 0.5, "(same_price_same_day)"),
            (487_500.0, 0.001, "several_parcels"),
            (487_500.0, 0.002, "(same_price_same_day)"),
            (487_500.0, 0.0, "(same_price_same_day)"),
        ],
    )
    def test_same_price_on_a_day_is_flagged(self, price: float, north: float, flag: str) -> None:
        where = {11: 47.6 + north}
        changes: dict[str, dict[int, Any]] = {
            "price": {10: price, 11: price},
            "close_day": {11: START + 30},
            "latitude": where,
        }
        assert found(**changes) == {10: [flag], 11: [flag]}
        assert found(**changes, by_month={10: True, 11: True}) == {}
        if price == 487_500:
            assert found(**changes, in_area={10: True}) == {
                10: ["(same_price_same_day)"],
                11: ["(same_price_same_day)"],
            }

    @pytest.mark.parametrize(
        ("changes", "flag"),
        [
            ({}, "(same_price_same_day)"),
            ({"price": {100: 460_095.0, 101: 460_095.0}}, "(same_price_same_day)"),
            ({"price": {100: 460_031.0, 101: 460_031.0}}, "(same_price_same_day)"),
            ({"year_built": {100: 2016.0, 101: 2019.0}}, "(same_price_same_day)"),
            ({"year_built": {100: 2015.0, 101: 2019.0}}, "several_parcels"),
            ({"year_built": {100: np.nan, 101: 2019.0}}, "several_parcels"),
            ({"living_sqft": {100: 1800.0, 101: 1300.0}}, "several_parcels"),
            ({"living_sqft": {100: np.nan, 101: np.nan}}, "several_parcels"),
            ({"price": {100: 975_000.0, 101: 975_000.0}}, "several_parcels"),
        ],
    )
    def test_builders_new_homes_are_separate_sales(self, changes: dict[str, dict[int, Any]], flag: str) -> None:
        """Without changes, two new town houses beside each other are sold on one day at a list price."""
        both: dict[str, dict[int, Any]] = {
            "price": {100: 460_000.0, 101: 460_000.0}, "close_day": {101: START + 300},
            "year_built": {100: 2019.0, 101: 2019.0}, "living_sqft": {100: 1800.0, 101: 1700.0},
            "latitude": {101: 48.5005},
        }  # fmt: skip
        assert found(**both | {name: both.get(name, {}) | some for name, some in changes.items()}) == {
            100: [flag],
            101: [flag],
        }

    @pytest.mark.parametrize(
        ("changes", "flagged"),
        [
            ({}, ["bare_lot"]),
            ({"year_built": {100: 2018.0}}, ["bare_lot"]),
            ({"year_built": {100: 2020.0}}, ["bare_lot", "built_after_sale"]),
            ({"year_built": {100: 2017.0}}, []),
            ({"year_built": {100: np.nan}}, []),
            ({"price": {100: 260_000.0}}, []),
            ({"price": {100: 475_000.0}}, []),
            ({"living_sqft": {100: np.nan}}, []),
        ],
    )
    @pytest.mark.parametrize("located", [False, True])
    def test_new_home_at_a_fraction_of_the_price_is_a_bare_lot(
        self, changes: dict[str, dict[int, Any]], flagged: list[str], located: bool
    ) -> None:
        """Without changes, a new home of 1,900 sq ft sells for about 105 per sq ft in a market of 250."""
        where = {} if located else {"latitude": dict.fromkeys(range(120), np.nan)}
        lot = {"price": {100: 200_000.0}, "living_sqft": {100: 1900.0}, "year_built": {100: 2019.0}}
        given = {name: lot.get(name, {}) | changes.get(name, {}) for name in lot.keys() | changes.keys()}
        assert sorted(found(**given, **where).get(100, [])) == flagged

    def test_lot_sold_again_as_a_house_is_flagged_once(self) -> None:
        sold: dict[str, dict[int, Any]] = {
            "parcel": {110: 60},
            "year_built": {60: 2019.0, 110: 2019.0},
            "living_sqft": {60: 1900.0, 110: 1900.0},
        }
        flagged = found(**sold, price={60: 200_000.0, 110: 520_000.0})
        assert flagged == {60: ["bare_lot"], 110: ["(resale)"]}

    def test_usual_price_of_a_lot_is_that_of_homes_nearby(self) -> None:
        """In the expensive half of a market, a lot costs as much as a home in the other half."""
        columns = ordinary(300)
        dear = np.arange(300) % 2 == 0
        columns["latitude"] = np.where(dear, 47.5, 48.5)
        columns["price"] = columns["price"] * np.where(dear, 3.0, 1.0)
        columns["year_built"][[280, 281]] = 2021.0
        columns["price"][280] = columns["living_sqft"][280] * 250
        assert names(ScreeningEvidence(**columns)) == {280: ["bare_lot"]}
        columns["latitude"][:] = np.nan
        assert names(ScreeningEvidence(**columns)) == {}

    def test_subdivision_of_lots_is_flagged(self) -> None:
        """The sales of lots around do not lower the usual price."""
        columns = ordinary(160)
        columns["latitude"][:] = 47.5
        lots = np.arange(80, 160)
        columns["year_built"][lots] = 2020.0
        columns["living_sqft"][lots] = 1900.0
        columns["price"][lots] = 160_000.0 + 500 * np.arange(80)
        columns["close_day"][lots] = START + 240 + np.arange(80)
        flagged = names(ScreeningEvidence(**columns))
        assert [row for row in lots.tolist() if "bare_lot" in flagged[row]] == lots.tolist()

    @pytest.mark.parametrize(
        ("changes", "flags_of_second"),
        [
            ({"parcel": {10: 50, 11: 50}}, ["duplicate"]),
            ({"content": {10: 1, 11: 1}}, ["duplicate"]),
            ({}, ["duplicate"]),
            ({"parcel": {10: 50}}, ["duplicate"]),
            ({"parcel": {10: 50, 11: 51}}, ["(same_price_same_day)"]),
            ({"address": {11: 1}}, ["(same_price_same_day)"]),
            ({"address": {11: 2}}, ["(same_price_same_day)"]),
            ({"parcel": {10: 50, 11: 50}, "address": {10: 2, 11: 3}}, []),
            ({"place": {10: 1, 11: 3}}, ["duplicate"]),
            ({"place": {10: 2, 11: 3}}, ["duplicate"]),
            ({"place": {10: 1, 11: 4}}, ["(same_price_same_day)"]),
            ({"place": {10: 3, 11: 4}}, ["(same_price_same_day)"]),
            ({"property_type": {10: 1}}, ["(same_price_same_day)"]),
            ({"property_type": {10: UNKNOWN, 11: UNKNOWN}, "beds": {10: 2.0}}, ["(same_price_same_day)"]),
            ({"property_type": {10: 1}, "address": {10: 2, 11: 2}}, ["duplicate"]),
            ({"living_sqft": {11: 2200.0}}, ["(same_price_same_day)"]),
            ({"living_sqft": {11: 1950.0}}, ["duplicate"]),
        ],
    )
    def test_of_a_sale_recorded_twice_one_record_is_kept(
        self, changes: dict[str, dict[int, Any]], flags_of_second: list[str]
    ) -> None:
        """Without other changes, both records are of a house without a parcel number at the same address."""
        both: dict[str, dict[int, Any]] = {
            "parcel": {10: UNKNOWN, 11: UNKNOWN}, "address": {10: 0, 11: 0}, "price": {10: 5e5, 11: 5e5},
            "close_day": {11: START + 30}, "living_sqft": {10: 1900.0, 11: 1900.0},
        }  # fmt: skip
        given = {name: both.get(name, {}) | changes.get(name, {}) for name in both.keys() | changes.keys()}
        if "content" in changes:
            given["address"] = {}
        flagged = found(**given)
        second = min((row for row in (10, 11) if "duplicate" in flagged.get(row, [])), default=11)
        assert flagged.get(second, []) == flags_of_second
        assert "duplicate" not in flagged.get(21 - second, [])

    def test_the_record_with_more_facts_is_kept(self) -> None:
        twice: dict[str, dict[int, Any]] = {
            "parcel": {11: 10},
            "price": {10: 5e5, 11: 5e5},
            "close_day": {11: START + 30},
        }
        columns = _with(**twice, beds={10: np.nan})
        (flag,) = screen(ScreeningEvidence(**columns))[10]
        assert flag.reason == (
            "recorded twice: the record of 2019-01-31 has the same parcel and price and is kept: it has more facts"
        )

    def test_resale_flag_does_not_exclude(self) -> None:
        assert found(parcel={40: 10}, price={10: 300_000.0, 40: 420_000.0}) == {40: ["(resale)"]}

    def test_price_outlier_is_flagged(self) -> None:
        assert found(price={100: 90_000.0}) == {100: ["price_per_sqft"]}
        assert found(price={100: 2_000_000.0}) == {100: ["price_per_sqft"]}
        assert found(price={100: 600_000.0}) == {}

    def test_too_few_sales_have_no_outliers(self) -> None:
        assert found(price={5: 20_000.0}) == {}

    @pytest.mark.parametrize(("living", "row"), [(150.0, 100), (21_000.0, 100)])
    def test_area_in_the_wrong_unit_is_flagged(self, living: float, row: int) -> None:
        price = 400_000.0 if living < 1000 else 480_000.0
        (flag,) = screen(ScreeningEvidence(**_with(living_sqft={row: living}, price={row: price})))[row]
        assert flag.flag == "units"
        assert flag.reason.startswith(f"a living area of {living:,.0f} sq ft looks like square")

    def test_identical_sales_have_no_outliers(self) -> None:
        columns = ordinary(200)
        columns |= {"price": np.full(200, 300_000.0), "living_sqft": np.full(200, 1500.0)}
        assert names(ScreeningEvidence(**columns)) == {}

    def test_unknown_values_are_not_flagged(self) -> None:
        columns = ordinary(100) | {"living_sqft": np.full(100, np.nan), "year_built": np.full(100, np.nan)}
        columns |= {
            "parcel": np.full(100, UNKNOWN),
            "latitude": np.full(100, np.nan),
            "longitude": np.full(100, np.nan),
        }
        assert names(ScreeningEvidence(**columns)) == {}


def _with(**changes: dict[int, Any]) -> dict[str, Any]:
    columns = ordinary(120)
    for name, values in changes.items():
        for row, value in values.items():
            columns[name][row] = value
    return columns


class TestTerms:
    @pytest.mark.parametrize(
        ("text", "flag"),
        [
            ("Family", "related_party"), ("Sale between relatives", "related_party"), ("Quit Claim", "related_party"),
            ("not an arm's length transaction", "related_party"), ("REO", "foreclosure"),
            ("Real Estate Owned, Standard", "foreclosure"), ("InForeclosure", "foreclosure"),
            ("HudOwned", "foreclosure"), ("Short Sale", "foreclosure"), ("Sheriff's deed", "foreclosure"),
            ("Multi-parcel sale", "several_parcels"),
        ],
    )  # fmt: skip
    def test_terms_that_flag_a_sale(self, text: str, flag: str) -> None:
        (only,) = flags_of_terms(text)
        assert (only.flag, only.excludes) == (flag, True)

    @pytest.mark.parametrize(
        "text",
        [
            "Standard",
            "Normal",
            "Single Family Residence",
            "Not a foreclosure",
            "non-REO",
            "Probate Listing",
            "Family room",
            "",
        ],
    )
    def test_terms_of_ordinary_sales(self, text: str) -> None:
        assert flags_of_terms(text) == ()

    def test_terms_can_set_several_flags(self) -> None:
        assert {each.flag for each in flags_of_sale(500, 2015, 2016, "Family, REO")} == {
            "related_party", "foreclosure", "low_price", "built_after_sale",
        }  # fmt: skip


SOME = st.integers(0, 119)


@promise(
    "Market data",
    "Screening flags sales and deletes none; each flag has a reason and can be cleared; later sales have no influence.",
)
@given(
    cut=st.integers(10, 119),
    prices=st.dictionaries(SOME, st.floats(1, 1e8)),
    living=st.dictionaries(SOME, st.floats(1, 1e5)),
)
@settings(max_examples=30, deadline=None)
def test_later_sales_do_not_change_flags(cut: int, prices: dict[int, float], living: dict[int, float]) -> None:
    """Changing all sales after a day does not change the flags before it."""
    lots = {"year_built": dict.fromkeys(range(50, 120, 7), 2019.0), "price": dict.fromkeys(range(50, 120, 14), 2e5)}
    whole = ScreeningEvidence(**_with(**lots))
    later: dict[str, dict[int, Any]] = {
        "price": lots["price"] | {row: value for row, value in prices.items() if row >= cut},
        "year_built": lots["year_built"],
        "living_sqft": {row: value for row, value in living.items() if row >= cut},
        "parcel": {row: 3 for row in prices if row >= cut},
    }
    changed = ScreeningEvidence(**_with(**later))
    assert _before(cut, changed) == _before(cut, whole)


def _before(cut: int, sales: ScreeningEvidence) -> dict[int, list[Flag]]:
    return {row: held for row, held in screen(sales).items() if row < cut and held}


@given(seed=st.integers(0, 10**6))
@settings(max_examples=10, deadline=None)
def test_row_order_does_not_change_flags(seed: int) -> None:
    columns = _with(
        price={7: 500.0, 20: 487_331.0, 21: 487_331.0, 90: 200_000.0},
        year_built={90: 2019.0},
        close_day={21: START + 60},
        parcel={31: 30},
        living_sqft={100: 150.0},
    )
    order = np.random.default_rng(seed).permutation(120)
    sales = ScreeningEvidence(**columns)
    arrays = [each.name for each in fields(sales) if isinstance(getattr(sales, each.name), np.ndarray)]
    moved = replace(sales, **{name: getattr(sales, name)[order] for name in arrays})
    assert {int(order[row]): held for row, held in names(moved).items()} == names(sales)
