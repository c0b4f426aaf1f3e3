"""Mapping of CSV columns to property fields."""

from typing import Any

import pytest

from backend.app.core_gov.property.column_map import NUMBERS, ColumnMap, converter, map_columns
from backend.app.core_gov.property.schemas import PROPERTY
from backend.app.kit.data_files.cells import number
from backend.app.kit.data_files.column_mapping import pairs
from backend.app.kit.errors import BadInput
from backend.tests.promises import promise

COLUMNS = ("id", "street", "Year Built", "beds", "price", "zip")


def mapped(
    mapping: dict[str, str] | None = None, constants: dict[str, str] | None = None, *, keep_rest: bool = False
) -> ColumnMap:
    return map_columns(COLUMNS, mapping or {"address": "street"}, constants or {}, keep_rest=keep_rest)


def fields(columns: ColumnMap, *cells: str) -> dict[str, Any]:
    return columns.fields([*cells, *[""] * (len(COLUMNS) - len(cells))])


class TestMapping:
    @promise(
        "Operations",
        "`valhalla import properties` maps any column names, writes rejected rows with reasons, and can run twice "
        "safely.",
    )
    def test_columns_templates_and_constants_are_mapped(self) -> None:
        columns = mapped({"address": "{id}  {street}", "postal": "zip"}, {"country": "usa", "tags": "a; b"})
        assert columns.fields(["12", "Elm St", "1955", "3", "5", "98178"]) == {
            "address": "12 Elm St",
            "postal": "98178",
            "year_built": 1955,
            "beds": 3,
            "country": "US",
            "tags": ["a", "b"],
        }
        assert columns.unused == ("price",)
        assert columns.described == {
            "address": "{id}  {street}",
            "postal": "zip",
            "year_built": "Year Built",
            "beds": "beds",
            "country": "always usa",
            "tags": "always a; b",
        }

    def test_an_empty_cell_is_left_out(self) -> None:
        assert fields(mapped(), "", "Elm St") == {"address": "Elm St"}

    def test_a_template_of_empty_cells_is_left_out(self) -> None:
        assert "address" not in fields(mapped({"address": "Parcel {id}"}), "")

    def test_a_column_name_with_braces_is_not_a_template(self) -> None:
        columns = map_columns(("{id}", "id"), {"address": "{id}"}, {})
        assert columns.fields(["1 Elm St", "7"]) == {"address": "1 Elm St"}

    def test_a_field_can_be_left_out(self) -> None:
        columns = mapped({"address": "street", "beds": ""})
        assert "beds" not in fields(columns, "1", "Elm St", "1955", "many")
        assert "beds" in columns.unused

    def test_a_constant_overrides_a_column_of_the_same_name(self) -> None:
        assert fields(mapped(None, {"beds": "2"}), "1", "Elm St", "1955", "5")["beds"] == 2

    def test_columns_are_mapped_to_meta(self) -> None:
        columns = mapped({"address": "street", "meta.price": "price"}, {"meta.source": "county"})
        found = fields(columns, "1", "Elm St", "", "", "$221,900")
        assert found["meta"] == {"price": "$221,900", "source": "county"}

    def test_unmapped_columns_can_be_kept_in_meta(self) -> None:
        columns = mapped(keep_rest=True)
        found = fields(columns, "7", "Elm St", "1955", "", "5")
        assert found["meta"] == {"source_row": {"id": "7", "price": "5"}}
        assert columns.unused == ()


class TestRefused:
    @pytest.mark.parametrize(
        ("mapping", "constants", "said"),
        [
            ({"address": "stret"}, {}, "there is no column stret; the columns are id, street, Year Built, beds"),
            ({"address": "{id} {stret}"}, {}, "there is no column stret"),
            ({"adress": "street"}, {}, "adress is not a field of a property; the fields are address, country"),
            ({"address": "street"}, {"colour": "x"}, "colour is not a field"),
            ({"address": "street", "import_key": "id"}, {}, "import_key is not a field"),
            ({"address": "street", "meta": "id"}, {}, "meta is not a field"),
            ({"address": "street", "meta.": "id"}, {}, "meta. is not a field"),
            ({"beds": "beds"}, {}, "address is required, and no column has its name: map it"),
            ({"address": "street", "beds": "beds"}, {"beds": "3"}, "beds has both a column and a constant"),
            ({"address": "street"}, {"beds": "many"}, "beds is not a number: many"),
        ],
    )
    def test_invalid_names_and_constants_are_refused(
        self, mapping: dict[str, str], constants: dict[str, str], said: str
    ) -> None:
        with pytest.raises(BadInput) as caught:
            mapped(mapping, constants)
        assert caught.value.detail.startswith(said)

    def test_two_columns_for_one_field_are_refused(self) -> None:
        with pytest.raises(BadInput, match="City and CITY both look like city"):
            map_columns(("address", "City", "CITY"), {}, {})
        assert map_columns(("address", "City", "CITY"), {"city": "City"}, {}).unused == ("CITY",)

    def test_source_row_in_meta_is_reserved(self) -> None:
        with pytest.raises(BadInput, match=r"meta\.source_row is where the other columns are kept"):
            mapped({"address": "street", "meta.source_row": "id"}, keep_rest=True)

    def test_every_fault_of_a_row_is_reported(self) -> None:
        with pytest.raises(BadInput) as caught:
            fields(mapped(), "1", "Elm St", "old", "many")
        assert [fault.message for fault in caught.value.faults] == [
            "year_built is not a number: old",
            "beds is not a number: many",
        ]


