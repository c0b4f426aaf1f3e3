"""Read-only commands where nothing is writable: they read everything, including the write-ahead log."""

import json
import os
import shutil
import subprocess
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
from backend.tests import full_store as full
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
RUN = """
import json, sys
from typer.testing import CliRunner
from backend.app.cli.commands import app
for command in json.loads(sys.argv[1]):
    done = CliRunner().invoke(app, command, env={"COLUMNS": "200"})
    print(json.dumps([done.exit_code, done.stdout, done.stderr, str(done.exception or "")]))
"""


def with_file(path: Path) -> list[list[str]]:
    return [[*command, str(path)] if command[-1] == "--out" else command for command in COMMANDS]


def on_read_only_disk(data_dir: Path, commands: list[list[str]]) -> list[list[Any]]:
    disk = ["mount", "--bind", str(data_dir), str(data_dir)]
    read_only = ["mount", "-o", "remount,bind,ro,nosuid,nodev", str(data_dir)]
    return run_in(namespace.in_own_mounts(disk, read_only), data_dir, commands)


def bound_by_permissions() -> tuple[str, ...]:
    """Return a wrapper that drops root's right to ignore permissions. May skip."""
    if os.geteuid() != 0:
        return ()
    wrapper = ("setpriv", "--bounding-set=-dac_override,-dac_read_search")
    if shutil.which("setpriv") is None or subprocess.run([*wrapper, "true"], check=False).returncode:
        pytest.skip("root cannot give its rights away on this machine")
    return wrapper


def run_in(wrapper: tuple[str, ...], data_dir: Path, commands: list[list[str]]) -> list[list[Any]]:
    """Return exit status, output and exception of each command, all run in one process."""
    done = subprocess.run(
        [*wrapper, sys.executable, "-c", RUN, json.dumps(commands)],
        cwd=ROOT,
        env=clean_environment({"VALHALLA_DATA_DIR": str(data_dir)}),
        capture_output=True,
        text=True,
        check=True,
    )
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
    assert ("143 events" if "-wal" in suffixes else "142 events") in trail[1]
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
        ran = run_in(bound_by_permissions(), full_sqlite_store.data_dir, [*COMMANDS[:2], ["doctor", "--fix"]])
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
