"""Checks of the data directory."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from backend.tests.doctor.command import FILE, Doctor
from backend.tests.harness import ROOT, clean_environment
from backend.tests.survive import namespace


def test_file_in_place_of_the_data_directory_is_bad(on_sqlite: Doctor) -> None:
    on_sqlite.settings.data_dir.write_text("")
    assert on_sqlite.one("directory")["sentence"].endswith("is not a directory")
    assert not on_sqlite.json("--fix")["healthy"]


def test_world_writable_data_directory_is_noted(on_sqlite: Doctor, full_sqlite: Path) -> None:
    full_sqlite.chmod(0o777)
    assert on_sqlite.one("directory")["remedy"] == f"chmod o-w {full_sqlite}"


def test_data_directory_that_others_can_read_is_noted(on_sqlite: Doctor, full_sqlite: Path) -> None:
    full_sqlite.chmod(0o755)
    found = on_sqlite.one("directory")
    assert found["remedy"] == f"chmod o-rwx {full_sqlite}"
    assert "can read the records and the password hashes" in found["sentence"]
    full_sqlite.chmod(0o700)
    assert "can read the records" not in on_sqlite.text()[1]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can give files away")
def test_fix_by_root_refuses_a_directory_of_another_user(on_sqlite: Doctor, full_sqlite: Path) -> None:
    (full_sqlite / FILE).unlink()
    os.chown(full_sqlite, 65534, 65534)
    assert "but this command runs as root" in on_sqlite.one("directory")["sentence"]
    (fix,) = on_sqlite.json("--fix")["fixed"]
    assert not fix["done"]
    assert "not as root" in fix["result"][0]


def test_read_only_data_directory_is_bad_and_fix_reports_why_it_fails(full_sqlite: Path) -> None:
    """On a file system that is read-only, because root may write anywhere else."""
    disk = ["mount", "--bind", str(full_sqlite), str(full_sqlite)]
    read_only = ["mount", "-o", "remount,bind,ro,nosuid,nodev", str(full_sqlite)]
    command_ = [sys.executable, "-m", "backend.app.cli", "doctor", "--json"]
    (full_sqlite / FILE).unlink()
    run = subprocess.run(
        [*namespace.in_own_mounts(disk, read_only), *command_, "--fix"],
        cwd=ROOT,
        env=clean_environment({"VALHALLA_DATA_DIR": str(full_sqlite)}),
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 1, run.stderr
    found = json.loads(run.stdout)
    bad = {each["subject"]: each["sentence"] for each in found["findings"] if each["verdict"] == "bad"}
    assert bad["directory"].startswith(f"{full_sqlite} cannot be written by ")
    assert bad["JSON files"] == f"{FILE} is missing; the database has 30 records"
    assert [fix["done"] for fix in found["fixed"]] == [False]
    assert "Read-only file system" in found["fixed"][0]["result"][0]
    assert "Traceback" not in run.stderr


def test_low_disk_space_is_bad(on_sqlite: Doctor, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = shutil.disk_usage("/")._replace(free=499_000_000)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage)
    assert on_sqlite.one("disk")["sentence"] == "0.5 GB free on the disk of the data directory"
