"""Record maps: validation of descriptions, and the values that they read."""

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from backend.app.core_gov.market.importing import profiles
from backend.app.core_gov.market.importing.area_units import SQFT_IN, unit_of
from backend.app.core_gov.market.importing.record_map import PassedOver, RecordMap, compile_map
from backend.app.core_gov.market.importing.sale_checks import KINDS, REQUIRED
from backend.app.kit.errors import BadInput
from backend.tests.promises import promise

MINIMAL: dict[str, Any] = {"price": "Price", "close_date": "Sold"}


def described(columns: dict[str, Any] | None = None, *, lenient: bool = False, **top: Any) -> RecordMap:
    return compile_map({"columns": {**MINIMAL, **(columns or {})}, **top}, KINDS, REQUIRED, "town", lenient=lenient)


def read(columns: dict[str, Any], **raw: Any) -> dict[str, Any]:
    found, _ = described(columns).fields({"Price": 5, "Sold": "2015-01-02", **raw})
    return {name: value for name, value in found.items() if name not in REQUIRED}


def fault(columns: dict[str, Any], **raw: Any) -> str:
    with pytest.raises(BadInput) as caught:
        read(columns, **raw)
    return caught.value.detail


class TestMistakes:
    """Each mistake is one sentence that begins with the file's name."""

    @promise(
        "Market data",
        "`valhalla market import-sales` reads csv, csv.gz and parquet by a profile or a mapping file, whose mistakes "
        "are reported first.",
    )
    @pytest.mark.parametrize(
        ("columns", "said"),
        [
            ({"cost": "Price"}, "town: cost is not a field; the fields are price, currency, close_date"),
            ({"beds": 3}, 'town: beds must be a column\'s name or a table such as { column = "Price" }'),
            ({"beds": ""}, "town: beds must be a nonempty text"),
            ({"beds": {}}, "town: beds needs one of column, first, sum and year, and has none"),
            ({"beds": {"column": "B", "sum": ["C"]}}, "town: beds needs one of column, first, sum and year, and has "),
            ({"beds": {"colum": "B"}}, "town: beds: colum is not a known key; the keys here are age, column, co"),
            ({"beds": {"column": "B", "unit": "m2"}}, "town: beds cannot have unit: it is a number"),
            (
                {"lot_sqft": {"column": "L", "unit": "furlong"}},
                "town: lot_sqft has the unit furlong; the units are sqft",
            ),
            ({"beds": {"first": []}}, "town: beds: first must be a list of columns"),
            ({"city": {"sum": ["A"]}}, "town: city cannot be a sum: it is a text"),
            (
                {"beds": {"column": "A", "times": float("nan")}},
                "town: beds: times must be a number, and the field an amount",
            ),
            ({"city": {"column": "A", "times": 2}}, "town: city: times must be a number, and the field an amount"),
            ({"beds": {"column": "B", "values": {}}}, "town: beds: values must be a table from words to values"),
            ({"beds": {"column": "B", "values": {"a": "b"}}}, "town: beds is not a number: b"),
            ({"close_date": {"year": "Y"}}, "town: close_date: year and month go together, and only in a date"),
            ({"address": "{Number Street"}, "town: address: {Number Street has an unclosed brace"),
            ({"beds": {"column": "B", "decimal": ";"}}, 'town: beds: decimal must be "." or ","'),
            ({"city": {"column": "C", "decimal": ","}}, "town: city cannot have decimal: it is a text"),
            ({"beds": {"join": ["B"]}}, "town: beds cannot be joined: it is a number"),
            ({"address": {"join": []}}, "town: address: join must be a list of columns"),
            ({"address": {"join": [5]}}, "town: address: join must be a list of columns"),
            ({"address": {"join": [{"column": "A", "times": 2}]}}, "town: address: join: times is not a known key"),
            ({"address": {}}, "town: address needs one of column, first, join, and has none"),
            ({"lot_sqft": {"column": "L", "unit_column": [5]}}, "town: lot_sqft must be a nonempty text"),
            ({"parcel": {"column": "P", "width": "ten"}}, "town: parcel: width must be a whole number from 1 to 100"),
        ],
    )
    def test_invalid_columns_are_refused(self, columns: dict[str, Any], said: str) -> None:
        with pytest.raises(BadInput) as caught:
            described(columns)
        assert caught.value.detail.startswith(said)

    @pytest.mark.parametrize(
        ("top", "said"),
        [
            ({"colums": {}}, "town: colums is not a known key; the keys here are columns, constants, country"),
            ({"columns": []}, "town: columns must be a table"),
            ({"columns": {"price": "Price"}}, "town: close_date needs a column in [columns]"),
            ({"constants": {"beds": "x"}}, "town: beds is not a number: x"),
            ({"constants": {"price": 1}}, "town: price has both a column and a constant"),
            ({"key": "id"}, "town: key must be a list"),
            ({"key": ["@id"]}, "town: key: id is not a field; the fields are price"),
            ({"only": {"Status": "Closed"}}, "town: only.Status must be a list of the values to import"),
            ({"name": 5}, "town: name must be a nonempty text"),
            ({"nulls": [0]}, "town: nulls must be a nonempty text"),
            ({"decimal": " "}, 'town: decimal must be "." or ","'),
        ],
    )
    def test_invalid_top_level_keys_are_refused(self, top: dict[str, Any], said: str) -> None:
        with pytest.raises(BadInput) as caught:
            compile_map({"columns": MINIMAL, **top}, KINDS, REQUIRED, "town")
        assert caught.value.detail.startswith(said)

    def test_invalid_mapping_files_are_refused(self, tmp_path: Path) -> None:
        path = tmp_path / "town.toml"
        path.write_text("columns = ")
        with pytest.raises(BadInput, match=r"town\.toml is not TOML: "):
            profiles.profile(str(path))
        path.write_bytes(b"\xff")
        with pytest.raises(BadInput, match="is not UTF-8 text"):
            profiles.profile(str(path))

    def test_a_missing_column_is_refused(self) -> None:
        map_ = described({"beds": "Beds", "baths": {"column": "Baths", "optional": True}})
        with pytest.raises(BadInput, match=r"a\.csv has no column Beds, which town needs for beds"):
            map_.check_columns(["Sold", "Price"], "a.csv")
        map_.check_columns(["Sold", "Price", "Beds"], "a.csv")


