"""Import of rents and benchmarks on both databases: accepted rows, rejected rows, and estimates."""

from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import text

from backend.app.bootstrap import Store
from backend.app.core_gov.audit import service as audit
from backend.app.core_gov.geography.address_key import AddressPlace
from backend.app.core_gov.rents import service
from backend.app.core_gov.rents.import_rents import import_rents, load_benchmarks
from backend.app.core_gov.rents.schemas import RentEstimate
from backend.app.kit.data_files.import_result import ImportResult
from backend.app.kit.data_files.import_rows import TableImport
from backend.app.kit.db import Ctx, Query
from backend.app.kit.errors import BadInput
from backend.tests.promises import promise

TODAY = date(2026, 11, 22)
HEADER = "id,rent,date,living_sqft,beds,city,region,postal,latitude,longitude,kind\n"


def quiet(done: int, total: int) -> None:
    """Ignore the progress."""


PLACE = service.RentLocation("CA", "CAD", "L8L", "Hamilton", "ON", 43.2557, -79.8711)


def taken(store: Store, ctx: Ctx, path: Path, text: str, **constants: str) -> ImportResult:
    path.write_text(HEADER + text)
    asked = TableImport(path, {}, {"country": "CA"} | constants, "list")
    return import_rents(store.db, ctx, asked, TODAY.isoformat(), quiet)


def rows(count: int, rent: int = 2000) -> str:
    return "".join(
        f"{at},{rent + 10 * at},2026-10-01,{900 + 5 * at},2,Hamilton,Ontario,L8L 4V7,,,\n" for at in range(count)
    )


def rent_of(store: Store, sqft: float = 950, beds: float = 2, as_of: date = TODAY) -> RentEstimate | str:
    found = store.db.snapshot_now(service.rents_around, PLACE, beds, as_of)
    return service.rent_of(PLACE, sqft, beds, found, as_of)


@pytest.mark.parametrize("typed", ["St. Catharines", "Saint Catharines", "ST CATHARINES", "City of St. Catharines"])
def test_spellings_of_a_city_share_its_rents(store: Store, ctx: Ctx, tmp_path: Path, typed: str) -> None:
    lines = "".join(f"{at},{2000 + at},2026-10-01,{900 + at},2,St Catharines,ON,,,,\n" for at in range(3))
    taken(store, ctx, tmp_path / "a.csv", lines)
    place = service.RentLocation("CA", "CAD", city=typed, region="ON")
    found = store.db.snapshot_now(service.rents_around, place, 2, TODAY)
    assert set(found.rents.city) == {place.city_key} == {"st catharines"}


def test_city_keys_of_an_older_rule_are_corrected(store: Store, ctx: Ctx, tmp_path: Path) -> None:
    taken(store, ctx, tmp_path / "a.csv", "1,2000,2026-10-01,900,2,Saint Catharines,ON,,,,\n")
    age = Query(text("UPDATE rent_comps SET city_key = 'saint catharines'"))
    (derived,) = service.DERIVED
    store.db.write_now(ctx, lambda tx: tx.run(age))
    assert store.db.write_now(ctx, derived.recompute, 0) == (None, 1)
    assert store.db.write_now(ctx, derived.recompute, 0) == (None, 0)


def test_imported_rents_are_stored_once_and_used_in_estimates(store: Store, ctx: Ctx, tmp_path: Path) -> None:
    assert rent_of(store) == (
        "no rents are on file for CA: import some with valhalla market import-rents, or load a benchmark with "
        "valhalla market load-rent-benchmark"
    )
    first = taken(store, ctx, tmp_path / "a.csv", rows(12))
    again = taken(store, ctx, tmp_path / "a.csv", rows(12))
    dearer = taken(store, ctx, tmp_path / "a.csv", rows(12, 2100))
    assert [(each.stored, each.updated, each.on_file) for each in (first, again, dearer)] == [
        (12, 0, 0),
        (0, 0, 12),
        (0, 12, 0),
    ]
    events = store.db.snapshot_now(audit.list_events, {"action": "rents.imported"}, 10, None).docs
    assert len(events) == 2
    found = rent_of(store)
    assert isinstance(found, RentEstimate)
    assert found.method == "rental comps"
    assert 2000 < found.rent < 2300
    assert found.comps[0].km is not None  # by its postal code
    assert "all comps are asking rents, not rents paid" in found.warnings
    for comp in found.comps:
        lines = [comp.rent, *(line.amount for line in comp.adjustments)]
        assert sum(Fraction(str(each)) for each in lines) == Fraction(str(comp.adjusted))


