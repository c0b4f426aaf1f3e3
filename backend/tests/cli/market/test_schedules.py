"""`valhalla market schedule`: intervals, refusals and the table."""

from pathlib import Path

import pytest

from backend.app.bootstrap import open_store
from backend.app.settings import Settings
from backend.tests.cli.conftest import Command
from backend.tests.core_gov.valuation import town


@pytest.fixture
def valhalla(tmp_path: Path, command: Command, monkeypatch: pytest.MonkeyPatch) -> Command:
    """Return a function that runs commands on a store with an empty market."""
    monkeypatch.setenv("VALHALLA_DATA_DIR", str(tmp_path / "data"))
    with open_store(Settings(data_dir=tmp_path / "data")) as store:
        town.put(store.db, [])
    return command


def test_tasks_are_set_listed_and_turned_off(valhalla: Command) -> None:
    for command in (("market", "schedule"), ("jobs", "scheduled")):
        assert valhalla(*command) == "No task is on a schedule.\n"
    printed = valhalla("market", "schedule", "--market", "town", "--train", "30d", "--revalue", "24h")
    revalue, train = _rows(printed)
    assert revalue[:4] == ["town", "revalue", "24h", "never"]
    assert train[:4] == ["town", "train", "30d", "never"]
    assert _rows(valhalla("market", "schedule", "--market", "town")) == [revalue, train]
    assert _rows(valhalla("jobs", "scheduled")) == [revalue, train]
    assert _rows(valhalla("market", "schedule", "--market", "town", "--train", "off")) == [revalue]


def _rows(printed: str) -> list[list[str]]:
    """Return the cells of the rows of the table."""
    rows = [[cell.strip() for cell in line.split("│")[1:-1]] for line in printed.splitlines()]
    return [row for row in rows if row]


def test_wrong_options_are_refused_in_a_sentence(valhalla: Command) -> None:
    assert "from 1h to 400d, such as 24h or 7d" in valhalla(
        *("market", "schedule", "--market", "town", "--train", "1w"), status=2
    )
    assert "is required with an interval" in valhalla("market", "schedule", "--train", "7d", status=2)
    assert valhalla("market", "schedule", "--market", "nowhere", "--train", "7d", status=1).endswith("market not found")
    assert "feeds.toml has no feed of the market town" in valhalla(
        *("market", "schedule", "--market", "town", "--sync", "24h"), status=1
    )
