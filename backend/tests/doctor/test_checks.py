"""`valhalla doctor` reports what is wrong and changes nothing."""

import os
import signal
import sqlite3
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from backend.app.bootstrap import Store
from backend.tests.conftest import MakeServer
from backend.tests.doctor.command import DEALS, FILE, Doctor
from backend.tests.harness import until
from backend.tests.promises import promise
from backend.tests.survive.store_view import make_deals, names, settled


@promise(
    "Operator tools",
    "`valhalla doctor` changes nothing; `--fix` repairs stale JSON files, missing directories and leftovers of dead "
    "processes.",
)
def test_missing_data_directory_is_created_by_fix(doctor: Doctor) -> None:
    assert doctor.one("directory")["fix"].startswith("creates ")
    assert not doctor.settings.data_dir.exists()
    done = doctor.json("--fix")
    assert [fix["subjects"] for fix in done["fixed"]] == ["directory"]
    assert list(doctor.settings.data_dir.iterdir()) == []
    doctor.healthy()


def test_store_that_was_shut_down_cleanly_is_ok_in_every_check(doctor: Doctor, full: Path) -> None:
    found = [finding for finding in doctor.check() if finding["subject"] != "indexes"]  # PostgreSQL has no amcheck here
    assert [finding for finding in found if finding["verdict"] != "ok"] == []
    sentences = {finding["subject"]: finding["sentence"] for finding in found}
    assert sentences.keys() == {
        "settings", "directory", "disk", "locks", "database", "schema", "JSON files", "documents", "list keys",
        "ledger", "text index", "audit trail",
    }  # fmt: skip
    assert f"{FILE}: 30 records, up to date" in [finding["sentence"] for finding in found]
    doctor.healthy()


def test_text_output_has_one_line_per_finding_and_fix(on_sqlite: Doctor, full_sqlite: Path) -> None:
    (full_sqlite / FILE).unlink()
    status, printed = on_sqlite.text()
    assert status == 1
    line = f"BAD  JSON files  {FILE} is missing; the database has 30 records: `valhalla doctor --fix` rewrites {FILE}"
    assert f"{line}, or the next start does" in printed.splitlines()
    status, printed = on_sqlite.text("--fix")
    assert status == 0
    lines = printed.splitlines()
    assert lines[0] == f"fix  JSON files  rewrites {FILE}"
    assert lines[1].startswith("done JSON files  the database has schema")


def test_invalid_setting_is_the_only_finding(on_sqlite: Doctor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VALHALLA_PORT", "x")
    assert on_sqlite.one("settings")["sentence"].startswith("VALHALLA_PORT is wrong")
    status, printed = on_sqlite.text()
    assert (status, len(printed.splitlines())) == (1, 1)


def test_changed_audit_event_is_bad_and_has_no_fix(doctor: Doctor, full: Path) -> None:
    if doctor.settings.database_url:
        with psycopg.connect(doctor.settings.database_url) as conn:
            conn.execute("SET session_replication_role = replica")
            conn.execute("UPDATE audit_events SET actor = 'nobody' WHERE seq = 3")
    else:
        with closing(sqlite3.connect(doctor.settings.sqlite_path)) as sqlite:
            sqlite.execute("DROP TRIGGER audit_events_no_update")
            sqlite.execute("UPDATE audit_events SET actor = 'nobody' WHERE seq = 3")
            sqlite.commit()
    found = doctor.one("audit trail")
    assert (found["verdict"], found["fix"]) == ("bad", None)
    assert "event 3 " in found["sentence"]


# While another process has the store open


def test_store_open_in_this_process_is_healthy_and_stays_usable(doctor: Doctor, store: Store) -> None:
    make_deals(store, *DEALS)
    settled(store)
    sentences = [finding["sentence"] for finding in doctor.check() if finding["verdict"] == "ok"]
    assert f"{FILE}: 30 records, up to date" in sentences
    assert any(f"process {os.getpid()} writes the JSON files" in sentence for sentence in sentences)
    doctor.healthy()
    make_deals(store, "Afterwards")
    assert len(names(store)) == 31


@promise(
    "Operator tools",
    "`valhalla doctor` changes nothing; `--fix` repairs stale JSON files, missing directories and leftovers of dead "
    "processes.",
)
def test_running_server_is_named_and_stays_usable(on_sqlite: Doctor, server: MakeServer) -> None:
    # A lease that is renewed meanwhile would change the log of the database.
    quiet = {"lease_s": "600", "jobs": "false"}
    service = server(on_sqlite.settings.data_dir, settings=quiet).start()
    with service.client() as client:
        assert client.post("/core/deals", json={"name": "Elm"}).status_code == 201
        path = on_sqlite.settings.data_dir / FILE
        until(lambda: path.exists() and "Elm" in path.read_text(), "the file is written")
        sentence = f"process {service.pid} has the store open; process {service.pid} writes the JSON files"
        assert sentence in [finding["sentence"] for finding in on_sqlite.check()]
        on_sqlite.healthy()
        assert client.post("/core/deals", json={"name": "Oak"}).status_code == 201
        assert client.get("/readyz").status_code == 200
    assert service.stop() in {0, -signal.SIGTERM}
