"""The manual smoke test passes, leaves nothing behind, and fails if a step fails."""

import subprocess
import sys
from pathlib import Path

import pytest

from backend.tests.harness import ROOT, SOON_S, clean_environment
from backend.tests.promises import promise

SMOKE = ROOT / "backend" / "tests" / "smoke_packs_1_2_3.py"
BROKEN = f"""
import runpy, sys
sys.path.insert(0, {str(ROOT)!r})
from backend.app.core_gov.jv import service
service.dashboard = service.get_partner
runpy.run_path({str(SMOKE)!r}, run_name="__main__")
"""


def run(command: list[str], cwd: Path, **environment: str) -> "subprocess.CompletedProcess[str]":
    env = clean_environment({"PYTHONDONTWRITEBYTECODE": "1", **environment})
    return subprocess.run(
        [sys.executable, *command], cwd=cwd, env=env, capture_output=True, text=True, timeout=SOON_S, check=False
    )


@promise(
    "Operations",
    "`python backend/tests/smoke_packs_1_2_3.py` walks through all three packs in a temporary data directory.",
)
@pytest.mark.parametrize("where", ["the root", "elsewhere"])
def test_smoke_script_covers_all_three_packs(tmp_path: Path, where: str) -> None:
    """The script uses its own directory, regardless of the settings of this machine."""
    temp = tmp_path / "temp"
    temp.mkdir()
    cwd = ROOT if where == "the root" else tmp_path
    command = str(SMOKE.relative_to(ROOT)) if where == "the root" else str(SMOKE)
    others = {"VALHALLA_DATA_DIR": str(tmp_path / "data"), "VALHALLA_DATABASE_URL": "postgresql://x"}
    found = run([command], cwd, TMPDIR=str(temp), **(others if where == "elsewhere" else {}))
    assert found.returncode == 0, found.stdout + found.stderr
    *steps, last = found.stdout.splitlines()
    assert {step.split(":")[0].removeprefix("ok").strip() for step in steps} == {"comms", "jv", "property", "audit"}
    assert last == f"All {len(steps)} steps passed."
    assert list(temp.iterdir()) == []
    assert not (tmp_path / "data").exists()
    assert found.stderr == ""


@promise(
    "Operations",
    "`python backend/tests/smoke_packs_1_2_3.py` walks through all three packs in a temporary data directory.",
)
def test_smoke_script_fails_if_a_step_fails(tmp_path: Path) -> None:
    found = run(["-c", BROKEN], tmp_path)
    assert found.returncode != 0
    assert "steps passed" not in found.stdout
