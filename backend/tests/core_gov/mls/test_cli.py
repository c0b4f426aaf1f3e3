"""`valhalla market sync` and `feeds`, as separate processes, killed and resumed."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from backend.app.bootstrap import open_store
from backend.app.cli.market import feeds as feeds_commands
from backend.app.cli.terminal import out
from backend.app.settings import Settings
from backend.tests import preloaded
from backend.tests.core_gov.mls.conftest import Feeds, Hours
from backend.tests.core_gov.mls.odata_server import TOKEN, Fault, Mls, sale
from backend.tests.harness import ROOT, SOON_S, clean_environment
from backend.tests.promises import promise

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def start(settings: Settings, *words: str) -> subprocess.Popen[str]:
    return preloaded.popen(
        [sys.executable, "-m", "backend.app.cli", "market", *words],
        cwd=ROOT,
        env=clean_environment({"VALHALLA_DATA_DIR": str(settings.data_dir), "COLUMNS": "200"}),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@promise("MLS", "A sync is incremental and resumes after a kill.")
def test_killed_sync_resumes_without_losing_or_repeating_a_sale(
    settings: Settings, mls: Mls, hours: Hours, tmp_path: Path
) -> None:
    secrets = tmp_path / "secrets"
    secrets.mkdir()
    (secrets / "token").write_text(TOKEN)
    mls.page = 100
    mls.add(*(sale(f"k{at:03d}", f"2026-01-05T10:00:00.{at // 90:03d}Z", ClosePrice=200_000 + at) for at in range(700)))
    with open_store(settings) as store:
        Feeds(store, mls, hours, secrets).write()
    process = start(settings, "sync", "a")

    def kill(number: int) -> None:
        if number == 4:
            os.kill(process.pid, signal.SIGKILL)

    mls.before = kill
    process.communicate(timeout=SOON_S)
    assert process.returncode == -signal.SIGKILL
    mls.before = None
    with open_store(settings) as store:
        before = Feeds(store, mls, hours, secrets).sales()
    assert 0 < len(before) < 700

    process = start(settings, "sync", "a")
    out, err = process.communicate(timeout=SOON_S)
    assert process.returncode == 0, err
    with open_store(settings) as store:
        assert Feeds(store, mls, hours, secrets).sales() == {k: r["ClosePrice"] for k, r in mls.records.items()}
    assert out.startswith("a: ")
    assert "700 sales new, 0 changed" in out


def test_list_of_feeds_shows_the_error_of_each(feeds: Feeds, mls: Mls, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = feeds.store.settings
    monkeypatch.setenv("VALHALLA_DATA_DIR", str(settings.data_dir))
    monkeypatch.setattr(out._console, "width", 200)

    def run(*words: str) -> Result:
        return CliRunner().invoke(feeds_commands.app, words)

    def shown() -> str:
        found = run("feeds")
        assert found.exit_code == 0
        return found.output

    assert "never synced" in shown()
    mls.faults = {1: Fault(404, {}, b'{"error": {"message": "gone"}}')}
    assert str(run("sync", "a").exception) == "the server rejects the request: 404 (gone)"
    assert "failed: the server rejects the request: 404 (gone)" in shown()
    assert run("sync", "a").exit_code == 0
    assert "│ up to date" in shown()
    assert run("sync", "a", "--accept-deletions").exit_code == 2
    path = settings.data_dir / "feeds.toml"
    path.unlink()
    assert str(run("sync", "a").exception) == f"the feeds file {path} not found"
    assert shown().replace("\n", "").startswith(f"There are no feeds. Define them in {path};")
    monkeypatch.setenv("VALHALLA_FEEDS_FILE", str(path))
    assert str(run("feeds").exception) == f"the feeds file {path} not found"
