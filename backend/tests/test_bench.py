"""The bench works on sizes that are too small to say anything: no figure is looked at, only that there is one."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]


def run_bench(*options: str) -> str:
    command = [sys.executable, "-m", "bench", "--seconds", "0.1", "--connections", "4", *options]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_measures_every_operation_on_sqlite(tmp_path: Path) -> None:
    out = tmp_path / "figures.json"
    shown = run_bench("--databases", "sqlite", "--records", "60", "--out", str(out), "--dir", str(tmp_path))
    figures: list[dict[str, Any]] = json.loads(out.read_text())["figures"]
    assert [figure["measure"] for figure in figures] == [
        "GET one draft",
        "list of 50 drafts, filtered",
        "dashboard, 50 links",
        "PATCH draft + audit",
        "durable POST draft + audit",
        "the bare endpoint",
        "memory of the server",
        "start, empty store",
        "start, with data",
        "filling by services",
    ]
    assert all(figure["value"] > 0 for figure in figures)
    assert "sqlite" in shown
    assert list(tmp_path.iterdir()) == [out], "what was measured is removed"


def test_measures_a_write_on_postgresql(tmp_path: Path) -> None:
    out = tmp_path / "figures.json"
    run_bench("--databases", "postgresql", "--records", "1", "--only", "post", "--out", str(out))
    figures = json.loads(out.read_text())["figures"]
    assert figures[0]["database"] == "postgresql"
    assert figures[0]["value"] > 0


def test_an_answer_that_is_not_2xx_fails_the_bench() -> None:
    from bench.load import LoadFailed, Plan, put_load
    from bench.servers import YARDSTICK, serving

    with serving(YARDSTICK, Path("/dev/null"), "/") as server, pytest.raises(LoadFailed, match="404 Not Found"):
        put_load(Plan(server.port, "GET", "/nothing", connections=2, warmup_s=0.0, seconds=0.1))


def test_a_size_that_is_none_is_one_line() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bench", "--records", "many"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert done.stderr.splitlines()[-1].endswith("write sizes as 1000,100000")
