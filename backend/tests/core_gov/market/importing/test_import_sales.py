"""Import of sales on both databases: every sale is stored once, even after a failure or a kill."""

import csv
import json
import signal
import sys
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from backend.app.bootstrap import Store, open_store
from backend.app.core_gov.market import sales_cache, service
from backend.app.core_gov.market import store as market_store
from backend.app.core_gov.market.importing import import_sales
from backend.app.core_gov.market.importing.profiles import profile
from backend.app.kit.errors import AppError, BadInput, Conflict, StoreUnavailable
from backend.app.settings import Settings
from backend.tests import preloaded
from backend.tests.core_gov.market.files import (
    CLERK,
    counts,
    events,
    house,
    houses,
    import_file,
    stored,
    write_csv,
)
from backend.tests.harness import ROOT, SOON_S, clean_environment
from backend.tests.promises import promise

KILLED = """
import os, signal, sys
from contextlib import nullcontext
from pathlib import Path
from backend.app.core_gov.market.importing import import_sales
from backend.app.core_gov.market.importing.profiles import profile
from backend.app.kit.db import Ctx
from backend.app.bootstrap import open_store
from backend.app.settings import Settings

def kill(done, total):
    if done == 5:
        os.kill(os.getpid(), signal.SIGKILL)

import_sales.BATCH = 5
data_dir, url, path = sys.argv[1:]
with open_store(Settings(data_dir=Path(data_dir), database_url=url or None)) as store:
    asked = import_sales.ImportRequest("kc", profile("king-county"))
    import_sales.import_sales(store.db, Ctx("clerk", "cli"), Path(path), asked, lambda name: nullcontext(kill))
"""


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_sales, "BATCH", 5)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return write_csv(tmp_path / "sales.csv", houses(12))


def revision(store: Store) -> int:
    return store.db.snapshot_now(market_store.revision, "kc")


class TestImport:
    @promise(
        "Market data",
        "Sales are stored in typed columns on both databases, with units converted and the original row kept.",
    )
    def test_every_row_becomes_a_sale(self, store: Store, path: Path) -> None:
        seen: list[tuple[int, int]] = []
        result = import_file(store, path, progress=lambda done, total: seen.append((done, total)))
        assert counts(result) == (12, 0, 0, 0)
        assert seen == [(5, 12), (10, 12), (12, 12)]
        first = stored(store)[0]
        assert first["source_key"] == "0000001000|2014-05-02"
        assert (first["price_cents"], first["currency"], first["close_date"]) == (30_000_000, "USD", "2014-05-02")
        assert (first["living_sqft"], first["baths"], first["year_renovated"]) == (1500.0, 1.75, None)
        assert (first["postal"], first["area"], first["property_type"]) == ("98178", "98178", "single_family")
        assert (first["flags"], first["usable"], first["placed_by"]) == ("[]", 1, None)
        assert json.loads(first["row"])["sqft_above"] == "1200"

    def test_first_import_creates_the_market(self, store: Store, path: Path) -> None:
        import_file(store, path)
        market = store.db.snapshot_now(service.get_market, "kc")
        assert (market.country, market.currency) == ("US", "USD")

    def test_each_transaction_has_one_audit_event(self, store: Store, path: Path) -> None:
        import_file(store, path)
        found = events(store)
        assert [(event["action"], event["stored"], event["revision"]) for event in found] == [
            ("market.sales_imported", 5, 1),
            ("market.sales_imported", 5, 2),
            ("market.sales_imported", 2, 3),
        ]
        assert {(event["file"], event["sha256"]) for event in found} == {
            ("sales.csv", sha256(path.read_bytes()).hexdigest())
        }

    def test_result_is_reported_in_sentences(self, store: Store, tmp_path: Path) -> None:
        rows = [house(0), house(1, lat="", long=""), house(2, lat=0, long=0), house(3, price="free")]
        result = import_file(store, write_csv(tmp_path / "few.csv", rows))
        assert result.lines() == [
            "4 rows: 3 stored, 0 updated, 0 already on file, 1 rejected",
            f"the rejected rows are in {tmp_path}/few.csv.rejected.csv, with the reason for each",
            "1 sale has coordinates at 0, 0 or outside the country and is kept without a location",
            "2 sales have no coordinates and are placed at the center of the postal code",
            "columns not used, but kept with each sale: sqft_above",
            "screening: none of 3 sales is flagged",
        ]

    @promise(
        "Market data",
        "`valhalla market import-sales` reads csv, csv.gz and parquet by a profile or a mapping file, whose mistakes "
        "are reported first.",
    )
    def test_gzipped_csv_is_imported(self, store: Store, path: Path, tmp_path: Path) -> None:
        import_file(store, path)
        packed = write_csv(tmp_path / "sales.csv.gz", houses(12))
        assert counts(import_file(store, packed)) == (0, 0, 12, 0)

    @promise(
        "Market data",
        "`valhalla market import-sales` reads csv, csv.gz and parquet by a profile or a mapping file, whose mistakes "
        "are reported first.",
    )
    def test_parquet_is_imported(self, store: Store, path: Path, tmp_path: Path) -> None:
        from arro3.core import Table
        from arro3.io import write_parquet

        import_file(store, path)
        rows = [row | {"id": int(row["id"]), "waterfront": False} for row in houses(14)]
        columns = {name: [row[name] for row in rows] for name in rows[0]}
        columns["date"] = [f"{text[:4]}-{text[4:6]}-{text[6:8]}" for text in columns["date"]]
        write_parquet(Table.from_pydict(_arrow(columns)), str(tmp_path / "sales.parquet"))
        before = stored(store)
        result = import_file(store, tmp_path / "sales.parquet")
        assert result.stored + result.updated + result.on_file == 14
        assert result.stored == 2
        own = ("source_key", *("price_cents", "close_date", "living_sqft", "waterfront", "postal"))
        after = stored(store)[:12]
        assert [[row[name] for name in own] for row in after] == [[row[name] for name in own] for row in before]


