"""`valhalla market import-sales --suggest`: output, the new file, and errors."""

import tomllib
from pathlib import Path

import pytest

from backend.tests.cli.conftest import Command

SALES = "PIN,Sold,Price,Living Area\n" + "".join(f"{n},1/{n + 12}/2020,3{n}0000,{1400 + n}\n" for n in range(1, 10))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    (tmp_path / "sales.csv").write_text(SALES)
    return tmp_path / "sales.csv"


def test_a_mapping_is_printed_or_written_to_a_new_file(command: Command, path: Path, tmp_path: Path) -> None:
    printed = command("market", "import-sales", str(path), "--suggest")
    assert tomllib.loads(printed)["columns"]["price"] == "Price"
    out = tmp_path / "town.toml"
    said = command("market", "import-sales", str(path), "--suggest", "--out", str(out))
    assert "read it, and correct what it is not sure of" in said.replace("\n", " ")
    assert out.read_text(encoding="utf-8") == printed
    assert [each.name for each in sorted(tmp_path.iterdir())] == ["sales.csv", "town.toml"]


def test_no_file_is_replaced(command: Command, path: Path, tmp_path: Path) -> None:
    (tmp_path / "town.toml").write_text("mine")
    said = command("market", "import-sales", str(path), "--suggest", "--out", str(tmp_path / "town.toml"), status=1)
    assert "already exists; choose another name" in said.replace("\n", " ")
    assert (tmp_path / "town.toml").read_text() == "mine"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ((), "--market: is required"),
        (("--market", "town"), "--profile: is required"),
        (("--market", "town", "--profile", "reso", "--out", "x.toml"), "--out: requires --suggest"),
    ],
)
def test_options_that_are_missing_are_named(command: Command, path: Path, options: tuple[str, ...], said: str) -> None:
    assert f"Invalid value for {said}" in command("market", "import-sales", str(path), *options, status=2)
