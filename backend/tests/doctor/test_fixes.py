"""`valhalla doctor --fix` repairs what it safely can, and nothing else."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from backend.app.bootstrap import open_store
from backend.app.kit.archive.stores import PARTIAL
from backend.app.kit.db import state
from backend.app.kit.file_lock import try_lock
from backend.app.settings import Settings
from backend.tests.doctor.command import Doctor, hold_mirror
from backend.tests.promises import promise
from backend.tests.survive.store_view import CTX, in_step


def test_fix_of_a_healthy_store_reports_nothing_to_fix(on_sqlite: Doctor, full_sqlite: Path) -> None:
    status, printed = on_sqlite.text("--fix")
    assert (status, printed.splitlines()[0]) == (0, "fix              there is nothing to fix")


def test_fix_reports_findings_that_it_cannot_repair(on_sqlite: Doctor, full_sqlite: Path) -> None:
    with closing(sqlite3.connect(full_sqlite / "valhalla.db")) as conn, conn:
        conn.execute("UPDATE deals SET doc = replace(doc, '\"lead\"', '\"new\"') WHERE seq = 1")
    assert on_sqlite.text("--fix")[0] == 1  # writes the JSON file
    status, printed = on_sqlite.text("--fix")
    assert status == 1
    assert printed.startswith("fix              --fix cannot fix the findings marked BAD below (1)")


@promise(
    "Operator tools",
    "`valhalla doctor` changes nothing; `--fix` repairs stale JSON files, missing directories and leftovers of dead "
    "processes.",
)
def test_temporary_files_of_ended_processes_are_removed(doctor: Doctor, full: Path, dead_pid: int) -> None:
    left = full / "deals" / f".deals.json.{dead_pid}.tmp"
    living = full / "deals" / f".deals.json.{os.getpid()}.tmp"
    for path in (left, living):
        path.write_text("half")
    assert left.name in doctor.one("leftovers")["sentence"]
    with hold_mirror(full):
        (fix,) = doctor.json("--fix")["fixed"]
        assert (fix["done"], left.exists()) == (False, True)
        assert f"process {os.getpid()} may still need them" in fix["result"][0]
    assert doctor.json("--fix")["healthy"]
    assert (left.exists(), living.exists()) == (False, True)
    doctor.healthy()


def test_unfinished_restore_is_removed_unless_a_process_has_the_store_open(
    on_sqlite: Doctor, full_sqlite: Path
) -> None:
    left = [full_sqlite / f"valhalla.db{PARTIAL}{suffix}" for suffix in ("", "-wal")]
    for path in left:
        path.write_text("half")
    assert "valhalla.db.partial, valhalla.db.partial-wal: " in on_sqlite.one("leftovers")["sentence"]
    with (full_sqlite / ".in-use.lock").open("a") as lock:
        assert try_lock(lock)
        assert not on_sqlite.json("--fix")["healthy"]
        assert all(path.exists() for path in left)
    assert on_sqlite.json("--fix")["healthy"]
    assert not any(path.exists() for path in left)
    on_sqlite.healthy()


def test_unfinished_transfer_is_bad_and_has_no_fix(doctor: Doctor, full: Path) -> None:
    _set_state(doctor.settings, state.UNFINISHED, "half of it")
    assert "was not finished" in doctor.one("database")["sentence"]
    assert doctor.json("--fix")["fixed"] == []


def _set_state(settings: Settings, key: str, value: str) -> None:
    with open_store(settings) as store:
        store.db.write_now(CTX, state.put, key, value)
        in_step(store)
