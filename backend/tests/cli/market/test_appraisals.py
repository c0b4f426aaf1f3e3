"""`valhalla market import-appraisals`: output, stored appraisals, and errors."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from backend.app.bootstrap import Store, open_store
from backend.app.core_gov.audit import service as audit
from backend.app.core_gov.market.appraisals import service
from backend.app.settings import Settings
from backend.tests.cli.conftest import Command
from backend.tests.core_gov.market.files import Row, make_market, write_csv
from backend.tests.promises import promise

ROWS: list[Row] = [
    {"Parcel": "18-1", "Value": "$610,000", "Date": "2026-01-31", "Appraiser": "Dana Kim", "Fee": 450},
    {"Parcel": "18-2", "Value": "many", "Date": "2026-02-10", "Appraiser": "Dana Kim", "Fee": 450},
    {"Parcel": "18-3", "Value": "655,000.50", "Date": "2026-02-11", "Appraiser": "R. Osei, AACI", "Fee": ""},
    {"Parcel": "", "Value": "500000", "Date": "2099-01-01", "Appraiser": "", "Fee": ""},
]
NOTHING = "one of property_id, parcel and address is required"
IMPORT = ("market", "import-appraisals")


@pytest.fixture
def valhalla(settings: Settings, command: Command, monkeypatch: pytest.MonkeyPatch) -> Command:
    """Commands on a store with a market."""
    with open_store(settings) as store:
        make_market(store)
    monkeypatch.setenv("VALHALLA_DATA_DIR", str(settings.data_dir))
    if settings.database_url is not None:
        monkeypatch.setenv("VALHALLA_DATABASE_URL", settings.database_url)
    return command


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return write_csv(tmp_path / "appraisals.csv", ROWS)


def on_file(store: Store) -> list[dict[str, Any]]:
    page = store.db.snapshot_now(service.list_appraisals, {"market": "kc"}, 100, None)
    return [json.loads(doc) for doc in reversed(page.docs)]


def trail(store: Store) -> int:
    return len(store.db.snapshot_now(audit.list_events, {"entity": "appraisal"}, 100, None).docs)


@promise("Market data", "Appraisals are imported like sales and shown next to valuations.")
def test_valid_rows_are_stored_and_invalid_ones_rejected(settings: Settings, valhalla: Command, path: Path) -> None:
    refused = path.with_name("appraisals.csv.rejected.csv")
    assert valhalla(*IMPORT, str(path), "--market", "kc").splitlines() == [
        "4 rows: 2 stored, 0 updated, 0 already on file, 2 rejected",
        f"the rejected rows are in {refused}, with the reason for each",
        "columns not used: Fee",
    ]
    with open_store(settings) as store:
        found = [(each["parcel"], each["value"], each["currency"], each["appraiser"]) for each in on_file(store)]
    assert found == [("18-1", 610_000, "USD", "Dana Kim"), ("18-3", 655_000.5, "USD", "R. Osei, AACI")]
    with refused.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["row"], row["Date"], row["reason"]) for row in rows] == [
        ("3", "2026-02-10", "value is not a number: many"),
        ("5", "2099-01-01", f"{NOTHING}; date 2099-01-01 is in the future"),
    ]


@promise("Market data", "Appraisals are imported like sales and shown next to valuations.")
def test_second_import_changes_nothing(settings: Settings, valhalla: Command, path: Path) -> None:
    valhalla(*IMPORT, str(path), "--market", "kc")
    with open_store(settings) as store:
        before = on_file(store), trail(store)
    said = valhalla(*IMPORT, str(path), "--market", "kc")
    assert said.startswith("4 rows: 0 stored, 0 updated, 2 already on file, 2 rejected\n")
    with open_store(settings) as store:
        assert (on_file(store), trail(store)) == before


@promise("Market data", "Appraisals are imported like sales and shown next to valuations.")
def test_corrected_file_of_rejects_can_be_imported(
    settings: Settings, valhalla: Command, path: Path, tmp_path: Path
) -> None:
    aside = tmp_path / "aside.csv"
    valhalla(*IMPORT, str(path), "--market", "kc", "--rejected", str(aside))
    aside.write_text(aside.read_text().replace("many", "630000").replace("2099-01-01", "2026-01-01"))
    said = valhalla(*IMPORT, str(aside), "--market", "kc")
    assert said.startswith("2 rows: 1 stored, 0 updated, 0 already on file, 1 rejected\n")
    with open_store(settings) as store:
        assert [each["value"] for each in on_file(store)] == [610_000, 655_000.5, 630_000]


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_wrong_input_is_refused(settings: Settings, valhalla: Command, path: Path) -> None:
    assert valhalla(*IMPORT, str(path), "--market", "nowhere", status=1).strip() == "valhalla: market not found"
    odd = write_csv(path.with_name("odd.csv"), [{"Amount": 5, "Date": "2026-01-01"}])
    assert valhalla(*IMPORT, str(odd), "--market", "kc", status=1).startswith(
        "valhalla: odd.csv has no column value; its columns are Amount, Date: name it in a mapping file"
    )
    assert "does not exist" in valhalla(*IMPORT, "none.csv", "--market", "kc", status=2)
    with open_store(settings) as store:
        assert on_file(store) == []
