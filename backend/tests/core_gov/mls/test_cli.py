"""`valhalla market sync` and `feeds`, as processes of their own: killed in the middle, and gone on with."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from backend.app.office import open_office
from backend.app.settings import Settings
from backend.tests.core_gov.mls.conftest import Feeds, Hours
from backend.tests.core_gov.mls.odata_server import TOKEN, Fault, Mls, sale
from backend.tests.harness import ROOT, SOON_S, clean_environment

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def start(settings: Settings, *words: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "backend.app.cli", "market", *words],
        cwd=ROOT,
        env=clean_environment({"VALHALLA_DATA_DIR": str(settings.data_dir), "COLUMNS": "200"}),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def run(settings: Settings, *words: str) -> tuple[int, str, str]:
    process = start(settings, *words)
    out, err = process.communicate(timeout=SOON_S)
    return process.returncode, out, err


def test_killed_in_the_middle_and_gone_on_with(settings: Settings, mls: Mls, hours: Hours, tmp_path: Path) -> None:
    secrets = tmp_path / "secrets"
    secrets.mkdir()
    (secrets / "token").write_text(TOKEN)
    mls.page = 100
    mls.add(*(sale(f"k{at:03d}", f"2026-01-05T10:00:00.{at // 90:03d}Z", ClosePrice=200_000 + at) for at in range(700)))
    with open_office(settings) as office:
        Feeds(office, mls, hours, secrets).write()
    process = start(settings, "sync", "a")

    def kill(number: int) -> None:
        if number == 4:
            os.kill(process.pid, signal.SIGKILL)

    mls.before = kill
    process.communicate(timeout=SOON_S)
    assert process.returncode == -signal.SIGKILL
    mls.before = None
    with open_office(settings) as office:
        before = Feeds(office, mls, hours, secrets).sales()
    assert 0 < len(before) < 700

    status, out, err = run(settings, "sync", "a")
    assert status == 0, err
    with open_office(settings) as office:
        assert Feeds(office, mls, hours, secrets).sales() == {k: r["ClosePrice"] for k, r in mls.records.items()}
    assert out.startswith("a: ")
    assert "700 sales new, 0 changed" in out

    assert run(settings, "feeds")[1].count("in step") == 2  # the column's head, and the feed
    mls.faults = dict.fromkeys(range(len(mls.asked), 1_000), Fault(404, {}, b'{"error": {"message": "gone"}}'))
    status, out, err = run(settings, "sync", "a")
    assert (status, out, err.strip()) == (1, "", "valhalla: the server refuses the question: 404 (gone)")
    assert "failed: the server refuses the question: 404 (gone)" in run(settings, "feeds")[1]


def test_without_a_file_it_says_where_one_would_be(settings: Settings) -> None:
    status, out, err = run(settings, "sync", "a")
    assert (status, out) == (1, "")
    assert err.strip() == f"valhalla: the file of the feeds, {settings.data_dir / 'feeds.toml'}, not found"