@promise("Repairs, rents and neighborhoods", "The rents of the property itself are not compared with it, and counted.")
@pytest.mark.parametrize(("unit", "own"), [("3", 1), ("4", 0)])
def test_own_rents_are_not_compared(store: Store, ctx: Ctx, tmp_path: Path, unit: str, own: int) -> None:
    taken(store, ctx, tmp_path / "a.csv", rows(12))
    asked = "own,9000,2026-10-01,950,2,Hamilton,Ontario,L8L 4V7,,,\n"
    taken(store, ctx, tmp_path / "b.csv", asked, address="12 Maple Street, Apt 3")
    home = AddressPlace(f"12 maple st unit {unit}", "Hamilton", "ON", "L8L 4V7", "CA")
    place = replace(PLACE, home=home)
    found = store.db.snapshot_now(service.rents_around, place, 2, TODAY)
    estimate = service.rent_of(place, 950, 2, found, TODAY)
    assert isinstance(estimate, RentEstimate)
    assert [comp.rent for comp in estimate.comps if comp.rent == 9000] == [9000] * (1 - own)
    assert ("1 rent of the property itself not compared" in estimate.warnings) is bool(own)


def test_without_an_id_the_content_is_the_key(store: Store, ctx: Ctx, tmp_path: Path) -> None:
    text = ",2000,2026-10-01,900,2,Hamilton,ON,,,,paid\n" * 2
    assert taken(store, ctx, tmp_path / "a.csv", text).stored == 2
    assert taken(store, ctx, tmp_path / "a.csv", text).on_file == 2


def test_invalid_rents_are_rejected_with_a_reason(store: Store, ctx: Ctx, tmp_path: Path) -> None:
    bad = {
        "1,,2026-10-01,900,2,Hamilton,ON,,,,": "rent is required",
        "2,-5,2026-10-01,900,2,Hamilton,ON,,,,": "rent must be above 0 and at most 1,000,000 a month, not -5.0",
        "3,1500,2027-10-01,900,2,Hamilton,ON,,,,": "date 2027-10-01 is in the future",
        "4,1500,soon,900,2,Hamilton,ON,,,,": "date is not a date such as 2015-01-31: soon",
        "5,1500,2026-10-01,,,Hamilton,ON,,,,": "living_sqft or beds is required",
        "6,1500,2026-10-01,900,2,,,,,,": "it has no location: give coordinates, a postal code, or a city",
        "7,1500,2026-10-01,900,2,Hamilton,ON,,-79.87,43.25,": "latitude and longitude look swapped",
        "8,1500,2026-10-01,900,2,Hamilton,ON,,43.25,,": "latitude without longitude: give both or neither",
        "9,1500,2026-10-01,900,2,Hamilton,ON,98178,,,": "postal 98178 is a US ZIP code",
        "10,1500,2026-10-01,-900,2,Hamilton,ON,,,,": "living_sqft must be above 0 and at most 100,000, not -900.0",
        "11,1500,2026-10-01,900,2,Hamilton,ON,,,,rumour": "kind must be one of asking, paid, not rumour",
        "12,1500,2026-10-01,900": "the row has 4 cells, the header has 11",
    }
    done = taken(store, ctx, tmp_path / "a.csv", "\n".join(bad) + "\n")
    assert (done.stored, done.rejected) == (0, len(bad))
    assert done.rejected_file is not None
    text = done.rejected_file.read_text()
    for reason in bad.values():
        assert reason in text
    other = taken(store, ctx, tmp_path / "b.csv", rows(1), currency="USD")
    assert other.rejected_file is not None
    assert "currency USD is not that of CA; rents are not converted" in other.rejected_file.read_text()


def test_values_are_read_where_the_meaning_is_plain(store: Store, ctx: Ctx, tmp_path: Path) -> None:
    texts = (
        '1,"2 500,50 $",2026-10-01,"85,5 m²",3+1,Hamilton,ON,L8L 4V7,,,\n'
        '2,"C$1,950",2026-10-01,"1,500 sqft",Studio,Hamilton,ON,,"43,2557","-79,8711",\n'
        "3,2100,2026/10/1,900,many,Hamilton,ON,L8L 4V7,,,\n"
        "4,US$2100,2026-10-01,900,2,Hamilton,ON,L8L 4V7,,,\n"
        "5,2100,46296,900,2,Hamilton,ON,L8L 4V7,,,\n"
    )
    done = taken(store, ctx, tmp_path / "a.csv", texts)
    assert (done.stored, done.rejected) == (4, 1)
    assert done.lines()[-1] == "1 row is kept without beds, for example row 4: beds is not a number: many"
    assert done.rejected_file is not None
    assert "currency USD is not that of CA" in done.rejected_file.read_text()
    found = store.db.snapshot_now(service.rents_around, PLACE, 2, TODAY)
    assert found.rents is not None


