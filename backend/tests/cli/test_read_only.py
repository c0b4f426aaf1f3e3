"""Read-only commands where nothing is writable: they read everything, including the write-ahead log."""

import json
import os
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from backend.app.bootstrap import open_store
from backend.app.cli.commands import app
from backend.app.core_gov.access.tokens import service as tokens
from backend.app.kit.db import sqlite_file
from backend.app.settings import Settings
from backend.app.store_tables import TABLES
from backend.tests import full_store as full
from backend.tests import preloaded
from backend.tests.doctor.conftest import run
from backend.tests.harness import ROOT, Postgres, clean_environment
from backend.tests.promises import promise
from backend.tests.survive import namespace

COMMANDS = [
    ["token", "list"],
    ["audit", "verify"],
    ["export", "--kind", "deals", "--format", "json"],
    ["market", "export-sales", "--market", "markets-0", "--out"],
    ["doctor"],
]


def with_file(path: Path) -> list[list[str]]:
    return [[*command, str(path)] if command[-1] == "--out" else command for command in COMMANDS]


def on_read_only_disk(data_dir: Path, commands: list[list[str]]) -> list[list[Any]]:
    namespace.in_own_mounts()  # may skip
    return run_in(data_dir, str(data_dir), commands)


def bound_by_permissions(data_dir: Path, commands: list[list[str]]) -> list[list[Any]]:
    """Run the commands without root's right to ignore permissions. May skip."""
    if os.geteuid() == 0 and sys.platform != "linux":
        pytest.skip("root cannot give its rights away on this machine")
    return run_in(data_dir, None, commands)


def run_in(data_dir: Path, read_only: str | None, commands: list[list[str]]) -> list[list[Any]]:
    """Return exit status, output and exception of each command, all run in one process."""
    done = preloaded.run(
        [sys.executable, "-m", "backend.tests.cli.restricted", json.dumps(read_only), json.dumps(commands)],
        cwd=ROOT,
        env=clean_environment({"VALHALLA_DATA_DIR": str(data_dir)}),
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


@promise("Command line", "Read commands work on a read-only store, including rows only in the write-ahead log.")
@pytest.mark.parametrize("suffixes", [("",), ("", "-wal"), ("", "-wal", "-shm")])
def test_read_only_commands_read_the_write_ahead_log(
    full_sqlite_store: Settings, tmp_path: Path, suffixes: tuple[str]
) -> None:
    """Data directory after a file backup, a snapshot or a crash: with or without log and index."""
    copy = tmp_path / "a copy"
    shutil.copytree(full_sqlite_store.data_dir, copy)
    with open_store(full_sqlite_store) as store:
        store.db.write_now(full.CLERK, tokens.create_token, "in-the-log", "viewer")
        for suffix in suffixes:
            part = full_sqlite_store.sqlite_path.with_name(f"valhalla.db{suffix}")
            shutil.copyfile(part, copy / part.name)
    before = {path: path.stat().st_mtime_ns for path in copy.rglob("*")}
    listed, trail, export, sales, doctor = on_read_only_disk(copy, with_file(tmp_path / "sales.csv"))
    assert [each[0] for each in (listed, trail, export, sales)] == [0] * 4
    assert ("in-the-log" in listed[1]) == ("-wal" in suffixes)
    assert f"{len(TABLES) * full.ROUNDS + 6 + ('-wal' in suffixes)} events" in trail[1]
    assert len(json.loads(export[1])["items"]) == full.ROUNDS
    assert "the audit trail does not tell of this export" in export[2]
    assert doctor[0] == 1
    assert "cannot be written" in doctor[1]
    assert {path: path.stat().st_mtime_ns for path in copy.rglob("*")} == before


def test_writing_commands_are_refused_on_a_read_only_disk(full_sqlite_store: Settings) -> None:
    commands = [["token", "create", "new"], ["token", "revoke", "office-toronto"], ["work", "--once"]]
    for status, _, _, exception in on_read_only_disk(full_sqlite_store.data_dir, commands):
        assert status == 1
        assert "cannot be written: Read-only file system" in exception


def test_read_only_commands_refuse_a_damaged_schema(full_sqlite_store: Settings) -> None:
    run(full_sqlite_store, "DROP TABLE deals")
    for status, _, _, exception in on_read_only_disk(full_sqlite_store.data_dir, COMMANDS[:3]):
        assert (status, exception.count("\n")) == (1, 0)
        assert "the table deals is missing" in exception


def test_read_only_commands_refuse_a_directory_without_database(full_sqlite_store: Settings) -> None:
    for part in sqlite_file.parts(full_sqlite_store.sqlite_path):
        part.unlink()
    for status, _, _, exception in on_read_only_disk(full_sqlite_store.data_dir, COMMANDS[:3]):
        assert (status, exception.count("\n")) == (1, 0)
        assert "there is no database" in exception
    assert not full_sqlite_store.sqlite_path.exists()


@pytest.mark.parametrize(
    ("name", "mode", "statuses", "said"),
    [
        (".", 0o000, [1, 1, 1], "cannot be written by"),
        (".", 0o555, [0, 0, 1], "cannot be written by"),
        ("jv", 0o000, [0, 0, 1], "cannot write jv"),
        ("valhalla.db", 0o444, [0, 0, 1], "cannot write valhalla.db"),
        ("valhalla.db", 0o000, [1, 1, 1], "cannot write valhalla.db"),
        (".opening.lock", 0o000, [0, 0, 1], "cannot write .opening.lock"),
    ],
)
def test_missing_permissions_are_named(
    full_sqlite_store: Settings, name: str, mode: int, statuses: list[int], said: str
) -> None:
    """Readable files are read, and others are named. The last of the three commands is doctor."""
    path = full_sqlite_store.data_dir / name
    before = path.stat().st_mode
    path.chmod(mode)
    try:
        ran = bound_by_permissions(full_sqlite_store.data_dir, [*COMMANDS[:2], ["doctor", "--fix"]])
    finally:
        path.chmod(before)
    assert [each[0] for each in ran] == statuses
    assert said in ran[-1][1]
    for _, _, err, exception in ran:
        assert exception.count("\n") == 0, exception
        assert "Traceback" not in err


def test_read_only_commands_work_on_a_read_only_postgresql(
    full_postgres_store: Settings, postgres: Postgres, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Like a replica."""
    assert full_postgres_store.database_url is not None
    monkeypatch.setenv("VALHALLA_DATA_DIR", str(full_postgres_store.data_dir))
    monkeypatch.setenv("VALHALLA_DATABASE_URL", full_postgres_store.database_url)
    name = str(run(full_postgres_store, "SELECT current_database()")[0][0])
    postgres.run(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    for command in with_file(tmp_path / "sales.csv")[:-1]:
        done = CliRunner().invoke(app, command)
        assert done.exit_code == 0, done.exception
        assert ("the audit trail does not tell" in done.stderr) == (command[0] == "export")
