"""Fuzz targets on their seeds, which include inputs that once took minutes, gigabytes or a traceback."""

import random
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from backend.tests.harness import ROOT, SOON_S
from backend.tests.promises import promise
from soak.fuzz.mutator import MAX_LENGTH, Mutator
from soak.fuzz.run import fuzz
from soak.fuzz.targets import REFUSALS, TARGETS, Target
from soak.fuzz.worker import ADDED_BYTES, MAX_S
from soak.progress import reporting

NAMES = ("strict JSON", "CSV", "mapping", "archive", "OData page", "address", "phone", "patterns", "Parquet")


@promise("Operator tools", "`make soak` fuzzes every parser.")
def test_every_parser_has_a_target_and_a_limit() -> None:
    assert tuple(TARGETS) == NAMES
    assert (ADDED_BYTES, MAX_S) == (512 * 2**20, 10.0)


@pytest.mark.parametrize("name", [name for name in NAMES if name != "patterns"])
def test_every_seed_is_read_or_refused(name: str, tmp_path: Path) -> None:
    """Also some mutations. Only errors with a message are raised."""
    rng = random.Random(1)
    target = TARGETS[name]
    parse = target.make(tmp_path, rng)
    mutator = Mutator(target.seeds, rng)
    for data in [*target.seeds, *(mutator.next() for _ in range(30))]:
        try:
            parse(data)
        except REFUSALS as error:
            assert not isinstance(error, UnicodeError)  # noqa: PT017 - most are refused, some are read
            assert str(error)  # noqa: PT017


def test_mutations_are_reproducible_and_bounded() -> None:
    def made() -> list[bytes]:
        mutator = Mutator([b"abc", b"x" * MAX_LENGTH], random.Random(7))
        found = [mutator.next() for _ in range(200)]
        mutator.keep(found[0])
        return [*found, *(mutator.next() for _ in range(50))]

    first = made()
    assert first == made()
    assert max(map(len, first)) <= MAX_LENGTH
    assert len(set(first)) > 150


def test_target_runs_in_a_separate_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("soak.fuzz.run.TARGETS", {"phone": TARGETS["phone"]})
    with reporting() as progress:
        findings = fuzz(0.2, tmp_path, random.Random(1), progress)
    by_name = {finding.what: finding for finding in findings}
    assert by_name["failures"].good is True
    assert by_name["memory added"].figure.endswith(" MB")
    assert list(tmp_path.iterdir()) == []


WORKER = """
import sys
from pathlib import Path
from soak.fuzz import worker
from soak.fuzz.targets import Target
worker.signal.signal(worker.signal.SIGALRM, worker._too_slow)
worker.MAX_S = 0.2
for parse in (
    lambda data: 1 / 0,
    lambda data: b"x" * (600 << 20),
    lambda data: chr(0xD800).encode(),
    lambda data: [None for _ in iter(int, 1)],
):
    worker.TARGETS["bad"] = Target(lambda directory, rng: parse, [b"seed"])
    print(worker.feed("bad", 5, 1, Path(sys.argv[1])).failure)
"""


def test_crash_memory_use_and_timeout_are_findings(tmp_path: Path) -> None:
    """Unexpected error, too much memory, UnicodeError, and an endless loop."""
    command = [sys.executable, "-c", WORKER, str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=SOON_S, check=True)
    found = [line.partition(":")[0].partition(" (")[0] for line in done.stdout.splitlines()]
    assert found == ["ZeroDivisionError", "MemoryError", "UnicodeEncodeError", "takes longer than 0 s"]
    assert (tmp_path / "input").read_bytes() == b"seed"


def test_worker_that_exits_is_a_finding(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("soak.fuzz.run.TARGETS", {"nothing": Target(lambda directory, rng: print, [b""])})
    monkeypatch.setattr(sys, "executable", shutil.which("false"))
    with reporting() as progress:
        (finding,) = fuzz(0.1, tmp_path, random.Random(1), progress)
    assert finding.good is False
    assert "the process exited with status 1" in finding.problem