class TestReading:
    @promise(
        "Market data",
        "Sales are stored in typed columns on both databases, with units converted and the original row kept.",
    )
    def test_units_are_converted_and_noted(self) -> None:
        map_ = described(
            {
                "living_sqft": {"column": "Area", "unit_column": "Unit"},
                "lot_sqft": {"first": ["Feet", {"column": "Acres", "unit": "acres"}]},
            }
        )
        raw = {"Price": 1, "Sold": "20150102", "Area": 100, "Unit": "Square Meters", "Acres": "0.5"}
        found, notes = map_.fields(raw)
        assert (found["living_sqft"], found["lot_sqft"]) == (pytest.approx(1076.391), 21_780)
        assert notes == {"living_sqft": "m2", "lot_sqft": "acres"}
        found, notes = map_.fields(raw | {"Unit": None, "Feet": "1,000"})
        assert (found["living_sqft"], found["lot_sqft"], notes) == (100, 1000, {})
        with pytest.raises(BadInput, match="living_sqft has the unit bananas; the units are sqft, m2, acres"):
            map_.fields(raw | {"Unit": "bananas"})

    @pytest.mark.parametrize(
        ("spelt", "unit"),
        [("Square Feet", "sqft"), ("SquareMeters", "m2"), ("m²", "m2"), ("Acre", "acres"), ("Ha", "hectares")],
    )
    def test_units_in_any_spelling(self, spelt: str, unit: str) -> None:
        assert unit_of(spelt) == unit
        assert unit in SQFT_IN

    def test_words_are_translated_to_values(self) -> None:
        spec = {"condition": {"column": "C", "values": {"Very Good": 5, "Poor": 1}}}
        assert read(spec, C="very_good") == {"condition": 5}
        assert read(spec, C="3") == {"condition": 3}
        assert fault(spec, C="odd") == "condition is not a number: odd"

    def test_sums_add_known_parts(self) -> None:
        spec = {"baths": {"sum": ["Full", {"column": "Half", "times": 0.5}]}}
        assert read(spec, Full=2, Half=1) == {"baths": 2.5}
        assert read(spec, Full="2", Half="NA") == {"baths": 2}
        assert read(spec, Full=None, Half=1) == {}

    def test_a_month_becomes_its_last_day(self) -> None:
        map_ = compile_map({"columns": {"price": "P", "close_date": {"year": "Y", "month": "M"}}}, KINDS, REQUIRED, "a")
        found, notes = map_.fields({"P": 1, "Y": 2012, "M": "2"})
        assert (found["close_date"], notes) == ("2012-02-29", {"close_date": "month"})
        with pytest.raises(BadInput, match="is not a calendar month: year 2012, month 13"):
            map_.fields({"P": 1, "Y": 2012, "M": 13})

    def test_dates_of_all_types_are_read(self) -> None:
        spec = {"contract_date": "C"}
        for said in (
            "2015-01-31",
            "20150131T000000",
            "2015-01-31T10:00:00Z",
            date(2015, 1, 31),
            datetime(2015, 1, 31, 9, tzinfo=UTC),
        ):
            assert read(spec, C=said) == {"contract_date": "2015-01-31"}
        assert read({"contract_date": {"column": "C", "date_format": "%m/%d/%Y"}}, C="1/31/2015") == {
            "contract_date": "2015-01-31"
        }
        assert fault(spec, C="2015-02-31") == "contract_date is not a calendar date: 2015-02-31"
        assert "set date_format in a mapping file" in fault(spec, C="1/31/2015")

    def test_numbers_of_all_types_are_read(self) -> None:
        for known in (3, 3.0, "3", "3.0", Decimal(3)):
            assert read({"beds": "B"}, B=known) == {"beds": 3.0}
        for nothing in (None, "", "NA", "-", float("nan")):
            assert read({"beds": "B"}, B=nothing) == {}
        for endless in (float("inf"), 10**400, "9" * 400):
            assert fault({"beds": "B"}, B=endless) == "beds is not a finite number"
        assert fault({"contract_date": "B"}, B=float("inf")).startswith("contract_date is not a date")
        assert fault({"beds": "B"}, B=True) == "beds is not a number: True"
        assert read({"waterfront": "W", "view": "V"}, W=True, V="No") == {"waterfront": 1.0, "view": 0.0}

    def test_currency_signs_are_removed(self) -> None:
        for said in ("$221,900", "CA$ 221900.00", "221,900 CAD", "USD 221900"):
            found, _ = described().fields({"Price": said, "Sold": "2015-01-02"})
            assert found["price"] == 221_900

    def test_the_decimal_mark_of_a_mapping_decides(self) -> None:
        spec: dict[str, Any] = {"lot_sqft": {"column": "L", "unit": "hectares"}, "baths": "B"}
        raw = {"Price": "350.000 $", "Sold": "2015-01-02", "L": "1,250", "B": "2,5"}
        found, _ = described(spec, decimal=",").fields(raw)
        assert (found["price"], found["lot_sqft"], found["baths"]) == (350_000, pytest.approx(134_548.88), 2.5)
        spec["lot_sqft"]["decimal"] = ","
        found, _ = described(spec).fields(raw | {"Price": "350,000"})
        assert (found["price"], found["lot_sqft"]) == (350_000, pytest.approx(134_548.88))
        assert fault({"baths": {"column": "B", "decimal": "."}}, B="2,5") == (
            "baths is not a number with the decimal mark .: 2,5; it is one if decimal is ,"
        )

    def test_parts_of_a_text_are_joined(self) -> None:
        spec = {"address": {"join": ["No", "Street", {"column": "Unit", "prefix": "Apt"}]}}
        assert read(spec, No=12, Street="Elm St", Unit="5") == {"address": "12 Elm St Apt 5"}
        assert read(spec, No=None, Street="Elm St", Unit="#5") == {"address": "Elm St #5"}
        assert read(spec, No=None, Street=" ", Unit="NA") == {}

    def test_the_first_unit_column_with_a_value_counts(self) -> None:
        spec = {"lot_sqft": {"column": "L", "unit_column": ["A", "B"], "times": 2}}
        assert read(spec, L=1, A=None, B="acres") == {"lot_sqft": 87_120}
        assert read(spec, L="1", A="sq ft", B="acres") == {"lot_sqft": 2}

    def test_texts_words_and_templates_are_read(self) -> None:
        spec = {"property_type": "T", "parcel": {"column": "P", "width": 10}, "address": "{N} {S}", "terms": "C"}
        raw = {"T": "SingleFamilyResidence", "P": 16000397, "N": 12.0, "S": "Elm  St", "C": ["REO", "Auction"]}
        assert read(spec, **raw) == {
            "property_type": "single_family_residence", "parcel": "0016000397", "address": "12 Elm St",
            "terms": "REO, Auction",
        }  # fmt: skip
        assert fault({"city": "C"}, C="a\0b") == "city contains a character that cannot be stored"

    def test_a_list_of_one_value_is_the_value(self) -> None:
        assert read({"floors": "F", "city": "C", "beds": "B"}, F=["Two"], C=["Hamilton"], B=[None]) == {
            "floors": 2, "city": "Hamilton",
        }  # fmt: skip
        assert fault({"floors": "F"}, F=["One", "Two"]) == "floors is not a number: One, Two"

    def test_additional_null_words_are_missing_values(self) -> None:
        found, _ = described({"beds": "B"}, nulls=["?"]).fields({"Price": 1, "Sold": "2015-01-02", "B": "?"})
        assert "beds" not in found

    def test_only_selected_records_are_read(self) -> None:
        map_ = described(only={"Status": ["Closed"]})
        map_.fields({"Price": 1, "Sold": "2015-01-02", "Status": "CLOSED"})
        with pytest.raises(PassedOver, match="Status is Active"):
            map_.fields({"Status": "Active"})
        with pytest.raises(PassedOver, match="Status is empty"):
            map_.fields({"Status": None})

    def test_all_faults_of_a_record_are_reported(self) -> None:
        with pytest.raises(BadInput) as caught:
            read({"beds": "B", "baths": "C"}, B="x", C="y")
        assert [each.field for each in caught.value.faults] == ["beds", "baths"]