def _arrow(columns: dict[str, list[Any]]) -> dict[str, Any]:
    from arro3.core import Array, DataType

    kinds = {int: DataType.int64(), float: DataType.float64(), str: DataType.utf8(), bool: DataType.bool()}
    return {name: Array(values, kinds[type(values[0])]) for name, values in columns.items()}


class TestAgain:
    @promise(
        "Market data",
        "Refused rows are written with their reasons; a second run changes nothing; a killed run is completed by the "
        "next.",
    )
    def test_importing_again_changes_nothing(self, store: Store, path: Path) -> None:
        import_file(store, path)
        before, told, rev = stored(store), events(store), revision(store)
        result = import_file(store, path)
        assert counts(result) == (0, 0, 12, 0)
        assert result.screened is not None
        assert result.screened.changed == 0
        assert (stored(store), events(store), revision(store)) == (before, told, rev)

    def test_a_changed_row_changes_its_sale(self, store: Store, path: Path) -> None:
        import_file(store, path)
        before = stored(store)
        write_csv(path, [house(0, sqft_living=1800), *houses(11, 1)])
        assert counts(import_file(store, path)) == (0, 1, 11, 0)
        after = stored(store)
        assert (after[0]["seq"], after[0]["living_sqft"]) == (before[0]["seq"], 1800.0)
        assert json.loads(after[0]["row"])["sqft_living"] == "1800"
        assert after[1:] == before[1:]
        assert (events(store)[-1]["updated"], revision(store)) == (1, 4)

    def test_the_same_parcel_again_is_another_sale(self, store: Store, tmp_path: Path) -> None:
        rows = [house(0), house(0, date="20150601T000000")]
        assert counts(import_file(store, write_csv(tmp_path / "a.csv", rows))) == (2, 0, 0, 0)

    def test_a_key_twice_in_a_file_is_refused_the_second_time(self, store: Store, tmp_path: Path) -> None:
        path = write_csv(tmp_path / "a.csv", [house(0), house(1), house(0, price=1), *houses(5, 2)])
        for wanted in ((7, 0, 0, 1), (0, 0, 7, 1)):
            assert counts(import_file(store, path)) == wanted
        with path.with_name("a.csv.rejected.csv").open(newline="") as file:
            (row,) = csv.DictReader(file)
        assert (row["row"], row["reason"]) == ("4", "the key 0000001000|2014-05-02 is already in an earlier row")

    def test_rows_without_a_key_are_identified_by_content(self, store: Store, tmp_path: Path) -> None:
        mapping = tmp_path / "town.toml"
        mapping.write_text('country = "US"\n[columns]\nprice = "Price"\nclose_date = "Sold"\n')
        rows = [{"Price": 100_000, "Sold": "2015-01-02"}] * 3 + [{"Price": 120_000, "Sold": "2015-01-02"}]
        path = write_csv(tmp_path / "town.csv", rows)
        assert counts(import_file(store, path, "town", str(mapping))) == (4, 0, 0, 0)
        assert counts(import_file(store, path, "town", str(mapping))) == (0, 0, 4, 0)
        moved = [{"New": "", "Sold": row["Sold"], "Price": row["Price"]} for row in rows]
        assert counts(import_file(store, write_csv(path, moved), "town", str(mapping))) == (0, 0, 4, 0)

    @pytest.mark.parametrize("part", ["@price", "@beds", "@postal", "Price"])
    def test_a_corrected_file_updates_the_sales_of_any_key(self, store: Store, tmp_path: Path, part: str) -> None:
        mapping = tmp_path / "town.toml"
        columns = 'price = "Price"\nclose_date = "Sold"\nparcel = "Parcel"\nbeds = "Beds"\npostal = "ZIP"\n'
        mapping.write_text(
            f'country = "US"\nkey = ["@parcel", "@close_date", "{part}"]\n[columns]\n{columns}lot_sqft = "Lot"'
        )
        row = {"Parcel": "12-3", "Sold": "2015-01-02", "Price": "100,000.50", "Beds": 3, "ZIP": "nowhere", "Lot": 5}
        rows = [row, row | {"Parcel": "12-4", "Price": 100_000}]
        assert counts(import_file(store, write_csv(tmp_path / "a.csv", rows), "town", str(mapping))) == (2, 0, 0, 0)
        path = write_csv(tmp_path / "a.csv", [each | {"Lot": 7} for each in rows])
        result = import_file(store, path, "town", str(mapping))
        assert counts(result) == (0, 2, 0, 0)

    def test_a_sale_that_an_earlier_version_stored_by_its_content_gets_its_key(
        self, store: Store, tmp_path: Path
    ) -> None:
        mapping = tmp_path / "town.toml"
        columns = '[columns]\nprice = "Price"\nclose_date = "Sold"\nparcel = "Parcel"'
        mapping.write_text(f'name = "town"\ncountry = "US"\n{columns}')
        path = write_csv(tmp_path / "a.csv", [{"Price": 100_000, "Sold": "2015-01-02", "Parcel": "12-3"}])
        import_file(store, path, "town", str(mapping))
        mapping.write_text(f'name = "town"\ncountry = "US"\nkey = ["@parcel", "@price"]\n{columns}')
        assert counts(import_file(store, path, "town", str(mapping))) == (0, 1, 0, 0)
        assert [each["source_key"] for each in stored(store)] == ["12-3|100000"]

    def test_rows_without_a_part_of_their_key_are_counted(self, store: Store, tmp_path: Path) -> None:
        mapping = tmp_path / "town.toml"
        mapping.write_text('country = "US"\nkey = ["Id"]\n[columns]\nprice = "Price"\nclose_date = "Sold"\n')
        rows = [{"Id": number or "", "Price": 100_000, "Sold": "2015-01-02"} for number in range(3)]
        result = import_file(store, write_csv(tmp_path / "a.csv", rows), "town", str(mapping))
        assert any(line.startswith("1 sale has no key") for line in result.lines())

    def test_import_resumes_after_a_failure(self, store: Store, path: Path) -> None:
        def fail(done: int, total: int) -> None:
            raise StoreUnavailable

        with pytest.raises(StoreUnavailable):
            import_file(store, path, progress=fail)
        assert len(stored(store)) == 10  # the second batch was at work already
        assert [file.name for file in path.parent.glob("*rejected*")] == []
        assert counts(import_file(store, path)) == (2, 0, 10, 0)

    @promise(
        "Market data",
        "Refused rows are written with their reasons; a second run changes nothing; a killed run is completed by the "
        "next.",
    )
    def test_import_resumes_after_a_kill(self, settings: Settings, path: Path) -> None:
        command = [sys.executable, "-c", KILLED, str(settings.data_dir), settings.database_url or "", str(path)]
        killed = preloaded.run(command, cwd=ROOT, env=clean_environment(), timeout=SOON_S)
        assert killed.returncode == -signal.SIGKILL
        with open_store(settings) as store:
            there = len(stored(store))
            assert there in {5, 10}
            assert counts(import_file(store, path)) == (12 - there, 0, there, 0)
            assert sum(event["stored"] for event in events(store)) == 12

    def test_a_withdrawn_sale_is_restored_when_imported_again(self, store: Store, path: Path) -> None:
        import_file(store, path)
        key = stored(store)[0]["source_key"]
        gone = store.db.write_now(CLERK, service.remove_sales, "kc", "king-county", [key, "unknown"], "deleted")
        assert gone == 1
        assert store.db.write_now(CLERK, service.remove_sales, "kc", "king-county", [key], "deleted") == 0
        assert len(sales_cache.sales_of(store.db, "kc").sales) == 11
        assert (events(store)[-1]["keys"], events(store)[-1]["reason"]) == ([key], "deleted")
        assert counts(import_file(store, path)) == (0, 1, 11, 0)
        assert stored(store)[0]["removed"] is None


