"""Columns whose texts a spreadsheet took for numbers or dates."""

from pathlib import Path

import pytest

from backend.app.bootstrap import Store
from backend.app.core_gov.market.importing import converters
from backend.app.core_gov.market.importing.profiles import profile
from backend.app.core_gov.market.importing.spreadsheet_marks import is_mangled, whole_number_columns
from backend.app.kit.data_files.csv_table import read_csv
from backend.app.kit.errors import BadInput
from backend.tests.core_gov.market.files import counts, import_file, stored, write_csv
from backend.tests.promises import promise

MAPPING = """
country = "US"
key = ["APN", "Sold"]
[columns]
price = "Price"
close_date = "Sold"
parcel = "APN"
address = "{No} {Street} {Unit}"
postal = "ZIP"
"""


def file(path: Path, apns: list[str], **other: str) -> Path:
    rows = [
        {"APN": apn, "Price": 400_000 + at, "Sold": "2020-01-02", "No": "12", "Street": "Elm St", "Unit": "", "ZIP": ""}
        | other
        for at, apn in enumerate(apns)
    ]
    return write_csv(path, rows)


@pytest.fixture
def town(tmp_path: Path) -> str:
    (tmp_path / "town.toml").write_text(MAPPING)
    return str(tmp_path / "town.toml")


@pytest.mark.parametrize(
    "text", ["1.23457E+11", "1,23457E+11", "4.00E+02", "1E+11", "5-Mar", "Mar-05", "05-mars", "5-Mar-24", "####"]
)
def test_texts_that_a_spreadsheet_made_are_known(text: str) -> None:
    assert is_mangled(text)
    with pytest.raises(ValueError, match="which a spreadsheet made of another text"):
        converters.identifier(text)


@pytest.mark.parametrize("text", ["12-345-678", "1E4", "3-5", "MAR-A", "15-Mary", "12", "12.0", "A-5", "May"])
def test_other_identifiers_stay(text: str) -> None:
    assert converters.identifier(text) == text


@promise(
    "Market data", "A file is refused with one sentence if a spreadsheet has changed its parcel numbers or its keys."
)
@pytest.mark.parametrize("share", [1, 20])
def test_a_changed_column_is_refused_with_one_sentence(store: Store, tmp_path: Path, town: str, share: int) -> None:
    apns = ["1.23457E+11"] * share + [f"{at:08}" for at in range(40 - share)]
    with pytest.raises(BadInput) as caught:
        import_file(store, file(tmp_path / "a.csv", apns), "town", town)
    assert caught.value.detail == (
        f"a.csv: a spreadsheet has changed {share} of the 40 values of APN, for example to 1.23457E+11, so different "
        "ones look the same: export the column as text, or leave it out of the mapping"
    )
    assert stored(store) == []


def test_wrappers_and_zeros_after_the_point_are_removed(store: Store, tmp_path: Path, town: str) -> None:
    import_file(store, file(tmp_path / "a.csv", ['="0012"', "'0013", "14.0", "15"], ZIP="2139.0"), "town", town)
    found = stored(store)
    assert [row["parcel"] for row in found] == ["0012", "0013", "14", "15"]
    assert [row["source_key"] for row in found][2:] == ["14|2020-01-02", "15|2020-01-02"]
    assert {row["postal"] for row in found} == {"02139"}


def test_a_zero_after_the_point_stays_among_other_numbers(tmp_path: Path) -> None:
    table = read_csv(file(tmp_path / "a.csv", ["12.0", "12.1", "13"]))
    assert whole_number_columns(table, {"APN"}, ()) == frozenset()
    table = read_csv(file(tmp_path / "b.csv", ["12.0", "13", ""]))
    assert whole_number_columns(table, {"APN", "Nowhere"}, ()) == {"APN"}


def test_an_address_with_a_changed_unit_number_is_left_out(store: Store, tmp_path: Path, town: str) -> None:
    path = file(tmp_path / "a.csv", [f"{at:08}" for at in range(4)])
    path.write_text(path.read_text().replace("Elm St,,", "Elm St,5-Mar,", 1).replace("12,Elm St,,", "12.0,Elm St,,", 1))
    result = import_file(store, path, "town", town)
    assert counts(result) == (4, 0, 0, 0)
    assert [row["address"] for row in stored(store)] == [None, "12 Elm St", "12 Elm St", "12 Elm St"]
    (line,) = result.left_out.lines("sales")
    assert line == (
        "1 sale is kept without address, for example row 2: address has 5-Mar in Unit, which a spreadsheet made of "
        "another text"
    )


def test_a_row_with_a_changed_key_is_refused(store: Store, tmp_path: Path, town: str) -> None:
    apns = ["1.23457E+11", *(f"{at:08}" for at in range(120))]
    result = import_file(store, file(tmp_path / "a.csv", apns), "town", town)
    assert counts(result) == (120, 0, 0, 1)
    assert "key has 1.23457E+11, which a spreadsheet made of another text" in (
        (tmp_path / "a.csv.rejected.csv").read_text()
    )


def test_identifying_columns_of_a_mapping_are_known(town: str) -> None:
    found = profile(town)
    assert set(found.identifying) == {"APN", "Sold"}
    assert set(found.address_parts) == {"No", "Street", "Unit"}