FORMS = [
    ("%Y%Y", "has %Y twice"),
    ("%d/%m/%Y %d", "has %d twice"),
    ("%z%z %Y", "has %z twice"),
    ("%Q", "has %Q, which is not supported"),
    ("%-d/%m/%Y", "has %-, which is not supported"),
    ("%", "has %, which is not supported"),
    ("%Y-%m-%d%", "has %, which is not supported"),
    ("%c", "has %c, which is not supported"),
    ("%x", "has %x, which is not supported"),
    ("%Y %\n", "which is not supported"),
    ("%H:%M", "has no year"),
    ("%d.%m.", "has no year"),
    ("day", "has no year"),
    ("%Y" + " " * 200, "has no year"),
    ("%Y %V", "is not a usable date format"),
    ("%G-%m-%d", "is not a usable date format"),
    ("%Y\ud800", "half of a surrogate pair|is not a usable date"),
]


@pytest.mark.parametrize(("form", "said"), FORMS, ids=range(len(FORMS)))
def test_an_unusable_date_format_is_refused(form: str, said: str) -> None:
    for top, columns, where in (
        ({"date_format": form}, {}, "town.toml: date_format "),
        ({}, {"close_date": {"column": "Sold", "date_format": form}}, "town.toml: close_date: date_format "),
        ({}, {"contract_date": {"first": ["A", {"column": "B", "date_format": form}]}}, "town.toml: contract_date: "),
    ):
        with pytest.raises(BadInput, match=said) as caught:
            compile_map({**top, "columns": {**MINIMAL, **columns}}, KINDS, REQUIRED, "town.toml")
        assert caught.value.detail.startswith(where)
        assert caught.value.detail.isprintable()


