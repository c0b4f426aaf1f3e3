"""Checks and repairs of the database file and its schema revision."""

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from alembic import command

from backend.app.bootstrap import open_store
from backend.app.kit.db import migrate
from backend.app.kit.file_lock import try_lock
from backend.app.settings import Settings
from backend.tests import preloaded
from backend.tests.doctor.command import DEALS, FILE, Doctor, deals_of, everything
from backend.tests.harness import ROOT, Postgres, clean_environment, until
from backend.tests.promises import promise
from backend.tests.survive.store_view import in_step, make_deals


def test_older_schema_is_migrated_by_fix(
    tmp_path: Path, database: str, postgres: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = postgres.new_database(migrated=False) if database == "postgresql" else None
    doctor = Doctor(Settings(data_dir=tmp_path / "data", database_url=url), monkeypatch)
    doctor.settings.data_dir.mkdir()
    _make_older(url or doctor.settings.sqlite_path)
    found = doctor.one("schema")
    assert (found["verdict"], found["fix"]) == ("note", f"migrates it to {migrate.HEAD}")
    (fix,) = doctor.json("--fix")["fixed"]
    assert fix["done"]
    doctor.healthy()


def test_older_schema_is_not_migrated_while_another_process_has_it_open(on_sqlite: Doctor) -> None:
    on_sqlite.settings.data_dir.mkdir()
    _make_older(on_sqlite.settings.sqlite_path)
    with (on_sqlite.settings.data_dir / ".in-use.lock").open("a") as lock:
        assert try_lock(lock)
        found = on_sqlite.one("schema")
    assert (found["verdict"], found["fix"]) == ("bad", None)
    assert found["remedy"] == f"stop process {os.getpid()}; the next start migrates it"


def test_older_schema_is_not_migrated_while_another_machine_is_connected(
    small: Settings, postgres: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = postgres.new_database(migrated=False)
    doctor = Doctor(small.model_copy(update={"database_url": url}), monkeypatch)
    _make_older(url)
    with psycopg.connect(url, application_name="valhalla"):
        found = doctor.one("schema")
        assert (found["verdict"], found["fix"]) == ("bad", None)
        assert found["remedy"] == "stop the other processes of the service; the next start migrates it"


def test_newer_schema_is_bad_and_has_no_fix(doctor: Doctor, full: Path) -> None:
    _set_revision(doctor.settings, "9999")
    found = doctor.one("schema", "made by a newer Valhalla")
    assert (found["verdict"], found["fix"]) == ("bad", None)
    before = everything(doctor.settings)
    again = doctor.json("--fix")
    assert (again["healthy"], again["fixed"]) == (False, [])
    assert everything(doctor.settings) == before
    _set_revision(doctor.settings, migrate.HEAD)


def _make_older(database: Path | str) -> None:
    engine = migrate.engine_for(database)
    with engine.begin() as connection:
        command.upgrade(migrate.config(connection), "0001")
    engine.dispose()


def _set_revision(settings: Settings, revision: str) -> None:
    statement = f"UPDATE alembic_version SET version_num = '{revision}'"
    if settings.database_url:
        with psycopg.connect(settings.database_url) as conn:
            conn.execute(statement.encode())
        return
    with closing(sqlite3.connect(settings.sqlite_path)) as sqlite:
        sqlite.execute(statement)
        sqlite.commit()


# Damage


def _no_database(path: Path) -> None:
    path.write_bytes(b"This is no database.\n" * 5000)


def _cut_short(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def _rotten(path: Path) -> None:
    """Change a page without changing the size or the time of the file."""
    stat = path.stat()
    with path.open("r+b") as file:
        file.seek(4096 * 5)
        file.write(b"\xff" * 4096 * 3)
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))


@pytest.mark.parametrize("damage", [_no_database, _cut_short, _rotten])
def test_damaged_database_is_set_aside_and_rebuilt_and_losses_are_listed(
    on_sqlite: Doctor, full_sqlite: Path, damage: Callable[[Path], None]
) -> None:
    path = on_sqlite.settings.sqlite_path
    damage(path)
    broken = path.read_bytes()
    found = on_sqlite.one("database")
    assert found["verdict"] == "bad"
    assert "valhalla.db.broken-TIME" in found["fix"]
    assert ("a start would not notice" in found["sentence"]) is (damage is _rotten)
    (fix,) = on_sqlite.json("--fix")["fixed"]
    (aside,) = (each for each in full_sqlite.glob("valhalla.db.broken-*Z"))
    assert aside.read_bytes() == broken
    assert any(f"set the damaged database aside as {aside.name}" in line for line in fix["result"])
    assert any(line.startswith("recovered ") for line in fix["result"])
    if damage is not _rotten:
        assert any(line.startswith("lost: audit_events: ") for line in fix["result"])
        assert on_sqlite.one("losses", "audit_events: ")["verdict"] == "bad"
    assert aside.name in on_sqlite.one("set aside", "valhalla.db.broken-")["sentence"]
    assert on_sqlite.json("--acknowledge")["healthy"]
    on_sqlite.healthy()
    assert deals_of(on_sqlite.settings) == DEALS


def test_damaged_database_is_not_replaced_while_another_process_has_it_open(
    on_sqlite: Doctor, full_sqlite: Path
) -> None:
    _no_database(on_sqlite.settings.sqlite_path)
    with (full_sqlite / ".in-use.lock").open("a") as lock:
        assert try_lock(lock)
        assert on_sqlite.one("database")["fix"] is None
        assert on_sqlite.json("--fix")["fixed"] == []


def test_missing_database_names_the_process_that_has_it_open(on_sqlite: Doctor, full_sqlite: Path) -> None:
    on_sqlite.settings.sqlite_path.unlink()
    with (full_sqlite / ".in-use.lock").open("a") as lock:
        assert try_lock(lock)
        assert f"is missing while process {os.getpid()} has it open" in on_sqlite.one("database")["sentence"]


def test_write_ahead_log_without_its_database_is_rebuilt_from_json_files(on_sqlite: Doctor, full_sqlite: Path) -> None:
    path = on_sqlite.settings.sqlite_path
    path.rename(path.with_name("valhalla.db-wal"))
    assert "valhalla.db is missing, but the JSON files belong to a store" in on_sqlite.one("database")["sentence"]
    (fix,) = on_sqlite.json("--fix")["fixed"]
    assert fix["done"]
    assert deals_of(on_sqlite.settings) == DEALS


def test_directory_in_place_of_the_database_is_bad_and_has_no_fix(on_sqlite: Doctor) -> None:
    on_sqlite.settings.sqlite_path.mkdir(parents=True)
    assert "cannot be checked" in on_sqlite.one("database")["sentence"]
    assert on_sqlite.json("--fix")["fixed"] == []


@promise(
    "Operator tools",
    "`valhalla doctor` changes nothing; `--fix` repairs stale JSON files, missing directories and leftovers of dead "
    "processes.",
)
def test_killed_fix_loses_nothing(on_sqlite: Doctor, full_sqlite: Path) -> None:
    _no_database(on_sqlite.settings.sqlite_path)
    process = preloaded.popen(
        [sys.executable, "-m", "backend.app.cli", "doctor", "--fix"],
        cwd=ROOT,
        env=clean_environment({"VALHALLA_DATA_DIR": str(full_sqlite)}),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    with process:
        until(lambda: list(full_sqlite.glob("*.broken-*")) or process.poll() is not None, "it has begun")
        process.send_signal(signal.SIGKILL)
    on_sqlite.json("--fix")
    assert on_sqlite.json("--acknowledge")["healthy"]
    on_sqlite.healthy()
    assert deals_of(on_sqlite.settings) == DEALS


@pytest.mark.parametrize("database_exists", [True, False])
def test_directory_in_place_of_a_rebuilt_database_is_bad_and_ignored_by_a_start(
    on_sqlite: Doctor, full_sqlite: Path, database_exists: bool
) -> None:
    if not database_exists:
        for path in full_sqlite.iterdir():
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    (full_sqlite / "valhalla.db.rebuilt").mkdir()
    assert on_sqlite.one("directory")["sentence"] == "valhalla.db.rebuilt is not a file"
    assert deals_of(on_sqlite.settings) == DEALS * database_exists
    (full_sqlite / "valhalla.db.rebuilt").rmdir()
    on_sqlite.healthy()


JOURNAL_MAGIC = bytes.fromhex("d9d505f920a163d7")
INVALID = {"text": b"This is no log.\n" * 2000, "journal": JOURNAL_MAGIC + b"?" * 4000, "empty": b"", "short": b"x"}


@pytest.mark.parametrize("shared_memory", ["text", "empty", None])
@pytest.mark.parametrize(
    ("log", "journal"),
    [("text", None), ("short", None), (None, "text"), (None, "journal"), ("text", "journal"), ("empty", "text")],
)
def test_database_next_to_an_invalid_log_or_journal_is_compared_and_fixed_as_a_start_does(
    on_sqlite: Doctor, full_sqlite: Path, log: str | None, journal: str | None, shared_memory: str | None
) -> None:
    (full_sqlite / FILE).unlink()
    for suffix, content in (("wal", log), ("journal", journal), ("shm", shared_memory)):
        if content is not None:
            (full_sqlite / f"valhalla.db-{suffix}").write_bytes(INVALID[content])
    notes = [found["sentence"] for found in on_sqlite.check() if found["subject"] == "database"][1:]
    expected = ["valhalla.db-wal holds no complete change"] * (log in {"text", "short"})
    assert notes == expected + ["valhalla.db-journal is a rollback journal of another program"] * (journal is not None)
    assert on_sqlite.one("JSON files")["sentence"] == f"{FILE} is missing; the database has 30 records"
    assert on_sqlite.json("--fix")["healthy"]
    on_sqlite.healthy()
    assert deals_of(on_sqlite.settings) == DEALS


def test_killed_store_next_to_a_foreign_journal_is_compared_with_its_log(
    on_sqlite: Doctor, small: Settings, tmp_path: Path
) -> None:
    other = Settings(data_dir=tmp_path / "other")
    with open_store(other) as store:
        make_deals(store, *DEALS)
        in_step(store)
        shutil.copytree(other.data_dir, small.data_dir)
    (small.data_dir / "valhalla.db-journal").write_bytes(INVALID["text"])
    assert "it was not shut down cleanly" in on_sqlite.one("database", "valhalla.db-wal")["sentence"]
    assert f"{FILE}: 30 records, up to date" in [found["sentence"] for found in on_sqlite.check()]