class TestBefore:
    """Faults that are found before anything is stored."""

    @pytest.mark.parametrize(
        ("options", "said"),
        [
            ({"name": "reso"}, "sales.csv has no column ClosePrice, which reso needs for price; its columns are "),
            ({"country": "MX"}, "country must be one of CA, US"),
            ({"market": "King County"}, "name must be at most 63 lower-case letters"),
            ({"name": "nowhere.toml"}, "there is no mapping file nowhere.toml; the profiles are king-county, reso"),
        ],
    )
    def test_wrong_files_and_options_are_refused(
        self, store: Store, path: Path, options: dict[str, Any], said: str
    ) -> None:
        with pytest.raises(BadInput) as caught:
            import_file(store, path, **options)
        assert caught.value.detail.startswith(said)
        assert store.db.snapshot_now(service.find_market, "kc") is None

    def test_a_new_market_needs_a_country_and_currency(self, store: Store, tmp_path: Path) -> None:
        path = write_csv(tmp_path / "mls.csv", [{"ClosePrice": 5, "CloseDate": "2015-01-02"}])
        with pytest.raises(BadInput, match="give its country and currency, as in --country CA --currency CAD"):
            import_file(store, path, "toronto", "reso")

    def test_a_different_country_or_currency_is_refused(self, store: Store, path: Path) -> None:
        import_file(store, path)
        with pytest.raises(Conflict, match="the currency of the market kc is USD, not CAD"):
            import_file(store, path, currency="CAD")
        with pytest.raises(Conflict, match="the country of the market kc is US, not CA"):
            import_file(store, path, country="CA")

    @pytest.mark.parametrize(
        ("content", "said"),
        [
            (b"", "sales.csv is empty"),
            (b"PAR1 and nothing more", "sales.csv is not a complete Parquet file"),
            (b"PK\x03\x04workbook", "sales.csv is not a complete ZIP archive"),
            (b"\xff\xfe", "sales.csv does not begin with a header row"),
            (b"id\xff", "sales.csv is not UTF-8 text"),
        ],
    )
    def test_unreadable_files_are_refused(self, store: Store, path: Path, content: bytes, said: str) -> None:
        path.write_bytes(content)
        with pytest.raises(AppError) as caught:
            import_file(store, path)
        assert caught.value.detail.startswith(said)

    def test_an_empty_table_creates_no_market(self, store: Store, path: Path) -> None:
        path.write_text(path.read_text().splitlines()[0] + "\n")
        assert import_file(store, path).lines()[0].startswith("0 rows: 0 stored")
        assert store.db.snapshot_now(service.find_market, "kc") is None


def test_profiles_are_compiled_once() -> None:
    assert profile("reso") is profile("reso")