def test_postal_codes_and_ids_that_a_spreadsheet_changed(store: Store, ctx: Ctx, tmp_path: Path) -> None:
    text = '="01",2100,2026-10-01,900,2,,,2139.0,,,\n2,2100,2026-10-01,900,2,,,2139,,,\n'
    assert taken(store, ctx, tmp_path / "a.csv", text, country="US").stored == 2
    with pytest.raises(BadInput, match="a spreadsheet has changed 2 of the 2 values of id"):
        taken(store, ctx, tmp_path / "b.csv", "1.2E+11,2100,2026-10-01,900,2,Hamilton,ON,,,,\n" * 2)


def test_a_file_without_rents_is_refused_as_a_whole(store: Store, ctx: Ctx, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("price,date\n1,2026-01-01\n")
    with pytest.raises(BadInput, match=r"rent is required, and no column has its name: map it to one of price"):
        import_rents(store.db, ctx, TableImport(path, {}, {}), TODAY.isoformat(), quiet)


class TestBenchmarks:
    def load(self, store: Store, ctx: Ctx, folder: Path, text: str, **constants: str) -> ImportResult:
        path = folder / "benchmark.csv"
        path.write_text(text)
        asked = TableImport(path, {}, {"country": "CA"} | constants, "Survey")
        return load_benchmarks(store.db, ctx, asked, quiet)

    @promise(
        "Repairs, rents and neighborhoods",
        "A rent comes from earlier rental comps with an interval, or from a named benchmark; few or identical comps "
        "never look certain.",
    )
    def test_benchmark_is_used_where_rents_are_few(self, store: Store, ctx: Ctx, tmp_path: Path) -> None:
        wide = "city,region,rent_1,rent_2\nHamilton,ON,1500,1890\n,ON,1400,1700\n"
        assert self.load(store, ctx, tmp_path, wide, period="2025-10", measure="average").stored == 4
        assert self.load(store, ctx, tmp_path, wide, period="2025-10", measure="average").on_file == 4
        taken(store, ctx, tmp_path / "a.csv", rows(2))
        found = rent_of(store)
        assert isinstance(found, RentEstimate)
        assert (found.method, found.rent) == ("benchmark", 1890)
        assert found.assumptions[0].startswith(
            "benchmark: Survey, average of Hamilton, ON, 2025-10, of dwellings with 2"
        )
        assert found.benchmark is not None
        assert found.comps == []
        assert found.intervals[1].low < 1890 < found.intervals[1].high
        taken(store, ctx, tmp_path / "b.csv", rows(12))
        beside = rent_of(store)
        assert isinstance(beside, RentEstimate)
        assert (beside.method, beside.benchmark) == ("rental comps", found.benchmark)

    def test_newest_benchmark_of_the_smallest_area_is_used(self, store: Store, ctx: Ctx, tmp_path: Path) -> None:
        self.load(store, ctx, tmp_path, "region,rent,period\nON,1000,2024\nON,1100,2025-Q3\nON,1300,2027\n")
        assert self.rent(store) == 1100
        assert self.rent(store, date(2025, 6, 30)) == 1000
        self.load(store, ctx, tmp_path, "postal,rent,period\nL8L,1250,2020\n")
        assert self.rent(store) == 1250

    def rent(self, store: Store, as_of: date = TODAY) -> float:
        found = rent_of(store, as_of=as_of)
        assert isinstance(found, RentEstimate)
        return found.rent

    def test_invalid_benchmarks_are_rejected(self, store: Store, ctx: Ctx, tmp_path: Path) -> None:
        text = "city,region,postal,rent,beds,period\nHamilton,,,1,1,2025\n,ON,,1,1.5,2025\n,ON,,1,1,last year\n"
        done = self.load(store, ctx, tmp_path, text + ",ON,,,1,2025\n,,nonsense,1,1,2025\n")
        assert (done.stored, done.rejected) == (0, 5)
        assert done.rejected_file is not None
        said = done.rejected_file.read_text()
        for reason in (
            "region is required with city Hamilton",
            "beds must be a whole number from 0 to 20, not 1.5",
            "period must be a year, a quarter or a month such as 2026, 2026-Q1 or 2026-01, not last year",
            "rent is required",
            "postal nonsense is not a postal area of CA",
        ):
            assert reason in said


def test_no_estimate_without_nearby_rents_or_size(store: Store, ctx: Ctx, tmp_path: Path) -> None:
    text = rows(8).replace("Hamilton,Ontario,L8L 4V7", "Calgary,AB,")
    taken(store, ctx, tmp_path / "a.csv", text)
    said = rent_of(store)
    assert isinstance(said, str)
    assert said.startswith("none of the 8 rents on file for CA is near it, and no benchmark of its area is loaded")
    assert rent_of(store, np.nan, np.nan) == service.NO_SIZE