@pytest.mark.parametrize(
    ("form", "text"),
    [
        ("%m/%d/%Y", "03/01/2015"),
        ("%d.%m.%y", "01.03.15"),
        ("%B %d, %Y", "March 1, 2015"),
        ("%a %d %b %Y %I:%M %p", "Sun 01 Mar 2015 03:00 PM"),
        ("%Y-%m-%dT%H:%M:%S.%f%z", "2015-03-01T15:00:00.25+0100"),
        ("%Y-%m-%d %Z", "2015-03-01 UTC"),
        ("%G-W%V-%u", "2015-W09-7"),
        ("%Y.%j", "2015.060"),
        ("100%% %Y%m%d", "100% 20150301"),
        ("%m/%d/%Y", "3/1/2015 0:00"),
        ("%m/%d/%Y", "03/01/2015 12:00:00 AM"),
        ("%m/%d/%Y", "42064"),
        ("%d.%m.%Y", '="01.03.2015"'),
    ],
)
def test_usable_date_formats_are_accepted(form: str, text: str) -> None:
    map_ = described({"close_date": {"column": "Sold", "date_format": form}})
    assert map_.fields({"Sold": text, "Price": "1"})[0]["close_date"] == "2015-03-01"


@pytest.mark.parametrize("name", ["x\0y", "x\ud800", "x" * 201, "two\nlines", "\x1b[31m"])
def test_a_name_that_cannot_be_stored_is_refused(name: str) -> None:
    with pytest.raises(BadInput, match=r"town\.toml: name ") as caught:
        compile_map({"name": name, "columns": MINIMAL}, KINDS, REQUIRED, "town.toml")
    assert caught.value.detail.isprintable()
