"""The bench works on sizes that are too small to say anything: no figure is looked at, only that there is one."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bench.load import LoadFailed, Plan, Target, put_load, requests_of
from bench.servers import YARDSTICK, serving

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


def test_an_answer_that_is_not_2xx_fails_the_bench(tmp_path: Path) -> None:
    with serving(YARDSTICK, tmp_path / "log", "/") as server:
        good, bad = Target(server.port, "GET", "/"), Target(server.port, "GET", "/nothing")
        with pytest.raises(LoadFailed, match="404 Not Found"):
            put_load(Plan(bad, good, connections=2, seconds=0.1, warmup_s=0.0))


def test_no_two_requests_are_the_same() -> None:
    target = Target(80, "PATCH", "/drafts/{id}", '{"subject":"{n}","to":"{nnnn}"}', ["dr_1", "dr_2"])
    made = requests_of(target)
    requests = [made().split(b"\r\n") for _ in range(50)]
    assert {request[0] for request in requests} == {b"PATCH /drafts/dr_1 HTTP/1.1", b"PATCH /drafts/dr_2 HTTP/1.1"}
    assert len({request[-1] for request in requests}) == 50
    assert all(b"Content-Length: %d" % len(request[-1]) in request for request in requests)


def test_a_size_that_is_none_is_one_line() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bench", "--records", "many"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert done.stderr.splitlines()[-1].endswith("write sizes as 1000,100000")
