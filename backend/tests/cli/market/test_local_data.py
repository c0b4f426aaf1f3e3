"""Commands that load rents, benchmarks, unit costs and place factors: repeatable, with clear errors."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from backend.app.cli import main

Command = Callable[..., str]


@pytest.fixture
def valhalla(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """Run a command. Return its output lines, or the error line."""
    monkeypatch.setenv("VALHALLA_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str) -> str:
        monkeypatch.setattr(sys, "argv", ["valhalla", *arguments])
        with pytest.raises(SystemExit) as end:
            main()
        printed = capsys.readouterr()
        return printed.out if not end.value.code else printed.err.strip().splitlines()[-1]

    return run


def file(text: str, name: str = "file.csv") -> str:
    Path(name).write_text(text)
    return name


def test_rents_are_imported(valhalla: Command) -> None:
    rents = file("Price,Date,Beds,City\n1850,2026-01-05,2,Hamilton\n-1,2026-01-05,2,Hamilton\n")
    options = ("--map", "rent=Price", "--set", "country=CA", "--set", "region=ON")
    assert valhalla("market", "import-rents", rents, *options).splitlines() == [
        "2 rows: 1 stored, 0 updated, 0 already on file, 1 rejected",
        "the rejected rows are in file.csv.rejected.csv, with the reason for each",
    ]
    assert "0 stored, 0 updated, 1 already on file" in valhalla("market", "import-rents", rents, *options)
    assert valhalla("market", "import-rents", rents, "--map", "rent=Prices") == (
        "valhalla: there is no column Prices; the columns are Price, Date, Beds, City"
    )


def test_a_parquet_file_is_read_as_well(valhalla: Command) -> None:
    from arro3.core import Array, DataType, Table
    from arro3.io import write_parquet

    columns: dict[str, Any] = {
        "rent": Array([1850.0, 1920.5], DataType.float64()),
        "date": Array(["2026-01-05", "2026-01-06"], DataType.string()),
        "beds": Array([2, 3], DataType.int64()),
        "postal": Array(["L8L 4V7", "L8L 4V7"], DataType.string()),
    }
    write_parquet(Table.from_pydict(columns), "rents.parquet")
    said = valhalla("market", "import-rents", "rents.parquet", "--set", "country=CA")
    assert said.startswith("2 rows: 2 stored")


def test_benchmarks_are_loaded(valhalla: Command) -> None:
    benchmark = file("city,region,rent_1,rent_2\nHamilton,ON,1390,1640\n")
    options = ("--set", "country=CA", "--set", "period=2025-10", "--source", "Survey")
    assert valhalla("market", "load-rent-benchmark", benchmark, *options).startswith("1 row: 2 stored")
    assert valhalla("market", "load-rent-benchmark", benchmark, *options).startswith("1 row: 0 stored")
    assert valhalla("market", "load-rent-benchmark", benchmark).startswith(
        "valhalla: period is required, and no column"
    )


def test_factors_are_loaded(valhalla: Command) -> None:
    factors = file("factor,value,postal\nwalkability,80,L8L\n")
    options = ("--set", "country=CA", "--set", "as_of=2026-01-31", "--source", "City")
    assert valhalla("market", "load-factors", factors, *options).startswith("1 row: 1 stored")
    refused = valhalla("market", "load-factors", file("factor,value,postal\nethnicity,80,L8L\n"), *options)
    assert refused.startswith(
        "valhalla: row 2 of file.csv has the factor ethnicity: it describes people who live there"
    )


def test_unit_costs_are_loaded(valhalla: Command) -> None:
    costs = file("trade,item,unit,low,mid,high\nroofing,shingles,sqft,6,7.75,10\n")
    options = ("--currency", "cad", "--source", "Ours", "--as-of", "2026-01-31")
    assert valhalla("property", "load-costs", costs, *options) == "1 unit costs stored as uc_cad_1\n"
    assert valhalla("property", "load-costs", costs, *options) == "1 unit costs were already on file as uc_cad_1\n"
    wrong = valhalla("property", "load-costs", costs, *options[:-1], "today")
    assert wrong == "valhalla: file.csv: as_of must be a date such as 2026-01-31"
