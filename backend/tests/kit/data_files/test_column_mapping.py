"""Mapping of columns to fields."""

import pytest

from backend.app.core_gov.market.importing.converters import one_of
from backend.app.kit.data_files.cells import number
from backend.app.kit.data_files.column_mapping import Converter, pairs, typed_rows
from backend.app.kit.errors import BadInput

FIELDS: dict[str, Converter] = {"rent": number, "living_sqft": number, "kind": one_of("asking", "paid"), "city": str}


def test_columns_are_found_by_their_names_and_by_mapping() -> None:
    rows = typed_rows(("Rent", "Living Sqft", "Town", "Other"), FIELDS, {"city": "Town"}, {"kind": "Paid"})
    assert rows.fields(["1,500", "", "Hamilton", "x"]) == {"kind": "paid", "rent": 1500, "city": "Hamilton"}
    assert rows.unused == ("Other",)
    assert rows.cells_by_column(["1,500", "", "Hamilton", None]) == {"Rent": "1,500", "Town": "Hamilton"}


def test_spellings_of_null_are_missing_values() -> None:
    assert typed_rows(("rent", "city"), FIELDS, {}, {}).fields(["null", "N/A"]) == {}


def test_every_fault_of_a_row_is_named() -> None:
    with pytest.raises(BadInput) as failed:
        typed_rows(("rent", "kind"), FIELDS, {}, {}).fields(["much", "guessed"])
    said = [fault.message for fault in failed.value.faults]
    assert said == ["rent is not a number: much", "kind must be one of asking, paid, not guessed"]


@pytest.mark.parametrize(
    ("mapping", "constants", "sentence"),
    [
        ({"rant": "a"}, {}, "rant is not a field; the fields are rent, living_sqft, kind, city"),
        ({"rent": "b"}, {}, "there is no column b; the columns are a, Rent, RENT"),
        ({"rent": "a"}, {"rent": "5"}, "rent has both a column and a constant; choose one"),
        ({"rent": "a"}, {"kind": "maybe"}, "kind must be one of asking, paid, not maybe"),
        ({}, {}, "Rent and RENT both look like rent; map it to one of them"),
    ],
)
def test_unknown_fields_and_columns_are_refused(
    mapping: dict[str, str], constants: dict[str, str], sentence: str
) -> None:
    with pytest.raises(BadInput) as failed:
        typed_rows(("a", "Rent", "RENT"), FIELDS, mapping, constants)
    assert failed.value.detail == sentence


def test_options_are_parsed_to_a_mapping() -> None:
    assert pairs(["rent=Price", "city = Town"]) == {"rent": "Price", "city": "Town"}
    for options, sentence in ((["rent"], "rent must be FIELD=VALUE"), (["a=1", "a=2"], "a is given twice")):
        with pytest.raises(BadInput) as failed:
            pairs(options)
        assert failed.value.detail == sentence
