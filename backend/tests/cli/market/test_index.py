"""`valhalla market load-index`, `index` and `export-sales`: output and errors."""

import csv
import gzip
import io
from pathlib import Path

import pytest
from typer.testing import CliRunner

from backend.app.bootstrap import open_store
from backend.app.cli.commands import app
from backend.app.kit.errors import AppError
from backend.app.settings import Settings
from backend.tests.core_gov.market.on_file import put, varied

HPI = "State,County,FIPS code,Year,HPI\nWA,King,53033,2012,100\nWA,King,53033,2013,108\nWA,King,nowhere,2013,1\n"


def typed(*words: str) -> str:
    """Run a command and return its output. Raises AssertionError with its error message."""
    run = CliRunner().invoke(app, ["market", *words], env={"COLUMNS": "110"})
    if isinstance(run.exception, AppError):
        raise run.exception
    assert run.exit_code == 0, run.output
    return run.stdout


@pytest.fixture
def stocked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory next to a store with a market."""
    monkeypatch.setenv("VALHALLA_DATA_DIR", str(tmp_path / "data"))
    with open_store(Settings(data_dir=tmp_path / "data")) as store:
        put(store.db, "elm", varied(60))
    return tmp_path


def test_an_index_is_loaded_and_shown(stocked: Path) -> None:
    file = stocked / "hpi.csv"
    file.write_text(HPI)
    said = typed("load-index", str(file), "--source", "fhfa")
    assert "3 rows, 1 series: 2 stored, 0 updated, 0 already on file, 1 rejected" in said
    assert "hpi.csv.rejected.csv, with the reason for each" in said
    shown = typed("index", "elm", "--as-of", "2015-03-01")
    assert "60 sales of this market agreed 2014-05-" in shown
    assert "2015-02" in shown
    assert "over the year" in shown


def test_export_writes_sales_and_overwrites_nothing(stocked: Path) -> None:
    out = stocked / "elm.csv.gz"
    said = typed("export-sales", "--market", "elm", "--out", str(out), "--where", "since=2014-09-01")
    assert said.split()[0].isdigit()
    rows = list(csv.DictReader(io.StringIO(gzip.decompress(out.read_bytes()).decode())))
    assert len(rows) == int(said.split()[0]) > 10
    assert all(row["close_date"] >= "2014-09-01" for row in rows)
    with pytest.raises(AppError, match="already exists; choose another name, or --force"):
        typed("export-sales", "--market", "elm", "--out", str(out))
    assert typed("export-sales", "--market", "elm", "--out", str(out), "--force").startswith("60 sales")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("index", "fir"), "market not found"),
        (("index", "elm", "--as-of", "soon"), "as_of must be a date such as 2026-01-31"),
        (("index", "elm", "--as-of", "2300-01-01"), "as_of 2300-01-01 has not come yet"),
        (("export-sales", "--market", "fir", "--out", "x.csv"), "there is no market fir"),
        (("export-sales", "--market", "elm", "--out", "x.csv", "--where", "since"), "must be NAME=VALUE"),
        (("export-sales", "--market", "elm", "--out", "x.csv", "--where", "colour=red"), "colour is not a known field"),
        (("export-sales", "--market", "elm", "--out", "nowhere/x.csv"), "cannot be written"),
    ],
)
def test_wrong_options_are_reported(
    stocked: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], sentence: str
) -> None:
    monkeypatch.chdir(stocked)
    with pytest.raises(AppError, match=sentence):
        typed(*words)
    assert not (stocked / "x.csv").exists()
