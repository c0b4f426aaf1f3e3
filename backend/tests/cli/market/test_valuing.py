"""`valhalla market train`, `models`, `study` and `property revalue`: output, errors, and resuming."""

import json
import os
import signal
import subprocess
import sys
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from backend.app.bootstrap import Store, open_store
from backend.app.core_gov.audit import service as audit
from backend.app.core_gov.property import revaluation, service
from backend.app.core_gov.property.schemas import PropertyCreate
from backend.app.core_gov.property.store import valuations
from backend.app.settings import Settings
from backend.tests import preloaded
from backend.tests.cli.conftest import Command
from backend.tests.core_gov.valuation import town
from backend.tests.harness import ROOT, SOON_S, clean_environment, until
from backend.tests.promises import promise

HOMES = 3 * revaluation.BATCH


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def valhalla(data_dir: Path, command: Command, monkeypatch: pytest.MonkeyPatch) -> Command:
    """Return a function that runs commands on a store in `data_dir`."""
    monkeypatch.setenv("VALHALLA_DATA_DIR", str(data_dir))
    return command


@pytest.fixture
def stocked(data_dir: Path) -> Path:
    """A store with the town and its model."""
    with opened(data_dir) as store:
        town.stock(store.db, town.CUT)
    return data_dir


def opened(data_dir: Path) -> AbstractContextManager[Store]:
    return open_store(Settings(data_dir=data_dir))


def keep_homes(data_dir: Path, count: int) -> list[str]:
    with opened(data_dir) as store:
        homes = [PropertyCreate.model_validate(town.HOME | {"sqft": 1500 + 10 * at}) for at in range(count)]
        return [store.db.write_now(town.CLERK, service.create_property, home).fields["id"] for home in homes]


class TestTrain:
    @promise("Valuation", "`valhalla market train` keeps a model once and refuses sales that are too few or all alike.")
    def test_the_same_sales_are_not_trained_on_twice(self, stocked: Path, valhalla: Command) -> None:
        card, _ = town.trained(town.CUT)
        lines = valhalla("market", "train", "--market", "town", "--until", town.CUT).splitlines()
        assert lines[0] == f"{card.id} already on file: {card.facts['sales']} sales before {town.CUT}"
        assert [line.split(":")[0].strip() for line in lines[1:]] == [*card.facts["accounts"]]
        assert all("median error" in line for line in lines[1:])
        (line,) = valhalla("market", "models", "--market", "town").splitlines()
        assert line.endswith("  in use")
        assert line.startswith(f"{card.id}  until {town.CUT}  {card.facts['sales']} sales")

    def test_unknown_market_or_too_few_sales_is_refused(self, data_dir: Path, valhalla: Command) -> None:
        for command in ("train", "models"):
            assert valhalla("market", command, "--market", "town", status=1) == "valhalla: market not found"
        with opened(data_dir) as store:
            town.put(store.db, town.sales(20))
        assert valhalla("market", "train", "--market", "town", "--until", "2025-01-01", status=1).startswith(
            "valhalla: the market has "
        )
        said = valhalla("market", "models", "--market", "town")
        assert said == "town has no model; train one with `valhalla market train --market town`\n"

    @pytest.mark.parametrize(
        ("day", "said"),
        [
            ("soon", "--until must be a date such as 2026-01-31, not 'soon'"),
            ("", "--until must be a date such as 2026-01-31, not ''"),
            ("2999-01-01", "--until 2999-01-01 is in the future"),
            ("1066-10-14", "--until 1066-10-14 is before 1900"),
        ],
    )
    def test_invalid_date_is_refused(self, valhalla: Command, day: str, said: str) -> None:
        assert valhalla("market", "train", "--market", "town", "--until", day, status=1) == f"valhalla: {said}"


