"""`python -m accuracy` on a tiny county. Tests check that figures exist, not their values."""

import csv
import json
import re
import sys
from dataclasses import replace
from io import StringIO
from pathlib import Path

import numpy as np
import pytest

from accuracy.__main__ import main
from accuracy.boosting import boosted
from accuracy.figures import Figure, truth
from accuracy.report import show, write_json
from backend.app.kit.output.output_file import named_file
from backend.tests import preloaded
from backend.tests.core_gov.valuation.model.test_ensemble import CUT, described
from backend.tests.harness import ROOT, SOON_S, clean_environment
from backend.tests.promises import promise
from bench.made_up_county import house_sales, true_values, write_csv

TRAINED, TESTED = 102, 26
MAPPING = """
country = "US"
currency = "USD"
key = ["id"]

[columns]
price = "price"
close_date = "date"
living_sqft = "sqft_living"
latitude = "lat"
longitude = "long"
"""
MEASURES = ["MdAPE", "MAPE", "COD", "PRD", "PRB", "median ratio", "within 10 %"]


@pytest.fixture
def county(tmp_path: Path) -> Path:
    path = tmp_path / "county.csv"
    write_csv(path, sorted(house_sales(TRAINED + TESTED), key=lambda sale: sale.date))
    return path


@pytest.fixture
def mapping(tmp_path: Path) -> Path:
    path = tmp_path / "mapping.toml"
    path.write_text(MAPPING)
    return path


@pytest.fixture
def cut(county: Path) -> str:
    """Date of the first tested sale."""
    with county.open(newline="") as file:
        days = [row["date"] for row in csv.DictReader(file)]
    assert days[TRAINED - 1] < days[TRAINED]
    return days[TRAINED]


@promise(
    "Ratio study",
    "`make accuracy` measures King County or any county's file, and names what is wrong with the file, profile or "
    "date.",
)
def test_measures_a_county(county: Path, mapping: Path, cut: str, tmp_path: Path) -> None:
    out = tmp_path / "figures" / "county.json"
    command = [sys.executable, "-m", "accuracy", "--file", str(county), "--profile", str(mapping)]
    command += ["--cut", cut, "--out", str(out)]
    environment = clean_environment({"VALHALLA_DATA_DIR": "/nowhere/of/this/shell"})
    done = preloaded.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=SOON_S, check=False
    )
    assert done.returncode == 0, done.stderr
    assert f"{TRAINED + TESTED} rows: {TRAINED + TESTED} stored" in done.stderr
    assert f"county.csv, tested from {cut} on" in done.stdout
    assert re.search(rf"sales trained on +{TRAINED} ", done.stdout)
    assert re.search(rf"sales tested +{TESTED} ", done.stdout)
    assert "targets" not in done.stdout, "those are King County's"
    document = json.loads(out.read_text(), parse_constant=pytest.fail)
    ways: dict[str, list[str]] = {each["way"]: [] for each in document["figures"]}
    for each in document["figures"]:
        ways[each["way"]].append(each["measure"])
    baselines = ["nearest ten, price per sq ft", "boosting alone", "boosting, previous price"]
    assert list(ways) == ["", *baselines, "comparable sales", "model", "reconciled"]
    assert all(measures[-7:] == MEASURES for way, measures in ways.items() if way not in {"", "reconciled"})
    assert ways["reconciled"][:8] == [*MEASURES, "within the 50 % interval"]
    assert all(each["value"] is not None and each["reached"] is None for each in document["figures"])


def test_boosting_has_the_further_columns_too() -> None:
    sales = described()
    rows = np.flatnonzero(sales.close_day >= CUT)
    plain, further = (boosted(each, rows, CUT, previous=False) for each in (replace(sales, extra=None), sales))
    errors = [np.median(np.abs(np.log(values / sales.price[rows]))) for values in (plain, further)]
    assert errors[1] < 0.7 * errors[0]