class TestValues:
    @pytest.mark.parametrize(
        ("text", "value"),
        [
            ("1180", 1180),
            ("1,180", 1180),
            ("1,180,000.5", 1180000.5),
            ("1 180", 1180),
            ("1\u00a0180", 1180),
            ("1\u202f180.25", 1180.25),
            ("-122.257", -122.257),
            ("+3", 3),
            ("3.0", 3.0),
            ("2.219e5", 221900.0),
            ("0,125", 0.125),
            ("47,5112", 47.5112),
            ("1,18", 1.18),
            ("1.180,5", 1180.5),
            ("(1,180)", -1180),
        ],
    )
    def test_numbers_are_parsed(self, text: str, value: float) -> None:
        assert repr(number(text)) == repr(value)

    @pytest.mark.parametrize(
        "text",
        [
            "$221,900",
            "1,18,0",
            "0 180",
            "12,34,567",
            "1180 sqft",
            "2+1",
            "0x10",
            "1_000",
            "inf",
            "1e999",
            "٣",
            "1.",
            "--1",
        ],
    )
    def test_invalid_numbers_are_refused(self, text: str) -> None:
        with pytest.raises(ValueError, match="is not a number"):
            number(text)

    @pytest.mark.parametrize("text", ["NA", "n/a", "NaN", "null", "None", "-"])
    def test_unknown_numbers_are_left_out(self, text: str) -> None:
        assert number(text) is None
        assert "beds" not in fields(mapped(), "1", "Elm St", "1955", text)

    def test_numeric_fields_match_the_schema(self) -> None:
        later = {"year_renovated", "grade", "condition", "floors", "basement_sqft", "view"}
        assert {name for name, value in PROPERTY.items() if isinstance(value, int | float)} | later == NUMBERS

    @promise(
        "Operations",
        "`valhalla import properties` maps any column names, writes rejected rows with reasons, and can run twice "
        "safely.",
    )
    @pytest.mark.parametrize(
        ("name", "text", "value"),
        [
            ("beds", "3+1", 4),
            ("beds", "3 bedrooms", 3),
            ("baths", "2½", 2.5),
            ("floors", "Two", 2),
            ("sqft", "1,500 sqft", 1500),
            ("sqft", "1 500 pi²", 1500),
            ("sqft", "0", None),
            ("lot_sqft", "0,125", 0.125),
            ("lot_sqft", "50 x 120 ft", 6000),
            ("lot_sqft", "0.25 acres", 10_890),
            ("year_built", "0", None),
            ("year_built", "9999", None),
            ("year_built", "1987.0", 1987),
            ("latitude", "43,2557", 43.2557),
            ("waterfront", "Oui", True),
            ("parcel", '="0012"', "0012"),
            ("parcel", "'0012", "0012"),
            ("country", "Canada", "CA"),
            ("status", "Under Contract", "under_contract"),
            ("city", "NA", "NA"),
        ],
    )
    def test_words_are_parsed(self, name: str, text: str, value: str) -> None:
        assert converter(name)(text) == value

    def test_values_of_a_row_are_completed_by_each_other(self) -> None:
        columns = map_columns(("address", "postal", "latitude", "longitude"), {}, {"country": "US"})
        assert columns.fields(["1 Elm St", "2139", "0", "0"]) == {
            "address": "1 Elm St",
            "postal": "02139",
            "country": "US",
        }
        columns = map_columns(("address", "postal", "country"), {}, {})
        assert columns.fields(["1 Elm St", "2139.0", ""])["postal"] == "2139"
        assert columns.fields(["1 Elm St", "2139.0", "usa"])["postal"] == "02139"

    def test_an_address_of_parts_that_a_spreadsheet_changed_is_refused(self) -> None:
        columns = mapped({"address": "{id} {street}"})
        with pytest.raises(BadInput, match="address has 5-Mar, which a spreadsheet made of another text"):
            fields(columns, "5-Mar", "Elm St")
        assert fields(columns, '="12"', "Elm St")["address"] == "12 Elm St"
        assert columns.address_parts == ("id", "street")

    def test_an_unknown_country_is_refused(self) -> None:
        with pytest.raises(ValueError, match="must be CA or US, not Mexico"):
            converter("country")("Mexico")


class TestPairs:
    def test_options_are_parsed_by_field(self) -> None:
        assert pairs(["address=Street = x", " beds =", "meta.a=b"]) == {
            "address": "Street = x",
            "beds": "",
            "meta.a": "b",
        }

    @pytest.mark.parametrize(("options", "said"), [(["x"], "x must be FIELD=VALUE"), (["=x"], "=x must be")])
    def test_malformed_options_are_refused(self, options: list[str], said: str) -> None:
        with pytest.raises(BadInput, match=said):
            pairs(options)

    def test_a_repeated_field_is_refused(self) -> None:
        with pytest.raises(BadInput, match="beds is given twice"):
            pairs(["beds=a", "beds=b"])