class TestStudy:
    @promise(
        "Ratio study",
        "`valhalla market study` writes a table, strict JSON, and a self-contained HTML page with charts.",
    )
    def test_study_is_printed_and_written_to_files(self, stocked: Path, valhalla: Command, tmp_path: Path) -> None:
        report, page = tmp_path / "study.json", tmp_path / "study.html"
        out = valhalla("market", "study", "--market", "town", "--json", str(report), "--html", str(page))
        assert "COD" in out
        found = json.loads(report.read_text())
        assert found["about"]["market"] == "town"
        assert page.read_text().lstrip().lower().startswith("<!doctype html>")
        valhalla("market", "study", "--market", "town", "--from", "2025-06-01", "--json", str(report), "--force")
        assert 0 < json.loads(report.read_text())["n"] < found["n"]

    def test_invalid_output_file_or_date_is_refused(self, stocked: Path, valhalla: Command, tmp_path: Path) -> None:
        study = ("market", "study", "--market", "town")
        nowhere = tmp_path / "no" / "study.json"
        for options, said in (
            (("--json", str(nowhere)), f"{nowhere} cannot be written: there is no directory {nowhere.parent}"),
            (("--html", str(tmp_path)), f"{tmp_path} is a directory; name a file"),
            (("--from", "2999-01-01"), "--from 2999-01-01 is in the future"),
            (("--from", "2026-01-01"), "town has no usable sale from 2026-01-01 on: there is nothing to study"),
        ):
            assert valhalla(*study, *options, status=1) == f"valhalla: {said}"
        assert not nowhere.parent.exists()

    def test_no_sales_after_training_is_refused(self, data_dir: Path, valhalla: Command) -> None:
        with opened(data_dir) as store:
            town.put(store.db, [sale for sale in town.everything() if sale.close_date < town.CUT])
            town.keep_model(store.db, town.CUT)
        assert valhalla("market", "study", "--market", "town", status=1) == (
            f"valhalla: town has no usable sale from {town.CUT} on: there is nothing to study; "
            "`--from` an earlier day studies by an earlier model, if one was trained"
        )


class TestRevalue:
    @promise(
        "Valuation",
        "`valhalla property revalue --all` values the tracked properties, skips those already valued, and resumes "
        "after a stop.",
    )
    def test_revalues_all_or_selected_properties(self, stocked: Path, valhalla: Command) -> None:
        homes = keep_homes(stocked, 3)
        revalue = ("property", "revalue", "--as-of", "2025-04-15")
        assert valhalla(*revalue, "--all") == "3 valued, 0 unchanged, 0 failed\n"
        assert valhalla(*revalue, "--all") == "0 valued, 3 unchanged, 0 failed\n"
        assert valhalla(*revalue, "--id", homes[1]) == "0 valued, 1 unchanged, 0 failed\n"
        after = valhalla(*revalue, "--id", homes[0], "--id", homes[2], "--after-repair")
        assert after == "2 valued, 0 unchanged, 0 failed\n"

    def test_properties_that_cannot_be_valued_are_listed_with_a_reason(self, stocked: Path, valhalla: Command) -> None:
        keep_homes(stocked, 1)
        with opened(stocked) as store:
            lost = PropertyCreate.model_validate({"address": "1 Main Street", "country": "CA"})
            key = store.db.write_now(town.CLERK, service.create_property, lost).fields["id"]
        first, second = valhalla("property", "revalue", "--all", "--as-of", "2025-04-15", status=1).splitlines()
        assert first == "1 valued, 0 unchanged, 1 failed"
        assert second.startswith("  1 × no market in CA is on file, only town")
        assert second.endswith(f"(such as {key})")

    def test_invalid_arguments_are_refused(self, stocked: Path, valhalla: Command) -> None:
        said = valhalla("property", "revalue", "--id", "pr_none", status=1)
        assert said == "valhalla: property pr_none not found"
        assert "--all" in valhalla("property", "revalue", status=2)
        assert "--all" in valhalla("property", "revalue", "--all", "--id", "pr_none", status=2)
        future, nonsense = "2999-01-01 is in the future", "must be a date such as 2026-01-31, not '1'"
        for day, why in (("2999-01-01", future), ("1", nonsense)):
            said = valhalla("property", "revalue", "--all", "--as-of", day, status=1)
            assert said == f"valhalla: --as-of {why}"

    @promise(
        "Valuation",
        "`valhalla property revalue --all` values the tracked properties, skips those already valued, and resumes "
        "after a stop.",
    )
    def test_killed_run_resumes(self, stocked: Path, valhalla: Command) -> None:
        keep_homes(stocked, HOMES)
        command = [sys.executable, "-m", "backend.app.cli", "property", "revalue", "--all", "--as-of", "2025-04-15"]
        with opened(stocked) as store:
            running = preloaded.popen(
                command,
                cwd=ROOT,
                env=clean_environment({"VALHALLA_DATA_DIR": str(stocked)}),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            until(lambda: store.db.snapshot_now(valuations.count) > 2 or running.poll() is not None, "some are valued")
            os.kill(running.pid, signal.SIGKILL)
            assert running.wait(SOON_S) == -signal.SIGKILL
            through = store.db.snapshot_now(valuations.count)
        assert 2 < through < HOMES
        said = valhalla("property", "revalue", "--all", "--as-of", "2025-04-15")
        assert said == f"{HOMES - through} valued, {through} unchanged, 0 failed\n"
        with opened(stocked) as store:
            assert store.db.snapshot_now(valuations.count) == HOMES
            with store.db.open_snapshot() as snapshot:
                assert audit.verify(snapshot).faults == []
