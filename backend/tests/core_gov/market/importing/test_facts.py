"""Amounts, areas, and numbers of rooms and floors in the texts of foreign files."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.app.core_gov.market.importing import converters, counts, dates
from backend.app.core_gov.market.importing.area_units import SQFT_IN, area, stated_area, unit_of
from backend.tests.promises import promise

M2, ACRE, HECTARE = SQFT_IN["m2"], SQFT_IN["acres"], SQFT_IN["hectares"]


class TestAmounts:
    @promise("Market data", "An amount whose sign or word names another currency than the market's is refused.")
    @pytest.mark.parametrize(
        ("text", "amount", "currency"),
        [
            ("450000 CAD", 450_000, "CAD"),
            ("C$450000", 450_000, "CAD"),
            ("CA$750,000", 750_000, "CAD"),
            ("$CAD 450", 450, "CAD"),
            ("450 000 $ CA", 450_000, "CAD"),
            ("450 000,00 $ CAN", 450_000, "CAD"),
            ("450 dollars canadiens", 450, "CAD"),
            ("$450,000 (CAD)", 450_000, "CAD"),
            ("(450 CAD)", -450, "CAD"),
            ("US$1,250", 1250, "USD"),
            ("1250usd", 1250, "USD"),
            ("U.S. $ 500", 500, "USD"),
            ("500 US dollars", 500, "USD"),
            ("CAD 5 USD", 5, "CAD and USD"),
            ("312 000 $", 312_000, None),
            ("2 500,50\u00a0$", 2500.5, None),
            ("$1,250,000.00", 1_250_000, None),
            ("1.250.000 $", 1_250_000, None),
            ("($1,000)", -1000, None),
            ("-$500", -500, None),
            ("$.50", 0.5, None),
            ("312,000", 312_000, None),
        ],
    )
    def test_amounts_with_signs_and_words(self, text: str, amount: float, currency: str | None) -> None:
        found = converters.money(text)
        assert found is not None
        assert (found, found.currency) == (amount, currency)

    @pytest.mark.parametrize("text", ["450K", "€450", "CAD", "5 %", "4 50 CAD x", "$$5", "USD USD 5"])
    def test_other_texts_are_refused(self, text: str) -> None:
        with pytest.raises(ValueError, match="is not a number"):
            converters.money(text)

    def test_three_decimals_are_ambiguous_in_an_amount(self) -> None:
        with pytest.raises(ValueError, match=r"is ambiguous: 350\.000; set decimal in a mapping file"):
            converters.money("350.000 $")
        assert [float(converters.money("350.000 $", mark) or 0) for mark in ",."] == [350_000, 350]
        assert converters.money("$ -") is None

    @given(st.sampled_from(["CAD", "C$", "US$", "USD ", "$", ""]), st.integers(1, 10**9))
    def test_a_sign_before_or_after_means_the_same(self, sign: str, amount: int) -> None:
        before, after = converters.money(f"{sign}{amount:,}"), converters.money(f"{amount} {sign}".strip())
        assert before is not None
        assert after is not None
        assert (float(before), before.currency) == (float(after), after.currency) == (amount, before.currency)

    @pytest.mark.parametrize(
        ("word", "code"),
        [("cad", "CAD"), ("C$", "CAD"), ("$", None), ("US Dollars", "USD"), ("Canadian dollar", "CAD"), ("eur", "EUR")],
    )
    def test_currencies_are_named_by_code_sign_or_word(self, word: str, code: str | None) -> None:
        assert converters.currency_code(word) == code


class TestAreas:
    @promise("Market data", "Areas, rooms and floors are read with their units and words where the meaning is plain.")
    @pytest.mark.parametrize(
        ("text", "sqft"),
        [
            ("1,500 sqft", 1500),
            ("1500 Sq. Ft.", 1500),
            ("1 500,5 pi²", 1500.5),
            ("1 500 pi2", 1500),
            ("1500 pieds carrés", 1500),
            ("172 m²", 172 * M2),
            ("172,5 m2", 172.5 * M2),
            ("172 mètres carrés", 172 * M2),
            ("0.25 Acre(s)", 0.25 * ACRE),
            ("5 +/- acres", 5 * ACRE),
            ("0,125 ha", 0.125 * HECTARE),
            ("1.250 hectares", 1.25 * HECTARE),
            ("50 x 120 ft", 6000),
            ("50' X 120'", 6000),
            ("50 ft by 120 ft", 6000),
            ("50.00×120.00", 6000),
            ("50 par 120 pi", 6000),
            ("15,24 m x 36,58 m", 15.24 * 36.58 * M2),
            ("approx. 1,500 sf", 1500),
            ("0", 0),
        ],
    )
    def test_areas_with_units_in_their_text(self, text: str, sqft: float) -> None:
        assert area(text) == pytest.approx(sqft)

    @pytest.mark.parametrize(
        "text",
        [
            "1500-2000",
            "< 700",
            "50 x 120 irreg",
            "50 x 120 x 40",
            "2 x 3 acres",
            "50 ft x 36 m",
            "5 furlongs",
            "-5 x 2",
        ],
    )
    def test_unclear_areas_are_refused(self, text: str) -> None:
        with pytest.raises(ValueError, match="is not a"):
            area(text)

    @pytest.mark.parametrize(("text", "unit"), [("1,250 acres", "acres"), ("1,250", "hectares"), ("172,500 m²", "m2")])
    def test_a_comma_before_three_digits_is_ambiguous_except_in_square_feet(self, text: str, unit: str) -> None:
        found = stated_area(text)
        assert found is not None
        with pytest.raises(ValueError, match=f"is ambiguous in {unit}"):
            found.in_sqft(unit)
        stated = stated_area(text, ",")
        assert stated is not None
        assert stated.in_sqft(unit) < found.size * SQFT_IN[unit]
        assert area("1,250") == area("1,250 sq ft") == 1250

    @pytest.mark.parametrize("text", ["1.234 m²", "1.172 sqm", "9.500 mètres carrés", "12.345 m2"])
    def test_three_decimals_are_ambiguous_in_few_square_metres(self, text: str) -> None:
        with pytest.raises(ValueError, match="is ambiguous in m2"):
            area(text)
        assert area(text, ",") == pytest.approx(1000 * (area(text, ".") or 0))
        assert area("139.354 m²") == pytest.approx(139.354 * M2)
        assert area("1.250 acres") == pytest.approx(1.25 * 43_560)

    def test_three_decimals_are_ambiguous_in_few_square_feet(self) -> None:
        with pytest.raises(ValueError, match=r"is ambiguous in sqft: 1\.250"):
            area("1.250")
        assert area("861.113 sqft") == 861.113
        assert area("1.250", ".") == 1.25
        assert area("1.250", ",") == 1250

    @pytest.mark.parametrize(
        ("spelt", "unit"),
        [("Acre(s)", "acres"), ("Pieds carrés", "sqft"), ("Mètres carrés", "m2"), ("sq. m.", "m2"), ("FT^2", "sqft")],
    )
    def test_units_are_known_in_english_and_french(self, spelt: str, unit: str) -> None:
        assert unit_of(spelt) == unit

    @given(st.decimals(min_value="0.01", max_value=99_999, places=2), st.sampled_from(["sqft", "m²", "acres", "ha"]))
    def test_an_area_reads_back_in_every_unit(self, size: Any, unit: str) -> None:
        factor = SQFT_IN[unit_of(unit)]
        assert area(f"{size} {unit}") == pytest.approx(float(size) * factor)
        assert area(f"{size} {unit}".replace(".", ",")) == pytest.approx(float(size) * factor)


class TestCounts:
    @promise("Market data", "Areas, rooms and floors are read with their units and words where the meaning is plain.")
    @pytest.mark.parametrize(
        ("convert", "text", "value"),
        [
            (counts.count, "Two", 2),
            (counts.count, "deux", 2),
            (counts.count, "1.5 Storeys", 1.5),
            (counts.count, "2-storey", 2),
            (counts.count, "2 étages", 2),
            (counts.count, "1½", 1.5),
            (counts.count, "1 1/2 Stories", 1.5),
            (counts.count, "One and One Half", 1.5),
            (counts.count, "2,5", 2.5),
            (counts.bedrooms, "3+1", 4),
            (counts.bedrooms, "3 bedrooms", 3),
            (counts.bedrooms, "4BR", 4),
            (counts.bedrooms, "Studio", 0),
            (counts.bathrooms, "2.5 baths", 2.5),
            (counts.bathrooms, "2 full, 1 half", 2.5),
            (counts.bathrooms, "2.1", 2.5),
            (counts.bathrooms, 3.1, 3.5),
            (counts.bathrooms, 2.25, 2.25),
            (counts.bathrooms, 1e308, 1e308),
            (counts.bathrooms, "-2.1", -2.1),
            (counts.bathrooms, "2.75", 2.75),
            (counts.bathrooms, "2 salle(s) de bain", 2),
            (counts.degrees, "43,255", 43.255),
            (counts.degrees, "-79,8711", -79.8711),
            (counts.degrees, "122.25° W", -122.25),
            (counts.degrees, "47.51 N", 47.51),
        ],
    )
    def test_counts_in_words(self, convert: converters.Converter, text: str, value: float) -> None:
        assert convert(text) == value

    def test_two_tenths_of_a_bathroom_are_ambiguous(self) -> None:
        for number in ("2.2", 2.2, "1.20"):
            with pytest.raises(ValueError, match="is ambiguous"):
                counts.bathrooms(number)

    @pytest.mark.parametrize(
        ("convert", "text"),
        [
            (counts.count, "Three Or More"),
            (counts.count, "3+"),
            (counts.count, "Multi/Split"),
            (counts.bathrooms, "2+1"),
            (counts.bathrooms, "2/1"),
            (counts.bedrooms, "2+1+1"),
            (counts.bedrooms, "3-4"),
            (counts.bedrooms, "4½"),
            (counts.bedrooms, "3 1/2"),
        ],
    )
    def test_unclear_counts_are_refused(self, convert: converters.Converter, text: str) -> None:
        with pytest.raises(ValueError, match="is not a number"):
            convert(text)


@pytest.mark.parametrize(
    ("text", "day"),
    [("43831", "2020-01-01"), ("43831.75", "2020-01-01"), ("2019/12/31", "2019-12-31"), ("2019-1-5", "2019-01-05")],
)
def test_days_of_spreadsheets_and_days_that_begin_with_the_year_are_read(text: str, day: str) -> None:
    assert dates.day(text) == day


@pytest.mark.parametrize(
    "text",
    [
        *("2025-03-01Z", "2025-03-01+00:00", "01-MAR-2025", "1-Mar-2025", "Mar 1, 2025", "March 1 2025"),
        *("1 March 2025", "1er mars 2025", "01-MAR-2025 00:00:00"),
    ],
)
def test_days_with_a_zone_or_the_name_of_their_month_are_read(text: str) -> None:
    assert dates.day(text) == "2025-03-01"


@pytest.mark.parametrize("text", ["01-MAR-25", "31-Feb-2025", "1 Foo 2025", "Mar-2025"])
def test_days_without_a_century_or_a_month_are_not(text: str) -> None:
    with pytest.raises(ValueError, match=r"is not a (calendar )?date"):
        dates.day(text)


@pytest.mark.parametrize("text", ["12/31/2019", "1/2/2019", "99999", "2019-13-01", "31-12-2019"])
def test_days_in_another_order_need_a_format(text: str) -> None:
    with pytest.raises(ValueError, match=r"is not a (calendar )?date"):
        dates.day(text)
