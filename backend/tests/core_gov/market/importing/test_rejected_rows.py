"""Rows that are rejected, rows that are kept without a value, and rows that are no sales."""

import csv
from pathlib import Path

import pytest

from backend.app.bootstrap import Store
from backend.app.core_gov.market.importing import import_sales
from backend.tests.core_gov.market.files import Row, counts, house, import_file, stored, write_csv
from backend.tests.promises import promise


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_sales, "BATCH", 5)


class TestRefused:
    ROWS = (
        house(0),
        house(1, price=-5),
        house(2, price=0),
        house(3, date="20990101T000000"),
        house(4, date="18991231"),
        house(5, date="soon"),
        house(6, price=""),
        house(7, price="CA$450,000"),
    )
    REASONS = (
        "price must be more than 0, not -5.00",
        "price must be more than 0, not 0.00",
        "close_date 2099-01-01 is in the future",
        "close_date 1899-12-31 is before 1900",
        "close_date is not a date such as 2015-01-31: soon; for another format, set date_format in a mapping file",
        "price is required",
        "the price is in CAD, but the market's currency is USD",
    )
    KEPT = (
        house(0, lat=-122.2, long=47.5, zipcode=""),
        house(1, long=122.2, zipcode=""),
        house(2, bedrooms="many"),
        house(3, sqft_living=-100),
        house(4, yr_built=19555),
        house(5, bedrooms="several", grade="good"),
    )

    @promise(
        "Market data",
        "Refused rows are written with their reasons; a second run changes nothing; a killed run is completed by the "
        "next.",
    )
    def test_rejected_rows_have_number_and_reason(self, store: Store, tmp_path: Path) -> None:
        path = write_csv(tmp_path / "bad.csv", self.ROWS)
        assert counts(import_file(store, path)) == (1, 0, 0, 7)
        with path.with_name("bad.csv.rejected.csv").open(newline="") as file:
            found = list(csv.DictReader(file))
        assert [(int(row["row"]), row["reason"]) for row in found] == list(enumerate(self.REASONS, 3))

    @promise(
        "Market data",
        "Refused rows are written with their reasons; a second run changes nothing; a killed run is completed by the "
        "next.",
    )
    def test_corrected_file_of_rejects_can_be_imported(self, store: Store, tmp_path: Path) -> None:
        path = write_csv(tmp_path / "bad.csv", self.ROWS)
        import_file(store, path)
        rejected = path.with_name("bad.csv.rejected.csv")
        rejected.write_text(rejected.read_text().replace("CA$", "$").replace("20990101", "20150101"))
        assert counts(import_file(store, rejected)) == (2, 0, 0, 5)

    @promise(
        "Market data",
        "Invalid prices, future dates, swapped coordinates and other impossible values are refused or dropped with a "
        "reason.",
    )
    def test_sales_are_kept_without_values_that_cannot_be_used(self, store: Store, tmp_path: Path) -> None:
        result = import_file(store, write_csv(tmp_path / "odd.csv", self.KEPT))
        assert counts(result) == (6, 0, 0, 0)
        assert result.left_out.lines("sales") == [
            "2 sales are kept without beds, for example row 4: beds is not a number: many",
            (
                "2 sales are kept without coordinates, for example row 2: latitude and longitude look swapped: "
                "latitude -122.2 is outside -90 to 90"
            ),
            "1 sale is kept without grade, for example row 7: grade is not a number: good",
            "1 sale is kept without living_sqft, for example row 5: living_sqft must not be less than 0: -100",
            "1 sale is kept without year_built, for example row 6: year_built must be from 1500 to 2031, not 19555",
        ]
        assert set(result.left_out.lines("sales")) <= set(result.lines())
        found = stored(store)
        assert [row["latitude"] for row in found[:2]] == [None, None]
        assert (found[2]["beds"], found[3]["living_sqft"], found[4]["year_built"]) == (None, None, None)
        assert found[2]["living_sqft"] == 1520

    def test_records_other_than_closed_sales_are_skipped(self, store: Store, tmp_path: Path) -> None:
        listing = {"ListingKey": "a", "StandardStatus": "Closed", "ClosePrice": "500000", "CloseDate": "2015-01-02"}
        rows: list[Row] = [
            listing,
            listing | {"ListingKey": "b", "StandardStatus": "Active", "ClosePrice": ""},
            listing | {"ListingKey": "c", "StandardStatus": "Pending"},
            listing | {"ListingKey": "d", "StandardStatus": "Active"},
        ]
        path = write_csv(tmp_path / "mls.csv", rows)
        result = import_file(store, path, "toronto", "reso", country="CA")
        assert counts(result) == (1, 0, 0, 0)
        assert "3 rows are not closed sales, skipped: StandardStatus is Active (2), " in "\n".join(result.lines())
        assert stored(store)[0]["currency"] == "CAD"

    def test_listings_that_are_no_sales_remove_the_sales_on_file(self, store: Store, tmp_path: Path) -> None:
        listing = {
            "ListingKey": "a", "StandardStatus": "Closed", "ClosePrice": "500000", "CloseDate": "2015-01-02",
            "PropertyType": "Residential",
        }  # fmt: skip
        rows: list[Row] = [listing | {"ListingKey": key} for key in "abcd"]
        path = write_csv(tmp_path / "mls.csv", rows)
        assert counts(import_file(store, path, "toronto", "reso", country="CA")) == (4, 0, 0, 0)
        rows[0]["PropertyType"], rows[1]["StandardStatus"] = "Residential Lease", "Active"
        result = import_file(store, write_csv(path, [*rows[:3], listing | {"PropertyType": "Land"}]), "toronto", "reso")
        assert (counts(result), result.removed) == ((0, 1, 1, 0), 1)
        assert "1 of them on file as sales, now removed" in result.lines()
        gone = {row["source_key"]: row["removed"] for row in stored(store)}
        assert gone == {"a": None, "b": "StandardStatus is Active", "c": None, "d": None}