def refused(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *options: object) -> str:
    """Return the error line of a run that fails."""
    monkeypatch.setattr(sys, "argv", ["accuracy", *map(str, options)])
    with pytest.raises(SystemExit) as end:
        main()
    assert end.value.code
    printed = capsys.readouterr()
    assert printed.out == ""
    return str(end.value.code) if isinstance(end.value.code, str) else printed.err.strip().splitlines()[-1]


@promise(
    "Ratio study",
    "`make accuracy` measures King County or any county's file, and names what is wrong with the file, profile or "
    "date.",
)
def test_cut_off_date_without_sales_is_refused(
    county: Path, cut: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def said(day: str) -> str:
        return refused(monkeypatch, capsys, "--file", county, "--cut", day).removeprefix("The measurement failed: ")

    assert re.fullmatch(
        r"the file has no sales from 2030-01-01 on; the last one closed on 2025-\d\d-\d\d: "
        "at least 25 are needed to test the values",
        said("2030-01-01"),
    )
    assert said("2025-12-01").startswith("the file has 1 sale from 2025-12-01 on")
    assert said("2020-01-01") == "the market has 0 usable sales before 2020-01-01; a model needs 100"


@promise(
    "Ratio study",
    "`make accuracy` measures King County or any county's file, and names what is wrong with the file, profile or "
    "date.",
)
def test_invalid_file_or_profile_is_refused(
    county: Path, mapping: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    mapping.write_text(MAPPING.replace('"price"', '"Price paid"'))
    empty = tmp_path / "empty.csv"
    empty.touch()
    failed = "The measurement failed: "
    for options, said in (
        (("--file", county, "--profile", "reso"), failed + "county.csv has no column ClosePrice, which reso needs for"),
        (("--file", county, "--profile", "resso"), failed + "there is no mapping file resso; the profiles are king-"),
        (("--file", county, "--profile", mapping), failed + "county.csv has no column Price paid, which mapping needs"),
        (("--file", empty), failed + "empty.csv is empty"),
        (("--file", tmp_path / "none.csv"), f"python -m accuracy: error: there is no file {tmp_path / 'none.csv'}"),
        (("--profile", "reso"), "python -m accuracy: error: --profile requires --file"),
        (("--made-up", 10), "python -m accuracy: error: --made-up needs a number from 1,000 to 1,000,000"),
        (("--made-up", 2000, "--file", county), "python -m accuracy: error: --made-up needs a number"),
        (("--cut", "soon"), "python -m accuracy: error: argument --cut: must be a date such as 2015-03-01, not 'soon'"),
        (("--out", tmp_path), f"python -m accuracy: error: --out: {tmp_path} is a directory; name a file"),
    ):
        assert refused(monkeypatch, capsys, *options).startswith(said)


def test_true_values_of_made_up_sales_are_off_by_the_noise_alone() -> None:
    """Prices are off by a standard deviation of 0.13 of their logarithm, so half of them by less than 8.8 %."""
    sales = list(house_sales(10_000))
    found = truth(np.array([float(sale.price) for sale in sales]), true_values(sales))
    assert found.value == pytest.approx(100 * 0.6745 * 0.13, abs=0.5)


def test_undefined_figure_is_null_and_misses_its_target(tmp_path: Path) -> None:
    figures = [Figure("model", "COD", np.nan, " %", None, 11.7), Figure("model", "PRD", 1.01, "", 0.98, 1.03)]
    shown, out = StringIO(), tmp_path / "figures.json"
    show({}, figures, shown)
    assert re.search(r"COD +– +≤ 11.7 % +missed", shown.getvalue())
    assert shown.getvalue().endswith("Missed:\nmodel: COD\n")
    write_json(named_file(out), {}, figures)
    document = json.loads(out.read_text(), parse_constant=pytest.fail)["figures"]
    assert [(each["value"], each["reached"]) for each in document] == [(None, False), (1.01, True)]
